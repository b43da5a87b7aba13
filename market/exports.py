"""Tables as files that spreadsheets open without harm."""

import csv
import io
from collections.abc import Iterable, Sequence

Value = str | int | float | None

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


def _guarded(value: Value) -> Value:
    if isinstance(value, str) and value.startswith(_DANGEROUS):
        return f"'{value}"
    return value
