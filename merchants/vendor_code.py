"""The vendor's code: short enough for a transfer remark, and one wrong character is no code.

``CC`` + six characters that count in base 30 + one check character, ISO/IEC 7064 hybrid system
(MOD 31,30: the method of MOD 37,36 over a smaller alphabet). The prefix and the fixed length let it
be found in a remark that a bank has stripped of spaces. Source: qr.md section 7, last points.
"""

import re

from stdnum.iso7064 import mod_37_36

PREFIX = "CC"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Thirty characters: without 0, 1, I, L, O and U, which are read or heard as another."""
BODY_LENGTH = 6
LENGTH = len(PREFIX) + BODY_LENGTH + 1
"""Characters of a whole code, prefix and check character included."""
NUMBER_MAX = len(ALPHABET) ** BODY_LENGTH - 1

_SHAPE = re.compile(f"{PREFIX}[{ALPHABET}]{{{BODY_LENGTH + 1}}}")


def write_vendor_code(number: int) -> str:
    """Return the code of a vendor number, ``CC222223`` + check character for 1.

    Raises:
        ValueError: the number is below 1 or above ``NUMBER_MAX`` (728,999,999).
    """
    if not 1 <= number <= NUMBER_MAX:
        raise ValueError(f"vendor number {number} is not in 1 … {NUMBER_MAX}")
    body = ""
    for _ in range(BODY_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        body = ALPHABET[digit] + body
    return f"{PREFIX}{body}{mod_37_36.calc_check_digit(body, alphabet=ALPHABET)}"


def read_vendor_code(text: str) -> int | None:
    """Return the vendor number of a code in its exact written form, or ``None``: it is no code.

    Nothing is corrected here; whoever reads a remark folds and upper-cases it first.
    """
    if not _SHAPE.fullmatch(text):
        return None
    checked = text.removeprefix(PREFIX)
    if mod_37_36.checksum(checked, alphabet=ALPHABET) != 1:
        return None
    number = 0
    for character in checked[:-1]:
        number = number * len(ALPHABET) + ALPHABET.index(character)
    return number or None
