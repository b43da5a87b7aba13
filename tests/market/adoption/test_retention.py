"""The retention triangle, worked by hand and against plain Python."""

from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme
from market.adoption.retention import RetentionCell, retention_triangle

THROUGH = Window(date(2026, 6, 1), date(2026, 6, 30))
paid_days = st.lists(
    st.tuples(st.integers(1, 5), st.dates(date(2026, 1, 1), date(2026, 7, 31))), max_size=25
)


def triangle(days: list[tuple[int, date]], scheme: Scheme = Scheme.CALENDAR) -> list[RetentionCell]:
    paid = pd.DataFrame(days, columns=["vendor_id", "day_on"]).astype(
        {"vendor_id": "int64", "day_on": "datetime64[s]"}
    )
    firsts = paid.groupby("vendor_id")["day_on"].min().rename("first_on").reset_index()
    return retention_triangle(paid, firsts.assign(market_id=1), THROUGH, scheme=scheme)


def test_three_vendors_worked_by_hand() -> None:
    cells = triangle(
        [
            (1, date(2026, 1, 5)), (1, date(2026, 2, 5)), (1, date(2026, 6, 5)),
            (2, date(2026, 1, 31)),
            (3, date(2026, 5, 1)), (3, date(2026, 6, 1)), (3, date(2026, 7, 1)),
        ]
    )  # fmt: skip

    told = {(one.cohort.label, one.offset): (one.active, one.returned) for one in cells}
    # Vendor 1 is back in June after four months: 119 days without. July is not told yet.
    assert told == {
        ("2026-01", 0): (2, 0), ("2026-01", 1): (1, 0), ("2026-01", 2): (0, 0),
        ("2026-01", 3): (0, 0), ("2026-01", 4): (0, 0), ("2026-01", 5): (1, 1),
        ("2026-05", 0): (1, 0), ("2026-05", 1): (1, 0),
    }  # fmt: skip
    assert [one.share for one in cells][:2] == [1, Fraction(1, 2)]


def test_returned_is_after_ninety_days_without_and_not_after_eighty_nine() -> None:
    begin = date(2026, 1, 10)

    def returned(days: int) -> int:
        return sum(one.returned for one in triangle([(1, begin), (1, begin + timedelta(days))]))

    # Again on the 90th day after: 89 days between; on the 91st: 90 days between.
    assert (returned(90), returned(91)) == (0, 1)


def test_the_fifteenth_begins_the_next_administrative_month() -> None:
    cells = triangle([(1, date(2026, 1, 14)), (1, date(2026, 1, 15))], Scheme.ADMIN_15_14)

    assert [(one.cohort.label, one.offset, one.active) for one in cells][:2] == [
        ("2026-01", 0, 1),
        ("2026-01", 1, 1),
    ]


def test_without_receipts_there_is_no_triangle() -> None:
    assert triangle([]) == []
    assert triangle([(1, date(2026, 7, 1))]) == []


@settings(max_examples=50)
@given(paid_days, st.sampled_from(Scheme))
def test_it_is_what_plain_python_counts(days: list[tuple[int, date]], scheme: Scheme) -> None:
    until = Period.holding(THROUGH.last, Length.MONTH, scheme)
    month = {day: Period.holding(day, Length.MONTH, scheme) for _, day in days}
    by_vendor: dict[int, list[date]] = {}
    for vendor, day in sorted(set(days), key=lambda row: row[1]):
        if day <= THROUGH.last:
            by_vendor.setdefault(vendor, []).append(day)
    cohorts: dict[Period, list[list[date]]] = {}
    for own in by_vendor.values():
        cohorts.setdefault(month[own[0]], []).append(own)

    expected = []
    for cohort in sorted(cohorts):
        period = cohort
        while period <= until:
            active = [own for own in cohorts[cohort] if period in {month[day] for day in own}]
            back = [
                own
                for own in active
                if any(
                    month[day] == period and (day - own[place]).days > 90
                    for place, day in enumerate(own[1:])
                )
            ]
            offset = period.first_month - cohort.first_month
            expected.append((cohort, offset, len(cohorts[cohort]), len(active), len(back)))
            period = period.moved(1)

    assert [
        (one.cohort, one.offset, one.size, one.active, one.returned)
        for one in triangle(days, scheme)
    ] == expected


@settings(max_examples=50)
@given(paid_days)
def test_everybody_is_active_in_the_first_period(days: list[tuple[int, date]]) -> None:
    for one in triangle(days):
        assert one.returned <= one.active <= one.size
        assert one.offset or one.share == 1
