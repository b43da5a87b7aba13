"""What a told row does to the ledger: the same rule for every door. Source: feeds.md 10.1-3, 10.1-4."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from reconciliation.records import STATUS_RANK, Book, Direction, Status, Transaction


class Effect(StrEnum):
    """What becomes of a row whose key may be known."""

    INSERT = "insert"
    UPDATE = "update"
    KEPT = "kept"
    """A lower status came late; the higher one stays."""
    NONE = "none"


# Where and how often a row was told is no part of what it says.
_CIRCUMSTANCES = frozenset({"row", "case", "source_channel", "provider_event_id", "settlement_id"})
_CONTENT = tuple(f.name for f in fields(Transaction) if f.name not in _CIRCUMSTANCES)


def content_of(transaction: Transaction) -> tuple[Any, ...]:
    """Return what a row says, without the circumstances in which it was told."""
    return tuple(getattr(transaction, name) for name in _CONTENT)


def effect_of(transaction: Transaction, known: Transaction | None) -> Effect:
    """Return what ``transaction`` does when ``known`` is the newest version under its key."""
    if known is None:
        return Effect.INSERT
    if content_of(transaction) == content_of(known):
        return Effect.NONE
    is_lower = STATUS_RANK[transaction.status] < STATUS_RANK[known.status]
    return Effect.KEPT if is_lower else Effect.UPDATE


@dataclass(slots=True)
class PlainLedger:
    """A ledger without a database: the newest telling under each key of each book."""

    book_of: Callable[[Transaction], Book]
    _rows: dict[tuple[Book, str], Transaction] = field(default_factory=dict)

    def take(self, transaction: Transaction) -> Effect:
        """Take one telling, and return what it did."""
        key = self.book_of(transaction), transaction.dedupe_key
        effect = effect_of(transaction, self._rows.get(key))
        if effect in {Effect.INSERT, Effect.UPDATE}:
            self._rows[key] = transaction
        return effect

    def balance(self) -> int:
        """Return the sum of what succeeded, money in minus money out, in minor units."""
        return sum(
            row.amount if row.direction is Direction.CREDIT else -row.amount
            for row in self._rows.values()
            if row.status is Status.SUCCEEDED
        )
