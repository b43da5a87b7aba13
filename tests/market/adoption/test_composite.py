"""The composite index: worked by hand, against scipy, and what it does where figures are missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import gmean

from market.adoption.composite import (
    COMPONENTS,
    SCORE_MIN,
    WEIGHTS,
    Group,
    Values,
    against_base,
    composite,
)

KNOWN: Values = {
    "S2": 0.64,
    "S4": 0.25,
    "S9": 10,
    "COUNTED": 0.2,
    "S3": 0.9,
    "S6": 0.4,
    "U3": 0.5,
    "U7": 4,
    "U8.vendor": 100_000,
    "CASHLESS": 0.3,
    "S7": 1.0,
    "COMPLAINTS": 5,
    "MATCHED": 0.98,
}


def test_a_level_worked_by_hand() -> None:
    found = composite(KNOWN)

    # (0,64 · 0,25 · 1)^(1/3) = 0,5429; (0,9 · 0,4)^(1/2) = 0,6; (0,5 · 0,2 · 0,2 · 0,3)^(1/4) = 0,2783
    assert found.groups[Group.ENABLERS] == pytest.approx(54.29, abs=0.005)
    assert found.groups[Group.DEMAND] == pytest.approx(20)
    assert found.groups[Group.INFRASTRUCTURE] == pytest.approx(60)
    assert found.groups[Group.PERFORMANCE] == pytest.approx(27.83, abs=0.005)
    assert found.groups[Group.PROTECTION] == pytest.approx(78.84, abs=0.005)
    # 0,25 · 54,29 + 0,10 · 20 + 0,15 · 60 + 0,45 · 27,83 + 0,05 · 78,84
    assert found.level == pytest.approx(41.04, abs=0.01)
    assert found.missing == ()


def test_the_weights_are_those_of_the_source() -> None:
    assert sum(WEIGHTS.values()) == 100
    assert [WEIGHTS[group] for group in Group] == [25, 10, 15, 45, 5]


@given(st.fixed_dictionaries({one.id: st.floats(0.0, 1.0) for one in COMPONENTS}))
def test_groups_are_geometric_means_as_scipy_makes_them(values: dict[str, float]) -> None:
    found = composite(values)

    for group in Group:
        own = [found.scores[one.id] for one in COMPONENTS if one.group is group]
        assert found.groups[group] == pytest.approx(100 * float(gmean(own)))


def test_without_a_survey_the_others_carry_its_weight_and_it_is_named() -> None:
    without = KNOWN | {"COUNTED": None, "CASHLESS": None}

    found = composite(without)

    assert found.missing == ("COUNTED", "CASHLESS")
    assert Group.DEMAND not in found.groups
    groups = found.groups
    assert found.level == pytest.approx(
        sum(WEIGHTS[group] * groups[group] for group in groups) / 90
    )
    assert found.level != pytest.approx(composite(KNOWN).level)


def test_nothing_of_performance_is_no_level() -> None:
    assert composite({"S2": 0.9, "S3": 0.9}).level is None
    assert composite({}).level is None


def test_a_zero_does_not_forget_the_others() -> None:
    found = composite(KNOWN | {"S4": 0.0})

    assert found.scores["S4"] == SCORE_MIN
    assert found.groups[Group.ENABLERS] > 0


def test_more_complaints_are_worse_and_goalposts_hold() -> None:
    assert composite(KNOWN | {"COMPLAINTS": 0}).scores["COMPLAINTS"] == 1
    assert composite(KNOWN | {"COMPLAINTS": 25}).scores["COMPLAINTS"] == SCORE_MIN
    assert composite(KNOWN | {"U7": 400}).scores["U7"] == 1


def test_the_base_is_a_hundred_and_both_sides_have_the_same_components() -> None:
    better = KNOWN | {"U3": 0.6, "COUNTED": None}

    assert against_base(KNOWN, KNOWN).index == pytest.approx(100)
    found = against_base(better, KNOWN)
    assert found.left_out == ("COUNTED",)
    same = {id_: value for id_, value in KNOWN.items() if id_ != "COUNTED"}
    expected = 100 * (composite(better).level or 0) / (composite(same).level or 1)
    assert found.index == pytest.approx(expected)
    assert (found.index or 0) > 100


def test_periods_with_nothing_of_performance_in_common_have_no_index() -> None:
    money = {"U3": 0.5, "U7": None, "U8.vendor": None, "CASHLESS": None}
    survey = {"U3": None, "U7": None, "U8.vendor": None, "CASHLESS": 0.3}

    assert against_base(KNOWN | money, KNOWN | survey).index is None
