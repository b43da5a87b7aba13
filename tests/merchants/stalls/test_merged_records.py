"""A record that was merged into another is nobody any more; its code still leads to who it was."""

import pytest
from sqlmodel import col, select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.imports.export import market_sheet
from merchants.kinds import VendorState
from merchants.stalls.matching import matching_vendors
from merchants.stalls.search import StallPage, StallQuery, find_stalls
from merchants.tables import Vendor
from merchants.vendors.listing import VendorPage, VendorQuery, list_market_vendors
from merchants.vendors.merge_undo import undo_merge
from merchants.vendors.merging import merge_vendors
from merchants.vendors.steps import take_step
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import row

OLD_NAME, OLD_PHONE = "Trần Văn Bình", "0912000001"


@pytest.fixture
def merged(register: Register) -> tuple[str, str]:
    """Two vendors of chợ Mậu A, the second merged into the first; their codes, kept one first."""
    register.take(row(), other_row(1, name=OLD_NAME, phone=OLD_PHONE))
    with writing(register.engine) as session:
        kept, old = session.exec(select(Vendor).order_by(col(Vendor.id)))
        merge_vendors(session, kept, old, actor=COMMAND, now=register.now)
        return kept.code or "", old.code or ""


def vendors_of(register: Register, text: str) -> VendorPage:
    with reading(register.engine) as session:
        return list_market_vendors(session, "MA", VendorQuery(text=text), sealer=register.sealer)


def stalls_of(register: Register, text: str) -> StallPage:
    with reading(register.engine) as session:
        return find_stalls(session, "MA", StallQuery(text=text), sealer=register.sealer)


def test_the_old_code_finds_who_was_kept(register: Register, merged: tuple[str, str]) -> None:
    kept, old = merged

    for text in (old, old.lower(), old[:-1]):
        assert [entry.code for entry in vendors_of(register, text).entries] == [kept]
    assert {entry.stall_code for entry in stalls_of(register, old).entries} == {"A001", "B001"}
    assert {entry.vendor.code for entry in stalls_of(register, old).entries if entry.vendor} == {
        kept
    }


@pytest.mark.parametrize("text", [OLD_NAME, "tran van binh", OLD_PHONE])
def test_the_old_name_and_phone_mean_nobody(
    register: Register, merged: tuple[str, str], text: str
) -> None:
    assert merged[0]
    with reading(register.engine) as session:
        meant = select(Vendor.code).where(matching_vendors(1, text, register.sealer))
        assert session.exec(meant).all() == []
    assert vendors_of(register, text).total == 0
    assert stalls_of(register, text).left == ()


def test_a_chain_of_merges_leads_to_its_end(register: Register, merged: tuple[str, str]) -> None:
    kept, old = merged
    register.take(other_row(2, stall="C001"))
    with writing(register.engine) as session:
        third = session.exec(select(Vendor).order_by(col(Vendor.id).desc())).first()
        first = session.exec(select(Vendor).where(Vendor.code == kept)).one()
        assert third is not None
        merge_vendors(session, third, first, actor=COMMAND, now=register.now)
        last = third.code

    for code in (kept, old):
        assert [entry.code for entry in vendors_of(register, code).entries] == [last]


def test_of_who_left_the_list_names_the_kept_record_only(
    register: Register, merged: tuple[str, str]
) -> None:
    kept, old = merged
    with writing(register.engine) as session:
        vendor = session.exec(select(Vendor).where(Vendor.code == kept)).one()
        take_step(
            session,
            vendor,
            VendorState.EXITED,
            actor=COMMAND,
            now=register.now,
            reason="no_time",
        )

    assert [person.code for person in stalls_of(register, old).left] == [kept]
    assert [person.code for person in stalls_of(register, "CC").left] == [kept]


def test_an_export_names_the_kept_record_only(register: Register, merged: tuple[str, str]) -> None:
    assert merged
    with reading(register.engine) as session:
        sheet = market_sheet(session, "MA", sealer=register.sealer)

    assert OLD_NAME not in sheet.to_csv().decode("utf-8-sig")
    assert len(sheet.lines) == 2


def test_a_merge_that_was_undone_leads_nowhere_else(
    register: Register, merged: tuple[str, str]
) -> None:
    _, old = merged
    with writing(register.engine) as session:
        undo_merge(session, "MA", 1, actor=COMMAND, now=register.now)

    assert [entry.code for entry in vendors_of(register, old).entries] == [old]
