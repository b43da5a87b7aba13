"""Visits: recorded with rules, counted for whoever holds the stall, and whom to go to next."""

from datetime import date, timedelta
from typing import Any

import pytest

from market.database import reading, writing
from merchants.actors import COMMAND, Actor
from merchants.campaigns.evidence import team_evidence
from merchants.campaigns.helped import helper_league, refusal_reasons
from merchants.campaigns.teams import end_member
from merchants.campaigns.visits import (
    VisitFilter,
    list_visits,
    next_stalls,
    sum_visits,
)
from merchants.errors import EntryRefused, TeamMemberNotFound
from merchants.events import record_event
from merchants.kinds import EventAction, ExitReason, VendorState, VisitOutcome
from merchants.tables import Vendor, Visit
from tests.merchants.campaigns.campaigning import NOW, events, held_stalls, member, team, visit
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

TODAY = date(2026, 11, 21)
NOVEMBER = VisitFilter(first=date(2026, 11, 1), last=date(2026, 11, 30))
REFUSED: dict[str, Any] = {"outcome": VisitOutcome.REFUSED, "reason": ExitReason.TAX_CONCERN}


@pytest.fixture
def helper(register: Register) -> int:
    """A member of a team at Mậu A, where four vendors without details hold A1 to A10."""
    return _people(register)


@pytest.fixture
def sqlite_helper(sqlite_register: Register) -> int:
    """The same on SQLite."""
    return _people(sqlite_register)


def _people(register: Register) -> int:
    with writing(register.engine) as session:
        held_stalls(session, ["A1", "A2", "A9", "A10"])
        return member(session, register.sealer, team(session))


def vendor_id(register: Register, name: str) -> int:
    (found,) = [one.id for one in register.all(Vendor) if one.full_name == name]
    return int(found)


def becomes_active(register: Register, name: str, *, hours: int = 1) -> None:
    with writing(register.engine) as session:
        record_event(
            session,
            EventAction.STATE_CHANGED,
            actor=COMMAND,
            now=NOW + timedelta(hours=hours),
            vendor_id=vendor_id(register, name),
            to_value=VendorState.ACTIVE.value,
        )


def test_a_visit_counts_for_whoever_holds_the_stall_that_day(
    register: Register, helper: int
) -> None:
    with writing(register.engine) as session:
        visit(session, helper, "A1", actor=Actor(kind="staff", name="12"), note="Gửi tờ rơi")

    kept = register.one(Visit)
    assert kept.vendor_id == vendor_id(register, "Nguyễn Thị A1")
    assert (kept.recorded_by, kept.note, kept.minutes) == ("staff:12", "Gửi tờ rơi", 20)
    (told,) = events(register, EventAction.VISITED)
    assert (told.assisted_by_id, told.to_value, told.note) == (helper, "helped", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stall_code": "Z99"}, "stall_code"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 481}, "minutes"),
        ({"visited_on": TODAY + timedelta(1)}, "visited_on"),
        ({"visited_on": TODAY - timedelta(32)}, "visited_on"),
        ({"outcome": VisitOutcome.REFUSED}, "reason"),
        ({"reason": ExitReason.NO_TIME}, "reason"),
        ({"note": "x" * 301}, "note"),
    ],
)
def test_a_visit_that_breaks_a_rule_is_refused(
    sqlite_register: Register, sqlite_helper: int, changes: dict[str, Any], field: str
) -> None:
    with writing(sqlite_register.engine) as session, pytest.raises(EntryRefused) as refusal:
        visit(session, sqlite_helper, **{"stall_code": "A1"} | changes)

    assert list(refusal.value.faults) == [field]
    assert sqlite_register.all(Visit) == []


