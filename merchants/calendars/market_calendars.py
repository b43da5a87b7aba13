"""A market's calendar in the register: rules by date, the manager's corrections, days of a month.

Hours are not modelled: a night market's day is the day it opens (what is paid after midnight
belongs to the provider's business date), and a season is two rules, each from its day on, or a list
of days.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.calendars.lunar import YEAR_MAX, YEAR_MIN, LunarDate, lunar_date
from merchants.calendars.open_days import (
    BRANCHES,
    CalendarRuleSpan,
    branch_index,
    check_rule,
    is_open_on,
)
from merchants.days import market_day
from merchants.errors import CalendarRuleRefused, EntryRefused
from merchants.events import record_event
from merchants.kinds import CalendarRule, EventAction
from merchants.sentences import Sentence
from merchants.tables import CalendarCorrection, Market, MarketCalendar

PREVIEW_DAYS = 6 * 7
PARAMS_CHARS_MAX = 200
NOTE_CHARS_MAX = 200
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Correction:
    """The manager's word on one day."""

    is_open: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of a market's calendar, and why it is what it is."""

    on: date
    lunar: LunarDate
    branch: str
    is_open: bool
    by_rule: bool
    """What the rules alone say."""
    correction: Correction | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """The rules of a market, oldest first, and the corrections of the days asked for."""

    rules: tuple[CalendarRuleSpan, ...]
    corrections: Mapping[date, Correction]

    def rule_on(self, day: date) -> CalendarRuleSpan | None:
        """Return the newest rule that holds on a day; ``None`` = the market has none then."""
        held = [rule for rule in self.rules if rule.covers(day)]
        return held[-1] if held else None

    def days(self, first: date, last: date) -> list[CalendarDay]:
        """Return the days from ``first`` to ``last``, both included."""
        count = (last - first).days + 1
        return [self._day(first + timedelta(days=ahead)) for ahead in range(count)]

    def open_days(self, first: date, last: date) -> list[date]:
        """Return the open days from ``first`` to ``last``, both included."""
        return [day.on for day in self.days(first, last) if day.is_open]

    def _day(self, on: date) -> CalendarDay:
        correction = self.corrections.get(on)
        by_rule = is_open_on(self.rules, {}, on)
        return CalendarDay(
            on=on,
            lunar=lunar_date(on),
            branch=BRANCHES[branch_index(on)],
            is_open=correction.is_open if correction else by_rule,
            by_rule=by_rule,
            correction=correction,
        )


def calendar_of(session: Session, market: Market, first: date, last: date) -> Calendar:
    """Return the calendar of a market with its corrections from ``first`` to ``last``."""
    query = select(CalendarCorrection).where(
        CalendarCorrection.market_id == market.id,
        col(CalendarCorrection.day_on).between(first, last),
    )
    return Calendar(
        rules=tuple(_span(rule) for rule in rules_of(session, market)),
        corrections={row.day_on: Correction(row.is_open, row.note) for row in session.exec(query)},
    )


def calendars_of(session: Session, first: date, last: date) -> dict[int, Calendar]:
    """Return the calendar of every market that has one, by market id: two queries for all of them."""
    rules: dict[int, list[CalendarRuleSpan]] = defaultdict(list)
    told = select(MarketCalendar).order_by(col(MarketCalendar.valid_from), col(MarketCalendar.id))
    for rule in session.exec(told):
        rules[rule.market_id].append(_span(rule))
    corrections: dict[int, dict[date, Correction]] = defaultdict(dict)
    corrected = select(CalendarCorrection).where(
        col(CalendarCorrection.day_on).between(first, last)
    )
    for row in session.exec(corrected):
        corrections[row.market_id][row.day_on] = Correction(row.is_open, row.note)
    return {
        market_id: Calendar(rules=tuple(rules[market_id]), corrections=corrections[market_id])
        for market_id in {*rules, *corrections}
    }


def disturbed_days(session: Session, first: date, last: date) -> set[tuple[int, date]]:
    """Return the markets and days that were held and that somebody gave a reason for: a storm, a fair.

    Such a day is a market day, but none to compare others with.
    """
    corrected = select(col(CalendarCorrection.market_id), col(CalendarCorrection.day_on)).where(
        col(CalendarCorrection.day_on).between(first, last),
        col(CalendarCorrection.is_open),
        col(CalendarCorrection.note) != "",
    )
    return set(session.exec(corrected))


def current_rules(session: Session, on: date) -> dict[int, CalendarRuleSpan]:
    """Return the rule each market has on a day, by market id: one query for all markets."""
    found: dict[int, list[CalendarRuleSpan]] = defaultdict(list)
    query = select(MarketCalendar).order_by(col(MarketCalendar.valid_from), col(MarketCalendar.id))
    for rule in session.exec(query):
        found[rule.market_id].append(_span(rule))
    return {
        market_id: held[-1]
        for market_id, rules in found.items()
        if (held := [rule for rule in rules if rule.covers(on)])
    }


