"""The template offered for download: help that is no data, an example that is nobody."""

import io

import pytest
import python_calamine

from market.database import reading
from merchants.errors import MarketNotFound, SheetRefused
from merchants.imports.export import template
from merchants.sheets.book import GUIDE, HEADER_ROW, LISTS, SHEET
from merchants.sheets.columns import COLUMNS
from merchants.sheets.guide import HELP, MEANING
from merchants.sheets.reading import read_sheet
from tests.merchants.conftest import Register
from tests.merchants.sheet_files import row


def workbook(content: bytes) -> python_calamine.CalamineWorkbook:
    return python_calamine.load_workbook(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_untouched_template_holds_no_stall(kind: str) -> None:
    blank = template()

    with pytest.raises(SheetRefused, match="chưa có gian hàng nào"):
        read_sheet(blank.to_xlsx() if kind == "xlsx" else blank.to_csv(), f"mau.{kind}")


def test_every_column_is_explained() -> None:
    keys = {column.key for column in COLUMNS}

    assert set(HELP) == set(MEANING) == keys
    guide = workbook(template().to_xlsx()).get_sheet_by_name(GUIDE).to_python()
    told = {line[0].removesuffix(" (bắt buộc)"): line[1] for line in guide}
    assert all(told[column.title] == MEANING[column.key] for column in COLUMNS)


def test_help_stands_above_the_headers() -> None:
    lines = workbook(template().to_xlsx()).get_sheet_by_name(SHEET).to_python()

    assert lines[HEADER_ROW] == [column.title for column in COLUMNS]
    assert lines[HEADER_ROW - 1] == [HELP[column.key] for column in COLUMNS]


def test_the_words_to_choose_from_are_hidden_from_the_reader(register: Register) -> None:
    register.take(row(zone="Khu Z"), row(stall="A2", zone="Dãy 1"))
    with reading(register.engine) as session:
        blank = template(session, "MA")

    lists = workbook(blank.to_xlsx()).get_sheet_by_name(LISTS).to_python()

    assert {line[1] for line in lists} - {""} == {"Dãy 1", "Khu Z"}
    assert "Vietcombank" in {line[0] for line in lists}
    assert blank.lines[0]["market_code"] == "MA"


def test_a_filled_in_template_is_read_without_its_example() -> None:
    filled = template()
    filled.lines[:] = [*filled.lines, {"stall_code": "A1", "full_name": "Lý A Páo"}]  # type: ignore[index]

    sheet = read_sheet(filled.to_xlsx(), "mau.xlsx")

    assert [each.cells["stall_code"] for each in sheet.rows] == ["A1"]
    assert list(sheet.remarks) == ["Dòng 5 là dòng ví dụ của tệp mẫu: bỏ qua."]


def test_a_template_of_no_market_is_refused(register: Register) -> None:
    with reading(register.engine) as session, pytest.raises(MarketNotFound):
        template(session, "XX")


def test_the_same_template_has_the_same_bytes() -> None:
    assert template().to_xlsx() == template().to_xlsx()
