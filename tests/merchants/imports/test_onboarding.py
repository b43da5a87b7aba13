"""One stall registered at the stall itself, under the rules of the sheet and of consent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.database import writing
from merchants.acceptance.entry import MOMO_STORE
from merchants.actors import Actor
from merchants.errors import EntryRefused, MarketNotFound
from merchants.imports.entry import OTHER_PERSON, LinkBy, OnboardingEntry
from merchants.imports.onboarding import Onboarded, OnboardingRefused, onboard
from merchants.kinds import (
    AccountChangeState,
    ConsentChannel,
    ConsentPurpose,
    NameMatch,
    StallState,
    TeamKind,
    VendorState,
)
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    Market,
    RegisterEvent,
    Stall,
    StallHolding,
    Team,
    TeamMember,
    Vendor,
    Zone,
)
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.posters.test_issue import issue
from tests.merchants.queries import counted
from tests.merchants.sheet_files import VACANT, row

NOTICE = "2026-11"
ENTRY = OnboardingEntry(
    stall_code="a027",
    zone="Khu A",
    goods_group="Rau rừng",
    full_name="Triệu Thị Ghển",
    phone="0912 000 178",
    link_by=LinkBy.PAPER,
    bank="Agribank",
    account="8800 205 112 234",
    holder_name="TRIEU THI GHEN",
    display_name="Rau rừng cô Ghển",
    is_poster_only=False,
    purposes=frozenset(ConsentPurpose) - {ConsentPurpose.CONTACT},
    is_read_aloud=True,
    channel=ConsentChannel.SPOKEN,
    notice_version=NOTICE,
    evidence_sha256="ab" * 32,
    witness="Lò Thị Mai",
)
STAFF = Actor(kind="staff", name="7")


@pytest.fixture
def market(register: Register) -> Register:
    """Market MA with the vacant stall A027."""
    register.take(row(**VACANT | {"stall": "A027"}))
    return register


def take(register: Register, entry: OnboardingEntry = ENTRY, **options: Any) -> Onboarded:
    chosen = {"sealer": register.sealer, "actor": STAFF, "now": register.now} | options
    with writing(register.engine) as session:
        return onboard(session, options.pop("market_code", "MA"), entry, **chosen)


def faults(register: Register, **changes: Any) -> dict[str, str]:
    before = register.dump()
    with pytest.raises(OnboardingRefused) as refused:
        take(register, replace(ENTRY, **changes))
    assert register.dump() == before
    return dict(refused.value.faults)


def test_a_stall_is_registered_whole(market: Register) -> None:
    done = take(market)

    stall, vendor, point = market.one(Stall), market.one(Vendor), market.one(AcceptancePoint)
    assert (stall.code, stall.state, stall.goods_group) == ("A027", StallState.OCCUPIED, "Rau rừng")
    assert (vendor.full_name, vendor.display_name) == ("Triệu Thị Ghển", "Rau rừng cô Ghển")
    assert vendor.search_text == "trieu thi ghen rau rung co ghen"
    assert market.sealer.open(vendor.phone_sealed) == "+84912000178"
    assert market.sealer.open(point.account_sealed) == "8800205112234"
    assert (point.name_match, point.account_tail) == (NameMatch.NORMALISED, "2234")
    assert vendor.state is VendorState.NAME_MATCHED
    assert not vendor.is_poster_only
    assert market.one(StallHolding).vendor_id == vendor.id
    assert (done.stall_code, done.vendor_code, done.change) == ("A027", vendor.code, "taken")
    assert done.remarks == ()


def test_consents_stand_by_purpose_with_their_proof(market: Register) -> None:
    take(market)

    consents = market.all(Consent)
    assert {each.purpose for each in consents} == set(ENTRY.purposes)
    assert {(each.channel, each.notice_version, each.is_read_aloud) for each in consents} == {
        (ConsentChannel.SPOKEN, NOTICE, True)
    }
    assert market.one(Vendor).consented_on == market.now.date()


def test_who_keeps_payments_to_themselves_gets_the_poster_only(market: Register) -> None:
    purposes = frozenset({ConsentPurpose.ONBOARDING, ConsentPurpose.POSTER})
    take(market, replace(ENTRY, is_poster_only=True, purposes=purposes))

    assert market.one(Vendor).is_poster_only
    assert len(issue(market)) == 1


def test_what_a_helper_does_names_the_helper(market: Register) -> None:
    with writing(market.engine) as session:
        first = session.exec(select(Market).where(Market.code == "MA")).one()
        team = Team(
            market_id=first.id, kind=TeamKind.HAMLET, name="Tổ 1", from_on=market.now.date()
        )
        session.add(team)
        session.flush()
        session.add(TeamMember(team_id=team.id, full_name="Lò Thị Mai", from_on=market.now.date()))
    market_events = len(market.all(RegisterEvent))
    take(market, actor=Actor(kind="staff", name="7", assisted_by_id=1))

    events = market.all(RegisterEvent)[market_events:]
    assert len(events) > 3
    assert {(each.actor, each.assisted_by_id) for each in events} == {("staff:7", 1)}
    assert {each.assisted_by_id for each in market.all(Consent)} == {1}


def test_the_same_entry_again_changes_nothing(market: Register) -> None:
    take(market)
    before, consents = market.dump(), len(market.all(Consent))
    events = len(market.all(RegisterEvent))

    again = take(market)

    assert again.change == "same"
    assert market.dump() == before
    assert (len(market.all(Consent)), len(market.all(RegisterEvent))) == (consents, events)


@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"phone": "0912 000 1"}, "phone", "Có 8 chữ số, số di động cần 10"),
        ({"phone": "", "link_by": LinkBy.SMS}, "phone", "Để trống"),
        ({"link_by": None}, "link_by", "Chọn cách"),
        ({"account": "8800 205 11223"}, "account", "Có 12 chữ số, Agribank cần 13"),
        ({"account": ""}, "account", "Để trống"),
        ({"account": "", "bank": ""}, "account", "Để trống"),
        ({"bank": "Ngân hàng Mây"}, "bank", "không có trong danh sách VietQR"),
        ({"bank": MOMO_STORE, "account": "có dấu"}, "account", "chưa đúng dạng"),
        ({"holder_name": ""}, "holder_name", "Để trống"),
        ({"holder_name": "<b>"}, "holder_name", "Có ký tự"),
        ({"full_name": ""}, "full_name", "Để trống"),
        ({"full_name": "x" * 81}, "full_name", "tối đa 80"),
        ({"display_name": "y" * 81}, "display_name", "tối đa 80"),
        ({"display_name": "Rau 🥬 sạch"}, "display_name", "không in được lên tấm mã"),
        ({"stall_code": ""}, "stall_code", "Để trống"),
        ({"stall_code": "Sạp của cô"}, "stall_code", "1 đến 12 ký tự"),
        ({"stall_code": "A999"}, "stall_code", "Sổ chợ chưa có gian A999"),
        ({"purposes": frozenset()}, "purposes", "Cần đọc"),
        ({"is_poster_only": None}, "is_poster_only", "chọn một trong hai"),
        ({"is_poster_only": True}, "is_poster_only", "bỏ dấu"),
        ({"channel": None}, "channel", "Chọn cách"),
        ({"channel": ConsentChannel.SHEET}, "channel", "Chọn cách"),
        ({"is_read_aloud": False}, "is_read_aloud", "đọc to"),
        ({"notice_version": "2020-01"}, "purposes", "bản mới"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(
    market: Register, changes: dict[str, Any], field: str, told: str
) -> None:
    found = faults(market, **changes)

    assert list(found) == [field]
    assert told in found[field]


def test_all_faults_are_told_at_once(market: Register) -> None:
    found = faults(market, phone="1", purposes=frozenset())

    assert set(found) == {"phone", "purposes"}


def test_a_vendor_without_payments_agreed_to_cannot_be_shown_them(market: Register) -> None:
    found = faults(market, purposes=frozenset({ConsentPurpose.ONBOARDING, ConsentPurpose.POSTER}))

    assert list(found) == ["is_poster_only"]


def test_a_new_stall_is_added_when_it_is_meant(market: Register) -> None:
    take(market, replace(ENTRY, stall_code="A999", zone="Khu Z", is_new_stall=True))

    assert [stall.code for stall in market.all(Stall)] == ["A027", "A999"]
    assert [zone.name for zone in market.all(Zone)] == ["Khu A", "Khu Z"]


def test_an_unknown_market_is_refused(market: Register) -> None:
    with pytest.raises(MarketNotFound), writing(market.engine) as session:
        onboard(session, "QQ", ENTRY, sealer=market.sealer, actor=STAFF, now=market.now)


def test_a_momo_store_code_is_a_wallet(market: Register) -> None:
    take(market, replace(ENTRY, bank=MOMO_STORE, account="STORE01"))

    assert market.one(AcceptancePoint).feed_provider == "momo"


def test_a_draft_keeps_what_can_be_read(market: Register) -> None:
    draft = replace(
        ENTRY, phone="0912 000 1", account="8800 205 11223", purposes=frozenset(),
        is_poster_only=None, link_by=None, channel=None, is_draft=True,
    )  # fmt: skip
    done = take(market, draft)

    vendor = market.one(Vendor)
    assert (vendor.full_name, vendor.phone_hash, vendor.state) == (
        "Triệu Thị Ghển", None, VendorState.LISTED,
    )  # fmt: skip
    assert market.all(AcceptancePoint) == []
    assert any("12" in remark for remark in done.remarks)


def test_a_draft_with_a_phone_is_data_captured_and_is_finished_later(market: Register) -> None:
    draft = replace(ENTRY, bank="", account="", holder_name="", purposes=frozenset(), is_draft=True)
    take(market, draft)
    first = market.one(Vendor)
    take(market, replace(ENTRY, phone=""))

    assert first.state is VendorState.DATA_CAPTURED
    assert market.one(Vendor).id == first.id
    assert market.one(Vendor).state is VendorState.NAME_MATCHED


def test_a_draft_without_a_name_is_refused(market: Register) -> None:
    assert list(faults(market, full_name="", is_draft=True)) == ["full_name"]


def test_a_known_phone_asks_whether_it_is_the_same_person(market: Register) -> None:
    market.take(other_row(1, stall="A013", phone="0912000178"))

    with pytest.raises(OnboardingRefused) as asked:
        take(market)

    (person,) = asked.value.people
    assert (person.full_name, person.stall_codes) == ("Trần Văn Bình", ("A013",))
    assert (person.has_phone, person.has_account) == (True, False)
    assert asked.value.faults == {
        "same_as": "Số điện thoại đã có ở gian A013 (Trần Văn Bình): cùng người?"
    }


def test_the_same_person_gets_a_second_stall(market: Register) -> None:
    market.take(other_row(1, stall="A013", phone="0912000178"))
    known = market.one(Vendor)

    take(market, replace(ENTRY, bank="", account="", holder_name="", same_as=known.code))

    assert market.one(Vendor).id == known.id
    assert len(market.all(StallHolding)) == 2


def test_another_person_may_share_a_phone(market: Register) -> None:
    market.take(other_row(1, stall="A013", phone="0912000178"))

    take(market, replace(ENTRY, same_as=OTHER_PERSON))

    assert len(market.all(Vendor)) == 2


def test_a_namesake_with_the_same_phone_is_the_same_person(market: Register) -> None:
    market.take(other_row(1, stall="A013", phone="0912000178", name="Triệu Thị Ghển"))

    assert list(faults(market, same_as=OTHER_PERSON)) == ["same_as"]


def test_a_stall_that_somebody_else_holds_is_refused(market: Register) -> None:
    market.take(other_row(1, stall="A027"))

    found = faults(market)

    assert list(found) == ["stall_code"]
    assert "đang do Trần Văn Bình giữ" in found["stall_code"]
    assert "nhập dòng" not in found["stall_code"]


def test_another_account_of_a_known_vendor_is_only_proposed(market: Register) -> None:
    take(market)

    done = take(market, replace(ENTRY, account="8800205119999"))

    assert done.is_account_proposed
    change = market.one(AccountChange)
    assert (change.account_tail, change.state) == ("9999", AccountChangeState.PROPOSED)
    assert change.proposed_by == "staff:7"
    assert market.one(AcceptancePoint).account_tail == "2234"


def test_a_withdrawn_consent_does_not_come_back_by_itself(market: Register) -> None:
    take(market)
    later = market.now + timedelta(days=1)
    with writing(market.engine) as session:
        session.execute(sa.update(Consent).values(withdrawn_at=later))
        session.execute(sa.update(Vendor).values(consented_on=None))

    with pytest.raises(EntryRefused):
        take(market, replace(ENTRY, purposes=frozenset()), now=later)


def test_it_asks_the_same_number_of_queries_in_a_larger_market(market: Register) -> None:
    market.take(row(**VACANT | {"stall": "A028"}))
    sent_by_size = []
    for number, stall in enumerate(("A027", "A028")):
        entry = replace(
            ENTRY, stall_code=stall, phone=f"091200010{number}", account=f"880020511220{number}"
        )
        with counted(market.engine) as sent:
            take(market, entry)
        sent_by_size.append(len(sent))
        market.take(*(other_row(n) for n in range(30)))

    assert sent_by_size[0] == sent_by_size[1]
