"""The deviations D1 to D9: a payload that shows one is accepted and flagged.

Codes in circulation are dirty, so what a bank will still pay is told apart from what it will not.
"""

import re
from collections.abc import Iterator
from unicodedata import is_normalized

from qr.amount import decimals, is_amount
from qr.currency import currency_exponent
from qr.findings import Finding, finding
from qr.structure import Structure, is_account_template, is_unreserved_template

PAYLOAD_BYTES_MAX = 512

_LABELS = tuple(f"62.{sub:02d}" for sub in range(1, 9))
_LENGTH_MAX = {
    "54": 13,
    "56": 13,
    "57": 5,
    "59": 25,
    "60": 15,
    "61": 10,
    **dict.fromkeys(_LABELS, 25),
    "64.01": 25,
    "64.02": 15,
}
_GUID_LENGTH_MAX = 32
_PRINTABLE = re.compile(r"[\x20-\x7E]*")
_ACCOUNT = re.compile(r"[A-Za-z0-9]+")


def deviations(structure: Structure) -> Iterator[Finding]:
    """Yield every deviation of a payload whose root is readable, D1 to D9 in order."""
    for rule in (
        _missing,
        _too_long,
        _outside_ascii,
        _decomposed,
        _lower_case_crc,
        _undefined,
        _identifiers,
        _vietqr,
        _amounts,
    ):
        yield from rule(structure)


def _missing(structure: Structure) -> Iterator[Finding]:
    for path in ("52", "59", "60"):
        if path not in structure.values:
            yield finding("emvco-missing", path)


def _too_long(structure: Structure) -> Iterator[Finding]:
    limits = _LENGTH_MAX | {
        f"{path}.00": _GUID_LENGTH_MAX for path in _templates_with_guid(structure)
    }
    for path, limit in limits.items():
        length = len(structure.values.get(path, ""))
        if length > limit:
            yield finding("over-length", path, length=length, limit=limit)
    size = len(structure.text.encode("utf-8", "surrogatepass"))
    if size > PAYLOAD_BYTES_MAX:
        yield finding("over-size", "payload", length=size, limit=PAYLOAD_BYTES_MAX)


def _outside_ascii(structure: Structure) -> Iterator[Finding]:
    for path in ("59", "60", "61", *_LABELS):
        value = structure.values.get(path, "")
        if not _PRINTABLE.fullmatch(value):
            yield finding("not-ascii", path, value=value)


def _decomposed(structure: Structure) -> Iterator[Finding]:
    for tag, value in structure.root.items():
        if not is_normalized("NFC", value):
            yield finding("not-nfc", tag, value=value)


def _lower_case_crc(structure: Structure) -> Iterator[Finding]:
    value = structure.values.get("63", "")
    if value != value.upper():
        yield finding("lower-case-crc", "63", value=value)


def _undefined(structure: Structure) -> Iterator[Finding]:
    for sub in structure.inside("62"):
        if sub == "00" or "10" <= sub <= "49":
            yield finding("undefined", f"62.{sub}")
    for tag in structure.root:
        if "65" <= tag <= "79":
            yield finding("undefined", tag)


def _identifiers(structure: Structure) -> Iterator[Finding]:
    for path in _templates_with_guid(structure):
        if path in structure.breakages:
            # An account template that cannot be read is fatal (F15) and says so there.
            if not is_account_template(path):
                yield finding("opaque", path, value=structure.values[path])
        elif f"{path}.00" not in structure.values:
            yield finding("no-guid", path)


def _templates_with_guid(structure: Structure) -> list[str]:
    """Return the paths that must hold a unique identifier: 26 to 51, 62.50 to 62.99, 80 to 99."""
    roots = [
        tag for tag in structure.root if is_account_template(tag) or is_unreserved_template(tag)
    ]
    return roots + [f"62.{sub}" for sub in structure.inside("62") if sub >= "50"]


def _vietqr(structure: Structure) -> Iterator[Finding]:
    tags = structure.vietqr_tags
    for tag in tags:
        if tag != "38":
            yield finding("other-tag", tag)
        if f"{tag}.02" not in structure.values:
            yield finding("service-absent", f"{tag}.02")
        account = structure.inside(f"{tag}.01").get("01")
        if account is not None and not _ACCOUNT.fullmatch(account):
            yield finding("account-letters", f"{tag}.01.01", value=account)
    if tags:
        yield from _vietqr_root(structure)


def _vietqr_root(structure: Structure) -> Iterator[Finding]:
    if "01" not in structure.values:
        yield finding("initiation-absent", "01")
    for path, usual, fact in (("53", "704", "not-vnd"), ("58", "VN", "not-vn")):
        value = structure.values.get(path, usual)
        if value != usual:
            yield finding(fact, path, value=value)


def _amounts(structure: Structure) -> Iterator[Finding]:
    initiation, has_amount = structure.values.get("01"), "54" in structure.values
    if structure.vietqr_tags and initiation == "11" and has_amount:
        yield finding("static-amount", "01")
    if structure.vietqr_tags and initiation == "12" and not has_amount:
        yield finding("dynamic-open", "01")
    currency = structure.values.get("53", "")
    limit = currency_exponent(currency)
    for path in ("54", "56"):
        value = structure.values.get(path, "")
        if limit is not None and is_amount(value) and decimals(value) > limit:
            yield finding(
                "decimals",
                path,
                value=value,
                decimals=decimals(value),
                currency=currency,
                limit=limit,
            )
