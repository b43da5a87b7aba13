"""A run over a lake: the same engine, part by part, on however many workers, with one root hash.

The books never stand in one place: a worker holds one part, and whoever directs the run holds what the
parts say of themselves. Source: architecture.md section 8.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.account_days import MEASURES
from reconciliation.engine.across import Across
from reconciliation.engine.coded_text import code_text, hash_text
from reconciliation.engine.crew import Crew
from reconciliation.engine.keys import canonical_order
from reconciliation.engine.leaves import LEAVES, NO_ACCOUNT
from reconciliation.engine.passes.elsewhere import stand_elsewhere
from reconciliation.engine.payout_cycles import Cycles
from reconciliation.engine.roots import LeafHashes, Place, hash_leaves, root_of
from reconciliation.errors import LakeFolderTaken
from reconciliation.lake.bare_records import assign, read_bare_keys
from reconciliation.lake.layout import BUCKET_NAMES, NO_BUCKET, Lake
from reconciliation.lake.parts import READ, Part, read_file, share_out
from reconciliation.lake.rounds import (
    Decide,
    Learnt,
    Look,
    Seen,
    Told,
    decide_leg_b,
    decide_rest,
    look,
    write_table,
)
from reconciliation.lake.unique_ids import refuse_repeated_ids
from reconciliation.profiles import Profiles

ROWS_PER_PART = 500_000
"""Payments and lines that one worker holds at a time: about 400 MB."""
ROWS_PER_PART_MIN = 50_000
_PARTS_PER_WORKER = 4
_TABLES = ("outcomes", "vendor_day", "payouts", "roll_forward")


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeRun:
    """What a run over a lake comes to; its tables are folders of files. See ``Reconciled``."""

    records: dict[str, int]
    counts: dict[str, dict[str, int]]
    sums: dict[str, dict[str, int]]
    root_hash: str
    rules_sha256: str
    parts: int
    peak_bytes: int
    """The most memory any worker held."""


def reconcile_lake(
    lake: Lake,
    profiles: Profiles,
    crew: Crew,
    out: Path,
    *,
    rows_per_part: int = ROWS_PER_PART,
    on_stage: Callable[[str], None] | None = None,
) -> LakeRun:
    """Decide every record of a lake, write the tables into folders of ``out``, and sum them up.

    Args:
        out: a folder that all workers see under this name, without results in it.
        rows_per_part: about so many records a worker holds at a time.

    Raises:
        LakeRefused: a file of the lake is missing or damaged.
        LakeFolderTaken: ``out`` holds results.
        EngineInputRefused: a book is not as the contract says.
        BooksDoNotBalance: an invariant does not hold.
        WorkersLost: the workers died again and again.
    """
    done = on_stage or (lambda _: None)
    out, work = out.absolute(), out.absolute() / ".work"
    lake = replace(lake, folder=lake.folder.absolute())
    if any((out / name).exists() for name in _TABLES):
        raise LakeFolderTaken(str(out), "holds results already; name another folder")
    work.mkdir(parents=True, exist_ok=True)
    try:
        parts, across, rows = _look(lake, profiles, crew, rows_per_part)
        done("look")
        tasks = [Decide(_lake_of(lake, part), part, profiles, across, work, out) for part in parts]
        weights = [_weight(part, rows) for part in parts]
        learnt = crew.run(decide_leg_b, tasks, weights)
        refuse_repeated_ids(lake, work)
        done("leg_b")
        tasks = _told_the_rest(tasks, learnt)
        told = crew.run(decide_rest, tasks, weights)
        done("rest")
        return _sum_up(told, profiles, out)
    except BaseException:
        for name in _TABLES:
            shutil.rmtree(out / name, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
        done("sum up")


def _look(
    lake: Lake, profiles: Profiles, crew: Crew, rows_per_part: int
) -> tuple[list[Part], Across, NDArray[np.int64]]:
    """Return the parts of the run, what holds over all of them, and the rows of each leaf."""
    bare = read_bare_keys(
        {
            name: pa.concat_tables(tables, promote_options="permissive")
            for name in lake.books
            if (tables := [read_file(lake, f, READ) for f in lake.files_of(name, [NO_BUCKET])])
        },
        profiles,
    )
    buckets = (*BUCKET_NAMES, NO_BUCKET)
    lakes = [_only(lake, {bucket}) for bucket in buckets]
    tasks = [
        Look(own, bucket, bare.joins, bare.ids())
        for own, bucket in zip(lakes, buckets, strict=True)
    ]
    found: list[Seen] = crew.run(look, tasks, [sum(f.rows for f in own.files) for own in lakes])
    across, rows = Across(), np.zeros(LEAVES + 1, np.int64)
    for seen in found:
        across.add(seen.across)
        rows += seen.rows
    size = int(rows.sum()) // (crew.size * _PARTS_PER_WORKER)
    size = min(max(size, ROWS_PER_PART_MIN), rows_per_part)
    links = {link for seen in found for link in seen.links}
    return assign(bare, links, share_out(rows, size)), across, rows


def _told_the_rest(tasks: list[Decide], learnt: list[Learnt]) -> list[Decide]:
    """Return the tasks with what leg B has shown over all accounts."""
    cycles = Cycles()
    for found in learnt:
        cycles.add(found.cycles)
    missing = pa.concat_tables([found.missing for found in learnt]).to_pandas()
    elsewhere = missing[stand_elsewhere(missing)]
    return [
        replace(
            task,
            cycles=cycles,
            wrong_accounts=(
                _rows(elsewhere, task.part.number, is_line=False),
                _rows(elsewhere, task.part.number, is_line=True),
            ),
        )
        for task in tasks
    ]


def _rows(elsewhere: pd.DataFrame, part: int, *, is_line: bool) -> NDArray[np.int64]:
    own = elsewhere["part"].eq(part) & elsewhere["is_line"].eq(is_line)
    rows: NDArray[np.int64] = elsewhere.loc[own, "row"].to_numpy(np.int64)
    return rows


def _sum_up(told: list[Told], profiles: Profiles, out: Path) -> LakeRun:
    """Return what all parts come to, and write what is told of no account."""
    bare = _by_id([part.bare for part in told])
    if bare:
        write_table(pa.concat_tables(bare.values()), out / "outcomes" / "none.parquet")
    days = pa.concat_tables([part.bare_days for part in told])
    if len(days):
        write_table(_added_up(days), out / "vendor_day" / "none.parquet")
    for name in _TABLES:
        if not (out / name).exists():
            write_table(told[0].empty[name], out / name / "none.parquet")
    return LakeRun(
        records=_added([part.records for part in told]),
        counts=_added_by_outcome([part.counts for part in told]),
        sums=_added_by_outcome([part.sums for part in told]),
        root_hash=root_of(_all_leaves(told, bare)),
        rules_sha256=profiles.rules_sha256,
        parts=len(told),
        peak_bytes=max(part.peak_bytes for part in told),
    )


def _all_leaves(told: list[Told], bare: dict[Place, pa.Table]) -> LeafHashes:
    found: dict[Place, dict[int, str]] = {}
    for part in told:
        for place, hashes in part.leaf_hashes.items():
            found.setdefault(place, {}).update(hashes)
    for place, table in bare.items():
        as_text = _with_texts(table)
        leaves = np.full(len(table), NO_ACCOUNT, np.uint16)
        found[place] |= hash_leaves(as_text, [(place, leaves)])[place]
    return found


def _by_id(tables: list[dict[Place, pa.Table]]) -> dict[Place, pa.Table]:
    """Return the outcomes of bare records in the order that their ids alone decide, in one chunk."""
    found = {}
    for place in tables[0]:
        told = [of_part[place] for of_part in tables if len(of_part[place])]
        if not told:
            continue
        whole = pa.concat_tables(told).combine_chunks()
        ids = whole.column("record_id").chunk(0).cast(pa.string())
        order, _ = canonical_order(code_text(ids), hash_text)
        found[place] = whole.take(pa.array(order)).combine_chunks()
    return found


def _with_texts(table: pa.Table) -> pa.Table:
    """Return a table with ids as text: whole numbers are hashed as they are written."""
    for name in ("record_id", "counterpart_id"):
        column = table.column(name)
        if pa.types.is_integer(column.type):
            at = table.column_names.index(name)
            table = table.set_column(at, name, column.cast(pa.string()))
    return table


def _added_up(days: pa.Table) -> pa.Table:
    """Return the days of no account, one row per provider and day."""
    keys = ["provider", "account", "business_date"]
    names = [*MEASURES, "net_vnd"]
    sums = days.group_by(keys).aggregate([(name, "sum") for name in names])
    columns = [*keys, *(f"{name}_sum" for name in names)]
    order = [(name, "ascending") for name in keys]
    return sums.select(columns).rename_columns([*keys, *names]).sort_by(order)


def _added(parts: list[dict[str, int]]) -> dict[str, int]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: sum(part.get(name, 0) for part in parts) for name in names}


def _added_by_outcome(parts: list[dict[str, dict[str, int]]]) -> dict[str, dict[str, int]]:
    places = dict.fromkeys(place for part in parts for place in part)
    return {place: _added([part.get(place, {}) for part in parts]) for place in places}


def _weight(part: Part, rows: NDArray[np.int64]) -> int:
    bare = sum(len(table) for table in part.bare.values())
    return int(rows[list(part.leaves)].sum()) + bare


def _lake_of(lake: Lake, part: Part) -> Lake:
    """Return the lake with the files that a part reads, so that no task carries the whole list."""
    return _only(lake, set(part.buckets()))


def _only(lake: Lake, buckets: set[str]) -> Lake:
    return replace(lake, files=tuple(file for file in lake.files if file.bucket in buckets))
