"""Periods by the calendar and by the administrative cut-off."""

import re
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.errors import PeriodNotReadable
from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme, month_numbers

ADMIN = Scheme.ADMIN_15_14


@pytest.mark.parametrize(
    ("label", "scheme", "first", "last"),
    [
        ("2026-10", Scheme.CALENDAR, date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-Q4", Scheme.CALENDAR, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", Scheme.CALENDAR, date(2026, 1, 1), date(2026, 12, 31)),
        ("2024-02", Scheme.CALENDAR, date(2024, 2, 1), date(2024, 2, 29)),
        # a month from the 15th of the one before to the 14th
        ("2026-10", ADMIN, date(2026, 9, 15), date(2026, 10, 14)),
        ("2026-01", ADMIN, date(2025, 12, 15), date(2026, 1, 14)),
        # a quarter from the 15th of the month before to the 14th of its last month
        ("2026-Q1", ADMIN, date(2025, 12, 15), date(2026, 3, 14)),
        ("2026-Q4", ADMIN, date(2026, 9, 15), date(2026, 12, 14)),
        # a year from 15 December to 14 December
        ("2026", ADMIN, date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_the_days_of_a_period(label: str, scheme: Scheme, first: date, last: date) -> None:
    period = Period.read(label, scheme)

    assert period.window == Window(first, last)
    assert period.label == label


@pytest.mark.parametrize(
    "label",
    [
        *("", "2026-13", "2026-00", "2026-Q5", "26-10", "2026-1", "2026-10\n", "\uff12026"),
        *("0000", "0001-01", "1999-12", "3000", "9999", "9999-12", "9999-Q4"),
    ],
)
def test_other_labels_are_refused(label: str) -> None:
    with pytest.raises(PeriodNotReadable, match=re.escape(f"period {label!r}")):
        Period.read(label)


@pytest.mark.parametrize("label", ["2000", "2000-01", "2000-Q1", "2999", "2999-12", "2999-Q4"])
@pytest.mark.parametrize("scheme", Scheme)
def test_the_first_and_last_periods_have_days_and_neighbours(label: str, scheme: Scheme) -> None:
    period = Period.read(label, scheme)

    assert period.window.days > 27
    assert period.previous().window.last < period.window.first
    assert period.year_before().window.days > 27


def test_before_and_a_year_before() -> None:
    january = Period.read("2026-01", ADMIN)

    assert january.previous().label == "2025-12"
    assert january.year_before().label == "2025-01"
    assert Period.read("2026-Q1").previous().label == "2025-Q4"
    assert Period.read("2026").year_before() == Period.read("2026").previous()


days = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(days, st.sampled_from(Length), st.sampled_from(Scheme))
def test_every_day_lies_in_one_period_of_each_length(
    day: date, length: Length, scheme: Scheme
) -> None:
    period = Period.holding(day, length, scheme)

    assert period.window.first <= day <= period.window.last
    assert Period.read(period.label, scheme) == period
    assert period.moved(1).window.first == period.window.last + timedelta(days=1)


@given(days, st.sampled_from(Scheme))
def test_months_make_up_their_quarter_and_year(day: date, scheme: Scheme) -> None:
    for length in (Length.QUARTER, Length.YEAR):
        period = Period.holding(day, length, scheme)
        months = [month.window for month in period.months]

        assert (months[0].first, months[-1].last) == (period.window.first, period.window.last)
        assert sum(month.days for month in months) == period.window.days


@given(st.lists(days, min_size=1), st.sampled_from(Scheme))
def test_many_days_at_once_are_the_days_one_by_one(told: list[date], scheme: Scheme) -> None:
    column = pd.Series(told).astype("datetime64[s]")

    assert month_numbers(column, scheme).tolist() == [
        Period.holding(day, Length.MONTH, scheme).first_month for day in told
    ]
