"""The three kinds of lines of a NAPAS reconciliation file, field by field. Source: feeds.md 4."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from reconciliation.feeds.providers.napas_checksum import checksum
from reconciliation.feeds.reading.dates import VIETNAM
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused

_LAYOUT = """
MTI 4 F2 19 F3 6 SVC 10 TCC 2 F4 12 RTA 12 F49 3 F5 12 F50 3 F9 8 F6 12 RCA 12 F51 3 F10 8 F11 6
F12 6 F13 4 F15 4 F18 4 F22 3 F25 2 F41 8 ACQ 8 ISS 8 MID 15 BNB 8 F102 28 F103 28 SVFISSNP 12
IRFISSACQ 12 IRFISSBNB 12 SVFACQNP 12 IRFACQISS 12 IRFACQBNB 12 SVFBNBNP 12 IRFBNBISS 12
IRFBNBACQ 12 F37 12 F38 6 TRN 16 RRC 4 RSV1 100 RSV2 100 RSV3 100
"""
_FIELDS = re.findall("([A-Z0-9]+) ([0-9]+)", _LAYOUT)
_DETAIL = re.compile(
    "DR" + "".join(rf"\[{name}\](?P<{name}>.{{{width}}})" for name, width in _FIELDS) + r"\[CSR\]"
)
_HEADER = re.compile(r"HR\[REV\](?=.{8}\[) *([0-9]+)\[DATE\]([0-9]{8})")
_TRAILER = re.compile(
    r"TR\[NOT\]([0-9]{9})\[CRE\].{20}\[TIME\][0-9]{6}\[DATE\][0-9]{8}\[CSF\][0-9a-fA-F]{32}"
)
_SUM = re.compile(r"(?P<text>.*\[CS[RF]\])(?P<sum>[0-9a-fA-F]{32})", re.DOTALL)
_AMOUNT = re.compile("([0-9]{10})00")

VND = "704"

Detail = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Header:
    """Whose file it is, and of which day."""

    member: str
    on: date


def read_header(line: str) -> Header:
    """Return what the HR line says; raise ``FileRefused`` (``not_parseable``) when it is none."""
    found = _HEADER.fullmatch(line)
    if found is None:
        raise FileRefused("not_parseable", "the first line is no HR line")
    try:
        day = datetime.strptime(found[2], "%d%m%Y").replace(tzinfo=UTC).date()
    except ValueError as failure:
        raise FileRefused("not_parseable", f"the HR line: {failure}") from failure
    return Header(found[1], day)


def read_trailer(line: str, member: str) -> int:
    """Return how many DR lines the TR line declares; raise ``FileRefused`` when it is damaged."""
    refuse_checksum(line, member, "the TR line")
    found = _TRAILER.fullmatch(line)
    if found is None:
        raise FileRefused("schema", "the TR line has another layout")
    return int(found[1])


def read_detail(line: str, member: str, row: int) -> Detail:
    """Return the fields of a DR line; raise ``FileRefused`` when it is damaged or laid out anew."""
    refuse_checksum(line, member, f"DR line {row}")
    found = _DETAIL.match(line)
    if found is None or found.end() != len(line) - 32:
        raise FileRefused("schema", f"DR line {row} has another layout")
    return found.groupdict()


def refuse_checksum(line: str, member: str, what: str) -> None:
    """Raise ``FileRefused`` (``checksum``) when a line does not end with its own checksum."""
    found = _SUM.fullmatch(line)
    if found is None or checksum(found["text"], member) != found["sum"].lower():
        raise FileRefused("checksum", f"{what} does not fit its checksum")


def read_dong(field: str) -> int:
    """Return the whole đồng of twelve digits with two implied decimals."""
    found = _AMOUNT.fullmatch(field)
    if found is None:
        raise RowRefused("amount", f"{field!r} is no amount in đồng of 12 digits")
    return int(found[1])


def read_instant(day: date, field: str) -> datetime:
    """Return the UTC instant of a local day and ``hhmmss``."""
    if not re.fullmatch("[0-9]{6}", field):
        raise RowRefused("date", f"{field!r} is no time like 235959")
    hour, minute, second = int(field[:2]), int(field[2:4]), int(field[4:])
    try:
        local = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=VIETNAM)
    except ValueError as failure:
        raise RowRefused("date", f"{field!r}: {failure}") from failure
    return local.astimezone(UTC)
