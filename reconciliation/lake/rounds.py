"""What a worker does with one part of a lake: look, decide leg B, then everything else.

Three rounds, because some of what is decided about an account rests on all accounts: which days a
provider tells of, when it pays, whether an id stands under another account. Between the rounds the
decisions of leg B wait in a folder that all workers see. Each task may be done twice (a worker died
behind it): it writes under another name first, and the same bytes each time.
"""

import os
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reconciliation.engine.across import Across
from reconciliation.engine.book_columns import BookColumns
from reconciliation.engine.books import BookName
from reconciliation.engine.cascade import Matched
from reconciliation.engine.coded_books import CodedBooks, code_books
from reconciliation.engine.coded_text import hash_text
from reconciliation.engine.crew import Alone
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.leaves import LEAVES, leaves_of_columns
from reconciliation.engine.matching import match_leg_b, run_over, settle_legs
from reconciliation.engine.passes.elsewhere import (
    WRONG_ACCOUNT,
    missing_table,
    name_other_currency,
)
from reconciliation.engine.payout_cycles import Cycles
from reconciliation.engine.payouts import settle_listings
from reconciliation.engine.results import Reconciled, assemble
from reconciliation.engine.roots import LeafHashes, Place
from reconciliation.lake.layout import DATE_OF, Lake
from reconciliation.lake.parts import Part, read_file, read_part
from reconciliation.profiles import Join, Profiles

_KIB = 1024
Link = tuple[int, str, str, str]
"""A record with an account whose id a bare record has too: join, provider, id, account."""


@dataclass(frozen=True, slots=True)
class Look:
    """Look over one bucket; ``bare_ids``: the ids of records without an account, by join."""

    lake: Lake
    bucket: str
    joins: tuple[Join, ...]
    bare_ids: tuple[pa.Array, ...]


@dataclass(slots=True)
class Seen:
    """What a bucket holds; ``rows``: how many records of any book by leaf."""

    across: Across
    rows: NDArray[np.int64]
    links: set[Link]


@dataclass(frozen=True, slots=True)
class Decide:
    """Decide a part. ``cycles`` and ``wrong_accounts`` are known from the second time on."""

    lake: Lake
    part: Part
    profiles: Profiles
    across: Across
    work: Path
    out: Path
    cycles: Cycles | None = None
    wrong_accounts: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None


@dataclass(frozen=True, slots=True)
class Learnt:
    """What leg B of a part shows that others must know; ``missing`` has a row per missing record."""

    cycles: Cycles
    missing: pa.Table


@dataclass(frozen=True, slots=True)
class Told:
    """A part that is done. ``bare``: outcomes of records without an account, by book and leg."""

    records: dict[str, int]
    counts: dict[str, dict[str, int]]
    sums: dict[str, dict[str, int]]
    leaf_hashes: LeafHashes
    bare: dict[Place, pa.Table]
    bare_days: pa.Table
    empty: dict[str, pa.Table]
    peak_bytes: int


def look(task: Look) -> Seen:
    """Return what one bucket tells of days, providers and bare ids; few columns are read."""
    seen = Seen(Across(), np.zeros(LEAVES + 1, np.int64), set())
    for name in task.lake.books:
        book = BookName(name)
        dated = DATE_OF[book]
        wanted = {"provider", "account", "occurred_at", dated or "provider"}
        wanted |= {column for join in task.joins for column in join}
        for file in task.lake.files_of(name, [task.bucket]):
            table = read_file(task.lake, file, wanted)
            columns = BookColumns(table, file.path)
            if dated is not None:
                _note_days(seen.across, book, columns, columns.days(dated))
            leaves = leaves_of_columns(columns.required("provider"), _accounts(columns))
            seen.rows += np.bincount(leaves, minlength=LEAVES + 1)
            if book in (BookName.PAYMENTS, BookName.STATEMENT):
                seen.links |= set(_links(task, book, columns))
            if book is BookName.PAYMENTS:
                times = columns.instants("occurred_at")
                seen.across.last_at = max(seen.across.last_at, int(times.max()))
    return seen


def decide_leg_b(task: Decide) -> Learnt:
    """Decide leg B of a part, leave it in the work folder, and return what it shows to others."""
    coded = code_books(read_part(task.lake, task.part), hash_text)
    leg_b = match_leg_b(coded, task.across, task.profiles, crew=Alone())
    _save(task.work / f"{task.part.number}.npz", coded, leg_b)
    run = run_over(coded, task.across, task.profiles, leg_b, hash_text)
    cycles = Cycles()
    if coded.has_payouts:
        found = settle_listings(coded, leg_b.statement, task.across, task.profiles, hash_text)
        cycles = found.cycles
    missing = missing_table(run, coded.providers)
    number = pa.array([task.part.number] * len(missing), pa.int32())
    return Learnt(cycles, missing.append_column("part", number))


