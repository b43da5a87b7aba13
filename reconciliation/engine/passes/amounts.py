"""Pass 5: account, amount and time, with no identifier left, mutually unique only.

Market amounts are heavily tied, so the nearest in time is not taken: a pair is claimed only when
each of the two fits nothing else. What is interchangeable goes on to pass 6; what still fits
something then is ambiguous. Source: reconciliation.md sections 0 and 2.
"""

import numpy as np

from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.outcomes import Reason, Rule
from reconciliation.engine.passes.candidates import (
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
    timed = fit_in_time(payments, statement)
    of_day = count_in_cell(payments, statement, by_time=False)
    elsewhere = count_elsewhere(payments, statement)
    for at, (side, pool) in enumerate(zip(run.sides, (payments, statement), strict=True)):
        several = np.where(pool.clock, timed[at].count, of_day[at] + elsewhere[at])
        tied = several > 0
        side.note_tie(pool.rows[tied], several[tied], Rule.CLASS, Reason.TIE)
