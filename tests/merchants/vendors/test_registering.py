"""A person added by a form about something else: known people are chosen, not written twice."""

import pytest

from market.database import writing
from merchants.errors import EntryRefused
from merchants.find import find_market
from merchants.kinds import VendorState
from merchants.tables import RegisterEvent, Vendor
from merchants.vendor_code import read_vendor_code
from merchants.vendors.registering import NewPerson, register_person
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.vendors.test_holdings import WHO


def add(register: Register, person: NewPerson) -> Vendor:
    with writing(register.engine) as session:
        made = register_person(
            session, find_market(session, "MA"), person, sealer=register.sealer, **WHO
        )
        session.flush()
        session.expunge(made)
        return made


def known(register: Register) -> Vendor:
    register.take(other_row(1, phone="0912000178"))
    vendor: Vendor = register.one(Vendor)
    return vendor


def test_a_person_is_found_again_by_name_and_number(register: Register) -> None:
    register.take(other_row(1))

    made = add(register, NewPerson(full_name="  lò văn  Páo ", phone="0987 654 321"))

    assert read_vendor_code(made.code or "") == made.id
    assert (made.full_name, made.search_text) == ("lò văn Páo", "lo van pao")
    assert (made.state, made.phone_tail) == (VendorState.LISTED, "321")
    assert register.sealer.open(made.phone_sealed or "") == "+84987654321"
    assert register.all(RegisterEvent)[-1].action == "registered"


@pytest.mark.parametrize(
    ("person", "field", "words"),
    [
        (NewPerson(full_name=""), "full_name", "Ghi họ tên"),
        (NewPerson(full_name="Lò \u202ePáo"), "full_name", "U+202E"),
        (NewPerson(full_name="Lò Văn Páo", phone="12"), "phone", "số di động cần 10"),
        (NewPerson(full_name="Lò Văn Páo", phone="0912000178"), "phone", "đang ghi cho"),
        (NewPerson(full_name="tran van binh", phone="0912000178"), "full_name", "có trong sổ rồi"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field(
    register: Register, person: NewPerson, field: str, words: str
) -> None:
    known(register)

    with pytest.raises(EntryRefused) as refused:
        add(register, person)

    assert list(refused.value.faults) == [field]
    assert words in refused.value.faults[field]
    assert len(register.all(Vendor)) == 1


def test_a_couple_may_share_a_phone(register: Register) -> None:
    known(register)

    made = add(register, NewPerson(full_name="Lò Thị Páo", phone="0912000178", shares_phone=True))

    assert made.phone_tail == "178"
