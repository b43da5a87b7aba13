"""What is printed on a poster to tell it from a forged one: a serial and a verification code.

Neither is inside the payment code: no bank app reads them, they serve the market's own audit.
"""

import hashlib
import hmac
import re

from stdnum.iso7064 import mod_37_36

from qr.errors import SerialRefused

SERIAL_LENGTH_MAX = 16
VERIFICATION_LENGTH = 9

# Crockford's base 32: no I, L, O, U. Source: https://www.crockford.com/base32.html
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MARKET_CODE = re.compile(r"[A-Z0-9]+")
_SERIAL = re.compile(r"([A-Z0-9]+)-([0-9]{5,})-[A-Z0-9]")
_DIGEST_BYTES = 5  # 40 bits, eight characters of base 32


def poster_serial(market_code: str, number: int) -> str:
    """Return the serial of a market's n-th poster, such as ``MA-00012-E``.

    The last character checks the others. Source: ISO/IEC 7064, hybrid system MOD 37,36.

    Raises:
        SerialRefused: the market code is not ``A-Z 0-9``, the number is below 1, or the serial would be
            longer than 16 characters.
    """
    if not _MARKET_CODE.fullmatch(market_code):
        raise SerialRefused("market_code", f"is {market_code!r}, must be letters A-Z and digits")
    if number < 1:
        raise SerialRefused("number", f"is {number}, must be 1 or more")
    body = f"{number:05d}"
    serial = f"{market_code}-{body}-{mod_37_36.calc_check_digit(market_code + body)}"
    if len(serial) > SERIAL_LENGTH_MAX:
        raise SerialRefused(
            "serial", f"{serial} holds {len(serial)} characters, at most {SERIAL_LENGTH_MAX} fit"
        )
    return serial


def read_poster_serial(text: str) -> tuple[str, int] | None:
    """Return the market code and number of a serial, None when the check character does not fit."""
    serial = text.strip().upper()
    found = _SERIAL.fullmatch(serial)
    if found is None or len(serial) > SERIAL_LENGTH_MAX or int(found[2]) < 1:
        return None
    market_code, number = found[1], int(found[2])
    return (market_code, number) if poster_serial(market_code, number) == serial else None


def verification_code(key: str, *, market: str, stall: str, serial: str, payload: str) -> str:
    """Return the nine characters that prove a poster is ours: eight of base 32 and a check character.

    HMAC-SHA256 over ``market|stall|serial|payload`` under a key only the market holds, cut to 40
    bits.

    Raises:
        SerialRefused: the key is empty, or a part before the payload holds ``|`` and so could be read
            as another.
    """
    if not key:
        raise SerialRefused("key", "is empty")
    for name, part in (("market", market), ("stall", stall), ("serial", serial)):
        if "|" in part:
            raise SerialRefused(name, f"is {part!r}, may not hold '|'")
    message = "|".join((market, stall, serial, payload)).encode("utf-8")
    digest = hmac.new(key.encode("utf-8"), message, hashlib.sha256).digest()
    bits = int.from_bytes(digest[:_DIGEST_BYTES], "big")
    body = "".join(CROCKFORD[bits >> shift & 31] for shift in range(35, -1, -5))
    return body + mod_37_36.calc_check_digit(body, CROCKFORD)
