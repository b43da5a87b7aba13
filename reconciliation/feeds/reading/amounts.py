"""Money cells to whole minor units, by one strict grammar. Source: feeds.md 11.2."""

import re
from decimal import Decimal

from reconciliation.feeds.reading.refusal import RowRefused

AMOUNT_MAX = 10**15

_ZERO_DECIMAL = "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DECIMAL = "BHD JOD KWD OMR TND"
_EXPONENTS = dict.fromkeys(_ZERO_DECIMAL.split(), 0) | dict.fromkeys(_THREE_DECIMAL.split(), 3)
_SUFFIXES = ("VND", "đ", "₫")

# Groups of three with one kind of separator, or no groups; then a zero fraction whose separator
# is not the grouping one. [0-9] and not \d: int() would also take full-width digits.
_VND = re.compile(
    r"(?P<sign>-?)(?:(?P<plain>0|[1-9][0-9]*)(?:[.,]00)?"
    r"|(?P<commas>[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.00)?"
    r"|(?P<dots>[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,00)?)"
)
_MAJOR = re.compile(
    r"(?P<sign>-?)(?P<whole>0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<cents>[0-9]{1,3}))?"
)


def currency_exponent(currency: str) -> int:
    """Return how many decimals the minor unit of an upper-case ISO 4217 code stands for."""
    return _EXPONENTS.get(currency, 2)


def read_amount(text: str, currency: str = "VND") -> int:
    """Return the signed minor units of a money cell.

    For VND ``68.866`` and ``68,866`` are 68866 đồng and ``68.86`` is refused; other currencies
    have comma groups, a point and at most their own number of decimals.

    Raises:
        RowRefused: ``amount`` when the grammar does not hold, ``amount_range`` above 10^15.
    """
    bare = _without_suffix(text)
    minor = _vnd(bare, text) if currency == "VND" else _major(bare, text, currency)
    if abs(minor) > AMOUNT_MAX:
        raise RowRefused("amount_range", f"{text!r} is more than {AMOUNT_MAX}")
    return minor


def read_plain_amount(text: str, currency: str, *, point: str) -> int:
    """Return the minor units of a bank message's amount: no groups, no sign, one decimal mark.

    ISO 20022 writes ``68866`` or ``68866.00``, MT940 ``68866,`` with a mark that is always there.

    Raises:
        RowRefused: ``amount`` for another form or decimals the currency does not have,
            ``amount_range`` above 10^15.
    """
    found = re.fullmatch(r"([0-9]+)(?:(,)([0-9]*)|(\.)([0-9]+))?", text)
    mark = (found[2] or found[4]) if found else None
    if found is None or (mark or ".") != point:
        raise RowRefused("amount", f"{text!r} is no amount")
    exponent = currency_exponent(currency)
    decimals = found[3] or found[5] or ""
    if decimals[exponent:].strip("0"):
        raise RowRefused("amount", f"{text!r} is no amount in {currency}")
    digits = found[1] + decimals[:exponent].ljust(exponent, "0")
    minor = _signed("", digits.lstrip("0") or "0", text)
    if minor > AMOUNT_MAX:
        raise RowRefused("amount_range", f"{text!r} is more than {AMOUNT_MAX}")
    return minor


def read_number(value: object, currency: str = "VND") -> int:
    """Return the minor units of a number out of a spreadsheet cell.

    Raises:
        RowRefused: when it is no finite number, or not whole for its currency.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowRefused("amount", f"{value!r} is no number")
    if isinstance(value, float) and not value.is_integer() and currency == "VND":
        raise RowRefused("amount", f"{value!r} is no whole number")
    scaled = Decimal(repr(value)).scaleb(currency_exponent(currency))
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise RowRefused("amount", f"{value!r} is not whole in minor units")
    if abs(scaled) > AMOUNT_MAX:
        raise RowRefused("amount_range", f"{value!r} is more than {AMOUNT_MAX}")
    return int(scaled)


def read_json_amount(value: object, field: str, currency: str = "VND") -> int:
    """Return the whole minor units of a JSON value that was parsed without floats.

    Raises:
        RowRefused: for anything but a whole number or a text of the same grammar as a cell.
    """
    if isinstance(value, str):
        return read_amount(value, currency)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise RowRefused("amount", f"{field} is {value!r}, no amount")
    if isinstance(value, Decimal) and not (
        value.is_finite() and value == value.to_integral_value()
    ):
        raise RowRefused("amount", f"{field} is {value}, no whole number")
    if not -AMOUNT_MAX <= value <= AMOUNT_MAX:  # no abs(): it overflows for 1E+999999999
        raise RowRefused("amount_range", f"{field} is more than {AMOUNT_MAX}")
    return int(value)


def _without_suffix(text: str) -> str:
    bare = text.strip()
    for suffix in _SUFFIXES:
        if bare.endswith(suffix):
            return bare.removesuffix(suffix).rstrip()
    return bare


def _vnd(bare: str, text: str) -> int:
    found = _VND.fullmatch(bare)
    if found is None:
        raise RowRefused("amount", f"{text!r} is no amount in đồng")
    digits = found["plain"] or found["commas"] or found["dots"]
    return _signed(found["sign"], digits.replace(",", "").replace(".", ""), text)


def _major(bare: str, text: str, currency: str) -> int:
    found = _MAJOR.fullmatch(bare)
    exponent = currency_exponent(currency)
    cents = (found["cents"] or "") if found else ""
    if found is None or len(cents) > exponent:
        raise RowRefused("amount", f"{text!r} is no amount in {currency}")
    return _signed(
        found["sign"], found["whole"].replace(",", "") + cents.ljust(exponent, "0"), text
    )


def _signed(sign: str, digits: str, text: str) -> int:
    if len(digits) > 20:  # far beyond the limit; int() of a very long text is slow and may raise
        raise RowRefused("amount_range", f"an amount of {len(digits)} digits")
    amount = int(digits)
    if sign and amount == 0:
        raise RowRefused("amount", f"{text!r} is minus nothing")
    return -amount if sign else amount
