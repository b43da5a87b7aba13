"""The text inside a payment code: written from a request, read strictly.

Reading has two tiers: fatal errors F1 to F19 reject a payload, deviations D1 to D9 flag it. Writing
raises on any breach and never trims: a cut account pays a stranger.
"""

from dataclasses import dataclass

from qr.crc import crc
from qr.deviations import PAYLOAD_BYTES_MAX, deviations
from qr.fatal import fatal_findings, is_not_vietqr
from qr.findings import Finding
from qr.refusals import payload_refused
from qr.request_fields import (
    AMOUNT_VND_MAX,
    LABEL_MAX,
    PURPOSE_MAX,
    accented_name,
    additional,
    amount,
    check_payee,
    folded_name,
    merchant_category,
    service,
)
from qr.structure import VIETQR_AID, Fields, as_fields, take_apart
from qr.tlv import write_object

__all__ = [
    "AMOUNT_VND_MAX",
    "Beneficiary",
    "PayloadReading",
    "TransferRequest",
    "read_payload",
    "write_payload",
]

_NAME_MAX, _CITY_MAX = 25, 15
_VND, _LANGUAGE = "704", "vi"


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

    @property
    def amount_vnd(self) -> int | None:
        """Return the đồng a valid payload asks for; ``None`` = none, another currency, or parts.

        ``50.000`` asks for fifty: a dot is a decimal point, not Vietnamese grouping.
        """
        written = self.fields.get("54")
        if not self.is_valid or not isinstance(written, str) or self.fields["53"] != _VND:
            return None
        whole, _, parts = written.partition(".")
        return None if parts.strip("0") else int(whole)


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
    stall or vendor code; ``bill_number``, ``store_label``, ``reference_label`` and
    ``terminal_label`` are 62.01, 62.03, 62.05 and 62.07. ``service`` is ``QRIBFTTA`` for accounts,
    ``QRIBFTTC`` for cards, ``QRPUSH`` for merchants, whose id then stands as ``account``.
    ``with_accents`` adds name and city with their diacritics (64): a larger symbol, marked as UTF-8,
    which some readers do not support.
    """

    bin: str
    account: str
    merchant_name: str
    merchant_city: str
    amount_vnd: int | None = None
    service: str = "QRIBFTTA"
    mcc: str = "5411"
    purpose: str | None = None
    bill_number: str | None = None
    store_label: str | None = None
    reference_label: str | None = None
    terminal_label: str | None = None
    bank_name: str | None = None
    with_accents: bool = False


def write_payload(request: TransferRequest) -> str:
    """Return the payload of a request, in ascending tag order and, but for 64, pure ASCII.

    Raises:
        PayloadRefused: a field of the request breaks a rule; nothing is ever shortened.
    """
    check_payee(request.bin, request.account, request.bank_name)
    beneficiary = write_object("00", request.bin) + write_object("01", request.account)
    account = write_object("00", VIETQR_AID) + write_object("01", beneficiary)
    objects = {
        "00": "01",
        "01": "11" if request.amount_vnd is None else "12",
        "38": account + write_object("02", service(request.service)),
        "52": merchant_category(request.mcc),
        "53": _VND,
        "54": amount(request.amount_vnd),
        "58": "VN",
        "59": folded_name("merchant_name", request.merchant_name, limit=_NAME_MAX),
        "60": folded_name("merchant_city", request.merchant_city, limit=_CITY_MAX),
        "62": additional(
            {
                "01": ("bill_number", request.bill_number, LABEL_MAX),
                "03": ("store_label", request.store_label, LABEL_MAX),
                "05": ("reference_label", request.reference_label, LABEL_MAX),
                "07": ("terminal_label", request.terminal_label, LABEL_MAX),
                "08": ("purpose", request.purpose, PURPOSE_MAX),
            }
        ),
        "64": _accents(request),
    }
    body = "".join(write_object(tag, value) for tag, value in objects.items() if value) + "6304"
    payload = body + crc(body)
    _check_own_output(payload)
    return payload


def _accents(request: TransferRequest) -> str:
    if not isinstance(request.with_accents, bool):
        raise payload_refused("with_accents", "no-flag", value=request.with_accents)
    if not request.with_accents:
        return ""
    name = accented_name("merchant_name", request.merchant_name, limit=_NAME_MAX)
    city = accented_name("merchant_city", request.merchant_city, limit=_CITY_MAX)
    return write_object("00", _LANGUAGE) + write_object("01", name) + write_object("02", city)


def _check_own_output(payload: str) -> None:
    """Read back what was written: a finding here is a bug, and money must not follow it."""
    reading = read_payload(payload, require_vietqr=True)
    found = [str(each) for each in (*reading.errors, *reading.deviations)]
    is_ascii = "64" in reading.fields or payload.isascii()
    if found or not is_ascii or len(payload.encode("utf-8")) > PAYLOAD_BYTES_MAX:
        raise AssertionError(f"written payload {payload!r} does not read back cleanly: {found}")
