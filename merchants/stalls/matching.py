"""Which stalls a few typed letters mean: a code, a name with or without marks, a phone, a serial."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from merchants.accounts import phone_fingerprint
from merchants.files.cells import CellRefused, read_phone
from merchants.files.csv_text import clean_text
from merchants.sealing import Sealer
from merchants.sort_names import search_text
from merchants.stalls.floor_sorting import code_without_zeros
from merchants.stalls.progress import has_other_name
from merchants.tables import AcceptancePoint, Poster, Stall, StallHolding, Vendor

TEXT_LENGTH_MAX = 80

PHONE_TAIL_LENGTH = 3
"""Of a phone number the last three digits are kept in plain; a fourth that was typed is not looked at."""

_HOUSEHOLD_BUSINESS = ("hkd", "ho kinh doanh")
_PUNCTUATION_OF_PHONES = re.compile(r"[ .\-()]")
_PART_OF_SERIAL = re.compile(r"[A-Z0-9\-]{4,16}")
_TAIL = re.compile(r"[0-9]{3,4}")
_ZEROS_BEFORE_NUMBER = re.compile(r"^(.*?)0*([0-9]*)$")


def matching_stalls(
    session: Session, market_id: int, text: str, sealer: Sealer
) -> sa.ColumnElement[bool] | None:
    """Return the condition that a stall and who holds it are meant by the text; ``None`` = all are."""
    text = clean_text(text)[:TEXT_LENGTH_MAX]
    if not text:
        return None
    code = text.upper()
    vendors = sa.select(col(Vendor.id)).where(matching_vendors(market_id, text, sealer))
    meant = [
        col(Stall.code).contains(code, autoescape=True),
        code_without_zeros(sa.type_coerce(col(Stall.code), sa.String())) == _without_zeros(code),
        col(StallHolding.vendor_id).in_(vendors),
        col(StallHolding.vendor_id).in_(_holders(text)),
        col(StallHolding.vendor_id).in_(_holders_with_marks(session, text)),
    ]
    if _PART_OF_SERIAL.fullmatch(code):
        meant.append(col(Stall.id).in_(_stalls_of_serial(market_id, code)))
    return sa.or_(*meant)


def matching_people(
    session: Session, market_id: int, text: str, sealer: Sealer
) -> sa.ColumnElement[bool]:
    """Return the condition that a vendor is meant: as a person, by account holder, or by stall."""
    held = (
        sa.select(col(StallHolding.vendor_id))
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        .where(col(Stall.market_id) == market_id, col(StallHolding.to_on).is_(None))
        .where(
            col(Stall.code).contains(clean_text(text)[:TEXT_LENGTH_MAX].upper(), autoescape=True)
        )
    )
    return sa.or_(
        matching_vendors(market_id, text, sealer),
        col(Vendor.id).in_(held),
        col(Vendor.id).in_(_holders(text)),
        col(Vendor.id).in_(_holders_with_marks(session, text)),
    )


def matching_vendors(market_id: int, text: str, sealer: Sealer) -> sa.ColumnElement[bool]:
    """Return the condition that a vendor is meant by the text: name, code, or phone.

    A merged record is never meant; its code, which stands on old papers, means whom it went into.
    """
    text = clean_text(text)[:TEXT_LENGTH_MAX]
    names = col(Vendor.search_text)
    meant = [names.contains(spelling, autoescape=True) for spelling in _spellings(text)]
    meant.append(col(Vendor.code).contains(text.upper(), autoescape=True))
    meant.append(col(Vendor.id).in_(_kept_of_code(market_id, text.upper())))
    if _TAIL.fullmatch(text):
        meant.append(col(Vendor.phone_tail) == text[-PHONE_TAIL_LENGTH:])
    phone = _phone(text)
    if phone:
        meant.append(col(Vendor.phone_hash) == phone_fingerprint(sealer, phone))
    is_standing = (col(Vendor.market_id) == market_id) & col(Vendor.merged_into_id).is_(None)
    return is_standing & sa.or_(*meant)


def _kept_of_code(market_id: int, code: str) -> "sa.Select[Any]":
    merged = aliased(Vendor)
    return sa.select(col(merged.merged_into_id)).where(
        col(merged.market_id) == market_id,
        col(merged.merged_into_id).is_not(None),
        col(merged.code).contains(code, autoescape=True),
    )


def _spellings(text: str) -> tuple[str, ...]:
    """Return a text without marks, and as the other way people write a household business."""
    plain = search_text(text)
    short, long = _HOUSEHOLD_BUSINESS
    other = plain.replace(long, short) if long in plain else plain.replace(short, long)
    return (plain, other) if other != plain else (plain,)


def _holders(text: str) -> "sa.Select[Any]":
    """Return the vendors paid on an account of a holder who is meant and is called otherwise.

    Where holder and vendor match, the vendor's own names find both. They are few, so those of every
    market are read: the stalls they are looked for at are of one.
    """
    name = sa.func.upper(col(AcceptancePoint.holder_name))
    plain = search_text(text).upper()
    return sa.select(col(AcceptancePoint.vendor_id)).where(
        has_other_name(AcceptancePoint), name.contains(plain, autoescape=True)
    )


def _holders_with_marks(session: Session, text: str) -> list[int]:
    """Return those of such vendors whose account holder was written with marks.

    Banks write holders in plain ASCII and most rows follow them; the few others are folded here,
    because no two databases fold alike.
    """
    name = col(AcceptancePoint.holder_name)
    has_marks = sa.func.length(sa.cast(name, sa.LargeBinary)) != sa.func.length(name)
    rows = session.execute(
        sa.select(col(AcceptancePoint.vendor_id), name).where(
            has_other_name(AcceptancePoint), has_marks
        )
    )
    wanted = search_text(text)
    return [vendor_id for vendor_id, holder in rows if wanted in search_text(holder)]


def _stalls_of_serial(market_id: int, serial: str) -> "sa.Select[Any]":
    return (
        sa.select(col(Poster.stall_id))
        .join(Stall, col(Stall.id) == col(Poster.stall_id))
        .where(col(Stall.market_id) == market_id)
        .where(col(Poster.serial).contains(serial, autoescape=True))
    )


def _without_zeros(code: str) -> str:
    found = _ZEROS_BEFORE_NUMBER.match(code)
    return f"{found[1]}{found[2]}" if found else code


def _phone(text: str) -> str:
    """Return a whole phone number as ``+84…``, empty when the text is none."""
    if not _PUNCTUATION_OF_PHONES.sub("", text).lstrip("+").isdecimal():
        return ""
    try:
        return read_phone(text)[0]
    except CellRefused:
        return ""
