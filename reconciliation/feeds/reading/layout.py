"""One table layout of one provider is one small declaration; here is what it is made of.

Source: feeds.md 5, 11.1 (``schema``) and 11.4.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timezone
from enum import StrEnum
from functools import cached_property
from itertools import islice
from types import MappingProxyType

from reconciliation.feeds.reading.dates import VIETNAM
from reconciliation.feeds.reading.refusal import FileRefused
from reconciliation.feeds.reading.sheets import Sheet, SheetRow, cell_text
from reconciliation.feeds.reading.text import fold
from reconciliation.records import Direction, Status, TransactionType

HEADER_ROW_MAX = 80
_TOTALS = ("TONG", "CONG", "TOTAL", "LUY KE", "SO DU DAU", "SO DU CUOI")
_CLOSING = frozenset({"TONG", "TONG CONG"})
_ACCOUNT_LABELS = ("SO TAI KHOAN", "ACCOUNT NO", "ACCOUNT NUMBER")
_NOT_A_WORD = re.compile("[^A-Z0-9]+")


class Role(StrEnum):
    """What a column means. Amounts come as two sides, as sign and amount, or as one signed amount."""

    BOOKED_ON = "booked_on"
    OCCURRED_AT = "occurred_at"
    TIME_IF_ANY = "time_if_any"
    """A day that may have a time."""
    REFERENCE = "reference"
    IDENTIFIER = "identifier"
    """A reference that every row must have."""
    DEBIT = "debit"
    CREDIT = "credit"
    SIGN = "sign"
    AMOUNT = "amount"
    SIGNED_AMOUNT = "signed_amount"
    BALANCE = "balance"
    """The running balance after the row."""
    STATUS = "status"
    STORE = "store"
    DESCRIPTION = "description"
    PAYER = "payer"
    """The account on the other side."""
    MERCHANT_REFERENCE = "merchant_reference"
    ORIGINAL = "original"
    """The provider's id of the row that this one takes back."""
    REASON = "reason"
    """The provider's word for the kind of movement."""
    IGNORED = "ignored"


class DebitSign(StrEnum):
    """How a layout writes money that leaves, in its debit column."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class StatusWord:
    """What one word of a status column says about a row, and the direction it allows, if one."""

    status: Status
    transaction_type: TransactionType | None = None
    direction: Direction | None = None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The columns of one table in order, and whether a ``Tổng`` row must close it."""

    columns: tuple[tuple[str, Role], ...]
    statement_kind: str = "bank_statement"
    has_closing_row: bool = True
    closing_words: frozenset[str] = _CLOSING
    status_words: Mapping[str, StatusWord] = field(default_factory=lambda: MappingProxyType({}))
    """Keyed by the folded word; empty = every row of the table moved money."""
    other_status: StatusWord | None = None
    """What any other word says; ``None`` = a row with an unknown word waits."""
    debit_sign: DebitSign = DebitSign.POSITIVE
    may_be_blank: frozenset[Role] = frozenset()
    """Roles whose cells may say nothing, of those that elsewhere must not."""
    currency: str = "VND"
    """Of a file whose preamble names none."""
    zone: timezone = VIETNAM
    date_separator: str = "/"
    account_labels: tuple[str, ...] = _ACCOUNT_LABELS
    has_worded_account: bool = False
    """The account is a name of any characters instead of a number."""

    @cached_property
    def header(self) -> tuple[str, ...]:
        """Return the header row in the form it is compared in."""
        return tuple(header_key(text) for text, _ in self.columns)

    def fitted(self, header: tuple[str, ...]) -> "Layout | None":
        """Return the layout whose header this is, ``None`` when it is another header."""
        return self if header == self.header else None

    def column(self, role: Role) -> int | None:
        """Return the index of the column with that role, ``None`` when there is none."""
        return self._places.get(role)

    @cached_property
    def text_columns(self) -> tuple[tuple[str, int], ...]:
        """Return (field of a line, column) of the columns whose text is taken as it stands."""
        places = ((field, self.column(role)) for role, field in _TEXTS.items())
        return tuple((field, column) for field, column in places if column is not None)

    @cached_property
    def _places(self) -> dict[Role, int]:
        return {role: index for index, (_, role) in enumerate(self.columns)}


