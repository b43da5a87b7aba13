"""Stalls one by one: what they are, where they lie, and the steps between their states."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.errors import EntryRefused, StallNotFound, ZoneNotFound
from merchants.find import find_market
from merchants.kinds import StallKind, StallState
from merchants.stalls.changes import (
    StallDetails,
    add_stalls,
    change_stall,
    change_stall_state,
    count_states,
    find_stall,
    list_stall_places,
    read_codes,
)
from merchants.stalls.states import TRANSITIONS, may_follow, steps_by_hand
from merchants.stalls.zones import add_zone
from merchants.tables import RegisterEvent, Stall
from tests.merchants.conftest import Register
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row


def add(session: Session, register: Register, *codes: str, **details: object) -> list[str]:
    return add_stalls(
        session,
        find_market(session, "MA"),
        codes,
        StallDetails(**details),  # type: ignore[arg-type]
        actor=COMMAND,
        now=register.now,
    )


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a001", ["A001"]),
        ("A1, B2;C3\nD4", ["A1", "B2", "C3", "D4"]),
        ("A008-A011", ["A008", "A009", "A010", "A011"]),
        ("A8 đến 10", ["A8", "A9", "A10"]),
        ("A-1", ["A-1"]),
        ("12/3", ["12/3"]),
    ],
)
def test_codes_are_read_singly_and_in_spans(text: str, codes: list[str]) -> None:
    assert read_codes(text) == codes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "chưa có mã"),
        ("A 1", "mã A 1: cần 1 đến 12"),
        ("A1,A1", "mã A1 ghi hai lần"),
        ("A1-A501", "501 gian, mỗi lần tối đa 500"),
        ("A1-A400, B1-B400", "800 gian"),
        ("ABCDEFGHIJKLM", "cần 1 đến 12"),
    ],
)
def test_codes_nobody_could_read_are_refused(text: str, words: str) -> None:
    with pytest.raises(EntryRefused, match=words):
        read_codes(text)


def test_stalls_are_added_vacant_and_remembered(register: Register) -> None:
    with writing(register.engine) as session:
        add(session, register, "A1", "A2", kind=StallKind.KIOSK, area_m2=6, goods_group="Rau củ")

    stalls = register.all(Stall)
    assert [(s.code, s.state, s.kind, s.area_m2) for s in stalls] == [
        ("A1", StallState.VACANT, StallKind.KIOSK, 6),
        ("A2", StallState.VACANT, StallKind.KIOSK, 6),
    ]
    told = [e for e in register.all(RegisterEvent) if e.stall_id]
    assert [(e.action, e.to_value) for e in told] == [("registered", "vacant")] * 2


def test_a_stall_that_is_there_already_keeps_all_out(register: Register) -> None:
    with writing(register.engine) as session:
        add(session, register, "A1")
        with pytest.raises(EntryRefused, match="chợ đã có 1 gian: A1"):
            add(session, register, "A1", "A2")

    assert len(register.all(Stall)) == 1


@pytest.mark.parametrize(
    ("details", "field", "words"),
    [
        ({"area_m2": 2}, "area_m2", "từ 3 m² trở lên"),
        ({"area_m2": 0, "is_fixed": False}, "area_m2", "0 m²"),
        ({"goods_group": "x" * 61}, "goods_group", "61 ký tự, tối đa 60"),
        ({"plan_x": 3}, "plan_x", "đủ hai số"),
        ({"plan_x": 3, "plan_y": 200}, "plan_x", "từ 0 đến 199"),
    ],
)
def test_wrong_details_are_refused_by_field(
    sqlite_register: Register, details: dict[str, object], field: str, words: str
) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        add(session, sqlite_register, "A1", **details)

    assert words in refusal.value.faults[field]


def test_a_place_on_the_ground_may_be_smaller_than_a_trading_point(
    sqlite_register: Register,
) -> None:
    with writing(sqlite_register.engine) as session:
        assert add(session, sqlite_register, "A1", area_m2=2, is_fixed=False) == ["A1"]


def test_a_new_stall_is_not_occupied(sqlite_register: Register) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused, match="chưa có"):
        add_stalls(
            session, find_market(session, "MA"), ["A1"], StallDetails(),
            state=StallState.OCCUPIED, actor=COMMAND, now=sqlite_register.now,
        )  # fmt: skip


def test_a_change_is_remembered_field_by_field(register: Register) -> None:
    with writing(register.engine) as session:
        add(session, register, "A1")
        market = find_market(session, "MA")
        details = StallDetails(goods_group="Thịt", area_m2=8)
        changed = change_stall(session, market, "A1", details, actor=COMMAND, now=register.now)
        assert change_stall(session, market, "A1", details, actor=COMMAND, now=register.now) == []

    assert changed == ["area_m2", "goods_group"]
    told = [e for e in register.all(RegisterEvent) if e.action == "place_changed" and e.stall_id]
    assert [(e.subject, e.from_value, e.to_value) for e in told] == [
        ("stall:area_m2", "", "8"),
        ("stall:goods_group", "", "Thịt"),
    ]


def test_two_stalls_never_share_a_square(register: Register) -> None:
    with writing(register.engine) as session:
        add(session, register, "A1", "A2")
        market = find_market(session, "MA")
        options = {"actor": COMMAND, "now": register.now}
        change_stall(session, market, "A1", StallDetails(plan_x=0, plan_y=0), **options)
        with pytest.raises(EntryRefused, match="trùng ô với gian A1"), session.begin_nested():
            change_stall(session, market, "A2", StallDetails(plan_x=0, plan_y=0), **options)
        change_stall(session, market, "A2", StallDetails(plan_x=1, plan_y=0), **options)
        with pytest.raises(EntryRefused, match="gian A1 trùng ô với gian A2"):
            change_stall(session, market, "A1", StallDetails(plan_x=1, plan_y=0), **options)


def test_a_stall_that_moves_to_another_zone_loses_its_square(register: Register) -> None:
    options = {"actor": COMMAND, "now": register.now}
    with writing(register.engine) as session:
        add(session, register, "A1")
        market = find_market(session, "MA")
        change_stall(session, market, "A1", StallDetails(plan_x=1, plan_y=1), **options)
        zone_id = add_zone(session, market, "Khu B", **options).id
        moved = StallDetails(zone_id=zone_id, plan_x=1, plan_y=1)
        change_stall(session, market, "A1", moved, **options)

    assert (register.one(Stall).zone_id, register.one(Stall).plan_x) == (zone_id, None)


def test_what_is_of_another_market_is_not_found(sqlite_register: Register) -> None:
    options = {"actor": COMMAND, "now": sqlite_register.now}
    with writing(sqlite_register.engine) as session:
        add(session, sqlite_register, "A1")
        elsewhere = find_market(session, "LG")
        zone_id = add_zone(session, elsewhere, "Khu B", **options).id
        with pytest.raises(StallNotFound):
            find_stall(session, elsewhere, "A1")
        with pytest.raises(ZoneNotFound):
            change_stall(
                session, find_market(session, "MA"), "A1", StallDetails(zone_id=zone_id), **options
            )


def test_the_table_of_steps_is_the_specified_one() -> None:
    chain = [StallState.PLANNED, StallState.VACANT, StallState.OCCUPIED]
    assert all(may_follow(*step) for step in itertools.pairwise(chain))
    assert may_follow(StallState.VACANT, StallState.CLOSED)
    assert not may_follow(StallState.OCCUPIED, StallState.CLOSED)
    assert set(TRANSITIONS) == set(StallState)


@given(st.sampled_from(StallState))
def test_no_hand_makes_a_stall_occupied_or_empties_it(current: StallState) -> None:
    assert StallState.OCCUPIED not in steps_by_hand(current)
    assert steps_by_hand(current) <= TRANSITIONS[current]
    assert not steps_by_hand(StallState.OCCUPIED)


def test_a_vacant_stall_is_closed_and_opened_again(register: Register) -> None:
    options = {"actor": COMMAND, "now": register.now}
    with writing(register.engine) as session:
        add(session, register, "A1")
        market = find_market(session, "MA")
        assert change_stall_state(session, market, "A1", StallState.CLOSED, note="dột", **options)
        assert not change_stall_state(session, market, "A1", StallState.CLOSED, **options)
        assert change_stall_state(session, market, "A1", StallState.VACANT, **options)
        with pytest.raises(EntryRefused, match="khi có người bán nhận"):
            change_stall_state(session, market, "A1", StallState.OCCUPIED, **options)
        with pytest.raises(EntryRefused, match="không đi thẳng"):
            change_stall_state(session, market, "A1", StallState.PLANNED, **options)

    told = [
        (e.from_value, e.to_value)
        for e in register.all(RegisterEvent)
        if e.action == "state_changed"
    ]
    assert told == [("vacant", "closed"), ("closed", "vacant")]


def test_an_occupied_stall_is_not_closed(register: Register) -> None:
    register.take_one(row())
    code = register.all(Stall)[0].code
    with (
        writing(register.engine) as session,
        pytest.raises(EntryRefused, match="đang có người bán"),
    ):
        change_stall_state(
            session, find_market(session, "MA"), code, StallState.CLOSED,
            actor=COMMAND, now=register.now,
        )  # fmt: skip


def test_the_list_is_paged_in_floor_order_by_one_query(register: Register) -> None:
    with writing(register.engine) as session:
        add(session, register, *read_codes("A1-A30"))
        market = find_market(session, "MA")
        change_stall_state(
            session, market, "A2", StallState.CLOSED, actor=COMMAND, now=register.now
        )
    with reading(register.engine) as session:
        market = find_market(session, "MA")
        with counted(register.engine) as sent:
            page, more = list_stall_places(session, market, limit=10)
        assert ([s.code for s in page][:3], more, len(sent)) == (["A1", "A2", "A3"], True, 1)
        rest, more = list_stall_places(session, market, after="A10", limit=100)
        assert (len(rest), more) == (20, False)
        closed, _ = list_stall_places(session, market, state=StallState.CLOSED)
        assert [s.code for s in closed] == ["A2"]
        assert count_states(session, market) == {StallState.VACANT: 29, StallState.CLOSED: 1}
