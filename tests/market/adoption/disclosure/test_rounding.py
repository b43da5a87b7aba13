"""Controlled rounding: multiples that add up, as near as can be."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.disclosure.rounding import RoundingNotPossible, round_controlled
from market.adoption.disclosure.tables import LinkedTables, Sum, linked_tables

squares = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("wxyz")), st.integers(0, 40), min_size=1
)
linked = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("12")),
    st.integers(0, 25),
    min_size=1,
)


def counted(values: dict[tuple[str, ...], int], tables: list[set[int]]) -> LinkedTables:
    records = [(key, "h", value) for key, value in values.items()]
    return linked_tables(records, [frozenset(each) for each in tables])


def values_of(tables: LinkedTables) -> dict[tuple[str, ...], int]:
    return {key: cell.value for key, cell in tables.cells.items()}


def adds_up(found: dict[tuple[str, ...], int], sums: tuple[Sum, ...]) -> bool:
    return all(found[one.total] == sum(found[part] for part in one.parts) for one in sums)


def test_a_row_rounded_by_itself_would_not_add_up() -> None:
    # 1, 1, 1 make 3: each rounded to the nearest 3 is 0, 0, 0, and 3. One of them has to rise.
    tables = counted({("a",): 1, ("b",): 1, ("c",): 1}, [{0}])

    found = round_controlled(values_of(tables), tables.sums, 3)

    assert found["*",] == 3
    assert sorted(found.values()) == [0, 0, 3, 3]


def test_multiples_stay() -> None:
    tables = counted({("a", "x"): 5, ("a", "y"): 10, ("b", "x"): 0, ("b", "y"): 15}, [{0, 1}])

    assert round_controlled(values_of(tables), tables.sums, 5) == values_of(tables)


def test_base_one_leaves_counts_alone() -> None:
    assert round_controlled({("a",): 7}, [], 1) == {("a",): 7}


def test_counts_that_do_not_add_up_cannot_be_rounded_to_ones_that_do() -> None:
    with pytest.raises(RoundingNotPossible, match="3 counts cannot be rounded to multiples of 5"):
        round_controlled({("a",): 0, ("b",): 0, ("*",): 90}, [Sum(("*",), (("a",), ("b",)))], 5)


@settings(max_examples=60)
@given(squares, st.sampled_from([3, 5]))
def test_tables_of_two_dimensions_move_each_count_to_a_neighbour(
    values: dict[tuple[str, ...], int], base: int
) -> None:
    tables = counted(values, [{0, 1}])
    counts = values_of(tables)

    found = round_controlled(counts, tables.sums, base)

    assert adds_up(found, tables.sums)
    for key, count in counts.items():
        assert found[key] % base == 0
        assert abs(found[key] - count) < base
    assert round_controlled(counts, tables.sums, base) == found


@settings(max_examples=40)
@given(linked, st.sampled_from([3, 5]))
def test_linked_tables_add_up_too(values: dict[tuple[str, ...], int], base: int) -> None:
    tables = counted(values, [{0, 1}, {0, 2}, {1, 2}])
    counts = values_of(tables)

    found = round_controlled(counts, tables.sums, base)

    assert adds_up(found, tables.sums)
    assert all(value >= 0 and value % base == 0 for value in found.values())
    assert max(abs(found[key] - count) for key, count in counts.items()) < 4 * base


def test_what_was_rounded_before_stays_and_the_others_make_up_for_it() -> None:
    # 7 + 6 = 13, and the 13 was told as 10 in another table: so 5 and 5.
    found = round_controlled(
        {("a",): 7, ("b",): 6, ("*",): 13}, [Sum(("*",), (("a",), ("b",)))], 5, {("*",): 10}
    )

    assert found == {("a",): 5, ("b",): 5, ("*",): 10}


def test_nothing_to_round_is_nothing() -> None:
    assert round_controlled({}, [], 5) == {}
