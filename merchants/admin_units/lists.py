"""Lists of administrative units as offices publish them, and crosswalks from old units to new.

Three shapes are read, XLSX or CSV, the header found anywhere near the top with or without marks:

- one unit a row: ``code``, ``name`` or ``full_name`` (``Mã``, ``Tên``), ``kind``/``level`` (``Cấp``),
  ``province_code``/``district_code`` (``Mã TP``, ``Mã QH``), as the tables of the public repository
  thanglequoc/vietnamese-provinces-database have them;
- one commune a row with all that is above it: ``Mã TP``, ``Tỉnh Thành Phố``, ``Mã QH``, ``Quận
  Huyện``, ``Mã PX``, ``Phường Xã``, as the statistics office exports its list;
- a crosswalk: ``old_code, old_name, old_kind, new_code, new_name, valid_from``.

``valid_from``, ``valid_to``, ``legal_basis`` and ``source`` may stand in columns or be given once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from types import MappingProxyType

from merchants.admin_units.line import Given, Line, Unreadable
from merchants.admin_units.versions import BEGINNING, ListedUnit, UnitVersion
from merchants.admin_units.words import LEVEL_VI, level_of_kind, plain_kind, split_kind
from merchants.errors import ListRefused
from merchants.files.workbook import Cell, Table, read_tables
from merchants.kinds import AdminLevel
from merchants.sentences import Sentence
from qr.text import fold_to_ascii

HEADER_ROW_MAX = 30
ROW_COUNT_MAX = 50_000
VAN_YEN_FILES = ("admin_units_van_yen.csv", "admin_units_around_van_yen.csv")
OLD_VAN_YEN = "136"
NEW_LAO_CAI = "15"

_COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "code": ("code", "ma", "ma don vi", "ma dvhc", "ward code"),
        "name": ("name", "ten", "ten don vi"),
        "full_name": ("full name", "ten day du"),
        "kind": ("kind", "loai", "cap", "loai don vi", "cap hanh chinh"),
        "level": ("level",),
        "province_code": ("province code", "ma tp", "ma tinh", "ma tinh thanh pho"),
        "province": ("province", "tinh thanh pho", "tinh / thanh pho", "ten tinh", "tinh"),
        "district_code": ("district code", "ma qh", "ma huyen", "ma quan huyen"),
        "district": ("district", "quan huyen", "quan / huyen", "ten huyen"),
        "commune_code": ("commune code", "ma px", "ma xa", "ma phuong xa"),
        "commune": ("commune", "phuong xa", "phuong / xa", "ten xa"),
        "parent_code": ("parent code", "ma cap tren", "parent"),
        "valid_from": ("valid from", "tu ngay", "hieu luc tu", "ngay hieu luc"),
        "valid_to": ("valid to", "den ngay", "het hieu luc"),
        "legal_basis": ("legal basis", "can cu", "nghi dinh", "van ban", "nghi dinh/quyet dinh"),
        "source": ("source", "nguon"),
        "successor_code": ("successor code",),
        "old_code": ("old code", "ma cu"),
        "old_name": ("old name", "ten cu"),
        "old_kind": ("old kind", "loai cu"),
        "new_code": ("new code", "ma moi"),
        "new_name": ("new name", "ten moi"),
        "note": ("note", "ghi chu"),
    }
)
_KEY_OF = {title: key for key, titles in _COLUMNS.items() for title in titles}


@dataclass(frozen=True, slots=True)
class CrosswalkLine:
    """One old unit and the new one it went into."""

    line: int
    old_code: str
    old_name: str
    new_code: str
    new_name: str
    valid_from: date
    source: str
    note: str

    @property
    def key(self) -> tuple[str, str, date]:
        """Return what tells it from others."""
        return self.old_code, self.new_code, self.valid_from

    def row(self) -> dict[str, object]:
        """Return the line as a row of its table."""
        return {name: getattr(self, name) for name in self.__slots__ if name != "line"}


@dataclass(slots=True)
class AdminList:
    """A list as it was read: units, the crosswalk, and the lines that could not be read."""

    name: str
    units: list[ListedUnit] = field(default_factory=list)
    crosswalk: list[CrosswalkLine] = field(default_factory=list)
    rejects: dict[int, str] = field(default_factory=dict)
    rows: int = 0


def van_yen_lists() -> list[AdminList]:
    """Return the packaged units of Văn Yên, old and new, and of what lies above and beside them."""
    folder = files("merchants.admin_units").joinpath("data")
    return [read_admin_list(folder.joinpath(name).read_bytes(), name) for name in VAN_YEN_FILES]


def read_admin_list(content: bytes, name: str, given: Given | None = None) -> AdminList:
    """Return the units and crosswalk of a file.

    Raises:
        SheetRefused: the file cannot be read at all.
        ListRefused: no header is found in it, or it names too few columns.
    """
    header_at, table = _with_header(read_tables(content, name), name)
    if table.damage:
        raise ListRefused(name, {0: Sentence("tệp CSV hỏng ở {damage}", damage=table.damage)})
    columns = {
        key: place
        for place, cell in enumerate(table.rows[header_at])
        if (key := _key_of(cell)) is not None
    }
    listed = AdminList(name)
    read = _reader_of(columns, name)
    for line, row in enumerate(table.rows[header_at + 1 :], start=header_at + 2):
        if not any(cell != "" for cell in row):
            continue
        listed.rows += 1
        if listed.rows > ROW_COUNT_MAX:
            raise ListRefused(name, {0: Sentence("tệp có hơn {most} dòng", most=ROW_COUNT_MAX)})
        try:
            read(Line(line, row, columns, given or Given(), name), listed)
        except Unreadable as fault:
            listed.rejects[line] = fault.told
    _drop_doubles(listed)
    return listed


def _with_header(tables: Sequence[Table], name: str) -> tuple[int, Table]:
    best: tuple[int, int, Table] | None = None
    for table in tables:
        for place, row in enumerate(table.rows[:HEADER_ROW_MAX]):
            count = len({key for cell in row if (key := _key_of(cell))})
            if count >= 2 and (best is None or count > best[0]):
                best = (count, place, table)
    if best is None:
        raise ListRefused(
            name,
            {
                0: Sentence(
                    "không thấy dòng tiêu đề trong {most} dòng đầu. Cần ít nhất các cột “Mã” và “Tên”",
                    most=HEADER_ROW_MAX,
                )
            },
        )
    return best[1], best[2]


def _key_of(cell: Cell) -> str | None:
    if not isinstance(cell, str):
        return None
    return _KEY_OF.get(" ".join(fold_to_ascii(cell).lower().replace("_", " ").split()))


_Reader = Callable[[Line, AdminList], None]


def _reader_of(columns: Mapping[str, int], name: str) -> _Reader:
    if {"old_code", "new_code"} <= columns.keys():
        return _read_crosswalk
    if "commune_code" in columns and "commune" in columns:
        return _read_wide
    if "code" in columns and ({"name", "full_name"} & columns.keys()):
        return _read_one
    raise ListRefused(name, {0: "cần các cột “Mã” và “Tên”, hoặc “Mã PX” và “Phường Xã”"})


def _read_one(line: Line, listed: AdminList) -> None:
    kind, name = _kind_and_name(line)
    code, level = line.code("code", _told_level(line, kind))
    parent = ""
    for key, above in (
        ("parent_code", None),
        ("district_code", AdminLevel.DISTRICT),
        ("province_code", AdminLevel.PROVINCE),
    ):
        if not parent and line.text(key):
            parent = line.code(key, above)[0]
    unit = line.unit(code, level, kind, name, "" if level is AdminLevel.PROVINCE else parent)
    listed.units.append(unit)
    if (successor := line.text("successor_code")) and unit.unit.valid_to is not None:
        new_code, _ = line.code("successor_code", level)
        assert successor
        listed.crosswalk.append(
            CrosswalkLine(
                line.line, code, name, new_code, "", _next_day(unit.unit.valid_to),
                line.source(), line.text("note", 300),
            )
        )  # fmt: skip


def _read_wide(line: Line, listed: AdminList) -> None:
    """Read a commune and everything above it; what is above comes again on many lines."""
    parent = ""
    for code_key, name_key, level in (
        ("province_code", "province", AdminLevel.PROVINCE),
        ("district_code", "district", AdminLevel.DISTRICT),
        ("commune_code", "commune", AdminLevel.COMMUNE),
    ):
        if not line.text(code_key):
            continue
        code, _ = line.code(code_key, level)
        kind, name = split_kind(line.text(name_key))
        listed.units.append(line.unit(code, level, kind, name, parent))
        parent = code


def _read_crosswalk(line: Line, listed: AdminList) -> None:
    first = line.day("valid_from")
    if first is None:
        raise Unreadable("thiếu ngày valid_from")
    old_code, level = line.code("old_code", None)
    new_code, _ = line.code("new_code", level)
    kind, name = line.text("old_kind", 20), line.text("old_name")
    if not kind:
        kind, name = split_kind(name)
    new_kind, new_name = split_kind(line.text("new_name"))
    if not name or not new_name:
        raise Unreadable("thiếu tên cũ hoặc tên mới")
    # The packaged crosswalk speaks of one district; another's would name its parents.
    parent = line.text("parent_code") or (OLD_VAN_YEN if listed.name in VAN_YEN_FILES else "")
    above = line.text("province_code") or (NEW_LAO_CAI if listed.name in VAN_YEN_FILES else "")
    source = line.source()
    listed.units += [
        ListedUnit(
            line.line,
            UnitVersion(
                level=level, source=source, code=old_code, name=name, kind_name=kind, parent_code=parent,
                valid_from=BEGINNING, valid_to=_day_before(first),
            ),
        ),
        ListedUnit(
            line.line,
            UnitVersion(
                level=level, source=source, code=new_code, name=new_name, kind_name=new_kind, parent_code=above,
                valid_from=first, legal_basis=line.text("legal_basis", 200),
            ),
            is_new_territory=True,
        ),
    ]  # fmt: skip
    listed.crosswalk.append(
        CrosswalkLine(
            line.line, old_code, name, new_code, new_name, first, source, line.text("note", 300)
        )
    )


def _kind_and_name(line: Line) -> tuple[str, str]:
    kind, name = split_kind(line.text("full_name"))
    plain = line.text("name")
    if plain and not name:
        kind, name = split_kind(plain)
    return plain_kind(line.text("kind")) or kind, name


def _told_level(line: Line, kind: str) -> AdminLevel | None:
    told = line.text("level").casefold()
    if told:
        for level, word in LEVEL_VI.items():
            if told in {level.value, word}:
                return level
        raise Unreadable(
            Sentence(
                "cấp “{told}”: cần một trong {levels}",
                told=told,
                levels=", ".join(LEVEL_VI.values()),
            )
        )
    return level_of_kind(line.text("kind")) or level_of_kind(kind)


def _drop_doubles(listed: AdminList) -> None:
    """Keep each unit once; a second line that says something else of it is rejected."""
    seen: dict[tuple[AdminLevel, str, date], ListedUnit] = {}
    for one in listed.units:
        key = (one.unit.level, one.unit.code, one.unit.valid_from)
        first = seen.setdefault(key, one)
        if first is not one and _differ(first.unit, one.unit):
            listed.rejects[one.line] = Sentence(
                "mã {code} là {name}, dòng {line} ghi là {other}",
                code=one.unit.code,
                name=one.unit.full_name,
                line=first.line,
                other=first.unit.full_name,
            )
    listed.units = [one for one in seen.values() if one.line not in listed.rejects]
    listed.crosswalk = [one for one in listed.crosswalk if one.line not in listed.rejects]


def _differ(one: UnitVersion, other: UnitVersion) -> bool:
    return (one.name, one.kind_name, one.parent_code, one.valid_to) != (
        other.name, other.kind_name, other.parent_code, other.valid_to,
    )  # fmt: skip


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _next_day(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
