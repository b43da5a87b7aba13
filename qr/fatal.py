"""The fatal rules F1 to F19: a payload that breaks one is rejected.

Each rule is a function from the structure to its findings; ``FATAL_RULES`` is their order. Source:
EMVCo QR Code Specification, Merchant-Presented Mode, v1.1, chapter 4, and NAPAS "VietQR format in
NAPAS247", v1.0.
"""

import re
from collections.abc import Callable, Iterator

from qr.amount import is_amount, is_percentage
from qr.crc import crc
from qr.findings import Finding, finding
from qr.structure import Structure, is_account_template

SERVICES = frozenset({"QRIBFTTA", "QRIBFTTC", "QRPUSH", "QRCASH"})
ACCOUNT_LENGTH_MAX = 19

# fullmatch everywhere: a pattern ending in "$" would take a trailing newline.
_CRC_END = re.compile(r"6304[0-9A-Fa-f]{4}")
_THREE_DIGITS = re.compile(r"[0-9]{3}")
_FOUR_DIGITS = re.compile(r"[0-9]{4}")
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2}")
_CONSUMER_DATA = re.compile(r"[AME]+")

Rule = Callable[[Structure], Iterator[Finding]]


def fatal_findings(structure: Structure) -> Iterator[Finding]:
    """Yield every fatal rule the payload breaks; past F6 only what a readable root allows to judge."""
    for rule in _TEXT_RULES:
        yield from rule(structure)
    if "payload" not in structure.breakages and structure.text:
        for rule in _OBJECT_RULES:
            yield from rule(structure)


def is_not_vietqr(structure: Structure) -> Iterator[Finding]:
    """F19: no VietQR template; judged only when the caller requires VietQR."""
    if not structure.vietqr_tags:
        yield finding("not-vietqr", "payload")


def _white_space(structure: Structure) -> Iterator[Finding]:
    text = structure.text
    if not text:
        yield finding("empty", "payload")
    elif text != text.strip():
        yield finding("white-space", "payload", value=text)


def _end(structure: Structure) -> Iterator[Finding]:
    text = structure.text
    if text and not _CRC_END.fullmatch(text[-8:]):
        yield finding("no-crc-end", "payload", value=text[-8:])


def _checksum(structure: Structure) -> Iterator[Finding]:
    text = structure.text
    if not _CRC_END.fullmatch(text[-8:]):
        return
    try:
        computed = crc(text[:-4])
    except UnicodeEncodeError as surrogate:
        yield finding("surrogate", "payload", offset=surrogate.start)
        return
    if text[-4:].upper() != computed:
        yield finding("crc", "63", declared=text[-4:], computed=computed)


def _objects(structure: Structure) -> Iterator[Finding]:
    """F4, F5, F6: at the root, in 26 to 51, in VietQR's beneficiary, in 62 and in 64."""
    for path, breakage in structure.breakages.items():
        if path == "payload" or _must_be_readable(path):
            yield finding(
                breakage.kind,
                path,
                id=breakage.id,
                offset=breakage.offset,
                value=int(breakage.value) if breakage.kind == "past-end" else breakage.value,
                available=breakage.available,
            )


def _must_be_readable(path: str) -> bool:
    return path in {"62", "64"} or is_account_template(path[:2])


def _format(structure: Structure) -> Iterator[Finding]:
    value = structure.values.get("00")
    if value is None:
        yield finding("format-absent", "00")
        return
    if structure.objects[0].id != "00":
        yield finding("format-not-first", "00", first=structure.objects[0].id)
    if value != "01":
        yield finding("format", "00", value=value)


def _closing(structure: Structure) -> Iterator[Finding]:
    value = structure.values.get("63")
    if value is None:
        yield finding("crc-absent", "63")
        return
    if structure.objects[-1].id != "63":
        yield finding("crc-not-last", "63", last=structure.objects[-1].id)
    if len(value) != 4:
        yield finding("crc-length", "63", length=len(value))


def _repetition(structure: Structure) -> Iterator[Finding]:
    for path, times in structure.repeated.items():
        yield finding("repeated", path, times=times)


def _account(structure: Structure) -> Iterator[Finding]:
    if not any("02" <= tag <= "51" for tag in structure.root):
        yield finding("no-account", "payload")


