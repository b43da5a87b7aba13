"""Pass 10: every record still open gets its outcome and a reason from the closed list."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.books import TYPE_CODE, TYPES, CodedBook
from reconciliation.engine.coded_text import Flags
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.outcomes import REASON_CODE, Outcome, Reason, Rule
from reconciliation.engine.passes.gaps import find_gaps
from reconciliation.engine.passes.run import Run
from reconciliation.records import TransactionType

NEVER = np.iinfo(np.int32).min
_DAY_US = 86_400_000_000
_MARKET_OFFSET_US = 7 * 3_600_000_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which business days of which provider a book tells anything of, over all accounts."""

    told: NDArray[np.int64]
    last: NDArray[np.int32]


def cover(book: CodedBook, providers: int) -> Coverage:
    """Return what a book covers, whatever the status of its records."""
    last = np.full(providers, NEVER, np.int32)
    np.maximum.at(last, book.provider, book.day)
    return Coverage(pd.unique(_provider_day(book)), last)


def _provider_day(book: CodedBook) -> NDArray[np.int64]:
    return (book.provider.astype(np.int64) << 32) + book.day


def settle_residual(run: Run, *, payments_tell: Coverage, statement_tells: Coverage) -> None:
    """Decide every open record of both books."""
    for side in run.sides:
        _decide_ties(side.decisions)
    _decide_payments(run, statement_tells)
    _decide_lines(run, payments_tell)


def _decide_ties(decisions: Decisions) -> None:
    """Decide what an earlier pass noted: the rule and the reason stand there already."""
    several = decisions.reason == REASON_CODE[Reason.SEVERAL_CODES]
    tied = np.flatnonzero(decisions.open & ((decisions.alternatives > 0) | several))
    rules, reasons, counts = (
        column[tied].copy() for column in (decisions.rule, decisions.reason, decisions.alternatives)
    )
    decisions.decide(tied, Outcome.AMBIGUOUS, Rule.RESIDUAL)
    decisions.rule[tied], decisions.reason[tied] = rules, reasons
    decisions.alternatives[tied] = counts


def _decide_payments(run: Run, statement_tells: Coverage) -> None:
    side = run.payments
    book, decisions = side.book, side.decisions
    waits = decisions.open & _behind_cut_off(run, statement_tells)
    decisions.decide(waits, Outcome.PENDING_CUT_OFF, Rule.RESIDUAL, Reason.CUT_OFF)
    rest = np.flatnonzero(decisions.open)
    told = np.isin(_provider_day(book)[rest], statement_tells.told)
    if run.statement.book.balance_told.any():
        told &= ~find_gaps(run.statement).hold(book.block[rest], book.day[rest])
    missing = Outcome.MISSING_IN_STATEMENT
    decisions.decide(rest[told], missing, Rule.RESIDUAL, Reason.NOT_TOLD)
    decisions.decide(rest[~told], missing, Rule.RESIDUAL, Reason.FEED_GAP)


def _decide_lines(run: Run, payments_tell: Coverage) -> None:
    side = run.statement
    book, decisions = side.book, side.decisions
    rest = np.flatnonzero(decisions.open)
    told_there = np.zeros((len(run.profiles), len(TYPES)), bool)
    for number, profile in enumerate(run.profiles):
        told_there[number, [TYPE_CODE[TransactionType(kind)] for kind in profile.payment_types]] = (
            True
        )
    own = ~told_there[side.profile[rest], book.type[rest]]
    decisions.decide(rest[own], Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.NOT_A_PAYMENT)
    rest = rest[~own]
    told = np.isin(_provider_day(book)[rest], payments_tell.told)
    missing = Outcome.MISSING_IN_PAYMENTS
    decisions.decide(rest[told], missing, Rule.RESIDUAL, Reason.NOT_TOLD)
    decisions.decide(rest[~told], missing, Rule.RESIDUAL, Reason.FEED_GAP)


def _behind_cut_off(run: Run, statement_tells: Coverage) -> Flags:
    """Return payments of days, or hours of the last day, that no statement reaches yet."""
    side = run.payments
    book = side.book
    last = statement_tells.last[book.provider]
    per_account = [p.statement_per == "account" for p in run.profiles]
    if any(per_account):
        of_block = np.full(run.blocks, NEVER, np.int32)
        lines = run.statement.book
        placed = lines.block >= 0
        np.maximum.at(of_block, lines.block[placed], lines.day[placed])
        own = np.array(per_account)[side.profile] & (book.block >= 0)
        last = np.where(own, of_block[np.where(own, book.block, 0)], last)
    behind: Flags = (book.day > last) & (last != NEVER)
    for number, profile in enumerate(run.profiles):
        if profile.cut_off_local is None:
            continue
        cut = profile.cut_off_local
        cut_us = ((cut.hour * 60 + cut.minute) * 60 + cut.second) * 1_000_000
        local = (book.time + _MARKET_OFFSET_US) % _DAY_US
        late = (book.time != NO_TIME) & (book.day == last) & (local >= cut_us)
        behind |= late & (side.profile == number)
    return behind
