"""Kept rows as a proposal writes them, in TOML, and which of their fields a change would change.

Works on the kept text alone, so that a page can show a change without loading the engine.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from reconciliation.rules.kept import ANY_PROVIDER

Row = Mapping[str, Any]
"""A row of ``Profiles.content``: days and times as ISO texts."""
_BARE = {"valid_from", "cut_off_local", "holidays"}
"""Fields of days and times, which TOML writes without quotation marks."""


class FieldChange(NamedTuple):
    """A field of a provider's row before and after, as TOML writes it; empty = not set."""

    provider: str
    valid_from: date
    """The first day on which it differs."""
    field: str
    was: str
    would_be: str


def write_rows(rows: Iterable[Row]) -> str:
    """Return rows as TOML that ``read_profiles`` reads back; what is not set is left out."""
    return "\n".join(_written(row) for row in rows)


def rows_of(content: str) -> list[Row]:
    """Return the rows of a text that ``Profiles.content`` wrote."""
    rows: list[Row] = json.loads(content)[0]
    return rows


def row_in_force(rows: Sequence[Row], provider: str, on: date) -> Row | None:
    """Return the row a provider goes by on a day, the general one if it has none of its own."""
    own = [row for row in rows if row["provider"] == provider]
    own = own or [row for row in rows if row["provider"] == ANY_PROVIDER]
    begun = [row for row in own if date.fromisoformat(row["valid_from"]) <= on]
    return max(begun, key=lambda row: row["valid_from"], default=own[0] if own else None)


def changed_fields(in_force: str, proposed: str, valid_from: date) -> list[FieldChange]:
    """Return every field that a change would change, by provider, day and field.

    Args:
        in_force: the kept text of the rules as they are.
        proposed: that of the rows proposed.
        valid_from: the first day of the change; rows dated before it begin on it.
    """
    now, then = rows_of(in_force), rows_of(proposed)
    found: list[FieldChange] = []
    for provider in sorted({row["provider"] for row in then}):
        own = [row for row in then if row["provider"] == provider]
        # A row in force that would have begun later ends with the change, and its day differs too.
        dated = [row["valid_from"] for row in (*own, *now) if row["provider"] == provider]
        for on in sorted({max(date.fromisoformat(day), valid_from) for day in dated}):
            was, would_be = (_fields(row_in_force(rows, provider, on)) for rows in (now, own))
            found += [
                FieldChange(provider, on, name, was.get(name, ""), would_be.get(name, ""))
                for name in sorted(was.keys() | would_be.keys())
                if was.get(name) != would_be.get(name)
            ]
    return found


def _fields(row: Row | None) -> dict[str, str]:
    """Return what a row says by field, but whose it is and since when."""
    told = {} if row is None else {k: v for k, v in row.items() if k not in _OWN}
    fee = told.pop("fee", None) or {}
    flat = {**told, **{f"fee.{name}": value for name, value in fee.items()}}
    return {name: text for name, value in flat.items() if (text := _value(name, value))}


_OWN = ("provider", "valid_from")


def _written(row: Row) -> str:
    plain = {name: value for name, value in row.items() if name not in {*_OWN, "fee"}}
    ordered = {**{name: row[name] for name in _OWN}, **plain}
    lines = ["[[profile]]", *_lines(ordered)]
    if row["fee"]:
        lines += ["", "[profile.fee]", *_lines(row["fee"])]
    return "\n".join(lines) + "\n"


def _lines(fields: Row) -> list[str]:
    texts = ((name, _value(name, value)) for name, value in fields.items())
    return [f"{name} = {text}" for name, text in texts if text]


def _value(name: str, value: Any) -> str:
    """Return a value as TOML writes it; empty for what is not set."""
    if value is None or value == []:
        return ""
    if name in _BARE:
        return f"[{', '.join(value)}]" if isinstance(value, list) else str(value)
    return json.dumps(value, ensure_ascii=False)
