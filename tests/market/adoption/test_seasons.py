"""The seasonal index: found again where it was put, against statsmodels, refused too early."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.seasonal import seasonal_decompose

from market.adoption.seasons import SeasonsRefused, seasonal_index

FACTORS = [0.8, 1.4, 1.0, 0.9, 0.9, 1.0, 1.0, 0.9, 1.0, 1.0, 1.0, 1.1]


def test_a_season_put_on_a_level_series_is_found_again() -> None:
    found = seasonal_index([100 * factor for factor in FACTORS * 3], first_month=1)

    assert found == pytest.approx(dict(enumerate(FACTORS, 1)))


@settings(max_examples=40)
@given(st.lists(st.floats(1, 1_000), min_size=24, max_size=40), st.integers(1, 12))
def test_it_is_the_decomposition_of_statsmodels(values: list[float], first_month: int) -> None:
    theirs = seasonal_decompose(values, model="multiplicative", period=12).seasonal

    expected = {(first_month - 1 + place) % 12 + 1: float(theirs[place]) for place in range(12)}
    assert seasonal_index(values, first_month) == pytest.approx(expected)


@pytest.mark.parametrize("values", [[1.0] * 23, [1.0] * 23 + [0.0]])
def test_less_than_two_years_or_an_empty_month_is_refused(values: list[float]) -> None:
    with pytest.raises(SeasonsRefused, match="at least 24 are needed"):
        seasonal_index(values, 1)
