"""One row of a list of administrative units: its cells as codes, names and days, or a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from merchants.admin_units.versions import BEGINNING, ListedUnit, UnitVersion
from merchants.admin_units.words import DIGITS, LEVEL_VI
from merchants.files.workbook import Cell
from merchants.kinds import AdminLevel
from merchants.sentences import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What holds for every row that does not say it itself."""

    valid_from: date | None = None
    valid_to: date | None = None
    legal_basis: str = ""
    source: str = ""


class Unreadable(Exception):
    """A line breaks a rule."""

    def __init__(self, told: str) -> None:
        self.told = Sentence.of(told)
        super().__init__(self.told)


class Line:
    """One row under its header."""

    def __init__(
        self, line: int, row: Sequence[Cell], columns: Mapping[str, int], given: Given, file: str
    ) -> None:
        self.line = line
        self._row = row
        self._columns = columns
        self._given = given
        self._file = file

    def text(self, key: str, length_max: int = 80) -> str:
        """Return a cell as text; empty when the column or the value is missing."""
        place = self._columns.get(key)
        cell = self._row[place] if place is not None and place < len(self._row) else ""
        if isinstance(cell, float) and cell.is_integer():
            cell = str(int(cell))
        if isinstance(cell, datetime | date):
            cell = cell.strftime("%Y-%m-%d")
        if not isinstance(cell, str):
            raise Unreadable(
                Sentence("cột {key}: cần chữ, ở đây là {cell}", key=key, cell=repr(cell)[:40])
            )
        if len(cell) > length_max:
            raise Unreadable(
                Sentence(
                    "cột {key}: {n} ký tự, tối đa {most}", key=key, n=len(cell), most=length_max
                )
            )
        return cell

    def code(self, key: str, level: AdminLevel | None) -> tuple[str, AdminLevel]:
        """Return a code in full length and its level; number cells have lost their leading zeros."""
        text = self.text(key)
        if not (text.isascii() and text.isdigit()) or len(text) > 5:
            raise Unreadable(Sentence("mã “{text}”: cần 2, 3 hoặc 5 chữ số", text=text[:20]))
        if level is None:
            level = {1: AdminLevel.PROVINCE, 2: AdminLevel.PROVINCE, 3: AdminLevel.DISTRICT}.get(
                len(text), AdminLevel.COMMUNE
            )
        digits = DIGITS[level]
        if len(text) > digits:
            raise Unreadable(
                Sentence(
                    "mã “{text}”: {level} có {digits} chữ số, ở đây có {n}",
                    text=text,
                    level=Sentence(LEVEL_VI[level]),
                    digits=digits,
                    n=len(text),
                )
            )
        return text.zfill(digits), level

    def day(self, key: str) -> date | None:
        """Return a day written ``2025-07-01`` or ``01/07/2025``; ``None`` = empty."""
        text = self.text(key)
        if not text:
            return None
        for shape in ("%Y-%m-%d", "%d/%m/%Y"):
            try:
                return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a day has no zone)
            except ValueError:
                continue
        raise Unreadable(
            Sentence("cột {key}: “{text}” không phải ngày dd/mm/yyyy", key=key, text=text[:20])
        )

    def days(self) -> tuple[date, date | None]:
        """Return the first and last day of the row's units."""
        first = self.day("valid_from") or self._given.valid_from
        last = self.day("valid_to") or self._given.valid_to
        if first is None and last is None:
            raise Unreadable("thiếu ngày bắt đầu: thêm cột “Từ ngày” hoặc cho cả tệp một ngày")
        return first or BEGINNING, last

    def unit(
        self, code: str, level: AdminLevel, kind: str, name: str, parent_code: str
    ) -> ListedUnit:
        """Return the unit of this row."""
        if not name:
            raise Unreadable(Sentence("mã {code} thiếu tên", code=code))
        first, last = self.days()
        return ListedUnit(
            self.line,
            UnitVersion(
                level=level,
                code=code,
                name=name,
                kind_name=kind,
                parent_code=parent_code,
                valid_from=first,
                valid_to=last,
                legal_basis=self.text("legal_basis", 200) or self._given.legal_basis,
                source=self.source(),
            ),
        )

    def source(self) -> str:
        """Return where the row comes from: its own word, the file's, else the file's name."""
        return self.text("source", 200) or self._given.source or self._file[:200]
