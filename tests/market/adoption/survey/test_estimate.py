"""The ratio and its variance: by hand, by every possible sample, by statsmodels, by the bootstrap."""

from itertools import combinations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.survey.estimate import (
    NoTakings,
    StallDay,
    SurveyNotEstimable,
    estimate_share,
)

takings = st.tuples(st.integers(0, 5_000), st.integers(1, 5_000))
samples = st.lists(takings, min_size=2, max_size=12)


def days(stratum: str, *rows: tuple[int, int]) -> list[StallDay]:
    return [StallDay(stratum, digital, cash) for digital, cash in rows]


def test_two_strata_worked_by_hand() -> None:
    # a: N = 10, n = 2, y = 10, 30, t = 50, 50. b: N = 20, n = 2, y = 0, 20, t = 40, 60.
    # Y = 5·40 + 10·20 = 400; T = 5·100 + 10·100 = 1.500; R = 4/15
    # e in a: 10 − 40/3 = −10/3, 30 − 40/3 = 50/3; s² = (20)²/2 = 200
    # e in b: 0 − 32/3 = −32/3, 20 − 16 = 4;       s² = (44/3)²/2 = 107,556
    # V = (100·0,8·200/2 + 400·0,9·107,556/2)/1.500² = (8.000 + 19.360)/2.250.000 = 0,01216
    found = estimate_share(
        days("a", (10, 40), (30, 20)) + days("b", (0, 40), (20, 40)), {"a": 10, "b": 20}, seed=1
    )

    assert found.share == pytest.approx(4 / 15)
    assert found.standard_error == pytest.approx(0.01216**0.5)
    assert found.interval.low == pytest.approx(4 / 15 - 1.959964 * 0.01216**0.5)
    assert (found.answers, found.population, found.takings_vnd) == (4, 30, 1_500)


def test_a_stall_of_a_daily_market_weighs_as_many_days_as_it_takes_money() -> None:
    # As above, a of a market that met on 14 days of the survey, b of one that met on 2.
    # Y = 14·5·40 + 2·10·20 = 3.200; T = 14·5·100 + 2·10·100 = 9.000; R = 16/45
    # e in a: 10 − 160/9 = −70/9, 30 − 160/9 = 110/9; s² = 20²/2 = 200
    # e in b: 0 − 128/9 = −128/9, 20 − 64/3 = −4/3;   s² = (116/9)²/2 = 83,062
    # V = (14²·100·0,8·200/2 + 2²·400·0,9·83,062/2)/9.000² = (1.568.000 + 59.804,4)/81.000.000
    answers = days("a", (10, 40), (30, 20)) + days("b", (0, 40), (20, 40))
    populations = {"a": 10, "b": 20}

    found = estimate_share(answers, populations, days={"a": 14, "b": 2}, seed=1)

    assert found.share == pytest.approx(16 / 45)
    assert found.takings_vnd == pytest.approx(9_000)
    assert found.standard_error == pytest.approx((1_627_804.4 / 81_000_000) ** 0.5, rel=1e-6)
    assert found.bootstrap.low < 16 / 45 < found.bootstrap.high
    once, often = (
        estimate_share(answers, populations, days=dict.fromkeys("ab", n), seed=1) for n in (1, 7)
    )
    assert (often.share, often.standard_error) == pytest.approx((once.share, once.standard_error))


def test_where_everybody_answered_nothing_is_left_to_chance() -> None:
    found = estimate_share(days("a", (10, 40), (30, 20)), {"a": 2}, seed=1)

    assert found.standard_error == 0
    assert (found.bootstrap.low, found.bootstrap.high) == pytest.approx((0.4, 0.4))


def test_one_stall_alone_in_its_stratum_is_asked_and_sure() -> None:
    found = estimate_share(
        days("a", (10, 40), (30, 20)) + days("b", (5, 5)), {"a": 10, "b": 1}, seed=1
    )

    # Y = 5·40 + 5 = 205; T = 5·100 + 10 = 510
    assert found.share == pytest.approx(205 / 510)


