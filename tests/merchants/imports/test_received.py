"""Sheets as people and others send them: headers anywhere, lines that are no stalls, hostile cells."""

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from merchants.files.workbook import Cell
from merchants.sheets.columns import COLUMNS, EXAMPLE_NAME
from merchants.sheets.reading import read_sheet
from qr.text import fold_to_ascii
from tests.merchants.conftest import Register
from tests.merchants.imports.test_register import other_row
from tests.merchants.sheet_files import HEADER, ROW, csv_bytes, lines, row, sheet_of, xlsx_bytes

EXPECTED = {column.key: ROW[column.title] for column in COLUMNS}


def cells_of(content: bytes, name: str) -> Mapping[str, Cell]:
    (only,) = read_sheet(content, name).rows
    return only.cells


@settings(max_examples=60)
@given(
    st.integers(0, 60),
    st.permutations(HEADER),
    st.lists(st.sampled_from(["plain", "lower", "upper", "bare", "bracketed"]), min_size=19),
    st.sampled_from(["xlsx", "csv"]),
)
def test_a_header_is_found_wherever_it_stands_and_however_it_is_written(
    rows_above: int, order: list[str], dresses: list[str], kind: str
) -> None:
    worn = [_dressed(title, dress) for title, dress in zip(order, dresses, strict=False)]
    table = [[f"dòng {n}", ""] for n in range(rows_above)]
    table += [worn, [str(ROW[title]) for title in order]]

    content = xlsx_bytes(table) if kind == "xlsx" else csv_bytes(table)

    assert dict(cells_of(content, f"a.{kind}")) == EXPECTED


def _dressed(title: str, dress: str) -> str:
    return {
        "plain": title,
        "lower": f"  {title.lower()} ",
        "upper": title.upper(),
        "bare": fold_to_ascii(title),
        "bracketed": f"{title} (bắt buộc)",
    }[dress]


def test_the_example_row_is_left_aside_and_told() -> None:
    sheet = sheet_of(row(stall="VIDU", name=EXAMPLE_NAME), row())

    assert [each.cells["stall_code"] for each in sheet.rows] == ["A001"]
    assert sheet.remarks == ["Dòng 2 là dòng ví dụ của tệp mẫu: bỏ qua."]


def test_an_example_row_somebody_wrote_over_is_asked_about(sqlite_register: Register) -> None:
    result = sqlite_register.take_one(row(stall="VIDU"))

    assert result.outcome == "rejected"
    assert result.messages == ["Mã gian hàng ghi VIDU như dòng ví dụ: ghi mã gian hàng thật."]


@pytest.mark.parametrize(
    "told", ["Tổng cộng", "TỔNG: 2", "Cộng khu A: 20", "tong cong: 47 gian hàng", "Cộng"]
)
def test_a_sum_is_left_aside_and_what_follows_is_counted_aloud(told: str) -> None:
    table = lines([row(), row(stall="A002")])
    table += [["", told], ["", "", "A003", "", "", "Lý A Páo"], ["", "", "", "", "", "Người lập"]]

    sheet = read_sheet(xlsx_bytes(table), "a.xlsx")

    assert [each.cells["stall_code"] for each in sheet.rows] == ["A001", "A002", "A003"]
    assert sheet.remarks == [
        (
            "Dòng 4 là dòng tổng cộng: bỏ qua. Sau dòng 4: đọc 1 dòng có mã gian hàng, bỏ qua 1 dòng "
            "không có (6)."
        )
    ]


def test_mrs_cong_is_no_sum(sqlite_register: Register) -> None:
    table = lines([row(zone="", market="", stall="", goods="", state="", name="Công Thị Mai")])

    sheet = read_sheet(xlsx_bytes(table), "a.xlsx")

    assert sheet.remarks == []
    assert len(sheet.rows) == 1


def test_a_row_under_a_sum_with_an_account_is_judged() -> None:
    table = [*lines([row()]), ["Tổng cộng"], *lines([row(stall="")])[1:]]

    sheet = read_sheet(xlsx_bytes(table), "a.xlsx")

    assert [each.row for each in sheet.rows] == [2, 4]


def test_many_lines_are_told_by_the_first_ten() -> None:
    table = [*lines([row()]), ["Cộng"], *[["", "", "", "", "", f"Ký {n}"] for n in range(12)]]

    (remark,) = read_sheet(xlsx_bytes(table), "a.xlsx").remarks

    assert remark.endswith(
        "bỏ qua 12 dòng không có (4, 5, 6, 7, 8, 9, 10, 11, 12, 13 và 2 dòng nữa)."
    )


@pytest.mark.parametrize(
    ("column", "title"),
    [
        ("zone", "Khu vực"),
        ("stall", "Mã gian hàng"),
        ("goods", "Ngành hàng"),
        ("state", "Tình trạng gian hàng"),
        ("name", "Họ tên"),
        ("phone", "Điện thoại"),
        ("business", "Tên hộ kinh doanh"),
        ("consented", "Ngày đồng ý"),
        ("bank", "Ngân hàng"),
        ("account", "Số tài khoản"),
        ("holder", "Tên chủ tài khoản"),
        ("wallet", "Ví / cổng thanh toán"),
        ("contract", "Số hợp đồng"),
    ],
)
@pytest.mark.parametrize(
    "cell",
    ["=1+1", "x" * 32_000, "A\N{RIGHT-TO-LEFT OVERRIDE}1", "A\N{LEFT-TO-RIGHT ISOLATE}B", "A\0B"],
    ids=["formula", "32,000 characters", "override", "isolate", "NUL"],
)
def test_a_hostile_cell_is_refused_by_row_and_column(
    sqlite_register: Register, column: str, title: str, cell: str
) -> None:
    wallet = {"wallet_point": "S1"} if column == "wallet" else {}
    content = csv_bytes(lines([row(stall="B1"), row(**{column: cell} | wallet)]))
    sheet = read_sheet(content, "a.csv")
    empty = sqlite_register.dump()

    result = sqlite_register.take_sheet(sheet, dry_run=True)

    assert result.rows[1].row == 3
    assert result.rows[1].outcome == "rejected"
    assert any(message.startswith(title) for message in result.rows[1].messages)
    assert not any(ord(each) < 32 or "\u202a" <= each <= "\u2069" for each in "".join(result.rows[1].messages))  # fmt: skip
    assert sqlite_register.dump() == empty


def test_the_hidden_character_is_named(sqlite_register: Register) -> None:
    sheet = read_sheet(xlsx_bytes(lines([row(name="Nguyễn \u202eThị")])), "a.xlsx")

    (result,) = sqlite_register.take_sheet(sheet, dry_run=True).rows

    assert result.messages == ["Họ tên có ký tự ẩn U+202E làm chữ hiện sai: xoá ô này rồi gõ lại."]


def test_a_text_our_own_export_guarded_is_taken(sqlite_register: Register) -> None:
    result = sqlite_register.take_one(row(goods="'=1+1"))

    assert result.outcome == "accepted"


@settings(max_examples=20)
@given(st.randoms(use_true_random=False), st.integers(2, 12))
def test_rows_in_any_order_come_to_the_same_results(shuffle: random.Random, count: int) -> None:
    rows = [other_row(n) for n in range(count)]
    shuffled = list(rows)
    shuffle.shuffle(shuffled)

    def by_stall(table: list[dict[str, object]]) -> dict[object, Mapping[str, Cell]]:
        return {each.cells["stall_code"]: each.cells for each in sheet_of(*table).rows}

    assert by_stall(rows) == by_stall(shuffled)
