"""Open days of markets: every kind of rule, corrections, and parameters nobody can read."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.calendars.open_days import (
    BRANCHES,
    CalendarRuleSpan,
    branch_index,
    check_rule,
    is_open_on,
    lunar_date,
    open_days,
)
from merchants.errors import CalendarRuleRefused
from merchants.kinds import CalendarRule

ALWAYS = date(2000, 1, 1)


def span(kind: CalendarRule, params: str = "") -> CalendarRuleSpan:
    return CalendarRuleSpan(kind, params, ALWAYS)


def november(kind: CalendarRule, params: str = "") -> list[int]:
    days = open_days([span(kind, params)], {}, date(2026, 11, 1), date(2026, 11, 30))
    return [day.day for day in days]


def test_a_daily_market_opens_every_day() -> None:
    assert november(CalendarRule.DAILY) == list(range(1, 31))


def test_a_weekly_market_opens_on_its_iso_weekdays() -> None:
    # 1 November 2026 is a Sunday.
    assert november(CalendarRule.WEEKLY, "weekdays=3|7") == [1, 4, 8, 11, 15, 18, 22, 25, 29]


def test_a_lunar_market_opens_on_its_lunar_days() -> None:
    # The tenth lunar month of 2026 begins on 9 November.
    assert november(CalendarRule.LUNAR_DAY, "days=3|8|13|18|23|28") == [1, 6, 11, 16, 21, 26]


def test_a_branch_market_opens_every_sixth_day() -> None:
    # Bạch Đích: Thân and Dần days, six days apart.
    opened = november(CalendarRule.BRANCH_DAY, "branches=Thân|Dần")

    assert {after - before for before, after in itertools.pairwise(opened)} == {6}
    assert {BRANCHES[branch_index(date(2026, 11, day))] for day in opened} == {"Thân", "Dần"}


def test_an_explicit_market_opens_on_its_list() -> None:
    assert november(CalendarRule.EXPLICIT, "dates=2026-11-05|2026-11-20|2027-01-01") == [5, 20]


def test_the_first_day_of_2000_is_a_ngo_day() -> None:
    assert BRANCHES[branch_index(date(2000, 1, 1))] == "Ngọ"


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_branches_follow_one_another(day: date) -> None:
    assert branch_index(day + timedelta(days=1)) == (branch_index(day) + 1) % 12


@pytest.mark.parametrize("written", ["Thân", "THÂN", "than", "8"])
def test_a_branch_may_be_written_in_several_ways(written: str) -> None:
    expected = november(CalendarRule.BRANCH_DAY, "branches=8")

    assert november(CalendarRule.BRANCH_DAY, f"branches={written}") == expected


def test_ty_and_ty_are_told_apart_by_their_marks() -> None:
    rat = november(CalendarRule.BRANCH_DAY, "branches=Tý")
    snake = november(CalendarRule.BRANCH_DAY, "branches=Tỵ")

    assert rat == november(CalendarRule.BRANCH_DAY, "branches=0")
    assert snake == november(CalendarRule.BRANCH_DAY, "branches=5")
    assert snake == november(CalendarRule.BRANCH_DAY, "branches=Tị")
    with pytest.raises(CalendarRuleRefused, match="'TY' is no branch"):
        check_rule(CalendarRule.BRANCH_DAY, "branches=TY")


def test_a_correction_beats_every_rule() -> None:
    day = date(2026, 11, 20)

    assert not is_open_on([span(CalendarRule.DAILY)], {day: False}, day)
    assert is_open_on([], {day: True}, day)


def test_rules_hold_only_for_their_days() -> None:
    before = CalendarRuleSpan(CalendarRule.DAILY, "", ALWAYS, date(2026, 11, 10))
    after = CalendarRuleSpan(CalendarRule.WEEKLY, "weekdays=7", date(2026, 11, 11))

    opened = open_days([before, after], {}, date(2026, 11, 9), date(2026, 11, 22))

    assert [day.day for day in opened] == [9, 10, 15, 22]


def test_several_rules_together_open_on_the_days_of_each() -> None:
    rules = [
        span(CalendarRule.WEEKLY, "weekdays=7"),
        span(CalendarRule.EXPLICIT, "dates=2026-11-03"),
    ]

    assert [d.day for d in open_days(rules, {}, date(2026, 11, 1), date(2026, 11, 8))] == [1, 3, 8]


def test_no_rule_means_closed() -> None:
    assert open_days([], {}, date(2026, 11, 1), date(2026, 11, 30)) == []


def test_last_before_first_is_no_day() -> None:
    assert open_days([span(CalendarRule.DAILY)], {}, date(2026, 11, 2), date(2026, 11, 1)) == []


@given(st.sets(st.integers(1, 30), min_size=1), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_lunar_rules_agree_with_the_lunar_date(wanted: set[int], day: date) -> None:
    rule = span(CalendarRule.LUNAR_DAY, f"days={'|'.join(map(str, wanted))}")

    assert is_open_on([rule], {}, day) == (lunar_date(day).day in wanted)


@pytest.mark.parametrize(
    ("kind", "params", "reason"),
    [
        (CalendarRule.DAILY, "weekdays=1", "takes no params"),
        (CalendarRule.WEEKLY, "", "expected weekdays="),
        (CalendarRule.WEEKLY, "days=3", "expected weekdays="),
        (CalendarRule.WEEKLY, "weekdays=0", "'0' is no ISO weekday, expected 1 to 7"),
        (CalendarRule.WEEKLY, "weekdays=8", "'8' is no ISO weekday"),
        (CalendarRule.WEEKLY, "weekdays=³", "'³' is no ISO weekday"),
        (CalendarRule.WEEKLY, "weekdays=3|", "empty value"),
        (CalendarRule.WEEKLY, "weekdays=3|3", "names a value twice"),
        (CalendarRule.LUNAR_DAY, "days=31", "'31' is no day of a lunar month, expected 1 to 30"),
        (CalendarRule.BRANCH_DAY, "branches=12", "'12' is no branch"),
        (CalendarRule.BRANCH_DAY, "branches=Rồng", "'Rồng' is no branch"),
        (CalendarRule.EXPLICIT, "dates=20261105", "'20261105' is no date, expected YYYY-MM-DD"),
        (CalendarRule.EXPLICIT, "dates=2026-02-30", "'2026-02-30' is no date"),
    ],
)
def test_parameters_nobody_can_read_are_refused(
    kind: CalendarRule, params: str, reason: str
) -> None:
    with pytest.raises(CalendarRuleRefused, match=reason) as refusal:
        check_rule(kind, params)

    assert refusal.value.params == params