def test_over_all_samples_the_variance_is_what_it_claims() -> None:
    stalls = [(20, 80), (25, 90), (30, 60), (45, 100), (10, 40), (35, 85), (50, 95), (15, 70)]
    every = [
        estimate_share(days("a", *chosen), {"a": 8}, seed=1, replicates=2)
        for chosen in combinations(stalls, 4)
    ]

    shares = np.array([one.share for one in every])
    claimed = np.mean([one.standard_error**2 for one in every])
    truth = sum(y for y, _ in stalls) / sum(y + c for y, c in stalls)
    assert shares.mean() == pytest.approx(truth, abs=0.005)
    assert claimed == pytest.approx(shares.var(), rel=0.15)


@given(samples)
def test_the_share_is_the_weighted_regression_through_nought(rows: list[tuple[int, int]]) -> None:
    found = estimate_share(days("a", *rows), {"a": 100}, seed=1, replicates=2)

    digital = np.array([y for y, _ in rows], dtype=float)
    all_takings = np.array([y + c for y, c in rows], dtype=float)
    # A ratio of sums is least squares through 0 with weights 1/t.
    theirs = sm.WLS(digital, all_takings, weights=1 / all_takings).fit().params[0]
    assert found.share == pytest.approx(theirs)


@given(samples, samples, st.integers(2, 1_000), st.randoms())
def test_order_and_unit_say_nothing(
    a: list[tuple[int, int]], b: list[tuple[int, int]], factor: int, random: object
) -> None:
    answers = days("a", *a) + days("b", *b)
    scaled = [StallDay(o.stratum, o.digital_vnd * factor, o.cash_vnd * factor) for o in answers]
    random.shuffle(scaled)
    populations = {"a": 50, "b": 30}

    before = estimate_share(answers, populations, seed=1, replicates=2)
    after = estimate_share(scaled, populations, seed=1, replicates=2)

    assert after.share == pytest.approx(before.share)
    assert after.standard_error == pytest.approx(before.standard_error, abs=1e-12)
    assert 0 <= before.interval.low <= before.share <= before.interval.high <= 1


@pytest.mark.parametrize("seed", range(5))
def test_bootstrap_and_linearisation_tell_about_the_same(seed: int) -> None:
    chance = np.random.default_rng(seed)
    rows = [(int(y), int(c)) for y, c in chance.lognormal(12, 0.7, (30, 2))]

    found = estimate_share(days("a", *rows), {"a": 60}, seed=seed)

    width = found.bootstrap.high - found.bootstrap.low
    assert width == pytest.approx(2 * 1.96 * found.standard_error, rel=0.2)
    assert estimate_share(days("a", *rows), {"a": 60}, seed=seed).bootstrap == found.bootstrap


def test_what_cannot_be_estimated_is_refused_and_named() -> None:
    with pytest.raises(SurveyNotEstimable, match="stratum 'a' has 1 answers"):
        estimate_share(days("a", (1, 1)), {"a": 9}, seed=1)
    with pytest.raises(SurveyNotEstimable, match="stratum 'x' has 0 answers"):
        estimate_share(days("x", (1, 1), (1, 1)), {"a": 9}, seed=1)
    with pytest.raises(SurveyNotEstimable, match="stratum 'b' has 0 answers"):
        estimate_share(days("a", (1, 1), (1, 1)), {"a": 9, "b": 3}, seed=1)
    with pytest.raises(NoTakings):
        estimate_share(days("a", (0, 0), (0, 0)), {"a": 9}, seed=1)
    with pytest.raises(ValueError, match="below 0 in stratum 'a'"):
        estimate_share(days("a", (-1, 1), (0, 0)), {"a": 9}, seed=1)


def test_strata_without_stalls_are_nothing() -> None:
    found = estimate_share(days("a", (1, 1), (2, 2)), {"a": 9, "b": 0}, seed=1)

    assert found.population == 9
