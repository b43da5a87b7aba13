"""An import undone leaves the register as it was, or says what was changed since; never half."""

import itertools
import random
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from sqlmodel import Session, select

from market.database import open_engine, reading, writing
from merchants.errors import (
    ImportChangedSince,
    ImportFileForgotten,
    ImportNotFound,
    ImportStepRefused,
    NewerImportStands,
)
from merchants.imports.steps import find_import, forget_files
from merchants.kinds import (
    AcceptancePointState,
    AccountChangeState,
    EventAction,
    ImportState,
    PosterState,
    StallState,
    VendorState,
)
from merchants.posters.issue import issue_posters
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    Poster,
    RegisterEvent,
    SheetImport,
    SheetImportChange,
    Stall,
    StallHolding,
    Vendor,
    Zone,
)
from tests.merchants.conftest import Register, fill
from tests.merchants.imports.import_world import everything, record_of, take_in, undo
from tests.merchants.imports.test_register import other_row
from tests.merchants.imports.test_register_properties import sheets
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row


@pytest.fixture
def fresh(tmp_path: Path, sqlite_template: Path, sealer: Sealer) -> Callable[[], Register]:
    """Give a register with the demonstration markets and nothing else, as often as asked."""
    numbers = itertools.count()

    def make() -> Register:
        path = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copy(sqlite_template, path)
        return fill(open_engine(f"sqlite:///{path}"), sealer)

    return make


def issue(register: Register, session: Session, **options: Any) -> None:
    """Issue posters in market MA."""
    terms: dict[str, Any] = {"sealer": register.sealer, "now": register.now}
    issue_posters(session, "MA", verification_key="test-key", **terms, **options)


@settings(max_examples=40)
@given(sheets, sheets)
def test_undoing_an_import_leaves_the_register_as_before(
    fresh: Callable[[], Register], before: list[dict[str, object]], rows: list[dict[str, object]]
) -> None:
    register = fresh()
    register.take(*before)
    registered = everything(register)

    import_id = take_in(register, *rows)
    undo(register, import_id)

    assert everything(register) == registered
    register.engine.dispose()


@settings(max_examples=15)
@given(sheets, sheets)
def test_imports_undone_newest_first_leave_an_empty_register(
    fresh: Callable[[], Register], first: list[dict[str, object]], second: list[dict[str, object]]
) -> None:
    register = fresh()
    empty = everything(register)

    one = take_in(register, *first)
    register.now += timedelta(hours=1)
    other = take_in(register, *second)
    undo(register, other)
    undo(register, one)

    assert everything(register) == empty
    register.engine.dispose()


@settings(max_examples=15)
@given(sheets)
def test_an_undone_import_can_be_taken_in_again(
    fresh: Callable[[], Register], rows: list[dict[str, object]]
) -> None:
    register = fresh()
    undo(register, take_in(register, *rows))

    again = register.take(*rows)

    assert {each.change for each in again.rows} <= {"created", "changed", "same", "none"}
    assert {each.change for each in register.take(*rows).rows} <= {"same", "none"}
    register.engine.dispose()


def test_everything_an_import_made_goes(register: Register) -> None:
    empty = everything(register)
    import_id = take_in(register, row(), other_row(1), row(**VACANT | {"stall": "C1"}))

    undone = undo(register, import_id)

    assert everything(register) == empty
    assert (undone.ended, undone.restored) == (0, 0)
    record = record_of(register, import_id)
    assert (record.state, record.undone_by) == (ImportState.UNDONE, "staff:8")
    assert record.undone_at == register.now
    assert record.file_sealed is None


def test_what_an_import_changed_comes_back(register: Register) -> None:
    register.take(row(), other_row(1))
    registered = everything(register)

    import_id = take_in(
        register,
        row(goods="Thịt", zone="Khu B", business="HKD Hương", phone="0987654321"),
        row(**VACANT | {"stall": "B001"}),
    )
    undone = undo(register, import_id)

    assert everything(register) == registered
    assert undone.restored > 0


