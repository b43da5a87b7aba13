"""Zones: added, renamed, merged, placed on the plan."""

import pytest
from sqlmodel import Session, select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.errors import EntryRefused, ZoneNotFound
from merchants.find import find_market
from merchants.stalls.changes import StallDetails, add_stalls
from merchants.stalls.floor_plan import Box
from merchants.stalls.zones import (
    add_zone,
    find_zone,
    list_zones,
    merge_zones,
    place_zone,
    rename_zone,
    zone_named,
)
from merchants.tables import RegisterEvent, Stall, Zone
from tests.merchants.conftest import Register
from tests.merchants.queries import counted


def zone(session: Session, register: Register, name: str, *codes: str) -> int:
    market = find_market(session, "MA")
    made = add_zone(session, market, name, actor=COMMAND, now=register.now)
    assert made.id is not None
    if codes:
        add_stalls(
            session, market, codes, StallDetails(zone_id=made.id), actor=COMMAND, now=register.now
        )
    return made.id


def test_zones_are_listed_in_floor_order_with_their_stalls_in_one_query(
    register: Register,
) -> None:
    with writing(register.engine) as session:
        zone(session, register, "Dãy 10", "B1")
        zone(session, register, "Dãy 2", "A1", "A2")

    with reading(register.engine) as session:
        market = find_market(session, "MA")
        with counted(register.engine) as sent:
            zones = list_zones(session, market)
    assert [(each.name, each.stalls) for each in zones] == [("Dãy 2", 2), ("Dãy 10", 1)]
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "chưa có tên"), ("x" * 81, "81 ký tự, tối đa 80"), ("khu a", "đã có khu")],
)
def test_a_name_nobody_could_use_is_refused(
    sqlite_register: Register, name: str, words: str
) -> None:
    with writing(sqlite_register.engine) as session:
        zone(session, sqlite_register, "Khu A")
        with pytest.raises(EntryRefused, match=words):
            zone(session, sqlite_register, name)


def test_a_zone_takes_another_name(register: Register) -> None:
    with writing(register.engine) as session:
        market, number = find_market(session, "MA"), zone(session, register, "Khu A")
        for _ in range(2):
            rename_zone(session, market, number, "Rau củ", actor=COMMAND, now=register.now)
        assert zone_named(session, market, "Rau củ").id == number
        with pytest.raises(ZoneNotFound):
            zone_named(session, market, "Khu A")

    told = [e for e in register.all(RegisterEvent) if e.subject == f"zone:{number}"]
    assert [(e.from_value, e.to_value) for e in told] == [("", "Khu A"), ("Khu A", "Rau củ")]


def test_merged_zones_keep_every_stall(register: Register) -> None:
    with writing(register.engine) as session:
        market = find_market(session, "MA")
        first, second = (
            zone(session, register, "Khu A", "A1", "A2"),
            zone(session, register, "Khu B", "B1"),
        )
        with pytest.raises(EntryRefused, match="chính nó"):
            merge_zones(session, market, first, into_id=first, actor=COMMAND, now=register.now)
        moved = merge_zones(session, market, first, into_id=second, actor=COMMAND, now=register.now)

    assert moved == 2
    assert [each.name for each in register.all(Zone)] == ["Khu B"]
    assert {stall.zone_id for stall in register.all(Stall)} == {second}


def test_a_zone_of_another_market_is_not_found(sqlite_register: Register) -> None:
    with writing(sqlite_register.engine) as session:
        number = zone(session, sqlite_register, "Khu A")
        with pytest.raises(ZoneNotFound, match="'LG' has no zone"):
            find_zone(session, find_market(session, "LG"), number)


def test_boxes_stand_on_the_plan_without_touching_each_other(register: Register) -> None:
    with writing(register.engine) as session:
        market = find_market(session, "MA")
        first, second = zone(session, register, "Khu A"), zone(session, register, "Khu B")
        options = {"actor": COMMAND, "now": register.now}
        for _ in range(2):
            place_zone(session, market, first, Box(0, 0, 12, 4), **options)
        place_zone(session, market, second, Box(12, 0, 12, 4), **options)

    boxes = [(z.plan_x, z.plan_y, z.plan_width, z.plan_height) for z in register.all(Zone)]
    assert boxes == [(0, 0, 12, 4), (12, 0, 12, 4)]
    with reading(register.engine) as session:
        told = session.exec(
            select(RegisterEvent.to_value).where(RegisterEvent.subject == f"zone:{first}")
        )
        assert list(told) == ["Khu A", "0,0 12x4"]


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(11, 3, 4, 4), "chồng lên khu “Khu A”"),
        (Box(190, 0, 12, 4), "ra ngoài mặt bằng"),
        (Box(20, 0, 12, 1), "sâu từ 2 ô"),
        (Box(-1, 8, 12, 3), "ra ngoài mặt bằng"),
    ],
)
def test_a_box_that_does_not_fit_is_refused(
    sqlite_register: Register, box: Box, words: str
) -> None:
    options = {"actor": COMMAND, "now": sqlite_register.now}
    with writing(sqlite_register.engine) as session:
        market = find_market(session, "MA")
        place_zone(
            session, market, zone(session, sqlite_register, "Khu A"), Box(0, 0, 12, 4), **options
        )
        with pytest.raises(EntryRefused, match=words):
            place_zone(session, market, zone(session, sqlite_register, "Khu B"), box, **options)


def test_a_zone_may_be_taken_off_the_plan(sqlite_register: Register) -> None:
    options = {"actor": COMMAND, "now": sqlite_register.now}
    with writing(sqlite_register.engine) as session:
        market, number = find_market(session, "MA"), zone(session, sqlite_register, "Khu A")
        place_zone(session, market, number, Box(0, 0, 12, 4), **options)
        place_zone(session, market, number, None, **options)

    assert sqlite_register.one(Zone).plan_x is None
