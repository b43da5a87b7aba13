"""The commune a market lies in, by date: a point on the ground outlives the units around it.

Attached by date, a market's figures can be told by the old units and by the new ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.admin_units.lookup import full_name, resolve
from merchants.days import market_day
from merchants.events import record_event
from merchants.kinds import AdminLevel, EventAction
from merchants.markets.periods import Period, make_room
from merchants.tables import AdminUnit, Market, MarketCommune


@dataclass(frozen=True, slots=True)
class CommuneSpan:
    """A commune and the days a market lay in it; ``to_on`` ``None`` = still."""

    code: str
    valid_from: date
    name: str
    from_on: date
    to_on: date | None


def commune_of(session: Session, market: Market, on: date) -> CommuneSpan | None:
    """Return the commune a market lay in on a day; ``None`` = not told."""
    spans = communes_of(session, [market])[market.id or 0]
    return next((span for span in spans if Period(span.from_on, span.to_on).covers(on)), None)


def communes_of(session: Session, markets: Sequence[Market]) -> dict[int, list[CommuneSpan]]:
    """Return the communes of markets by market id, oldest first: one query, however many markets."""
    query = (
        select(
            MarketCommune,
            sa.func.coalesce(AdminUnit.kind_name, ""),
            sa.func.coalesce(AdminUnit.name, ""),
        )
        .outerjoin(
            AdminUnit,
            (col(AdminUnit.code) == MarketCommune.commune_code)
            & (col(AdminUnit.valid_from) == MarketCommune.commune_valid_from)
            & (col(AdminUnit.level) == AdminLevel.COMMUNE),
        )
        .where(col(MarketCommune.market_id).in_([market.id for market in markets]))
        .order_by(col(MarketCommune.from_on))
    )
    spans: dict[int, list[CommuneSpan]] = {market.id or 0: [] for market in markets}
    names = {
        (market.commune_code, market.commune_valid_from): market.commune_name for market in markets
    }
    for row, kind, unit_name in session.exec(query):
        registered = names.get((row.commune_code, row.commune_valid_from), "")
        name = full_name(kind, unit_name) if unit_name else registered
        spans[row.market_id].append(
            CommuneSpan(row.commune_code, row.commune_valid_from, name, row.from_on, row.to_on)
        )
    for market in markets:
        if not spans[market.id or 0]:  # registered before communes had dates
            spans[market.id or 0] = [_registered(market)]
    return spans


def attach_commune(
    session: Session,
    market: Market,
    commune_code: str,
    *,
    from_on: date,
    to_on: date | None = None,
    actor: Actor,
    now: datetime,
) -> CommuneSpan:
    """Say in which commune a market lies from a day on, and return the span.

    The span ends with the unit: a market attached to an old commune needs the new one told, too.

    Raises:
        AdminUnitNotFound: no commune had the code on ``from_on``.
    """
    unit = resolve(session, commune_code, AdminLevel.COMMUNE, from_on)
    if unit.valid_to is not None and (to_on is None or to_on > unit.valid_to):
        to_on = unit.valid_to
    _keep_registered(session, market)
    _put(session, market, commune_code, unit.valid_from, Period(from_on, to_on))
    name = full_name(unit.kind_name, unit.name)
    if Period(from_on, to_on).covers(market_day(now)):
        market.commune_code = unit.code
        market.commune_name = name
        market.commune_valid_from = unit.valid_from
        session.add(market)
        session.flush()
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject="commune",
        to_value=f"{unit.code} {from_on.isoformat()}..{to_on.isoformat() if to_on else ''}",
    )
    return CommuneSpan(unit.code, unit.valid_from, name, from_on, to_on)


def register_commune(session: Session, market: Market) -> None:
    """Attach a market to the commune of its registration, from that unit's first day on.

    An earlier attachment to another unit ends the day before; the same one is left alone.
    """
    assert market.id is not None
    rows = _rows(session, market)
    known = {(row.commune_code, row.commune_valid_from) for row in rows}
    if (market.commune_code, market.commune_valid_from) in known:
        return
    later = [row.from_on for row in rows if row.from_on > market.commune_valid_from]
    to_on = min(later) - timedelta(days=1) if later else None
    _put(
        session,
        market,
        market.commune_code,
        market.commune_valid_from,
        Period(market.commune_valid_from, to_on),
    )


def _keep_registered(session: Session, market: Market) -> None:
    if not _rows(session, market):
        register_commune(session, market)


def _rows(session: Session, market: Market) -> list[MarketCommune]:
    query = (
        select(MarketCommune)
        .where(MarketCommune.market_id == market.id)
        .order_by(col(MarketCommune.from_on))
    )
    return list(session.exec(query))


def _put(session: Session, market: Market, code: str, valid_from: date, period: Period) -> None:
    assert market.id is not None
    rows = _rows(session, market)
    left = make_room([Period(row.from_on, row.to_on) for row in rows], period)
    kept = [
        MarketCommune(
            market_id=market.id,
            from_on=rest.from_on,
            to_on=rest.to_on,
            commune_code=row.commune_code,
            commune_valid_from=row.commune_valid_from,
        )
        for row, rest in zip(rows, left, strict=True)
        if rest is not None
    ]
    for row in rows:
        session.delete(row)
    session.flush()  # the first day is part of the key
    session.add_all(
        [
            *kept,
            MarketCommune(
                market_id=market.id,
                from_on=period.from_on,
                to_on=period.to_on,
                commune_code=code,
                commune_valid_from=valid_from,
            ),
        ]
    )
    session.flush()


def _registered(market: Market) -> CommuneSpan:
    return CommuneSpan(
        market.commune_code,
        market.commune_valid_from,
        market.commune_name,
        market.commune_valid_from,
        None,
    )
