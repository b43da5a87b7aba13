"""Days and markets are matched before they are compared; Tết stands beside Tết."""

from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.comparisons import (
    growth,
    holidays_in,
    matched_days,
    tet,
    tet_aligned,
)
from market.adoption.indicator import Window

OCTOBER_26 = Window(date(2026, 10, 1), date(2026, 10, 31))
OCTOBER_25 = Window(date(2025, 10, 1), date(2025, 10, 31))
sums = st.dictionaries(st.integers(1, 6), st.integers(0, 2**60))


def open_on(market: int, days: list[date]) -> list[tuple[int, date]]:
    return [(market, day) for day in days]


def weekly(window: Window, weekday: int) -> list[date]:
    days = [window.first + timedelta(days=ahead) for ahead in range(window.days)]
    return [day for day in days if day.weekday() == weekday]


def frame(rows: list[tuple[int, date]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["market_id", "day_on"])
    return table.astype({"market_id": "int64", "day_on": "datetime64[s]"})


@pytest.mark.parametrize(
    ("year", "day"),
    [
        (2025, date(2025, 1, 29)),
        (2026, date(2026, 2, 17)),
        (2027, date(2027, 2, 6)),
        (2030, date(2030, 2, 2)),
    ],
)
def test_tet(year: int, day: date) -> None:
    assert tet(year) == day


def test_the_weeks_before_tet_stand_beside_the_weeks_before_tet() -> None:
    # 06/02/2027 lies in the week of 01/02, 17/02/2026 in that of 16/02: 350 days, 50 weeks, before.
    before_tet = Window(date(2027, 1, 11), date(2027, 1, 31))

    assert tet_aligned(before_tet) == Window(date(2026, 1, 26), date(2026, 2, 15))


@given(st.dates(date(2024, 1, 1), date(2034, 12, 1)), st.integers(0, 60))
def test_an_aligned_window_has_the_same_weekdays_and_length(first: date, length: int) -> None:
    window = Window(first, first + timedelta(days=length))

    aligned = tet_aligned(window)

    assert aligned.days == window.days
    assert aligned.first.weekday() == window.first.weekday()
    assert 340 <= (window.first - aligned.first).days <= 392


def test_national_day_is_a_holiday_and_the_week_after_is_none() -> None:
    found = holidays_in(Window(date(2026, 9, 1), date(2026, 9, 10)))

    assert date(2026, 9, 2) in found
    assert date(2026, 9, 8) not in found


def test_five_saturdays_are_compared_with_four() -> None:
    # October 2026 has five Saturdays, October 2025 four: the first four of each are compared.
    days = open_on(1, weekly(OCTOBER_26, 5) + weekly(OCTOBER_25, 5))

    matched = matched_days(frame(days), OCTOBER_26, OCTOBER_25)

    assert matched.now["day_on"].dt.day.tolist() == [3, 10, 17, 24]
    assert matched.then["day_on"].dt.day.tolist() == [4, 11, 18, 25]


def test_a_market_that_changed_its_weekday_is_not_compared() -> None:
    days = open_on(1, weekly(OCTOBER_26, 5) + weekly(OCTOBER_25, 6)) + open_on(
        2, weekly(OCTOBER_26, 0) + weekly(OCTOBER_25, 0)
    )

    assert matched_days(frame(days), OCTOBER_26, OCTOBER_25).market_ids == [2]


def test_a_day_left_out_is_on_neither_side() -> None:
    days = open_on(1, weekly(OCTOBER_26, 5) + weekly(OCTOBER_25, 5))

    matched = matched_days(
        frame(days), OCTOBER_26, OCTOBER_25, left_out=[date(2025, 10, 4), date(2025, 10, 11)]
    )

    assert len(matched.then) == len(matched.now) == 2


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.dates(date(2025, 10, 1), date(2026, 10, 31))),
        unique=True,
        max_size=80,
    )
)
def test_each_side_has_the_same_openings_of_each_weekday(rows: list[tuple[int, date]]) -> None:
    matched = matched_days(frame(rows), OCTOBER_26, OCTOBER_25)

    def weekdays(side: pd.DataFrame) -> list[tuple[int, int]]:
        return sorted(zip(side["market_id"], side["day_on"].dt.day_of_week, strict=True))

    assert weekdays(matched.now) == weekdays(matched.then)


def test_growth_raw_and_matched_worked_by_hand() -> None:
    # Market 1: 100 → 120; market 2 opened with 80; market 3 closed with 50.
    found = growth({1: 120, 2: 80}, {1: 100, 3: 50})

    assert found.raw == Fraction(200 - 150, 150)
    assert found.matched == Fraction(20, 100)
    assert (found.matched_markets, found.opened, found.closed) == ((1,), (2,), (3,))


def test_growth_from_nothing_is_no_number() -> None:
    found = growth({1: 5}, {1: 0})

    assert (found.raw, found.matched) == (None, None)


@given(sums, sums)
def test_with_the_same_markets_both_growths_agree(
    now: dict[int, int], then: dict[int, int]
) -> None:
    both = now.keys() & then.keys()

    same = growth({m: now[m] for m in both}, {m: then[m] for m in both})
    found = growth(now, then)

    assert same.raw == same.matched == found.matched
    assert found.now == found.matched_now + sum(now[m] for m in found.opened)
