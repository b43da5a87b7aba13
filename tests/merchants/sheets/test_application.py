"""One row alone: readable, or refused with every reason at once."""

from datetime import date

import pytest

from merchants.kinds import StallState
from merchants.sheets.application import RowReading, read_application
from merchants.sheets.reading import read_sheet
from tests.merchants.sheet_files import VACANT, lines, row, xlsx_bytes

TODAY = date(2026, 11, 21)


def reading(market_code: str | None = None, **changes: object) -> RowReading:
    sheet = read_sheet(xlsx_bytes(lines([row(**changes)])), "a.xlsx")
    return read_application(sheet.rows[0], market_code=market_code, today=TODAY)


def test_a_complete_row_is_read_without_a_remark() -> None:
    result = reading()

    assert (result.reasons, result.remarks) == ([], [])
    assert result.application is not None
    assert result.application.stall_state is StallState.OCCUPIED
    assert result.application.phone == "+84912345678"
    assert result.application.consented_on == date(2026, 8, 1)
    assert result.application.bank_account is not None
    assert result.application.bank_account.ledger == "bank_vcb"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"market": ""}, "Mã chợ để trống: điền mã chợ, ví dụ MA."),
        ({"stall": ""}, "Mã gian hàng để trống: điền mã gian hàng, ví dụ A012."),
        ({"stall": "A 1"}, "Mã gian hàng ghi “A 1”, chưa phải mã gian hàng: cần 1 đến 12 ký tự"),
        ({"stall": date(2026, 2, 1)}, "Mã gian hàng Excel đã đổi thành ngày 01/02/2026"),
        ({"name": ""}, "Họ tên để trống: điền họ tên người bán."),
        ({"name": "=A1"}, "Họ tên là công thức: chép ô rồi dán giá trị (Paste Values)."),
        ({"state": "Mở"}, "ghi “Mở”, chưa có tình trạng này: ghi một trong: Đang bán, Trống, Đóng"),
        ({"state": "Trống"}, "ghi “Trống” nhưng dòng có tên người bán hoặc tài khoản: sửa"),
        ({"phone": "091234567"}, "Điện thoại có 9 chữ số, số di động cần 10: hỏi lại"),
        ({"bank": ""}, "Ngân hàng để trống: điền tên ngân hàng của số tài khoản này."),
        ({"account": ""}, "Số tài khoản để trống: điền số tài khoản ở Vietcombank."),
        ({"bank": "Vietcombannk"}, "không có trong danh sách VietQR: gần nhất là Vietcombank"),
        ({"account": 12345.5}, "Số tài khoản là số lẻ 12345,5: đặt cột dạng chữ (Text)"),
        (
            {"bank": "Agribank", "account": "123456789012"},
            "Số tài khoản có 12 chữ số, Agribank cần 13: xem lại số tài khoản.",
        ),
        ({"consented": "22/11/2026"}, "Ngày đồng ý ghi 22/11/2026, sau hôm nay 21/11/2026: sửa"),
        ({"consented": "31/02/2026"}, "Ngày đồng ý không có ngày 31/02/2026"),
        ({"codes": "2"}, "Ngày kiểm tra để trống"),
        ({"audited": "01/10/2026"}, "Số mã QR đang treo để trống"),
        (
            {"wallet": "ZaloPay", "wallet_point": "1"},
            "ghi “ZaloPay”, chưa nhận ví này: ghi MoMo hoặc Stripe.",
        ),
        ({"wallet": "MoMo"}, "Mã điểm ví để trống: điền mã điểm của MoMo."),
        ({"wallet_point": "S1"}, "Ví / cổng thanh toán để trống: ghi MoMo hoặc Stripe."),
        (
            {"wallet": "Stripe", "wallet_point": "1A"},
            "Mã điểm ví ghi “1A”, chưa đúng dạng: ghi như acct_",
        ),
        ({"holder": "x" * 81}, "Tên chủ tài khoản dài 81 ký tự, nhận tối đa 80: ghi ngắn lại."),
    ],
)
def test_a_wrong_cell_is_refused_with_the_column_and_what_to_do(
    changes: dict[str, object], reason: str
) -> None:
    result = reading(**changes)

    assert result.application is None
    assert len(result.reasons) == 1
    assert reason in result.reasons[0]


def test_all_reasons_of_a_row_are_told_at_once() -> None:
    result = reading(phone="12", account=0.5, consented="hôm qua")

    assert [reason.split()[0] for reason in result.reasons] == ["Số", "Điện", "Ngày"]


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"phone": ""}, "Chưa có số điện thoại"),
        ({"phone": "01680002231"}, "Số điện thoại kiểu cũ"),
        ({"holder": ""}, "Chưa có tên chủ tài khoản nên chưa cấp tấm mã."),
        ({"bank": "Ngoại thương"}, "Ngân hàng ghi “Ngoại thương”. Hiểu là Vietcombank."),
        ({"account": 1012345678}, "Số tài khoản ···5678 là ô số"),
        ({"name": "NGUYEN THI HUONG"}, "Họ tên viết không dấu"),
    ],
)
def test_what_is_doubtful_is_taken_with_a_remark(changes: dict[str, object], remark: str) -> None:
    result = reading(**changes)

    assert result.application is not None
    assert len(result.remarks) == 1
    assert remark in result.remarks[0]


@pytest.mark.parametrize("written", ["Trống", "trong", "BỎ TRỐNG", "vacant"])
def test_a_vacant_stall_needs_no_vendor(written: str) -> None:
    result = reading(**VACANT | {"state": written})

    assert result.application is not None
    assert result.application.stall_state is StallState.VACANT
    assert result.remarks == []


def test_a_closed_stall_may_have_a_vendor_or_none() -> None:
    assert reading(state="Tạm nghỉ").application is not None
    assert reading(**VACANT | {"state": "Đóng"}).application is not None


def test_an_empty_state_says_nothing() -> None:
    result = reading(state="")

    assert result.application is not None
    assert result.application.stall_state is None


def test_a_sheet_for_one_market_needs_no_market_column() -> None:
    assert reading("MA", market="").market_code == "MA"
    assert "đang nhập cho chợ MA" in reading("MA", market="DC").reasons[0]


@pytest.mark.parametrize(
    ("wallet", "point", "ledger"),
    [("MoMo", "MOMO_ST-01", "momo"), ("momo", "S1", "momo"), ("STRIPE", "acct_1A2b", "stripe")],
)
def test_a_wallet_is_taken_beside_or_without_a_bank(wallet: str, point: str, ledger: str) -> None:
    result = reading(wallet=wallet, wallet_point=point, bank="", account="")

    assert result.application is not None
    assert result.application.wallet is not None
    assert (result.application.wallet.ledger, result.application.wallet.number) == (ledger, point)


def test_a_numeric_stall_code_loses_its_decimal_point() -> None:
    assert reading(stall=12.0).stall_code == "12"


def test_a_value_in_a_nameless_column_is_refused() -> None:
    table = lines([row()])
    table[1] = [*table[1], "ghi thêm"]
    sheet = read_sheet(xlsx_bytes(table), "a.xlsx")

    result = read_application(sheet.rows[0], market_code=None, today=TODAY)

    assert result.reasons == [
        "Có “ghi thêm” ở cột không có tiêu đề. Đặt tiêu đề Ghi chú hoặc xoá ô này."
    ]