def test_events_stay_and_say_who_undid(register: Register) -> None:
    import_id = take_in(register, row())
    codes = [vendor.code for vendor in register.all(Vendor)]

    undo(register, import_id)

    events = register.all(RegisterEvent)
    assert {event.action for event in events} >= {"registered", "stall_taken", "import_undone"}
    mine = [event for event in events if event.import_id == import_id]
    registered = [event for event in mine if event.action == EventAction.REGISTERED]
    assert {event.subject for event in registered} == {f"vendor:{codes[0]}", "stall:A001"}
    assert all(event.vendor_id is None and event.stall_id is None for event in registered)
    (undone,) = [event for event in events if event.action == EventAction.IMPORT_UNDONE]
    assert (undone.actor, undone.import_id) == ("staff:8", import_id)


def test_a_vendor_with_a_poster_by_now_ends_and_does_not_vanish(register: Register) -> None:
    import_id = take_in(register, row(), other_row(1))
    with writing(register.engine) as session:
        issue(register, session, stall_codes=["A001"])

    undone = undo(register, import_id)

    (vendor,) = register.all(Vendor)
    assert (vendor.full_name, vendor.state) == ("Nguyễn Thị Hương", VendorState.EXITED)
    (holding,) = register.all(StallHolding)
    assert holding.to_on == date(2026, 11, 21)
    (point,) = register.all(AcceptancePoint)
    assert (point.state, point.valid_to) == (AcceptancePointState.CLOSED, date(2026, 11, 21))
    (poster,) = register.all(Poster)
    assert (poster.state, poster.ended_on) == (PosterState.REVOKED, date(2026, 11, 21))
    (stall,) = register.all(Stall)
    assert (stall.code, stall.state) == ("A001", StallState.VACANT)
    assert len(register.all(Zone)) == 1
    assert undone.ended == 2


def test_what_people_changed_since_stops_the_undoing(register: Register) -> None:
    import_id = take_in(register, row(), other_row(1))
    with writing(register.engine) as session:
        stall = session.exec(select(Stall).where(Stall.code == "B001")).one()
        stall.goods_group = "Hoa quả"
        vendor = session.exec(select(Vendor).where(Vendor.full_name == "Nguyễn Thị Hương")).one()
        vendor.phone_hash = "f" * 64
    before = everything(register)

    with pytest.raises(ImportChangedSince) as refusal:
        undo(register, import_id)

    assert refusal.value.changed == (("A001", "Điện thoại"), ("B001", "Ngành hàng"))
    assert everything(register) == before
    assert record_of(register, import_id).state is ImportState.WRITTEN


def test_a_stall_taken_again_since_is_not_given_back(register: Register) -> None:
    register.take(row())
    import_id = take_in(register, row(**VACANT))
    register.take(other_row(1, stall="A001"), market_code="MA")
    with writing(register.engine) as session:
        # The newer import is out of the way, what it did is not.
        session.connection().execute(
            sa.update(SheetImport).where(sa.column("id") != import_id).values(rows_changed=0)
        )

    with pytest.raises(ImportChangedSince) as refusal:
        undo(register, import_id)

    assert ("A001", "Tình trạng gian hàng") in refusal.value.changed


def test_a_holding_that_has_a_successor_is_not_opened_again(register: Register) -> None:
    register.take(row())
    import_id = take_in(register, row(**VACANT))
    with writing(register.engine) as session:
        vendor = session.exec(select(Vendor)).one()
        stall = session.exec(select(Stall)).one()
        session.add(
            StallHolding(stall_id=stall.id, vendor_id=vendor.id, from_on=date(2026, 11, 21))
        )

    with pytest.raises(ImportChangedSince) as refusal:
        undo(register, import_id)

    assert refusal.value.changed == (("A001", "Người giữ gian"),)


def test_imports_are_undone_newest_first(register: Register) -> None:
    first = take_in(register, row())
    second = take_in(register, other_row(1))
    other_market = take_in(register, other_row(2, market="DC"), market="DC")

    with pytest.raises(NewerImportStands) as refusal:
        undo(register, first)

    assert (refusal.value.import_id, refusal.value.newer_id) == (first, second)
    undo(register, second)
    undo(register, first)
    assert [vendor.full_name for vendor in register.all(Vendor)] == ["Trần Văn Chi"]
    assert record_of(register, other_market).state is ImportState.WRITTEN


