"""A stall that somebody holds: its form writes over nothing it never showed, and renames nobody by chance."""

from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.errors import ChangedMeanwhile
from merchants.imports.entry import LinkBy, OnboardingEntry
from merchants.imports.held_stall import SeenStall
from merchants.kinds import ConsentChannel, NameMatch
from merchants.tables import AcceptancePoint, Consent, RegisterEvent, Stall, StallHolding, Vendor
from merchants.vendors.changed_since import last_event_id
from merchants.vendors.details import VendorChanges
from merchants.vendors.edit import change_vendor
from tests.merchants.conftest import Register
from tests.merchants.imports.test_onboarding import ENTRY, faults, take
from tests.merchants.posters.test_issue import issue
from tests.merchants.sheet_files import VACANT, row

OTHER = Actor(kind="staff", name="9")


@pytest.fixture
def market(register: Register) -> Register:
    """Market MA with the vacant stall A027."""
    register.take(row(**{**VACANT, "stall": "A027"}))
    return register


def seen(register: Register) -> SeenStall:
    """What a form of A027 sees when it is opened now."""
    with reading(register.engine) as session:
        stall = session.exec(select(Stall).where(Stall.code == "A027")).one()
        held = select(StallHolding).where(StallHolding.stall_id == stall.id)
        holding = session.exec(held).one_or_none()
        vendor = session.get_one(Vendor, holding.vendor_id) if holding else None
        return SeenStall(
            vendor_code=(vendor.code or "") if vendor else "",
            event_id=last_event_id(
                session, stall_id=stall.id or 0, vendor_id=vendor.id if vendor else None
            ),
        )


def again(register: Register, **changes: Any) -> OnboardingEntry:
    """The entry of a form that shows the registered vendor: sealed numbers are not typed again."""
    untyped = {"phone": "", "account": "", "bank": "", "holder_name": "", "purposes": frozenset()}
    known = {"is_poster_only": None, "seen": seen(register)}
    return replace(ENTRY, **untyped | known | changes)


def refuse_changed(register: Register, entry: OnboardingEntry) -> ChangedMeanwhile:
    before = register.dump()
    with pytest.raises(ChangedMeanwhile) as refused:
        take(register, entry)
    assert register.dump() == before
    return refused.value


def test_the_second_to_register_a_vacant_stall_is_told_of_the_first(market: Register) -> None:
    opened = seen(market)
    take(market, replace(ENTRY, seen=opened), actor=OTHER)

    told = refuse_changed(market, replace(ENTRY, goods_group="Thịt", seen=opened))

    assert {each.actor for each in told.changes} == {"staff:9"}
    assert "stall_taken" in {each.field for each in told.changes}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"business_name": "Rau sạch Ghển"}, "business_name"),
        ({"display_name": "Cô Ghển"}, "display_name"),
        ({"goods_group": "Thịt"}, "stall:goods_group"),
        ({"zone": "Khu B"}, "stall:zone_id"),
        ({"bank": "BIDV", "account": "12010001234567", "holder_name": "TRIEU THI GHEN"}, "account"),
        ({"holder_name": "TRIEU THI GHENH"}, "account:1"),
    ],
)
def test_whatever_the_first_changed_stops_the_second(
    market: Register, changes: dict[str, Any], field: str
) -> None:
    take(market)
    opened = seen(market)
    take(market, again(market, **changes), actor=OTHER)

    told = refuse_changed(market, replace(again(market, goods_group="Cá"), seen=opened))

    assert any(each.field.startswith(field) for each in told.changes)
    assert {each.actor for each in told.changes} == {"staff:9"}


def test_a_change_on_the_vendors_own_page_stops_the_form_too(market: Register) -> None:
    take(market)
    opened = seen(market)
    with writing(market.engine) as session:
        vendor = session.exec(select(Vendor)).one()
        change_vendor(
            session, vendor.code or "", VendorChanges(display_name="Ghển"),
            version=vendor.version, sealer=market.sealer, actor=OTHER, now=market.now,
        )  # fmt: skip

    told = refuse_changed(market, replace(again(market), seen=opened))

    assert [each.field for each in told.changes] == ["display_name"]


def test_a_poster_issued_meanwhile_changes_nothing_the_form_shows(market: Register) -> None:
    take(market)
    opened = seen(market)
    assert len(issue(market)) == 1

    take(market, replace(again(market, goods_group="Cá"), seen=opened))

    assert market.one(Stall).goods_group == "Cá"


def test_a_form_opened_after_the_change_writes(market: Register) -> None:
    take(market)
    take(market, again(market, goods_group="Thịt"), actor=OTHER)

    take(market, again(market, goods_group="Cá"))

    assert market.one(Stall).goods_group == "Cá"


def test_a_new_stalls_form_never_writes_on_a_held_stall(market: Register) -> None:
    take(market)
    blind = SeenStall(vendor_code="", event_id=None)

    for name in ("Lò Văn Páo", "Triệu Thị Ghển"):
        found = faults(market, full_name=name, seen=blind)
        assert list(found) == ["stall_code"]
        assert "Gian A027 đã ghi cho Triệu Thị Ghển" in found["stall_code"]


