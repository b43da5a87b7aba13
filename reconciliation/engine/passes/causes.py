"""Pass 9: differences of amount with a cause that can be named: fee, tax, rounding.

One book may tell a payment before and the other after its cost. A difference that is to the đồng
the fee, the tax or both, as told or as the schedule has them, or within what the profile allows for
rounding, gets that name; it stays a difference. All of an account and day together must keep within
the profile's budget, else none of that day is named: never a silent percentage.
"""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.fees import expected_fee, expected_tax
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import OUTCOME_CODE, REASON_CODE, Outcome, Reason
from reconciliation.engine.passes.run import Run
from reconciliation.engine.sums import sum_by


def name_differences(run: Run) -> None:
    """Give differences of amount the reason ``fee``, ``tax`` or ``rounding`` where that is so."""
    lines = run.statement
    odd = lines.decisions.outcome == OUTCOME_CODE[Outcome.MATCHED_WITH_DIFFERENCE]
    odd &= lines.decisions.reason == REASON_CODE[Reason.AMOUNT]
    j = np.flatnonzero(odd)
    if not len(j):
        return
    reason = _causes(run, j)
    named = reason != REASON_CODE[Reason.AMOUNT]
    named[named] = _within_budget(run, j[named])
    for side, rows in ((lines, j), (run.payments, lines.decisions.counterpart[j])):
        side.decisions.reason[rows[named]] = reason[named]


def _causes(run: Run, j: Rows) -> NDArray[np.uint8]:
    """Return the cause of each line's difference, ``amount`` where none is known."""
    book, lines = run.statement.book, run.statement
    off = np.abs(lines.decisions.difference[j])
    reason = np.full(len(j), REASON_CODE[Reason.AMOUNT], np.uint8)
    rounding = np.array([profile.rounding_vnd for profile in run.profiles], np.int64)
    reason[off <= rounding[lines.profile[j]]] = REASON_CODE[Reason.ROUNDING]
    _name(reason, off, book.tax[j], book.tax_told[j], Reason.TAX)
    for fee, told in (
        (book.fee[j], book.fee_told[j]),
        (book.fee[j] + book.tax[j], book.fee_told[j] & book.tax_told[j]),
    ):
        _name(reason, off, fee, told, Reason.FEE)
    for number in np.unique(lines.profile[j]).tolist():
        schedule = run.profiles[number].fee
        if schedule is None or schedule.per != "line":
            continue
        # The fee is due on the amount before it: the larger of the two.
        gross = np.maximum(book.amount[j], run.payments.book.amount[lines.decisions.counterpart[j]])
        fee = expected_fee(gross, schedule)
        untold = (lines.profile[j] == number) & ~book.fee_told[j]
        for cost in (fee, fee + expected_tax(fee, schedule)):
            _name(reason, off, cost, untold, Reason.FEE)
    return reason


def _name(
    reason: NDArray[np.uint8],
    off: NDArray[np.int64],
    cost: NDArray[np.int64],
    on: Flags,
    why: Reason,
) -> None:
    reason[on & (cost != 0) & (np.abs(cost) == off)] = REASON_CODE[why]


def _within_budget(run: Run, j: Rows) -> Flags:
    """Return which lines are of an account and day whose named differences keep the budget."""
    book, lines = run.statement.book, run.statement
    of_day = code_together(
        lines.book.block[j].astype(np.int64), book.provider[j].astype(np.int64), book.day[j]
    )
    size = int(of_day.max(initial=-1)) + 1
    off = np.abs(lines.decisions.difference[j])
    total = sum_by(of_day, size, off)
    budget = np.array([profile.difference_budget_vnd for profile in run.profiles], np.int64)
    kept: Flags = total[of_day] <= budget[lines.profile[j]]
    return kept
