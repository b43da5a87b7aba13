"""Diffusion curves: recovered from their own numbers, against statsmodels, refused when they must be."""

from itertools import pairwise

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.diffusion import (
    Curve,
    CurveRefused,
    Fan,
    Unfit,
    diffusion_fan,
    fit_bass,
    fit_logistic,
    refit_bass,
    refit_logistic,
)

histories = st.lists(st.integers(0, 40), min_size=8, max_size=20)


def bass_history(p: float, q: float, market: int, periods: int) -> list[float]:
    """Return the new adopters of each period by the recursion itself."""
    new, adopters = [], 0.0
    for _ in range(periods):
        new.append((p + q * adopters / market) * (market - adopters))
        adopters += new[-1]
    return new


def whole(history: list[float]) -> list[int]:
    return [round(each) for each in history]


SPREAD = whole(bass_history(0.03, 0.38, 400, 14))


def test_bass_is_recovered_from_its_own_curve() -> None:
    # n(1) = 0,03·400 = 12; n(2) = (0,03 + 0,38·12/400)·388 = 16,06
    history = bass_history(0.03, 0.38, 400, 12)
    fit = fit_bass(history, 400)

    assert history[:2] == pytest.approx([12, 16.0632])
    assert fit == pytest.approx((0.03, 0.38))


def test_logistic_is_recovered_from_its_own_curve() -> None:
    totals = 400 / (1 + np.exp(3 - 0.5 * np.arange(12)))
    fit = fit_logistic(np.diff(totals, prepend=0).tolist(), 400)

    assert fit == pytest.approx((-3, 0.5))


@given(histories, st.integers(200, 2_000))
def test_bass_is_the_regression_of_statsmodels(history: list[int], market: int) -> None:
    fit = fit_bass(history, market)

    before = np.cumsum(history) - history
    design = np.column_stack([market - before, before / market * (market - before)])
    if fit is not None:
        theirs = sm.OLS(np.array(history, dtype=float), design).fit().params
        assert fit == pytest.approx(tuple(theirs), rel=1e-6, abs=1e-9)


@given(histories, st.integers(900, 2_000))
def test_logistic_is_the_regression_of_statsmodels(history: list[int], market: int) -> None:
    fit = fit_logistic(history, market)

    totals = np.cumsum(history)
    used = totals > 0
    if fit is not None:
        odds = np.log(totals[used] / (market - totals[used]))
        design = sm.add_constant(np.arange(len(totals), dtype=float)[used])
        assert fit == pytest.approx(tuple(sm.OLS(odds, design).fit().params), rel=1e-6, abs=1e-9)


def test_a_fan_widens_and_holds_the_truth() -> None:
    fan = diffusion_fan(SPREAD, 400, curve=Curve.BASS, ahead=6, seed=7)

    truth = np.cumsum(bass_history(0.03, 0.38, 400, 20))[14:]
    for levels, expected in zip(fan.ahead, truth, strict=True):
        assert levels[0] <= expected <= levels[-1]
    assert fan.observed[-1] == sum(SPREAD)
    (p_low, p_high), (q_low, q_high) = fan.parameters
    assert p_low < 0.03 < p_high
    assert q_low < 0.38 < q_high


@pytest.mark.parametrize("curve", Curve)
def test_the_same_seed_gives_the_same_fan(curve: Curve) -> None:
    def fan(seed: int) -> Fan:
        return diffusion_fan(SPREAD, 400, curve=curve, ahead=4, seed=seed, paths=100)

    assert fan(1) == fan(1)
    assert fan(1).ahead != fan(2).ahead


@pytest.mark.parametrize(
    ("history", "market", "reason"),
    [
        (SPREAD, 0, Unfit.NO_MARKET),
        (SPREAD, 100, Unfit.BEYOND_MARKET),
        (SPREAD[:7], 400, Unfit.TOO_SHORT),
        ([0] * 9 + [4], 400, Unfit.TOO_FEW),
        ([10, 0, 0, 0, 0, 0, 0, 0, 3], 400, Unfit.TOO_FEW),
        # Speeding up all the while: 8 periods of a curve whose inflection lies in period 7.
        (whole(bass_history(0.003, 0.4, 4_000, 9)), 4_000, Unfit.BEFORE_INFLECTION),
        # Slower than chance alone: the more began, the fewer follow.
        ([90, 70, 30, 10, 5, 3, 1, 0, 0, 0], 400, Unfit.NO_SPREAD),
    ],
)
def test_what_the_data_do_not_allow_is_refused_and_why(
    history: list[int], market: int, reason: Unfit
) -> None:
    with pytest.raises(CurveRefused) as refusal:
        diffusion_fan(history, market, curve=Curve.BASS, ahead=3, seed=1, paths=50)

    assert refusal.value.reason is reason
    assert (refusal.value.periods, refusal.value.adopters) == (len(history), sum(history))


def test_a_curve_that_chance_alone_would_draw_otherwise_is_refused() -> None:
    # q is just above 0: half of the resampled histories have none.
    history = whole(bass_history(0.1, 0.005, 400, 10))

    with pytest.raises(CurveRefused) as refusal:
        diffusion_fan(history, 400, curve=Curve.BASS, ahead=3, seed=1)
    assert refusal.value.reason is Unfit.UNSTABLE


def test_fewer_than_none_is_no_history() -> None:
    with pytest.raises(ValueError, match="-1 new adopters"):
        diffusion_fan([-1] * 8, 400, curve=Curve.BASS, ahead=1, seed=1)


@settings(max_examples=40)
@given(histories, st.sampled_from(Curve))
def test_a_fan_stays_within_the_market_and_never_falls(history: list[int], curve: Curve) -> None:
    try:
        fan = diffusion_fan(history, 500, curve=curve, ahead=5, seed=3, paths=30)
    except CurveRefused:
        return

    for levels in fan.ahead:
        assert sum(history) <= levels[0] <= levels[-1] <= 500
        assert list(levels) == sorted(levels)
    for before, after in pairwise(fan.ahead):
        assert all(then >= now for now, then in zip(before, after, strict=True))


@given(st.lists(st.integers(0, 40), min_size=8, max_size=20).filter(lambda h: sum(h) >= 5))
def test_many_histories_are_fitted_as_one_by_one(history: list[int]) -> None:
    market = sum(history) + 50
    told = np.array([history, history], dtype="float64")

    for one, many in (
        (fit_bass(history, market), refit_bass(told, market)),
        (fit_logistic(history, market), refit_logistic(told, market)),
    ):
        assert len(many) in ({0} if one is None else {2})
        if one is not None:
            assert tuple(many[0]) == pytest.approx(tuple(one), rel=1e-5, abs=1e-8)
