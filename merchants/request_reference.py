"""The reference of one asked amount: the vendor's code, a mark, the request's number, a check character.

``CC222223C`` + ``U`` + six characters that count in base 28 + one check character (ISO/IEC 7064 hybrid
system, MOD 29,28): 17 characters, where vietqr.vn takes 19. The vendor's code stands in front, so that
a remark names the vendor even to whoever knows nothing of requests. Neither the mark nor the number
holds a letter that could begin or go on a vendor's code: a reference names one vendor, never two.
Source: qr.md sections 7 and 8.5.
"""

import re
from typing import NamedTuple

from stdnum.iso7064 import mod_37_36

from merchants.vendor_code import ALPHABET as VENDOR_ALPHABET
from merchants.vendor_code import LENGTH as VENDOR_LENGTH
from merchants.vendor_code import PREFIX, read_vendor_code

MARK = "U"
"""No letter of a vendor's code: what stands behind it cannot be read as part of one."""
ALPHABET = "23456789ABDEFGHJKMNPQRSTWXYZ"
"""The vendor code's letters without C, with which every vendor code begins, and without V: the check
needs an even count."""
NUMBER_LENGTH = 6
NUMBER_MAX = len(ALPHABET) ** NUMBER_LENGTH - 1
LENGTH = VENDOR_LENGTH + len(MARK) + NUMBER_LENGTH + 1

SHAPE = (
    f"{PREFIX}[{VENDOR_ALPHABET}]{{{VENDOR_LENGTH - len(PREFIX)}}}"
    f"{MARK}[{ALPHABET}]{{{NUMBER_LENGTH + 1}}}"
)
"""What a reference looks like; its two check characters are still to be looked at."""
_SHAPE = re.compile(SHAPE)


class RequestReference(NamedTuple):
    """What a reference names."""

    vendor_code: str
    number: int


def write_request_reference(vendor_code: str, number: int) -> str:
    """Return the reference of a vendor's request.

    Raises:
        ValueError: ``vendor_code`` is none, or the number is not in 1 … ``NUMBER_MAX`` (481,890,303).
    """
    if read_vendor_code(vendor_code) is None:
        raise ValueError(f"{vendor_code!r} is no vendor code")
    if not 1 <= number <= NUMBER_MAX:
        raise ValueError(f"request number {number} is not in 1 … {NUMBER_MAX}")
    body = ""
    for _ in range(NUMBER_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        body = ALPHABET[digit] + body
    return f"{vendor_code}{MARK}{body}{mod_37_36.calc_check_digit(body, alphabet=ALPHABET)}"


def read_request_reference(text: str) -> RequestReference | None:
    """Return what a reference in its exact written form names, or ``None``: it is none.

    Nothing is corrected here; whoever reads a remark folds and upper-cases it first.
    """
    if not _SHAPE.fullmatch(text):
        return None
    vendor_code, checked = text[:VENDOR_LENGTH], text[VENDOR_LENGTH + len(MARK) :]
    if read_vendor_code(vendor_code) is None:
        return None
    if mod_37_36.checksum(checked, alphabet=ALPHABET) != 1:
        return None
    number = 0
    for character in checked[:-1]:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    return RequestReference(vendor_code, number) if number else None
