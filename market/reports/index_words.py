"""The components of the composite index as they are named and written."""

from market.adoption.definitions import DICTIONARY, Unit
from market.i18n import Lang, num, pct, vnd


def component_name(id_: str, lang: Lang) -> str:
    """Return what a component is called."""
    definition = DICTIONARY[id_]
    return definition.label_en if lang is Lang.EN else definition.label_vi


def goalpost_text(id_: str, value: float) -> str:
    """Return a goalpost as it is written: whole, unlike a value."""
    is_share = DICTIONARY[id_].unit is Unit.RATIO
    return pct(value, 0) if is_share else component_text(id_, value)


def component_text(id_: str, value: float) -> str:
    """Return a value or a goalpost as it is written."""
    unit = DICTIONARY[id_].unit
    if unit is Unit.VND_PER_MARKET_DAY:
        return vnd(round(value))
    if unit is Unit.RATIO:
        return pct(value)
    return num(value, 2) if value % 1 else num(round(value))
