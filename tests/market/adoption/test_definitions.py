"""The catalogue is the one place for names, formulas and units; the dictionary is made from it."""

import pytest

from market.adoption.definitions import CATALOGUE, DICTIONARY, Unit
from market.adoption.dictionary import dictionary_rows

SUPPLY = [f"S{number}" for number in range(1, 10)]
USE = [f"U{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12)]


def test_every_measure_of_supply_and_use_is_defined() -> None:
    assert set(DICTIONARY) >= {*SUPPLY, *USE, "U9.median", "U9.mean"}


def test_the_report_of_the_month_takes_its_rows_from_the_dictionary() -> None:
    assert all(DICTIONARY[id_] is one for id_, one in CATALOGUE.items())


@pytest.mark.parametrize("id_", DICTIONARY)
def test_a_definition_is_whole_in_both_languages(id_: str) -> None:
    one = DICTIONARY[id_]

    told = (one.name_vi, one.name_en, one.formula_vi, one.formula_en, one.note_vi, one.note_en)
    assert all(told)
    assert one.source_vi
    assert one.source_en
    assert bool(one.exclusions_vi) == bool(one.exclusions_en)
    assert bool(one.denominator_vi) == bool(one.denominator_en)


@pytest.mark.parametrize("id_", sorted(set(DICTIONARY) - {"U3"}))
def test_a_share_names_what_is_above_and_below_the_line(id_: str) -> None:
    one = DICTIONARY[id_]

    assert one.unit is not Unit.RATIO or (one.numerator_vi and one.denominator_vi)


def test_a_slash_inside_brackets_is_no_line() -> None:
    assert DICTIONARY["GINI"].denominator_en == ""
    assert DICTIONARY["U3"].denominator_en == ""
    assert DICTIONARY["CASHLESS"].denominator_en == "Σ_h D_h (N_h/n_h) Σ takings"


def test_the_dictionary_has_a_row_for_each_measure_with_the_same_columns() -> None:
    rows = dictionary_rows()

    assert [row["id"] for row in rows] == list(DICTIONARY)
    assert len({tuple(row) for row in rows}) == 1
    assert all(isinstance(value, str) for row in rows for value in row.values())
    assert {"unit", "numerator_vi", "exclusions_vi", "window", "owner", "change_log"} <= set(
        rows[0]
    )
