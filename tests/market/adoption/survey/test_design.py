"""How many stall days, of which strata, and which: tables of the reference, hand-worked, properties."""

from collections import Counter
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.survey.design import (
    SampleTooSmall,
    Stratum,
    allocate,
    draw_days,
    half_width_of_ratio,
    quarter_hour,
    sample_size_for_ratio,
    sample_size_for_share,
)
from market.survey_kinds import Allocation

strata = st.lists(
    st.tuples(st.integers(0, 60), st.none() | st.floats(0, 1e6), st.booleans()),
    min_size=1,
    max_size=6,
).map(lambda rows: [Stratum(f"h{n}", *row) for n, row in enumerate(rows)])
SATURDAYS = [date(2026, 10, day) for day in (3, 10, 17, 24, 31)]


@pytest.mark.parametrize(
    ("population", "ten_points", "five_points"),
    [(80, 44, 67), (150, 59, 109), (300, 73, 169), (400, 78, 197)],
)
def test_the_sample_sizes_of_the_reference_rounded_up(
    population: int, ten_points: int, five_points: int
) -> None:
    # N = 80, ± 10: n0 = 1,96²·0,25/0,01 = 96,04; 96,04/(1 + 95,04/80) = 43,9
    assert sample_size_for_share(population, 0.10) == ten_points
    assert sample_size_for_share(population, 0.05) == five_points


def test_non_response_and_clusters_ask_for_more_and_nobody_for_none() -> None:
    # 43,89/0,7 = 62,7 and 43,89·1,5 = 65,8
    assert sample_size_for_share(80, 0.10, response_rate=0.7) == 63
    assert sample_size_for_share(80, 0.10, design_effect=1.5) == 66
    assert sample_size_for_share(0, 0.10) == 0
    assert sample_size_for_share(5, 0.01) == 5


def test_a_ratio_of_skewed_takings_needs_more() -> None:
    # n0 = (1,96·1,2/0,1)² = 553,2; 553,2/(1 + 553,2/400) = 232,2
    assert sample_size_for_ratio(400, 0.1, variation=1.2) == 233
    assert sample_size_for_ratio(0, 0.1, variation=1.2) == 0


def test_neyman_goes_where_takings_differ() -> None:
    # N·S: 100·10 = 1.000, 100·30 = 3.000; of 40: 10 and 30
    told = [Stratum("rau", 100, 10), Stratum("vải", 100, 30)]

    assert allocate(told, 40) == {"rau": 10, "vải": 30}
    assert allocate(told, 40, Allocation.PROPORTIONAL) == {"rau": 20, "vải": 20}


def test_what_a_full_stratum_cannot_take_the_others_do() -> None:
    # N·S: 10·100 = 1.000, 50·1 = 50, 50·1 = 50; of 30 the first is owed 27,3 and has 10: 10 + 10 + 10
    told = [Stratum("a", 10, 100), Stratum("b", 50, 1), Stratum("c", 50, 1)]

    assert allocate(told, 30) == {"a": 10, "b": 10, "c": 10}


def test_the_largest_stalls_are_taken_with_certainty() -> None:
    told = [Stratum("lớn", 6, takes_all=True), Stratum("nhỏ", 60)]

    assert allocate(told, 20) == {"lớn": 6, "nhỏ": 14}


def test_a_sample_below_two_a_stratum_is_refused() -> None:
    with pytest.raises(SampleTooSmall) as refusal:
        allocate([Stratum("a", 9), Stratum("b", 9), Stratum("c", 1)], 4)

    assert refusal.value.least == 5


@given(strata, st.integers(0, 200), st.sampled_from(Allocation))
def test_an_allocation_adds_up_within_its_limits(
    told: list[Stratum], size: int, method: Allocation
) -> None:
    least = sum(one.population if one.takes_all else min(2, one.population) for one in told)
    if size < least:
        with pytest.raises(SampleTooSmall):
            allocate(told, size, method)
        return

    counts = allocate(told, size, method)

    assert sum(counts.values()) == min(size, sum(one.population for one in told))
    for one in told:
        assert min(2, one.population) <= counts[one.code] <= one.population
        assert not one.takes_all or counts[one.code] == one.population


def test_stalls_are_drawn_once_with_days_dealt_out_evenly() -> None:
    stalls = {"rau": [f"LG-{n:03}" for n in range(40)]}

    drawn = draw_days(stalls, SATURDAYS, {"rau": 10}, seed=5, reserve=3)

    assert len({one.stall_code for one in drawn}) == 13
    assert [one.is_reserve for one in drawn] == [False] * 10 + [True] * 3
    assert set(Counter(one.on for one in drawn[:10]).values()) == {2}
    assert draw_days(stalls, SATURDAYS, {"rau": 10}, seed=5, reserve=3) == drawn
    assert draw_days(stalls, SATURDAYS, {"rau": 10}, seed=6, reserve=3) != drawn


def test_without_an_open_day_nobody_is_drawn() -> None:
    assert draw_days({"rau": ["LG-001"]}, [], {"rau": 1}, seed=1) == []


def test_the_half_width_expected_is_the_one_the_size_was_computed_for() -> None:
    # n0 = (1,959964·1,5/0,2)² = 216,09; n = 216,09/(1 + 216,09/385) = 138,4, so 139 are asked
    size = sample_size_for_ratio(385, 0.2, variation=1.5)

    assert size == 139
    assert half_width_of_ratio(385, size, variation=1.5, share=0.3) == pytest.approx(0.06, rel=0.01)
    assert half_width_of_ratio(385, size, variation=1.5, share=0.3) <= 0.06
    assert half_width_of_ratio(385, size - 1, variation=1.5, share=0.3) > 0.06


def test_who_asks_everybody_knows_and_who_asks_nobody_does_not() -> None:
    assert half_width_of_ratio(40, 40, variation=1.5, share=0.3) == 0
    assert half_width_of_ratio(40, 1, variation=1.5, share=0.3) is None
    assert half_width_of_ratio(0, 0, variation=1.5, share=0.3) is None


def test_the_draw_is_the_order_of_the_digests() -> None:
    drawn = draw_days({"rau": ["A", "B", "C"]}, SATURDAYS[:1], {"rau": 3}, seed="x")

    digests = [sha256(f"x|rau|{one.stall_code}".encode()).hexdigest() for one in drawn]
    assert digests == sorted(digests)


@given(st.text(max_size=8), st.integers(0, 22), st.integers(1, 6))
def test_a_quarter_hour_lies_within_the_hours_of_the_design(
    stall: str, first: int, hours: int
) -> None:
    last = min(first + hours, 24)

    minute = quarter_hour("seed", stall, first, last)

    assert minute % 15 == 0
    assert first * 60 <= minute < last * 60
