"""One data row of a table to what it says, with the reason when a person must look at it.

Source: feeds.md 11.2 and 11.3.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime

from reconciliation.feeds.reading.amounts import read_amount, read_number
from reconciliation.feeds.reading.dates import read_day, read_instant, read_instant_if_told
from reconciliation.feeds.reading.layout import DebitSign, Layout, Role, StatusWord
from reconciliation.feeds.reading.refusal import RowRefused
from reconciliation.feeds.reading.sheets import Cell, SheetRow, is_blank
from reconciliation.feeds.reading.text import clean, fold
from reconciliation.records import Direction, Status

# What a spreadsheet program leaves of a long number: two ids may have become one.
_ROUNDED = re.compile(r"[0-9][.,][0-9]+[Ee]\+?[0-9]+")


@dataclass(slots=True)
class Line:
    """A data row as read. ``signed_amount`` is ``None`` when the row is not readable (11.3)."""

    row: int
    case: str | None
    raw: str
    signed_amount: int | None = None
    problem: str | None = None
    detail: str = ""
    """What is wrong with a row that reads well by itself; of other problems the row says enough."""
    balance: int | None = None
    booked_on: date | None = None
    occurred_at: datetime | None = None
    reference: str | None = None
    store: str | None = None
    description: str | None = None
    payer: str | None = None
    merchant_reference: str | None = None
    original: str | None = None
    reason: str | None = None
    status_text: str | None = None
    status_word: StatusWord | None = None
    has_succeeded: bool = True
    """False for a status that moves no money, and for a word that nobody knows."""

    @property
    def moved(self) -> int:
        """Return the signed amount that this row moved; 0 when it is unreadable or did not succeed."""
        return (self.signed_amount or 0) if self.has_succeeded else 0


def read_line(
    row: SheetRow, layout: Layout, currency: str, *, number: int, case: str | None
) -> Line:
    """Return what a data row says; its first problem is kept, the rest is read all the same."""
    line = Line(row=number, case=case, raw=row.raw)
    if len(row.cells) > len(layout.columns) < row.width:
        line.problem = "ragged_row"
        return line
    for step in (_read_status, _read_money, _read_balance, _read_time, _read_texts):
        try:
            step(line, row, layout, currency)
        except RowRefused as refusal:
            line.problem = line.problem or refusal.reason
            if step is _read_money:  # an unreadable amount outweighs an unknown word
                line.problem = refusal.reason
    return line


def read_cell(cell: Cell, currency: str) -> int | None:
    """Return the minor units in a money cell, ``None`` when it is blank."""
    if is_blank(cell):
        return None
    return read_amount(cell, currency) if isinstance(cell, str) else read_number(cell, currency)


def money_at(row: SheetRow, column: int | None, currency: str) -> int | None:
    """Return the minor units in a column of a row, ``None`` when it is blank or missing."""
    if column is None or column >= len(row.cells):
        return None
    return read_cell(row.cells[column], currency)


def _read_status(line: Line, row: SheetRow, layout: Layout, _currency: str) -> None:
    if (column := layout.column(Role.STATUS)) is None:
        return
    line.status_text = clean(row.text(column))
    word = layout.status_words.get(fold(row.text(column)), layout.other_status)
    line.status_word = word
    line.has_succeeded = word is not None and word.status is Status.SUCCEEDED
    if word is None:
        raise RowRefused("status", f"{line.status_text!r} is no known status")


def _read_money(line: Line, row: SheetRow, layout: Layout, currency: str) -> None:
    if layout.column(Role.SIGNED_AMOUNT) is not None:
        line.signed_amount = _signed_amount(line, row, layout, currency)
    elif layout.column(Role.SIGN) is not None:
        line.signed_amount = _amount_with_sign(row, layout, currency)
    else:
        line.signed_amount = _two_sides(row, layout, currency)


def _two_sides(row: SheetRow, layout: Layout, currency: str) -> int:
    debit = money_at(row, layout.column(Role.DEBIT), currency) or 0
    credit = money_at(row, layout.column(Role.CREDIT), currency) or 0
    sign = layout.debit_sign
    wrong = DebitSign.POSITIVE if debit < 0 else DebitSign.NEGATIVE
    if credit < 0 or (debit != 0 and sign is wrong):
        raise RowRefused("amount_sign", f"debit {debit}, credit {credit}")
    if (debit == 0) == (credit == 0):
        raise RowRefused("amount_sides", f"debit {debit}, credit {credit}")
    return credit - abs(debit)


def _amount_with_sign(row: SheetRow, layout: Layout, currency: str) -> int:
    amount = _due(row, layout.column(Role.AMOUNT), currency)
    sign = row.text(layout.column(Role.SIGN) or 0)
    if amount < 0 or sign not in {"+", "-"}:
        raise RowRefused("amount_sign", f"sign {sign!r}, amount {amount}")
    return amount if sign == "+" else -amount


def _signed_amount(line: Line, row: SheetRow, layout: Layout, currency: str) -> int:
    amount = _due(row, layout.column(Role.SIGNED_AMOUNT), currency)
    word = line.status_word
    is_debit = amount < 0
    if word and word.direction and is_debit != (word.direction is Direction.DEBIT):
        raise RowRefused("amount_sign", f"{line.status_text}: {amount}")
    return amount


def _due(row: SheetRow, column: int | None, currency: str) -> int:
    amount = money_at(row, column, currency)
    if amount is None:
        raise RowRefused("amount", "no amount")
    if amount == 0:
        raise RowRefused("amount_sides", "an amount of nothing")
    return amount


def _read_balance(line: Line, row: SheetRow, layout: Layout, currency: str) -> None:
    if (column := layout.column(Role.BALANCE)) is None:
        return
    try:
        line.balance = money_at(row, column, currency)
    except RowRefused as refusal:
        raise RowRefused("balance", refusal.detail) from refusal
    if line.balance is None and line.has_succeeded and Role.BALANCE not in layout.may_be_blank:
        raise RowRefused("balance", "no balance")


def _read_time(line: Line, row: SheetRow, layout: Layout, _currency: str) -> None:
    separator = layout.date_separator
    if (column := layout.column(Role.BOOKED_ON)) is not None:
        line.booked_on = read_day(_cell(row, column), separator)
    if (column := layout.column(Role.OCCURRED_AT)) is not None:
        line.occurred_at = read_instant(_cell(row, column), layout.zone, separator)
    if (column := layout.column(Role.TIME_IF_ANY)) is not None:
        cell = _cell(row, column)
        if not (is_blank(cell) and Role.TIME_IF_ANY in layout.may_be_blank):
            line.occurred_at = read_instant_if_told(cell, layout.zone, separator)


def _read_texts(line: Line, row: SheetRow, layout: Layout, _currency: str) -> None:
    for name, place in layout.text_columns:
        setattr(line, name, clean(row.text(place)))
    if (column := layout.column(Role.REFERENCE)) is not None:
        line.reference = _reference(row, column)
    if (column := layout.column(Role.IDENTIFIER)) is not None:
        line.reference = _reference(row, column)
        if line.reference is None:
            raise RowRefused("reference", "no identifier")


def _reference(row: SheetRow, column: int) -> str | None:
    cell = _cell(row, column)
    is_fraction = isinstance(cell, float) and not cell.is_integer()
    if is_fraction or (isinstance(cell, str) and _ROUNDED.fullmatch(cell.strip())):
        raise RowRefused("reference", f"{cell!r} was a text once and is a number now")
    return row.text(column) or None


def _cell(row: SheetRow, column: int) -> Cell:
    return row.cells[column] if column < len(row.cells) else ""
