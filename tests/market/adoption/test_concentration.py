"""HHI and Gini: worked by hand, against the definition by mean differences, and properties."""

from fractions import Fraction
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.concentration import concentration, lorenz_points

values = st.lists(st.integers(0, 2**60), min_size=2, max_size=30).filter(any)


def test_four_vendors_worked_by_hand() -> None:
    # x = 0, 10, 30, 60; shares 0, .1, .3, .6: HHI = .01 + .09 + .36 = .46
    # Σ i·x = 2·10 + 3·30 + 4·60 = 350; G = 2·350/(4·100) − 5/4 = .5; × 4/3 = 2/3
    found = concentration([30, 0, 60, 10])

    assert found.hhi == pytest.approx(0.46)
    assert found.equivalent_vendors == pytest.approx(1 / 0.46)
    assert found.gini == pytest.approx(2 / 3)
    assert (found.vendors, found.receiving, found.value_vnd) == (4, 3, 100)


def test_equal_vendors_are_equal_and_one_of_many_is_all() -> None:
    assert concentration([7] * 5).gini == 0
    assert concentration([7] * 5).equivalent_vendors == 5
    assert concentration([0] * 9 + [1]).gini == 1
    assert concentration([0] * 9 + [1]).hhi == 1


def test_without_money_there_is_nothing_to_share() -> None:
    assert concentration([]).hhi is None
    assert concentration([0, 0]).gini is None
    assert concentration([5]).gini is None
    assert lorenz_points([0]) == []


def test_less_than_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 đồng is below 0"):
        concentration([-1, 5])


@given(values)
def test_gini_is_half_the_mean_difference_over_the_mean(told: list[int]) -> None:
    # With n(n − 1)/2 pairs the mean difference is that of a sample: no correction is left to do.
    pairs = [abs(a - b) for a, b in combinations(told, 2)]
    expected = Fraction(sum(pairs), len(pairs)) / 2 / Fraction(sum(told), len(told))

    assert concentration(told).gini == float(expected)


@given(values)
def test_gini_is_what_lies_between_the_lorenz_curve_and_equality(told: list[int]) -> None:
    points = lorenz_points(told)
    below = sum(
        (after[0] - before[0]) * (after[1] + before[1]) / 2 for before, after in pairwise(points)
    )

    corrected = (1 - 2 * below) * len(told) / (len(told) - 1)
    assert concentration(told).gini == pytest.approx(corrected, abs=1e-9)
    assert points[0] == (0, 0)
    assert points[-1] == (1, 1)


@given(values, st.integers(2, 1_000), st.randoms())
def test_order_and_unit_say_nothing(told: list[int], factor: int, random: object) -> None:
    scaled = [value * factor for value in told]
    random.shuffle(scaled)
    before, after = concentration(told), concentration(scaled)

    assert (after.hhi, after.gini) == (before.hhi, before.gini)


@given(values)
def test_shares_lie_within_their_limits(told: list[int]) -> None:
    found = concentration(told)

    assert found.hhi is not None
    assert 1 / len(told) - 1e-12 <= found.hhi <= 1
    assert 0 <= (found.gini or 0) <= 1
