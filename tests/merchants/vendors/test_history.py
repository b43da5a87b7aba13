"""A vendor's history page by page, and the milestone of the first own action."""

from datetime import timedelta

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import COMMAND, Actor
from merchants.events import record_event
from merchants.kinds import EventAction, TeamKind
from merchants.lifecycle.milestones import note_self_action
from merchants.tables import RegisterEvent, Team, TeamMember, Vendor
from merchants.vendors.history import vendor_history
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row

KINDS = ("staff", "command", "system")


def helper_of(register: Register) -> int:
    with writing(register.engine) as session:
        team = Team(
            market_id=1,
            kind=TeamKind.COMMUNE,
            name="Tổ xã",
            from_on=register.now.date(),
        )
        session.add(team)
        session.flush()
        member = TeamMember(
            team_id=team.id or 0, full_name="Vàng Thị Sua", from_on=register.now.date()
        )
        session.add(member)
        session.flush()
        assert member.id is not None
        return member.id


def note(register: Register, count: int) -> int:
    """The id of a vendor with many entries; another has one that is not hers."""
    register.take(row(), other_row(1))
    vendor, other = register.all(Vendor)
    with writing(register.engine) as session:
        for number in range(count):
            record_event(
                session,
                EventAction.CODE_SEEN,
                actor=COMMAND,
                now=register.now + timedelta(minutes=number),
                market_id=vendor.market_id,
                vendor_id=vendor.id,
                subject=f"code:{number}",
            )
        record_event(
            session, EventAction.CODE_SEEN, actor=COMMAND, now=register.now, vendor_id=other.id
        )
    return int(vendor.id)


def test_pages_together_tell_everything_once_newest_first(register: Register) -> None:
    vendor_id = note(register, 45)
    whole = [each.id for each in register.all(RegisterEvent) if each.vendor_id == vendor_id]

    found, before_id, pages = [], None, 0
    with reading(register.engine) as session:
        while pages == 0 or before_id is not None:
            page = vendor_history(session, vendor_id, before_id=before_id, limit=10)
            found += [entry.id for entry in page.entries]
            before_id, pages = page.next_id, pages + 1

    assert found == sorted(whole, reverse=True)
    assert pages == -(-len(whole) // 10)


@pytest.mark.parametrize("count", [2, 40])
def test_a_page_is_one_statement(register: Register, count: int) -> None:
    vendor_id = note(register, count)

    with counted(register.engine) as sent, reading(register.engine) as session:
        vendor_history(session, vendor_id, limit=100)

    assert len([each for each in sent if each.startswith("SELECT")]) == 1


def test_an_entry_names_helper_and_evidence(register: Register) -> None:
    register.take(row())
    vendor = register.one(Vendor)
    actor = Actor(kind="staff", name="4", assisted_by_id=helper_of(register))
    with writing(register.engine) as session:
        record_event(
            session,
            EventAction.VISITED,
            actor=actor,
            now=register.now,
            vendor_id=vendor.id,
            stall_id=1,
            evidence_sha256="a" * 64,
        )
    with reading(register.engine) as session:
        (entry,) = vendor_history(session, vendor.id, actions=["visited"]).entries

    assert (entry.actor, entry.assisted_by, entry.stall_code) == ("staff:4", "Vàng Thị Sua", "A001")
    assert entry.has_evidence


def act(register: Register, actor: Actor, what: str = "login") -> bool:
    with writing(register.engine) as session:
        vendor = session.exec(select(Vendor)).one()
        return note_self_action(session, vendor, actor=actor, now=register.now, what=what)


def test_the_first_own_action_is_noted_once(register: Register) -> None:
    register.take(row())
    own = Actor(kind="vendor", name=register.one(Vendor).code or "")

    assert act(register, own)
    assert not act(register, own, "pin")

    assert register.one(Vendor).first_self_action_at == register.now
    told = [each for each in register.all(RegisterEvent) if each.action == "self_performed"]
    assert [(each.to_value, each.actor) for each in told] == [("login", str(own))]


@pytest.mark.parametrize("kind", KINDS)
def test_what_others_do_is_no_own_action(register: Register, kind: str) -> None:
    register.take(row())

    assert not act(register, Actor(kind=kind, name="1"))  # type: ignore[arg-type]

    assert register.one(Vendor).first_self_action_at is None


def test_with_a_helper_beside_or_in_anothers_name_it_is_no_own_action(register: Register) -> None:
    register.take(row())
    code = register.one(Vendor).code or ""

    assert not act(register, Actor(kind="vendor", name=code, assisted_by_id=helper_of(register)))
    assert not act(register, Actor(kind="vendor", name="CC22222Z"))
