"""Tables as files that spreadsheets open without harm."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

Value = str | int | float | None

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAYS = re.compile(r"\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return the rows as CSV: UTF-8 with BOM, commas, dot decimals, ``\\r\\n``, empty for ``None``.

    A text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay
    numbers, negative ones too.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([[_guarded(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def display_csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return the rows as a spreadsheet set to Vietnamese reads them: semicolons, decimal commas, dd/mm/yyyy.

    For people to look at; machines and other programs read ``csv_bytes``. Source: domain.md 13.2, 13.3.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([[_displayed(_guarded(value)) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _displayed(value: Value) -> Value:
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    if isinstance(value, str) and _DAYS.fullmatch(value):
        return " đến ".join(_DAY.sub(r"\3/\2/\1", day) for day in value.split("/"))
    return value


def _guarded(value: Value) -> Value:
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value
