"""Amounts and times as webhooks and APIs write them: nothing rounded, nothing guessed.

Narrower than the cells of a file: what a machine wrote needs no grouping, and a text like
``51.000`` is fifty-one there, never fifty-one thousand. Source: feeds.md 2.1, 3 and 11.2.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from reconciliation.feeds.reading.amounts import AMOUNT_MAX, currency_exponent
from reconciliation.feeds.reading.dates import VIETNAM, read_iso_instant
from reconciliation.feeds.reading.json_body import Exponential
from reconciliation.feeds.reading.refusal import RowRefused

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,4}))?")
_CURRENCY = re.compile("[A-Z]{3}")
_COMPACT = re.compile("[0-9]{14}")
_OFFSET = re.compile(r"(.+?)(Z|[+-][0-9]{2}:[0-9]{2})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNIX_MS_MAX = 253_402_300_799_999  # the last millisecond of the year 9999


def read_whole(value: object, field: str, *, may_be_negative: bool = False) -> int:
    """Return an amount in đồng: a whole JSON number, or a text of plain ASCII digits.

    Raises:
        RowRefused: ``amount`` for anything else, an exponent and 0 too, ``amount_sign`` below 0,
            ``amount_range`` above 10^15.
    """
    return _positive(read_balance(value, field), field, may_be_negative=may_be_negative)


def read_balance(value: object, field: str) -> int:
    """Return a whole number of đồng that may also be 0 or negative."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()) and value.strip() != "-0":
        value = int(value.strip())
    elif isinstance(value, Decimal) and not isinstance(value, Exponential):
        is_whole = value == value.to_integral_value() and not (value.is_signed() and not value)
        value = int(value) if is_whole else value
    if isinstance(value, bool) or not isinstance(value, int):
        raise RowRefused("amount", f"{field} is {value!r}, no whole amount")
    if abs(value) > AMOUNT_MAX:
        raise RowRefused("amount_range", f"{field} is more than {AMOUNT_MAX}")
    return value


def read_scaled(value: object, field: str, scale: int) -> int:
    """Return an amount told as a multiple of ``scale`` for each đồng; it must divide."""
    told = read_balance(value, field)
    if told % scale:
        raise RowRefused("amount", f"{field} is {told}, no whole đồng at a scale of {scale}")
    return _positive(told // scale, field)


def read_decimal(value: object, field: str, currency: str) -> int:
    """Return the minor units of a decimal text such as ``150.00``, or of a whole JSON number.

    Raises:
        RowRefused: ``amount`` when it is none, not positive, or finer than the currency.
    """
    return _positive(read_decimal_balance(value, field, currency), field)


def read_decimal_balance(value: object, field: str, currency: str) -> int:
    """Return the same of what may also be 0 or negative."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    found = _DECIMAL.fullmatch(text.strip()) if isinstance(text, str) else None
    if found is None:
        raise RowRefused("amount", f"{field} is {value!r}, no decimal amount")
    exponent = currency_exponent(currency)
    fraction = (found[3] or "").rstrip("0")
    if len(fraction) > exponent:
        raise RowRefused("amount", f"{field} is {value!r}, finer than {currency} is counted")
    minor = int(found[2] + fraction.ljust(exponent, "0"))
    if minor > AMOUNT_MAX:
        raise RowRefused("amount_range", f"{field} is more than {AMOUNT_MAX}")
    if found[1] and not minor:
        raise RowRefused("amount", f"{field} is minus nothing")
    return -minor if found[1] else minor


def read_currency(value: object, field: str) -> str:
    """Return an upper-case ISO 4217 code.

    Raises:
        RowRefused: ``amount`` when it is none: an amount without a currency is no amount.
    """
    if isinstance(value, str) and _CURRENCY.fullmatch(value):
        return value
    raise RowRefused("amount", f"{field} is {value!r}, no currency")


def read_unix_ms(value: object, field: str) -> datetime:
    """Return the UTC instant of whole unix milliseconds.

    Raises:
        RowRefused: ``date`` for anything but a whole number up to the year 9999.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _UNIX_MS_MAX:
        raise RowRefused("date", f"{field} is {value!r}, no unix time in milliseconds")
    return _EPOCH + timedelta(milliseconds=value)


def read_compact_instant(value: object, field: str, zone: timezone = VIETNAM) -> datetime:
    """Return the UTC instant of a local ``yyyyMMddHHmmss``.

    Raises:
        RowRefused: ``date`` for another form or a time that does not exist.
    """
    if not isinstance(value, str) or not _COMPACT.fullmatch(value):
        raise RowRefused("date", f"{field} is {value!r}, no time like 20261231235959")
    day, time = value[:8], value[8:]
    text = f"{day[:4]}-{day[4:6]}-{day[6:]} {time[:2]}:{time[2:4]}:{time[4:]}"
    return read_iso_instant(text, zone)[0]


def read_rfc3339(value: object, field: str) -> tuple[datetime, str]:
    """Return the UTC instant of a time with its offset, and its precision.

    Raises:
        RowRefused: ``date`` for another form, no offset, or a time that does not exist.
    """
    found = _OFFSET.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise RowRefused("date", f"{field} is {value!r}, no time with an offset")
    offset = timedelta()
    if found[2] != "Z":
        hours, minutes = int(found[2][1:3]), int(found[2][4:])
        if hours > 23 or minutes > 59:
            raise RowRefused("date", f"{field} is {value!r}, an offset that does not exist")
        offset = timedelta(hours=hours, minutes=minutes) * (-1 if found[2][0] == "-" else 1)
    return read_iso_instant(found[1], timezone(offset))


def _positive(amount: int, field: str, *, may_be_negative: bool = False) -> int:
    if amount == 0:
        raise RowRefused("amount", f"{field} is 0")
    if amount < 0 and not may_be_negative:
        raise RowRefused("amount_sign", f"{field} is {amount}; money comes in with a plus")
    return amount
