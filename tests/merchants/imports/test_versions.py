"""Whatever changes a vendor's details, a sheet, the form at the stall, an undoing: editors notice."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from market.database import writing
from merchants.actors import Actor
from merchants.errors import ChangedMeanwhile, FieldChange
from merchants.imports.entry import OnboardingEntry
from merchants.imports.onboarding import onboard
from merchants.tables import Vendor
from merchants.vendors.details import VendorChanges
from merchants.vendors.edit import change_vendor, changes_since
from tests.merchants.conftest import Register
from tests.merchants.imports.import_world import CLERK, MANAGER, take_in, undo
from tests.merchants.sheet_files import row


def seen(register: Register) -> int:
    """The version a form is filled from."""
    return int(register.one(Vendor).version)


def told(register: Register, version: int) -> list[tuple[str, str, str, str]]:
    """What an editor of this version is told when the form comes; nothing of it is written."""
    vendor = register.one(Vendor)
    with pytest.raises(ChangedMeanwhile) as refusal, writing(register.engine) as session:
        change_vendor(
            session,
            vendor.code,
            VendorChanges(display_name="Rau cô Hương"),
            version=version,
            sealer=register.sealer,
            actor=Actor(kind="staff", name="12"),
            now=register.now + timedelta(hours=1),
        )
    return [(one.field, one.actor, one.old, one.new) for one in refusal.value.changes]


def all_changes(register: Register) -> list[FieldChange]:
    with writing(register.engine) as session:
        return changes_since(session, session.exec(select(Vendor)).one(), 0)


def test_a_sheet_that_changes_the_phone_is_told_to_who_edits(register: Register) -> None:
    register.take(row())
    version = seen(register)

    take_in(register, row(phone="0987654321", business="HKD Hương"))

    assert seen(register) == version + 1
    assert told(register, version) == [
        ("business_name", str(CLERK), "", "H. H."),
        ("phone", str(CLERK), "···678", "···321"),
    ]


def test_a_sheet_that_brings_a_day_of_consent_says_so(register: Register) -> None:
    register.take(row(consented=""))
    version = seen(register)

    take_in(register, row(consented="05/08/2026"))

    assert told(register, version) == [("consented_on", str(CLERK), "", "2026-08-05")]


def test_a_sheet_that_changes_no_detail_disturbs_no_editor(register: Register) -> None:
    register.take(row())
    version = seen(register)

    take_in(register, row(goods="Thịt", zone="Khu B"))

    assert seen(register) == version
    assert all_changes(register) == []


def test_the_form_at_the_stall_is_told_to_who_edits(register: Register) -> None:
    register.take(row())
    version = seen(register)
    entry = OnboardingEntry(
        stall_code="A001",
        full_name="Nguyễn Thị Hương",
        phone="0987654321",
        display_name="Cô Hương",
        is_draft=True,
    )

    with writing(register.engine) as session:
        onboard(session, "MA", entry, sealer=register.sealer, actor=CLERK, now=register.now)

    assert told(register, version) == [
        ("display_name", str(CLERK), "", "C. H."),
        ("phone", str(CLERK), "···678", "···321"),
    ]


def test_what_an_undoing_puts_back_is_told_to_who_edits(register: Register) -> None:
    register.take(row(business="HKD Hương"))
    import_id = take_in(register, row(phone="0987654321", business="HKD Rau Hương"))
    version = seen(register)

    undo(register, import_id)

    assert seen(register) == version + 1
    assert told(register, version) == [
        ("business_name", str(MANAGER), "H. R. H.", "H. H."),
        ("phone", str(MANAGER), "···321", "···678"),
    ]


def test_undoing_what_touched_no_detail_disturbs_no_editor(register: Register) -> None:
    register.take(row(bank="", account="", holder=""))
    version = seen(register)
    import_id = take_in(register, row())
    state = register.one(Vendor).state

    undo(register, import_id)

    assert register.one(Vendor).state is not state
    assert seen(register) == version


def test_an_editor_who_has_seen_it_is_let_through(register: Register) -> None:
    register.take(row())
    take_in(register, row(phone="0987654321"))
    changed: dict[str, Any] = {"display_name": "Rau cô Hương"}

    with writing(register.engine) as session:
        vendor = session.exec(select(Vendor)).one()
        change_vendor(
            session,
            vendor.code or "",
            VendorChanges(**changed),
            version=vendor.version,
            sealer=register.sealer,
            actor=MANAGER,
            now=register.now,
        )

    assert register.one(Vendor).display_name == "Rau cô Hương"
