"""A delivery read again after something was put right: a reader, a secret, a setting.

* Nobody signed it rightly: its signature is checked again with the secrets of now, as at the time it
  came; if it holds, the body is read.
* It was refused or failed: it is read as if it came now for the first time.
* It was read and rows of it wait: those that can be read now enter, the others go on waiting. What it
  told before, and what later deliveries told since, stays.

Repeating it changes nothing.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.sealing import Sealer
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.errors import (
    DeliveryForgotten,
    DeliveryNotFound,
    DeliveryVoided,
    RawDamaged,
    RawMissing,
)
from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.reading.doors import Channel, Delivered
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.intake.asked_again import waiting_once
from reconciliation.intake.deliveries import Arrival, arrival_again, read_again
from reconciliation.intake.ingest import (
    IngestResult,
    take_again,
    wait_for_other_writers,
)
from reconciliation.intake.raw_store import RawStore
from reconciliation.intake.statement_rows import refresh_statements, settle_rejects
from reconciliation.ledger.aliases import Aliases
from reconciliation.ledger.entries import Entry
from reconciliation.ledger.known_banks import KnownBanks
from reconciliation.ledger.rows import known_versions, write_draft
from reconciliation.ledger.tellings import LedgerDraft, Verdict
from reconciliation.operations.listing import WAITING_STATES
from reconciliation.records import Book
from reconciliation.tables import Delivery, DeliveryState, FeedReject, ProviderTransaction

AT_ONCE_MAX = 500
_DELIVERY, _REJECT = table_of(Delivery), table_of(FeedReject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of one delivery: where it stood before, where now, and of its rows.

    ``problem`` says why nothing was tried: ``raw`` (the bytes are lost), ``signature`` (it still
    does not hold), ``channel`` (its door is shut); empty = it was read.
    """

    delivery_id: int
    before: DeliveryState
    after: DeliveryState
    problem: str = ""
    reason: str = ""
    rows_new: int = 0
    rows_revised: int = 0
    rows_repeated: int = 0
    rows_waiting: int = 0
    rows_waited: int = 0

    @property
    def is_changed(self) -> bool:
        """Return whether anything is other than before."""
        moved = self.before is not self.after or self.rows_waiting != self.rows_waited
        return moved or bool(self.rows_new or self.rows_revised)


def waiting_deliveries(
    session: Session, provider: str, *, after: int = 0, limit: int = AT_ONCE_MAX
) -> list[int]:
    """Return the deliveries of a provider to be read again, the oldest first."""
    row = _DELIVERY.c
    has_rejects = sa.exists().where(_REJECT.c.delivery_id == row.id, _REJECT.c.settled_at.is_(None))
    waits = sa.or_(
        row.state.in_(WAITING_STATES), sa.and_(row.state == DeliveryState.PROCESSED, has_rejects)
    )
    wanted = sa.select(row.id).where(
        row.provider == provider, row.forgotten_at.is_(None), row.id > after, waits
    )
    return [one.id for one in rows_of(session, wanted.order_by(row.id).limit(limit))]


def replay(
    session: Session,
    store: RawStore,
    delivery_ids: Sequence[int],
    *,
    sealer: Sealer,
    now: datetime,
    channels: Mapping[str, Channel],
    rules: FeedRules = PLAIN_RULES,
) -> list[Replayed]:
    """Read deliveries again, in their order, and return what became of each.

    Raises:
        DeliveryNotFound, DeliveryForgotten, DeliveryVoided: one cannot be read at all; nothing is done.
    """
    wait_for_other_writers(session)
    rows = rows_of(
        session,
        sa.select(_DELIVERY)
        .where(one_of(session, _DELIVERY.c.id, delivery_ids))
        .order_by(_DELIVERY.c.id),
    )
    _check(rows, delivery_ids)
    return [
        _replay_one(session, store, row, sealer=sealer, now=now, channels=channels, rules=rules)
        for row in rows
    ]


def _check(rows: Sequence[Any], delivery_ids: Sequence[int]) -> None:
    for missing in sorted(set(delivery_ids) - {row.id for row in rows}):
        raise DeliveryNotFound(missing)
    for row in rows:
        if row.forgotten_at is not None:
            raise DeliveryForgotten(row.id)
        if row.state is DeliveryState.VOIDED:
            raise DeliveryVoided(row.id)


def _replay_one(
    session: Session,
    store: RawStore,
    row: Any,
    *,
    sealer: Sealer,
    now: datetime,
    channels: Mapping[str, Channel],
    rules: FeedRules,
) -> Replayed:
    waited = _rows_waiting(session, row.id)

    def nothing_done(problem: str) -> Replayed:
        return Replayed(
            delivery_id=row.id, before=row.state, after=row.state, problem=problem,
            reason=row.reason, rows_waiting=waited, rows_waited=waited,
        )  # fmt: skip

    try:
        content = store.get(row.raw_sha256)
    except (RawMissing, RawDamaged):
        return nothing_done("raw")
    arrival = arrival_again(row, content, sealer)
    if row.state is DeliveryState.DUPLICATE:
        return nothing_done("")
    if row.state is DeliveryState.QUARANTINED:
        channel = channels.get(row.provider)
        if channel is None:
            return nothing_done("channel")
        checked = _checked(row, arrival, channel)
        if checked is None:
            return nothing_done("signature")
        arrival = checked
        _note_signature(session, arrival, sealer)
    if row.state is DeliveryState.PROCESSED:
        return _complete(session, row, arrival, waited, sealer=sealer, now=now, rules=rules)
    [result] = take_again(session, store, [arrival], sealer=sealer, now=now, rules=rules)
    return _told(row, result)