def decide_rest(task: Decide) -> Told:
    """Decide the other legs of a part, write its tables, and return what sums it up."""
    coded = code_books(read_part(task.lake, task.part), hash_text)
    leg_b = _load(task.work / f"{task.part.number}.npz")
    run = run_over(coded, task.across, task.profiles, leg_b, hash_text)
    assert task.wrong_accounts is not None
    for side, rows in zip(run.sides, task.wrong_accounts, strict=True):
        side.decisions.reason[rows] = WRONG_ACCOUNT
    name_other_currency(run)
    decided = settle_legs(coded, leg_b, task.across, task.profiles, cycles=task.cycles)
    del run, coded, leg_b
    result = assemble(decided, task.profiles.rules_sha256)
    outcomes, bare = _apart(result)
    of_nobody = pc.is_null(result.vendor_day_table.column("account"))
    tables = {
        "outcomes": outcomes,
        "vendor_day": result.vendor_day_table.filter(pc.invert(of_nobody)),
        "payouts": result.payout_table,
        "roll_forward": result.roll_forward_table,
    }
    for name, table in tables.items():
        # A part without rows does not know whether ids are text or numbers: its files would clash.
        if len(table):
            write_table(table, task.out / name / f"{task.part.number:04d}.parquet")
    return Told(
        records=result.records,
        counts=result.counts,
        sums=result.sums,
        leaf_hashes={
            place: {leaf: told for leaf, told in hashes.items() if leaf != LEAVES}
            for place, hashes in result.leaf_hashes.items()
        },
        bare=bare,
        bare_days=result.vendor_day_table.filter(of_nobody),
        empty={name: table.slice(0, 0) for name, table in tables.items()},
        peak_bytes=peak_bytes(),
    )


def write_table(table: pa.Table, target: Path) -> None:
    """Write a table of a run as Parquet, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    words = ("book", "leg", "outcome", "rule", "reason")
    half = target.with_name(f"{target.name}.{os.getpid()}.half")
    # Ids do not repeat: a dictionary or the least and greatest of them would be made in vain.
    # Without the schema of Arrow every reader gets plain text.
    pq.write_table(
        table,
        half,
        use_dictionary=[name for name in words if name in table.column_names],
        write_statistics=False,
        store_schema=False,
        row_group_size=1 << 18,
    )
    half.replace(target)


def peak_bytes() -> int:
    """Return the most memory this process has held."""
    unit = 1 if sys.platform == "darwin" else _KIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _accounts(columns: BookColumns) -> pa.Array:
    told = columns.arrow("account")
    return pa.nulls(columns.size, pa.string()) if told is None else told


def _note_days(
    across: Across, book: BookName, columns: BookColumns, days: NDArray[np.int32]
) -> None:
    codes, names = columns.words("provider")
    for code, name in enumerate(names.to_pylist()):
        own = np.unique(days[codes == code])
        if not len(own):
            continue
        if book is BookName.PAYOUTS:
            across.add(Across(arrivals={name: int(own[-1])}))
        else:
            told = across.payments if book is BookName.PAYMENTS else across.statement
            told.add({name: set(own.tolist())})


def _links(task: Look, book: BookName, columns: BookColumns) -> Iterator[Link]:
    """Yield the records of a file that hold an id of a bare record, under the column of the join."""
    for number, (join, ids) in enumerate(zip(task.joins, task.bare_ids, strict=True)):
        told = columns.arrow(join[book is BookName.STATEMENT])
        if told is None or not len(ids):
            continue
        texts = told.cast(pa.large_string())
        rows = np.flatnonzero(pc.is_in(texts, ids).to_numpy(zero_copy_only=False))
        if not len(rows):
            continue
        places = pa.array(rows)
        own = [
            column.cast(pa.large_string()).take(places).to_pylist()
            for column in (columns.required("provider"), texts, _accounts(columns))
        ]
        for provider, text, account in zip(*own, strict=True):
            if account:
                yield number, provider, text, account


def _apart(result: Reconciled) -> tuple[pa.Table, dict[Place, pa.Table]]:
    """Return the outcomes of records with an account, and by book and leg those of the others."""
    own, bare, first = [], {}, 0
    table = result.outcome_table
    sizes = [len(chunk) for chunk in table.column("leg").chunks]
    for (place, count), size in zip(result.bare.items(), sizes, strict=True):
        own.append(table.slice(first, size - count))
        bare[place] = table.slice(first + size - count, count)
        first += size
    return pa.concat_tables(own), bare


def _save(path: Path, coded: CodedBooks, leg_b: Matched) -> None:
    """Leave the decisions of leg B, and the hashes of all record ids, for later rounds."""
    columns = {
        f"{name}.{column.name}": getattr(side, column.name)
        for name, side in (("payments", leg_b.payments), ("statement", leg_b.statement))
        for column in fields(side)
    }
    half = path.with_name(f"{path.stem}.{os.getpid()}.half.npz")
    np.savez(half, classes=np.array(leg_b.classes), **columns)
    half.replace(path)
    for name in BookName:
        ids = getattr(coded, name.value).ids
        hashes = half.with_name(f"{path.stem}.{os.getpid()}.half.npy")
        np.save(hashes, np.sort(hash_text(ids.text)))
        hashes.replace(path.with_name(f"ids-{name.value}-{path.stem}.npy"))


def _load(path: Path) -> Matched:
    with np.load(path) as held:
        sides = [
            Decisions(
                **{column.name: held[f"{name}.{column.name}"] for column in fields(Decisions)}
            )
            for name in ("payments", "statement")
        ]
        return Matched(sides[0], sides[1], int(held["classes"]))
