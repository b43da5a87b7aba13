"""One table layout of one provider is one small declaration; here is what it is made of.

Source: feeds.md 5, 11.1 (``schema``) and 11.4.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.sheets import Sheet, SheetRow, cell_text
from reconciliation.feeds.reading.text import fold
from reconciliation.records import Direction, Status, TransactionType

HEADER_ROW_MAX = 80
_TOTALS = ("TONG", "CONG", "TOTAL", "LUY KE", "SO DU DAU", "SO DU CUOI")
_CLOSING = frozenset({"TONG", "TONG CONG"})
_NOT_A_WORD = re.compile("[^A-Z0-9]+")


class Role(StrEnum):
    """What a column means. Amounts come as two sides, as sign and amount, or as one signed amount."""

    BOOKED_ON = "booked_on"
    OCCURRED_AT = "occurred_at"
    REFERENCE = "reference"
    IDENTIFIER = "identifier"
    """A reference that every row must have."""
    DEBIT = "debit"
    CREDIT = "credit"
    SIGN = "sign"
    AMOUNT = "amount"
    SIGNED_AMOUNT = "signed_amount"
    STATUS = "status"
    STORE = "store"
    DESCRIPTION = "description"


@dataclass(frozen=True, slots=True)
class StatusWord:
    """What one word of a status column says about a row, and the direction it allows."""

    status: Status
    transaction_type: TransactionType
    direction: Direction


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The columns of one table in order, and whether a ``Tổng`` row must close it."""

    columns: tuple[tuple[str, Role], ...]
    statement_kind: str = "bank_statement"
    has_closing_row: bool = True
    status_words: Mapping[str, StatusWord] = field(default_factory=lambda: MappingProxyType({}))
    """Keyed by the folded word; empty = every row of the table moved money."""

    @property
    def header(self) -> tuple[str, ...]:
        """Return the header row in the form it is compared in."""
        return tuple(header_key(text) for text, _ in self.columns)

    def column(self, role: Role) -> int | None:
        """Return the index of the column with that role, ``None`` when there is none."""
        return self._places.get(role)

    @cached_property
    def _places(self) -> dict[Role, int]:
        return {role: index for index, (_, role) in enumerate(self.columns)}


@dataclass(frozen=True, slots=True)
class Table:
    """A layout found in a sheet: what stands above it and what stands below its header."""

    layout: Layout
    sheet: str | None
    preamble: tuple[SheetRow, ...]
    body: tuple[SheetRow, ...]


def header_key(text: str) -> str:
    """Return a header cell as it is compared: NFC, case-folded, white space collapsed."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def find_table(sheet: Sheet, layouts: Sequence[Layout]) -> Table | None:
    """Return the first known layout whose header is one of the first 80 rows of a sheet."""
    headers = {layout.header: layout for layout in layouts}
    for index, row in enumerate(sheet.rows[:HEADER_ROW_MAX]):
        keys = tuple(header_key(cell_text(cell)) for cell in row.cells[: row.width])
        if layout := headers.get(keys):
            return Table(layout, sheet.name, sheet.rows[:index], sheet.rows[index + 1 :])
    return None


def looks_like_a_table(sheet: Sheet, layouts: Sequence[Layout]) -> bool:
    """Tell whether a sheet has a row that names two or more columns of a known layout.

    A cover sheet may be passed over; a table whose header drifted may not.
    """
    known = {key for layout in layouts for key in layout.header}
    return any(
        len(known & {header_key(cell_text(cell)) for cell in row.cells}) >= 2
        for row in sheet.rows[:HEADER_ROW_MAX]
    )


def is_totals_row(row: SheetRow) -> bool:
    """Tell whether a row is a total, a subtotal or a balance line instead of data."""
    return fold(row.first_text).startswith(_TOTALS)


def is_closing_row(row: SheetRow) -> bool:
    """Tell whether a row is the ``Tổng`` or ``TỔNG CỘNG`` that closes its table."""
    return _NOT_A_WORD.sub(" ", fold(row.first_text)).strip() in _CLOSING


_ACCOUNT_LABELS = ("SO TAI KHOAN", "ACCOUNT NO", "ACCOUNT NUMBER")
_CURRENCY_LABELS = ("LOAI TIEN", "CURRENCY")
_ACCOUNT = re.compile("(?<![0-9A-Z])[0-9]+(?:[ .-][0-9]+)*(?![0-9A-Z])")
_CURRENCY = re.compile("[A-Z]{3}")
_DAY = "([0-9]{2}/[0-9]{2}/[0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_PERIOD = re.compile(rf"TU NGAY\W*{_DAY}.{{0,80}}?DEN NGAY\W*{_DAY}")


def stated_account(table: Table) -> tuple[str, bool] | None:
    """Return the account in the preamble and whether a number cell held it (no leading zeros).

    The value stands behind the label in its cell, or in the next cell that is not empty.
    """
    for value, is_number in _values_of(table.preamble, _ACCOUNT_LABELS):
        if found := _ACCOUNT.search(value):
            return re.sub("[ .-]", "", found[0]), is_number
    return None


def stated_currency(table: Table) -> str:
    """Return the currency in the preamble, VND when it names none.

    Raises:
        FileRefused: ``schema`` when a currency line holds neither a code nor the word đồng.
    """
    for value, _ in _values_of(table.preamble, _CURRENCY_LABELS):
        if _CURRENCY.fullmatch(value):
            return value
        if "DONG" not in value.split():
            raise FileRefused("schema", f"{value!r} is no currency code")
    return "VND"


def stated_period(table: Table) -> tuple[date, date] | None:
    """Return the first and last day that the preamble names, ``None`` when it names no such pair."""
    text = " ".join(cell_text(cell) for row in table.preamble for cell in row.cells)
    found = _PERIOD.search(fold(text))
    if found is None:
        return None
    try:
        first, last = (_day(part) for part in found.groups())
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _day(text: str) -> date:
    return date.fromisoformat(text if "-" in text else "-".join(reversed(text.split("/"))))


def _values_of(rows: Sequence[SheetRow], labels: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return (folded value, whether a number cell held it) behind each of the labels."""
    found = []
    for row in rows:
        for index, cell in enumerate(row.cells):
            folded = fold(cell_text(cell))
            if not folded.startswith(labels):
                continue
            if behind := folded.partition(":")[2].strip():
                found.append((behind, False))
                continue
            beside = [value for value in row.cells[index + 1 :] if cell_text(value)]
            if beside:
                found.append((fold(cell_text(beside[0])), not isinstance(beside[0], str)))
    return found
