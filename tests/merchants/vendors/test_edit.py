"""A vendor's details changed: what is checked, what hangs on the name, and two who edit at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.errors import ChangedMeanwhile, EntryRefused, PosterShowsName, VendorNotFound
from merchants.kinds import NameMatch, PosterState, VendorState
from merchants.posters.issue import issue_posters
from merchants.sort_names import sort_key
from merchants.tables import AcceptancePoint, Poster, RegisterEvent, Vendor
from merchants.vendors.details import VendorChanges, masked_name
from merchants.vendors.edit import change_vendor
from merchants.vendors.merging import merge_vendors
from merchants.vendors.steps import take_step
from tests.merchants.chains import steps_of
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import row

MAI = Actor(kind="staff", name="12")
LAN = Actor(kind="staff", name="13")


def change(
    register: Register,
    *,
    version: int | None = None,
    actor: Actor = MAI,
    revoke_posters: bool = False,
    **fields: str,
) -> Vendor:
    """Change the first vendor, from the version that stands unless another is given."""
    vendor = register.all(Vendor)[0]
    with writing(register.engine) as session:
        return change_vendor(
            session,
            vendor.code,
            VendorChanges(**fields),
            version=vendor.version if version is None else version,
            sealer=register.sealer,
            actor=actor,
            now=register.now + timedelta(hours=1),
            revoke_posters=revoke_posters,
        )


def changed(register: Register) -> list[tuple[str, str, str, str]]:
    return [
        (event.subject, event.from_value, event.to_value, event.actor)
        for event in register.all(RegisterEvent)
        if event.action == "changed" and event.actor.startswith("staff")
    ]


def test_a_new_phone_is_sealed_anew_and_told_by_its_tail(register: Register) -> None:
    register.take(row())
    before = register.one(Vendor)

    change(register, phone="0987 654 321")

    after = register.one(Vendor)
    assert register.sealer.open(after.phone_sealed) == "+84987654321"
    assert after.phone_hash != before.phone_hash
    assert (after.phone_tail, after.version) == ("321", 2)
    assert changed(register) == [("phone#2", "···678", "···321", "staff:12")]


def test_the_same_details_again_change_nothing(register: Register) -> None:
    register.take(row())
    before = register.one(Vendor)

    change(register, phone="0912345678", full_name="Nguyễn  Thị Hương ", business_name="")

    after = register.one(Vendor)
    assert after.version == before.version == 1
    assert after.phone_sealed == before.phone_sealed
    assert changed(register) == []


def test_of_the_citizen_id_only_fingerprint_and_tail_are_kept(register: Register) -> None:
    register.take(row())

    change(register, id_number="010 090 001 234")

    vendor = register.one(Vendor)
    assert vendor.id_number_tail == "234"
    assert len(vendor.id_number_hash) == 64
    everything = str(vendor.model_dump()) + str(
        [e.model_dump() for e in register.all(RegisterEvent)]
    )
    assert "010090001234" not in everything
    assert changed(register) == [("id_number#2", "", "···234", "staff:12")]


def test_no_name_or_number_stands_in_an_event(register: Register) -> None:
    register.take(row())

    change(
        register,
        full_name="Trần Thị Hương",
        business_name="Rau sạch Trần Hương",
        phone="0987654321",
        id_number="010090001234",
    )

    told = str([event.model_dump() for event in register.all(RegisterEvent)])
    for word in ("Trần", "Nguyễn", "Hương", "Rau sạch", "987654321", "90001234"):
        assert word not in told
    assert ("full_name#2", "N. T. H.", "T. T. H.", "staff:12") in changed(register)


def test_a_new_name_is_sorted_searched_and_compared_anew(register: Register) -> None:
    register.take(row())

    change(register, full_name="Đỗ Văn Ước")

    vendor = register.one(Vendor)
    assert vendor.sort_name == sort_key("Đỗ Văn Ước")
    assert vendor.search_text == "do van uoc"
    assert register.one(AcceptancePoint).name_match is NameMatch.MISMATCH
    assert steps_of(register.engine, vendor.id)[-2:] == [
        VendorState.NAME_MATCHED,
        VendorState.ACCOUNT_LINKED,
    ]
    (_, told) = changed(register)
    assert told[1:3] == ("normalised", "mismatch")


def test_a_better_name_verifies_the_account(register: Register) -> None:
    register.take(row(holder="TRAN VAN BINH"))
    assert register.one(Vendor).state is VendorState.ACCOUNT_LINKED

    change(register, full_name="Trần Văn Bình")

    assert register.one(AcceptancePoint).name_match is NameMatch.NORMALISED
    assert register.one(Vendor).state is VendorState.NAME_MATCHED


def issue(register: Register) -> None:
    with writing(register.engine) as session:
        issue_posters(
            session, "MA", sealer=register.sealer, now=register.now, verification_key="key"
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"full_name": "Nguyễn Thị Hường"},
        {"business_name": "Rau sạch cô Hương"},
        {"display_name": "Rau sạch"},
    ],
)
def test_a_name_on_a_live_poster_is_not_changed_by_the_way(
    register: Register, fields: dict[str, Any]
) -> None:
    register.take(row())
    issue(register)
    serial = register.one(Poster).serial

    with pytest.raises(PosterShowsName) as refusal:
        change(register, **fields)

    assert refusal.value.serials == (serial,)
    assert register.one(Vendor).version == 1
    assert register.one(Poster).state is PosterState.GENERATED

    change(register, **fields, revoke_posters=True)

    assert register.one(Poster).state is PosterState.REVOKED
    assert register.one(Vendor).state is VendorState.NAME_MATCHED


def test_a_name_the_poster_does_not_show_may_change(register: Register) -> None:
    register.take(row(business="Rau sạch cô Hương"))
    issue(register)

    change(register, full_name="Nguyễn Thị  Hương", phone="0987654321")
    assert register.one(Poster).state is PosterState.GENERATED

    with pytest.raises(PosterShowsName):  # the account would be a stranger's
        change(register, full_name="Trần Văn Bình")


def test_the_second_of_two_is_told_who_changed_what(register: Register) -> None:
    register.take(row())
    change(register, version=1, actor=MAI, phone="0987654321")
    change(register, version=2, actor=LAN, display_name="Cô Hương")

    with pytest.raises(ChangedMeanwhile) as refusal:
        change(register, version=1, actor=LAN, phone="0911111111")

    assert [(c.field, c.actor, c.old, c.new) for c in refusal.value.changes] == [
        ("phone", "staff:12", "···678", "···321"),
        ("display_name", "staff:13", "", "C. H."),
    ]
    assert {c.at for c in refusal.value.changes} == {register.now + timedelta(hours=1)}
    assert register.one(Vendor).phone_tail == "321"


def test_a_step_taken_meanwhile_is_told_too(register: Register) -> None:
    register.take(row())
    with writing(register.engine) as session:
        vendor = session.exec(select(Vendor)).one()
        take_step(
            session, vendor, VendorState.SUSPENDED, actor=LAN, now=register.now, reason="other"
        )

    with pytest.raises(ChangedMeanwhile) as refusal:
        change(register, version=1, phone="0911111111")

    assert [(c.field, c.old, c.new) for c in refusal.value.changes] == [
        ("state", "name_matched", "suspended")
    ]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"full_name": " "}, "full_name", "Ghi họ tên"),
        ({"full_name": "Hương 🌸"}, "full_name", "không có trong tên người"),
        ({"full_name": "=HYPERLINK(1)"}, "full_name", "như công thức"),
        ({"full_name": "x" * 81}, "full_name", "dài 81 ký tự"),
        ({"business_name": "Hương 🌸"}, "business_name", "không có trong tên người"),
        ({"display_name": "Rau 🥬 sạch"}, "display_name", "không in được lên tấm mã"),
        ({"business_name": "x" * 121}, "business_name", "nhận tối đa 120"),
        ({"phone": "12345"}, "phone", "số di động cần 10"),
        ({"phone": "091234567"}, "phone", "có 9 chữ số"),
        ({"id_number": "12345"}, "id_number", "cần 12 chữ số"),
        ({"id_number": "٠١٢٣٤٥٦٧٨٩٠١"}, "id_number", "cần 12 chữ số"),
    ],
)
def test_each_bad_field_is_told_and_nothing_is_written(
    register: Register, fields: dict[str, Any], field: str, words: str
) -> None:
    register.take(row())
    before = register.dump()

    with pytest.raises(EntryRefused) as refusal:
        change(register, **fields)

    assert words in refusal.value.faults[field]
    assert register.dump() == before


def test_all_faults_are_told_at_once(register: Register) -> None:
    register.take(row())

    with pytest.raises(EntryRefused) as refusal:
        change(register, full_name="", phone="1", id_number="2")

    assert set(refusal.value.faults) == {"full_name", "phone", "id_number"}


def test_details_can_be_cleared(register: Register) -> None:
    register.take(row(consented="", bank="", account="", holder=""))

    change(register, phone="", id_number="")

    vendor = register.one(Vendor)
    assert (vendor.phone_hash, vendor.phone_sealed, vendor.phone_tail) == (None, None, "")
    assert vendor.state is VendorState.LISTED


def test_a_merged_record_is_not_edited(register: Register) -> None:
    register.take(row(), other_row(1))
    with writing(register.engine) as session:
        first, second = session.exec(select(Vendor).order_by(Vendor.id)).all()  # type: ignore[arg-type]
        merge_vendors(session, second, first, actor=MAI, now=register.now)

    with pytest.raises(VendorNotFound):
        change(register, phone="0987654321")
    with reading(register.engine) as session:
        query = select(Vendor.phone_tail).order_by(Vendor.id)  # type: ignore[arg-type]
        assert session.exec(query).first() == "678"


@pytest.mark.parametrize(
    ("name", "masked"), [("Nguyễn Thị Hương", "N. T. H."), ("đỗ  ước", "Đ. Ư."), ("", "")]
)
def test_a_masked_name_is_initials(name: str, masked: str) -> None:
    assert masked_name(name) == masked
