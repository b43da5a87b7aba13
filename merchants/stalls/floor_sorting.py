"""The order of ``merchants.stalls.floor`` for the database: as one walks, zone by zone, 2 before 10."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

from merchants.stalls.floor import floor_order

Text = sa.ColumnElement[str]

_DIGITS = "0123456789"
_NO_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ./-"
"""What else stall codes are made of."""


class leading_number(GenericFunction[int]):  # noqa: N801 (a function of the database)
    """The number a text begins with, 0 when it begins with none."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(leading_number, "sqlite")
def _of_sqlite(element: leading_number, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS INTEGER)"


@compiles(leading_number, "postgresql")
def _of_postgresql(element: leading_number, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"CAST('0' || SUBSTRING({text} FROM '^[0-9]*') AS BIGINT)"


def floor_order_columns(
    floor: sa.FromClause, zones: Mapping[int, str]
) -> list[sa.ColumnElement[Any]]:
    """Return the columns to sort stalls by; ``floor`` has ``zone_id`` and ``code``.

    Args:
        zones: the market's zones, id to name. They are few and ordered here.
    """
    walked = sorted(zones, key=lambda zone_id: floor_order(zones[zone_id], ""))
    places = {zone_id: place for place, zone_id in enumerate(walked, start=1)}
    zone = sa.case(places, value=floor.c.zone_id, else_=0) if places else sa.literal(0)
    code = floor.c.code
    behind_letters = _text(sa.func.ltrim(code, _NO_DIGITS))
    # What follows the number is short and alike: the shorter code comes first, so that 2-9 comes
    # before 2-10 without taking every code of a large market apart once more.
    length = sa.type_coerce(sa.func.length(code), sa.Integer())
    return [zone, _before(code, behind_letters), leading_number(behind_letters), length, code]


def code_without_zeros(code: Text) -> Text:
    """Return a stall code with the zeros before its last number left out: ``A012`` as ``A12``."""
    letters = _text(sa.func.rtrim(code, _DIGITS))
    number = _text(sa.func.substr(code, sa.func.length(letters) + 1))
    return letters + _text(sa.func.ltrim(number, "0"))


def _before(text: Text, end: Text) -> Text:
    """Return a text without the end of it."""
    return _text(sa.func.substr(text, 1, sa.func.length(text) - sa.func.length(end)))


def _text(function: sa.Function[str]) -> Text:
    return sa.type_coerce(function, sa.String())
