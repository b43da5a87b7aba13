"""Pass 6: records that cannot be told apart are confirmed as a set, and no pair of them is claimed.

A set is a component of records of one account, direction, amount and business day, as many in each
book, in which every pairing gives the same totals. Where the two books keep the same time (learnt
from the pairs that identifiers joined) a component is what the time window connects, and the
pairing in order of time must hold; elsewhere it is the whole day. A record that fits something of
another day makes its set no component of its own. Source: reconciliation.md section 2, pass 6.
"""

import numpy as np

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.coded_text import Codes, Flags
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import Outcome, Rule
from reconciliation.engine.passes.candidates import (
    Counts,
    Pool,
    count_elsewhere,
    count_in_cell,
    with_cells,
)
from reconciliation.engine.passes.run import Run


def confirm_classes(run: Run, payments: Pool, statement: Pool, *, rule: Rule) -> None:
    """Decide ``matched_in_class`` for components in which every pairing gives the same totals."""
    if not (len(payments) and len(statement)):
        return
    fits = _fits(payments, statement)
    beyond = count_elsewhere(payments, statement)
    fitting = [count > 0 for count in fits]
    pools = (payments.take(fitting[0]), statement.take(fitting[1]))
    if not (len(pools[0]) and len(pools[1])):
        return
    away = [part[on] > 0 for part, on in zip(beyond, fitting, strict=True)]
    mixed = _tells_days_only(*pools)
    cells = _components(*pools, mixed)
    pools = (with_cells(pools[0], cells[0]), with_cells(pools[1], cells[1]))
    size = 1 + int(max(part.max(initial=-1) for part in cells))
    held = [np.bincount(part, minlength=size) for part in cells]
    balanced = held[0] == held[1]
    fits = _fits(*pools, timed=mixed)
    for here, there in ((0, 1), (1, 0)):
        every = fits[here] == held[there][cells[here]]
        balanced[cells[here][~every | away[here]]] = False
    balanced[_out_of_step(pools, cells, balanced, mixed)] = False
    _write(run, pools, cells, balanced, rule)


def _fits(
    payments: Pool, statement: Pool, timed: tuple[Flags, Flags] | None = None
) -> tuple[Counts, Counts]:
    """Return how many of its cell each record fits: by time where ``timed``, else by the day.

    Without ``timed`` the time counts wherever both books keep the same.
    """
    by_time = count_in_cell(payments, statement, by_time=True)
    by_day = count_in_cell(payments, statement, by_time=False)
    which = (payments.clock, statement.clock) if timed is None else timed
    left, right = (
        np.where(on, with_time, without)
        for on, with_time, without in zip(which, by_time, by_day, strict=True)
    )
    return left, right


def _tells_days_only(payments: Pool, statement: Pool) -> tuple[Flags, Flags]:
    """Return which records share a cell with one that tells no time, though the clocks agree."""
    size = 1 + int(max(pool.cell.max(initial=-1) for pool in (payments, statement)))
    untimed = np.zeros(size, bool)
    for pool in (payments, statement):
        untimed[pool.cell[pool.time == NO_TIME]] = True
    return payments.clock & untimed[payments.cell], statement.clock & untimed[statement.cell]


def _components(payments: Pool, statement: Pool, mixed: tuple[Flags, Flags]) -> tuple[Codes, Codes]:
    """Return the component of each record: its day, or the stretch of it that the window connects.

    Fits reach equally far on both sides, so a component is a stretch of time without a gap that no
    fit spans.
    """
    cut = len(payments)
    cell = np.concatenate([payments.cell, statement.cell])
    clock = np.concatenate([payments.clock & ~mixed[0], statement.clock & ~mixed[1]])
    time = np.where(clock, np.concatenate([payments.time, statement.time]), 0)
    reach = np.concatenate([payments.reach, statement.reach])
    order = np.lexsort((time, cell))
    is_payment = order < cut
    starts = np.ones(len(order), bool)
    starts[1:] = cell[order][1:] != cell[order][:-1]
    place = np.arange(len(order))
    first = np.maximum.accumulate(np.where(starts, place, 0))
    ends = np.append(np.flatnonzero(starts)[1:], len(order))
    last = np.repeat(ends, np.diff(np.append(np.flatnonzero(starts), len(order)))) - 1
    spanned = np.zeros(len(order), bool)
    for one, other in ((is_payment, ~is_payment), (~is_payment, is_payment)):
        before = np.maximum.accumulate(np.where(one, place, -1))
        after = np.minimum.accumulate(np.where(other, place, len(order))[::-1])[::-1]
        left, right = before[:-1], after[1:]
        there = (left >= first[:-1]) & (right <= last[:-1])
        gap = time[order][np.minimum(right, len(order) - 1)] - time[order][np.maximum(left, 0)]
        spanned[1:] |= there & (gap <= reach[order][:-1])
    number = np.cumsum(starts | (~spanned & clock[order]))
    component = np.empty(len(order), np.int64)
    component[order] = number
    component = code_together(component)
    return component[:cut], component[cut:]


def _out_of_step(
    pools: tuple[Pool, Pool],
    cells: tuple[Codes, Codes],
    balanced: Flags,
    mixed: tuple[Flags, Flags],
) -> Codes:
    """Return components in which not even the pairing in order of time stays within the window."""
    rows = [
        np.flatnonzero(balanced[cell] & pool.clock & ~days_only)
        for pool, cell, days_only in zip(pools, cells, mixed, strict=True)
    ]
    rows = [
        row[np.lexsort((pool.time[row], cell[row]))]
        for row, pool, cell in zip(rows, pools, cells, strict=True)
    ]
    apart = np.abs(pools[0].time[rows[0]] - pools[1].time[rows[1]])
    broken: Codes = cells[0][rows[0]][apart > pools[0].reach[rows[0]]]
    return broken


def _write(
    run: Run, pools: tuple[Pool, Pool], cells: tuple[Codes, Codes], balanced: Flags, rule: Rule
) -> None:
    number = np.cumsum(balanced) - 1 + run.classes
    for side, pool, cell in zip(run.sides, pools, cells, strict=True):
        chosen = balanced[cell]
        side.decisions.decide(pool.rows[chosen], Outcome.MATCHED_IN_CLASS, rule)
        side.decisions.class_number[pool.rows[chosen]] = number[cell[chosen]]
    run.classes += int(balanced.sum())
