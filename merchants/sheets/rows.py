"""The filled rows of a vendor sheet, and which of them are no stalls: the example, sums, signatures.

What is left aside is told, by its line: a row dropped in silence would be a vendor forgotten.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from merchants.files.workbook import Cell
from merchants.sentences import Sentence
from merchants.sheets.columns import EXAMPLE_NAME, EXAMPLE_STALLS
from merchants.stalls.words import plain_word

_SHOWN_MAX = 10
# "Tổng cộng", "Cộng khu A: 20", "Tổng số gian hàng", but not Mrs Công.
_SUM = re.compile(r"(?:TONG(?: CONG)?(?: SO)?|CONG)[ 0-9]*(?:(?:GIAN|DONG|NGUOI|KHU|DAY|CHO)\b.*)?")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One filled row: its number in the file from 1, and its cells by column key.

    ``stray`` is the first value found under no header, empty if there is none; ``given`` the whole
    line as it stands in the file.
    """

    row: int
    cells: Mapping[str, Cell]
    stray: str = ""
    given: Sequence[Cell] = field(default=(), compare=False)


def set_aside(rows: Sequence[SheetRow]) -> tuple[list[SheetRow], list[Sentence]]:
    """Return the rows that are to be judged, and remarks about those that are not."""
    judged: list[SheetRow] = []
    examples: list[int] = []
    sums: list[int] = []
    after: list[int] = []
    judged_after = 0
    for row in rows:
        if _is_example(row):
            examples.append(row.row)
        elif _is_sum(row):
            sums.append(row.row)
        elif sums and _says_nothing(row):
            after.append(row.row)
        else:
            judged.append(row)
            judged_after += bool(sums)
    remarks = []
    if examples:
        remarks.append(
            Sentence("Dòng {rows} là dòng ví dụ của tệp mẫu: bỏ qua.", rows=_listed(examples))
        )
    if sums:
        told = Sentence("Dòng {rows} là dòng tổng cộng: bỏ qua.", rows=_listed(sums))
        rest = _after_the_sum(sums[0], judged_after, after)
        remarks.append(Sentence("{sums} {rest}", sums=told, rest=rest) if rest else told)
    return judged, remarks


def _after_the_sum(row: int, judged: int, left: Sequence[int]) -> Sentence | None:
    if left:
        return Sentence(
            "Sau dòng {row}: đọc {n} dòng có mã gian hàng, bỏ qua {more} dòng không có ({rows}).",
            row=row,
            n=judged,
            more=len(left),
            rows=_listed(left),
        )
    if judged:
        return Sentence("Sau dòng {row}: đọc {n} dòng có mã gian hàng.", row=row, n=judged)
    return None


def _is_example(row: SheetRow) -> bool:
    code, name = row.cells.get("stall_code"), row.cells.get("full_name")
    return (
        isinstance(code, str)
        and isinstance(name, str)
        and plain_word(code) in EXAMPLE_STALLS
        and plain_word(name) == plain_word(EXAMPLE_NAME)
    )


def _is_sum(row: SheetRow) -> bool:
    first = next((cell for cell in row.given if cell != ""), "")
    if not isinstance(first, str) or first[:1] not in "TtCc":
        return False
    code = row.cells.get("stall_code", "")
    return code in ("", first) and _SUM.fullmatch(plain_word(first)) is not None


def _says_nothing(row: SheetRow) -> bool:
    """Return whether a line under the sum is a date, a signature: no stall, no way to reach anybody."""
    return all(row.cells.get(key, "") == "" for key in ("stall_code", "phone", "account"))


def _listed(rows: Sequence[int]) -> Sentence:
    shown = ", ".join(map(str, rows[:_SHOWN_MAX]))
    if len(rows) <= _SHOWN_MAX:
        return Sentence(shown)
    return Sentence("{rows} và {n} dòng nữa", rows=shown, n=len(rows) - _SHOWN_MAX)
