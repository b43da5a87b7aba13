"""Single cells: what Excel has damaged is told, never guessed back."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from merchants.files.cells import (
    CellRefused,
    read_account,
    read_count,
    read_day,
    read_name,
    read_phone,
    read_text,
)
from merchants.files.workbook import FORMULA


@pytest.mark.parametrize("written", ["0123456789012", "0123 4567 89012", "PSP0123ABC", "0"])
def test_an_account_keeps_every_digit(written: str) -> None:
    assert read_account(written) == (written.replace(" ", ""), False)


def test_a_whole_number_is_an_account_that_was_a_number() -> None:
    assert read_account(1234567890123.0) == ("1234567890123", True)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (12345.5, "là số lẻ 12345,5"),
        (0.1, "là số lẻ 0,1"),
        (1.234567890123457e17, "là số dài quá 15 chữ số"),
        (1e15, "là số dài quá 15 chữ số"),
        ("1,02E+12", "Excel đã đổi thành 1,02E\\+12, mất các chữ số cuối"),
        ("1.02E+12", "Excel đã đổi thành 1.02E\\+12"),
        ("1E+12", "Excel đã đổi thành 1E\\+12"),
        (FORMULA, "là công thức"),
        (True, "là TRUE"),
        (date(2026, 3, 5), "Excel đã đổi thành ngày 05/03/2026"),
        (datetime(2026, 3, 5, tzinfo=UTC), "Excel đã đổi thành ngày 05/03/2026"),
        (time(8, 30), "Excel đã đổi thành giờ 08:30:00"),
        ("0123-456", "có ký tự “-”"),
        ("'0123456", "có ký tự “'”"),
        ("٠١٢٣", "có ký tự “٠”"),
        ("1" * 20, "dài 20 ký tự, mã VietQR nhận tối đa 19"),
    ],
)
def test_a_damaged_account_is_refused_with_what_is_wrong(cell: object, reason: str) -> None:
    with pytest.raises(CellRefused, match=reason):
        read_account(cell)  # type: ignore[arg-type]


@given(st.text("0123456789", min_size=1, max_size=19))
def test_any_account_written_as_text_comes_back_whole(digits: str) -> None:
    assert read_account(digits) == (digits, False)


@given(st.integers(0, 10**15 - 1))
def test_a_number_cell_below_the_limit_is_exact(number: int) -> None:
    assert read_account(float(number)) == (str(number), True)


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("0912345678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("(0912) 345-678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("02163834123", "+842163834123"),
        ("", ""),
        ("-", ""),
    ],
)
def test_a_phone_is_kept_as_plus_84(cell: object, phone: str) -> None:
    assert read_phone(cell) == (phone, "")  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [912345678.0, 912345678, "912345678", "912 345 678"])
def test_a_phone_without_its_leading_zero_is_mended_and_told(cell: object) -> None:
    assert read_phone(cell) == (  # type: ignore[arg-type]
        "+84912345678",
        "Số điện thoại thiếu số 0 ở đầu. Đã thêm lại: 091…678.",
    )


@given(st.sampled_from("35789"), st.text("0123456789", min_size=8, max_size=8))
def test_text_and_number_cells_of_nine_digits_are_the_same_phone(first: str, rest: str) -> None:
    digits = f"{first}{rest}"

    assert read_phone(digits) == read_phone(float(digits))
    assert read_phone(digits)[0] == read_phone(f"0{digits}")[0]


def test_an_eleven_digit_mobile_number_of_before_2018_is_renewed() -> None:
    assert read_phone("0168 000 2231") == (
        "+84380002231",
        "Số điện thoại kiểu cũ, đầu số 0168. Đổi thành 038…231.",
    )


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("091234567", "có 9 chữ số, số di động cần 10"),
        ("0112345678", "bắt đầu bằng 011"),
        ("91234567", "có 8 chữ số, số di động cần 10: hỏi lại"),
        (112345678.0, "bắt đầu bằng 112"),
        ("0912345678 / 0987654321", "chưa phải số điện thoại: ghi 10 chữ số bắt đầu bằng 0"),
        ("không có", "ghi “không có”"),
        (FORMULA, "là công thức"),
    ],
)
def test_what_is_no_phone_is_refused(cell: object, reason: str) -> None:
    with pytest.raises(CellRefused, match=reason):
        read_phone(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("05/03/2026", date(2026, 3, 5)),
        ("5/3/2026", date(2026, 3, 5)),
        (date(2026, 3, 5), date(2026, 3, 5)),
        (datetime(2026, 3, 5, 14, 30, tzinfo=UTC), date(2026, 3, 5)),
        ("", None),
        ("–", None),
    ],
)
def test_a_day_is_day_month_year_or_excels_own(cell: object, day: date | None) -> None:
    assert read_day(cell) == day  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("12/31/2026", "không có ngày 12/31/2026 trong lịch: xem lại, thứ tự là ngày/tháng/năm"),
        ("30/02/2026", "không có ngày 30/02/2026"),
        ("2026-03-05", "ghi “2026-03-05”, chưa phải ngày: ghi ngày/tháng/năm như 05/03/2026"),
        ("05/03/26", "ghi “05/03/26”"),
        ("05-03-2026", "ghi “05-03-2026”"),
        ("٠٥/٠٣/٢٠٢٦", "ghi ngày/tháng/năm"),
        (46086.0, "ghi “46086.0”"),
        ("05/03/1026", "năm 1026 quá xa"),
        (FORMULA, "ghi “công thức”"),
    ],
)
def test_another_way_of_writing_a_day_is_refused(cell: object, reason: str) -> None:
    with pytest.raises(CellRefused, match=reason):
        read_day(cell)  # type: ignore[arg-type]


@given(st.dates(date(1990, 1, 1), date(2199, 12, 31)))
def test_every_day_written_the_vietnamese_way_is_read(day: date) -> None:
    assert read_day(f"{day:%d/%m/%Y}") == day


@pytest.mark.parametrize(("cell", "text"), [("Khu A", "Khu A"), (12.0, "12"), ("", ""), ("-", "")])
def test_a_text_is_what_one_sees(cell: object, text: str) -> None:
    assert read_text(cell, length_max=20) == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("=HYPERLINK(1)", "bắt đầu bằng dấu “=”"),
        ("@SUM(A1)", "bắt đầu bằng dấu “@”"),
        ("x" * 21, "dài 21 ký tự, nhận tối đa 20"),
        (date(2026, 2, 1), "Excel đã đổi thành ngày 01/02/2026"),
    ],
)
def test_a_text_that_is_none_is_refused(cell: object, reason: str) -> None:
    with pytest.raises(CellRefused, match=reason):
        read_text(cell, length_max=20)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["12345", "9", "1 2"])
def test_a_name_without_a_letter_is_refused(name: str) -> None:
    with pytest.raises(CellRefused, match="chưa có chữ nào"):
        read_name(name, length_max=80)


def test_a_name_holds_letters_and_no_pictures() -> None:
    assert read_name("Hộ KD H'Mông & Ly (chị 2)", length_max=80) == "Hộ KD H'Mông & Ly (chị 2)"
    with pytest.raises(CellRefused, match="có ký tự “🍅”"):
        read_name("Hương 🍅", length_max=80)


@pytest.mark.parametrize(("cell", "count"), [(2.0, 2), ("0", 0), ("", None), ("50", 50)])
def test_a_count_is_a_whole_number(cell: object, count: int | None) -> None:
    assert read_count(cell, count_max=50) == count  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", ["51", "hai", "1,5", 1.5, "²", FORMULA])
def test_what_is_no_count_is_refused(cell: object) -> None:
    with pytest.raises(CellRefused):
        read_count(cell, count_max=50)  # type: ignore[arg-type]
