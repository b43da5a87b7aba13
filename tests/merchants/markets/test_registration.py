"""Markets and their calendars from a list."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import reading, writing
from merchants.errors import (
    CalendarRuleRefused,
    EntryRefused,
    MarketListRefused,
    MarketRefused,
)
from merchants.kinds import CalendarRule
from merchants.markets.list_file import read_market_list
from merchants.markets.registration import MarketDetails, register_market
from merchants.tables import Market, MarketCalendar, RegisterEvent
from reconciliation.simulation.places import market_list_text

HEADER = (
    "market_code,name,class,stalls,calendar_rule_type,calendar_params,commune_code,commune_name,"
    "commune_valid_from,synthetic"
)
LINE = "MA,Chợ Mậu A,2,240,weekly,weekdays=3|7,04375,Xã Mậu A,2025-07-01,1"
DETAILS = MarketDetails(
    code="MA",
    name="Chợ Mậu A",
    market_class=2,
    commune_code="04375",
    commune_name="Xã Mậu A",
    commune_valid_from=date(2025, 7, 1),
    stalls_counted=240,
    is_synthetic=True,
    calendar_rule=CalendarRule.WEEKLY,
    calendar_params="weekdays=3|7",
)


def rules_of(engine: sa.Engine) -> list[tuple[str, date, date | None]]:
    with reading(engine) as session:
        rules = session.exec(select(MarketCalendar).order_by(MarketCalendar.valid_from)).all()
        return [(rule.params, rule.valid_from, rule.valid_to) for rule in rules]


def test_a_line_is_read_whole() -> None:
    assert read_market_list(f"\ufeff{HEADER}\n{LINE}\n") == [DETAILS]


@pytest.mark.parametrize(("written", "read"), [("2026-10-12", date(2026, 10, 12)), ("", None)])
def test_the_first_market_day_may_stand_in_a_list(written: str, read: date | None) -> None:
    (market,) = read_market_list(f"{HEADER},opened_on\n{LINE},{written}\n")

    assert market == replace(DETAILS, opened_on=read)


def test_a_first_market_day_that_is_no_day_is_refused() -> None:
    with pytest.raises(MarketListRefused, match="column opened_on, value '12/10/2026'"):
        read_market_list(f"{HEADER},opened_on\n{LINE},12/10/2026\n")


def test_the_demonstration_list_is_read() -> None:
    markets = read_market_list(market_list_text())

    assert [market.code for market in markets] == ["MA", "DC", "LG", "CQ"]
    assert sum(market.stalls_counted or 0 for market in markets) == 385


def test_a_market_nobody_counted_has_no_count() -> None:
    (market,) = read_market_list(f"{HEADER}\n{LINE.replace(',240,', ',,')}\n")

    assert market.stalls_counted is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column market_code, value '': the column is missing"),
        (HEADER.replace("stalls,", "") + "\n" + LINE, "line 1, column stalls"),
        (HEADER, "the list names no market"),
        (
            f"{HEADER}\n{LINE}\n{LINE}",
            "line 3, column market_code, value 'MA': stands on an earlier",
        ),
        (f"{HEADER}\n{LINE},x", "more values than columns"),
        (f'{HEADER}\n"MA', "not CSV"),
        (f"{HEADER}\n" + LINE.replace("MA,", "M A,", 1), "value 'M A': expected 1 to 8 letters"),
        (f"{HEADER}\n" + LINE.replace("Chợ Mậu A", ""), "column name, value '': must not be empty"),
        (f"{HEADER}\n" + LINE.replace(",2,", ",4,"), "column class, value '4': expected a number"),
        (f"{HEADER}\n" + LINE.replace("weekly", "hourly"), "value 'hourly': expected one of daily"),
        (f"{HEADER}\n" + LINE.replace("3|7", "8"), "column calendar_params, value 'weekdays=8'"),
        (f"{HEADER}\n" + LINE.replace("2025-07-01", "01/07/2025"), "expected YYYY-MM-DD"),
        (f"{HEADER}\n" + LINE.replace("04375", "043750"), "holds 6 characters, at most 5 fit"),
    ],
)
def test_a_wrong_list_is_refused_naming_line_column_and_value(text: str, message: str) -> None:
    with pytest.raises(MarketListRefused, match=message.replace("|", r"\|")):
        read_market_list(text)


def test_a_market_is_registered_with_its_rule(engine: sa.Engine, now: datetime) -> None:
    with writing(engine) as session:
        market = register_market(session, DETAILS, now=now)

    assert market.stalls_counted == 240
    assert rules_of(engine) == [("weekdays=3|7", date(2026, 11, 21), None)]


@pytest.mark.parametrize("opened_on", [date(2025, 7, 1), date(2026, 10, 12), date(2026, 12, 1)])
def test_a_market_opens_on_the_day_it_is_said_to(
    engine: sa.Engine, now: datetime, opened_on: date
) -> None:
    with writing(engine) as session:
        register_market(session, replace(DETAILS, opened_on=opened_on), now=now)

    assert rules_of(engine) == [("weekdays=3|7", opened_on, None)]


def test_registering_again_changes_nothing(engine: sa.Engine, now: datetime) -> None:
    for _ in range(2):
        with writing(engine) as session:
            register_market(session, DETAILS, now=now)

    with reading(engine) as session:
        assert len(session.exec(select(Market)).all()) == 1
    assert len(rules_of(engine)) == 1


def test_a_new_rule_ends_the_old_one_yesterday(engine: sa.Engine, now: datetime) -> None:
    with writing(engine) as session:
        register_market(session, replace(DETAILS, opened_on=date(2025, 7, 1)), now=now)

    with writing(engine) as session:
        register_market(session, replace(DETAILS, calendar_params="weekdays=6"), now=now)

    assert rules_of(engine) == [
        ("weekdays=3|7", date(2025, 7, 1), date(2026, 11, 20)),
        ("weekdays=6", date(2026, 11, 21), None),
    ]


@pytest.mark.parametrize("opened_on", [date(2025, 8, 1), date(2026, 12, 6)])
def test_the_first_day_is_put_right_by_registering_again(
    engine: sa.Engine, now: datetime, opened_on: date
) -> None:
    for day in (date(2026, 10, 1), opened_on):
        with writing(engine) as session:
            register_market(session, replace(DETAILS, opened_on=day), now=now)
    with writing(engine) as session:
        register_market(session, DETAILS, now=now)

    assert rules_of(engine) == [("weekdays=3|7", opened_on, None)]
    with reading(engine) as session:
        told = session.exec(select(RegisterEvent).where(RegisterEvent.subject == "opening")).all()
        assert [(one.from_value, one.to_value) for one in told] == [
            ("2026-10-01", opened_on.isoformat())
        ]


def test_rules_that_end_before_the_market_opens_are_none_of_its_own(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        register_market(session, replace(DETAILS, opened_on=date(2026, 10, 1)), now=now)
    with writing(engine) as session:
        register_market(session, replace(DETAILS, calendar_params="weekdays=6"), now=now)

    with writing(engine) as session:
        later = replace(DETAILS, calendar_params="weekdays=6", opened_on=date(2026, 12, 5))
        register_market(session, later, now=now)

    assert rules_of(engine) == [("weekdays=6", date(2026, 12, 5), None)]


@pytest.mark.parametrize(
    ("opened_on", "words"),
    [
        (date(2025, 6, 30), "30/06/2025 đứng trước ngày lập xã, phường"),
        (date(2299, 1, 1), "năm 2299 nằm ngoài lịch"),
    ],
)
def test_a_first_day_no_commune_and_no_calendar_reaches_is_refused(
    sqlite_engine: sa.Engine, now: datetime, opened_on: date, words: str
) -> None:
    with pytest.raises(EntryRefused, match=words), writing(sqlite_engine) as session:
        register_market(session, replace(DETAILS, opened_on=opened_on), now=now)

    assert rules_of(sqlite_engine) == []


def test_a_rule_that_never_held_leaves_no_trace(engine: sa.Engine) -> None:
    morning = datetime(2025, 7, 1, 1, tzinfo=UTC)
    with writing(engine) as session:
        register_market(session, DETAILS, now=morning)

    with writing(engine) as session:
        register_market(session, replace(DETAILS, calendar_params="weekdays=6"), now=morning)

    assert rules_of(engine) == [("weekdays=6", date(2025, 7, 1), None)]


def test_details_are_brought_up_to_date(engine: sa.Engine, now: datetime) -> None:
    for count in (240, 250):
        with writing(engine) as session:
            register_market(session, replace(DETAILS, stalls_counted=count), now=now)

    with reading(engine) as session:
        assert session.exec(select(Market.stalls_counted)).all() == [250]


@pytest.mark.parametrize(
    ("details", "refusal"),
    [
        (replace(DETAILS, code="mậu a"), MarketRefused),
        (replace(DETAILS, calendar_params="days=3"), CalendarRuleRefused),
    ],
)
def test_a_market_nobody_could_use_is_refused(
    sqlite_engine: sa.Engine, now: datetime, details: MarketDetails, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), writing(sqlite_engine) as session:
        register_market(session, details, now=now)
