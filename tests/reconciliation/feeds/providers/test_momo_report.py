"""MoMo's transaction report: signs, status words, and the one signed total."""

import io
import zipfile

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


def packed(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def test_a_zip_of_one_report_is_that_report() -> None:
    content = sample("momo/transaction_report.csv")

    assert read_report(packed(report=content)) == read_report(content)


def test_the_reports_of_a_zip_are_tables_with_totals_of_their_own() -> None:
    first = report(row("1", "9", "Thành công"), total="9")
    second = report(row("2", "5", "Thành công"), total="5")

    reading = read_report(packed(a=first, b=second))

    assert [(one.case, one.row) for one in reading.transactions] == [("a", 1), ("b", 1)]
    assert [statement.case for statement in reading.statements] == ["a", "b"]
    assert read_report(packed(a=first, b=second.replace(b"5,", b"6,"))).reason == "control_totals"


def test_an_id_repeated_in_a_report_waits_but_may_stand_in_another_sheet_as_it_is() -> None:
    twice = report(row("1", "9", "Thành công"), row("1", "9", "Thành công"), total="18")
    once = report(row("1", "9", "Thành công"), total="9")
    other = report(row("1", "8", "Thành công"), total="8")

    assert [reject.reason for reject in read_report(twice).rejects] == ["reference"]
    same = read_report(packed(a=once, b=once))
    assert same.action is FileAction.ACCEPT
    assert len({one.dedupe_key for one in same.transactions}) == 1
    changed = read_report(packed(a=once, b=other))
    assert [(reject.case, reject.reason) for reject in changed.rejects] == [("b", "reference")]


def test_a_zip_that_unpacks_to_too_much_is_refused_unread() -> None:
    bomb = packed(a=b"\0" * (101 * 1024 * 1024))
    workbook = packed(**{"[Content_Types].xml": b"x", "xl/a.bin": b"\0" * (60 * 1024 * 1024)})

    assert len(bomb) < 1024 * 1024
    assert read_report(bomb).reason == "too_large"
    assert read_report(packed(a=workbook, b=workbook)).reason == "too_large"


def test_a_zip_with_nothing_or_too_many_files_is_unsupported() -> None:
    many = packed(**{f"f{number}": b"x" for number in range(101)})

    assert read_report(packed()).reason is not None
    assert read_report(many).reason == "unsupported_format"


def test_an_encrypted_rarely_packed_or_damaged_zip_is_refused_by_name() -> None:
    whole = packed(a=sample("momo/transaction_report.csv"))
    locked = bytearray(whole)
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    damaged = bytearray(whole)
    damaged[60:64] = b"\x00\x92\xc1J"
    rare = io.BytesIO()
    with zipfile.ZipFile(rare, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", b"x")

    assert read_report(bytes(locked)).reason == "encrypted"
    assert read_report(bytes(damaged)).reason == "not_parseable"
    assert read_report(rare.getvalue()).reason == "unsupported_format"
    assert read_report(whole[:-30]).reason == "not_parseable"
