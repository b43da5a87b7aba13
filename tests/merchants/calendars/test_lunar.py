"""The Vietnamese lunar calendar against published days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.calendars.lunar import LunarDate, julian_day_number, lunar_date
from merchants.errors import LunarDateOutOfRange

# First days of the lunar year as printed on Vietnamese calendars.
NEW_YEARS = [
    "1968-01-29", "1984-02-02", "1985-01-21", "1986-02-09", "2000-02-05", "2001-01-24",
    "2002-02-12", "2003-02-01", "2004-01-22", "2005-02-09", "2006-01-29", "2007-02-17",
    "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10",
    "2014-01-31", "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05",
    "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29",
    "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-02",
]  # fmt: skip

LEAP_MONTHS = {
    1982: 4, 1985: 2, 1987: 7, 1990: 5, 1993: 3, 1995: 8, 1998: 5, 2001: 4, 2004: 2, 2006: 7,
    2009: 5, 2012: 4, 2014: 9, 2017: 6, 2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11,
}  # fmt: skip

days = st.dates(date(1900, 1, 1), date(2199, 12, 30))


@pytest.mark.parametrize("day", NEW_YEARS)
def test_tet_is_on_the_published_day(day: str) -> None:
    first = date.fromisoformat(day)

    assert lunar_date(first) == LunarDate(1, 1, first.year, is_leap_month=False)


@pytest.mark.parametrize(
    ("vietnam", "china"),
    [("1985-01-21", "1985-02-20"), ("2007-02-17", "2007-02-18"), ("2030-02-02", "2030-02-03")],
)
def test_tet_is_not_the_chinese_new_year_where_they_differ(vietnam: str, china: str) -> None:
    assert lunar_date(date.fromisoformat(vietnam))[:2] == (1, 1)
    assert lunar_date(date.fromisoformat(china))[:2] != (1, 1)


def test_leap_months_of_half_a_century_are_the_published_ones() -> None:
    first, last = date(1981, 3, 1), date(2034, 1, 1)
    every_day = (first + timedelta(days=n) for n in range((last - first).days))

    leap = {(d.year, d.month) for d in map(lunar_date, every_day) if d.is_leap_month}

    assert leap == set(LEAP_MONTHS.items())


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        ("2025-07-24", LunarDate(30, 6, 2025, False)),
        ("2025-07-25", LunarDate(1, 6, 2025, True)),
        ("2025-08-23", LunarDate(1, 7, 2025, False)),
        ("2026-02-16", LunarDate(29, 12, 2025, False)),  # a year without a 30th of the 12th
        ("2026-09-25", LunarDate(15, 8, 2026, False)),  # Trung thu
        ("2000-01-01", LunarDate(25, 11, 1999, False)),
    ],
)
def test_known_days(day: str, lunar: LunarDate) -> None:
    assert lunar_date(date.fromisoformat(day)) == lunar


@given(days)
def test_the_next_day_is_the_next_lunar_day_or_a_first(day: date) -> None:
    here, following = lunar_date(day), lunar_date(day + timedelta(days=1))

    if following.day == 1:
        assert here.day in {29, 30}
        assert (following.month, following.is_leap_month) in {
            (here.month % 12 + 1, False),
            (here.month, True),
        }
    else:
        assert following == here._replace(day=here.day + 1)


@given(st.integers(1900, 2199))
def test_the_winter_solstice_falls_in_the_eleventh_month(year: int) -> None:
    # The solstice is on 21, 22 or 23 December in these centuries, at UTC+7.
    around = [lunar_date(date(year, 12, day)) for day in (21, 22, 23)]

    assert any(each.month == 11 and not each.is_leap_month for each in around)


def test_julian_day_number_of_the_year_2000() -> None:
    assert julian_day_number(date(2000, 1, 1)) == 2451545


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2200, 1, 1)])
def test_years_nobody_reckoned_are_refused(day: date) -> None:
    with pytest.raises(LunarDateOutOfRange, match=day.strftime("%d/%m/%Y")):
        lunar_date(day)
