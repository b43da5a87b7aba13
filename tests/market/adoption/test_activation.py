"""Kaplan–Meier: an example from the literature, statsmodels, and who is watched how long."""

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.duration.api import SurvfuncRight

from market.adoption.activation import activation_curve, activation_times

watched = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=25)


def test_six_vendors_worked_by_hand() -> None:
    # Paid on days 1, 3, 3, 8; watched without on days 5 and 9.
    # S(1) = 5/6, S(3) = 5/6 · 3/5 = 1/2, S(8) = 1/2 · 1/2 = 1/4
    curve = activation_curve([1, 3, 3, 5, 8, 9], [True, True, True, False, True, False])

    assert [(one.day, one.at_risk, one.events) for one in curve.steps] == [
        (1, 6, 1),
        (3, 5, 2),
        (8, 2, 1),
    ]
    assert [one.waiting for one in curve.steps] == pytest.approx([5 / 6, 1 / 2, 1 / 4])
    assert (curve.median_days, curve.watched, curve.activated) == (3, 6, 4)


def test_the_remission_times_of_gehan() -> None:
    # 6-mercaptopurine arm: median 23 weeks, 95 % from 13 on and open above; S(23) = 0,448.
    # Source: Gehan, Biometrika 52 (1965), 203-223; Collett, Modelling Survival Data, 2.1.
    weeks = [6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    curve = activation_curve(weeks, [True] * 9 + [False] * 12)

    assert curve.median_days == 23
    assert (curve.median_low, curve.median_high) == (13, None)
    assert curve.steps[-1].waiting == pytest.approx(0.448, abs=5e-4)


@pytest.mark.parametrize("watched_count", range(2, 201, 2))
def test_the_day_on_which_exactly_half_have_been_paid_is_the_median(watched_count: int) -> None:
    half = watched_count // 2
    curve = activation_curve([*range(1, half + 1), *[365] * half], [True] * half + [False] * half)

    # A product of floats stands a hair above one half at 7 of 14, and would have no median.
    assert (curve.median_days, curve.steps[-1].waiting) == (half, 0.5)


@given(watched)
def test_the_median_is_that_of_fractions(told: list[tuple[int, bool]]) -> None:
    waiting, expected = Fraction(1), None
    for today in sorted({day for day, is_paid in told if is_paid}):
        at_risk = sum(day >= today for day, _ in told)
        waiting *= 1 - Fraction(sum(row == (today, True) for row in told), at_risk)
        if expected is None and waiting <= Fraction(1, 2):
            expected = today

    assert activation_curve(*zip(*told, strict=True)).median_days == expected


@given(watched)
def test_curve_and_intervals_are_those_of_statsmodels(told: list[tuple[int, bool]]) -> None:
    days, paid = [day for day, _ in told], [is_paid for _, is_paid in told]
    # An event on day 0 is a time of 0 there too; statsmodels wants positive times.
    assume(any(paid))
    curve = activation_curve(days, paid)

    theirs = SurvfuncRight(np.array(days) + 1, np.array(paid, dtype=int))
    expected = dict(zip(theirs.surv_times - 1, theirs.surv_prob, strict=True))
    assert {one.day: one.waiting for one in curve.steps} == pytest.approx(expected)
    for one, error in zip(curve.steps, theirs.surv_prob_se, strict=True):
        if 0 < one.waiting < 1:
            # Log-log: ln(−ln S) ± z·se/(S·|ln S|), with Greenwood's error from there.
            reach = 1.959964 * error / (one.waiting * abs(np.log(one.waiting)))
            centre = np.log(-np.log(one.waiting))
            ends = np.exp(-np.exp([centre + reach, centre - reach]))
            assert (one.interval.low, one.interval.high) == pytest.approx(tuple(ends), abs=1e-6)


@given(watched)
def test_the_curve_falls_within_its_intervals(told: list[tuple[int, bool]]) -> None:
    curve = activation_curve([day for day, _ in told], [paid for _, paid in told])

    shares = [1.0, *(one.waiting for one in curve.steps)]
    assert shares == sorted(shares, reverse=True)
    assert all(one.interval.low <= one.waiting <= one.interval.high for one in curve.steps)


@given(watched, st.randoms())
def test_the_order_of_vendors_says_nothing(told: list[tuple[int, bool]], random: object) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    def curve(rows: list[tuple[int, bool]]) -> object:
        return activation_curve([day for day, _ in rows], [paid for _, paid in rows])

    assert curve(shuffled) == curve(told)


def test_nobody_watched_is_no_curve() -> None:
    curve = activation_curve([], [])

    assert (curve.steps, curve.median_days, curve.watched) == ((), None, 0)


def test_times_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="watched for -1 days"):
        activation_curve([-1], [True])
    with pytest.raises(ValueError, match="1 numbers of days, 2 marks"):
        activation_curve([1], [True, False])


def days_of(rows: list[tuple], names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=names)
    return frame.astype({name: "datetime64[s]" for name in names if name.endswith("_on")})


def test_vendors_are_watched_to_the_receipt_the_end_or_the_day_they_left() -> None:
    consents = days_of(
        [(v, 1, "consented", date(2026, 10, 1), None) for v in (1, 2, 3, 4)]
        + [
            (1, 1, "consented", date(2026, 10, 20), None),
            (5, 1, "consented", date(2026, 11, 2), None),
        ],
        ["vendor_id", "market_id", "kind", "from_on", "to_on"],
    )
    firsts = days_of(
        [(1, 1, date(2026, 10, 11)), (4, 1, date(2026, 9, 1)), (2, 1, date(2026, 11, 5))],
        ["vendor_id", "market_id", "first_on"],
    )
    trading = days_of(
        [(v, 1, date(2026, 1, 1), None) for v in (1, 2)]
        + [(3, 1, date(2026, 1, 1), date(2026, 10, 16))],
        ["vendor_id", "market_id", "from_on", "to_on"],
    )

    times = activation_times(consents, firsts, trading, {1: date(2026, 10, 31)})

    found = dict(
        zip(times["vendor_id"], zip(times["days"], times["activated"], strict=True), strict=True)
    )
    # 1: from the first consent; 2: paid in November, which October does not know; 3 left on 16/10.
    assert found == {1: (10, True), 2: (30, False), 3: (15, False), 4: (0, True)}
