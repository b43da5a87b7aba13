"""A further bank is one small declaration: shown with a layout that has no totals row."""

from datetime import date

import pytest

from reconciliation.feeds.reading.bank_rows import bank_rows
from reconciliation.feeds.reading.context import ReadContext
from reconciliation.feeds.reading.layout import Layout, Role
from reconciliation.feeds.reading.tabular import read_file
from reconciliation.records import FeedReading, FileAction, SourceChannel, TransactionType
from tests.feed_samples import read_vcb, vcb_csv

ACB = Layout(
    columns=(
        ("Ngày hiệu lực", Role.BOOKED_ON),
        ("Số GD", Role.REFERENCE),
        ("Nội dung", Role.DESCRIPTION),
        ("Số tiền rút ra", Role.DEBIT),
        ("Số tiền gửi vào", Role.CREDIT),
    ),
    has_closing_row=False,
)
STATEMENT = """ACB - NGÂN HÀNG Á CHÂU
SAO KÊ TÀI KHOẢN
Số tài khoản:,2468135790

Ngày hiệu lực,Số GD,Nội dung,Số tiền rút ra,Số tiền gửi vào
20/11/2026,4711,CHOHANA12 GD 4711 NGUYEN VAN A,,"68,866"
20/11/2026,4712,Phi quan ly tai khoan,"11,000",
21/11/2026,4713,Hoan tien CHOHANA12,"50,000",
"""


def read_acb(content: str) -> FeedReading:
    return read_file(
        content.encode(),
        context=ReadContext(account="2468135790", channel=SourceChannel.FILE),
        provider="bank_acb",
        layouts=(ACB,),
        assemble=bank_rows("bank_acb"),
    )


def test_a_statement_without_a_totals_row_has_no_control() -> None:
    reading = read_acb(STATEMENT)

    assert [row.dedupe_key for row in reading.transactions] == [
        "bank_acb:2468135790:4711",
        "bank_acb:2468135790:4712",
        "bank_acb:2468135790:4713",
    ]
    assert [row.transaction_type for row in reading.transactions] == [
        TransactionType.PAYMENT,
        TransactionType.FEE,
        TransactionType.REFUND,
    ]
    statement = reading.statements[0]
    assert (statement.control_status, statement.completeness) == ("absent", "unknown")
    assert (statement.gross_credit_amount, statement.gross_debit_amount) == (68866, 61000)


def test_a_totals_row_in_such_a_statement_is_still_no_row() -> None:
    reading = read_acb(STATEMENT + 'Tổng,,,"61,000","68,866"\n')

    assert len(reading.transactions) == 3


def test_an_unreadable_row_of_such_a_statement_makes_it_partial() -> None:
    reading = read_acb(STATEMENT + "22/11/2026,4714,x,,5.5\n")

    assert reading.action is FileAction.QUARANTINE_ROWS
    assert reading.statements[0].completeness == "partial"


@pytest.mark.parametrize(
    ("line", "currency", "reason"),
    [
        ("Loại tiền:,VND", "VND", None),
        ("Loại tiền: Việt Nam Đồng", "VND", None),
        ("Currency:,EUR", "EUR", None),
        ("Loại tiền:,ngoại tệ", None, "schema"),
        ("Loại tiền", "VND", None),
    ],
)
def test_the_currency_line_is_understood_or_refused(
    line: str, currency: str | None, reason: str | None
) -> None:
    reading = read_vcb(f"{line}\n" + vcb_csv("20/11/2026,1,,5,A", total="0,5,"))

    assert reading.reason == reason
    assert [row.currency for row in reading.transactions] == ([currency] if currency else [])


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("Từ ngày:,20/11/2026,Đến ngày:,23/11/2026", (date(2026, 11, 20), date(2026, 11, 23))),
        ("Từ ngày 20/11/2026 đến ngày 20/11/2026", (date(2026, 11, 20), date(2026, 11, 20))),
        ("Từ ngày:,23/11/2026,Đến ngày:,20/11/2026", (None, None)),
        ("Từ ngày:,31/11/2026,Đến ngày:,01/12/2026", (None, None)),
        ("Từ ngày:,20/11/2026", (None, None)),
    ],
)
def test_the_period_is_known_or_unknown(line: str, period: tuple[date | None, date | None]) -> None:
    statement = read_vcb(f"{line}\n" + vcb_csv(total="0,0,")).statements[0]

    assert (statement.period_from, statement.period_to) == period


OLD = "Ngày giao dịch,Số tham chiếu,Thay đổi,Số tiền,Mô tả\n"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [("x,5", "amount_sign"), ("+,-5", "amount_sign"), ("+,0", "amount_sides"), ("+,", "amount")],
)
def test_the_old_layout_needs_a_sign_and_an_amount(cells: str, reason: str) -> None:
    reading = read_vcb(OLD + f"20/11/2026,1,{cells},A\nTổng,,,5,\n")

    assert [reject.reason for reject in reading.rejects] == [reason]


@pytest.mark.parametrize("total", ["", "x"])
def test_the_old_layouts_total_must_be_told(total: str) -> None:
    reading = read_vcb(OLD + f"20/11/2026,1,+,5,A\nTổng,,,{total},\n")

    assert reading.reason == "control_totals"
