"""Payloads for tests: a good one, and ways to spoil it that keep its checksum right."""

from collections.abc import Mapping

from qr.crc import crc
from qr.tlv import write_object


def closed(body: str) -> str:
    """Return the body closed with object 63 and a right checksum."""
    return f"{body}6304{crc(body + '6304')}"


def vietqr(
    aid: str = "A000000727", *, beneficiary: str | None = None, service: str | None = "QRIBFTTA"
) -> str:
    """Return the value of a VietQR template paying account 0000000001 at Vietcombank."""
    if beneficiary is None:
        beneficiary = write_object("00", "970436") + write_object("01", "0000000001")
    value = write_object("00", aid) + (write_object("01", beneficiary) if beneficiary else "")
    return value + (write_object("02", service) if service else "")


def payload(changes: Mapping[str, str | None] | None = None, *, order: str | None = None) -> str:
    """Return a poster payload without deviations; a change of None leaves the object out."""
    objects: dict[str, str | None] = {
        "00": "01",
        "01": "11",
        "38": vietqr(),
        "52": "5411",
        "53": "704",
        "58": "VN",
        "59": "BA TU",
        "60": "MAU A",
    }
    objects.update(changes or {})
    tags = order.split() if order else sorted(objects)
    values = ((tag, objects[tag]) for tag in tags)
    return closed("".join(write_object(tag, value) for tag, value in values if value))
