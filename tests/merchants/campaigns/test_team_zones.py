"""Zones in the hands of teams: one team a zone, the history kept, and whom a helper goes to first."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.campaigns.team_zones import (
    list_team_zones,
    set_team_zones,
    teams_of_zones,
    zones_of_member,
)
from merchants.campaigns.teams import end_member, end_team
from merchants.campaigns.visits import next_stalls
from merchants.errors import EntryRefused, TeamNotFound
from merchants.find import find_market
from merchants.kinds import EventAction, VisitOutcome
from merchants.stalls.zones import add_zone, merge_zones
from merchants.tables import RegisterEvent, Stall, TeamZone, Zone
from tests.merchants.campaigns.campaigning import (
    NOW,
    SINCE,
    events,
    held_stalls,
    member,
    team,
    visit,
)
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

TODAY = date(2026, 11, 21)


class Zoned:
    """Two teams, three zones with a stall each, and a stall outside of zones."""

    def __init__(self, register: Register) -> None:
        self.register = register
        with writing(register.engine) as session:
            market = find_market(session, "MA")
            self.zones = {
                name: add_zone(session, market, name, actor=COMMAND, now=NOW).id or 0
                for name in ("Khu A", "Khu B", "Khu C")
            }
            held_stalls(session, ["A1", "B1", "C1", "X1"])
            for stall in session.exec(select(Stall)):
                stall.zone_id = self.zones.get(f"Khu {stall.code[0]}")
                session.add(stall)
            self.first, self.second = team(session), team(session, name="Tổ thôn 2")
            self.helper = member(session, register.sealer, self.first)

    def give(self, team_id: int, *names: str, **options: Any) -> None:
        values: dict[str, Any] = {"actor": COMMAND, "now": NOW} | options
        with writing(self.register.engine) as session:
            set_team_zones(session, "MA", team_id, [self.zones[name] for name in names], **values)

    def held(self, on: date = TODAY) -> dict[str, str]:
        names = {number: name for name, number in self.zones.items()}
        with reading(self.register.engine) as session:
            return {names[z]: name for z, name in teams_of_zones(session, "MA", on).items()}

    def next(self, **options: Any) -> list[str]:
        with reading(self.register.engine) as session:
            found = next_stalls(session, "MA", on=TODAY, limit=10, **options)
        return [one.stall_code for one in found]


@pytest.fixture
def zoned(register: Register) -> Zoned:
    """Zones, teams and a helper at Mậu A."""
    return Zoned(register)


def test_a_team_has_the_zones_it_was_given_last_and_the_others_stay_as_history(
    zoned: Zoned, register: Register
) -> None:
    zoned.give(zoned.first, "Khu A", "Khu B")
    zoned.give(zoned.first, "Khu B", "Khu C", now=NOW + timedelta(days=3))

    assert zoned.held() == {"Khu B": "Tổ thôn 1", "Khu C": "Tổ thôn 1"}
    with reading(register.engine) as session:
        told = [(one.zone_name, one.from_on, one.to_on) for one in list_team_zones(session, "MA")]
        assert list_team_zones(session, "DC") == []
    later = TODAY + timedelta(3)
    assert told == [("Khu A", TODAY, later), ("Khu B", TODAY, None), ("Khu C", later, None)]
    given = [(one.subject, one.to_value) for one in events(register, EventAction.TEAM_ZONE_GIVEN)]
    assert [value for _, value in given] == ["Khu A", "Khu B", "Khu C"]
    (taken,) = events(register, EventAction.TEAM_ZONE_TAKEN)
    assert (taken.subject, taken.to_value) == (f"team:{zoned.first}", "Khu A")


def test_the_same_choice_twice_changes_nothing(zoned: Zoned, register: Register) -> None:
    zoned.give(zoned.first, "Khu A")
    before = len(register.all(RegisterEvent))
    zoned.give(zoned.first, "Khu A")

    assert len(register.all(RegisterEvent)) == before
    assert len(register.all(TeamZone)) == 1


def test_another_teams_zone_is_refused_by_name_and_nothing_is_written(
    zoned: Zoned, register: Register
) -> None:
    zoned.give(zoned.first, "Khu A")

    with pytest.raises(EntryRefused) as refused:
        zoned.give(zoned.second, "Khu A", "Khu B")

    assert str(refused.value.faults["zones"]) == (
        "Khu A đang giao cho Tổ thôn 1, bỏ khu ở tổ đó trước"
    )
    assert zoned.held() == {"Khu A": "Tổ thôn 1"}
    zoned.give(zoned.first)
    zoned.give(zoned.second, "Khu A")
    assert zoned.held() == {"Khu A": "Tổ thôn 2"}


def test_an_ended_team_has_no_zone_and_another_may_take_over(zoned: Zoned) -> None:
    zoned.give(zoned.first, "Khu A")
    with writing(zoned.register.engine) as session:
        end_team(session, "MA", zoned.first, to_on=TODAY, actor=COMMAND, now=NOW)
    assert zoned.held() == {"Khu A": "Tổ thôn 1"}
    assert zoned.held(TODAY + timedelta(1)) == {}

    later = {"now": NOW + timedelta(days=1)}
    zoned.give(zoned.second, "Khu A", **later)
    assert zoned.held(TODAY + timedelta(1)) == {"Khu A": "Tổ thôn 2"}
    with pytest.raises(EntryRefused):
        zoned.give(zoned.first, "Khu B", **later)
    ended = [row.to_on for row in zoned.register.all(TeamZone) if row.team_id == zoned.first]
    assert ended == [TODAY]


def test_who_chose_from_an_old_page_is_told_what_the_team_has_now(zoned: Zoned) -> None:
    zoned.give(zoned.first, "Khu A", seen=[])

    with pytest.raises(EntryRefused) as refused:
        zoned.give(zoned.first, "Khu B", seen=[])

    assert "nay là: Khu A" in str(refused.value.faults["zones"])
    zoned.give(zoned.first, "Khu B", seen=[zoned.zones["Khu A"]])
    assert zoned.held() == {"Khu B": "Tổ thôn 1"}


def test_zones_and_teams_of_other_markets_are_none_here(zoned: Zoned) -> None:
    with writing(zoned.register.engine) as session:
        elsewhere = add_zone(session, find_market(session, "DC"), "Khu A", actor=COMMAND, now=NOW)
        with pytest.raises(EntryRefused):
            set_team_zones(session, "MA", zoned.first, [elsewhere.id or 0], actor=COMMAND, now=NOW)
        with pytest.raises(TeamNotFound):
            set_team_zones(session, "DC", zoned.first, [], actor=COMMAND, now=NOW)


def test_a_helper_goes_to_the_own_teams_zones_before_promised_stalls_elsewhere(
    zoned: Zoned, register: Register
) -> None:
    zoned.give(zoned.first, "Khu B", "Khu C")
    with writing(register.engine) as session:
        visit(
            session,
            zoned.helper,
            "A1",
            outcome=VisitOutcome.FOLLOW_UP,
            visited_on=TODAY - timedelta(3),
        )

    assert zoned.next(member_id=zoned.helper) == ["B1", "C1", "A1", "X1"]
    assert zoned.next() == ["A1", "X1", "B1", "C1"]
    with reading(register.engine) as session:
        found = next_stalls(session, "MA", on=TODAY, limit=10, member_id=zoned.helper)
    assert [one.stall_code for one in found if one.is_own_zone] == ["B1", "C1"]


def test_who_left_the_team_is_led_as_everybody_else(zoned: Zoned) -> None:
    zoned.give(zoned.first, "Khu C")
    with reading(zoned.register.engine) as session:
        assert zones_of_member(session, zoned.helper, TODAY) == {zoned.zones["Khu C"]}
        assert zones_of_member(session, zoned.helper, SINCE - timedelta(1)) == frozenset()
    with writing(zoned.register.engine) as session:
        end_member(session, "MA", zoned.helper, to_on=TODAY - timedelta(1), actor=COMMAND, now=NOW)

    assert zoned.next(member_id=zoned.helper) == ["X1", "A1", "B1", "C1"]


def test_a_merged_zone_takes_its_team_along_unless_the_other_has_one(zoned: Zoned) -> None:
    zoned.give(zoned.first, "Khu A", "Khu B")
    _merge(zoned, "Khu A", "Khu C")
    assert zoned.held() == {"Khu B": "Tổ thôn 1", "Khu C": "Tổ thôn 1"}

    zoned.give(zoned.first, "Khu B")
    zoned.give(zoned.second, "Khu C")
    _merge(zoned, "Khu B", "Khu C")
    assert zoned.held() == {"Khu C": "Tổ thôn 2"}
    with reading(zoned.register.engine) as session:
        gone = [one for one in list_team_zones(session, "MA") if one.zone_id is None]
    assert [(one.zone_name, one.to_on) for one in gone] == [("Khu A", TODAY), ("Khu B", TODAY)]


def _merge(zoned: Zoned, name: str, into: str) -> None:
    with writing(zoned.register.engine) as session:
        market = find_market(session, "MA")
        merge_zones(
            session, market, zoned.zones[name], into_id=zoned.zones[into], actor=COMMAND, now=NOW
        )


def test_a_zone_that_goes_without_a_word_leaves_its_name_in_the_history(zoned: Zoned) -> None:
    zoned.give(zoned.first, "Khu A")
    with writing(zoned.register.engine) as session:
        for stall in session.exec(select(Stall).where(Stall.zone_id == zoned.zones["Khu A"])):
            stall.zone_id = None
            session.add(stall)
        session.flush()
        session.delete(session.get_one(Zone, zoned.zones["Khu A"]))

    assert zoned.held() == {}
    with reading(zoned.register.engine) as session:
        (entry,) = list_team_zones(session, "MA")
    assert (entry.zone_name, entry.zone_id, entry.is_held(TODAY)) == ("Khu A", None, False)


def test_the_lists_ask_as_much_for_one_zone_as_for_many(zoned: Zoned) -> None:
    def asked() -> int:
        with counted(zoned.register.engine) as sent, reading(zoned.register.engine) as session:
            _ask(session, zoned.helper)
        return len(sent)

    zoned.give(zoned.first, "Khu A")
    few = asked()
    zoned.give(zoned.first, "Khu A", "Khu B", "Khu C")
    assert asked() == few == 6


def _ask(session: Session, helper: int) -> None:
    list_team_zones(session, "MA")
    next_stalls(session, "MA", on=TODAY, limit=5, member_id=helper)
