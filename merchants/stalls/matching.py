"""Which stalls a few typed letters mean: a code, a name with or without marks, a phone, a serial."""

import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from merchants.accounts import phone_fingerprint
from merchants.files.cells import CellRefused, read_phone
from merchants.files.csv_text import clean_text
from merchants.kinds import GOOD_MATCHES
from merchants.sealing import Sealer
from merchants.sort_names import search_text
from merchants.stalls.floor_sorting import code_without_zeros
from merchants.tables import AcceptancePoint, Poster, Stall, Vendor

TEXT_LENGTH_MAX = 80
Condition = Callable[[sa.FromClause], sa.ColumnElement[bool]]

SERIAL_LENGTH_MIN = 4
PHONE_TAIL_LENGTH = 3
"""Of a phone number the last three digits are kept in plain; a fourth that was typed is not looked at."""

_HOUSEHOLD_BUSINESS = ("hkd", "ho kinh doanh")
_PUNCTUATION_OF_PHONES = re.compile(r"[ .\-()]")
_TAIL = re.compile(r"[0-9]{3,4}")
_ZEROS_BEFORE_NUMBER = re.compile(r"^(.*?)0*([0-9]*)$")


def matching_stalls(
    session: Session, market_id: int, text: str, sealer: Sealer
) -> Condition | None:
    """Return the condition that a row of ``stall_places`` is meant by the text; ``None`` = all are."""
    text = clean_text(text)[:TEXT_LENGTH_MAX]
    if not text:
        return None
    code = text.upper()
    vendors = sa.select(col(Vendor.id)).where(matching_vendors(market_id, text, sealer))
    holders, with_marks = _holders(market_id, text), _holders_with_marks(session, market_id, text)

    def is_meant(floor: sa.FromClause) -> sa.ColumnElement[bool]:
        meant = [
            floor.c.code.contains(code, autoescape=True),
            code_without_zeros(floor.c.code) == _without_zeros(code),
            floor.c.vendor_id.in_(vendors),
            floor.c.vendor_id.in_(holders),
            floor.c.vendor_id.in_(with_marks),
        ]
        if len(text) >= SERIAL_LENGTH_MIN:
            meant.append(floor.c.stall_id.in_(_stalls_of_serial(market_id, code)))
        return sa.or_(*meant)

    return is_meant


def matching_vendors(market_id: int, text: str, sealer: Sealer) -> sa.ColumnElement[bool]:
    """Return the condition that a vendor is meant by the text: name, code, or phone."""
    text = clean_text(text)[:TEXT_LENGTH_MAX]
    names = col(Vendor.search_text)
    meant = [names.contains(spelling, autoescape=True) for spelling in _spellings(text)]
    meant.append(col(Vendor.code).contains(text.upper(), autoescape=True))
    if _TAIL.fullmatch(text):
        meant.append(col(Vendor.phone_tail) == text[-PHONE_TAIL_LENGTH:])
    phone = _phone(text)
    if phone:
        meant.append(col(Vendor.phone_hash) == phone_fingerprint(sealer, phone))
    return (col(Vendor.market_id) == market_id) & sa.or_(*meant)


def _spellings(text: str) -> tuple[str, ...]:
    """Return a text without marks, and as the other way people write a household business."""
    plain = search_text(text)
    short, long = _HOUSEHOLD_BUSINESS
    other = plain.replace(long, short) if long in plain else plain.replace(short, long)
    return (plain, other) if other != plain else (plain,)


def _holders(market_id: int, text: str) -> "sa.Select[Any]":
    """Return the vendors paid on an account of a holder who is meant and is called otherwise.

    Where holder and vendor match, the vendor's own names find both.
    """
    name = sa.func.upper(col(AcceptancePoint.holder_name))
    plain = search_text(text).upper()
    return _others(sa.select(col(AcceptancePoint.vendor_id)), market_id).where(
        name.contains(plain, autoescape=True)
    )


def _holders_with_marks(session: Session, market_id: int, text: str) -> list[int]:
    """Return those of such vendors whose account holder was written with marks.

    Banks write holders in plain ASCII and most rows follow them; the few others are folded here,
    because no two databases fold alike.
    """
    name = col(AcceptancePoint.holder_name)
    has_marks = sa.func.length(sa.cast(name, sa.LargeBinary)) != sa.func.length(name)
    rows = session.execute(
        _others(sa.select(col(AcceptancePoint.vendor_id), name), market_id).where(has_marks)
    )
    wanted = search_text(text)
    return [vendor_id for vendor_id, holder in rows if wanted in search_text(holder)]


def _others(query: "sa.Select[*tuple[Any, ...]]", market_id: int) -> "sa.Select[*tuple[Any, ...]]":
    return (
        query.join(Vendor, col(Vendor.id) == col(AcceptancePoint.vendor_id))
        .where(col(AcceptancePoint.name_match).not_in(GOOD_MATCHES))
        .where(col(Vendor.market_id) == market_id, col(AcceptancePoint.valid_to).is_(None))
    )


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
