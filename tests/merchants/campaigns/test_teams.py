"""Teams and members: dated, sealed phones, one sign-in for one open membership."""

from datetime import date

import pytest

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.campaigns.teams import (
    NewMember,
    NewTeam,
    add_member,
    add_team,
    end_member,
    end_team,
    find_team,
    link_member,
    list_teams,
)
from merchants.errors import (
    EntryRefused,
    MarketNotFound,
    TeamMemberNotFound,
    TeamNotFound,
)
from merchants.kinds import EventAction, TeamKind
from merchants.tables import RegisterEvent, TeamMember
from tests.merchants.campaigns.campaigning import NOW, SINCE, events, member, team
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

OCTOBER = date(2026, 10, 31)


def test_a_team_lists_its_members_with_the_tails_of_their_phones(register: Register) -> None:
    with writing(register.engine) as session:
        number = team(session)
        member(session, register.sealer, number, phone="0912 000 123")
        member(session, register.sealer, number, "Hà Văn Toàn")

    with reading(register.engine) as session:
        (found,) = list_teams(session, "MA")
        assert list_teams(session, "DC") == []
    assert (found.name, found.kind, found.place) == ("Tổ thôn 1", TeamKind.HAMLET, "Thôn 1")
    assert [(one.full_name, one.phone_tail) for one in found.members] == [
        ("Lò Thị Mai", "123"),
        ("Hà Văn Toàn", ""),
    ]


def test_phones_are_sealed_and_told_to_no_event(register: Register) -> None:
    with writing(register.engine) as session:
        member(session, register.sealer, team(session), phone="0912000123")

    kept = register.one(TeamMember)
    assert register.sealer.open(kept.phone_sealed) == "+84912000123"
    assert "912000" not in kept.phone_sealed + kept.phone_hash
    told = " ".join(str(event.model_dump()) for event in register.all(RegisterEvent))
    assert "Mai" not in told
    assert "912000" not in told


def test_a_phone_is_in_a_team_once(register: Register) -> None:
    with writing(register.engine) as session:
        number = team(session)
        first = member(session, register.sealer, number, phone="0912000123")
        with pytest.raises(EntryRefused, match="Trong tổ đã có"):
            member(session, register.sealer, number, "Mai", phone="+84 912 000 123")
        end_member(session, "MA", first, to_on=OCTOBER, actor=COMMAND, now=NOW)
        member(session, register.sealer, number, phone="0912000123")


def test_ending_a_team_ends_its_members_and_removes_nobody(register: Register) -> None:
    with writing(register.engine) as session:
        number = team(session)
        gone = member(session, register.sealer, number)
        member(session, register.sealer, number, "Hà Văn Toàn")
        end_member(session, "MA", gone, to_on=date(2026, 9, 30), actor=COMMAND, now=NOW)
        for _ in range(2):
            end_team(session, "MA", number, to_on=OCTOBER, actor=COMMAND, now=NOW)

    with reading(register.engine) as session:
        (found,) = list_teams(session, "MA")
    assert [one.to_on for one in found.members] == [date(2026, 9, 30), OCTOBER]
    assert found.is_at_work(OCTOBER)
    assert not found.is_at_work(date(2026, 11, 1))
    assert not found.members[0].is_member(date(2026, 10, 1))
    ended = [one.subject for one in events(register, EventAction.TEAM_CHANGED)]
    assert ended.count(f"team:{number}") == 2


def test_a_sign_in_belongs_to_one_open_member_of_a_market(register: Register) -> None:
    with writing(register.engine) as session:
        number = team(session)
        mai = member(session, register.sealer, number)
        toan = member(session, register.sealer, number, "Hà Văn Toàn")
        for _ in range(2):
            link_member(session, "MA", mai, 7, actor=COMMAND, now=NOW)
        with pytest.raises(EntryRefused, match="đã gắn với người khác"):
            link_member(session, "MA", toan, 7, actor=COMMAND, now=NOW)
        link_member(session, "MA", mai, None, actor=COMMAND, now=NOW)
        link_member(session, "MA", toan, 7, actor=COMMAND, now=NOW)

    told = [(one.from_value, one.to_value) for one in events(register, EventAction.TEAM_CHANGED)]
    assert told[-3:] == [("", "user:7"), ("user:7", ""), ("", "user:7")]


def test_what_belongs_to_another_market_is_not_found(sqlite_register: Register) -> None:
    with writing(sqlite_register.engine) as session:
        number = team(session)
        mai = member(session, sqlite_register.sealer, number)
        with pytest.raises(TeamNotFound):
            find_team(session, "DC", number)
        with pytest.raises(TeamMemberNotFound):
            end_member(session, "DC", mai, to_on=OCTOBER, actor=COMMAND, now=NOW)
        with pytest.raises(TeamMemberNotFound):
            link_member(session, "DC", mai, 7, actor=COMMAND, now=NOW)
        with pytest.raises(MarketNotFound):
            team(session, "XX")


def test_faults_of_a_team_and_a_member_are_told_by_field(sqlite_register: Register) -> None:
    with writing(sqlite_register.engine) as session:
        number = team(session)
        with pytest.raises(EntryRefused, match="Chợ đã có tổ"):
            team(session)
        nameless = NewTeam(kind=TeamKind.COMMUNE, name="", place="x" * 121, from_on=SINCE)
        with pytest.raises(EntryRefused) as refusal:
            add_team(session, "MA", nameless, actor=COMMAND, now=NOW)
        assert set(refusal.value.faults) == {"name", "place"}
        wrong = NewMember(full_name="Mai 🌾", phone="12", from_on=date(2026, 8, 1))
        with pytest.raises(EntryRefused) as refusal:
            add_member(
                session, "MA", number, wrong, sealer=sqlite_register.sealer, actor=COMMAND, now=NOW
            )
        assert set(refusal.value.faults) == {"full_name", "phone", "from_on"}
        with pytest.raises(EntryRefused, match="Ngày cuối 01/08/2026"):
            end_team(session, "MA", number, to_on=date(2026, 8, 1), actor=COMMAND, now=NOW)


def test_a_member_does_not_show_the_phone_when_printed() -> None:
    assert "0912" not in repr(NewMember(full_name="Mai", phone="0912000123", from_on=SINCE))


def test_listing_asks_the_same_queries_for_any_number(register: Register) -> None:
    with writing(register.engine) as session:
        member(session, register.sealer, team(session))
    with counted(register.engine) as few, reading(register.engine) as session:
        list_teams(session, "MA")
    with writing(register.engine) as session:
        for number in range(2, 8):
            other = team(session, name=f"Tổ thôn {number}")
            member(session, register.sealer, other)
            member(session, register.sealer, other, "Hà Văn Toàn")
    with counted(register.engine) as many, reading(register.engine) as session:
        assert len(list_teams(session, "MA")) == 7

    assert len(many) == len(few) == 3
