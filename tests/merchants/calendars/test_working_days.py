"""Working days and the clocks that run on them: weekends, Tết by the moon, days made up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.calendars.holidays import holiday_rules, holidays
from merchants.calendars.working_days import (
    after_working_days,
    is_working_day,
    working_days_between,
)
from merchants.kinds import PrivacyRequestKind
from merchants.privacy.clocks import all_clocks, due_days, latest_extension

Kind = PrivacyRequestKind


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2026, 11, 20), True),  # a Friday
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 1, 1), False),
        (date(2026, 2, 13), True),
        (date(2026, 2, 16), False),  # the eve of Tết Bính Ngọ
        (date(2026, 2, 17), False),
        (date(2026, 2, 20), False),
        (date(2026, 2, 23), True),
        (date(2026, 4, 26), False),  # the Hùng Kings' day, a Sunday
        (date(2026, 4, 27), False),  # made up on Monday
        (date(2026, 4, 28), True),
        (date(2026, 4, 30), False),
        (date(2026, 5, 1), False),
        (date(2026, 9, 1), False),
        (date(2026, 9, 2), False),
        (date(2026, 9, 3), True),
        (date(2027, 2, 5), False),  # the eve of Tết Đinh Mùi, which is a Saturday
        (date(2027, 2, 8), False),
        (date(2027, 2, 9), False),  # made up for Saturday and Sunday
        (date(2027, 2, 10), False),
        (date(2027, 5, 3), False),  # made up for Saturday 1 May
    ],
)
def test_offices_work_monday_to_friday_without_holidays(day: date, is_working: bool) -> None:
    assert is_working_day(day) is is_working


@pytest.mark.parametrize(
    ("received", "answered"),
    [
        (date(2026, 11, 17), date(2026, 11, 19)),
        (date(2026, 11, 20), date(2026, 11, 24)),  # Friday to Tuesday
        (date(2026, 11, 21), date(2026, 11, 24)),  # Saturday
        (date(2026, 2, 13), date(2026, 2, 24)),  # over Tết
        (date(2027, 2, 4), date(2027, 2, 12)),
        (date(2026, 12, 31), date(2027, 1, 5)),  # over the year's end
    ],
)
def test_an_answer_is_due_two_working_days_later(received: date, answered: date) -> None:
    assert after_working_days(received, 2) == answered


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)), st.integers(1, 12))
def test_the_days_counted_forward_are_the_days_counted_between(day: date, count: int) -> None:
    last = after_working_days(day, count)

    assert is_working_day(last)
    assert working_days_between(day, last) == count
    assert working_days_between(last, day) == -count


@given(st.integers(2000, 2100))
def test_every_year_has_its_holidays(year: int) -> None:
    free = holidays(year)

    assert {day.year for day in free} == {year}
    on_weekdays = sum(day.weekday() < 5 for day in free)
    assert on_weekdays >= 9  # 1 January, four around Tết, the Kings, 30 April, 1 May, 2 September


def test_no_working_days_are_no_time() -> None:
    with pytest.raises(ValueError, match="0 working days"):
        after_working_days(date(2026, 11, 20), 0)


@pytest.mark.parametrize(
    ("kind", "days", "with_processors"),
    [
        (Kind.ACCESS, 10, 10),
        (Kind.CORRECTION, 10, 10),
        (Kind.RESTRICTION, 15, 20),
        (Kind.WITHDRAWAL, 15, 20),
        (Kind.DELETION, 20, 20),
    ],
)
def test_each_kind_of_request_has_its_time(kind: Kind, days: int, with_processors: int) -> None:
    received = date(2026, 11, 20)

    assert due_days(kind, received).answer_on == date(2026, 11, 24)
    assert due_days(kind, received).complete_on == received + timedelta(days=days)
    due = due_days(kind, received, processors_must_stop=True)
    assert due.complete_on == received + timedelta(days=with_processors)


def test_an_extension_is_at_most_fifteen_days() -> None:
    assert latest_extension(date(2026, 11, 20), date(2026, 12, 5)) == date(2026, 12, 20)


def test_the_rules_have_been_read_again_in_time() -> None:
    # When this fails: read the law and the year's decision on Tết, then move ``review_by``.
    assert holiday_rules().review_by >= date.today()  # noqa: DTZ011 (the reader's own day)
    assert all(row.review_by >= date.today() for row in all_clocks()[-1:])  # noqa: DTZ011
