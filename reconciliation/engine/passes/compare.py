"""What is compared once records are joined: the fee and tax of each line, and its lateness."""

import numpy as np

from reconciliation.engine.books import TYPE_CODE
from reconciliation.engine.coded_text import Flags, Rows
from reconciliation.engine.fees import expected_fee, expected_tax
from reconciliation.engine.outcomes import OUTCOME_CODE, REASON_CODE, Outcome, Reason
from reconciliation.engine.passes.run import Run, Side
from reconciliation.profiles import FeeSchedule
from reconciliation.records import TransactionType

_MATCHED = OUTCOME_CODE[Outcome.MATCHED]


def compare_costs(run: Run) -> None:
    """Note how far each line's fee and tax are from its schedule, on both sides of a match."""
    lines = run.statement
    for number in np.unique(lines.profile).tolist():
        schedule = run.profiles[number].fee
        if schedule is not None and schedule.per == "line":
            told = lines.book.fee_told & (lines.profile == number) & lines.book.live
            told &= lines.book.type == TYPE_CODE[TransactionType.PAYMENT]
            _compare(run, np.flatnonzero(told), schedule)


def note_lateness(run: Run) -> None:
    """Give plain matches the reason ``late`` where the line came after the days allowed."""
    allowed = [profile.late_after_days for profile in run.profiles]
    if all(days is None for days in allowed):
        return
    limit = np.array([2**31 if days is None else days for days in allowed], np.int64)
    lines = run.statement
    j = np.flatnonzero(lines.decisions.outcome == _MATCHED)
    i = lines.decisions.counterpart[j]
    days = lines.book.day[j].astype(np.int64) - run.payments.book.day[i]
    late = days > limit[lines.profile[j]]
    for side, rows in ((run.payments, i[late]), (lines, j[late])):
        side.decisions.reason[rows] = REASON_CODE[Reason.LATE]


def _compare(run: Run, j: Rows, schedule: FeeSchedule) -> None:
    book = run.statement.book
    fee = expected_fee(book.amount[j], schedule)
    fee_off = book.fee[j] - fee
    tax_off = np.where(book.tax_told[j], book.tax[j] - expected_tax(fee, schedule), 0)
    i = run.statement.decisions.counterpart[j]
    _write(run.statement, j, fee_off, tax_off)
    paired = (i >= 0) & ~run.statement.decisions.has(Outcome.DUPLICATE)[j]
    _write(run.payments, i[paired], fee_off[paired], tax_off[paired])


def _write(side: Side, rows: Rows, fee_off: Rows, tax_off: Rows) -> None:
    decisions = side.decisions
    decisions.fee_compared[rows] = True
    decisions.fee_difference[rows] = fee_off + tax_off
    for off, reason in ((tax_off != 0, Reason.TAX), (fee_off != 0, Reason.FEE)):
        odd = rows[_plain(side, rows) & off]
        decisions.outcome[odd] = OUTCOME_CODE[Outcome.MATCHED_WITH_DIFFERENCE]
        decisions.reason[odd] = REASON_CODE[reason]


def _plain(side: Side, rows: Rows) -> Flags:
    """Return which records are matched, or matched but for the tax found a moment ago."""
    matched: Flags = side.decisions.outcome[rows] == _MATCHED
    matched |= side.decisions.reason[rows] == REASON_CODE[Reason.TAX]
    return matched
