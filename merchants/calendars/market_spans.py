"""From which day to which a market holds its market days: opened, closed for good, opened again.

A market is open from the first day of its first calendar to the last day of its last one.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.calendars.market_calendars import calendar_of, check_year, rules_of
from merchants.errors import EntryRefused
from merchants.events import record_event
from merchants.kinds import EventAction
from merchants.sentences import Sentence
from merchants.tables import CalendarCorrection, Market, MarketCalendar

LOOKED_BACK = timedelta(days=62)
"""How far before a day its market day is looked for; by the moon a market may meet once a month."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MarketSpan:
    """The first day of a market's first calendar, and the last of its last; ``None`` = still held."""

    opened_on: date
    closed_on: date | None


def market_spans(session: Session) -> dict[int, MarketSpan]:
    """Return the span of every market that has a calendar, by market id: one query."""
    rows = session.execute(
        sa.select(
            col(MarketCalendar.market_id),
            sa.func.min(col(MarketCalendar.valid_from)),
            sa.func.max(sa.func.coalesce(col(MarketCalendar.valid_to), date.max)),
        ).group_by(col(MarketCalendar.market_id))
    )
    return {
        market_id: MarketSpan(first, None if last == date.max else last)
        for market_id, first, last in rows
    }


def closed_spells(session: Session) -> list[tuple[int, date, date | None]]:
    """Return from and to which day a market that had closed was not held, both included: one query.

    By market id; ``None`` = it has not met again. Before its first calendar a market is not closed.
    """
    rows = session.execute(
        sa.select(
            col(MarketCalendar.market_id),
            col(MarketCalendar.valid_from),
            col(MarketCalendar.valid_to),
        ).order_by(col(MarketCalendar.market_id), col(MarketCalendar.valid_from))
    ).all()
    spells: list[tuple[int, date, date | None]] = []
    held: dict[int, date] = {}
    for market_id, first, last in rows:
        until = held.get(market_id)
        if until is not None and until < date.max and first > until + _ONE_DAY:
            spells.append((market_id, until + _ONE_DAY, first - _ONE_DAY))
        held[market_id] = max(until or date.min, last or date.max)
    spells += [(id_, until + _ONE_DAY, None) for id_, until in held.items() if until < date.max]
    return sorted(spells, key=lambda one: one[:2])


def begin_calendar(
    session: Session, market: Market, opened_on: date, *, actor: Actor, now: datetime
) -> date | None:
    """Let a market's first calendar begin on another day; return on which it began, ``None`` = on this.

    Raises:
        EntryRefused: the market closed before that day.
    """
    rules = rules_of(session, market)
    if not rules or rules[0].valid_from == opened_on:
        return None
    was, closed_on = rules[0].valid_from, _closed_on(rules)
    if closed_on is not None and closed_on < opened_on:
        raise EntryRefused(
            {
                "opened_on": Sentence(
                    "chợ {code}: {on:%d/%m/%Y} đứng sau phiên cuối, ngày {last:%d/%m/%Y}",
                    code=market.code,
                    on=opened_on,
                    last=closed_on,
                )
            }
        )
    rules[0].valid_from = min(rules[0].valid_from, opened_on)
    for rule in rules:
        if rule.valid_to is not None and rule.valid_to < opened_on:
            session.delete(rule)
        else:
            rule.valid_from = max(rule.valid_from, opened_on)
            session.add(rule)
    session.flush()
    _record(session, market, "opening", was, opened_on, actor=actor, now=now)
    return was


def end_calendar(
    session: Session, market: Market, last_on: date, *, actor: Actor, now: datetime
) -> bool:
    """Let a day be a market's last market day; return whether that was news. Rules planned for later go.

    Raises:
        EntryRefused: the market has no calendar, does not meet that day, or is to meet later.
    """
    check_year(last_on, "last_on")
    rules = rules_of(session, market)
    if not rules:
        raise EntryRefused({"last_on": "chợ chưa có lịch: ghi lịch trước"})
    was = _closed_on(rules)
    if was == last_on:
        return False
    _refuse_later_session(session, market, last_on)
    for rule in rules:
        if rule.valid_from > last_on and rule is not rules[0]:
            session.delete(rule)
        elif rule.valid_to == was or (rule.valid_to is not None and rule.valid_to > last_on):
            rule.valid_to = last_on
            session.add(rule)
    session.flush()
    _refuse_no_session(session, market, last_on)
    _record(session, market, "closing", was, last_on, actor=actor, now=now)
    return True


def continue_calendar(
    session: Session, market: Market, from_on: date, *, actor: Actor, now: datetime
) -> None:
    """Let a market that was closed meet again from a day on, by the rule it had.

    From the day after its last market day it is as if nobody had closed it.

    Raises:
        EntryRefused: nobody closed the market, or its last market day is not before that day.
    """
    check_year(from_on, "from_on")
    rules = rules_of(session, market)
    closed_on = _closed_on(rules)
    if closed_on is None:
        raise EntryRefused({"from_on": "chợ này chưa đóng"})
    if from_on <= closed_on:
        raise EntryRefused(
            {
                "from_on": Sentence(
                    "phiên cuối là ngày {last:%d/%m/%Y}: mở lại từ ngày sau đó",
                    last=closed_on,
                )
            }
        )
    held = [rule for rule in rules if rule.valid_to == closed_on]
    for rule in held:
        if from_on == closed_on + _ONE_DAY:
            rule.valid_to = None
            session.add(rule)
        else:
            session.add(
                MarketCalendar(
                    market_id=rule.market_id,
                    rule_type=rule.rule_type,
                    params=rule.params,
                    valid_from=from_on,
                )
            )
    session.flush()
    _record(session, market, "reopening", closed_on, from_on, actor=actor, now=now)


def _closed_on(rules: list[MarketCalendar]) -> date | None:
    ends = [rule.valid_to for rule in rules]
    return None if None in ends else max((end for end in ends if end), default=None)


def _refuse_later_session(session: Session, market: Market, last_on: date) -> None:
    later = session.exec(
        select(col(CalendarCorrection.day_on))
        .where(
            CalendarCorrection.market_id == market.id,
            col(CalendarCorrection.day_on) > last_on,
            col(CalendarCorrection.is_open),
        )
        .order_by(col(CalendarCorrection.day_on))
    ).first()
    if later is not None:
        raise EntryRefused(
            {
                "last_on": Sentence(
                    "ngày {on:%d/%m/%Y} đã được ghi là họp: để ngày đó theo lịch trước",
                    on=later,
                )
            }
        )


def _refuse_no_session(session: Session, market: Market, last_on: date) -> None:
    looked_from = last_on - LOOKED_BACK
    met = calendar_of(session, market, looked_from, last_on).open_days(looked_from, last_on)
    if met and met[-1] == last_on:
        return
    if not met:
        fault = Sentence("{on:%d/%m/%Y} không phải ngày chợ họp", on=last_on)
    else:
        fault = Sentence(
            "{on:%d/%m/%Y} không phải ngày chợ họp; phiên gần nhất trước đó là ngày {met:%d/%m/%Y}",
            on=last_on,
            met=met[-1],
        )
    raise EntryRefused({"last_on": fault})


def _record(
    session: Session,
    market: Market,
    subject: str,
    was: date | None,
    told: date,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject=subject,
        from_value=was.isoformat() if was else "",
        to_value=told.isoformat(),
    )
