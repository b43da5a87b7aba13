"""The parts of a run over a lake: which leaves of the accounts each one decides, and their rows.

A part is whole leaves, about ``rows_per_part`` rows of them: small buckets go together, a large one is
split by leaf. One account at one provider is never split, because nothing may be decided about
half of it; it is then a part of its own, and goes first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from reconciliation.engine.books import BookName, Books
from reconciliation.engine.coded_text import Flags
from reconciliation.engine.leaves import BUCKETS, LEAVES, NO_ACCOUNT, Leaves, leaves_of_columns
from reconciliation.errors import EngineInputRefused
from reconciliation.lake.layout import Lake, LakeFile, bucket_name

READ = (
    "provider",
    "account",
    "direction",
    "transaction_type",
    "status",
    "currency",
    "record_id",
    "provider_transaction_id",
    "amount_vnd",
    "occurred_at",
    "business_date",
    "reference",
    "bank_reference",
    "settlement_id",
    "original_transaction_id",
    "original_is_told",
    "balance_after_vnd",
    "fee_vnd",
    "tax_vnd",
    "payout_reference",
    "arrived_on",
    "expires_at",
)
"""The columns the engine knows; others stay where they are."""
WORDS = READ[:6]
ROWS_AT_ONCE = 1 << 18

Account = tuple[str, str]
"""A provider and an account of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one worker decides at a time.

    ``leaves`` of the lake without the accounts in ``leaves_out``, and with them the accounts in
    ``takes_in`` from wherever they lie, and the ``bare`` records that name no account, by book.
    """

    number: int
    leaves: tuple[int, ...]
    leaves_out: frozenset[Account] = frozenset()
    takes_in: frozenset[Account] = frozenset()
    bare: dict[str, pa.Table] = field(default_factory=dict)

    def buckets(self) -> set[str]:
        """Return the buckets in which the accounts of the part lie."""
        return {bucket_name(leaf) for leaf in {*self.leaves, *_leaves_of(self.takes_in)}}


def share_out(rows_of_leaf: NDArray[np.int64], rows_per_part: int) -> list[tuple[int, ...]]:
    """Return sets of leaves of about ``rows_per_part`` rows, leaves of one bucket together.

    The sets depend on the rows alone, not on who decides them.
    """
    found: list[tuple[int, ...]] = []
    together: list[int] = []
    held = 0
    for bucket in range(BUCKETS):
        leaves = [leaf for leaf in range(bucket, LEAVES, BUCKETS) if rows_of_leaf[leaf]]
        size = int(rows_of_leaf[leaves].sum())
        if size > rows_per_part:
            found += _split(leaves, rows_of_leaf, rows_per_part)
            continue
        if held + size > rows_per_part and together:
            found.append(tuple(together))
            together, held = [], 0
        together += leaves
        held += size
    return [*found, tuple(together)] if together else found


def _split(
    leaves: list[int], rows_of_leaf: NDArray[np.int64], rows_per_part: int
) -> Iterator[tuple[int, ...]]:
    """Yield the leaves of one bucket in sets: the heaviest first, each into the first with room."""
    sets: list[list[int]] = []
    rows: list[int] = []
    for leaf in sorted(leaves, key=lambda leaf: (-int(rows_of_leaf[leaf]), leaf)):
        size = int(rows_of_leaf[leaf])
        place = next((at for at, held in enumerate(rows) if held + size <= rows_per_part), None)
        if place is None:
            sets.append([leaf])
            rows.append(size)
        else:
            sets[place].append(leaf)
            rows[place] += size
    yield from (tuple(sorted(one)) for one in sets)


def read_part(lake: Lake, part: Part) -> Books:
    """Return the books of a part, each row where its file has it: in one order on every machine."""
    # The system's allocator gives freed pages back; Arrow's own keeps them, and workers live long.
    pa.set_memory_pool(pa.system_memory_pool())
    names = {name: f"{name} of the lake" for name in lake.books}
    given = {BookName(name).value: _read_book(lake, part, name) for name in lake.books}
    for required in (BookName.PAYMENTS, BookName.STATEMENT):
        given.setdefault(required.value, pa.table({}))
    return Books(**given, files=names)


def read_file(lake: Lake, file: LakeFile, columns: Iterable[str]) -> pa.Table:
    """Return some columns of a file, those it has; words come as dictionaries."""
    wanted = set(columns)
    content = BytesIO(lake.content(file))
    try:
        names = pq.read_schema(content).names
        words = [name for name in WORDS if name in names]
        with pq.ParquetFile(content, read_dictionary=words) as held:
            return held.read([name for name in names if name in wanted])
    except pa.ArrowInvalid as error:
        problem = str(error).split(". ")[0]
        raise EngineInputRefused(file=file.path, column="the file", problem=problem) from error


def _read_book(lake: Lake, part: Part, name: str) -> pa.Table:
    files = lake.files_of(name, part.buckets())
    tables = [_chosen(read_file(lake, file, READ), part) for file in files]
    if name in part.bare:
        tables.append(part.bare[name])
    tables = [table for table in tables if len(table)]
    if not tables:
        return pa.table({})
    return pa.concat_tables(tables, promote_options="permissive")


def _chosen(table: pa.Table, part: Part) -> pa.Table:
    """Return the rows of a part."""
    if "account" not in table.column_names:
        return table.slice(0, 0)
    leaves = leaves_of_columns(table.column("provider"), table.column("account"))
    wanted = np.zeros(LEAVES + 1, bool)
    wanted[list(part.leaves)] = True
    chosen: Flags = wanted[leaves]
    if part.leaves_out:
        chosen &= ~_are(table, leaves, part.leaves_out)
    if part.takes_in:
        chosen |= _are(table, leaves, part.takes_in)
    return table if chosen.all() else table.filter(pa.array(chosen))


def _are(table: pa.Table, leaves: Leaves, accounts: frozenset[Account]) -> Flags:
    """Return which rows are of one of some accounts."""
    rows = np.flatnonzero(np.isin(leaves, list(_leaves_of(accounts))))
    places = pa.array(rows)
    provider, account = (
        table.column(name).take(places).cast(pa.large_string()).to_pylist()
        for name in ("provider", "account")
    )
    found = np.zeros(len(table), bool)
    pairs = zip(provider, account, strict=True)
    found[rows] = np.array([pair in accounts for pair in pairs], bool)
    return found


def _leaves_of(accounts: Iterable[Account]) -> set[int]:
    listed = sorted(accounts)
    if not listed:
        return set()
    provider, account = (pa.array(column) for column in zip(*listed, strict=True))
    return set(leaves_of_columns(provider, account).tolist()) - {NO_ACCOUNT}