def _currency_and_country(structure: Structure) -> Iterator[Finding]:
    for path, pattern, fact in (("53", _THREE_DIGITS, "currency"), ("58", _COUNTRY, "country")):
        value = structure.values.get(path)
        if value is None:
            yield finding("missing", path)
        elif not pattern.fullmatch(value):
            yield finding(fact, path, value=value)


def _initiation_and_mcc(structure: Structure) -> Iterator[Finding]:
    initiation, mcc = structure.values.get("01"), structure.values.get("52")
    if initiation is not None and initiation not in {"11", "12"}:
        yield finding("initiation", "01", value=initiation)
    if mcc is not None and not _FOUR_DIGITS.fullmatch(mcc):
        yield finding("mcc", "52", value=mcc)


def _amount(structure: Structure) -> Iterator[Finding]:
    value = structure.values.get("54")
    if value is not None and not is_amount(value):
        yield finding("amount", "54", value=value)


def _tip(structure: Structure) -> Iterator[Finding]:
    tip = structure.values.get("55")
    if tip is not None and tip not in {"01", "02", "03"}:
        yield finding("tip", "55", value=tip)
    yield from _fee(structure, "56", needed="02", is_right=is_amount, fact="fixed-fee")
    yield from _fee(structure, "57", needed="03", is_right=is_percentage, fact="percentage")


def _fee(
    structure: Structure, path: str, *, needed: str, is_right: Callable[[str], bool], fact: str
) -> Iterator[Finding]:
    value, is_asked = structure.values.get(path), structure.values.get("55") == needed
    if value is None:
        if is_asked:
            yield finding("fee-missing", path, needed=needed)
        return
    if not is_asked:
        yield finding("fee-unasked", path, needed=needed)
    if not is_right(value):
        yield finding(fact, path, value=value)


def _templates(structure: Structure) -> Iterator[Finding]:
    for path in structure.breakages:
        if len(path) == 2 and _must_be_readable(path):
            yield finding("not-a-template", path, value=structure.values[path])


def _consumer_data(structure: Structure) -> Iterator[Finding]:
    value = structure.values.get("62.09")
    if value is not None and not (
        _CONSUMER_DATA.fullmatch(value) and len(set(value)) == len(value)
    ):
        yield finding("consumer-data", "62.09", value=value)


def _language(structure: Structure) -> Iterator[Finding]:
    if "64" not in structure.templates:
        return
    language = structure.values.get("64.00")
    if language is None:
        yield finding("language-missing", "64.00")
    elif not _LANGUAGE.fullmatch(language):
        yield finding("language", "64.00", value=language)
    if "64.01" not in structure.values:
        yield finding("language-missing", "64.01")


def _vietqr(structure: Structure) -> Iterator[Finding]:
    for tag in structure.vietqr_tags:
        yield from _beneficiary(structure, f"{tag}.01")
        service = structure.values.get(f"{tag}.02")
        if service is not None and service not in SERVICES:
            yield finding("service", f"{tag}.02", value=service)


def _beneficiary(structure: Structure, path: str) -> Iterator[Finding]:
    value = structure.values.get(path)
    if value is None:
        yield finding("beneficiary-missing", path)
        return
    if path not in structure.templates:
        yield finding("beneficiary-broken", path, value=value)
        return
    inner = structure.inside(path)
    if "00" not in inner:
        yield finding("bin-missing", f"{path}.00")
    elif not _SIX_DIGITS.fullmatch(inner["00"]):
        yield finding("bin", f"{path}.00", value=inner["00"])
    if "01" not in inner:
        yield finding("account-missing", f"{path}.01")
    elif len(inner["01"]) > ACCOUNT_LENGTH_MAX:
        yield finding("account-length", f"{path}.01", length=len(inner["01"]))
    for extra in sorted(inner.keys() - {"00", "01"}):
        yield finding("beneficiary-extra", f"{path}.{extra}")


_TEXT_RULES: tuple[Rule, ...] = (_white_space, _end, _checksum, _objects)
_OBJECT_RULES: tuple[Rule, ...] = (
    _format,
    _closing,
    _repetition,
    _account,
    _currency_and_country,
    _initiation_and_mcc,
    _amount,
    _tip,
    _templates,
    _consumer_data,
    _language,
    _vietqr,
)