def test_whoever_was_no_member_that_day_did_not_visit(
    sqlite_register: Register, sqlite_helper: int
) -> None:
    with writing(sqlite_register.engine) as session:
        left = TODAY - timedelta(2)
        end_member(session, "MA", sqlite_helper, to_on=left, actor=COMMAND, now=NOW)
        with pytest.raises(EntryRefused, match="không ở trong tổ"):
            visit(session, sqlite_helper, "A1")
        with pytest.raises(TeamMemberNotFound):
            visit(session, sqlite_helper, "A1", market_code="DC")


def test_visits_are_listed_newest_first_in_pages(register: Register, helper: int) -> None:
    with writing(register.engine) as session:
        numbers = [visit(session, helper, code) for code in ("A1", "A2", "A9")]
        visit(session, helper, "A10", **REFUSED)

    with reading(register.engine) as session:
        first = list_visits(session, "MA", NOVEMBER, limit=2)
        assert [one.stall_code for one in first] == ["A10", "A9"]
        rest = list_visits(session, "MA", NOVEMBER, after_id=first[-1].id)
        assert [one.id for one in rest] == [numbers[1], numbers[0]]
        assert list_visits(session, "MA", NOVEMBER, offset=2) == rest
        refused = VisitFilter(
            first=TODAY, last=TODAY, outcome=VisitOutcome.REFUSED, member_id=helper, team_id=1
        )
        assert [one.reason for one in list_visits(session, "MA", refused)] == [
            ExitReason.TAX_CONCERN
        ]
        told = sum_visits(session, "MA", NOVEMBER)
        assert list_visits(session, "DC", NOVEMBER) == []
    assert (told.visits, told.stalls, told.minutes) == (4, 4, 80)


def test_the_next_stall_is_the_promised_one_then_the_unvisited_in_walking_order(
    register: Register, helper: int
) -> None:
    with writing(register.engine) as session:
        promised: dict[str, Any] = {
            "outcome": VisitOutcome.FOLLOW_UP,
            "visited_on": TODAY - timedelta(3),
        }
        visit(session, helper, "A10", **promised)
        visit(session, helper, "A1", visited_on=TODAY - timedelta(1))

    with reading(register.engine) as session:
        found = next_stalls(session, "MA", on=TODAY, limit=10)
        assert next_stalls(session, "MA", on=TODAY, limit=2) == found[:2]
    assert [(one.stall_code, one.is_follow_up) for one in found] == [
        ("A10", True),
        ("A2", False),
        ("A9", False),
        ("A1", False),
    ]
    assert found[1].vendor_name == "Nguyễn Thị A2"


def test_who_was_visited_today_or_refused_is_left_alone(register: Register, helper: int) -> None:
    with writing(register.engine) as session:
        visit(session, helper, "A1")
        visit(session, helper, "A2", visited_on=TODAY - timedelta(29), **REFUSED)
        visit(session, helper, "A9", visited_on=TODAY - timedelta(30), **REFUSED)

    with reading(register.engine) as session:
        found = next_stalls(session, "MA", on=TODAY, limit=10)
    assert [one.stall_code for one in found] == ["A10", "A9"]


def test_only_helping_earns_a_place_in_the_league(register: Register, helper: int) -> None:
    with writing(register.engine) as session:
        visit(session, helper, "A1")
        visit(session, helper, "A2", outcome=VisitOutcome.ABSENT)
    for name in ("Nguyễn Thị A1", "Nguyễn Thị A2"):
        becomes_active(register, name)

    with reading(register.engine) as session:
        found = helper_league(session, "MA", first=NOVEMBER.first, last=NOVEMBER.last)
    ((place, who),) = found.named()
    assert (place.rank, place.activated, place.helped) == (1, 1, 1)
    assert who.full_name == "Lò Thị Mai"
    assert (found.league.activated, found.league.unaided) == (2, 1)


