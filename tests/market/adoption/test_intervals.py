"""Wilson's interval: the examples of the reference, and statsmodels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from market.adoption.intervals import wilson

counts = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("part", "whole", "low", "high"), [(45, 60, 63, 84), (30, 60, 38, 62)])
def test_the_examples_of_the_reference(part: int, whole: int, low: int, high: int) -> None:
    interval = wilson(part, whole)

    assert interval is not None
    assert (round(100 * interval.low), round(100 * interval.high)) == (low, high)


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_it_is_that_of_statsmodels(count: tuple[int, int], confidence: float) -> None:
    part, whole = count
    interval = wilson(part, whole, confidence)

    low, high = proportion_confint(part, whole, alpha=1 - confidence, method="wilson")
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-12)


@given(counts)
def test_the_share_lies_inside_and_ends_are_within_nought_and_one(count: tuple[int, int]) -> None:
    part, whole = count
    interval = wilson(part, whole)

    assert interval is not None
    assert 0 <= interval.low <= part / whole <= interval.high <= 1


def test_a_design_effect_of_two_is_half_the_sample() -> None:
    assert wilson(20, 40, design_effect=2) == wilson(10, 20)


def test_of_nothing_there_is_no_interval_and_more_than_all_is_refused() -> None:
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="part 3 is not within"):
        wilson(3, 2)
