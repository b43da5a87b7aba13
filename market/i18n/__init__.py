"""Vietnamese first, English second: formats of money, shares and days, and the words of the pages."""

from market.i18n.formats import (
    MINUS,
    NBSP,
    NOTHING,
    clock,
    day,
    instant,
    month,
    num,
    pct,
    shares_pct,
    vnd,
    weekday,
    weekday_short,
)
from market.i18n.words import Lang, Translator, translator

__all__ = [
    "MINUS",
    "NBSP",
    "NOTHING",
    "Lang",
    "Translator",
    "clock",
    "day",
    "instant",
    "month",
    "num",
    "pct",
    "shares_pct",
    "translator",
    "vnd",
    "weekday",
    "weekday_short",
]
