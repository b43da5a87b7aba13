"""How far a plan is reached: exact, monotonic, and a straight line to be on time."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.i18n import pct
from merchants.campaigns.attainment import attainment, expected_milli, nearest
from merchants.kinds import TargetArea
from tests.merchants.campaigns.campaigning import plan_line

counts = st.integers(0, 10**15)
plans = st.integers(1, 10**15)


# The results Văn Yên printed with their percentages, and the plans these imply (domain.md 3.3).
@pytest.mark.parametrize(
    ("reached", "planned", "printed"),
    [
        (70_904, 61_844, "114,65%"),
        (55_652, 47_031, "118,33%"),
        (62_500, 80_128, "78,00%"),
        (80, 80, "100,00%"),
        (0, 80, "0,00%"),
        (1, 3, "33,33%"),
        (2, 3, "66,67%"),
        (1, 20_000, "0,01%"),
    ],
)
def test_attainment_is_the_share_of_the_plan(reached: int, planned: int, printed: str) -> None:
    found = attainment(value=Fraction(reached), planned=Fraction(planned))

    assert found == Fraction(reached, planned)
    assert pct(float(found), 2) == printed


def test_attainment_is_rounded_once() -> None:
    # 54,5454… %: to hundredths 54,55, and that to tenths 54,6.
    found = attainment(value=Fraction(9, 33), planned=Fraction(1, 2))

    assert pct(float(found)) == "54,5%"


@given(counts, counts, plans)
def test_more_reached_is_never_a_smaller_attainment(one: int, other: int, planned: int) -> None:
    smaller, larger = (Fraction(each) for each in sorted((one, other)))

    assert attainment(value=smaller, planned=Fraction(planned)) <= attainment(
        value=larger, planned=Fraction(planned)
    )


@given(counts, plans, plans)
def test_a_higher_plan_is_never_easier(value: int, one: int, other: int) -> None:
    smaller, larger = (Fraction(each) for each in sorted((one, other)))

    assert attainment(value=Fraction(value), planned=smaller) >= attainment(
        value=Fraction(value), planned=larger
    )


def test_nothing_planned_has_no_attainment() -> None:
    with pytest.raises(ValueError, match="a plan of 0"):
        attainment(value=Fraction(5), planned=Fraction(0))


SEPTEMBER, DECEMBER = date(2026, 9, 1), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 8, 1), 37_000),
        (SEPTEMBER, 37_000),
        (date(2026, 11, 1), 58_678),  # 61 of 121 days of the way from 37 to 80 per cent
        (DECEMBER, 80_000),
        (date(2027, 1, 5), 80_000),
    ],
)
def test_the_plan_is_a_straight_line_from_the_baseline(on: date, expected: int) -> None:
    found = expected_milli(
        baseline_milli=37_000, value_milli=80_000, period_from=SEPTEMBER, period_to=DECEMBER, on=on
    )

    assert found == expected


@given(counts, counts, st.integers(0, 900), st.integers(-50, 950), st.integers(-50, 950))
def test_the_line_never_leaves_its_ends_nor_turns(
    baseline: int, value: int, days: int, one: int, other: int
) -> None:
    earlier, later = (
        expected_milli(
            baseline_milli=baseline,
            value_milli=value,
            period_from=SEPTEMBER,
            period_to=SEPTEMBER + timedelta(days=days),
            on=SEPTEMBER + timedelta(days=day),
        )
        for day in sorted((one, other))
    )

    assert min(baseline, value) <= min(earlier, later)
    assert max(earlier, later) <= max(baseline, value)
    assert (later - earlier) * (value - baseline) >= 0


def test_a_line_without_a_baseline_starts_at_nothing() -> None:
    assert plan_line().expected_milli(SEPTEMBER) == 0
    assert plan_line().expected_milli(DECEMBER) == 80_000
    assert str(plan_line(value_milli=78_500).value) == "78.500"


def test_the_nearest_target_counts() -> None:
    own, wave, area = (
        plan_line(target_id=number, area=kind)
        for number, kind in enumerate((TargetArea.MARKET, TargetArea.WAVE, TargetArea.AREA), 1)
    )
    month = plan_line(target_id=4, period_from=date(2026, 10, 1), period_to=date(2026, 10, 31))
    later = plan_line(target_id=5, set_at=datetime(2026, 9, 20, tzinfo=UTC))

    assert nearest([]) is None
    assert nearest([area, wave, own]) is own
    assert nearest([area, wave]) is wave
    assert nearest([own, month]) is month
    assert nearest([own, later]) is later
