"""One break seen closely: what each side tells, what else would fit, and what has happened so far."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.breaks.listing import BreakEntry
from reconciliation.breaks.states import BreakAction
from reconciliation.breaks.tables import BreakStep
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.engine.outcomes import Leg
from reconciliation.records import SourceChannel
from reconciliation.tables import Delivery, MatchOutcome, ProviderTransaction, SettlementStatement

ALTERNATIVES_MAX = 10
_ROW, _DELIVERY = table_of(ProviderTransaction), table_of(Delivery)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one book tells of the money: as it came in, the account by its tail."""

    book: str
    provider: str
    channel: SourceChannel
    source: str
    """The file or page it came in; empty for a message."""
    line_no: int
    amount_vnd: int
    fee_vnd: int | None
    status: str
    reference: str
    occurred_at: datetime | None
    business_date: date
    account: str
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One step, as it was taken. ``resolution`` and ``until_on`` only of a proposal."""

    number: int
    action: BreakAction
    at: datetime
    actor: str
    note: str
    resolution: str
    until_on: date | None
    stake_vnd: int | None
    """What was at stake when a close found it so; ``None`` for steps of people."""


def both_sides(session: Session, entry: BreakEntry) -> list[Side]:
    """Return what the books tell of a break's record and its counterpart, payments first.

    A payout that a provider told of stands in no book; its side is what its listing says. A record
    whose owner is named nowhere any more is told without what it is called.
    """
    ids = [one for one in (entry.record_id, entry.counterpart_id) if one is not None]
    wanted = (
        sa.select(_ROW, _DELIVERY.c.name.label("source"))
        .join_from(_ROW, _DELIVERY, _DELIVERY.c.id == _ROW.c.delivery_id)
        .where(one_of(session, _ROW.c.id, [one for one in ids if one > 0]))
    )
    is_named = bool(entry.account)
    sides = [_side(row, is_named=is_named) for row in rows_of(session, wanted)]
    payouts = [-one for one in ids if one < 0]
    if payouts:
        sides += _payout_sides(session, payouts)
    return sorted(sides, key=lambda side: side.book)


def alternatives(session: Session, entry: BreakEntry) -> list[Side]:
    """Return records of the same account, day and amount that the close left as undecided.

    What is undecided between lines and payouts is told by ``listing.undecided_beside``. At most ``ALTERNATIVES_MAX``; ``entry.alternatives`` counts what the rule itself weighed.
    """
    if not entry.alternatives or entry.leg == Leg.C:
        return []
    own, decided = _ROW.alias("own"), table_of(MatchOutcome)
    close_of = (
        sa.select(sa.func.max(decided.c.close_id))
        .where(decided.c.record_id == entry.record_id, decided.c.leg == entry.leg)
        .scalar_subquery()
    )
    wanted = (
        sa.select(_ROW, _DELIVERY.c.name.label("source"))
        .join_from(_ROW, _DELIVERY, _DELIVERY.c.id == _ROW.c.delivery_id)
        .join(decided, decided.c.record_id == _ROW.c.id)
        .join(
            own,
            sa.and_(own.c.account_alias == _ROW.c.account_alias, own.c.amount == _ROW.c.amount),
        )
        .where(
            own.c.id == entry.record_id,
            _ROW.c.id != entry.record_id,
            decided.c.close_id == close_of,
            decided.c.leg == entry.leg,
            decided.c.outcome == entry.outcome,
        )
        .order_by(_ROW.c.book, _ROW.c.id)
        .limit(ALTERNATIVES_MAX)
    )
    return [_side(row, is_named=bool(entry.account)) for row in rows_of(session, wanted)]


def differing(sides: Sequence[Side]) -> frozenset[str]:
    """Return the names of what two sides tell differently; what one does not tell differs not."""
    if len(sides) != 2:
        return frozenset()
    one, other = sides
    told = ("amount_vnd", "status", "business_date", "account")
    return frozenset(
        name for name in told if getattr(one, name) and getattr(one, name) != getattr(other, name)
    )


def history(session: Session, break_id: int) -> list[History]:
    """Return the steps of a break, the first one first."""
    step = table_of(BreakStep)
    wanted = sa.select(step).where(step.c.break_id == break_id).order_by(step.c.number)
    return [_history(row) for row in rows_of(session, wanted)]


def _history(row: Any) -> History:
    told: Mapping[str, Any] = json.loads(row.told) if row.told else {}
    until = told.get("until_on")
    return History(
        number=row.number,
        action=row.action,
        at=row.at,
        actor=row.actor,
        note=row.note,
        resolution=told.get("resolution", ""),
        until_on=date.fromisoformat(until) if until else None,
        stake_vnd=told.get("stake_vnd"),
    )


def _side(row: Any, *, is_named: bool) -> Side:
    is_forgotten = row.forgotten_at is not None or not is_named
    return Side(
        book=row.book.value,
        provider=row.provider,
        channel=row.source_channel,
        source="" if is_forgotten else row.source,
        line_no=row.line_no,
        amount_vnd=row.amount if row.currency == "VND" else 0,
        fee_vnd=row.fee_amount,
        status=row.status.value,
        reference="" if is_forgotten else row.provider_transaction_id,
        occurred_at=row.occurred_at,
        business_date=row.business_date,
        account="" if is_forgotten else f"···{row.account_alias[-4:]}",
        known_at=row.known_at,
    )


def _payout_sides(session: Session, ids: Sequence[int]) -> list[Side]:
    payout = table_of(SettlementStatement)
    wanted = (
        sa.select(
            payout,
            _DELIVERY.c.name.label("source"),
            _DELIVERY.c.channel,
            _DELIVERY.c.received_at,
            _DELIVERY.c.forgotten_at,
        )
        .join_from(payout, _DELIVERY, _DELIVERY.c.id == payout.c.delivery_id)
        .where(one_of(session, payout.c.id, ids))
    )
    return [
        Side(
            book="payouts",
            provider=row.provider,
            channel=row.channel,
            source=row.source,
            line_no=0,
            amount_vnd=row.net_amount or 0,
            fee_vnd=row.fee_amount,
            status=row.payout_status or "",
            reference=row.settlement_id or "",
            occurred_at=None,
            business_date=row.expected_arrival_on or row.received_at.date(),
            account="" if row.forgotten_at else f"···{row.account_alias[-4:]}",
            known_at=row.received_at,
        )
        for row in rows_of(session, wanted)
    ]
