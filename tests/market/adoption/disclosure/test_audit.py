"""What an attacker can work out: the handbook's table, and bounds that hold the truth."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.disclosure.audit import Reach, reach_of_hidden
from market.adoption.disclosure.tables import LinkedTables, linked_tables

ROWS_AND_COLUMNS = [frozenset({0, 1})]


def table(values: dict[tuple[str, str], int]) -> LinkedTables:
    return linked_tables(
        [(key, f"{key}", value) for key, value in values.items()], ROWS_AND_COLUMNS
    )


def test_example_3_of_the_handbook() -> None:
    # Geurts (1992): rows 7 and 3 hidden, third row 3 3 6 shown, columns 9 and 7.
    # X11 lies between 3 and 6; so X12 1 to 4, X21 0 to 3, X22 0 to 3.
    hidden = {("1", "1"): 4, ("1", "2"): 3, ("2", "1"): 2, ("2", "2"): 1}
    tables = table(hidden | {("3", "1"): 3, ("3", "2"): 3})

    assert tables.cells["*", "1"].value == 9
    assert tables.cells["1", "*"].value == 7
    bounds = {
        key: (reach.low, reach.high) for key, reach in reach_of_hidden(tables, hidden).items()
    }
    assert bounds["1", "1"] == pytest.approx((3, 6))
    assert bounds["1", "2"] == pytest.approx((1, 4))
    assert bounds["2", "1"] == pytest.approx((0, 3))
    assert bounds["2", "2"] == pytest.approx((0, 3))


def test_one_hole_is_no_hole() -> None:
    tables = table({("1", "1"): 4, ("1", "2"): 3, ("2", "1"): 2, ("2", "2"): 1})

    (reach,) = reach_of_hidden(tables, [("1", "1")]).values()

    assert reach.is_one_value
    assert reach.low == pytest.approx(4)


def test_a_cell_in_no_sum_is_bounded_by_nothing() -> None:
    tables = linked_tables([(("1",), "h", 5)], [frozenset()])

    assert reach_of_hidden(tables, [("*",)]) == {("*",): Reach(0.0, float("inf"))}


def test_what_is_said_to_be_few_lies_between_one_and_four() -> None:
    tables = table({("1", "1"): 4, ("1", "2"): 9, ("2", "1"): 9, ("2", "2"): 1})
    few = {("1", "1"): (1, 4), ("2", "2"): (1, 4)}

    reached = reach_of_hidden(
        tables, list(tables.cells.keys() - {("*", "*")}), [("1", "1")], limits=few
    )

    assert (reached["1", "1"].low, reached["1", "1"].high) == pytest.approx((1, 4))


def test_protection_asks_for_both_ends() -> None:
    assert Reach(0, 10).protects(5, Fraction(5))
    assert not Reach(0, 9).protects(5, Fraction(5))
    assert not Reach(1, 10).protects(5, Fraction(5))
    # No value lies below 0: a small cell need not be protected beyond.
    assert Reach(0, 100).protects(5, Fraction(50))


def test_large_money_is_bounded_to_the_dong() -> None:
    trillion = 10**12
    tables = table(
        {("1", "1"): trillion + 7, ("1", "2"): 3, ("2", "1"): trillion, ("2", "2"): trillion}
    )

    reached = reach_of_hidden(tables, [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")])

    assert reached["1", "2"].high == pytest.approx(trillion + 3, abs=1)
    assert reached["1", "2"].low == pytest.approx(0, abs=1)


cubes = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 1_000), min_size=2
)


@settings(max_examples=40)
@given(cubes, st.data())
def test_bounds_hold_the_truth_and_less_shown_is_wider(
    values: dict[tuple[str, str], int], data: st.DataObject
) -> None:
    tables = table(values)
    hidden = data.draw(st.sets(st.sampled_from(sorted(tables.cells)), min_size=1))
    fewer = data.draw(st.sets(st.sampled_from(sorted(hidden)), min_size=1))
    wide, narrow = reach_of_hidden(tables, hidden), reach_of_hidden(tables, fewer)

    for key, reach in wide.items():
        assert reach.low - 1e-3 <= tables.cells[key].value <= reach.high + 1e-3
    for key, reach in narrow.items():
        assert wide[key].low - 1e-3 <= reach.low
        assert reach.high <= wide[key].high + 1e-3
