"""A vendor's details as people write them: read, checked, sealed; and masked for the history."""

import re
from dataclasses import dataclass
from typing import Any

from merchants.accounts import phone_fingerprint
from merchants.entries import Faults
from merchants.files.cells import CellRefused, read_name, read_phone, read_printed
from merchants.files.csv_text import clean_cell, clean_text
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.tables import Vendor

_ID_NUMBER = re.compile(r"[0-9]{12}")

FIELDS = ("full_name", "business_name", "display_name", "phone", "id_number")
KNOWN_BY = {"phone": "phone_hash", "id_number": "id_number_hash"}
"""The column that tells whether a field changed, where it is not the field itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorChanges:
    """What somebody wrote into a vendor's form; ``None`` leaves a field alone, empty clears it.

    ``id_number`` is used for its fingerprint and last three digits, and never kept.
    """

    full_name: str | None = None
    business_name: str | None = None
    display_name: str | None = None
    phone: str | None = None
    id_number: str | None = None


def new_values(vendor: Vendor, changes: VendorChanges, sealer: Sealer) -> dict[str, Any]:
    """Return the columns the changes would set.

    Raises:
        EntryRefused: a field cannot be taken.
    """
    faults = Faults()
    values: dict[str, Any] = {}
    for field, reader, length, words in (
        ("full_name", read_name, 80, "Họ tên"),
        ("business_name", read_name, 120, "Tên hộ kinh doanh"),
        ("display_name", read_printed, 80, "Tên trên tấm mã"),
    ):
        written = getattr(changes, field)
        if written is None:
            continue
        try:
            values[field] = reader(clean_cell(written), length_max=length)
        except CellRefused as refusal:
            faults.say(
                field, Sentence("{field} {refusal}", field=Sentence(words), refusal=refusal.told)
            )
    if values.get("full_name") == "":
        faults.say("full_name", "Ghi họ tên như trên căn cước")
    if changes.phone is not None:
        values |= _phone(changes.phone, vendor, sealer, faults)
    if changes.id_number is not None:
        values |= _id_number(changes.id_number, sealer, faults)
    faults.refuse_any()
    return values


def masked(field: str, vendor: Vendor) -> str:
    """Return a field as the history may hold it: initials, last digits."""
    if field == "phone":
        return masked_tail(vendor.phone_tail)
    if field == "id_number":
        return masked_tail(vendor.id_number_tail)
    return masked_name(getattr(vendor, field))


def masked_name(name: str) -> str:
    """Return the initials of a name, ``N. T. H.``: enough to recognise a change, not a person."""
    return " ".join(f"{word[0].upper()}." for word in name.split())


def masked_tail(tail: str) -> str:
    """Return the last digits as they may be shown, ``···678``; empty for none."""
    return f"···{tail}" if tail else ""


def id_number_fingerprint(sealer: Sealer, digits: str) -> str:
    """Return the keyed fingerprint of a citizen id of twelve digits."""
    return sealer.fingerprint(f"id_number|{digits}")


def _phone(written: str, vendor: Vendor, sealer: Sealer, faults: Faults) -> dict[str, Any]:
    try:
        phone, _ = read_phone(clean_text(written))
    except CellRefused as refusal:
        faults.say("phone", Sentence("Số điện thoại {refusal}", refusal=refusal.told))
        return {}
    if not phone:
        return {"phone_hash": None, "phone_sealed": None, "phone_tail": ""}
    fingerprint = phone_fingerprint(sealer, phone)
    if fingerprint == vendor.phone_hash:  # a seal differs each time; the same number is no change
        return {}
    return {"phone_hash": fingerprint, "phone_sealed": sealer.seal(phone), "phone_tail": phone[-3:]}


def _id_number(written: str, sealer: Sealer, faults: Faults) -> dict[str, Any]:
    digits = re.sub(r"[ .\-]", "", clean_text(written))
    if not digits:
        return {"id_number_hash": None, "id_number_tail": ""}
    if not _ID_NUMBER.fullmatch(digits):
        faults.say(
            "id_number", Sentence("Số căn cước cần 12 chữ số, ở đây có {n} ký tự", n=len(digits))
        )
        return {}
    return {"id_number_hash": id_number_fingerprint(sealer, digits), "id_number_tail": digits[-3:]}
