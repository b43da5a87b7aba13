"""From which day to which a market holds its market days: closed, opened again, and its rules meanwhile."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from market.database import reading, writing
from merchants.actors import Actor
from merchants.calendars.market_calendars import calendar_of, change_rule, correct_day, preview
from merchants.calendars.market_spans import (
    MarketSpan,
    continue_calendar,
    end_calendar,
    market_spans,
)
from merchants.errors import EntryRefused
from merchants.find import find_market
from merchants.kinds import CalendarRule
from merchants.markets.registration import register_market
from merchants.tables import MarketCalendar, RegisterEvent
from reconciliation.simulation.places import demo_markets
from tests.merchants.conftest import Register

OPENED = date(2025, 7, 1)
SATURDAY, NEXT_SATURDAY = date(2026, 10, 17), date(2026, 10, 24)
ANH_TOAN = Actor(kind="staff", name="7")


def of_lg(register: Register, act: Any, *told: Any, **further: Any) -> Any:
    """Do something with the calendar of Lâm Giang, which meets on Saturdays."""
    with writing(register.engine) as session:
        market = find_market(session, "LG")
        return act(session, market, *told, **further, actor=ANH_TOAN, now=register.now)


def span(register: Register) -> MarketSpan:
    with reading(register.engine) as session:
        return market_spans(session)[find_market(session, "LG").id or 0]


def open_days(register: Register, first: date, last: date) -> list[date]:
    with reading(register.engine) as session:
        return calendar_of(session, find_market(session, "LG"), first, last).open_days(first, last)


def events(register: Register) -> list[tuple[str, str, str, str]]:
    return [
        (one.subject, one.from_value, one.to_value, one.actor)
        for one in register.all(RegisterEvent)
        if one.subject in {"closing", "reopening"}
    ]


def test_after_its_last_market_day_a_market_meets_no_more(register: Register) -> None:
    assert of_lg(register, end_calendar, SATURDAY)
    assert not of_lg(register, end_calendar, SATURDAY)

    assert span(register) == MarketSpan(OPENED, SATURDAY)
    assert open_days(register, date(2026, 10, 1), date(2026, 12, 31)) == [
        date(2026, 10, 3), date(2026, 10, 10), SATURDAY,
    ]  # fmt: skip
    assert events(register) == [("closing", "", "2026-10-17", "staff:7")]


@pytest.mark.parametrize("corrected", [date(2026, 10, 10), NEXT_SATURDAY])
def test_the_last_market_day_is_put_right(register: Register, corrected: date) -> None:
    of_lg(register, end_calendar, SATURDAY)

    of_lg(register, end_calendar, corrected)

    assert span(register) == MarketSpan(OPENED, corrected)
    assert events(register)[-1] == ("closing", "2026-10-17", corrected.isoformat(), "staff:7")


def test_a_closing_taken_back_leaves_the_calendar_as_it_was(register: Register) -> None:
    before = [one.model_dump() for one in register.all(MarketCalendar)]
    of_lg(register, end_calendar, SATURDAY)

    of_lg(register, continue_calendar, SATURDAY + timedelta(days=1))

    assert [one.model_dump() for one in register.all(MarketCalendar)] == before
    assert events(register)[-1] == ("reopening", "2026-10-17", "2026-10-18", "staff:7")


def test_a_market_meets_again_from_a_later_day_by_the_rule_it_had(register: Register) -> None:
    of_lg(register, end_calendar, SATURDAY)

    of_lg(register, continue_calendar, date(2026, 11, 21))

    assert span(register) == MarketSpan(OPENED, None)
    assert open_days(register, date(2026, 10, 15), date(2026, 11, 30)) == [
        SATURDAY, date(2026, 11, 21), date(2026, 11, 28),
    ]  # fmt: skip


def test_a_rule_planned_for_after_the_closing_never_holds(register: Register) -> None:
    of_lg(register, change_rule, CalendarRule.DAILY, "", from_on=date(2026, 12, 1))

    of_lg(register, end_calendar, date(2026, 11, 28))

    assert len(register.all(MarketCalendar)) == 4
    assert open_days(register, date(2026, 11, 22), date(2027, 1, 31)) == [date(2026, 11, 28)]


def test_another_rule_meanwhile_keeps_the_day_of_the_closing(register: Register) -> None:
    last = date(2026, 12, 26)
    of_lg(register, end_calendar, last)
    with reading(register.engine) as session:
        known = calendar_of(session, find_market(session, "LG"), last, last)

    shown = preview(known, CalendarRule.DAILY, "", from_on=date(2026, 12, 20))
    of_lg(register, change_rule, CalendarRule.DAILY, "", from_on=date(2026, 12, 20))

    assert span(register).closed_on == last
    daily = [date(2026, 12, day) for day in range(20, 27)]
    assert open_days(register, date(2026, 12, 20), date(2027, 1, 9)) == daily
    assert [day.on for day in shown if day.is_open] == daily


def test_a_new_rule_opens_a_closed_market_again(register: Register) -> None:
    of_lg(register, end_calendar, SATURDAY)

    of_lg(register, change_rule, CalendarRule.WEEKLY, "weekdays=6", from_on=date(2026, 11, 28))

    assert span(register) == MarketSpan(OPENED, None)
    assert open_days(register, SATURDAY, date(2026, 11, 30)) == [SATURDAY, date(2026, 11, 28)]


@pytest.mark.parametrize("last", [SATURDAY, date(2026, 12, 26)])
def test_a_list_of_markets_does_not_open_a_closed_market_again(
    register: Register, last: date
) -> None:
    of_lg(register, end_calendar, last)

    with writing(register.engine) as session:
        for details in demo_markets():
            register_market(session, details, now=register.now)

    assert span(register) == MarketSpan(OPENED, last)
    assert len(register.all(MarketCalendar)) == 4


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (date(2026, 10, 20), "20/10/2026 không phải ngày chợ họp; phiên gần nhất trước đó là ngày 17/10/2026"),
        (date(2025, 6, 28), "28/06/2025 không phải ngày chợ họp"),
        (date(2299, 1, 7), "năm 2299 nằm ngoài lịch"),
    ],
)  # fmt: skip
def test_a_last_day_on_which_nobody_meets_is_refused(
    sqlite_register: Register, last: date, words: str
) -> None:
    with pytest.raises(EntryRefused) as refusal:
        of_lg(sqlite_register, end_calendar, last)

    assert words in refusal.value.faults["last_on"]
    assert span(sqlite_register) == MarketSpan(OPENED, None)
    assert events(sqlite_register) == []


def test_a_closing_before_a_day_said_to_be_open_is_refused(sqlite_register: Register) -> None:
    fair = date(2026, 10, 20)
    of_lg(sqlite_register, correct_day, fair, is_open=True)

    with pytest.raises(EntryRefused, match="20/10/2026 đã được ghi là họp"):
        of_lg(sqlite_register, end_calendar, SATURDAY)
    assert of_lg(sqlite_register, end_calendar, fair)


def test_no_day_after_the_closing_can_be_said_to_be_open(sqlite_register: Register) -> None:
    of_lg(sqlite_register, end_calendar, SATURDAY)

    with pytest.raises(EntryRefused, match="họp phiên cuối ngày 17/10/2026: mở lại chợ trước"):
        of_lg(sqlite_register, correct_day, NEXT_SATURDAY, is_open=True)
    of_lg(sqlite_register, correct_day, NEXT_SATURDAY, is_open=False)


@pytest.mark.parametrize(
    ("closed", "again", "words"),
    [
        (None, NEXT_SATURDAY, "chợ này chưa đóng"),
        (SATURDAY, SATURDAY, "phiên cuối là ngày 17/10/2026"),
        (SATURDAY, date(2299, 1, 7), "năm 2299"),
    ],
)
def test_a_reopening_that_cannot_be_is_refused(
    sqlite_register: Register, closed: date | None, again: date, words: str
) -> None:
    if closed:
        of_lg(sqlite_register, end_calendar, closed)

    with pytest.raises(EntryRefused, match=words):
        of_lg(sqlite_register, continue_calendar, again)


def test_a_market_that_closed_before_cannot_have_opened_after(sqlite_register: Register) -> None:
    of_lg(sqlite_register, end_calendar, SATURDAY)
    (lg,) = (one for one in demo_markets() if one.code == "LG")

    with (
        pytest.raises(EntryRefused, match="chợ LG: 01/11/2026 đứng sau phiên cuối"),
        writing(sqlite_register.engine) as session,
    ):
        late = replace(lg, opened_on=date(2026, 11, 1))
        register_market(session, late, now=sqlite_register.now)
