"""The order of ``merchants.stalls.floor`` for the database: as one walks, zone by zone, 2 before 10."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from merchants.stalls.floor import floor_order

Text = sa.ColumnElement[str]

_DIGITS = "0123456789"


def floor_order_columns(
    floor: sa.FromClause, zones: Mapping[int, str]
) -> list[sa.ColumnElement[Any]]:
    """Return the columns to sort stalls by; ``floor`` has ``zone_id``, ``code_order``, ``stall_id``.

    Args:
        zones: the market's zones, id to name. They are few, get other names, and are ordered here.
    """
    walked = sorted(zones, key=lambda zone_id: floor_order(zones[zone_id], ""))
    places = {zone_id: place for place, zone_id in enumerate(walked, start=1)}
    zone = sa.case(places, value=floor.c.zone_id, else_=0) if places else sa.literal(0)
    return [zone, floor.c.code_order, floor.c.stall_id]


def code_without_zeros(code: Text) -> Text:
    """Return a stall code with the zeros before its last number left out: ``A012`` as ``A12``."""
    letters = _text(sa.func.rtrim(code, _DIGITS))
    number = _text(sa.func.substr(code, sa.func.length(letters) + 1))
    return letters + _text(sa.func.ltrim(number, "0"))


def _text(function: sa.Function[str]) -> Text:
    return sa.type_coerce(function, sa.String())