def test_a_merged_double_counts_as_the_vendor_who_was_kept(register: Register, helper: int) -> None:
    with writing(register.engine) as session:
        visit(session, helper, "A1")
        double = session.get_one(Vendor, vendor_id(register, "Nguyễn Thị A1"))
        double.merged_into_id = vendor_id(register, "Nguyễn Thị A2")
        session.add(double)
    becomes_active(register, "Nguyễn Thị A2")

    with reading(register.engine) as session:
        found = helper_league(session, "MA", first=NOVEMBER.first, last=NOVEMBER.last)
    assert (found.league.activated, found.league.unaided) == (1, 0)


def test_a_refusal_counts_once_a_stall_by_what_was_said_last(
    register: Register, helper: int
) -> None:
    with writing(register.engine) as session:
        visit(session, helper, "A1", **REFUSED | {"visited_on": TODAY - timedelta(2)})
        visit(session, helper, "A1", **REFUSED | {"reason": ExitReason.NO_TIME})
        visit(session, helper, "A2", **REFUSED)
        visit(session, helper, "A9", **REFUSED)
        record_event(
            session,
            EventAction.STATE_CHANGED,
            actor=COMMAND,
            now=NOW,
            vendor_id=vendor_id(register, "Nguyễn Thị A10"),
            to_value=VendorState.EXITED.value,
            reason=ExitReason.TAX_CONCERN.value,
        )

    with reading(register.engine) as session:
        found = refusal_reasons(session, "MA", first=NOVEMBER.first, last=NOVEMBER.last)
        earlier = refusal_reasons(session, "MA", first=date(2026, 9, 1), last=date(2026, 9, 30))
    assert [(one.reason, one.refused, one.ended) for one in found] == [
        (ExitReason.TAX_CONCERN, 2, 1),
        (ExitReason.NO_TIME, 1, 0),
    ]
    assert earlier == []


def test_a_month_of_evidence_ties_with_its_lines(register: Register, helper: int) -> None:
    with writing(register.engine) as session:
        other = member(session, register.sealer, team(session, name="Tổ xã"), "Hà Văn Toàn")
        visit(session, helper, "A1")
        visit(session, helper, "A2", minutes=35)
        visit(session, other, "A1", visited_on=TODAY - timedelta(1))
        visit(session, other, "A9", visited_on=date(2026, 10, 31))
    becomes_active(register, "Nguyễn Thị A1")

    with reading(register.engine) as session:
        november = team_evidence(session, "MA", TODAY)
        october = team_evidence(session, "MA", date(2026, 10, 1))
    assert (november.first, november.last) == (date(2026, 11, 1), date(2026, 11, 30))
    assert [
        (one.name, one.members, one.visits, one.minutes, one.vendors_helped, one.activated,
         one.market_days_attended)
        for one in november.teams
    ] == [("Tổ thôn 1", 1, 2, 55, 2, 1, 1), ("Tổ xã", 1, 1, 20, 2, 0, 1)]  # fmt: skip
    # A1 was helped by both teams and A9 by one, in a note of November about October.
    assert (november.visits, november.minutes) == (3, 75)
    assert (november.vendors_helped, november.activated, november.market_days) == (3, 1, 30)
    assert [line.visit.stall_code for line in november.lines] == ["A1", "A1", "A2"]
    assert [line.visit.stall_code for line in october.lines] == ["A9"]


def test_lists_ask_the_same_queries_for_any_number(register: Register, helper: int) -> None:
    def ask() -> int:
        with counted(register.engine) as sent, reading(register.engine) as session:
            list_visits(session, "MA", NOVEMBER)
            next_stalls(session, "MA", on=TODAY, limit=5)
            helper_league(session, "MA", first=NOVEMBER.first, last=NOVEMBER.last)
            refusal_reasons(session, "MA", first=NOVEMBER.first, last=NOVEMBER.last)
            team_evidence(session, "MA", TODAY)
        return len(sent)

    with writing(register.engine) as session:
        visit(session, helper, "A1")
    few = ask()
    with writing(register.engine) as session:
        for number in range(30):
            visit(session, helper, ("A1", "A2", "A9")[number % 3])

    assert ask() == few
