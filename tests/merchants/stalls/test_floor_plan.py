"""The floor plan: laid out by code order, never overlapping, taken in and out as CSV."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.errors import ListRefused, MarketNotFound, SheetRefused
from merchants.find import find_market
from merchants.stalls.changes import StallDetails, add_stalls, read_codes
from merchants.stalls.floor_plan import (
    NO_ZONE,
    PLAN_WIDTH,
    Box,
    FloorPlan,
    PlannedStall,
    PlannedZone,
    completed,
    faults_of,
    lay_out_plan,
)
from merchants.stalls.floor_positions import lay_out, plan_of, positions_csv, take_positions
from merchants.stalls.zones import add_zone
from merchants.tables import RegisterEvent
from tests.merchants.conftest import Register
from tests.merchants.queries import counted


def zone(number: int, name: str, *stalls: PlannedStall, box: Box | None = None) -> PlannedZone:
    return PlannedZone(number, name, box, stalls)


@st.composite
def zones(draw: st.DrawFn) -> list[PlannedZone]:
    sizes = draw(st.lists(st.integers(0, 70), min_size=1, max_size=9))
    made = [
        zone(n, f"Khu {n}", *(PlannedStall(f"{n}-{k}") for k in range(size)))
        for n, size in enumerate(sizes, start=1)
    ]
    loose = draw(st.integers(0, 30))
    if loose:
        made.append(zone(NO_ZONE, "", *(PlannedStall(f"L{k}") for k in range(loose))))
    return draw(st.permutations(made))


@given(zones())
def test_whatever_is_laid_out_is_complete_and_overlaps_nowhere(listed: list[PlannedZone]) -> None:
    plan = lay_out_plan(listed)

    assert faults_of(plan) == {}
    assert plan.is_complete
    assert plan.width <= PLAN_WIDTH
    assert [z.id for z in plan.zones] == [z.id for z in listed]
    squares = [
        (s.x + (z.box.x if z.box else 0), s.y + (z.box.y + 1 if z.box else 0))
        for z in plan.zones
        for s in z.stalls
        if s.x is not None and s.y is not None
    ]
    assert len(squares) == len(set(squares)) == sum(len(z.stalls) for z in listed)


@given(zones())
def test_laying_out_twice_moves_nothing(listed: list[PlannedZone]) -> None:
    plan = lay_out_plan(listed)

    assert lay_out_plan(plan.zones) == plan
    assert completed(plan) == plan


def test_stalls_fill_rows_of_twelve_with_an_aisle_after_every_two() -> None:
    plan = lay_out_plan([zone(1, "A", *(PlannedStall(f"A{n}") for n in range(30)))])

    (placed,) = plan.zones
    assert placed.box == Box(0, 0, 12, 5)
    assert [(s.x, s.y) for s in placed.stalls[10:14]] == [(10, 0), (11, 0), (0, 1), (1, 1)]
    assert (placed.stalls[24].x, placed.stalls[24].y) == (0, 3)


def test_a_plan_half_placed_is_drawn_by_code_order() -> None:
    half = FloorPlan(
        (zone(1, "A", PlannedStall("A1", 5, 0), PlannedStall("A2"), box=Box(0, 0, 9, 3)),)
    )

    assert [(s.x, s.y) for s in completed(half).zones[0].stalls] == [(0, 0), (1, 0)]


@pytest.mark.parametrize(
    ("plan", "named", "words"),
    [
        (
            (zone(1, "A", box=Box(0, 0, 4, 3)), zone(2, "B", box=Box(3, 2, 4, 3))),
            "B",
            "khu “B” chồng lên khu “A”",
        ),
        ((zone(1, "A", box=Box(0, 0, 4, 1)),), "A", "sâu từ 2 ô"),
        ((zone(1, "A", box=Box(198, 0, 4, 3)),), "A", "tối đa 200 ô"),
        (
            (
                zone(
                    1, "A", PlannedStall("A1", 0, 0), PlannedStall("A2", 0, 0), box=Box(0, 0, 4, 3)
                ),
            ),
            "A2",
            "trùng ô với gian A1",
        ),
        (
            (zone(1, "A", PlannedStall("A1", 0, 2), box=Box(0, 0, 4, 3)),),
            "A1",
            "ra ngoài khu “A” (4 × 2 ô)",
        ),
        (
            (zone(1, "A", box=Box(0, 0, 4, 3)), zone(NO_ZONE, "", PlannedStall("L1", 1, 1))),
            "L1",
            "nằm trong khu “A”",
        ),
    ],
)
def test_what_does_not_fit_is_named(plan: tuple[PlannedZone, ...], named: str, words: str) -> None:
    faults = faults_of(FloorPlan(plan))

    assert words in faults[named]


@pytest.fixture
def floor(register: Register) -> Register:
    """Chợ Mậu A with two zones of stalls and two stalls outside of zones."""
    options = {"actor": COMMAND, "now": register.now}
    with writing(register.engine) as session:
        market = find_market(session, "MA")
        for name, codes in (("Rau củ", "A1-A30"), ("=Thịt", "B1-B14"), (None, "C1-C2")):
            zone_id = add_zone(session, market, name, **options).id if name else None
            add_stalls(session, market, read_codes(codes), StallDetails(zone_id=zone_id), **options)
    return register


def plan(register: Register) -> FloorPlan:
    with reading(register.engine) as session:
        return plan_of(session, find_market(session, "MA"))


def test_a_market_is_laid_out_once_and_for_all(floor: Register) -> None:
    assert not plan(floor).is_complete
    with writing(floor.engine) as session:
        assert lay_out(session, "MA", actor=COMMAND, now=floor.now) == 46
        assert lay_out(session, "MA", actor=COMMAND, now=floor.now) == 0

    assert plan(floor).is_complete
    assert faults_of(plan(floor)) == {}
    told = [e for e in floor.all(RegisterEvent) if e.subject == "floor_plan"]
    assert [e.to_value for e in told] == ["zones=2; stalls=46"]


def test_a_plan_of_any_size_is_read_by_two_queries_and_written_by_few(floor: Register) -> None:
    with reading(floor.engine) as session:
        market = find_market(session, "MA")
        with counted(floor.engine) as sent:
            plan_of(session, market)
    assert len(sent) == 2
    with writing(floor.engine) as session, counted(floor.engine) as sent:
        lay_out(session, "MA", actor=COMMAND, now=floor.now)
    assert len(sent) <= 6


def test_positions_taken_out_and_in_again_move_nothing(floor: Register) -> None:
    with writing(floor.engine) as session:
        lay_out(session, "MA", actor=COMMAND, now=floor.now)
        content = positions_csv(session, find_market(session, "MA"))
        assert content.startswith(b"\xef\xbb\xbfkhu,")
        assert b"'=Th" in content
        moved = take_positions(session, "MA", content, "vi-tri.csv", actor=COMMAND, now=floor.now)

    assert moved == 0


def test_positions_edited_in_a_spreadsheet_are_taken_in(floor: Register) -> None:
    with writing(floor.engine) as session:
        lay_out(session, "MA", actor=COMMAND, now=floor.now)
        edited = "khu;khu_x;khu_y;khu_rong;khu_sau;gian;o_x;o_y\nRau củ;11;0;12;6;A30;11;4\n"
        with pytest.raises(ListRefused, match="chồng lên"):
            take_positions(session, "MA", edited.encode(), "x.csv", actor=COMMAND, now=floor.now)
    before = plan(floor)
    edited = edited.replace("củ;11;0", "củ;13;0")
    with writing(floor.engine) as session:
        moved = take_positions(
            session, "MA", edited.encode(), "x.csv", actor=COMMAND, now=floor.now
        )

    assert moved == 1
    after = {s.code: (s.x, s.y) for z in plan(floor).zones for s in z.stalls}
    was = {s.code: (s.x, s.y) for z in before.zones for s in z.stalls}
    assert {code for code in was if was[code] != after[code]} == {"A30"}
    assert after["A30"] == (11, 4)


HEADER = "khu,khu_x,khu_y,khu_rong,khu_sau,gian,o_x,o_y\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (f"{HEADER}Cá,0,0,9,9,A1,0,0\n", 2, "không có khu “Cá”"),
        (f"{HEADER}Rau củ,0,0,9,9,B1,0,0\n", 2, "không có gian B1"),
        (f"{HEADER}Rau củ,0,0,12,9,A1,0,0\nRau củ,0,0,12,9,A1,1,0\n", 3, "đã có ở dòng 2"),
        (f"{HEADER}Rau củ,0,0,12,9,A1,0,0\nRau củ,1,0,12,9,A2,1,0\n", 3, "ghi vị trí khác"),
        (f"{HEADER}Rau củ,0,,9,9,A1,0,0\n", 2, "cần đủ bốn số"),
        (f"{HEADER}Rau củ,0,0,12,9,A1,0,\n", 2, "cần đủ hai số"),
        (f"{HEADER}Rau củ,0,0,12,9,A1,x,0\n", 2, "“x” không phải số"),
        (f"{HEADER}Rau củ,0,0,12,9,A1,12,0\n", 2, "ra ngoài khu"),
        (f'{HEADER}"Rau', 2, "tệp CSV hỏng"),
        (HEADER, 0, "không có dòng nào"),
        ("a,b\n", 0, "thiếu cột khu"),
    ],
)
def test_a_file_that_cannot_be_is_refused_by_line(
    floor: Register, text: str, line: int, words: str
) -> None:
    with writing(floor.engine) as session, pytest.raises(ListRefused) as refusal:
        take_positions(session, "MA", text.encode(), "x.csv", actor=COMMAND, now=floor.now)

    assert words in refusal.value.faults[line]


def test_no_market_and_no_text_are_told(sqlite_register: Register) -> None:
    options = {"actor": COMMAND, "now": sqlite_register.now}
    with writing(sqlite_register.engine) as session:
        with pytest.raises(MarketNotFound):
            lay_out(session, "XX", **options)
        with pytest.raises((SheetRefused, ListRefused)):
            take_positions(session, "MA", b"\xff\xfe\x00\xd8", "x.csv", **options)
