"""The list of vendors, the file of one, and the five steps, on both databases."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.errors import CursorUnreadable, VendorNotFound
from merchants.kinds import VendorState
from merchants.lifecycle.step_line import STAGES, step_line
from merchants.lifecycle.steps import VendorFacts
from merchants.posters.issue import issue_posters
from merchants.sort_names import sort_key
from merchants.tables import Vendor
from merchants.vendors.file import held_stall_codes, vendor_file, vendor_in_market
from merchants.vendors.holdings import leave_stall
from merchants.vendors.listing import Holding, VendorPage, VendorQuery, list_market_vendors
from merchants.vendors.merging import merge_vendors
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.queries import counted
from tests.merchants.sheet_files import row

NAMES = ["Vàng Thị Ơn", "Đỗ Văn An", "Trần Thị Ân", "Lò Văn Đạt", "Hà Thị Dung"]
S = VendorState


def people(register: Register) -> None:
    register.take(
        *(
            other_row(n, name=name, holder="", phone=f"09120000{n:02}", account="", bank="")
            for n, name in enumerate(NAMES)
        )
    )


def listed(register: Register, **asked: object) -> VendorPage:
    with reading(register.engine) as session:
        query = VendorQuery(**asked)  # type: ignore[arg-type]
        return list_market_vendors(session, "MA", query, sealer=register.sealer)


def test_pages_together_are_the_whole_list_in_vietnamese_order(register: Register) -> None:
    people(register)
    found, after = [], ""
    while True:
        page = listed(register, limit=2, after=after)
        found += [one.full_name for one in page.entries]
        if page.next is None:
            break
        after = page.next

    assert found == sorted(NAMES, key=sort_key)
    assert [one.full_name for one in listed(register, skip=1, limit=1).entries] == found[1:2]


@pytest.mark.parametrize("cursor", ["x", "é", "W10", "WyJhIiwxXQ", "WyIxIiwwXQ", "WyIxIixudWxsXQ"])
def test_a_cursor_of_somebody_elses_is_refused(register: Register, cursor: str) -> None:
    with pytest.raises(CursorUnreadable):
        listed(register, after=cursor)


def test_who_holds_no_stall_is_listed_too_and_merged_records_are_not(register: Register) -> None:
    people(register)
    with writing(register.engine) as session:
        leave_stall(session, "MA", "B001", date(2026, 11, 21), actor=COMMAND, now=register.now)
        first, _, last, *_ = session.exec(select(Vendor).order_by(col(Vendor.id))).all()
        merge_vendors(session, first, last, actor=COMMAND, now=register.now)

    assert listed(register).counts == {Holding.ANY: 4, Holding.WITH: 3, Holding.WITHOUT: 1}
    (without,) = listed(register, holding=Holding.WITHOUT).entries
    assert (without.full_name, without.stall_codes, without.state) == ("Đỗ Văn An", (), S.EXITED)
    assert "Trần Thị Ân" not in [one.full_name for one in listed(register).entries]
    (kept,) = listed(register, text="vang thi on").entries
    assert kept.stall_codes == ("B000", "B002")


def test_text_and_state_narrow_the_list(register: Register) -> None:
    people(register)

    assert [one.full_name for one in listed(register, text="do van an").entries] == ["Đỗ Văn An"]
    assert listed(register, state=S.ACTIVE).entries == ()
    assert listed(register, text="'; drop table vendor; --").total == 0


def test_a_vendor_is_found_by_stall_and_by_account_holder(register: Register) -> None:
    people(register)
    register.take(row(stall="Z77", name="Vàng A Sử", holder="SUNG VAN VINH", account="1012349999"))

    for text in ("Z77", "z77", "sung van vinh", "SÙNG VĂN VINH"):
        assert [one.full_name for one in listed(register, text=text).entries] == ["Vàng A Sử"], text


@pytest.mark.parametrize("vendors", [3, 30])
def test_the_list_takes_the_same_statements_however_many(register: Register, vendors: int) -> None:
    register.take(*(other_row(number) for number in range(vendors)))

    with counted(register.engine) as sent:
        listed(register)

    assert len([each for each in sent if each.startswith("SELECT")]) == 4


@pytest.mark.parametrize("others", [0, 30])
def test_a_file_takes_the_same_statements_whatever_hangs_on_it(
    register: Register, others: int
) -> None:
    register.take(row(), *(other_row(number) for number in range(others)))
    with writing(register.engine) as session:
        issue_posters(
            session, "MA", sealer=register.sealer, now=register.now, verification_key="key"
        )
    code = min(vendor.code for vendor in register.all(Vendor))

    with counted(register.engine) as sent, reading(register.engine) as session:
        vendor = vendor_in_market(session, "MA", code)
        told = vendor_file(session, vendor, now=register.now + timedelta(days=4))

    assert len([each for each in sent if each.startswith("SELECT")]) == 18
    assert (told.state, told.line.number) == (S.POSTER_ISSUED, 5)
    assert [stage.waiting_days for stage in told.line.stages] == [0, 0, 0, 0, 4]
    assert [stage.is_late for stage in told.line.stages] == [False] * 4 + [True]
    assert [stall.stall_code for stall in told.held_now] == ["A001"]
    assert [poster.stall_code for poster in told.posters] == ["A001"]


def test_a_vendor_is_found_in_the_own_market_only(register: Register) -> None:
    register.take(row())
    code = register.one(Vendor).code

    with reading(register.engine) as session:
        assert held_stall_codes(session, vendor_in_market(session, "MA", code)) == ["A001"]
        with pytest.raises(VendorNotFound):
            vendor_in_market(session, "LG", code)


AT = datetime(2026, 11, 1, 3, tzinfo=UTC)
FACTS = st.builds(
    VendorFacts,
    has_details=st.booleans(),
    has_consented=st.booleans(),
    has_account=st.booleans(),
    has_matched_name=st.booleans(),
    has_poster=st.booleans(),
    has_installed_poster=st.booleans(),
)


@given(FACTS, st.dictionaries(st.sampled_from(S), st.integers(0, 20)), st.integers(0, 40))
def test_the_five_steps_are_done_from_the_first_on_and_one_is_next(
    facts: VendorFacts, reached: dict[VendorState, int], later: int
) -> None:
    reached_at = {state: AT + timedelta(days=day) for state, day in reached.items()}
    now = AT + timedelta(days=later)

    line = step_line(facts, reached_at, registered_at=AT, now=now)

    done = [stage.is_done for stage in line.stages]
    assert done == sorted(done, reverse=True)
    assert line.number == sum(done) + 1
    assert [stage.is_next for stage in line.stages].count(True) == (0 if all(done) else 1)
    assert all(stage.waiting_days == 0 for stage in line.stages if not stage.is_next)
    assert all(0 <= stage.waiting_days <= later for stage in line.stages)
    assert [stage.key for stage in line.stages] == [stage.key for stage in STAGES]
