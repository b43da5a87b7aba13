"""Vietnamese first, English second: formats of money, shares and days, and the words of the pages."""

from market.i18n.amount_words import vnd_words
from market.i18n.formats import (
    MINUS,
    NBSP,
    NOTHING,
    clock,
    clock_on,
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
from market.i18n.role_names import ROLE_NAMES
from market.i18n.words import Lang, Translator, translator

__all__ = [
    "MINUS",
    "NBSP",
    "NOTHING",
    "ROLE_NAMES",
    "Lang",
    "Translator",
    "clock",
    "clock_on",
    "day",
    "instant",
    "month",
    "num",
    "pct",
    "shares_pct",
    "translator",
    "vnd",
    "vnd_words",
    "weekday",
    "weekday_short",
]