def _told(row: Any, result: IngestResult) -> Replayed:
    return Replayed(
        delivery_id=row.id,
        before=row.state,
        after=result.state,
        reason=result.reason,
        rows_new=result.new,
        rows_revised=result.revised,
        rows_repeated=result.repeated,
        rows_waiting=result.rejected,
        rows_waited=0,
    )


def _checked(row: Any, arrival: Arrival, channel: Channel) -> Arrival | None:
    """Return the arrival with a signature that holds; ``None`` = it still does not."""
    door = DOORS[row.provider]
    delivered = Delivered(
        content=arrival.incoming.content,
        headers=json.loads(row.signed_headers) if row.signed_headers else {},
        reference=row.name,
    )
    # As at the time it came: what was fresh then is not made stale by having waited here.
    verdict = door.verify(delivered, channel, row.received_at)
    if not verdict.is_accepted:
        return None
    incoming = replace(
        arrival.incoming, signature_status=verdict.status, reject_reason="", account=channel.account
    )
    return replace(arrival, incoming=incoming)


def _note_signature(session: Session, arrival: Arrival, sealer: Sealer) -> None:
    incoming = arrival.incoming
    session.connection().execute(
        sa.update(_DELIVERY)
        .where(_DELIVERY.c.id == arrival.delivery_id)
        .values(
            signature_status=incoming.signature_status,
            account_sealed=sealer.seal(incoming.account) if incoming.account else "",
        )
    )


def _complete(
    session: Session,
    row: Any,
    arrival: Arrival,
    waited: int,
    *,
    sealer: Sealer,
    now: datetime,
    rules: FeedRules,
) -> Replayed:
    """Let the rows of an accepted delivery enter that can be read by now."""
    banks = KnownBanks(session, sealer, rules)
    read = read_again(arrival, sealer=sealer, banks=banks, rules=rules)
    if read.state is not DeliveryState.PROCESSED:
        # It was readable once; what it told is in the books and stays there.
        return Replayed(
            delivery_id=row.id, before=row.state, after=row.state, problem="reader",
            reason=read.reason, rows_waiting=waited, rows_waited=waited,
        )  # fmt: skip
    aliases = Aliases(sealer, banks)
    [read] = waiting_once(session, [read], sealer=sealer, aliases=aliases)
    entries = _not_told_since(session, read.entries, row.id)
    draft = LedgerDraft(known_versions(session, entries))
    verdicts = [draft.take(entry, place=0, received_at=now, now=now) for entry in entries]
    write_draft(session, draft, delivery_ids=[row.id], sealer=sealer)
    settle_rejects(session, row.id, read.rejects, sealer=sealer, now=now)
    refresh_statements(session, row.id, read, aliases=aliases)
    new, revised = verdicts.count(Verdict.NEW), verdicts.count(Verdict.REVISED)
    told = len(read.entries) + read.checks + read.asked_again
    session.connection().execute(
        sa.update(_DELIVERY)
        .where(_DELIVERY.c.id == row.id)
        .values(
            rows_new=_DELIVERY.c.rows_new + new,
            rows_revised=_DELIVERY.c.rows_revised + revised,
            rows_repeated=max(0, told - row.rows_new - row.rows_revised - new - revised),
            rows_rejected=len(read.rejects),
            reason=read.told_reason,
        )
    )
    return Replayed(
        delivery_id=row.id,
        before=row.state,
        after=row.state,
        reason=read.reason,
        rows_new=new,
        rows_revised=revised,
        rows_repeated=len(read.entries) - new - revised,
        rows_waiting=len(read.rejects),
        rows_waited=waited,
    )


def _not_told_since(session: Session, entries: Collection[Entry], delivery_id: int) -> list[Entry]:
    """Return the movements that no later delivery told, or left out of a corrected file."""
    row = table_of(ProviderTransaction).c
    told: set[tuple[Book, str]] = set()
    for book in Book:
        keys = {
            key
            for entry in entries
            if entry.book is book
            for key in (entry.key, entry.other_key)
            if key
        }
        if keys:
            wanted = sa.select(row.dedupe_key).where(
                row.book == book,
                one_of(session, row.dedupe_key, keys),
                sa.or_(row.delivery_id > delivery_id, row.retracted_by_id.is_not(None)),
            )
            told |= {(book, one.dedupe_key) for one in rows_of(session, wanted)}
    return [
        entry
        for entry in entries
        if (entry.book, entry.key) not in told and (entry.book, entry.other_key) not in told
    ]


def _rows_waiting(session: Session, delivery_id: int) -> int:
    wanted = sa.select(sa.func.count()).where(
        _REJECT.c.delivery_id == delivery_id, _REJECT.c.settled_at.is_(None)
    )
    return int(session.connection().execute(wanted).scalar_one())
