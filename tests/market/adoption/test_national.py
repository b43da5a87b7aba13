"""The country's growth: only that of the very period stands beside ours, and every row says whose it is."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.definitions import DICTIONARY, DisclosureClass
from market.adoption.national import (
    NationalGrowth,
    national_growths,
    newest_before,
    same_period,
)
from market.adoption.periods import Period, Scheme


def test_the_year_2025_is_as_the_specification_names_it() -> None:
    """Domain.md 11.1: +50,94 % by number, +124,06 % by value; "hơn 24 %" is a misprint."""
    found = same_period(Period.read("2025"))

    assert found is not None
    assert (found.count, found.value) == (0.5094, 1.2406)


@pytest.mark.parametrize("label", ["2024", "2026", "2025-Q3", "2025-09", "2025-12"])
def test_no_other_period_has_one(label: str) -> None:
    assert same_period(Period.read(label)) is None


def test_a_year_cut_off_on_the_14th_stands_beside_the_calendar_year_of_its_name() -> None:
    assert same_period(Period.read("2025", Scheme.ADMIN_15_14)) == same_period(Period.read("2025"))


def test_the_newest_is_of_days_that_were_over() -> None:
    nine_months, year = national_growths()

    assert newest_before(date(2025, 12, 30)) == nine_months
    assert newest_before(date(2025, 12, 31)) == year
    assert newest_before(date(2025, 9, 29)) is None


@pytest.mark.parametrize("one", national_growths(), ids=lambda one: f"{one.first}/{one.last}")
def test_every_row_is_whole(one: NationalGrowth) -> None:
    assert one.source
    assert DICTIONARY[one.definition].disclosure is DisclosureClass.PUBLIC
    assert one.first <= one.last
    assert all(-1 < share < 5 for share in (one.count, one.value))


def test_no_span_is_told_twice() -> None:
    spans = [(one.first, one.last) for one in national_growths()]

    assert len(set(spans)) == len(spans)


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_what_is_newest_on_a_day_stays_so_until_another_is_told(day: date) -> None:
    found = newest_before(day)
    later = newest_before(day + timedelta(days=1))

    assert found is None or found.last <= day
    assert later == found or (later is not None and later.last == day + timedelta(days=1))
