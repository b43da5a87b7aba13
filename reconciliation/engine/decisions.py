"""What has been decided about the records of a book on one leg, as columns of codes."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Codes, Flags, Rows
from reconciliation.engine.outcomes import (
    OUTCOME_CODE,
    REASON_CODE,
    RULE_CODE,
    Outcome,
    Reason,
    Rule,
)

OPEN = 255
"""The outcome code of a record about which nothing is decided yet."""
NOBODY = -1


@dataclass(slots=True)
class Decisions:
    """One row per record. ``counterpart`` is a row of the other book (of the same book for a
    duplicate: the record that stays), ``class_number`` a class of the run, both -1 for none.
    ``difference`` is statement minus payment in đồng, ``fee_difference`` charged minus expected.
    """

    outcome: NDArray[np.uint8]
    rule: NDArray[np.uint8]
    reason: NDArray[np.uint8]
    counterpart: NDArray[np.int32]
    class_number: NDArray[np.int32]
    difference: NDArray[np.int64]
    fee_difference: NDArray[np.int64]
    fee_compared: Flags
    alternatives: NDArray[np.int32]

    @staticmethod
    def none_yet(size: int) -> "Decisions":
        """Return columns in which every record is open."""
        return Decisions(
            outcome=np.full(size, OPEN, np.uint8),
            rule=np.zeros(size, np.uint8),
            reason=np.full(size, REASON_CODE[Reason.NONE], np.uint8),
            counterpart=np.full(size, NOBODY, np.int32),
            class_number=np.full(size, NOBODY, np.int32),
            difference=np.zeros(size, np.int64),
            fee_difference=np.zeros(size, np.int64),
            fee_compared=np.zeros(size, bool),
            alternatives=np.zeros(size, np.int32),
        )

    @property
    def open(self) -> Flags:
        """Which records are still open."""
        still: Flags = self.outcome == OPEN
        return still

    @property
    def names_own_book(self) -> Flags:
        """Which records name a counterpart of their own book: repeats name the one that stays."""
        return self.has(Outcome.DUPLICATE)

    def decide(
        self,
        rows: Rows | Flags,
        outcome: Outcome,
        rule: Rule,
        reason: Reason = Reason.NONE,
        *,
        alternatives: Codes | int = 0,
    ) -> None:
        """Write one outcome for some records."""
        self.outcome[rows] = OUTCOME_CODE[outcome]
        self.rule[rows] = RULE_CODE[rule]
        self.reason[rows] = REASON_CODE[reason]
        # Columns of zeros take no memory until they are written to: write what differs.
        if not isinstance(alternatives, int) or alternatives or self.alternatives[rows].any():
            self.alternatives[rows] = alternatives

    def has(self, *outcomes: Outcome) -> Flags:
        """Return which records have one of these outcomes."""
        chosen = np.zeros(OPEN + 1, bool)
        chosen[[OUTCOME_CODE[outcome] for outcome in outcomes]] = True
        return chosen[self.outcome]

    def put(self, rows: Rows, other: "Decisions") -> None:
        """Write the decisions of a part, its counterparts already in numbers of the whole."""
        for column in fields(self):
            getattr(self, column.name)[rows] = getattr(other, column.name)


def claim_pairs(
    payments: Decisions, statement: Decisions, i: Rows, j: Rows, *, rule: Rule, difference: Codes
) -> None:
    """Write that payment ``i`` and line ``j`` are one movement; ``difference`` is line - payment."""
    differs = difference != 0
    for book, rows, others in ((payments, i, j), (statement, j, i)):
        book.decide(rows, Outcome.MATCHED, rule)
        book.counterpart[rows] = others
        odd = rows[differs]
        book.difference[odd] = difference[differs]
        book.decide(odd, Outcome.MATCHED_WITH_DIFFERENCE, rule, Reason.AMOUNT)
