"""Administrative units by day: the crosswalk of Văn Yên, reused codes, whole national lists."""

import io
import itertools
import time
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import COMMAND
from merchants.admin_units.line import Given
from merchants.admin_units.lists import read_admin_list, van_yen_lists
from merchants.admin_units.lookup import (
    find_units,
    full_name,
    predecessors,
    resolve,
    successors,
    take_units,
)
from merchants.admin_units.versions import ListedUnit, UnitPlan, UnitVersion, plan_units
from merchants.admin_units.words import split_kind
from merchants.errors import AdminUnitNotFound, ListRefused, SheetRefused
from merchants.kinds import AdminLevel
from merchants.tables import AdminUnit, RegisterEvent

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
COMMUNE, PROVINCE, DISTRICT = AdminLevel.COMMUNE, AdminLevel.PROVINCE, AdminLevel.DISTRICT
GIVEN = Given(valid_from=AFTER, legal_basis="QĐ 19/2025/QĐ-TTg", source="danh mục thử")


@pytest.fixture
def van_yen(engine: sa.Engine, now: datetime) -> sa.Engine:
    """A database with the packaged units."""
    with writing(engine) as session:
        for listed in van_yen_lists():
            take_units(session, listed, actor=COMMAND, now=now)
    return engine


def take(
    engine: sa.Engine, now: datetime, text: str, given: Given = GIVEN, **options: bool
) -> UnitPlan:
    with writing(engine) as session:
        listed = read_admin_list(text.encode(), "ds.csv", given)
        return take_units(session, listed, actor=COMMAND, now=now, **options)


def unit_names(units: list[AdminUnit]) -> list[str]:
    return [full_name(unit.kind_name, unit.name) for unit in units]


def test_the_packaged_crosswalk_loses_no_line() -> None:
    crosswalk, around = van_yen_lists()

    assert (crosswalk.rejects, around.rejects) == ({}, {})
    assert (len(crosswalk.crosswalk), len(around.crosswalk)) == (25, 3)
    assert len(crosswalk.units) == 25 + 9
    assert len({line.new_code for line in crosswalk.crosswalk}) == 9
    assert all("verify against the official text" in one.unit.source for one in crosswalk.units)


def test_a_reused_code_means_another_unit_before_and_after_the_merger(van_yen: sa.Engine) -> None:
    with reading(van_yen) as session:
        old = resolve(session, "04375", COMMUNE, BEFORE)
        new = resolve(session, "04375", COMMUNE, AFTER)

        assert unit_names([old, new]) == ["Thị trấn Mậu A", "Xã Mậu A"]
        assert (old.parent_code, new.parent_code) == ("136", "15")
        assert unit_names([resolve(session, "15", PROVINCE, BEFORE)]) == ["Tỉnh Yên Bái"]
        assert unit_names([resolve(session, "15", PROVINCE, AFTER)]) == ["Tỉnh Lào Cai"]


def test_an_old_unit_is_followed_into_the_new_one_and_back(van_yen: sa.Engine) -> None:
    with reading(van_yen) as session:
        assert unit_names(successors(session, "04414", BEFORE)) == ["Xã Tân Hợp"]
        assert unit_names(successors(session, "04429", BEFORE)) == ["Xã Tân Hợp"]
        assert successors(session, "04429", AFTER) == []
        assert unit_names(predecessors(session, "04429", AFTER)) == [
            "Xã Tân Hợp", "Xã Đại Sơn", "Xã Nà Hẩu",
        ]  # fmt: skip
        assert unit_names(predecessors(session, "04450", AFTER)) == ["Xã Mỏ Vàng", "Xã An Lương"]
        assert unit_names(predecessors(session, "15", AFTER)) == ["Tỉnh Lào Cai", "Tỉnh Yên Bái"]
        assert unit_names(successors(session, "04423", BEFORE)) == ["Xã Phong Dụ Thượng"]


@pytest.mark.parametrize(
    ("code", "on"), [("04414", AFTER), ("136", AFTER), ("99", BEFORE), ("x", AFTER)]
)
def test_nobody_carried_the_code_on_the_day(van_yen: sa.Engine, code: str, on: date) -> None:
    with reading(van_yen) as session, pytest.raises(AdminUnitNotFound, match=code):
        successors(session, code, on)


