"""What one more telling of a movement does to the ledger: nothing, a new row, or a new version.

Pure: the current versions go in, the rows to add and the versions they supersede come out. Tellings
are taken one after the other, so a batch decides exactly what its parts would one by one.

* An unknown key is a new row. The same content again is nothing. Changed content is a new version.
* A forgotten row is not told again: whatever comes of it later is kept out.
* A row that was taken back is told anew: it counts again as a new version.
* A status never goes back: a ``pending`` that comes after ``succeeded`` is kept out.
* A bank uses a reference again: a known reference with another amount or direction is another
  movement and gets the key over its content (h-form). Source: feeds.md section 9.
* Stripe's report is a check of what its API told and never overwrites it; nor does GSMA's statement,
  which says less than its transactions. Source: feeds.md 2.1 and 10.1-12.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from reconciliation.ledger.entries import Entry, Told
from reconciliation.records import STATUS_RANK, Book, Direction, SourceChannel, Status

Key = tuple[Book, str]


class Verdict(StrEnum):
    """What became of one telling."""

    NEW = "new"
    REPEATED = "repeated"
    KEPT = "kept"
    """The ledger was kept as it is: the telling is older, or ranks lower, than what it holds."""
    REVISED = "revised"


@dataclass(slots=True, kw_only=True)
class Version:
    """The current version of a movement, as far as the next telling must know it."""

    number: int
    """Of the newest version there is, which need not be the one that counts."""
    content_sha256: str
    status: Status
    direction: Direction
    amount: int
    channel: SourceChannel
    settlement_id: str | None
    original_transaction_id: str | None
    is_detailed: bool = False
    """It tells what the poorer of a provider's two tellings has no field for."""
    stored_id: int | None = None
    """Id of its row; ``None`` while it is only in this draft."""
    is_forgotten: bool = False
    is_out: bool = False
    """It counts no more: its delivery was taken back, or a corrected file no longer tells it."""
    addition: "Addition | None" = None


@dataclass(slots=True, kw_only=True)
class Addition:
    """One row to add to ``provider_transaction``."""

    entry: Entry
    version: int
    is_current: bool
    place: int
    """Which delivery of the batch told it."""
    known_at: datetime


class LedgerDraft:
    """The ledger with the tellings of one batch on top, not written yet."""

    def __init__(self, known: Mapping[Key, Version]) -> None:
        self._current = dict(known)
        self.additions: list[Addition] = []
        self.superseded_ids: list[int] = []

    def take(self, entry: Entry, *, place: int, received_at: datetime, now: datetime) -> Verdict:
        """Take one telling; a movement is known since it was received, a later version since now."""
        current = self._current.get((entry.book, entry.key))
        if current is not None and entry.other_key and _is_other_movement(entry, current):
            entry = entry.under(entry.other_key)
            current = self._current.get((entry.book, entry.key))
        if current is None:
            self._add(entry, version=1, place=place, known_at=received_at)
            return Verdict.NEW
        if current.is_forgotten:
            return Verdict.KEPT
        if current.is_out:  # told anew, it counts again, whatever it was before
            self._add(entry, version=current.number + 1, place=place, known_at=now)
            return Verdict.NEW
        told = entry.told
        entry = entry.keeping(
            settlement_id=current.settlement_id,
            original_transaction_id=current.original_transaction_id,
        )
        if entry.content_sha256 == current.content_sha256:
            return Verdict.REPEATED
        if _says_less(told, current) or _ranks_lower(entry, current):
            return Verdict.KEPT
        self._supersede(current)
        self._add(entry, version=current.number + 1, place=place, known_at=now)
        return Verdict.REVISED

    def correct(self, entry: Entry, *, place: int, now: datetime) -> Verdict:
        """Put what a delivery is read to say now in place of what it was read to say before."""
        current = self._current[entry.book, entry.key]
        entry = entry.keeping(
            settlement_id=current.settlement_id,
            original_transaction_id=current.original_transaction_id,
        )
        if entry.content_sha256 == current.content_sha256:
            return Verdict.REPEATED
        self._supersede(current)
        self._add(entry, version=current.number + 1, place=place, known_at=now)
        return Verdict.REVISED

    def _add(self, entry: Entry, *, version: int, place: int, known_at: datetime) -> None:
        addition = Addition(
            entry=entry, version=version, is_current=True, place=place, known_at=known_at
        )
        self.additions.append(addition)
        told = entry.told
        self._current[entry.book, entry.key] = Version(
            number=version,
            content_sha256=entry.content_sha256,
            status=told.status,
            direction=told.direction,
            amount=told.amount,
            channel=entry.channel,
            settlement_id=told.settlement_id,
            original_transaction_id=told.original_transaction_id,
            is_detailed=is_detailed(told),
            addition=addition,
        )

    def _supersede(self, version: Version) -> None:
        if version.addition is not None:
            version.addition.is_current = False
        if version.stored_id is not None:
            self.superseded_ids.append(version.stored_id)


def is_detailed(told: Told | Any) -> bool:
    """Tell whether a telling has a detail that the poorer of its provider's tellings has no field for."""
    return any(getattr(told, name) is not None for name in _DETAILS.get(told.provider, ()))


_DETAILS = {
    "gsma": ("merchant_reference", "original_transaction_id", "fee_amount", "terminal_id"),
    "vnpay": ("bank_reference",),
    "zalopay": ("payer_token", "store_id"),
    "mpesa": ("merchant_reference", "balance_after"),
}


def _says_less(told: Told, current: Version) -> bool:
    """Tell whether this is the poorer of a provider's two tellings of what the richer told before.

    Only a changed status would be news, and only an answer to a question tells one: GSMA's entries
    are a check and never make a version of a transaction.
    """
    if not current.is_detailed or is_detailed(told):
        return False
    is_same = (told.status, told.amount) == (current.status, current.amount)
    return told.provider == "gsma" or is_same


def _is_other_movement(entry: Entry, current: Version) -> bool:
    told = entry.told
    return (told.amount, told.direction) != (current.amount, current.direction)


def _ranks_lower(entry: Entry, current: Version) -> bool:
    is_only_a_check = (
        entry.told.provider == "stripe"
        and entry.channel is SourceChannel.FILE
        and current.channel is SourceChannel.POLL
    )
    return is_only_a_check or STATUS_RANK[entry.told.status] < STATUS_RANK[current.status]
