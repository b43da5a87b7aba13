"""Money, numbers, shares and days as Vietnamese readers expect them. Source: domain.md 13.3.

Figures keep the Vietnamese form on English pages too: 1.250.000 ₫ is what is printed on every
price tag around the reader.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
MINUS = "\u2212"
NOTHING = "chưa có"
"""Printed where there is nothing to say: a share of nothing is not 0."""

_HO_CHI_MINH = ZoneInfo("Asia/Ho_Chi_Minh")
_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_WEEKDAYS_SHORT = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def vnd(amount: int, *, signed: bool = False) -> str:
    """Return ``1.250.000 ₫``: dots, a no-break space, a true minus; ``signed`` shows a plus too."""
    return f"{_grouped(amount, signed=signed)}{NBSP}₫"


def num(value: float | Decimal, decimals: int = 0) -> str:
    """Return a number with a dot after each thousand and a decimal comma, halves away from 0."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    whole, _, fraction = f"{abs(rounded):f}".partition(".")
    sign = MINUS if rounded < 0 else ""
    return f"{sign}{_dotted(int(whole))}{f',{fraction}' if fraction else ''}"


def pct(share: float, decimals: int = 1) -> str:
    """Return a share of one as ``45,4%``."""
    return f"{num(Decimal(str(share)).scaleb(2), decimals)}%"


def shares_pct(counts: Sequence[int], decimals: int = 1) -> list[str]:
    """Return what each count is of their sum, rounded so that the parts add up to 100%.

    Largest remainder; of equal remainders the earlier part gets the unit. All empty if the sum is 0.
    """
    total = sum(counts)
    if not total:
        return [NOTHING for _ in counts]
    units = 100 * 10**decimals
    floors = [count * units // total for count in counts]
    by_remainder = sorted(range(len(counts)), key=lambda i: (-(counts[i] * units % total), i))
    for i in by_remainder[: units - sum(floors)]:
        floors[i] += 1
    return [pct(float(Decimal(part) / units), decimals) for part in floors]


def day(on: date) -> str:
    """Return ``21/11/2026``."""
    return f"{on:%d/%m/%Y}"


def month(first: date) -> str:
    """Return ``10/2026``."""
    return f"{first.month}/{first.year}"


def clock(at: datetime) -> str:
    """Return the time of an aware instant at the market, ``09:42``."""
    return f"{at.astimezone(_HO_CHI_MINH):%H:%M}"


def clock_on(at: datetime, on: date) -> str:
    """Return the time of an instant told under a business day: ``09:42``, or ``14/10 09:42``.

    A record may lie on another day than it happened on: what Stripe takes on the 14th is available,
    and booked, on the 16th.
    """
    local = at.astimezone(_HO_CHI_MINH)
    return f"{local:%H:%M}" if local.date() == on else f"{local:%d/%m %H:%M}"


def instant(at: datetime) -> str:
    """Return day and time of an aware instant at the market, ``21/11/2026 16:20``."""
    return f"{at.astimezone(_HO_CHI_MINH):%d/%m/%Y %H:%M}"


def weekday(on: date) -> str:
    """Return ``Thứ Bảy``."""
    return _WEEKDAYS[on.weekday()]


def weekday_short(on: date) -> str:
    """Return ``T7`` or ``CN``."""
    return _WEEKDAYS_SHORT[on.weekday()]


def _grouped(amount: int, *, signed: bool) -> str:
    sign = MINUS if amount < 0 else "+" if signed and amount > 0 else ""
    return f"{sign}{_dotted(abs(amount))}"


def _dotted(whole: int) -> str:
    return f"{whole:,}".replace(",", ".")
