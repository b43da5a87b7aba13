"""A person who comes into the register by a form about something else, such as a stall handed over."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.entries import Faults
from merchants.events import record_event
from merchants.kinds import EventAction, VendorState
from merchants.names import name_words
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.sort_names import search_text, sort_key
from merchants.tables import Market, Vendor
from merchants.vendor_code import write_vendor_code
from merchants.vendors.details import VendorChanges, new_values


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """A name and a phone as they were typed; the phone may be left empty."""

    full_name: str
    phone: str = ""
    shares_phone: bool = False
    """The phone is another vendor's too, as of a couple."""


def register_person(
    session: Session,
    market: Market,
    person: NewPerson,
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Vendor:
    """Add a vendor of a market who holds no stall yet, and return them.

    Raises:
        EntryRefused: the name or the phone cannot be taken, or somebody of the market has it.
    """
    assert market.id is not None
    vendor = Vendor(
        market_id=market.id,
        full_name="",
        state=VendorState.LISTED,
        state_since=now,
        registered_at=now,
    )
    written = VendorChanges(full_name=person.full_name, phone=person.phone)
    for column, value in new_values(vendor, written, sealer).items():
        setattr(vendor, column, value)
    _refuse_known(session, vendor, shares_phone=person.shares_phone)
    vendor.sort_name = sort_key(vendor.full_name)
    vendor.search_text = search_text(vendor.full_name)
    session.add(vendor)
    session.flush()
    assert vendor.id is not None
    vendor.code = write_vendor_code(vendor.id)
    session.add(vendor)
    session.flush()
    record_event(
        session,
        EventAction.REGISTERED,
        actor=actor,
        now=now,
        market_id=market.id,
        vendor_id=vendor.id,
    )
    return vendor


def _refuse_known(session: Session, vendor: Vendor, *, shares_phone: bool) -> None:
    """Refuse a phone that is somebody's of this market: the same name always, another until told."""
    if vendor.phone_hash is None:
        return
    query = (
        select(Vendor)
        .where(
            Vendor.market_id == vendor.market_id,
            Vendor.phone_hash == vendor.phone_hash,
            col(Vendor.merged_into_id).is_(None),
        )
        .order_by(col(Vendor.id))
    )
    faults = Faults()
    for known in session.exec(query):
        told = {"name": known.full_name, "code": known.code}
        if name_words(known.full_name) == name_words(vendor.full_name):
            faults.say(
                "full_name", Sentence("{name} có trong sổ rồi, mã {code}: chọn người này", **told)
            )
        elif not shares_phone:
            faults.say(
                "phone",
                Sentence(
                    "Số này đang ghi cho {name}, mã {code}: cùng người thì chọn người ấy", **told
                ),
            )
    faults.refuse_any()
