"""The places on a floor plan as a CSV file: written to be edited in a spreadsheet, and read again."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from merchants.errors import ListRefused
from merchants.files.csv_text import clean_text, decode_text
from merchants.sentences import Sentence
from merchants.stalls.floor_plan import Box, FloorPlan, PlannedZone

COLUMNS = ("khu", "khu_x", "khu_y", "khu_rong", "khu_sau", "gian", "o_x", "o_y")
"""Zone, its box, stall, its square. Empty numbers = not placed."""
ROW_COUNT_MAX = 20_000
_BOX_COLUMNS = COLUMNS[1:5]
_FORMULA_SIGNS = frozenset("=+-@")


@dataclass(slots=True)
class Positions:
    """What a file says of a plan, and on which line."""

    boxes: dict[str, Box | None] = field(default_factory=dict)
    squares: dict[str, tuple[int | None, int | None]] = field(default_factory=dict)
    zone_lines: dict[str, int] = field(default_factory=dict)
    stall_lines: dict[str, int] = field(default_factory=dict)

    def line_of(self, named: str) -> int:
        """Return the line that tells of a stall or a zone; 0 = none does."""
        return self.stall_lines.get(named) or self.zone_lines.get(named, 0)

    def put_on(self, plan: FloorPlan) -> FloorPlan:
        """Return the plan with what the file says of it."""
        return FloorPlan(tuple(self._moved(zone) for zone in plan.zones))

    def _moved(self, zone: PlannedZone) -> PlannedZone:
        return replace(
            zone,
            box=self.boxes.get(zone.name, zone.box),
            stalls=tuple(
                stall._replace(x=self.squares[stall.code][0], y=self.squares[stall.code][1])
                if stall.code in self.squares
                else stall
                for stall in zone.stalls
            ),
        )


def write_positions(plan: FloorPlan) -> bytes:
    """Return every stall's place, and its zone's, as CSV (UTF-8 with BOM)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for zone in plan.zones:
        box = (zone.box.x, zone.box.y, zone.box.width, zone.box.height) if zone.box else ("",) * 4
        # A spreadsheet would run a name that begins like a formula.
        name = f"'{zone.name}" if zone.name[:1] in _FORMULA_SIGNS else zone.name
        for stall in zone.stalls:
            place = (stall.x, stall.y) if stall.is_placed else ("", "")
            writer.writerow([name, *box, stall.code, *place])
        if not zone.stalls:
            writer.writerow([name, *box, "", "", ""])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def read_positions(content: bytes, name: str, plan: FloorPlan) -> Positions:
    """Return what a file says about the zones and stalls of a plan.

    Raises:
        SheetRefused: the file is no text.
        ListRefused: a column is missing, or lines cannot be read or name what the market does not
            have; every such line is told.
    """
    read = _Reader(plan)
    faults: dict[int, str] = {}
    for line, cells, damage in _lines(content, name):
        try:
            read.take(line, cells, damage)
        except _Unreadable as fault:
            faults[line] = fault.told
    if not faults and not read.told.squares and not read.told.boxes:
        faults[0] = "tệp không có dòng nào"
    if faults:
        raise ListRefused(name, faults)
    return read.told


def _lines(content: bytes, name: str) -> Iterator[tuple[int, Mapping[str, str], str]]:
    """Yield line numbers, cells by column, and where the file broke (the last line then)."""
    text = decode_text(content, name).removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    headers = [clean_text(header or "") for header in reader.fieldnames or []]
    if missing := [column for column in COLUMNS if column not in headers]:
        raise ListRefused(name, {0: Sentence("thiếu cột {columns}", columns=", ".join(missing))})
    reader.fieldnames = headers
    line = reader.line_num
    try:
        for count, row in enumerate(reader, start=1):
            line = reader.line_num
            if count > ROW_COUNT_MAX:
                raise ListRefused(name, {0: Sentence("tệp có hơn {most} dòng", most=ROW_COUNT_MAX)})
            yield line, {key: clean_text(row[key] or "") for key in COLUMNS}, ""
    except csv.Error as damage:
        yield max(reader.line_num, line + 1), {}, str(damage)


class _Unreadable(Exception):
    """A line breaks a rule."""

    def __init__(self, told: Sentence) -> None:
        super().__init__(told)
        self.told = told


class _Reader:
    def __init__(self, plan: FloorPlan) -> None:
        self.told = Positions()
        self._zones = {zone.name for zone in plan.zones}
        self._zone_of = {stall.code: zone.name for zone in plan.zones for stall in zone.stalls}

    def take(self, line: int, cells: Mapping[str, str], damage: str) -> None:
        if damage:
            raise _Unreadable(Sentence("tệp CSV hỏng: {damage}", damage=damage))
        zone = cells["khu"].removeprefix("'")
        if zone not in self._zones:
            raise _Unreadable(Sentence("chợ không có khu “{zone}”", zone=zone))
        if zone:
            self._take_box(line, zone, cells)
        if cells["gian"]:
            self._take_square(line, zone, cells)

    def _take_box(self, line: int, zone: str, cells: Mapping[str, str]) -> None:
        box = _box(cells)
        if self.told.boxes.setdefault(zone, box) != box:
            raise _Unreadable(
                Sentence(
                    "khu {zone} ở dòng {line} ghi vị trí khác",
                    zone=zone,
                    line=self.told.zone_lines[zone],
                )
            )
        self.told.zone_lines.setdefault(zone, line)

    def _take_square(self, line: int, zone: str, cells: Mapping[str, str]) -> None:
        code = cells["gian"]
        if self._zone_of.get(code) != zone:
            raise _Unreadable(Sentence("khu “{zone}” không có gian {code}", zone=zone, code=code))
        if code in self.told.squares:
            raise _Unreadable(
                Sentence(
                    "gian {code} đã có ở dòng {line}",
                    code=code,
                    line=self.told.stall_lines[code],
                )
            )
        x, y = _number(cells, "o_x"), _number(cells, "o_y")
        if (x is None) is not (y is None):
            raise _Unreadable(Sentence("gian {code} cần đủ hai số: o_x, o_y", code=code))
        self.told.squares[code] = (x, y)
        self.told.stall_lines[code] = line


def _box(cells: Mapping[str, str]) -> Box | None:
    sides = [_number(cells, column) for column in _BOX_COLUMNS]
    known = [side for side in sides if side is not None]
    if not known:
        return None
    if len(known) < len(sides):
        raise _Unreadable(
            Sentence("vị trí khu cần đủ bốn số: {columns}", columns=", ".join(_BOX_COLUMNS))
        )
    return Box(*known)


def _number(cells: Mapping[str, str], column: str) -> int | None:
    text = cells[column]
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 4:
        raise _Unreadable(
            Sentence(
                "cột {column}: “{text}” không phải số từ 0 đến 9999", column=column, text=text[:20]
            )
        )
    return int(text)