def test_taking_the_packaged_units_again_changes_nothing(van_yen: sa.Engine, now: datetime) -> None:
    with reading(van_yen) as session:
        units, events = (
            len(session.exec(select(each)).all()) for each in (AdminUnit, RegisterEvent)
        )

    with writing(van_yen) as session:
        for listed in van_yen_lists():
            plan = take_units(session, listed, actor=COMMAND, now=now)
            assert (plan.added, plan.changed, plan.ended, plan.rejects) == ([], [], [], {})

    with reading(van_yen) as session:
        assert len(session.exec(select(AdminUnit)).all()) == units == 34 + 6
        assert len(session.exec(select(RegisterEvent)).all()) == events == 2


def test_a_dry_run_writes_nothing(engine: sa.Engine, now: datetime) -> None:
    plan = take(engine, now, "code,full_name\n04375,Xã Mậu A\n", dry_run=True)

    assert len(plan.added) == 1
    with reading(engine) as session:
        assert session.exec(select(AdminUnit)).all() == []


@pytest.mark.parametrize(
    "text",
    [
        "code,name,full_name,province_code\n04375,Mậu A,Xã Mậu A,15\n",
        "DANH MỤC\n\nMÃ;TÊN;Cấp;Mã TP\n04375;Mậu A;Xã;15\n",
        "ma,ten,cap,ma tp\n4375,Xã Mậu A,xã,15\n",
        "Mã PX,Phường Xã,Mã TP,Tỉnh Thành Phố\n04375,Xã Mậu A,15,Tỉnh Lào Cai\n",
    ],
)
def test_the_header_is_found_in_every_shape_a_list_comes_in(text: str) -> None:
    units = [one.unit for one in read_admin_list(text.encode(), "ds.csv", GIVEN).units]

    commune = next(unit for unit in units if unit.level is COMMUNE)
    assert (commune.code, commune.full_name, commune.parent_code) == ("04375", "Xã Mậu A", "15")
    assert (commune.valid_from, commune.legal_basis) == (AFTER, "QĐ 19/2025/QĐ-TTg")


def test_the_statistics_offices_wide_list_gives_every_level_once() -> None:
    rows = "".join(f"01,Thành phố Hà Nội,001,Quận Ba Đình,{n:05},Phường {n}\n" for n in (1, 4, 6))
    listed = read_admin_list(
        f"Mã TP,Tỉnh Thành Phố,Mã QH,Quận Huyện,Mã PX,Phường Xã\n{rows}".encode(), "ds.csv", GIVEN
    )

    assert [(one.unit.level, one.unit.full_name, one.unit.parent_code) for one in listed.units] == [
        (PROVINCE, "Thành phố Hà Nội", ""),
        (DISTRICT, "Quận Ba Đình", "01"),
        (COMMUNE, "Phường 1", "001"),
        (COMMUNE, "Phường 4", "001"),
        (COMMUNE, "Phường 6", "001"),
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("4375x,Xã A,,", "mã “4375x”: cần 2, 3 hoặc 5 chữ số"),
        ("043751,Xã A,,", "mã “043751”"),
        ("04375,,,", "mã 04375 thiếu tên"),
        ("00136,Huyện A,,", "huyện có 3 chữ số, ở đây có 5"),
        ("04375,Xã A,31/02/2025,", "“31/02/2025” không phải ngày"),
        ("04375,Xã A,2025-07-01,2025-06-01", "ngày cuối 01/06/2025 đứng trước ngày đầu"),
        (f"04375,{'A' * 81},,", "81 ký tự, tối đa 80"),
    ],
)
def test_a_wrong_line_is_told_and_keeps_no_other_out(
    sqlite_engine: sa.Engine, now: datetime, row: str, message: str
) -> None:
    plan = take(sqlite_engine, now, f"code,name,valid_from,valid_to\n{row}\n04378,Xã B,,\n")

    assert message in plan.rejects[2]
    assert [unit.code for unit in plan.added] == ["04378"]


def test_two_lines_that_contradict_each_other_are_told_by_line(
    sqlite_engine: sa.Engine, now: datetime
) -> None:
    plan = take(sqlite_engine, now, "code,name\n04375,Xã A\n04375,Xã B\n")

    assert plan.rejects == {3: "mã 04375 là Xã B, dòng 2 ghi là Xã A"}