def test_who_had_not_seen_the_holder_renames_nobody_by_a_shared_number(market: Register) -> None:
    take(market)

    found = faults(market, full_name="Lò Văn Páo")

    assert list(found) == ["stall_code"]
    assert "đang do Triệu Thị Ghển giữ" in found["stall_code"]


def test_a_name_is_corrected_without_typing_the_sealed_numbers(market: Register) -> None:
    take(market)
    phone = market.one(Vendor).phone_hash

    take(market, again(market, full_name="Triệu Thị Ghến"))

    vendor = market.one(Vendor)
    assert (vendor.full_name, vendor.phone_hash) == ("Triệu Thị Ghến", phone)
    assert len(market.all(StallHolding)) == 1


def test_another_name_with_another_number_is_another_person(market: Register) -> None:
    take(market)

    found = faults(
        market, full_name="Lò Văn Páo", phone="0987654321", account="", bank="", holder_name="",
        seen=seen(market),
    )  # fmt: skip

    assert list(found) == ["full_name"]
    assert "Cả tên và số đều khác Triệu Thị Ghển" in found["full_name"]


def test_a_draft_without_numbers_is_renamed_and_given_its_first_ones(market: Register) -> None:
    draft = replace(
        ENTRY, phone="", bank="", account="", holder_name="", purposes=frozenset(), is_draft=True
    )
    take(market, replace(draft, full_name="Triệu Thị Gen"))

    take(market, replace(ENTRY, seen=seen(market)))

    assert market.one(Vendor).full_name == "Triệu Thị Ghển"
    assert len(market.all(AcceptancePoint)) == 1


def test_the_account_holders_name_is_corrected_without_its_number(market: Register) -> None:
    take(market, replace(ENTRY, holder_name="TRAN VAN BINH"))
    assert market.one(AcceptancePoint).name_match is NameMatch.MISMATCH

    take(market, again(market, holder_name="TRIEU THI GHEN"))

    assert market.one(AcceptancePoint).name_match is NameMatch.NORMALISED


def test_an_emptied_name_is_taken_away_by_who_saw_it(market: Register) -> None:
    take(market, replace(ENTRY, business_name="Rau sạch Ghển"))

    take(market, again(market, display_name="", business_name=""))

    vendor = market.one(Vendor)
    assert (vendor.display_name, vendor.business_name) == ("", "")


def test_an_empty_field_of_who_saw_nothing_takes_nothing_away(market: Register) -> None:
    take(market, replace(ENTRY, business_name="Rau sạch Ghển"))

    take(market, replace(ENTRY, display_name=""))

    vendor = market.one(Vendor)
    assert (vendor.display_name, vendor.business_name) == ("Rau rừng cô Ghển", "Rau sạch Ghển")


def test_a_name_on_a_poster_in_use_is_not_changed_behind_its_back(market: Register) -> None:
    take(market)
    assert len(issue(market)) == 1

    found = faults(market, **vars_of(again(market, display_name="Cô Ghển")))
    assert list(found) == ["display_name"]
    assert "Tấm mã in tên Rau rừng cô Ghển đang dùng" in found["display_name"]
    found = faults(market, **vars_of(again(market, holder_name="TRIEU THI GHENH")))
    assert list(found) == ["holder_name"]


def vars_of(entry: OnboardingEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in OnboardingEntry.__dataclass_fields__}


@pytest.mark.parametrize(
    "field", ["full_name", "holder_name", "business_name", "display_name", "goods_group", "witness"]
)
def test_a_character_that_turns_the_writing_is_refused_by_name(
    market: Register, field: str
) -> None:
    found = faults(market, **{field: "Triệu\u202e Ghển"})

    assert list(found) == [field]
    assert "Có ký tự ẩn U+202E" in found[field]


@pytest.mark.parametrize("channel", [ConsentChannel.SIGNATURE, ConsentChannel.SPOKEN])
@pytest.mark.parametrize(
    ("changes", "field", "told"),
    [
        ({"evidence_sha256": ""}, "evidence_sha256", "Chưa có ảnh giấy đã ký hoặc bản ghi âm"),
        ({"witness": " "}, "witness", "Chưa ghi ai chứng kiến"),
        ({"witness": "x" * 81}, "witness", "tối đa 80"),
    ],
)
def test_what_somebody_else_records_needs_its_proof(
    market: Register, channel: ConsentChannel, changes: dict[str, Any], field: str, told: str
) -> None:
    found = faults(market, channel=channel, **changes)

    assert list(found) == [field]
    assert told in found[field]


def test_the_ledger_keeps_the_proof_and_who_was_there(market: Register) -> None:
    take(market)

    kept = {(each.evidence_sha256, each.witness) for each in market.all(Consent)}
    assert kept == {("ab" * 32, "Lò Thị Mai")}


def test_the_way_of_the_link_is_noted_when_it_is_another(market: Register) -> None:
    take(market)
    take(market, again(market, goods_group="Cá"))
    take(market, again(market, goods_group="Cá", link_by=LinkBy.ZALO))

    ways = [
        (each.from_value, each.to_value)
        for each in market.all(RegisterEvent)
        if each.subject == "link_by"
    ]
    assert ways == [("", "paper"), ("paper", "zalo")]
