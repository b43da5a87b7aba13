"""MoMo's transaction report: signs, status words, and the one signed total."""

import io

import pytest
import xlsxwriter

from reconciliation.feeds.catalogue import Book, book_of
from reconciliation.records import FeedReading, FileAction, Status
from tests.feed_samples import MOMO_ACCOUNT, read, sample

HEADER = ["Thời gian", "Mã giao dịch", "Số tiền", "Nguồn tiền", "Mã cửa hàng", "Trạng thái"]


def report(*rows: str, total: str) -> bytes:
    return "\n".join([",".join(HEADER), *rows, f"Tổng,,{total},,,"]).encode()


def read_report(content: bytes, account: str | None = MOMO_ACCOUNT) -> FeedReading:
    return read("momo", content, account=account)


def row(identifier: str, amount: str, status: str, at: str = "20/11/2026 14:02:37") -> str:
    return f'{at},{identifier},"{amount}",Ví MoMo,S1,{status}'


def test_failed_and_open_rows_move_nothing_and_stand_in_no_total() -> None:
    content = report(
        row("1", "68,866", "Thành công"),
        row("2", "68.866", "THÀNH CÔNG"),
        row("3", "-866", "Hoàn tiền"),
        row("4", "5,000", "Thất bại"),
        row("5", "7,000", "Đang xử lý"),
        total='"136,866"',
    )

    reading = read_report(content)

    assert [transaction.status for transaction in reading.transactions] == [
        Status.SUCCEEDED,
        Status.SUCCEEDED,
        Status.SUCCEEDED,
        Status.FAILED,
        Status.PENDING,
    ]
    statement = reading.statements[0]
    assert (statement.net_amount, statement.transaction_count, statement.computed_count) == (
        136866,
        3,
        5,
    )


@pytest.mark.parametrize(
    ("amount", "status", "reason"),
    [
        ("-5", "Thành công", "amount_sign"),
        ("5", "Hoàn tiền", "amount_sign"),
        ("-5", "Thất bại", "amount_sign"),
        ("68.86", "Thành công", "amount"),
        ("", "Thành công", "amount"),
        ("0", "Thành công", "amount_sides"),
    ],
)
def test_an_amount_that_contradicts_its_status_waits(amount: str, status: str, reason: str) -> None:
    reading = read_report(report(row("1", "9", "Thành công"), row("2", amount, status), total="77"))

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, reason)]
    assert reading.statements[0].control_status == "differ"


@pytest.mark.parametrize("total", ["9", "14"])
def test_an_unknown_status_waits_whether_or_not_the_total_counts_it(total: str) -> None:
    reading = read_report(report(row("1", "9", "Thành công"), row("2", "5", "Treo"), total=total))

    assert [reject.reason for reject in reading.rejects] == ["status"]
    assert reading.statements[0].control_status == "agree"


def test_an_unknown_status_explains_no_other_total() -> None:
    reading = read_report(report(row("1", "9", "Thành công"), row("2", "5", "Treo"), total="10"))

    assert reading.reason == "control_totals"


@pytest.mark.parametrize(
    ("identifier", "at"), [("", "20/11/2026 14:02:37"), ("4,08887E+09", "20/11/2026 14:02:37")]
)
def test_a_row_without_a_usable_id_waits(identifier: str, at: str) -> None:
    content = report(f'{at},"{identifier}",9,Ví MoMo,S1,Thành công', total="9")

    assert [reject.reason for reject in read_report(content).rejects] == ["reference"]


def test_a_row_without_a_time_waits() -> None:
    content = report(row("1", "9", "Thành công", at="20/11/2026"), total="9")

    assert [reject.reason for reject in read_report(content).rejects] == ["date"]


def test_the_account_comes_from_the_upload_only() -> None:
    assert read_report(sample("momo/transaction_report.csv"), None).reason == "wrong_account"


def test_the_sheets_of_a_workbook_are_tables_with_totals_of_their_own() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        for name, identifier in (("data", 4088878653), ("bnpl", "4088878660")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, ["20/11/2026 14:02:37", identifier, 9, "Ví", "S1", "Thành công"])
            sheet.write_row(2, 0, ["Tổng", "", 9])
        book.add_worksheet("account_to_account").write_row(0, 0, HEADER)
        book.get_worksheet_by_name("account_to_account").write_row(1, 0, ["Tổng", "", 0])

    reading = read_report(content.getvalue())

    assert reading.action is FileAction.ACCEPT
    assert [statement.case for statement in reading.statements] == [
        "data",
        "bnpl",
        "account_to_account",
    ]
    assert [transaction.provider_transaction_id for transaction in reading.transactions] == [
        "4088878653",
        "4088878660",
    ]


def test_report_rows_are_statement_lines() -> None:
    reading = read_report(sample("momo/transaction_report.csv"))

    assert {book_of(transaction) for transaction in reading.transactions} == {Book.STATEMENT}
