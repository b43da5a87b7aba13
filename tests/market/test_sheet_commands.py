"""``cho40 vendor`` about whole sheets: template, result, export, past imports, undoing one."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.cli import main
from market.database import reading
from market.tables import SecurityEvent
from merchants.sheets.reading import read_sheet
from merchants.tables import SheetImport, Vendor
from tests.market.test_register_commands import Run, json_lines, registered, run, write_sheet
from tests.merchants.sheet_files import lines, row, xlsx_bytes

__all__ = ["registered", "run"]


@pytest.mark.parametrize("name", ["new/blank.xlsx", "blank.csv"])
def test_a_template_holds_no_vendor(registered: Run, tmp_path: Path, name: str) -> None:
    assert registered("vendor", "template", name, "--market", "ma").exit_code == 0

    result = registered("vendor", "import", name)

    assert result.exit_code == 4
    assert "chưa có gian hàng nào" in result.stderr


def test_a_template_needs_no_database(run: Run, tmp_path: Path) -> None:
    assert run("vendor", "template", "blank.xlsx").exit_code == 0
    assert (tmp_path / "blank.xlsx").stat().st_mode & 0o777 == 0o600


def test_results_are_written_as_a_sheet_to_send_again(registered: Run, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path, row(), row(stall="A002", bank="Vietcombannk"))

    result = registered("vendor", "import", sheet, "--dry-run", "--result", "out/kq.xlsx")

    assert result.exit_code == 3
    back = read_sheet((tmp_path / "out/kq.xlsx").read_bytes(), "kq.xlsx")
    assert [each.cells["stall_code"] for each in back.rows] == ["A002", "A001"]


def test_what_was_left_aside_is_told(registered: Run, tmp_path: Path) -> None:
    table = [*lines([row()]), ["Tổng cộng: 1 gian"], ["", "", "", "", "", "Người lập"]]
    (tmp_path / "a.xlsx").write_bytes(xlsx_bytes(table))

    result = registered("vendor", "import", "a.xlsx")

    assert result.exit_code == 0
    assert "Dòng 3 là dòng tổng cộng: bỏ qua." in result.stdout
    assert "bỏ qua 1 dòng không có (4)" in result.stdout


@pytest.mark.parametrize("name", ["ma.xlsx", "ma.csv"])
def test_a_market_is_exported_and_comes_back_unchanged(
    registered: Run, engine: sa.Engine, tmp_path: Path, name: str
) -> None:
    registered("vendor", "import", write_sheet(tmp_path, row(), row(stall="A002")))

    exported = registered("vendor", "export", "ma", name)
    back = registered("vendor", "import", name, "--json")

    assert exported.exit_code == 0
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert json_lines(back)[-1]["sheet"]["same"] == 2
    with reading(engine) as session:
        logged = session.exec(select(SecurityEvent)).all()
        assert [each.action for each in logged] == ["data_exported"]


def test_imports_are_listed_and_undone_newest_first(
    registered: Run, engine: sa.Engine, tmp_path: Path
) -> None:
    registered("vendor", "import", write_sheet(tmp_path, row()))
    registered("vendor", "import", write_sheet(tmp_path, row(goods="Thịt")))

    listed = registered("vendor", "imports", "ma")
    numbers = [each["id"] for each in json_lines(registered("vendor", "imports", "MA", "--json"))]
    undone = registered("vendor", "undo", numbers[0])
    again = json_lines(registered("vendor", "undo", numbers[1], "--json"))

    assert "sheet.xlsx" in listed.stdout
    assert numbers == sorted(numbers, reverse=True)
    assert "trả lại như cũ 1." in undone.stdout
    assert again[0]["ended"] == 0
    with reading(engine) as session:
        assert session.exec(select(Vendor)).all() == []
        assert {each.state.value for each in session.exec(select(SheetImport))} == {"undone"}


def test_a_market_without_imports_says_so(registered: Run) -> None:
    assert "Chưa nhập danh sách nào" in registered("vendor", "imports", "MA").stdout


def test_a_refused_undoing_is_one_line(
    registered: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["cho40", "vendor", "undo", "77"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert capsys.readouterr().err == (
        "cho40: Không có lần nhập này / no import has the number 77 here\n"
    )
