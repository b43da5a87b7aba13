"""The order in which posters are handed out: one way through the market."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.posters.walk import Spot, walk


def spot(code: str, x: int | None = None, y: int | None = None, **zone: object) -> Spot:
    place = Spot(zone="A", zone_x=None, zone_y=None, stall_code=code, x=x, y=y)
    return replace(place, **zone)  # type: ignore[arg-type]


def codes(*spots: Spot) -> list[str]:
    return [each.stall_code for each in walk(spots, lambda each: each)]


def test_rows_are_walked_to_and_fro() -> None:
    assert codes(
        spot("A6", 2, 1), spot("A1", 0, 0), spot("A4", 0, 1), spot("A3", 2, 0),
        spot("A2", 1, 0), spot("A5", 1, 1), spot("A7", 0, 2), spot("A8", 1, 2),
    ) == ["A1", "A2", "A3", "A6", "A5", "A4", "A7", "A8"]  # fmt: skip


def test_a_row_with_nothing_in_it_turns_nobody_round() -> None:
    rows = [spot("A1", 0, 0), spot("A2", 1, 0), spot("A9", 1, 7), spot("A8", 0, 7)]

    assert codes(*rows) == ["A1", "A2", "A9", "A8"]


def test_without_places_the_numbers_in_the_codes_count() -> None:
    assert codes(spot("A10"), spot("A2"), spot("B1"), spot("A1")) == ["A1", "A2", "A10", "B1"]


def test_what_has_no_place_comes_at_the_end_of_its_zone() -> None:
    assert codes(
        spot("A2", x=3, y=None), spot("A1"), spot("A9", 0, 0), spot("B1", zone="B"), spot("A3")
    ) == ["A9", "A1", "A2", "A3", "B1"]  # fmt: skip


def test_zones_on_the_plan_come_from_the_top_and_the_others_by_name() -> None:
    assert codes(
        spot("C", zone="Khu C"),
        spot("none", zone=""),
        spot("low", zone="Khu A", zone_x=0, zone_y=9),
        spot("right", zone="Khu Z", zone_x=5, zone_y=0),
        spot("left", zone="Khu Y", zone_x=0, zone_y=0),
        spot("B10", zone="Khu B10"),
        spot("B2", zone="Khu B2"),
    ) == ["left", "right", "low", "none", "B2", "B10", "C"]


def test_two_things_on_one_place_come_by_code() -> None:
    assert codes(spot("A10", 1, 1), spot("A9", 1, 1)) == ["A9", "A10"]


SPOTS = st.lists(
    st.builds(
        spot,
        st.from_regex(r"[AB][0-9]{1,2}", fullmatch=True),
        st.none() | st.integers(0, 4),
        st.none() | st.integers(0, 4),
        zone=st.sampled_from(["", "Khu A", "Khu B"]),
    ),
    unique_by=lambda each: each.stall_code,  # as in any market
)


@given(SPOTS, st.randoms(use_true_random=False))
def test_everything_is_passed_once_whatever_order_it_came_in(
    spots: list[Spot], chance: object
) -> None:
    shuffled = list(spots)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    walked = walk(spots, lambda each: each)

    assert sorted(map(repr, walked)) == sorted(map(repr, spots))
    assert walk(shuffled, lambda each: each) == walked


@given(SPOTS)
def test_nobody_comes_back_to_a_zone_or_a_row(spots: list[Spot]) -> None:
    walked = walk(spots, lambda each: each)
    rows = [
        (each.zone, each.y if each.x is not None and each.y is not None else None)
        for each in walked
    ]

    entered = [row for at, row in enumerate(rows) if at == 0 or rows[at - 1] != row]
    assert len(entered) == len(set(entered))


@pytest.mark.parametrize("count", [0, 1])
def test_a_walk_may_be_short(count: int) -> None:
    assert len(codes(*[spot("A1")] * count)) == count
