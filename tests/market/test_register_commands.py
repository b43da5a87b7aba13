"""``cho40 market | vendor | poster`` through the command line, on both databases."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from typer.testing import CliRunner, Result

from market.cli import app, main
from market.cli.context import newest_revision
from market.clock import today
from market.database import alembic_config, reading
from market.settings import Settings
from merchants.kinds import CalendarRule, PosterState, VendorState
from merchants.stalls.search import every_stall
from qr.scan import decode_image
from reconciliation.simulation.places import market_list_text
from tests.merchants.sheet_files import VACANT, lines, row, xlsx_bytes

Run = Callable[..., Result]


@pytest.fixture
def run(engine: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run ``cho40`` on the database of the test, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHO40_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("CHO40_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("COLUMNS", "200")

    def _run(*arguments: object) -> Result:
        return CliRunner().invoke(app, [str(each) for each in arguments])

    return _run


@pytest.fixture
def registered(run: Run, tmp_path: Path) -> Run:
    """The same with the demonstration markets registered."""
    (tmp_path / "markets.csv").write_text(market_list_text(), "utf-8")
    assert run("market", "import", "markets.csv").exit_code == 0
    return run


def write_sheet(folder: Path, *rows: dict[str, object]) -> str:
    (folder / "sheet.xlsx").write_bytes(xlsx_bytes(lines(rows)))
    return "sheet.xlsx"


def json_lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_markets_are_registered_and_listed(registered: Run) -> None:
    again = registered("market", "import", "markets.csv")
    listed = registered("market", "list")

    assert again.stdout == "Đã ghi 4 chợ / markets registered: MA, DC, LG, CQ\n"
    assert "thứ Tư, Chủ nhật" in listed.stdout
    assert "ngày 3, 8, 13, 18, 23, 28 âm lịch" in listed.stdout
    assert [each["code"] for each in json_lines(registered("market", "list", "--json"))] == [
        "MA",
        "DC",
        "LG",
        "CQ",
    ]


def test_a_market_is_listed_with_the_stalls_standing_there_beside_those_counted(
    registered: Run, tmp_path: Path
) -> None:
    resting = row(state="Tạm nghỉ")
    closed = row(**VACANT | {"stall": "A002", "state": "Đóng"})
    vacant = row(**VACANT | {"stall": "A003"})
    sheet = write_sheet(tmp_path, resting, closed, vacant)
    assert registered("vendor", "import", sheet).exit_code == 0

    told = {one["code"]: one for one in json_lines(registered("market", "list", "--json"))}

    assert [told["MA"][name] for name in ("stalls_registered", "stalls_counted")] == [2, 240]
    assert "2 / 240" in registered("market", "list").stdout


def test_a_sheet_is_tried_taken_and_taken_again(
    registered: Run, engine: sa.Engine, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path, row(), row(stall="A002", phone=""))

    tried = registered("vendor", "import", sheet, "--dry-run")
    with reading(engine) as session:
        assert every_stall(session, "MA", sealer=Settings().sealer) == []
    taken = registered("vendor", "import", sheet)
    again = registered("vendor", "import", sheet, "--json")

    assert (tried.exit_code, taken.exit_code, again.exit_code) == (0, 0, 0)
    assert "Xem thử: chưa ghi gì vào sổ chợ." in tried.stdout
    assert "Chưa có số điện thoại" in taken.stdout
    assert "Nhận 2 trên 2 dòng (1 có lưu ý): 2 mới" in taken.stdout
    first, _, summary = json_lines(again)
    assert first["row"] == {
        "row": 2,
        "outcome": "accepted",
        "change": "same",
        "stall_code": "A001",
        "full_name": "Nguyễn Thị Hương",
        "proposes_account": False,
        "messages": [],
    }
    assert summary["sheet"]["same"] == 2


def test_rejected_rows_end_with_status_3(registered: Run, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path, row(), row(stall="A002", bank="Vietcombannk"))

    result = registered("vendor", "import", sheet)

    assert result.exit_code == 3
    assert "gần nhất là Vietcombank" in " ".join(result.stdout.replace("│", " ").split())
    assert "Nhận 1 trên 2 dòng" in result.stdout


def test_a_refused_file_ends_with_status_4_and_one_line(registered: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Tên,Tuổi\nHương,40\n", "utf-8")

    result = registered("vendor", "import", "a.csv")

    assert result.exit_code == 4
    assert result.stdout == ""
    assert result.stderr.startswith("cho40: Không đọc được tệp a.csv: không thấy dòng tiêu đề")
    assert len(result.stderr.splitlines()) == 1


def test_a_sheet_for_one_market(registered: Run, tmp_path: Path) -> None:
    header = [title for title in row() if title != "Mã chợ"]
    (tmp_path / "lg.xlsx").write_bytes(xlsx_bytes(lines([row()], header)))

    assert registered("vendor", "import", "lg.xlsx").exit_code == 4
    assert registered("vendor", "import", "lg.xlsx", "--market", "lg").exit_code == 0
    assert [line["market_code"] for line in json_lines(registered("vendor", "list", "--json"))] == [
        "LG"
    ]


def test_the_day_of_the_list_must_be_a_day(registered: Run, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path, row())

    wrong = registered("vendor", "import", sheet, "--listed-on", "08/2026")
    right = registered("vendor", "import", sheet, "--listed-on", "01/08/2026")

    assert (wrong.exit_code, right.exit_code) == (2, 0)


def test_vendors_are_listed_without_their_numbers(registered: Run, tmp_path: Path) -> None:
    registered("vendor", "import", write_sheet(tmp_path, row()))

    listed = registered("vendor", "list", "MA")

    assert "Nguyễn Thị Hương" in listed.stdout
    assert "CC222223Z" in listed.stdout
    assert "···9012" in listed.stdout
    assert "0123456789012" not in listed.stdout


def test_posters_are_issued_drawn_and_hung(
    registered: Run, engine: sa.Engine, tmp_path: Path
) -> None:
    registered("vendor", "import", write_sheet(tmp_path, row(), row(stall="A002", name="Lý A Páo", phone="", holder="TRAN B")))  # fmt: skip

    issued = registered("poster", "issue", "ma")
    drawn = registered(
        "poster", "draw", "a001", "--market", "MA", "--format", "png", "--out", "a.png"
    )
    book = registered("poster", "book", "MA", "--out", "out/book.pdf")
    day = f"{today():%d/%m/%Y}"
    hung = registered("poster", "installed", "A001", "--market", "MA", "--on", day)

    assert [each.exit_code for each in (issued, drawn, book, hung)] == [0, 0, 0, 0]
    assert "A002: chưa cấp, tên chủ tài khoản “TRAN B” chưa khớp" in issued.stdout
    assert "Đã cấp 1 tấm mã, 1 gian hàng chưa cấp được." in issued.stdout
    (payload,) = decode_image((tmp_path / "a.png").read_bytes())
    assert "0123456789012" in payload
    assert (tmp_path / "out/book.pdf").read_bytes().startswith(b"%PDF")
    with reading(engine) as session:
        stall, _ = every_stall(session, "MA", sealer=Settings().sealer)
    assert stall.poster is not None
    assert (stall.poster.state, stall.poster.installed_on) == (PosterState.INSTALLED, today())
    assert stall.vendor is not None
    assert stall.vendor.state == VendorState.POSTER_INSTALLED


def test_a_book_without_posters_is_refused(registered: Run, tmp_path: Path) -> None:
    result = registered("poster", "book", "MA", "--out", "book.pdf")

    assert result.exit_code == 1
    assert "Chưa có tấm mã nào" in str(result.exception)
    assert not (tmp_path / "book.pdf").exists()


def test_a_poster_cannot_hang_tomorrow(registered: Run) -> None:
    tomorrow = f"{today() + timedelta(days=1):%d/%m/%Y}"

    result = registered("poster", "installed", "A001", "--market", "MA", "--on", tomorrow)

    assert result.exit_code == 2


def test_a_refusal_is_one_line_and_status_1(
    registered: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["cho40", "poster", "issue", "XX"])

    with pytest.raises(SystemExit) as exit_:
        main()

    assert exit_.value.code == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_database_that_is_not_there_is_not_made(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHO40_DATABASE_URL", f"sqlite:///{tmp_path}/other.sqlite3")

    result = run("market", "list")

    assert result.exit_code == 1
    assert "cho40 init" in result.stderr
    assert not (tmp_path / "other.sqlite3").exists()


@pytest.mark.parametrize(
    ("undo", "redo"),
    [
        ("ALTER TABLE alembic_version RENAME TO a", "ALTER TABLE a RENAME TO alembic_version"),
        (
            "UPDATE alembic_version SET version_num = '0000'",
            f"UPDATE alembic_version SET version_num = '{newest_revision()}'",
        ),
    ],
)
def test_a_database_that_is_not_up_to_date_is_refused(
    run: Run, engine: sa.Engine, undo: str, redo: str
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(undo))

    result = run("vendor", "list", "MA")

    with engine.begin() as connection:
        connection.execute(sa.text(redo))  # the tests after this one share the database
    assert result.exit_code == 1
    assert "cho40 init" in result.stderr


def test_the_newest_revision_is_alembics_head() -> None:
    assert newest_revision() == ScriptDirectory.from_config(alembic_config()).get_current_head()


def test_every_calendar_rule_has_words() -> None:
    from market.cli.wording import STALL_STATES_VI, VENDOR_STATES_VI, calendar_vi

    assert calendar_vi(CalendarRule.BRANCH_DAY, "branches=8|Dần") == "ngày Thân, Dần"
    assert calendar_vi(CalendarRule.EXPLICIT, "dates=2026-09-02") == "02/09/2026"
    assert calendar_vi(None, None) == "chưa có"
    assert set(VENDOR_STATES_VI) == set(VendorState)
    assert STALL_STATES_VI["vacant"] == "trống"


def test_light_commands_load_nothing_heavy() -> None:
    code = (
        "import sys; import market.cli; "
        "print([m for m in ('pandas', 'typst', 'PIL', 'zxingcpp', 'sqlmodel') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_what_is_issued_and_what_is_not_is_told_to_machines(
    registered: Run, tmp_path: Path
) -> None:
    sheet = write_sheet(tmp_path, row(), row(stall="A002", name="Lý A Páo", phone="", consented=""))
    registered("vendor", "import", sheet)

    issued, not_issued = json_lines(registered("poster", "issue", "MA", "--json"))

    assert issued["issued"]["serial"].startswith("MA-00001-")
    assert not_issued == {
        "not_issued": {"stall_code": "A002", "reason": "chưa có ngày đồng ý của người bán"}
    }


def test_empty_lists_say_so(run: Run) -> None:
    assert "Chưa có chợ nào." in run("market", "list").stdout
    assert "Chưa có gian hàng nào." in run("vendor", "list").stdout
