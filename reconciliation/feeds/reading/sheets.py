"""The grid every tabular feed becomes before a layout is looked for: sheets of rows of cells."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum


class Unreadable(Enum):
    """A spreadsheet cell whose value is not in the file: an error, or a formula never calculated."""

    CELL = "unreadable cell"


Cell = str | int | float | bool | date | datetime | time | timedelta | Unreadable


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row; ``source`` is the text it was read from, ``None`` for a spreadsheet row."""

    cells: tuple[Cell, ...]
    source: str | None = None

    @property
    def raw(self) -> str:
        """Return what stood there, for the person who has to decide about it."""
        if self.source is not None:
            return self.source
        return json.dumps([_shown(cell) for cell in self.cells], ensure_ascii=False)

    def text(self, column: int) -> str:
        """Return a cell as text, white space trimmed; cells beyond the end count as empty."""
        return cell_text(self.cells[column]) if column < len(self.cells) else ""

    @property
    def width(self) -> int:
        """Return the number of cells up to the last one that is not empty."""
        width = len(self.cells)
        for cell in reversed(self.cells):
            if not is_blank(cell):
                break
            width -= 1
        return width

    @property
    def first_text(self) -> str:
        """Return the first cell that is not empty, as text."""
        return next((cell_text(cell) for cell in self.cells if not is_blank(cell)), "")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table-like page; a delimited file is one sheet without a name."""

    name: str | None
    rows: tuple[SheetRow, ...]


def _shown(cell: Cell) -> str:
    return cell.value if isinstance(cell, Unreadable) else cell_text(cell)


def is_blank(cell: Cell) -> bool:
    """Tell whether a cell is empty or white space."""
    return isinstance(cell, str) and not cell.strip()


def cell_text(cell: Cell) -> str:
    """Return a cell as trimmed text; whole numbers without a fraction, days as ISO."""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, Unreadable):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
