"""The number vendors call when they need somebody: the office's, or a service line of four digits more."""

import re

from merchants.files.cells import read_phone

NOTE_CHARS_MAX = 120
_SERVICE_LINE = re.compile(r"1[89]00[0-9]{4,6}")
_COUNTRY = "+84"


def read_contact_phone(written: str) -> str:
    """Return a number as it is kept, ``+84…`` or a service line; empty stays empty.

    Raises:
        CellRefused: nobody in Vietnam has such a number.
    """
    digits = re.sub(r"[ .\-()]", "", written)
    return digits if _SERVICE_LINE.fullmatch(digits) else read_phone(written)[0]


def spoken_phone(phone: str) -> str:
    """Return a kept number in the groups in which it is read aloud: ``0216 385 1234``."""
    if not phone.startswith(_COUNTRY):
        return f"{phone[:4]} {phone[4:]}".strip()
    digits = "0" + phone.removeprefix(_COUNTRY)
    return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
