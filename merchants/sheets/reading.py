"""A vendor sheet: its header found and checked, its rows by column, nothing judged yet.

The header may stand anywhere in the first 80 rows, in any order of columns, with or without
Vietnamese marks. A header with an unknown, doubled or missing column refuses the whole file: a
column misspelt and quietly dropped would lose what is in it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from merchants.errors import SheetRefused
from merchants.files.workbook import Cell, Table, read_tables
from merchants.remedies import remedied_whole
from merchants.sentences import Sentence
from merchants.sheets.columns import COLUMNS, TITLES, Column, column_of, is_unread, nearest_title
from merchants.sheets.rows import SheetRow, set_aside

__all__ = ["ROW_COUNT_MAX", "Sheet", "SheetRow", "read_sheet"]

HEADER_ROW_MAX = 80
ROW_COUNT_MAX = 20_000
RECOGNISED_MIN = 2
"""From so many known headers on, a row is taken for the header and its faults are named."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A vendor sheet as it was read; ``columns`` are the keys its header names.

    ``remarks`` tell what was left aside; ``titles`` are the headers as written, ``title`` the
    worksheet's own.
    """

    rows: Sequence[SheetRow]
    header_row: int
    columns: frozenset[str]
    name: str
    sha256: str
    remarks: Sequence[str] = ()
    titles: Sequence[str] = ()
    title: str = ""


def read_sheet(content: bytes, name: str) -> Sheet:
    """Return the rows of an XLSX or CSV vendor sheet.

    Raises:
        SheetRefused: the file cannot be read, or its header is wrong; the reason names the
            missing, unknown and doubled columns.
    """
    tables = read_tables(content, name)
    found = [(table, index) for table in tables if (index := _header_index(table)) is not None]
    if not found:
        raise SheetRefused(
            name,
            remedied_whole(
                Sentence("không thấy dòng tiêu đề trong {most} dòng đầu", most=HEADER_ROW_MAX),
                Sentence(
                    "cần các cột {columns}",
                    columns=_listed([each.title for each in COLUMNS if each.is_required]),
                ),
            ),
        )
    table, header_index = _only_table(found, name)
    if table.damage:
        raise SheetRefused(
            name,
            remedied_whole(
                Sentence("tệp CSV hỏng ở {damage}", damage=table.damage),
                "xem lại dấu ngoặc kép ở dòng này",
            ),
        )
    header = _checked_header(table.rows[header_index], name)
    rows, remarks = set_aside(_filled_rows(table, header_index, header))
    if not rows:
        raise SheetRefused(
            name,
            remedied_whole(
                "chỉ có dòng tiêu đề, chưa có gian hàng nào", "điền mỗi dòng một gian hàng"
            ),
        )
    if len(rows) > ROW_COUNT_MAX:
        raise SheetRefused(
            name,
            remedied_whole(
                Sentence(
                    "tệp có {n} dòng, nhận tối đa {most}",
                    n=_grouped(len(rows)),
                    most=_grouped(ROW_COUNT_MAX),
                ),
                "chia thành nhiều tệp",
            ),
        )
    return Sheet(
        rows=rows,
        header_row=header_index + 1,
        columns=frozenset(column.key for column in header if column),
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        remarks=remarks,
        titles=[str(cell) for cell in table.rows[header_index]],
        title=table.title,
    )


def _header_index(table: Table) -> int | None:
    """Return which of the first rows names most columns, ``None`` when none names enough."""
    counts = [len(_recognised(row)) for row in table.rows[:HEADER_ROW_MAX]]
    best = max(counts, default=0)
    return counts.index(best) if best >= RECOGNISED_MIN else None


def _recognised(row: Sequence[Cell]) -> set[str]:
    columns = (column_of(cell) for cell in row if isinstance(cell, str))
    return {column.key for column in columns if column}


def _only_table(found: Sequence[tuple[Table, int]], name: str) -> tuple[Table, int]:
    """Return the table to take: of a CSV's readings the best, of several worksheets the only one."""
    titles = [table.title for table, _ in found]
    if len(found) > 1 and all(titles):
        raise SheetRefused(
            name,
            remedied_whole(
                Sentence(
                    "có {n} trang tính cùng có dòng tiêu đề: {titles}",
                    n=len(found),
                    titles=_listed(titles),
                ),
                "giữ một trang tính trong tệp rồi gửi lại",
            ),
        )
    return max(found, key=lambda each: len(_recognised(each[0].rows[each[1]])))


def _checked_header(row: Sequence[Cell], name: str) -> list[Column | None]:
    """Return the column under each position of the header row."""
    headers = [cell if isinstance(cell, str) else str(cell) for cell in row]
    columns = [column_of(header) for header in headers]
    keys = [column.key for column in columns if column]
    unknown = [
        header
        for header, column in zip(headers, columns, strict=True)
        if column is None and not is_unread(header)
    ]
    doubled = [title for key, title in TITLES.items() if keys.count(key) > 1]
    missing = [each.title for each in COLUMNS if each.is_required and each.key not in keys]
    faults = []
    if missing:
        faults.append(Sentence("thiếu cột {columns}", columns=_listed(missing)))
    if unknown:
        hints = tuple(_with_hint(header) for header in unknown)
        faults.append(Sentence("có cột lạ {columns}", columns=hints))
    if doubled:
        faults.append(Sentence("cột {columns} có hai lần", columns=_listed(doubled)))
    if faults:
        raise SheetRefused(
            name,
            remedied_whole(
                Sentence("dòng tiêu đề {faults}", faults=faults),
                "sửa dòng tiêu đề như tệp mẫu",
            ),
        )
    return columns


def _with_hint(header: str) -> Sentence:
    near = nearest_title(header)
    if near:
        return Sentence("“{header}” (có phải “{near}”?)", header=header[:40], near=near)
    return Sentence("“{header}”", header=header[:40])


def _filled_rows(
    table: Table, header_index: int, header: Sequence[Column | None]
) -> list[SheetRow]:
    places = [(position, column.key) for position, column in enumerate(header) if column]
    nameless = [position for position, cell in enumerate(table.rows[header_index]) if cell == ""]
    rows = []
    for number, row in enumerate(table.rows[header_index + 1 :], start=header_index + 2):
        cells = {key: row[position] for position, key in places if position < len(row)}
        stray = _stray(row, nameless, len(header))
        if stray or any(cell != "" for cell in cells.values()):
            rows.append(SheetRow(number, cells, stray, row))
    return rows


def _stray(row: Sequence[Cell], nameless: Sequence[int], width: int) -> str:
    under_no_header = [row[position] for position in nameless if position < len(row)]
    return next((str(cell) for cell in [*under_no_header, *row[width:]] if cell != ""), "")


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"“{title}”" for title in titles)


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", ".")