_TEXTS = {
    Role.STORE: "store",
    Role.DESCRIPTION: "description",
    Role.PAYER: "payer",
    Role.MERCHANT_REFERENCE: "merchant_reference",
    Role.ORIGINAL: "original",
    Role.REASON: "reason",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A layout found in a sheet: what stands above it and what stands below its header."""

    layout: Layout
    sheet: str | None
    preamble: tuple[SheetRow, ...]
    body: Iterator[SheetRow]
    """Read once, row by row: a long text is never held as a whole grid."""


def header_key(text: str) -> str:
    """Return a header cell as it is compared: NFC, case-folded, white space collapsed."""
    if text.isascii():  # which is in NFC, and stays so
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFC", text).casefold()
    return " ".join(unicodedata.normalize("NFC", folded).split())


def find_table(
    name: str | None, rows: Iterable[SheetRow], layouts: Sequence[Layout]
) -> Table | None:
    """Return the first known layout whose header is one of the first 80 rows."""
    above: list[SheetRow] = []
    below = iter(rows)
    for row in islice(below, HEADER_ROW_MAX):
        if row.width:
            keys = tuple(header_key(cell_text(cell)) for cell in row.cells[: row.width])
            fitted = (layout.fitted(keys) for layout in layouts)
            if layout := next((layout for layout in fitted if layout), None):
                return Table(layout, name, tuple(above), below)
        above.append(row)
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


class RowKind(StrEnum):
    """What a row below a header is."""

    DATA = "data"
    TOTALS = "totals"
    """A total, a subtotal or a balance line."""
    CLOSING = "closing"
    """The ``Tổng`` or ``TỔNG CỘNG`` that closes its table."""


def kind_of(row: SheetRow, layout: Layout) -> RowKind:
    """Return what a row is by its first cell that is not empty. Source: feeds.md 11.4."""
    folded = fold(row.first_text)
    if not folded.startswith(_TOTALS):
        return RowKind.DATA
    words = _NOT_A_WORD.sub(" ", folded).strip()
    return RowKind.CLOSING if words in layout.closing_words else RowKind.TOTALS


_CURRENCY_LABELS = ("LOAI TIEN", "CURRENCY")
_ACCOUNT = re.compile("(?<![0-9A-Z])[0-9]+(?:[ .-][0-9]+)*(?![0-9A-Z])")
_CURRENCY = re.compile("[A-Z]{3}")
_DAY = "([0-9]{2}[/-][0-9]{2}[/-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})"
_PERIOD = re.compile(
    rf"\b(?:TU NGAY|FROM(?: DATE)?)\W*{_DAY}.{{0,80}}?\b(?:DEN NGAY|TO(?: DATE)?)\W*{_DAY}"
)


def stated_account(table: Table) -> tuple[str, bool] | None:
    """Return the account in the preamble and whether a number cell held it (no leading zeros).

    The value stands behind the label in its cell, or in the next cell that is not empty.
    """
    for value, is_number in _values_of(table.preamble, table.layout.account_labels):
        if table.layout.has_worded_account:
            return value, is_number
        if found := _ACCOUNT.search(fold(value)):
            return re.sub("[ .-]", "", found[0]), is_number
    return None


def stated_currency(table: Table) -> str:
    """Return the currency in the preamble, the layout's own when it names none.

    Raises:
        FileRefused: ``schema`` when a currency line holds neither a code nor the word đồng.
    """
    for value, _ in _values_of(table.preamble, _CURRENCY_LABELS):
        folded = fold(value)
        if _CURRENCY.fullmatch(folded):
            return folded
        if "DONG" not in folded.split():
            raise FileRefused("schema", f"{value!r} is no currency code")
        return "VND"
    return table.layout.currency


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
    parts = re.split("[/-]", text)
    return date.fromisoformat("-".join(parts if len(parts[0]) == 4 else reversed(parts)))


def _values_of(rows: Sequence[SheetRow], labels: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return (value, whether a number cell held it) behind each of the labels."""
    found = []
    for row in rows:
        for index, cell in enumerate(row.cells):
            text = cell_text(cell)
            if not fold(text).startswith(labels):
                continue
            if behind := text.partition(":")[2].strip():
                found.append((behind, False))
                continue
            beside = [value for value in row.cells[index + 1 :] if cell_text(value)]
            if beside:
                found.append((cell_text(beside[0]), not isinstance(beside[0], str)))
    return found
