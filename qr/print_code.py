"""The code that is only printed: made under the key of the poster's issue date, checked as people type.

No bank app reads it and no payload carries it: it tells whoever stands before a poster whether the
market printed it. Source: qr.md section 11.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from stdnum.iso7064 import mod_37_36

from qr.errors import SerialRefused
from qr.serial import CROCKFORD, VERIFICATION_LENGTH, verification_code

_APART = re.compile(r"[\s\-.]")
_ALIKE = str.maketrans("OIL", "011")
"""Letters that look like digits, and that the alphabet leaves out for it."""


@dataclass(frozen=True)
class PrintKeys:
    """The keys of the printed codes, each from its day on.

    A poster's key follows from the day it was issued, so that a new key changes no code that hangs,
    and none that is drawn again. A key's day should not have come yet when it is put in.

    Raises:
        SerialRefused: there is no key, or one is empty.
    """

    by_day: Mapping[date, str] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.by_day or not all(self.by_day.values()):
            raise SerialRefused("key", "is empty")

    def on(self, issued_on: date) -> str:
        """Return the key of posters issued on a day; before the first key's day that key."""
        begun = [day for day in self.by_day if day <= issued_on]
        return self.by_day[max(begun) if begun else min(self.by_day)]


PrintKey = str | PrintKeys
"""One key for good, or several by the day each begins."""


def key_on(key: PrintKey, issued_on: date) -> str:
    """Return the key of posters issued on a day."""
    return key.on(issued_on) if isinstance(key, PrintKeys) else key


class TypedCode(StrEnum):
    """What a typed code is."""

    OURS = "ours"
    NOT_OURS = "not_ours"
    """A whole code, and not the one of this poster."""
    MISTYPED = "mistyped"
    """One character does not go with the others: typed wrong, or read wrong off the paper."""
    UNREADABLE = "unreadable"
    """Too short, too long, or with characters no code has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedOn:
    """The poster a code is said to stand on."""

    market: str
    stall: str
    serial: str
    payload: str
    issued_on: date


def check_typed_code(key: PrintKey, text: str, poster: PrintedOn | None) -> TypedCode:
    """Return what a typed code is; ``None`` = no poster was ever issued under that serial.

    Case, spaces, hyphens and dots do not count; O is read as 0, I and L as 1.
    """
    plain = _APART.sub("", text.upper()).translate(_ALIKE)
    if len(plain) != VERIFICATION_LENGTH or set(plain) - set(CROCKFORD):
        return TypedCode.UNREADABLE
    if not mod_37_36.is_valid(plain, CROCKFORD):
        return TypedCode.MISTYPED
    if poster is None:
        return TypedCode.NOT_OURS
    printed = verification_code(
        key_on(key, poster.issued_on),
        market=poster.market,
        stall=poster.stall,
        serial=poster.serial,
        payload=poster.payload,
    )
    is_ours = hmac.compare_digest(plain.encode("ascii"), printed.encode("ascii"))
    return TypedCode.OURS if is_ours else TypedCode.NOT_OURS
