"""The fields of an MT940 statement: lines, balances, dates. Source: feeds.md section 6, SWIFT MT940.

The package mt-940 reads the same, but a line it cannot match ends the whole file, so that one
damaged row could not wait alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from reconciliation.feeds.reading.amounts import read_plain_amount
from reconciliation.feeds.reading.dates import read_month_day
from reconciliation.feeds.reading.delimited import physical_lines
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused

_TAG = re.compile(r":([0-9A-Z]{2,3}):(.*)", re.DOTALL)
_WRAPPING = re.compile(r"\{[1-3]:.*?\}(?=\{|$)|\{4:$")
_BALANCE = re.compile(r"(?P<mark>[CD])(?P<day>[0-9]{6})(?P<currency>[A-Z]{3})(?P<amount>[0-9,]+)")
_LINE = re.compile(
    r"(?P<valued>[0-9A-Za-z]{6})(?P<booked>[0-9]{4})?(?P<mark>RC|RD|C|D)(?P<funds>[A-Z])?"
    r"(?P<amount>[^A-Za-z]*)(?P<kind>[A-Z][A-Z0-9]{3})(?P<references>.*)"
)
_FIELD_CHARACTERS_MAX = 32 * 1024


@dataclass(slots=True)
class Field:
    """One tag with its text; ``raw`` is what stood in the file."""

    tag: str
    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class Balance:
    """An opening or closing balance, signed."""

    amount: int
    currency: str
    on: date


@dataclass(slots=True)
class StatementLine:
    """What a ``:61:`` says. ``signed_amount`` is ``None`` when it is not readable (11.3)."""

    signed_amount: int | None = None
    problem: str | None = None
    is_reversal: bool = False
    valued_on: date | None = None
    booked_on: date | None = None
    kind: str | None = None
    customer_reference: str | None = None
    bank_reference: str | None = None


def read_fields(text: str) -> Iterator[Field | None]:
    """Yield the fields of a file in order, ``None`` where a line ``-`` ends a statement.

    Raises:
        FileRefused: ``not_parseable`` for a line before the first tag, ``too_large``.
    """
    field = None
    for physical in physical_lines(text):
        raw = physical.rstrip()
        line = _WRAPPING.sub("", raw) if raw.startswith("{") else raw
        is_end = line == "-" or line.startswith("-}")
        found = _TAG.fullmatch(line)
        if not line:
            continue
        if field is not None and (is_end or found):
            yield field
            field = None
        if is_end:
            yield None
        elif found:
            field = Field(found[1], found[2], raw)
        elif field is None:
            raise FileRefused("not_parseable", f"{raw[:40]!r} belongs to no tag")
        else:
            _append(field, line)
    if field is not None:
        yield field


def read_balance(text: str) -> Balance:
    """Return a balance like ``C261120VND1000000,``; raise ``RowRefused`` for another form."""
    found = _BALANCE.fullmatch(text.strip())
    if found is None:
        raise RowRefused("amount", f"{text!r} is no balance")
    amount = read_plain_amount(found["amount"], found["currency"], point=",")
    signed = amount if found["mark"] == "C" else -amount
    return Balance(signed, found["currency"], read_short_day(found["day"]))


def read_statement_line(text: str, currency: str) -> StatementLine:
    """Return what a ``:61:`` says; its first problem is kept, the rest is read all the same."""
    line = StatementLine()
    found = _LINE.fullmatch(text.split("\n", maxsplit=1)[0])
    if found is None:
        line.problem = "ragged_row"
        return line
    mark = found["mark"]
    line.is_reversal = mark in {"RC", "RD"}
    line.kind = found["kind"]
    line.customer_reference, line.bank_reference = _references(found["references"])
    try:
        amount = _amount(found["amount"], currency)
        line.signed_amount = amount if mark in {"C", "RD"} else -amount
    except RowRefused as refusal:
        line.problem = refusal.reason
    try:
        line.valued_on = read_short_day(found["valued"])
        line.booked_on = _entry_day(found["booked"], line.valued_on)
    except RowRefused as refusal:
        line.problem = line.problem or refusal.reason
    return line


def read_short_day(text: str) -> date:
    """Return the day of ``YYMMDD``; raise ``RowRefused`` (``date``) when there is none."""
    try:
        return date.fromisoformat(f"20{text}")
    except ValueError as failure:
        raise RowRefused("date", f"{text!r} is no day like 261231") from failure


def _append(field: Field, line: str) -> None:
    field.text += f"\n{line}"
    field.raw += f"\n{line}"
    if len(field.text) > _FIELD_CHARACTERS_MAX:
        raise FileRefused("too_large", f":{field.tag}: of more than {_FIELD_CHARACTERS_MAX}")


def _amount(text: str, currency: str) -> int:
    amount = read_plain_amount(text, currency, point=",")
    if amount == 0:
        raise RowRefused("amount_sides", "an amount of nothing")
    return amount


def _references(text: str) -> tuple[str | None, str | None]:
    customer, _, bank = (part.strip() for part in text.partition("//"))
    return (None if customer in {"", "NONREF"} else customer), bank or None


def _entry_day(text: str | None, valued_on: date) -> date:
    """Return the entry date ``MMDD`` in the year that puts it nearest to the value date."""
    if text is None:
        return valued_on
    return read_month_day(text, near=valued_on)