def preview(
    calendar: Calendar, rule_type: CalendarRule, params: str, *, from_on: date
) -> list[CalendarDay]:
    """Return the six weeks from ``from_on`` as they would be under a new rule.

    Raises:
        EntryRefused: the rule's parameters cannot be read, or the day is beyond the calendar.
    """
    params = _checked(rule_type, params)
    check_year(from_on)
    until = _end_after([rule.valid_to for rule in calendar.rules], from_on)
    rule = CalendarRuleSpan(rule_type, params, from_on, until)
    changed = Calendar(
        rules=(*_ended(calendar.rules, from_on), rule),
        corrections=calendar.corrections,
    )
    return changed.days(from_on, from_on + timedelta(days=PREVIEW_DAYS - 1))


def change_rule(
    session: Session,
    market: Market,
    rule_type: CalendarRule,
    params: str,
    *,
    from_on: date,
    actor: Actor,
    now: datetime,
) -> None:
    """Let a rule hold from a day on; the days before stay what they were. The same rule is no change.

    A market that is to close still closes on its day; one that has closed meets again by the rule.

    Raises:
        EntryRefused: the parameters cannot be read, or ``from_on`` has passed: a past day is put
            right by a correction, which says who did it and why.
    """
    params = _checked(rule_type, params)
    today = market_day(now)
    rules = rules_of(session, market)
    if rules and from_on < today:
        raise EntryRefused(
            {
                "from_on": Sentence(
                    "{from_on:%d/%m/%Y} đã qua. Lịch mới tính từ hôm nay ({today:%d/%m/%Y}) trở đi; ngày đã qua thì sửa từng ngày trong bảng tháng",
                    from_on=from_on,
                    today=today,
                )
            }
        )
    check_year(from_on)
    held = [rule for rule in rules if rule.valid_to is None or rule.valid_to >= from_on]
    if [(rule.rule_type, rule.params) for rule in held] == [(rule_type, params)] and (
        held[0].valid_from <= from_on
    ):
        return
    was = held[-1] if held else None
    until = _end_after([rule.valid_to for rule in rules], from_on)
    _replace(session, market, held, rule_type, params, since=from_on, until=until)
    record_event(
        session,
        EventAction.PLACE_CHANGED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject="calendar",
        from_value=f"{was.rule_type.value} {was.params}"[:200] if was else "",
        to_value=f"{rule_type.value} {params}"[:200],
        note=f"from {from_on.isoformat()}",
    )


def register_rule(
    session: Session,
    market: Market,
    rule_type: CalendarRule,
    params: str,
    *,
    opened_on: date,
    today: date,
) -> None:
    """Give a market the rule of its registration; another one than before ends that yesterday.

    A market that has closed stays closed: a list of markets does not open it again.

    Args:
        opened_on: from when the rule of a market without any holds.
    """
    rules = rules_of(session, market)
    if not rules:
        _replace(session, market, [], rule_type, params, since=opened_on, until=None)
        return
    since = max(today, rules[0].valid_from)
    until = _end_after([rule.valid_to for rule in rules], since)
    last = [rule for rule in rules if rule.valid_to == until]
    if not last or any((rule.rule_type, rule.params) == (rule_type, params) for rule in last):
        return
    _replace(session, market, last, rule_type, params, since=since, until=until)


