"""Pass 5: account, amount and time, with no identifier left, mutually unique only.

Market amounts are heavily tied, so the nearest in time is not taken: a pair is claimed only when
each of the two fits nothing else. What is interchangeable goes on to pass 6; what still fits
something then is ambiguous. Source: reconciliation.md sections 0 and 2.
"""

import numpy as np

from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.outcomes import Reason, Rule
from reconciliation.engine.passes.candidates import (
    Counts,
    Pool,
    count_elsewhere,
    count_in_cell,
    fit_in_time,
    pool_open_records,
    within_hints,
)
from reconciliation.engine.passes.classes import confirm_classes
from reconciliation.engine.passes.remarks import unique_fits
from reconciliation.engine.passes.run import Run


def join_by_amount(run: Run) -> None:
    """Claim pairs that fit nothing else, confirm interchangeable sets, note the rest as tied."""
    run.learn_clocks()
    payments, statement = _pools(run)
    if not (len(payments) and len(statement)):
        return
    i, j = unique_fits(payments, statement)
    claim_pairs(
        run.payments.decisions,
        run.statement.decisions,
        i,
        j,
        rule=Rule.AMOUNT_WINDOW,
        difference=np.zeros(len(i), np.int64),
    )
    payments, statement = _pools(run)
    coded = within_hints(payments, statement, (payments.vendor, statement.vendor))
    confirm_classes(run, *coded, rule=Rule.CLASS_BY_CODE)
    confirm_classes(run, *_pools(run), rule=Rule.CLASS)
    _note_ties(run, *_pools(run))


def _pools(run: Run) -> tuple[Pool, Pool]:
    several = [side.several for side in run.sides]
    if several[0] is None or several[1] is None:
        return pool_open_records(run)
    return pool_open_records(run, (several[0], several[1]))


def _note_ties(run: Run, payments: Pool, statement: Pool) -> None:
    """Note what still fits something, with the number of records it fits."""
    fits = _fits(payments, statement)
    for at, (side, pool) in enumerate(zip(run.sides, (payments, statement), strict=True)):
        several = fits[at]
        lost = _lost_remarks(run, payments, statement)[at]
        for tied, reason in (
            ((several > 0) & lost, Reason.REMARK_LOST),
            ((several > 0) & ~lost, Reason.TIE),
        ):
            side.note_tie(pool.rows[tied], several[tied], Rule.CLASS, reason)


def list_fits(run: Run, is_line: bool, row: int) -> Rows:
    """Return the open records of the other book that fit one open record, to be shown.

    Args:
        run: decided up to the ties, so best of one account only.
        is_line: the record is a statement line.
    """
    pools = _pools(run)
    own, other = pools[is_line], pools[not is_line]
    own = own.take(own.rows == row)
    found = []
    for place in np.flatnonzero(np.isin(other.group, own.group)).tolist():
        pair = (own, other.take(np.array([place])))
        if _fits(*(pair[::-1] if is_line else pair))[0].any():
            found.append(int(other.rows[place]))
    return np.array(found, np.int64)


def _fits(payments: Pool, statement: Pool) -> tuple[Counts, Counts]:
    """Return how many of the other book each record fits: in time, or else of its day too."""
    timed = fit_in_time(payments, statement)
    of_day = count_in_cell(payments, statement, by_time=False)
    elsewhere = count_elsewhere(payments, statement)
    left, right = (
        np.where(pool.clock, timed[at].count, of_day[at] + elsewhere[at])
        for at, pool in enumerate((payments, statement))
    )
    return left, right


def _lost_remarks(run: Run, payments: Pool, statement: Pool) -> tuple[Flags, Flags]:
    """Return which records are of one account and amount of which only one book tells remarks."""
    size = 1 + int(max(pool.group.max(initial=-1) for pool in (payments, statement)))
    tells = [
        np.bincount(
            pool.group,
            weights=side.book.texts["reference"].present[pool.rows],
            minlength=size,
        )
        > 0
        for side, pool in zip(run.sides, (payments, statement), strict=True)
    ]
    lost = tells[0] != tells[1]
    return lost[payments.group], lost[statement.group]
