"""The text inside a payment code: written from a request, read strictly.

Reading has two tiers: fatal errors F1 to F19 reject a payload, deviations D1 to D9 flag it. Writing
raises on any breach and never trims: a cut account pays a stranger.
"""

import re
import unicodedata
from dataclasses import dataclass

from qr.crc import crc
from qr.deviations import PAYLOAD_BYTES_MAX, deviations
from qr.errors import PayloadRefused, UnknownParticipant
from qr.fatal import ACCOUNT_LENGTH_MAX, fatal_findings, is_not_vietqr
from qr.findings import Finding, shorten
from qr.participants import find_participant, participants
from qr.structure import VIETQR_AID, Fields, as_fields, take_apart
from qr.text import fold_to_ascii
from qr.tlv import write_object

AMOUNT_VND_MAX = 499_999_999
"""NAPAS247 moves less than 500 million đồng at once. Source: NAPAS "VietQR format", v1.0, 8.1.1."""

_ACCOUNT = re.compile(rf"[A-Za-z0-9]{{1,{ACCOUNT_LENGTH_MAX}}}")
_KEPT = re.compile(r"[A-Za-z0-9 _\-.]+")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_NAME_MAX, _CITY_MAX, _PURPOSE_MAX, _LABEL_MAX = 25, 15, 19, 25


@dataclass(frozen=True)
class Beneficiary:
    """Whom a VietQR pays: ``bin`` of the participant, ``account`` there, ``service`` asked for."""

    bin: str
    account: str
    service: str


@dataclass(frozen=True)
class PayloadReading:
    """What the strict reader found in a payload; ``text`` is the payload, untouched."""

    text: str
    errors: tuple[Finding, ...]
    deviations: tuple[Finding, ...]
    fields: Fields
    beneficiary: Beneficiary | None

    @property
    def is_valid(self) -> bool:
        """Return whether no fatal rule is broken; deviations do not count."""
        return not self.errors


def read_payload(text: str, *, require_vietqr: bool = False) -> PayloadReading:
    """Return the payload's fields, fatal errors and deviations.

    ``fields`` is empty when the root is not made of whole data objects; of a repeated ID it holds
    the last. ``beneficiary`` is None unless the payload is valid and holds VietQR.

    Args:
        text: exactly what the code holds; nothing is trimmed or normalised.
        require_vietqr: also reject (F19) a payload without VietQR.
    """
    structure = take_apart(text)
    errors = [*fatal_findings(structure)]
    if require_vietqr and structure.objects:
        errors += is_not_vietqr(structure)
    beneficiary = None
    if not errors and structure.vietqr_tags:
        tag = structure.vietqr_tags[0]
        beneficiary = Beneficiary(
            structure.values[f"{tag}.01.00"],
            structure.values[f"{tag}.01.01"],
            structure.values.get(f"{tag}.02", "QRPUSH"),
        )
    return PayloadReading(
        text,
        tuple(errors),
        tuple(deviations(structure)) if structure.objects else (),
        as_fields(structure),
        beneficiary,
    )


@dataclass(frozen=True, kw_only=True)
class TransferRequest:
    """A VietQR to be written.

    ``bin`` and ``account`` say who is paid; ``bank_name``, when given, must name the same
    participant. ``merchant_name`` (59) and ``merchant_city`` (60) may carry diacritics, which are
    folded. Without ``amount_vnd`` the code is a poster, paid many times. ``purpose`` (62.08) is the
    stall or vendor code, ``store_label`` and ``terminal_label`` are 62.03 and 62.07. ``service`` is
    ``QRIBFTTA`` for accounts, ``QRIBFTTC`` for cards.
    """

    bin: str
    account: str
    merchant_name: str
    merchant_city: str
    amount_vnd: int | None = None
    service: str = "QRIBFTTA"
    mcc: str = "5411"
    purpose: str | None = None
    store_label: str | None = None
    terminal_label: str | None = None
    bank_name: str | None = None


def write_payload(request: TransferRequest) -> str:
    """Return the payload of a request, in ascending tag order and pure ASCII.

    Raises:
        PayloadRefused: a field of the request breaks a rule; nothing is ever shortened.
    """
    _check_payee(request)
    beneficiary = write_object("00", request.bin) + write_object("01", request.account)
    account = write_object("00", VIETQR_AID) + write_object("01", beneficiary)
    objects = {
        "00": "01",
        "01": "11" if request.amount_vnd is None else "12",
        "38": account + write_object("02", request.service),
        "52": _mcc(request.mcc),
        "53": "704",
        "54": _amount(request.amount_vnd),
        "58": "VN",
        "59": _name("merchant_name", request.merchant_name, limit=_NAME_MAX),
        "60": _name("merchant_city", request.merchant_city, limit=_CITY_MAX),
        "62": _additional(request),
    }
    body = "".join(write_object(tag, value) for tag, value in objects.items() if value) + "6304"
    payload = body + crc(body)
    _check_own_output(payload)
    return payload


