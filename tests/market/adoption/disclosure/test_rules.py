"""The rules of a cell: the handbook's worked examples, and what ties the rules together.

Examples: Handbook on Statistical Disclosure Control (sdcTools/HandbookSDC), chapter 4.
"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from market.adoption.disclosure.rules import (
    CellRule,
    breaks_p_percent,
    grouped_by_holding,
)

cells = st.lists(st.integers(0, 10_000), min_size=1, max_size=9).map(
    lambda values: {f"h{n}": value for n, value in enumerate(values)}
)
percents = st.integers(1, 60).map(Fraction)
RULE = CellRule(holdings_min=5, p_percent=Fraction(15))


def holdings(*values: int) -> dict[str, int]:
    return {f"h{n}": value for n, value in enumerate(values)}


def breaks_dominance(contributions: dict[str, int], n: int, k_percent: Fraction) -> bool:
    """The other rule of the handbook, which is not ours: whether x₁ + … + x_n > k/100·X."""
    largest = sorted(contributions.values(), reverse=True)[:n]
    return sum(largest) > k_percent / 100 * sum(contributions.values())


def test_example_1_the_second_largest_knows_too_much() -> None:
    # X = 100.000, 50.000 and 49.000: 100.000 − 49.000 = 51.000 over-estimates 50.000 by 2 %.
    cell = holdings(50_000, 49_000, 1_000)

    assert breaks_p_percent(cell, Fraction(10))
    assert not breaks_p_percent(cell, Fraction(2))
    assert breaks_p_percent(cell, Fraction(201, 100))


def test_example_2_the_dominance_rule_over_protects() -> None:
    # X = 110.000, 52.000 and 50.000: over-estimated by 15,4 %; safe at p = 10, k = 90,9 unsafe.
    cell = holdings(52_000, 50_000, 8_000)

    assert not breaks_p_percent(cell, Fraction(10))
    assert breaks_dominance(cell, 2, Fraction(10_000, 110))


def test_example_5_the_protection_level_of_the_p_percent_rule() -> None:
    # p/100·x1 − (X − x1 − x2) = 0,15·300 − 10 = 35
    assert RULE.protection_level(holdings(300, 20, 10)) == 35


def test_p_q_is_a_p_percent_rule() -> None:
    # (10, 40) equals p* = 100 · 10/40 = 25: rest 20 < 0,25·100
    assert breaks_p_percent(holdings(100, 50, 20), 100 * Fraction(10, 40))
    assert not breaks_p_percent(holdings(100, 50, 25), 100 * Fraction(10, 40))


def test_stalls_of_one_family_are_one_contributor() -> None:
    told = grouped_by_holding([(1, 10), (2, 20), (3, 30), (3, 5)], {1: "HKD-1", 2: "HKD-1", 3: ""})

    assert told == {"HKD-1": 30, "#3": 35}


def test_five_stalls_of_three_families_are_three() -> None:
    assert RULE.is_unsafe(holdings(100, 100, 100, 0, 0))
    assert not RULE.is_unsafe(holdings(100, 100, 100, 100, 100))


def test_who_waived_is_not_protected_but_still_knows() -> None:
    # "Apply the rule to the largest contributor without waiver": h1 with 50; h0 knows her own 100,
    # rest 5 < 15 % of 50.
    cell = holdings(100, 50, 5)

    assert breaks_p_percent(cell, Fraction(15), frozenset({"h0"}))
    assert not breaks_p_percent(holdings(100, 50, 8), Fraction(15), frozenset({"h0"}))
    assert not breaks_p_percent(cell, Fraction(15), frozenset(cell))


def test_an_empty_cell_tells_of_nobody() -> None:
    assert not RULE.is_unsafe({})
    assert not RULE.is_unsafe(holdings(0, 0))


@given(cells, percents)
def test_safe_by_two_k_is_safe_by_p(cell: dict[str, int], p: Fraction) -> None:
    k = Fraction(10_000) / (100 + p)

    assert breaks_dominance(cell, 2, k) or not breaks_p_percent(cell, p)


@given(cells, cells, percents)
def test_safe_cells_together_are_safe(
    one: dict[str, int], other: dict[str, int], p: Fraction
) -> None:
    both = one | {f"x{holding}": value for holding, value in other.items()}

    if any(one.values()) and any(other.values()):
        unsafe = breaks_p_percent(one, p) or breaks_p_percent(other, p)
        assert unsafe or not breaks_p_percent(both, p)


@given(cells, percents, st.integers(1, 1_000))
def test_the_unit_says_nothing(cell: dict[str, int], p: Fraction, factor: int) -> None:
    scaled = {holding: value * factor for holding, value in cell.items()}

    assert breaks_p_percent(scaled, p) == breaks_p_percent(cell, p)


@given(cells)
def test_at_the_protection_level_the_second_largest_misses_by_p_percent(
    cell: dict[str, int],
) -> None:
    first, second, *_ = [*sorted(cell.values(), reverse=True), 0]
    upper = sum(cell.values()) + RULE.protection_level(cell)

    assert upper - second >= Fraction(115, 100) * first
