"""Three products with rules of their own; a secret that stays one; counts and small groups."""

from fractions import Fraction

import pytest
from hypothesis import strategies as st
from pydantic import ValidationError

from market.adoption.disclosure.products import (
    DisclosureSecretRefused,
    TableProduct,
    product_rules,
    rule_file_sha256,
)
from market.adoption.disclosure.protect import protect
from market.adoption.disclosure.publishing import (
    OTHERS,
    merge_small_categories,
    shown_cells,
)
from market.adoption.disclosure.tables import LinkedTables, linked_tables
from market.settings import Settings

RULES = product_rules(15)
DISTRICT, PUBLIC = RULES[TableProduct.DISTRICT], RULES[TableProduct.PUBLIC]
squares = st.dictionaries(
    st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 12), min_size=1
)


def counted(values: dict[tuple[str, ...], int]) -> LinkedTables:
    """Return tables in which every vendor is a holding and counts once."""
    return linked_tables(
        [(key, f"{key}#{number}", 1) for key, count in values.items() for number in range(count)],
        [frozenset(range(len(next(iter(values)))))],
    )


def test_each_product_shows_no_more_than_the_one_before() -> None:
    assert RULES[TableProduct.MANAGER].shows_all
    assert not DISTRICT.shows_all
    assert DISTRICT.cell.holdings_min < PUBLIC.cell.holdings_min
    assert (DISTRICT.cell.holdings_min, DISTRICT.rate_base_min) == (5, 20)
    assert DISTRICT.coverage_min == PUBLIC.coverage_min == Fraction(1, 2)
    assert len({rule.cell.p_percent for rule in RULES.values()}) == 1


@pytest.mark.parametrize("p_percent", [None, 9, 26])
def test_without_a_secret_within_its_limits_there_are_no_tables(p_percent: int | None) -> None:
    with pytest.raises(DisclosureSecretRefused) as refusal:
        product_rules(p_percent)

    assert str(p_percent) not in str(refusal.value)


def test_the_digest_of_the_rules_says_nothing_of_the_secret() -> None:
    assert len(rule_file_sha256()) == 64


def test_the_setting_is_secret_and_has_limits() -> None:
    told = Settings(disclosure_p_percent=13)

    assert told.disclosure_p_percent is not None
    assert told.disclosure_p_percent.get_secret_value() == 13
    assert "13" not in repr(told.disclosure_p_percent)
    with pytest.raises(ValidationError):
        Settings(disclosure_p_percent=26)


def goods(**vendors: int) -> list[tuple[tuple[str, ...], str, int]]:
    return [
        (("LG", name), f"{name}#{number}", 10) for name, n in vendors.items() for number in range(n)
    ]


def groups_of(records: list[tuple[tuple[str, ...], str, int]]) -> set[str]:
    return {categories[1] for categories, _, _ in records}


def test_small_groups_are_told_together() -> None:
    merged = merge_small_categories(goods(rau=9, cá=3, vải=8, gốm=1), 1, 5)

    assert groups_of(merged) == {"rau", "vải", OTHERS}
    assert sum(value for _, _, value in merged) == 210


def test_one_small_group_takes_the_next_smallest_with_it() -> None:
    assert groups_of(merge_small_categories(goods(rau=9, cá=3, vải=8), 1, 5)) == {"rau", OTHERS}
    assert groups_of(merge_small_categories(goods(rau=9, vải=8), 1, 5)) == {"rau", "vải"}


def test_cells_say_why_they_are_empty() -> None:
    tables = linked_tables([(("a",), "h", 5)], [frozenset({0})])

    told = shown_cells(tables, protect(tables, DISTRICT.cell))

    assert [(cell.value, cell.flag) for cell in told] == [(None, "c"), (None, "c")]
