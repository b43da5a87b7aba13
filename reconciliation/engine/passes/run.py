"""One run of the cascade over one partition: two books, what is decided, and what was learnt."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.books import KINDS, CodedBook
from reconciliation.engine.coded_text import Codes, Flags, HashText, Rows
from reconciliation.engine.decisions import OPEN, Decisions
from reconciliation.engine.keys import KeySide
from reconciliation.engine.outcomes import MATCHED, REASON_CODE, RULE_CODE, Reason, Rule
from reconciliation.profiles import Join, Profile

PROVIDER_ID_BIT, BANK_REFERENCE_BIT, ORIGINAL_BIT = 1, 2, 4


@dataclass(slots=True)
class Side:
    """One book of the run with its decisions. ``profile`` numbers rows of ``Run.profiles``.

    What remarks of open records say, -1 for nothing, ``None`` while no remark was read: ``vendor``,
    the number of the vendor code; ``request``, that of a request's reference; ``hint``, the
    number of vendor code or phrase. ``several``: remarks with two such codes.
    """

    book: CodedBook
    decisions: Decisions
    profile: NDArray[np.int16]
    vendor: Codes | None = None
    request: Codes | None = None
    hint: Codes | None = None
    several: Flags | None = None
    in_use: list[int] | None = None

    def profiles_in_use(self) -> list[int]:
        """Return the numbers of the profiles that some record has."""
        if self.in_use is None:
            self.in_use = np.flatnonzero(np.bincount(self.profile)).tolist()
        return self.in_use

    def candidates(self) -> Flags:
        """Return the records a pass may claim: open, in an account, and money moved."""
        waiting: Flags = self.decisions.open & (self.book.block >= 0)
        return waiting

    def key(self, rows: Rows, column: str, *, by_kind: bool = True) -> KeySide:
        """Return rows with the text of a column, in blocks of account (and kind)."""
        block = self.book.block[rows]
        if by_kind:
            block = block.astype(np.int64) * KINDS + self.book.kind[rows]
        return KeySide(rows, self.book.texts[column].take(rows), block)

    def note_tie(self, rows: Rows, alternatives: Codes, rule: Rule, reason: Reason) -> None:
        """Remember why open records were not claimed; a later pass may still claim them.

        What the strongest pass says stays.
        """
        unsaid = self.decisions.reason[rows] == REASON_CODE[Reason.NONE]
        unsaid &= self.decisions.outcome[rows] == OPEN
        rows = rows[unsaid]
        self.decisions.alternatives[rows] = alternatives[unsaid]
        self.decisions.rule[rows] = RULE_CODE[rule]
        self.decisions.reason[rows] = REASON_CODE[reason]


@dataclass(slots=True, kw_only=True)
class Run:
    """State of the cascade. ``shared[bit]`` marks blocks in which an identifier joined a pair."""

    payments: Side
    statement: Side
    profiles: tuple[Profile, ...]
    blocks: int
    hash_text: HashText
    shared: dict[int, Flags] = field(default_factory=dict)
    classes: int = 0
    clocks: Flags | None = None

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both books, payments first."""
        return self.payments, self.statement

    def in_force(self, side: Side, numbers: Iterable[int]) -> Flags:
        """Return which records of a side have one of these profiles."""
        chosen = np.zeros(len(self.profiles), bool)
        chosen[list(numbers)] = True
        if chosen[side.profiles_in_use()].all():
            return np.ones(len(side.book), bool)
        return chosen[side.profile]

    def has_both_books(self) -> set[int]:
        """Return the numbers of profiles with payments and a statement."""
        return {number for number, profile in enumerate(self.profiles) if profile.has_both_books}

    def ids_joined(self) -> dict[Join, list[int]]:
        """Return the pairs of fields that hold the provider's id, each with its profiles."""
        told = ((at, profile.id_join) for at, profile in enumerate(self.profiles))
        return self.joins((at, (join,)) for at, join in told if join is not None)

    def learn(self, bit: int, payments: Rows) -> None:
        """Remember the accounts in which this kind of identifier joined a pair."""
        seen = self.shared.setdefault(bit, np.zeros(self.blocks, bool))
        seen[self.payments.book.block[payments]] = True

    def learn_clocks(self) -> None:
        """Learn in which blocks the two books keep the same time.

        They do where most of the pairs that identifiers joined lie within the window.
        """
        payments, statement = self.payments, self.statement
        i = np.flatnonzero(payments.decisions.has(*MATCHED) & (payments.book.block >= 0))
        j = payments.decisions.counterpart[i]
        told = (payments.book.time[i] != NO_TIME) & (statement.book.time[j] != NO_TIME)
        i, j = i[told], j[told]
        apart = np.abs(payments.book.time[i] - statement.book.time[j])
        window = np.array([row.window_s * 1_000_000 for row in self.profiles], np.int64)
        votes = np.zeros(self.blocks, np.int64)
        near = apart <= window[payments.profile[i]]
        np.add.at(votes, payments.book.block[i], np.where(near, 1, -1))
        self.clocks = votes > 0

    def same_clock(self, blocks: Rows) -> Flags:
        """Return whether the two books of each block keep the same time, as far as is learnt."""
        return np.zeros(len(blocks), bool) if self.clocks is None else self.clocks[blocks]

    def joins(self, of: Iterable[tuple[int, tuple[Join, ...]]]) -> dict[Join, list[int]]:
        """Return the distinct joins of (profile number, joins), each with its profiles, in order."""
        found: dict[Join, list[int]] = {}
        for number, joins in of:
            for join in joins:
                found.setdefault(join, []).append(number)
        return found