def test_a_list_without_days_asks_for_one(sqlite_engine: sa.Engine, now: datetime) -> None:
    plan = take(sqlite_engine, now, "code,name\n04375,Xã A\n", Given())

    assert "thiếu ngày bắt đầu" in plan.rejects[2]


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "Mã TP,Mã QH\n1,2\n"])
def test_a_file_without_a_header_is_refused(text: str) -> None:
    with pytest.raises(ListRefused, match=r"cần các cột|không thấy dòng tiêu đề|Cần ít nhất"):
        read_admin_list(text.encode(), "ds.csv")


def test_no_file_of_rows_at_all_is_refused() -> None:
    with pytest.raises(SheetRefused):
        read_admin_list(b"%PDF-1.7", "ds.pdf")


def test_a_new_unit_under_an_old_code_ends_the_old_one(engine: sa.Engine, now: datetime) -> None:
    take(engine, now, "code,name\n04375,Thị trấn Mậu A\n", Given(valid_from=date(2004, 7, 8)))

    plan = take(engine, now, "code,name\n04375,Xã Mậu A\n")

    assert [(unit.full_name, unit.valid_to) for unit in plan.ended] == [("Thị trấn Mậu A", BEFORE)]
    with reading(engine) as session:
        assert unit_names([resolve(session, "04375", COMMUNE, BEFORE)]) == ["Thị trấn Mậu A"]
        assert unit_names([resolve(session, "04375", COMMUNE, AFTER)]) == ["Xã Mậu A"]


def test_the_older_list_may_come_second(engine: sa.Engine, now: datetime) -> None:
    take(engine, now, "code,name\n04375,Xã Mậu A\n")

    plan = take(
        engine, now, "code,name\n04375,Thị trấn Mậu A\n", Given(valid_from=date(2004, 7, 8))
    )

    assert [(unit.full_name, unit.valid_to) for unit in plan.added] == [("Thị trấn Mậu A", BEFORE)]


def test_a_later_list_that_repeats_a_unit_makes_no_new_version(
    engine: sa.Engine, now: datetime
) -> None:
    take(engine, now, "code,name\n04375,Xã Mậu A\n")

    plan = take(engine, now, "code,name\n04375,Xã Mậu A\n", Given(valid_from=date(2026, 4, 30)))

    assert (plan.added, plan.ended, plan.unchanged) == ([], [], 1)


def test_days_that_overlap_are_refused_with_the_other_unit_named(
    engine: sa.Engine, now: datetime
) -> None:
    take(engine, now, "code,name,valid_to\n04375,Xã A,2026-12-31\n")

    plan = take(engine, now, "code,name\n04375,Xã B\n", Given(valid_from=date(2026, 1, 1)))

    assert "chồng ngày với Xã A, từ 01/07/2025 đến 31/12/2026" in plan.rejects[2]


def test_a_complete_list_ends_what_it_does_not_name(engine: sa.Engine, now: datetime) -> None:
    old = Given(valid_from=date(2004, 7, 8))
    take(
        engine, now, "code,name\n136,Huyện Văn Yên\n04375,Thị trấn Mậu A\n04378,Xã Lang Thíp\n", old
    )

    plan = take(engine, now, "code,name\n04375,Xã Mậu A\n", is_complete=True)

    assert {(unit.code, unit.valid_to) for unit in plan.ended} == {
        ("136", BEFORE), ("04378", BEFORE), ("04375", BEFORE),
    }  # fmt: skip


def test_the_crosswalk_fits_beside_a_national_list_loaded_before(
    engine: sa.Engine, now: datetime
) -> None:
    take(engine, now, "code,name,province_code\n04375,Xã Mậu A,15\n15,Tỉnh Lào Cai,\n")

    with writing(engine) as session:
        plans = [take_units(session, each, actor=COMMAND, now=now) for each in van_yen_lists()]

    assert [plan.rejects for plan in plans] == [{}, {}]
    with reading(engine) as session:
        assert len(predecessors(session, "04375", AFTER)) == 5