def correct_day(
    session: Session,
    market: Market,
    day: date,
    *,
    is_open: bool,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """Say that a market was or will be open or closed on a day, whatever the rule says.

    Raises:
        EntryRefused: the note is too long, no calendar reaches the day, or the market, said to be
            open, closed before it.
    """
    faults: dict[str, str] = {}
    if len(note) > NOTE_CHARS_MAX:
        faults["note"] = Sentence("dài {n} ký tự, tối đa {most}", n=len(note), most=NOTE_CHARS_MAX)
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        faults["day"] = Sentence(
            "năm {year} nằm ngoài lịch, tính được {year_min} đến {most}",
            year=day.year,
            year_min=YEAR_MIN,
            most=YEAR_MAX,
        )
    elif is_open and (closed_on := _closed_before(session, market, day)):
        faults["day"] = Sentence(
            "chợ đã họp phiên cuối ngày {last:%d/%m/%Y}: mở lại chợ trước", last=closed_on
        )
    if faults:
        raise EntryRefused(faults)
    assert market.id is not None
    found = session.get(CalendarCorrection, (market.id, day))
    if found is not None and (found.is_open, found.note) == (is_open, note):
        return
    was = _word(found.is_open) if found else ""
    if found is None:
        found = CalendarCorrection(market_id=market.id, day_on=day, is_open=is_open)
    found.is_open = is_open
    found.note = note
    session.add(found)
    session.flush()
    _record_correction(session, market, day, was, _word(is_open), actor=actor, now=now)


def take_back_correction(
    session: Session, market: Market, day: date, *, actor: Actor, now: datetime
) -> bool:
    """Let the rule decide about a day again; return whether there was a correction."""
    found = session.get(CalendarCorrection, (market.id, day))
    if found is None:
        return False
    was = _word(found.is_open)
    session.delete(found)
    session.flush()
    _record_correction(session, market, day, was, "", actor=actor, now=now)
    return True


def _record_correction(
    session: Session, market: Market, day: date, was: str, told: str, *, actor: Actor, now: datetime
) -> None:
    record_event(
        session,
        EventAction.CALENDAR_CORRECTED,
        actor=actor,
        now=now,
        market_id=market.id,
        subject=f"day:{day.isoformat()}",
        from_value=was,
        to_value=told,
    )


def _word(is_open: bool) -> str:
    return "open" if is_open else "closed"


def check_year(on: date, field: str = "from_on") -> None:
    """Refuse a day that no calendar reaches, by the name of its field; raise ``EntryRefused``."""
    if not YEAR_MIN < on.year < YEAR_MAX:
        raise EntryRefused(
            {
                field: Sentence(
                    "năm {year} nằm ngoài lịch, tính được {year_min} đến {most}",
                    year=on.year,
                    year_min=YEAR_MIN,
                    most=YEAR_MAX,
                )
            }
        )


def _checked(rule_type: CalendarRule, params: str) -> str:
    params = "|".join(part.strip() for part in params.strip().split("|"))
    if len(params) > PARAMS_CHARS_MAX:
        raise EntryRefused(
            {
                "params": Sentence(
                    "dài {n} ký tự, tối đa {most}: chia thành hai lịch",
                    n=len(params),
                    most=PARAMS_CHARS_MAX,
                )
            }
        )
    try:
        check_rule(rule_type, params)
    except CalendarRuleRefused as refusal:
        raise EntryRefused({"params": _in_vietnamese(rule_type, refusal)}) from None
    return params


def _in_vietnamese(rule_type: CalendarRule, refusal: CalendarRuleRefused) -> str:
    given = (
        refusal.params.partition("=")[2].replace("|", ", ") or refusal.params or Sentence("trống")
    )
    needed = {
        CalendarRule.DAILY: "chợ họp hằng ngày thì để trống",
        CalendarRule.WEEKLY: "cần ít nhất một thứ trong tuần",
        CalendarRule.LUNAR_DAY: "cần các ngày âm lịch từ 1 đến 30, mỗi ngày ghi một lần",
        CalendarRule.BRANCH_DAY: "cần ít nhất một chi từ Tý đến Hợi",
        CalendarRule.EXPLICIT: "cần các ngày dạng dd/mm/yyyy, mỗi ngày ghi một lần",
    }[rule_type]
    return Sentence("{needed} (đang ghi: {given})", needed=Sentence(needed), given=given)


def rules_of(session: Session, market: Market) -> list[MarketCalendar]:
    """Return a market's rules as they are kept, oldest first."""
    query = (
        select(MarketCalendar)
        .where(MarketCalendar.market_id == market.id)
        .order_by(col(MarketCalendar.valid_from), col(MarketCalendar.id))
    )
    return list(session.exec(query))


def _span(rule: MarketCalendar) -> CalendarRuleSpan:
    return CalendarRuleSpan(rule.rule_type, rule.params, rule.valid_from, rule.valid_to)


def _ended(rules: Sequence[CalendarRuleSpan], since: date) -> list[CalendarRuleSpan]:
    return [
        CalendarRuleSpan(
            rule.rule_type,
            rule.params,
            rule.valid_from,
            rule.valid_to if rule.valid_to and rule.valid_to < since else since - _ONE_DAY,
        )
        for rule in rules
        if rule.valid_from < since
    ]


def _closed_before(session: Session, market: Market, day: date) -> date | None:
    """Return the last market day of a market that closed before a day."""
    ends = [rule.valid_to or date.max for rule in rules_of(session, market)]
    return max(ends) if ends and max(ends) < day else None


def _end_after(ends: Sequence[date | None], since: date) -> date | None:
    """Return the day a market is to close, by the ends of its rules; ``None`` = on none from ``since`` on."""
    last = max((end or date.max for end in ends), default=date.max)
    return last if since <= last < date.max else None


def _replace(
    session: Session,
    market: Market,
    rules: Sequence[MarketCalendar],
    rule_type: CalendarRule,
    params: str,
    *,
    since: date,
    until: date | None,
) -> None:
    for rule in rules:
        if rule.valid_from >= since:  # it never held
            session.delete(rule)
        else:
            rule.valid_to = since - _ONE_DAY
            session.add(rule)
    assert market.id is not None
    session.add(
        MarketCalendar(
            market_id=market.id,
            rule_type=rule_type,
            params=params,
            valid_from=since,
            valid_to=until,
        )
    )
    session.flush()
