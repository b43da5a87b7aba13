"""Which open records of the two books fit each other by account, direction, amount and time.

Two records fit when both tell a time and lie within the window, or when one tells only its day and
the days are equal; not when both carry ids of one kind that differ, or two different codes.
The graph of fits is never written out (equal amounts make it quadratic): it is a few sets of
intervals on a line, and each record's number of fits is found by binary search.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.books import KINDS
from reconciliation.engine.coded_text import Codes, Flags, Rows
from reconciliation.engine.keys import code_together
from reconciliation.engine.passes.run import (
    BANK_REFERENCE_BIT,
    ORIGINAL_BIT,
    PROVIDER_ID_BIT,
    Run,
    Side,
)

Counts = NDArray[np.int64]
_US = 1_000_000
_CODES = ("request", "vendor")
"""What remarks name; two different ones of a kind are of two movements."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Open records of one book. ``group``: account, direction, amount. ``cell``: group and day.

    ``ids`` has a bit for each kind of identifier that the record carries and that joined pairs of
    its account; ``vendor`` and ``request`` are those named in the remark, -1 for none. ``clock``: the two books
    keep the same time in this account, so a time that is far off speaks against a fit.
    """

    rows: Rows
    group: Codes
    cell: Codes
    time: NDArray[np.int64]
    day: NDArray[np.int32]
    reach: NDArray[np.int64]
    ids: NDArray[np.uint8]
    vendor: Codes
    request: Codes
    clock: Flags

    def take(self, chosen: Flags | Rows) -> "Pool":
        """Return some records of the pool."""
        return Pool(*(getattr(self, column.name)[chosen] for column in fields(self)))

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Fits:
    """For each record of one pool: how many of the other fit, and the place of the only one."""

    count: NDArray[np.int64]
    only: Rows


@dataclass(frozen=True, slots=True)
class _Link:
    """Pairs at most ``reach`` apart on a line are fits; places in the two pools."""

    left: Rows
    at_left: Codes
    left_reach: Codes | int
    right: Rows
    at_right: Codes
    right_reach: Codes | int


def pool_open_records(run: Run, left_out: tuple[Flags, Flags] | None = None) -> tuple[Pool, Pool]:
    """Return the open records of both books that share account, direction and amount."""
    both = run.has_both_books()
    rows = [
        np.flatnonzero(
            side.candidates()
            & run.in_force(side, both)
            & (True if left_out is None else ~left_out[at])
        )
        for at, side in enumerate(run.sides)
    ]
    block = [
        side.book.block[row].astype(np.int64) * KINDS + side.book.kind[row]
        for side, row in _zip(run, rows)
    ]
    amount = [side.book.amount[row] for side, row in _zip(run, rows)]
    group = code_together(np.concatenate(block), np.concatenate(amount))
    cut = len(rows[0])
    size = int(group.max(initial=-1)) + 1
    shared = np.bincount(group[:cut], minlength=size) > 0
    shared &= np.bincount(group[cut:], minlength=size) > 0
    keep = shared[group]
    rows = [rows[0][keep[:cut]], rows[1][keep[cut:]]]
    days = np.concatenate([side.book.day[row] for side, row in _zip(run, rows)])
    group = group[keep]
    cell = code_together(group, days.astype(np.int64))
    window = np.array([profile.window_s * _US for profile in run.profiles], np.int64)
    widest = np.zeros(size, np.int64)
    np.maximum.at(widest, group, np.concatenate([window[s.profile[r]] for s, r in _zip(run, rows)]))
    cut = len(rows[0])
    parts = (slice(None, cut), slice(cut, None))
    payments, statement = (
        Pool(
            rows=row,
            group=group[part],
            cell=cell[part],
            time=side.book.time[row],
            day=days[part],
            reach=widest[group[part]],
            ids=_identifiers(run, side, at, row),
            vendor=_named(side.vendor, row),
            request=_named(side.request, row),
            clock=run.same_clock(side.book.block[row]),
        )
        for at, (side, row, part) in enumerate(zip(run.sides, rows, parts, strict=True))
    )
    return payments, statement


def fit_in_time(left: Pool, right: Pool) -> tuple[Fits, Fits]:
    """Return the fits of each record of both pools."""
    return _count([*_links(left, right, timed=True)], len(left), len(right))


def count_in_cell(left: Pool, right: Pool, *, by_time: bool) -> tuple[Counts, Counts]:
    """Return how many records of its own cell each one fits, by time or by the cell alone."""
    here = (_with_groups(pool, pool.cell) for pool in (left, right))
    found = _count([*_links(*here, timed=by_time)], len(left), len(right))
    return found[0].count, found[1].count


def count_elsewhere(left: Pool, right: Pool) -> tuple[Counts, Counts]:
    """Return how many records of another business day each one fits: both tell a time."""
    links = [*_links(left, right, timed=True, only_timed=True)]
    anywhere = _count(links, len(left), len(right))
    here = (_with_groups(pool, pool.cell) for pool in (left, right))
    links = [*_links(*here, timed=True, only_timed=True)]
    found = _count(links, len(left), len(right))
    return anywhere[0].count - found[0].count, anywhere[1].count - found[1].count


def with_cells(pool: Pool, cell: Codes) -> Pool:
    """Return the pool with other cells."""
    return _with_groups(pool, pool.group, cell)


def within_hints(left: Pool, right: Pool, hints: tuple[Codes, Codes]) -> tuple[Pool, Pool]:
    """Return the records of both pools that have a hint, in groups that share it."""
    told = [hint >= 0 for hint in hints]
    parts = [pool.take(on) for pool, on in zip((left, right), told, strict=True)]
    hint = np.concatenate([hint[on] for hint, on in zip(hints, told, strict=True)])
    group = code_together(np.concatenate([pool.group for pool in parts]), hint)
    cell = code_together(group, np.concatenate([pool.day for pool in parts]).astype(np.int64))
    cut = len(parts[0])
    return (
        _with_groups(parts[0], group[:cut], cell[:cut]),
        _with_groups(parts[1], group[cut:], cell[cut:]),
    )


def _with_groups(pool: Pool, group: Codes, cell: Codes | None = None) -> Pool:
    columns = {column.name: getattr(pool, column.name) for column in fields(pool)}
    return Pool(**{**columns, "group": group, "cell": pool.cell if cell is None else cell})


def _zip(run: Run, rows: list[Rows]) -> Iterator[tuple[Side, Rows]]:
    return zip(run.sides, rows, strict=True)


def _identifiers(run: Run, side: Side, at: int, rows: Rows) -> NDArray[np.uint8]:
    """Return which kinds of identifier each record carries that tell movements apart."""
    bits = np.zeros(len(rows), np.uint8)
    profile = side.profile[rows]
    for number in np.unique(profile).tolist():
        row = run.profiles[number]
        if row.ids_exclude == "never":
            continue
        of_profile = profile == number
        joins = {
            PROVIDER_ID_BIT: row.provider_id,
            BANK_REFERENCE_BIT: next((j for j in row.bank_reference if j[0] == j[1]), None),
            ORIGINAL_BIT: ("original_transaction_id", "original_transaction_id"),
        }
        for bit, join in joins.items():
            if join is None:
                continue
            carries = of_profile & side.book.texts[join[at]].present[rows]
            if row.ids_exclude == "learned":
                seen = run.shared.get(bit)
                carries &= seen[side.book.block[rows]] if seen is not None else False
            bits[carries] |= bit
    return bits


def _named(codes: Codes | None, rows: Rows) -> Codes:
    return np.full(len(rows), -1) if codes is None else codes[rows]


def _links(left: Pool, right: Pool, *, timed: bool, only_timed: bool = False) -> Iterator[_Link]:
    """Yield disjoint sets of fits that together are all of them."""
    for bits in np.unique(left.ids).tolist():
        masks = (left.ids == bits, (right.ids & bits) == 0)
        yield from _of_codes((left, right), masks, _CODES, (timed, only_timed))


def _of_codes(
    pools: tuple[Pool, Pool],
    masks: tuple[Flags, Flags],
    kinds: tuple[str, ...],
    when: tuple[bool, bool],
) -> Iterator[_Link]:
    """Yield the fits of records that do not name two different codes of one kind."""
    if not kinds:
        yield from _times(*pools, *masks, *when)
        return
    codes = [getattr(pool, kinds[0]) for pool in pools]
    told = [mask & (code >= 0) for mask, code in zip(masks, codes, strict=True)]
    if not (told[0].any() and told[1].any()):
        yield from _of_codes(pools, masks, kinds[1:], when)
        return
    yield from _of_codes(pools, (masks[0] & ~told[0], masks[1]), kinds[1:], when)
    yield from _of_codes(pools, (told[0], masks[1] & ~told[1]), kinds[1:], when)
    places = [np.flatnonzero(on) for on in told]
    same = within_hints(
        pools[0].take(places[0]),
        pools[1].take(places[1]),
        (codes[0][places[0]], codes[1][places[1]]),
    )
    every = (np.ones(len(same[0]), bool), np.ones(len(same[1]), bool))
    for link in _of_codes(same, every, kinds[1:], when):
        yield _Link(
            places[0][link.left],
            link.at_left,
            link.left_reach,
            places[1][link.right],
            link.at_right,
            link.right_reach,
        )


def _times(
    left: Pool, right: Pool, on_left: Flags, on_right: Flags, timed: bool, only_timed: bool
) -> Iterator[_Link]:
    if not timed:
        yield _by_cell(left, right, on_left, on_right)
        return
    clock = (on_left & (left.time != NO_TIME), on_right & (right.time != NO_TIME))
    yield _by_clock(left, right, *clock)
    if not only_timed:
        yield _by_cell(left, right, clock[0], on_right & ~clock[1])
        yield _by_cell(left, right, on_left & ~clock[0], on_right)


def _by_cell(left: Pool, right: Pool, on_left: Flags, on_right: Flags) -> _Link:
    i, j = np.flatnonzero(on_left), np.flatnonzero(on_right)
    return _Link(i, left.cell[i], 0, j, right.cell[j], 0)


def _by_clock(left: Pool, right: Pool, on_left: Flags, on_right: Flags) -> _Link:
    """Return the records on one line: within a group as far apart as in time, up to the reach."""
    i, j = np.flatnonzero(on_left), np.flatnonzero(on_right)
    group = np.concatenate([left.group[i], right.group[j]])
    time = np.concatenate([left.time[i], right.time[j]])
    reach = np.concatenate([left.reach[i], right.reach[j]])
    order = np.lexsort((time, group))
    gaps = np.empty(len(order), np.int64)
    gaps[:1] = 0
    gaps[1:] = np.minimum(np.diff(time[order]), reach[order][1:] + 1)
    other = np.flatnonzero(np.diff(group[order])) + 1
    gaps[other] = np.maximum(reach[order][other], reach[order][other - 1]) + 1
    line = np.empty(len(order), np.int64)
    line[order] = np.cumsum(gaps)
    cut = len(i)
    return _Link(i, line[:cut], reach[:cut], j, line[cut:], reach[cut:])


def _count(links: list[_Link], left: int, right: int) -> tuple[Fits, Fits]:
    fits = [Fits(np.zeros(size, np.int64), np.full(size, -1, np.int64)) for size in (left, right)]
    for link in links:
        _look_up(fits[0], link.left, link.at_left, link.left_reach, link.right, link.at_right)
        _look_up(fits[1], link.right, link.at_right, link.right_reach, link.left, link.at_left)
    return fits[0], fits[1]


def _look_up(
    fits: Fits, here: Rows, at: Codes, reach: Codes | int, there: Rows, places: Codes
) -> None:
    order = np.argsort(places, kind="stable")
    line = places[order]
    first = np.searchsorted(line, at - reach, side="left")
    found = np.searchsorted(line, at + reach, side="right") - first
    fits.count[here] += found
    only = found == 1
    fits.only[here[only]] = there[order[first[only]]]
