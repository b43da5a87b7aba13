"""What the steps of leg C share: the two books, what is decided, what each payout should be."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.books import TYPE_CODE, CodedBook, CodedPayouts
from reconciliation.engine.coded_text import Codes, Flags, HashText, Rows
from reconciliation.engine.decisions import NOBODY, Decisions
from reconciliation.engine.outcomes import OUTCOME_CODE, RULE_CODE, Outcome, Reason, Rule
from reconciliation.engine.passes.residual import Coverage
from reconciliation.profiles import Profile
from reconciliation.records import TransactionType

NO_DAY = np.iinfo(np.int32).min
NO_ARRIVAL = np.iinfo(np.int64).min
_OWN_ROW_TYPES = (TransactionType.PAYOUT, TransactionType.PAYOUT_REVERSAL)
_PAYS_LINE = (Outcome.MATCHED, Outcome.MATCHED_WITH_DIFFERENCE)
_WHOLE = (Outcome.PAID, Outcome.LATE)


def is_own_row(book: CodedBook) -> Flags:
    """Return which lines are a payout's own entry in the ledger, not money on its way to one."""
    own: Flags = np.isin(book.type, [TYPE_CODE[kind] for kind in _OWN_ROW_TYPES])
    return own


@dataclass(frozen=True, slots=True)
class UnpaidDays:
    """Account-days whose payout was due and is in no book: what it should have come to."""

    provider: NDArray[np.int32]
    account: NDArray[np.int32]
    day: NDArray[np.int64]
    amount: NDArray[np.int64]


def nothing_unpaid() -> UnpaidDays:
    """Return no days at all."""
    codes, numbers = np.zeros(0, np.int32), np.zeros(0, np.int64)
    return UnpaidDays(codes, codes, numbers, numbers)


class PayoutReading(NamedTuple):
    """Lines (rows of the book) a payout in doubt may pay, and what they come to, fees off, in đồng."""

    comes_to_vnd: int
    rows: Rows


@dataclass(slots=True, kw_only=True)
class PayoutLeg:
    """Leg C of a run. ``lines`` and ``made`` are the decisions about lines and payouts.

    Of each payout: ``expected`` is what it should have come to, ``first_on`` and ``last_on`` the
    business days it pays (days since 1970, ``NO_DAY`` = none); ``readings`` of those in doubt;
    ``undone_by`` the line that gives all of it back (-1 = none), ``paid_with`` the payout that pays its lines,
    itself or, if it came back, a later one. ``own_row``: lines that are entries of payouts, not money. ``line_profile`` and
    ``payout_profile`` number rows of ``profiles``. Over all accounts, whoever decides them:
    ``last_arrival`` of each provider (``NO_ARRIVAL`` = its payouts are told nowhere) and the days
    its statement tells of.
    """

    book: CodedBook
    payouts: CodedPayouts
    profiles: tuple[Profile, ...]
    line_profile: NDArray[np.int16]
    payout_profile: NDArray[np.int16]
    providers: int
    last_arrival: NDArray[np.int64]
    statement_tells: Coverage
    hash_text: HashText
    lines: Decisions
    made: Decisions
    expected: NDArray[np.int64]
    first_on: NDArray[np.int32]
    last_on: NDArray[np.int32]
    own_row: Flags
    undone_by: Rows
    paid_with: Rows
    unpaid: UnpaidDays = field(default_factory=nothing_unpaid)
    readings: dict[int, tuple[PayoutReading, ...]] = field(default_factory=dict)

    @property
    def pays_line(self) -> Flags:
        """Which lines some payout pays, in part of it or as one whole with others."""
        named: Flags = self.lines.has(*_PAYS_LINE) & (self.lines.counterpart >= 0)
        return named & ~self.own_row

    def found_by(self, profile: NDArray[np.int16], *modes: str) -> Flags:
        """Return for which records the profile looks for payouts in one of these ways."""
        return np.array([row.payouts in modes for row in self.profiles])[profile]

    def pay(
        self,
        rows: Rows,
        payout: Codes,
        rule: Rule,
        outcome: Outcome = Outcome.MATCHED,
        reason: Reason = Reason.NONE,
    ) -> None:
        """Write which payout pays each of some lines."""
        self.lines.decide(rows, outcome, rule, reason)
        self.lines.counterpart[rows] = payout
        day = self.book.day[rows]
        np.maximum.at(self.last_on, payout, day)
        self.first_on[payout] = np.where(
            self.first_on[payout] == NO_DAY, day, self.first_on[payout]
        )
        np.minimum.at(self.first_on, payout, day)

    def judge(self, payouts: Rows, expected: NDArray[np.int64], rule: Rule) -> None:
        """Decide payouts by what they should have come to: paid, short or over."""
        self.expected[payouts] = expected
        off = self.payouts.amount[payouts] - expected
        self.made.difference[payouts] = off
        for chosen, outcome, reason in (
            (off == 0, Outcome.PAID, Reason.NONE),
            (off < 0, Outcome.SHORT, Reason.AMOUNT),
            (off > 0, Outcome.OVER, Reason.AMOUNT),
        ):
            self.made.decide(payouts[chosen], outcome, rule, reason)

    def leave_open(self, payouts: Rows, reason: Reason) -> None:
        """Take back what is said of payouts and the lines they pay: they wait."""
        rows = np.flatnonzero(self.pays_line & np.isin(self.lines.counterpart, payouts))
        for decisions, here in ((self.made, payouts), (self.lines, rows)):
            for rule in (Rule.CUT_OFF_RUN, Rule.PAYOUT_LISTING):
                said = here[decisions.rule[here] == RULE_CODE[rule]]
                decisions.decide(said, Outcome.PENDING_CUT_OFF, rule, reason)
        self.lines.counterpart[rows] = NOBODY
        self.expected[payouts] = self.made.difference[payouts] = 0
        self.first_on[payouts] = self.last_on[payouts] = NO_DAY

    def is_whole(self, payouts: Rows) -> Flags:
        """Return which payouts came to the đồng, on time or late."""
        whole: Flags = np.isin(
            self.made.outcome[payouts], [OUTCOME_CODE[outcome] for outcome in _WHOLE]
        )
        return whole
