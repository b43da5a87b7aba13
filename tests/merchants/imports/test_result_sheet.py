"""The result of a sheet as a sheet: why, what to do, and sent in again as it is."""

import io
from datetime import date

import python_calamine

from merchants.imports.result_sheet import result_xlsx
from merchants.imports.row_results import RowResult
from merchants.remedies import of_column, remedied, remedied_whole
from merchants.sheets.columns import RESULT_TITLES
from merchants.sheets.reading import Sheet, read_sheet
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import csv_bytes, lines, row, xlsx_bytes


def read_back(content: bytes) -> list[list[object]]:
    return python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def results_of(register: Register, *rows: dict[str, object]) -> tuple[Sheet, list[RowResult]]:
    sheet = read_sheet(xlsx_bytes(lines(rows)), "ds.xlsx")
    return sheet, register.take(*rows).rows


def test_rejected_rows_come_first_with_reason_and_remedy(sqlite_register: Register) -> None:
    sheet, results = results_of(
        sqlite_register, row(), other_row(1, phone=""), other_row(2, bank="Vietcombannk")
    )

    header, *rest = read_back(result_xlsx(sheet, results))

    assert header == [*row(), *RESULT_TITLES]
    assert [line[2] for line in rest] == ["B002", "B001", "A001"]
    assert [line[-3] for line in rest] == ["Không nhận", "Nhận, có lưu ý", "Nhận"]
    assert rest[0][-2] == "Ngân hàng ghi “Vietcombannk”, không có trong danh sách VietQR."
    assert str(rest[0][-1]).startswith("Gần nhất là Vietcombank, ")
    assert rest[2][-2:] == ["", ""]


def test_the_rejected_rows_alone(sqlite_register: Register) -> None:
    sheet, results = results_of(sqlite_register, row(), other_row(2, bank="Vietcombannk"))

    rest = read_back(result_xlsx(sheet, results, only_rejected=True))[1:]

    assert [line[2] for line in rest] == ["B002"]


def test_a_corrected_result_is_sent_in_as_it_is(sqlite_register: Register) -> None:
    sheet, results = results_of(sqlite_register, row(), other_row(2, bank="Vietcombannk"))
    header, line = read_back(result_xlsx(sheet, results, only_rejected=True))
    line[header.index("Ngân hàng")] = "Vietcombank"

    corrected = read_sheet(xlsx_bytes([header, line]), "ds-sua.xlsx")

    assert [each.cells["stall_code"] for each in corrected.rows] == ["B002"]
    assert sqlite_register.take(other_row(2)).rows[0].outcome == "accepted"


def test_a_whole_result_sent_in_again_changes_nothing(sqlite_register: Register) -> None:
    sheet, results = results_of(sqlite_register, row(), other_row(1, bank="Không Có"))
    content = result_xlsx(sheet, results)

    again = read_sheet(content, "lai.xlsx")
    second = read_back(result_xlsx(again, results_for(again, results)))

    assert {each.cells["stall_code"] for each in again.rows} == {"A001", "B001"}
    assert second[0] == [*row(), *RESULT_TITLES]


def results_for(sheet: Sheet, results: list[RowResult]) -> list[RowResult]:
    by_stall = {each.stall_code: each for each in results}
    return [
        RowResult(each.row, told.outcome, told.change, told.stall_code, told.messages)
        for each in sheet.rows
        for told in [by_stall[str(each.cells["stall_code"])]]
    ]


def test_cells_of_every_kind_come_back_as_they_were() -> None:
    header = [
        "Mã gian hàng",
        "Họ tên",
        "Ngân hàng",
        "Số tài khoản",
        "Tên chủ tài khoản",
        "Ngày đồng ý",
        "Ghi chú",
        "",
    ]
    given = [
        "A1",
        "Lý A Páo",
        "Agribank",
        1500205123456.0,
        "LY A PAO",
        date(2026, 8, 1),
        True,
        "lạc",
    ]
    sheet = read_sheet(xlsx_bytes([header, given]), "a.xlsx")
    result = RowResult(2, "rejected", "none", "A1", ["Có “lạc” ở cột không có tiêu đề."])

    back = read_sheet(result_xlsx(sheet, [result]), "b.xlsx")

    assert dict(back.rows[0].cells) == dict(sheet.rows[0].cells)
    assert back.rows[0].given[6] is True
    assert back.rows[0].stray == "lạc"


def test_a_text_like_a_formula_stays_a_text_and_a_formula_is_left_blank() -> None:
    table = lines([row(goods="=1+1", zone="+84")])
    from_csv = read_sheet(csv_bytes(table), "a.csv")
    from_xlsx = read_sheet(xlsx_bytes(table), "a.xlsx")
    result = RowResult(2, "rejected", "none", "A001", ["Ngành hàng là công thức."])

    text = read_sheet(result_xlsx(from_csv, [result]), "b.xlsx").rows[0].cells
    formula = read_sheet(result_xlsx(from_xlsx, [result]), "b.xlsx").rows[0].cells

    assert (text["goods_group"], text["zone"]) == ("=1+1", "+84")
    assert formula["goods_group"] == ""


def test_a_monstrous_cell_does_not_break_the_result() -> None:
    sheet = read_sheet(csv_bytes(lines([row(goods="x" * 40_000)])), "a.csv")
    result = RowResult(
        2, "rejected", "none", "A001", ["Ngành hàng dài 40000 ký tự, nhận tối đa 60."]
    )

    back = read_sheet(result_xlsx(sheet, [result]), "b.xlsx")

    assert len(str(back.rows[0].cells["goods_group"])) == 32_767


def test_remarks_and_reasons_stand_in_columns_of_their_own() -> None:
    told = remedied_whole("Trùng dòng 3", "giữ một dòng, xoá dòng kia")
    cell = of_column("Điện thoại", remedied("để trống", "điền số"))
    sheet = read_sheet(xlsx_bytes(lines([row()])), "a.xlsx")

    (line,) = read_back(
        result_xlsx(sheet, [RowResult(2, "rejected", "none", "A001", [told, cell, "Một câu."])])
    )[1:]

    assert line[-2] == "Trùng dòng 3.\nĐiện thoại để trống.\nMột câu."
    assert line[-1] == "Giữ một dòng, xoá dòng kia.\nĐiền số."
