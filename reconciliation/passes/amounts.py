"""Passes 5 and 6: account, amount and time, with no identifier left.

Market amounts are heavily tied, so the nearest in time is not taken: a pair is claimed only when
each of the two fits nothing else. Where several records are interchangeable (same account,
direction, amount, business day, as many in each book, each fitting each) their *set* is confirmed
and no pair is claimed. A record that fits something of another day makes its set no component of
its own. What fits something and is neither is ambiguous. Source: reconciliation.md sections 0, 2.
"""

import numpy as np

from reconciliation.coded_text import Codes, Flags
from reconciliation.decisions import claim_pairs
from reconciliation.keys import code_together
from reconciliation.outcomes import Outcome, Reason, Rule
from reconciliation.passes.candidates import (
    Pool,
    fit_elsewhere,
    fit_in_day,
    pool_open_records,
    within_hints,
)
from reconciliation.passes.remarks import unique_fits
from reconciliation.passes.run import Run


def join_by_amount(run: Run) -> None:
    """Claim pairs that fit nothing else, confirm interchangeable sets, note the rest as tied."""
    payments, statement = _pools(run)
    if not (len(payments) and len(statement)):
        return
    i, j = unique_fits(payments, statement)
    difference = np.zeros(len(i), np.int64)
    claim_pairs(
        run.payments.decisions,
        run.statement.decisions,
        i,
        j,
        rule=Rule.AMOUNT_WINDOW,
        difference=difference,
    )
    payments, statement = _pools(run)
    coded = within_hints(payments, statement, (payments.vendor, statement.vendor))
    _confirm_classes(run, *coded, rule=Rule.CLASS_BY_CODE)
    payments, statement = _pools(run)
    _confirm_classes(run, payments, statement, rule=Rule.CLASS)
    _note_ties(run, *_pools(run))


def _pools(run: Run) -> tuple[Pool, Pool]:
    several = [side.several for side in run.sides]
    if several[0] is None or several[1] is None:
        return pool_open_records(run)
    return pool_open_records(run, (several[0], several[1]))


def _confirm_classes(run: Run, payments: Pool, statement: Pool, *, rule: Rule) -> None:
    """Decide ``matched_in_class`` for cells in which every pairing gives the same totals."""
    if not (len(payments) and len(statement)):
        return
    fits = fit_in_day(payments, statement)
    elsewhere = fit_elsewhere(payments, statement)
    fitting = [fit.count > 0 for fit in fits]
    pools = [pool.take(on) for pool, on in zip((payments, statement), fitting, strict=True)]
    counts = [fit.count[on] for fit, on in zip(fits, fitting, strict=True)]
    beyond = [away[on] for away, on in zip(elsewhere, fitting, strict=True)]
    cells = code_together(np.concatenate([pool.cell for pool in pools]))
    cut = len(pools[0])
    cell = (cells[:cut], cells[cut:])
    size = int(cells.max(initial=-1)) + 1
    held = [np.bincount(part, minlength=size) for part in cell]
    balanced = held[0] == held[1]
    for here, there in ((0, 1), (1, 0)):
        interchangeable = (counts[here] == held[there][cell[here]]) & (beyond[here] == 0)
        balanced[cell[here][~interchangeable]] = False
    _write_classes(run, pools, cell, balanced, rule)


def _write_classes(
    run: Run, pools: list[Pool], cell: tuple[Codes, Codes], balanced: Flags, rule: Rule
) -> None:
    number = np.cumsum(balanced) - 1 + run.classes
    for side, pool, part in zip(run.sides, pools, cell, strict=True):
        chosen = balanced[part]
        side.decisions.decide(pool.rows[chosen], Outcome.MATCHED_IN_CLASS, rule)
        side.decisions.class_number[pool.rows[chosen]] = number[part[chosen]]
    run.classes += int(balanced.sum())


def _note_ties(run: Run, payments: Pool, statement: Pool) -> None:
    """Note what still fits something, with the number of records it fits."""
    fits = fit_in_day(payments, statement)
    elsewhere = fit_elsewhere(payments, statement)
    for side, pool, fit, away in zip(
        run.sides, (payments, statement), fits, elsewhere, strict=True
    ):
        several = fit.count + away
        tied = several > 0
        side.note_tie(pool.rows[tied], several[tied], Rule.CLASS, Reason.TIE)