def test_an_import_that_changed_nothing_stands_in_nobodys_way(register: Register) -> None:
    first = take_in(register, row())
    take_in(register, row())

    undo(register, first)

    assert register.all(Vendor) == []


def test_undoing_twice_is_refused(register: Register) -> None:
    import_id = take_in(register, row())
    undo(register, import_id)

    with pytest.raises(ImportStepRefused, match="it cannot be undone"):
        undo(register, import_id)


def test_an_import_of_another_market_is_not_found(register: Register) -> None:
    import_id = take_in(register, row())

    with pytest.raises(ImportNotFound):
        undo(register, import_id, market="DC")


def test_a_proposed_account_goes_with_the_import(register: Register) -> None:
    register.take(row())
    import_id = take_in(register, row(account="0123456788834"))
    assert len(register.all(AccountChange)) == 1

    undo(register, import_id)

    assert register.all(AccountChange) == []


def test_a_proposal_decided_since_stops_the_undoing(register: Register) -> None:
    register.take(row())
    import_id = take_in(register, row(account="0123456788834"))
    with writing(register.engine) as session:
        session.exec(select(AccountChange)).one().state = AccountChangeState.REJECTED

    with pytest.raises(ImportChangedSince) as refusal:
        undo(register, import_id)

    assert refusal.value.changed == (("A001", "Đề nghị đổi tài khoản"),)


def test_consents_of_the_sheet_go_with_it(register: Register) -> None:
    register.take(row(consented=""))
    import_id = take_in(register, row())
    assert len(register.all(Consent)) > 0

    undo(register, import_id)

    assert register.all(Consent) == []
    assert register.one(Vendor).consented_on is None
    assert register.one(Vendor).state is VendorState.DATA_CAPTURED


def test_steps_taken_since_are_judged_from_the_facts(register: Register) -> None:
    register.take(row(bank="", account="", holder=""))
    import_id = take_in(register, row())
    with writing(register.engine) as session:
        issue(register, session)

    undo(register, import_id)

    assert register.one(Vendor).state is VendorState.CONSENTED
    assert register.one(AcceptancePoint).state is AcceptancePointState.CLOSED
    assert register.one(Poster).state is PosterState.REVOKED


def test_a_version_never_goes_down(register: Register) -> None:
    register.take(row())
    import_id = take_in(register, row(business="HKD Hương"))

    undo(register, import_id)

    assert register.one(Vendor).version == 3


def test_a_forgotten_import_cannot_be_undone(register: Register) -> None:
    import_id = take_in(register, row(), other_row(1, bank="Không Có"))
    with writing(register.engine) as session:
        assert forget_files(session, register.now) == 0
        assert forget_files(session, register.now + timedelta(days=30)) == 1

    assert register.all(SheetImportChange) == []
    with pytest.raises(ImportFileForgotten):
        undo(register, import_id)


def test_sealed_values_stay_sealed_in_what_is_kept(register: Register) -> None:
    register.take(row())
    take_in(register, row(phone="0987654321"), other_row(1, account="0999999999999"))

    kept = "".join(each.before + each.after for each in register.all(SheetImportChange))

    assert "0999999999999" not in kept
    assert "912345678" not in kept
    assert "987654321" not in kept


def test_the_number_of_statements_does_not_grow_with_the_rows(register: Register) -> None:
    counts = []
    for first, last in ((1, 3), (10, 90)):
        import_id = take_in(register, *[other_row(n) for n in range(first, last)])
        with counted(register.engine) as sent:
            undo(register, import_id)
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert counts[0] <= 60


def test_an_import_is_found_in_its_own_market_only(register: Register) -> None:
    import_id = take_in(register, row())

    with reading(register.engine) as session:
        assert find_import(session, "MA", import_id).id == import_id
        with pytest.raises(ImportNotFound, match=str(import_id)):
            find_import(session, "LG", import_id)


def test_rows_of_the_sheet_may_come_in_any_order_to_be_undone(register: Register) -> None:
    rows = [other_row(n) for n in range(8)]
    random.Random(4).shuffle(rows)
    empty = everything(register)

    undo(register, take_in(register, *rows))

    assert everything(register) == empty
