"""What a told row does to the ledger: the same rule for every door. Source: feeds.md 10.1-3, 10.1-4."""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from reconciliation.records import STATUS_RANK, Transaction


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
