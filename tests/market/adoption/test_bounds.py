"""Bounds: worked examples, and what must hold of any."""

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.bounds import OpenBreak, Side, share_bounds, sum_bounds

breaks = st.lists(
    st.builds(
        OpenBreak,
        st.sampled_from(["late", "lost", "tie"]),
        st.integers(0, 50),
        st.sampled_from(Side),
    ),
    max_size=5,
)
money = st.integers(0, 100)


def test_a_sum_reaches_from_confirmed_to_credible() -> None:
    bounds = sum_bounds(
        1_000, [OpenBreak("late", 200), OpenBreak("lost", 50), OpenBreak("late", 25)]
    )

    assert (bounds.low, bounds.confirmed, bounds.high) == (1_000, 1_000, 1_275)
    assert bounds.explained == (("late", 225), ("lost", 50))
    assert bounds.over(5).explained == (("late", 45), ("lost", 10))


def test_a_share_worked_by_hand() -> None:
    # 60 of 100 confirmed; 20 more would join the part, 10 the rest, 10 are of nobody known.
    bounds = share_bounds(
        60,
        40,
        [
            OpenBreak("late", 20, Side.PART),
            OpenBreak("late", 10, Side.REST),
            OpenBreak("lost", 10, Side.UNKNOWN),
        ],
    )

    assert bounds is not None
    assert bounds.confirmed == Fraction(60, 100)
    assert bounds.low == Fraction(60, 100 + 10 + 10)
    assert bounds.high == Fraction(60 + 20 + 10, 60 + 20 + 10 + 40)
    # Without "late": [60/110, 70/110], 1/11 wide; the first break explains the rest of the width.
    assert bounds.explained == (("late", bounds.width - Fraction(1, 11)), ("lost", Fraction(1, 11)))


def test_of_no_money_there_is_no_share_and_of_open_money_any() -> None:
    assert share_bounds(0, 0, []) is None
    bounds = share_bounds(0, 0, [OpenBreak("tie", 5, Side.UNKNOWN)])
    assert bounds is not None
    assert (bounds.low, bounds.high) == (0, 1)


def test_money_below_nought_is_refused() -> None:
    with pytest.raises(ValueError, match="break late of -1 đồng"):
        sum_bounds(0, [OpenBreak("late", -1)])


@given(money, money, breaks)
def test_confirmed_lies_within_and_names_explain_the_whole_width(
    part: int, rest: int, told: list[OpenBreak]
) -> None:
    bounds = share_bounds(part, rest, told)

    if bounds is None:
        assert part + rest + sum(one.value_vnd for one in told) == 0
        return
    assert 0 <= bounds.low <= bounds.confirmed <= bounds.high <= 1
    assert sum(value for _, value in bounds.explained) == bounds.width
    assert all(value >= 0 for _, value in bounds.explained)


@given(money, money, breaks)
def test_no_way_to_clear_the_breaks_leaves_the_bounds(
    part: int, rest: int, told: list[OpenBreak]
) -> None:
    bounds = share_bounds(part, rest, told)

    for fates in product([-1, 0, 1], repeat=len(told)):
        a, b = part, rest
        for one, fate in zip(told, fates, strict=True):
            joins_part = one.side is Side.PART or (one.side is Side.UNKNOWN and fate > 0)
            a += one.value_vnd if fate and joins_part else 0
            b += one.value_vnd if fate and not joins_part else 0
        if a + b:
            assert bounds is not None
            assert bounds.low <= Fraction(a, a + b) <= bounds.high


@given(money, money, breaks, st.integers(0, 9), st.integers(1, 1_000))
def test_order_and_unit_say_nothing(
    part: int, rest: int, told: list[OpenBreak], seed: int, factor: int
) -> None:
    shuffled = [OpenBreak(one.name, one.value_vnd * factor, one.side) for one in told]
    Random(seed).shuffle(shuffled)

    assert share_bounds(part * factor, rest * factor, shuffled) == share_bounds(part, rest, told)