def _check_payee(request: TransferRequest) -> None:
    _check_text("bin", request.bin)
    participant = participants().get(request.bin)
    if participant is None:
        raise PayloadRefused("bin", f"{shorten(request.bin)} is not in the participant table")
    if participant.status == "unverified":
        raise PayloadRefused(
            "bin", f"{shorten(request.bin)} is listed as unverified, not to be paid"
        )
    if request.bank_name is not None:
        _check_bank_name(request.bank_name, bin_=request.bin)
    _check_text("account", request.account)
    if not _ACCOUNT.fullmatch(request.account):
        raise PayloadRefused(
            "account",
            f"{shorten(request.account)} holds {len(request.account)} characters, "
            f"1 to {ACCOUNT_LENGTH_MAX} of A-Z, a-z, 0-9 are allowed",
        )
    _check_text("service", request.service)
    if request.service not in {"QRIBFTTA", "QRIBFTTC"}:
        raise PayloadRefused(
            "service",
            f"is {request.service!r}, must be QRIBFTTA (to an account) or QRIBFTTC (to a card)",
        )


def _check_bank_name(bank_name: str, *, bin_: str) -> None:
    """Refuse a BIN that is not the named bank's: published tables with swapped BINs exist."""
    _check_text("bank_name", bank_name)
    try:
        named = find_participant(bank_name)
    except UnknownParticipant as unknown:
        raise PayloadRefused("bank_name", str(unknown)) from unknown
    if named.bin != bin_:
        raise PayloadRefused("bank_name", f"{shorten(bank_name)} has BIN {named.bin}, not {bin_}")


def _check_text(field: str, value: object) -> None:
    if not isinstance(value, str):
        raise PayloadRefused(field, f"is {value!r}, must be text")


def _mcc(mcc: str) -> str:
    _check_text("mcc", mcc)
    if not _FOUR_DIGITS.fullmatch(mcc):
        raise PayloadRefused("mcc", f"is {shorten(mcc)}, must be four digits")
    return mcc


def _amount(amount_vnd: int | None) -> str:
    """Return the digits of an amount; only a plain int is one (no bool, float, numpy, text)."""
    if amount_vnd is None:
        return ""
    if type(amount_vnd) is not int:
        raise PayloadRefused(
            "amount_vnd", f"is {amount_vnd!r} ({type(amount_vnd).__name__}), must be a plain int"
        )
    if not 1 <= amount_vnd <= AMOUNT_VND_MAX:
        raise PayloadRefused("amount_vnd", f"is {amount_vnd}, must be 1 to {AMOUNT_VND_MAX}")
    return str(amount_vnd)


def _name(field: str, name: str, *, limit: int) -> str:
    """Return a name folded to ASCII; letters and digits that folding would lose are refused."""
    _check_text(field, name)
    lost = [c for c in unicodedata.normalize("NFC", name) if _is_lost(c)]
    if lost:
        raise PayloadRefused(
            field,
            f"{shorten(name)} has {shorten(lost[0])}, which no bank keeps and folding would lose",
        )
    folded = fold_to_ascii(name)
    if folded != folded.strip() or not folded:
        raise PayloadRefused(
            field, f"{shorten(name)} folds to {folded!r}, empty or with outer spaces"
        )
    if len(folded) > limit:
        raise PayloadRefused(
            field, f"{shorten(folded)} holds {len(folded)} characters, at most {limit} fit"
        )
    return folded


def _is_lost(character: str) -> bool:
    """Return whether folding drops a character that is no mere punctuation or accent."""
    if fold_to_ascii(character) or (character.isascii() and character.isprintable()):
        return False
    return unicodedata.category(character)[0] not in {"P", "M"}


def _additional(request: TransferRequest) -> str:
    labels = (
        ("03", "store_label", request.store_label, _LABEL_MAX),
        ("07", "terminal_label", request.terminal_label, _LABEL_MAX),
        ("08", "purpose", request.purpose, _PURPOSE_MAX),
    )
    # At their longest the three take 81 characters with their headers, of 99 that fit.
    return "".join(
        write_object(tag, _label(field, value, limit=limit))
        for tag, field, value, limit in labels
        if value is not None
    )


def _label(field: str, value: str, *, limit: int) -> str:
    """Return a label as it is: it is a reference, so it is never folded."""
    _check_text(field, value)
    if not _KEPT.fullmatch(value) or value != value.strip():
        raise PayloadRefused(
            field, f"is {shorten(value)}, may hold A-Z a-z 0-9 space _ - . without outer spaces"
        )
    if len(value) > limit:
        raise PayloadRefused(field, f"holds {len(value)} characters, at most {limit} fit")
    return value


def _check_own_output(payload: str) -> None:
    """Read back what was written: a finding here is a bug, and money must not follow it."""
    reading = read_payload(payload, require_vietqr=True)
    found = [str(each) for each in (*reading.errors, *reading.deviations)]
    if found or not payload.isascii() or len(payload) > PAYLOAD_BYTES_MAX:
        raise AssertionError(f"written payload {payload!r} does not read back cleanly: {found}")
