"""Complementary suppression: small tables worked by hand, and what holds of any pattern."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from market.adoption.disclosure import Hidden
from market.adoption.disclosure.audit import reach_of_hidden
from market.adoption.disclosure.protect import (
    Pattern,
    TablesNotProtectable,
    protect,
)
from market.adoption.disclosure.rules import CellRule
from market.adoption.disclosure.tables import Key, LinkedTables, linked_tables

RULE = CellRule(holdings_min=3, p_percent=Fraction(15))
Record = tuple[tuple[str, ...], str, int]


def many(categories: tuple[str, ...], *values: int) -> list[Record]:
    """Return one record a vendor, each a holding of her own."""
    return [(categories, f"{'/'.join(categories)}#{n}", value) for n, value in enumerate(values)]


def without(untold: Key, tables: LinkedTables) -> LinkedTables:
    """Return tables of which one total is told nowhere."""
    return LinkedTables(
        {key: cell for key, cell in tables.cells.items() if key != untold},
        tuple(each for each in tables.sums if untold not in (each.total, *each.parts)),
    )


def square(*, small: tuple[int, ...] = (5, 5)) -> LinkedTables:
    """Two markets by two goods groups; one cell has two vendors."""
    return linked_tables(
        [
            *many(("LG", "rau"), *small),
            *many(("LG", "vải"), 100, 100, 100, 100),
            *many(("MA", "rau"), 60, 60, 60, 60),
            *many(("MA", "vải"), 200, 200, 200, 200),
        ],
        [frozenset({0, 1})],
    )


def test_one_unsafe_cell_takes_three_with_it() -> None:
    # LG/rau alone follows from its row, and with LG/vải or MA/rau from the other margin: a square.
    pattern = protect(square(), RULE)

    assert pattern.hidden == {
        ("LG", "rau"): Hidden.PRIMARY,
        ("LG", "vải"): Hidden.SECONDARY,
        ("MA", "rau"): Hidden.SECONDARY,
        ("MA", "vải"): Hidden.SECONDARY,
    }
    assert pattern["*", "*"] is Hidden.NO


def test_safe_tables_are_shown_whole() -> None:
    assert protect(square(small=(5, 5, 5, 5)), RULE).hidden == {}


def test_two_single_vendors_do_not_cover_each_other() -> None:
    # Each knows her own, and the sum of the two is told: the other's would be too.
    tables = linked_tables(
        [
            *many(("A",), 50),
            *many(("B",), 70),
            *many(("C",), 40, 40, 40),
            *many(("D",), 90, 90, 90),
        ],
        [frozenset({0})],
    )

    pattern = protect(tables, RULE)

    assert pattern.hidden == {
        ("A",): Hidden.PRIMARY,
        ("B",): Hidden.PRIMARY,
        ("C",): Hidden.SECONDARY,
    }


def test_one_family_behind_two_cells_is_one_contributor_to_their_sum() -> None:
    records = [(("A",), "HKD-1", 50), (("B",), "HKD-1", 70), *many(("C",), 40, 40, 40)]

    pattern = protect(linked_tables(records, [frozenset({0})]), RULE)

    assert set(pattern.hidden) == {("A",), ("B",), ("C",)}


def test_where_nothing_else_can_be_hidden_the_total_is() -> None:
    tables = linked_tables(many(("A",), 50, 10), [frozenset({0})])

    assert set(protect(tables, RULE).hidden) == {("A",), ("*",)}


def test_an_empty_cell_covers_nobody() -> None:
    tables = linked_tables(
        [*many(("A",), 50, 10), *many(("B",), 0, 0, 0), *many(("C",), 40, 40, 40)], [frozenset({0})]
    )

    assert set(protect(tables, RULE).hidden) == {("A",), ("C",)}


def test_linked_tables_are_protected_together() -> None:
    # Goods by market and goods by month: the margin of goods is the same cell in both.
    records = [
        *many(("LG", "rau", "01"), 5, 5),
        *[row for goods in ("rau", "vải", "cá") for row in many(("MA", goods, "01"), 90, 80, 70)],
        *[row for goods in ("rau", "vải", "cá") for row in many(("MA", goods, "02"), 90, 80, 70)],
        *[row for goods in ("vải", "cá") for row in many(("LG", goods, "02"), 30, 30, 30)],
    ]
    tables = linked_tables(records, [frozenset({0, 1}), frozenset({1, 2})])

    pattern = protect(tables, RULE)

    assert pattern["LG", "rau", "*"] is Hidden.PRIMARY
    reach = reach_of_hidden(tables, pattern.hidden)["LG", "rau", "*"]
    assert reach.low <= 10 - 0.75 + 1e-6
    assert reach.high >= 10 + 0.75 - 1e-6


def months(*values: tuple[int, ...]) -> LinkedTables:
    """One market by month, with the year; LG's month has these vendors, MA's always four."""
    names = [f"{number:02}" for number in range(1, len(values) + 1)]
    records = [
        row
        for name, own in zip(names, values, strict=True)
        for row in (*many(("LG", name), *own), *many(("MA", name), 80, 80, 80, 80))
    ]
    return linked_tables(records, [frozenset({0, 1})])


def test_what_was_hidden_before_stays_hidden() -> None:
    pattern = protect(months((50, 50, 50, 50)), RULE, hidden_before=[("LG", "01"), ("XX", "01")])

    assert pattern.hidden == {("LG", "01"): Hidden.SECONDARY}


def test_a_month_that_turns_unsafe_hides_the_year_where_earlier_months_are_told() -> None:
    tables = months((50, 50, 50, 50), (5, 5))
    shown = [key for key in tables.cells if key[1] == "01"]

    pattern = protect(tables, RULE, shown_before=shown)

    assert pattern["LG", "02"] is Hidden.PRIMARY
    assert pattern["LG", "*"] is Hidden.SECONDARY
    assert not set(shown) & pattern.hidden.keys()


def test_what_is_given_away_already_is_said() -> None:
    tables = months((5, 5))

    with pytest.raises(TablesNotProtectable, match="LG/01"):
        protect(tables, RULE, shown_before=[("LG", "01")])
    with pytest.raises(TablesNotProtectable, match="LG/"):
        protect(tables, RULE, shown_before=tables.cells.keys() - {("LG", "01"), ("LG", "*")})


def test_a_total_hidden_in_vain_is_as_good_as_shown() -> None:
    # G2 − C tells G1, and G1 − D what A and B have together: two vendors, who know their own.
    tables = linked_tables(
        [
            *many(("A",), 50),
            *many(("B",), 70),
            *many(("C",), 40, 40, 40),
            *many(("D",), 90, 90, 90),
        ],
        [frozenset({0})],
        groups={(0, "G1"): ("A", "B", "D"), (0, "G2"): ("G1", "C")},
    )

    pattern = protect(without(("*",), tables), RULE, hidden_before=[("G1",)])

    assert set(pattern.hidden) == {("A",), ("B",), ("C",), ("G1",)}


def test_a_sum_of_two_that_is_told_already_is_said() -> None:
    tables = linked_tables(
        [*many(("A",), 50), *many(("B",), 70), *many(("C",), 40, 40, 40)], [frozenset({0})]
    )

    with pytest.raises(TablesNotProtectable, match="A, B"):
        protect(tables, RULE, shown_before=[("C",), ("*",)])


def test_a_market_without_coverage_has_no_figure_but_no_secret_either() -> None:
    tables = square(small=(5, 5, 5, 5))

    pattern = protect(tables, RULE, covered=tables.cells.keys() - {("LG", "rau")})

    assert pattern.hidden == {("LG", "rau"): Hidden.SECONDARY}


def test_a_category_is_no_margin_and_money_is_not_below_nought() -> None:
    with pytest.raises(ValueError, match="is a margin"):
        linked_tables(many(("*",), 5), [frozenset({0})])
    with pytest.raises(ValueError, match="is below 0"):
        linked_tables(many(("A",), -5), [frozenset({0})])


def test_groups_of_groups_are_sums_of_their_members() -> None:
    tables = linked_tables(
        [*many(("01",), 10), *many(("02",), 20), *many(("03",), 30)],
        [frozenset({0})],
        groups={(0, "đến 02"): ("01", "02"), (0, "đến 03"): ("đến 02", "03")},
    )

    assert tables.cells["đến 03",].value == 60
    assert {(one.total, one.parts) for one in tables.sums} == {
        (("*",), (("01",), ("02",), ("03",))),
        (("đến 02",), (("01",), ("02",))),
        (("đến 03",), (("đến 02",), ("03",))),
    }


records = st.lists(
    st.tuples(
        st.tuples(st.sampled_from(["LG", "MA", "DC"]), st.sampled_from(["rau", "vải", "cá"])),
        st.integers(1, 12).map(lambda n: f"h{n}"),
        st.integers(0, 1_000),
    ),
    min_size=1,
    max_size=40,
)


def is_protected(tables: LinkedTables, pattern: Pattern, unsafe: list[Key]) -> bool:
    reached = reach_of_hidden(tables, pattern.hidden)
    return all(
        reached[key].protects(
            tables.cells[key].value, RULE.protection_level(tables.cells[key].contributions)
        )
        for key in unsafe
    )


@settings(max_examples=60)
@given(records)
def test_any_table_can_be_protected_and_no_unsafe_cell_is_shown(told: list[Record]) -> None:
    tables = linked_tables(told, [frozenset({0, 1})])
    pattern = protect(tables, RULE)

    unsafe = [key for key, cell in tables.cells.items() if RULE.is_unsafe(cell.contributions)]
    assert {key for key, why in pattern.hidden.items() if why is Hidden.PRIMARY} == set(unsafe)
    assert is_protected(tables, pattern, unsafe)
    for one in tables.sums:
        parts = [key for key in one.parts if key in pattern.hidden]
        if one.total not in pattern.hidden and any(pattern[key] is Hidden.PRIMARY for key in parts):
            assert not RULE.is_unsafe(tables.union(parts))


@settings(max_examples=30)
@given(records, st.randoms())
def test_the_order_of_records_says_nothing(told: list[Record], random: object) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    def pattern(rows: list[Record]) -> Pattern:
        return protect(linked_tables(rows, [frozenset({0, 1})]), RULE)

    assert pattern(shuffled) == pattern(told)
