"""The first and the last day of a market, held against its closed days: no money may fall out of them."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, select

from merchants.actors import COMMAND, Actor
from merchants.calendars.market_spans import end_calendar, market_spans
from merchants.errors import EntryRefused
from merchants.markets.registration import MarketDetails, register_market
from merchants.sentences import Sentence
from merchants.tables import Market
from reconciliation.bulk import table_of
from reconciliation.tables import DayClose, MarketDay

_ONE_DAY = timedelta(days=1)


def register_listed_market(
    session: Session, details: MarketDetails, *, now: datetime, actor: Actor = COMMAND
) -> Market:
    """Register a market or bring it up to date, as ``register_market``, its closed days in view.

    Raises:
        EntryRefused: also when its first day is to be later than a closed day with money.
    """
    known = select(Market.id).where(Market.code == details.code)
    was = market_spans(session).get(session.exec(known).one_or_none() or 0)
    market = register_market(session, details, now=now, actor=actor)
    if was is None or details.opened_on is None or details.opened_on <= was.opened_on:
        return market
    taken = _days_with_money(session, market, was.opened_on, details.opened_on - _ONE_DAY)
    if taken is not None:
        raise EntryRefused(
            {
                "opened_on": Sentence(
                    "chợ {code} đã nhận tiền ngày {on:%d/%m/%Y}, trước {opened:%d/%m/%Y}: ghi ngày mở sớm hơn",
                    code=market.code,
                    on=taken[0],
                    opened=details.opened_on,
                )
            }
        )
    return market


def close_market(
    session: Session, market: Market, last_on: date, *, actor: Actor, now: datetime
) -> bool:
    """Let a day be a market's last market day; return whether that was news.

    Raises:
        EntryRefused: a later closed day has money, or ``end_calendar`` refuses.
    """
    taken = _days_with_money(session, market, last_on + _ONE_DAY, date.max)
    if taken is not None:
        raise EntryRefused(
            {
                "last_on": Sentence(
                    "chợ còn nhận tiền đến ngày {on:%d/%m/%Y}: ghi phiên cuối từ ngày đó trở đi",
                    on=taken[1],
                )
            }
        )
    return end_calendar(session, market, last_on, actor=actor, now=now)


def _days_with_money(
    session: Session, market: Market, first: date, last: date
) -> tuple[date, date] | None:
    """Return the first and last closed day with money in, by the newest version of each."""
    close, newer = table_of(DayClose), table_of(DayClose).alias("newer")
    day = table_of(MarketDay)
    superseded = sa.exists().where(
        newer.c.scope == close.c.scope,
        newer.c.business_date == close.c.business_date,
        newer.c.version > close.c.version,
    )
    # A refund or a payout may well come after the last market day: it is of sales before it.
    received = sa.or_(day.c.gross_vnd != 0, day.c.pending_vnd != 0, day.c.unexplained_vnd != 0)
    days = (
        sa.select(sa.func.min(day.c.business_date), sa.func.max(day.c.business_date))
        .join(close, close.c.id == day.c.close_id)
        .where(
            day.c.market_id == market.id,
            day.c.business_date.between(first, last),
            received,
            ~superseded,
        )
    )
    found_first, found_last = session.execute(days).one()
    return None if found_first is None else (found_first, found_last)
