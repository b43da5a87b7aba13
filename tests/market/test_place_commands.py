"""``cho40 place`` and the commands that change a market, on both databases."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import CliRunner, Result

from market.cli import app
from market.database import reading, writing
from market.i18n.english import ENGLISH
from market.i18n.place_words import (
    ADMIN_LEVELS,
    CALENDAR_RULES,
    MARKET_KINDS,
    OPERATOR_KINDS,
    STALL_KINDS,
    STALL_STATES,
    WEEKDAYS,
    rule_words,
)
from market.i18n.words import Lang, translator
from market.pages.settings import details, stall
from merchants.actors import COMMAND
from merchants.calendars.open_days import CalendarRuleSpan
from merchants.errors import EntryRefused, ListRefused, MarketNotFound
from merchants.find import find_market
from merchants.kinds import (
    AdminLevel,
    CalendarRule,
    MarketKind,
    OperatorKind,
    StallKind,
    StallState,
)
from merchants.markets.areas import VAN_YEN_CAVEAT, VAN_YEN_NAME
from merchants.stalls.changes import StallDetails, add_stalls
from merchants.stalls.zones import add_zone
from merchants.tables import AdminUnit, CalendarCorrection
from reconciliation.simulation.places import market_list_text
from tests.conftest import NOW

Run = Callable[..., Result]


@pytest.fixture
def run(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``cho40`` on a database with the demonstration markets."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CHO40_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")

    def _run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments])

    (tmp_path / "markets.csv").write_text(market_list_text(), "utf-8")
    assert _run("market", "import", "markets.csv").exit_code == 0
    return _run


def json_lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_territory_of_van_yen_is_seeded_once(run: Run) -> None:
    first, again = run("place", "seed-van-yen"), run("place", "seed-van-yen")

    assert first.stdout == "VAN-YEN-CU: CQ, DC, LG, MA\n"
    assert "không có chợ mới" in again.stdout
    (area,) = json_lines(run("place", "areas", "--json"))
    assert area["markets"] == ["CQ", "DC", "LG", "MA"]
    assert "An Lương" in run("place", "areas").stdout


def test_a_national_list_is_tried_and_loaded(run: Run, engine: sa.Engine, tmp_path: Path) -> None:
    (tmp_path / "ds.csv").write_text("Mã,Tên,Mã TP\n04375,Xã Mậu A,15\n15,Tỉnh Lào Cai,\n", "utf-8")
    options = ("place", "load", "ds.csv", "--valid-from", "01/07/2025", "--legal-basis", "QĐ 19")

    tried = run(*options, "--dry-run")
    loaded, again = run(*options), run(*options)

    assert "Chạy thử / dry run: 2 thêm / added" in tried.stdout
    assert "2 thêm / added" in loaded.stdout
    assert "0 thêm / added, 0 sửa / changed, 0 kết thúc / ended, 2 như cũ" in again.stdout
    with reading(engine) as session:
        assert len(session.exec(select(AdminUnit)).all()) == 2


def test_wrong_lines_are_told_and_the_exit_status_says_so(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"x{n},Xã {n}\n" for n in range(25))
    (tmp_path / "ds.csv").write_text(f"code,name\n04375,Xã Mậu A\n{rows}", "utf-8")

    result = run("place", "load", "ds.csv", "--valid-from", "2025-07-01", "--complete")

    assert result.exit_code == 3
    assert "1 thêm / added" in result.stdout
    assert "dòng 3: mã “x0”" in result.stderr
    assert "… 5 dòng khác" in result.stderr
    (tmp_path / "ds.csv").write_text("a,b\n1,2\n", "utf-8")
    refused = run("place", "load", "ds.csv")
    assert isinstance(refused.exception, ListRefused)


def test_units_are_found_by_day_on_the_terminal(run: Run) -> None:
    run("place", "seed-van-yen")

    both = run("place", "find", "04375").stdout
    new = json_lines(run("place", "find", "mau a", "--on", "2026-01-01", "--json"))

    assert both.splitlines() == [
        "04375  Thị trấn Mậu A  … → 2025-06-30",
        "04375  Xã Mậu A  2025-07-01 → nay",
    ]
    assert [(one["name"], one["valid_to"]) for one in new] == [("Xã Mậu A", None)]


def test_an_area_is_made_and_its_markets_come_and_go(run: Run) -> None:
    assert "Chưa có địa bàn" in run("place", "areas").stdout
    assert run("place", "area-add", "DOT-1", "Đợt 1").exit_code == 0
    assert (
        "MA từ 01/01/2026"
        in run("place", "area-member", "DOT-1", "MA", "--from", "2026-01-01").stdout
    )
    run("place", "area-member", "DOT-1", "LG")
    assert (
        "MA đến hết 31/01/2026"
        in run("place", "area-member", "DOT-1", "MA", "--to", "31/01/2026").stdout
    )

    (area,) = json_lines(run("place", "areas", "--json"))

    assert area["markets"] == ["LG"]
    assert isinstance(run("place", "area-add", "DOT-1", "x").exception, EntryRefused)


def test_a_market_is_shown_and_changed(run: Run) -> None:
    assert (
        "kind, stalls_counted"
        in run(
            "market",
            "edit",
            "MA",
            "--kind",
            "night_market",
            "--stalls",
            150,
            "--counted-on",
            "01/11/2025",
        ).stdout
    )
    assert "nothing changed" in run("market", "edit", "MA", "--stalls", 150).stdout
    assert (
        "đã ghi"
        in run("market", "operator", "MA", "Ban quản lý chợ Mậu A", "--from", "2025-07-01").stdout
    )
    assert "không đổi gì" in run("market", "operator", "MA", "Ban quản lý chợ Mậu A").stdout

    shown = run("market", "show", "MA").stdout
    (told,) = json_lines(run("market", "show", "MA", "--json"))

    assert "hạng 2, chợ đêm" in shown
    assert "Khai hạng 2, nhưng 150 điểm kinh doanh là hạng 3" in shown
    assert "Quản lý / operator: Ban quản lý chợ Mậu A, từ 2025-07-01 đến nay" in shown
    assert (told["class_by_count"], told["stalls_counted_on"]) == (3, "2025-11-01")
    assert told["communes"][0]["name"] == "Xã Mậu A"
    assert isinstance(run("market", "show", "XX").exception, MarketNotFound)


def test_a_calendar_is_shown_previewed_and_changed(run: Run, engine: sa.Engine) -> None:
    options = ("market", "calendar", "LG", "--from", "2199-01-01")
    assert isinstance(run(*options, "--rule", "daily").exception, EntryRefused)
    preview = run("market", "calendar", "LG", "--rule", "weekly", "--params", "weekdays=3|6")
    shown = run("market", "calendar", "LG")

    assert "Lịch mới, chưa ghi / preview: 12 ngày họp" in preview.stdout
    assert "Lịch / calendar: 6 ngày họp" in shown.stdout
    written = run("market", "calendar", "LG", "--rule", "daily", "--write", "--json")
    assert all(day["is_open"] for day in json_lines(written))
    assert run("market", "calendar", "LG", "--write").exit_code == 2


def test_a_day_is_corrected_and_left_to_the_rule(run: Run, engine: sa.Engine) -> None:
    assert run("market", "correct", "LG", "20/11/2026", "open", "--note", "hội").exit_code == 0
    with reading(engine) as session:
        (correction,) = session.exec(select(CalendarCorrection)).all()
        assert (correction.is_open, correction.note) == (True, "hội")

    assert run("market", "correct", "LG", "2026-11-20", "rule").exit_code == 0

    with reading(engine) as session:
        assert session.exec(select(CalendarCorrection)).all() == []
    assert run("market", "correct", "LG", "2026-11-20", "maybe").exit_code == 2


def test_zones_are_listed_and_a_floor_is_laid_out(run: Run, engine: sa.Engine) -> None:
    assert "Chưa có khu nào" in run("market", "zones", "MA").stdout
    with writing(engine) as session:
        market = find_market(session, "MA")
        zone = add_zone(session, market, "Rau củ", actor=COMMAND, now=NOW)
        details = StallDetails(zone_id=zone.id)
        add_stalls(session, market, ["A1", "A2"], details, actor=COMMAND, now=NOW)
    assert "2 gian, chưa xếp" in run("market", "zones", "MA").stdout

    assert run("market", "lay-out", "MA").stdout == "MA: xếp 2 gian / stalls placed\n"

    assert "2 gian, ô 0,0, 4 × 2" in run("market", "zones", "MA").stdout
    assert json_lines(run("market", "zones", "MA", "--json"))[0]["box"] == [0, 0, 4, 2]


def test_zones_and_places_are_made_changed_and_told_in_the_log(run: Run) -> None:
    for zone in ("Rau", "Cá"):
        assert run("market", "zone-add", "MA", zone).exit_code == 0
    added = run("stall", "place-add", "MA", "R1-R3", "--zone", "Rau", "--area", 4)
    assert added.stdout == "MA: 3 gian / stalls\n"

    assert (
        run("market", "zone-change", "MA", "Rau", "--name", "Rau củ", "--box", "0,0,4,3").exit_code
        == 0
    )
    placed = run("stall", "place-change", "MA", "r1", "--square", "1,0", "--goods", "Hành")
    closed = run("stall", "place-change", "MA", "R2", "--state", "closed", "--note", "sửa mái")
    same = run("stall", "place-change", "MA", "R1", "--goods", "Hành")
    merged = run("market", "zone-merge", "MA", "Rau củ", "Cá")

    assert "goods_group" in placed.stdout
    assert "plan_x" in placed.stdout
    assert closed.stdout == "MA R2: state\n"
    assert "không đổi gì" in same.stdout
    assert merged.stdout == "MA: Rau củ → Cá, 3 gian / stalls\n"
    assert [one["name"] for one in json_lines(run("market", "zones", "MA", "--json"))] == ["Cá"]
    log = json_lines(run("log", "MA", "--json"))
    assert {"R1", "R2", "R3"} <= {event["stall_code"] for event in log}
    assert [event["id"] for event in log] == sorted((event["id"] for event in log), reverse=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("market", "zone-change", "MA", "Rau", "--box", "1,2,3"),
        ("stall", "place-change", "MA", "R1", "--square", "a,b"),
        ("stall", "place-change", "MA", "R1", "--state", "sold"),
    ],
)
def test_a_place_that_cannot_be_read_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_a_market_is_moved_to_another_commune(run: Run) -> None:
    run("place", "seed-van-yen")

    moved = run("market", "commune", "MA", "04381", "--from", "01/01/2026")

    assert moved.stdout == "MA: Xã Lâm Giang (04381), từ / from 01/01/2026\n"
    (told,) = json_lines(run("market", "show", "MA", "--json"))
    assert [one["code"] for one in told["communes"]][-1] == "04381"


def test_the_report_takes_a_market_or_an_area_not_both(run: Run) -> None:
    result = run("report", "adoption", "2026-10", "--market", "MA", "--area", "VAN-YEN-CU")

    assert result.exit_code == 2


def test_the_report_of_an_area_prints_its_caveat(run: Run) -> None:
    run("place", "seed-van-yen")

    shown = run("report", "adoption", "2026-10", "--area", "VAN-YEN-CU", "--csv").stdout

    assert "group_code,caveat" in shown.splitlines()[0]
    assert "An Lương" in shown


def test_every_kind_has_a_name_in_both_languages() -> None:
    kinds = (
        (MARKET_KINDS, MarketKind), (OPERATOR_KINDS, OperatorKind), (STALL_KINDS, StallKind),
        (STALL_STATES, StallState), (ADMIN_LEVELS, AdminLevel), (CALENDAR_RULES, CalendarRule),
    )  # fmt: skip
    for names, kind in kinds:
        assert set(names) == set(kind)
        assert set(names.values()) <= ENGLISH.keys()
    words = {*WEEKDAYS, *details.LABELS.values(), *stall.LABELS.values()}
    assert words | {VAN_YEN_NAME, VAN_YEN_CAVEAT} <= ENGLISH.keys()


@pytest.mark.parametrize(
    ("rule", "params", "vietnamese", "english"),
    [
        (CalendarRule.DAILY, "", "hằng ngày", "daily"),
        (CalendarRule.WEEKLY, "weekdays=3|7", "thứ Tư, Chủ nhật", "Wednesday, Sunday"),
        (CalendarRule.LUNAR_DAY, "days=3|8", "ngày 3, 8 âm lịch", "lunar days 3, 8"),
        (CalendarRule.BRANCH_DAY, "branches=8|Dần", "ngày Thân, Dần", "Thân, Dần days"),
        (CalendarRule.EXPLICIT, "dates=2026-12-24", "24/12/2026", "24/12/2026"),
    ],
)
def test_rules_are_told_in_both_languages(
    rule: CalendarRule, params: str, vietnamese: str, english: str
) -> None:
    span = CalendarRuleSpan(rule, params, NOW.date())

    assert rule_words(span) == vietnamese
    assert rule_words(span, translator(Lang.EN)) == english
    assert rule_words(None) == "chưa có"