def test_units_are_found_by_code_and_by_name_without_marks(van_yen: sa.Engine) -> None:
    with reading(van_yen) as session:
        assert [u.valid_to for u in find_units(session, text="04375")] == [BEFORE, None]
        assert unit_names(find_units(session, text="mau a", on=AFTER)) == ["Xã Mậu A"]
        assert unit_names(find_units(session, text="đông", on=AFTER)) == ["Xã Đông Cuông"]
        assert unit_names(find_units(session, level=PROVINCE, on=AFTER)) == ["Tỉnh Lào Cai"]
        first = find_units(session, limit=10)
        rest = find_units(session, after=(first[-1].code, first[-1].valid_from), limit=100)
        assert len(first) + len(rest) == 40


def national_workbook(units: int) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("DVHC")
        sheet.write_row(0, 0, ["TỔNG CỤC THỐNG KÊ"])
        sheet.write_row(2, 0, ["Mã", "Tên", "Cấp", "Mã TP"])
        for n in range(units):
            sheet.write_row(3 + n, 0, [n + 1, f"Xã số {n + 1}", "Xã", n % 34 + 1])
    return made.getvalue()


def test_a_whole_country_is_taken_in_seconds(engine: sa.Engine, now: datetime) -> None:
    content = national_workbook(11_000)

    started = time.process_time()
    with writing(engine) as session:
        listed = read_admin_list(content, "ca-nuoc.xlsx", GIVEN)
        plan = take_units(session, listed, actor=COMMAND, now=now)
    took_s = time.process_time() - started

    assert (len(plan.added), plan.rejects) == (11_000, {})
    assert took_s < 20
    with reading(engine) as session:
        # A number cell has lost its zeros; the kind says how long the code is.
        assert unit_names([resolve(session, "00001", COMMUNE, AFTER)]) == ["Xã số 1"]


def test_kinds_are_split_from_names() -> None:
    assert split_kind("Thị trấn Mậu A") == ("thị trấn", "Mậu A")
    assert split_kind("Phường 1") == ("phường", "1")
    assert split_kind("Thành phố Hà Nội") == ("thành phố", "Hà Nội")
    assert split_kind("Mậu A") == ("", "Mậu A")


DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


@st.composite
def listed_units(draw: st.DrawFn) -> list[ListedUnit]:
    count = draw(st.integers(0, 6))
    return [
        ListedUnit(
            line,
            UnitVersion(
                level=COMMUNE,
                code=draw(st.sampled_from(["04375", "04378"])),
                name=draw(st.sampled_from("AB")),
                valid_from=draw(DAYS),
                valid_to=draw(st.none() | DAYS),
            ),
            draw(st.booleans()),
        )
        for line in range(2, 2 + count)
    ]


def carried_out(known: list[UnitVersion], plan: UnitPlan) -> list[UnitVersion]:
    timeline = {(unit.code, unit.valid_from): unit for unit in known}
    for unit in (*plan.added, *plan.changed, *plan.ended):
        timeline[unit.code, unit.valid_from] = unit
    return list(timeline.values())


@given(st.lists(st.tuples(listed_units(), st.booleans()), max_size=4))
def test_no_day_ever_belongs_to_two_versions_of_a_code(
    loads: list[tuple[list[ListedUnit], bool]],
) -> None:
    known: list[UnitVersion] = []
    for listed, is_complete in loads:
        plan = plan_units(known, listed, is_complete=is_complete)
        assert set(plan.rejects) <= {one.line for one in listed}
        known = carried_out(known, plan)

    for code in ("04375", "04378"):
        versions = sorted((u for u in known if u.code == code), key=lambda u: u.valid_from)
        for version, following in itertools.pairwise(versions):
            assert version.valid_to is not None
            assert version.valid_from <= version.valid_to < following.valid_from
    for day in (date(2024, 1, 1) + timedelta(days=n * 17) for n in range(70)):
        assert sum(u.code == "04375" and u.covers(day) for u in known) <= 1


@given(st.lists(listed_units(), max_size=3), listed_units())
def test_a_list_taken_twice_changes_nothing_the_second_time(
    before: list[list[ListedUnit]], listed: list[ListedUnit]
) -> None:
    known: list[UnitVersion] = []
    for each in before:
        known = carried_out(known, plan_units(known, each))
    # Lines that contradict each other are the reader's to reject.
    once = list({(one.unit.code, one.unit.valid_from): one for one in listed}.values())
    known = carried_out(known, plan_units(known, once))

    again = plan_units(known, once)

    assert (again.added, again.changed, again.ended) == ([], [], [])
