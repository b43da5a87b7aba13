"""Register a market: its name, class, commune and the rule of its open days."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from merchants.actors import COMMAND, Actor
from merchants.calendars.market_calendars import check_year, register_rule
from merchants.calendars.market_spans import begin_calendar
from merchants.calendars.open_days import check_rule
from merchants.days import market_day
from merchants.errors import EntryRefused, MarketRefused
from merchants.events import record_event
from merchants.kinds import CalendarRule, EventAction, MarketKind
from merchants.markets.communes import communes_of, register_commune
from merchants.sentences import Sentence
from merchants.tables import Market

MARKET_CODE = re.compile(r"[A-Z0-9]{1,8}")
MARKET_CODE_SHAPE = "1 to 8 letters A-Z and digits"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketDetails:
    """One market and the rule of its open days.

    ``stalls_counted`` is the count on the ground (S1's denominator), ``None`` = not counted.
    ``opened_on`` is the first day of its first calendar; ``None`` = as registered before, and the
    day of the registration when the market is new: days before it are no days of the market.
    """

    code: str
    name: str
    market_class: int
    commune_code: str
    commune_name: str
    commune_valid_from: date
    kind: MarketKind | None = None
    """``None`` = as registered before; a civic market when it is new."""
    stalls_counted: int | None = None
    stalls_counted_on: date | None = None
    is_synthetic: bool = False
    calendar_rule: CalendarRule = CalendarRule.DAILY
    calendar_params: str = ""
    opened_on: date | None = None


def register_market(
    session: Session, details: MarketDetails, *, now: datetime, actor: Actor = COMMAND
) -> Market:
    """Register a market or bring it up to date; safe to repeat.

    A changed calendar rule ends the old one yesterday, so that past open days stay what they were.
    Of a market with closed days ``reconciliation.close.market_ends`` says whether its first day may move.

    Raises:
        MarketRefused: the code cannot stand in a poster's serial.
        CalendarRuleRefused: the rule's parameters cannot be read.
        EntryRefused: the first day lies before the commune's, or behind the market's last.
    """
    if not MARKET_CODE.fullmatch(details.code):
        raise MarketRefused(details.code, "code", f"must be {MARKET_CODE_SHAPE}")
    check_rule(details.calendar_rule, details.calendar_params)
    market = session.exec(select(Market).where(Market.code == details.code)).one_or_none()
    values = _values(details)
    if market is None:
        market = Market(code=details.code, **values)
        told: dict[str, Any] = {"action": EventAction.REGISTERED}
    else:
        changed = sorted(name for name, value in values.items() if getattr(market, name) != value)
        told = {"action": EventAction.PLACE_CHANGED, "to_value": ", ".join(changed)[:200]}
        for column, value in values.items():
            setattr(market, column, value)
    session.add(market)
    session.flush()
    assert market.id is not None
    if told["action"] is EventAction.REGISTERED or told["to_value"]:
        record_event(session, actor=actor, now=now, market_id=market.id, subject="market", **told)
    today = market_day(now)
    register_commune(session, market)
    if details.opened_on is not None:
        _check_opening(session, market, details.opened_on)
        begin_calendar(session, market, details.opened_on, actor=actor, now=now)
    register_rule(
        session,
        market,
        details.calendar_rule,
        details.calendar_params,
        opened_on=details.opened_on or today,
        today=today,
    )
    return market


def _check_opening(session: Session, market: Market, opened_on: date) -> None:
    check_year(opened_on, "opened_on")
    begins = communes_of(session, [market])[market.id or 0][0].from_on
    if opened_on < begins:
        raise EntryRefused(
            {
                "opened_on": Sentence(
                    "chợ {code}: {on:%d/%m/%Y} đứng trước ngày lập xã, phường ({begins:%d/%m/%Y}), ghi từ ngày đó",
                    code=market.code,
                    on=opened_on,
                    begins=begins,
                )
            }
        )


def _values(details: MarketDetails) -> dict[str, Any]:
    values: dict[str, Any] = {
        "name": details.name,
        "market_class": details.market_class,
        "commune_code": details.commune_code,
        "commune_name": details.commune_name,
        "commune_valid_from": details.commune_valid_from,
        "stalls_counted": details.stalls_counted,
        "is_synthetic": details.is_synthetic,
    }
    if details.kind is not None:
        values["kind"] = details.kind
    if details.stalls_counted_on is not None:
        values["stalls_counted_on"] = details.stalls_counted_on
    return values
