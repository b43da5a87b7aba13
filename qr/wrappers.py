"""Codes of VNPAY, MoMo and ZaloPay: recognised, checked, and kept byte for byte.

A wallet's code is never built here: MoMo's reference in 62.05 cannot be derived from the account,
and a code built from a phone number was answered with "Chưa kiểm tra được thông tin". The vendor's
own code is read from a photo and printed again exactly as it was, unknown objects and order
preserved.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from qr.errors import CodeNotImported
from qr.payload import PayloadReading, read_payload
from qr.structure import is_account_template
from qr.wallet_accounts import is_momo_account, is_zalopay_account

_MOMO_BIN = "971025"
_MOMO_REFERENCE = "MOMOW2W"
_VNPAY_AID = "A000000775"
_ZALOPAY_GUID = "vn.zalopay"


class Network(StrEnum):
    """Who stands behind a code."""

    VIETQR = "vietqr"
    VNPAY = "vnpay"
    MOMO = "momo"
    ZALOPAY = "zalopay"


@dataclass(frozen=True)
class ImportedCode:
    """A vendor's own code: ``payload`` is what must be printed, to the last character."""

    payload: str
    networks: frozenset[Network]
    reading: PayloadReading


def import_code(text: str) -> ImportedCode:
    """Return the code a vendor already has, its payload untouched.

    Raises:
        CodeNotImported: the payload has fatal errors.
    """
    reading = read_linked_payload(text)
    if not reading.is_valid:
        raise CodeNotImported(
            [str(each) for each in reading.errors], [each.sentence_vi for each in reading.errors]
        )
    return ImportedCode(reading.text, networks(reading), reading)


def read_linked_payload(text: str) -> PayloadReading:
    """Return the reading of a payload as it stands or, rejected so, as a deep link carries it.

    Text copied from a deep link is percent-encoded; its checksum holds only after decoding.
    """
    reading = read_payload(text)
    if not reading.is_valid and "%" in text:
        decoded = read_payload(unquote(text))
        reading = decoded if decoded.is_valid else reading
    return reading


def networks(reading: PayloadReading) -> frozenset[Network]:
    """Return the networks a payload names; a code may serve several at once."""
    found = set()
    for tag, template in reading.fields.items():
        guid = template.get("00") if isinstance(template, dict) else None
        if is_account_template(tag) and guid == _VNPAY_AID:
            found.add(Network.VNPAY)
        if is_account_template(tag) and guid == _ZALOPAY_GUID:
            found.add(Network.ZALOPAY)
    if reading.beneficiary is not None:
        found.add(Network.VIETQR)
        bin_, account = reading.beneficiary.bin, reading.beneficiary.account
        if bin_ == _MOMO_BIN or is_momo_account(bin_, account) or _has_momo_reference(reading):
            found.add(Network.MOMO)
        if is_zalopay_account(bin_, account):
            found.add(Network.ZALOPAY)
    return frozenset(found)


def _has_momo_reference(reading: PayloadReading) -> bool:
    additional = reading.fields.get("62")
    reference = additional.get("05") if isinstance(additional, dict) else None
    return isinstance(reference, str) and reference.startswith(_MOMO_REFERENCE)
