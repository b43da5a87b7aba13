"""Vietcombank statements: what is accepted, what waits row by row, what is refused whole."""

import io
from datetime import date, datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.records import Direction, FeedReading, FileAction
from tests.feed_samples import VCB_ACCOUNT, read_vcb, sample, sample_lines, vcb_csv

ROW_1 = '20/11/2026,5243.1,,"68,866",MUA RAU'
ROW_2 = '20/11/2026,5243.2,"11,000",,Phi SMS'
TOTAL = '"11,000","68,866",'
HEADER = ["Ngày giao dịch", "Số tham chiếu", "Số tiền ghi nợ", "Số tiền ghi có", "Mô tả"]


def amounts(reading: FeedReading) -> list[int]:
    return [
        row.amount if row.direction is Direction.CREDIT else -row.amount
        for row in reading.transactions
    ]


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        days = book.add_format({"num_format": "dd/mm/yyyy"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for row_number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(row_number, column, value, days)
                    else:
                        sheet.write(row_number, column, value)
    return content.getvalue()


@pytest.mark.parametrize(
    "name",
    [fault["file"] for fault in sample_lines("faults/FAULTS.jsonl") if fault["action"] == "accept"],
)
def test_another_encoding_or_grouping_gives_the_same_rows(name: str) -> None:
    whole = read_vcb(sample("bank/vcb_statement_utf8bom.csv"))

    assert read_vcb(sample(name)) == whole


def test_the_old_layout_has_a_sign_column_and_a_signed_total() -> None:
    reading = read_vcb(sample("bank/vcb_statement_old.csv"))

    assert amounts(reading) == [68866, -11000]
    assert reading.statements[0].net_amount == 57866


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_delimiter_and_line_end_is_read(delimiter: str, line_end: str) -> None:
    plain = vcb_csv("20/11/2026,5243.1,,68.866,MUA RAU", total=",68.866,")
    content = plain.replace(",", delimiter).replace("\n", line_end)

    assert amounts(read_vcb(content)) == [68866]


def test_blank_lines_subtotals_footers_and_broken_lines_in_quotes_are_no_rows() -> None:
    content = vcb_csv(
        "Số dư đầu kỳ,,,1.000,",
        ROW_1.replace("MUA RAU", '"MUA\nRAU, =2+3"'),
        "",
        ",,,,",
        'Cộng ngày 20/11/2026,,,"68,866",',
        ROW_2,
        total=TOTAL,
    )

    reading = read_vcb(content + "Người lập,,999,\nGhi chú;;; x,1,2,3,4,5,6,7\n")

    assert amounts(reading) == [68866, -11000]
    assert reading.transactions[0].description == "MUA RAU, =2+3"
    assert [row.row for row in reading.transactions] == [1, 2]


def test_an_empty_day_is_a_statement_without_rows() -> None:
    reading = read_vcb(vcb_csv(total="0,0,"))

    assert (reading.action, reading.transactions) == (FileAction.ACCEPT, ())
    assert reading.statements[0].completeness == "complete"


def test_the_period_of_the_preamble_is_kept() -> None:
    statement = read_vcb(sample("bank/vcb_statement.xlsx")).statements[0]

    assert (statement.period_from, statement.period_to) == (date(2026, 11, 20), date(2026, 11, 23))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("20/11/2026,5243.3,,68.86,X", "amount"),
        ("20/11/2026,5243.3,,１２３,X", "amount"),
        ("20/11/2026,5243.3,,1000000000000001,X", "amount_range"),
        ("20/11/2026,5243.3,5,5,X", "amount_sides"),
        ("20/11/2026,5243.3,,,X", "amount_sides"),
        ("20/11/2026,5243.3,0,0,X", "amount_sides"),
        ("20/11/2026,5243.3,,-5,X", "amount_sign"),
        ("20/11/2026,5243.3,-5,,X", "amount_sign"),
        ("20/11/2026,5243.3,,5,X,more", "ragged_row"),
    ],
)
def test_an_unreadable_row_waits_and_explains_a_difference(row: str, reason: str) -> None:
    reading = read_vcb(vcb_csv(ROW_1, row, total='0,"70,000",'))

    assert (reading.action, reading.reason) == (FileAction.QUARANTINE_ROWS, reason)
    assert [(reject.row, reject.reason, reject.raw) for reject in reading.rejects] == [
        (2, reason, row)
    ]
    assert amounts(reading) == [68866]
    assert reading.statements[0].control_status == "differ"
    assert reading.statements[0].completeness == "partial"


@pytest.mark.parametrize("day", ["31/11/2026", "10/25/2026", "2026-11-20", "", "hôm nay"])
def test_a_row_with_a_bad_day_waits_but_counts_in_the_total(day: str) -> None:
    content = vcb_csv(ROW_1, f"{day},5243.3,,7,X", total='0,"68,873",')

    reading = read_vcb(content)

    assert [reject.reason for reject in reading.rejects] == ["date"]
    assert reading.statements[0].control_status == "agree"
    assert reading.statements[0].computed_credit_total == 68873
    assert reading.statements[0].gross_credit_amount == 68866


def test_a_bad_day_does_not_explain_a_wrong_total() -> None:
    reading = read_vcb(vcb_csv(ROW_1, "31/11/2026,5243.3,,7,X", total='0,"68,866",'))

    assert (reading.action, reading.reason) == (FileAction.REJECT_FILE, "control_totals")


@pytest.mark.parametrize("total", ['0,"68,867",', '"11,000","68,866",', "x,y,", ",,"])
def test_a_total_that_no_unreadable_row_explains_refuses_the_file(total: str) -> None:
    reading = read_vcb(vcb_csv(ROW_1, total=total))

    assert (reading.action, reading.reason) == (FileAction.REJECT_FILE, "control_totals")
    assert (reading.transactions, reading.statements, reading.rejects) == ((), (), ())


def test_missing_cells_at_the_right_count_as_empty() -> None:
    assert amounts(read_vcb(vcb_csv('20/11/2026,5243.1,,"68,866"', total='0,"68,866"'))) == [68866]


def test_empty_cells_at_the_right_of_header_and_rows_are_no_columns() -> None:
    content = vcb_csv(ROW_1, total='0,"68,866",').replace("\n", ",,,\n")

    assert amounts(read_vcb(content)) == [68866]


@pytest.mark.parametrize(
    "header",
    [
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có",
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi có,Số tiền ghi nợ,Mô tả",
        "Ngày giao dịch,Số tham chiếu,Số tiền ghi nợ,Số tiền ghi có,Mô tả,Mô tả",
        "Ngay giao dich,So tham chieu,So tien ghi no,So tien ghi co,Mo ta",
    ],
)
def test_a_column_missing_moved_repeated_or_renamed_refuses_the_file(header: str) -> None:
    content = vcb_csv(ROW_1, total='0,"68,866",').replace(",".join(HEADER), header)

    assert read_vcb(content).reason == "schema"


def test_the_header_is_compared_without_case_and_spare_spaces() -> None:
    header = ",".join(HEADER)
    content = vcb_csv(ROW_1, total='0,"68,866",').replace(header, header.upper().replace(" ", "  "))

    assert amounts(read_vcb(content)) == [68866]


def test_the_header_is_looked_for_in_eighty_rows() -> None:
    preamble = "x,y\n"
    statement = vcb_csv(ROW_1, total='0,"68,866",').split("\n", 1)[1]

    assert amounts(read_vcb(preamble * 79 + statement)) == [68866]
    assert read_vcb(preamble * 80 + statement).reason == "schema"


@pytest.mark.parametrize(
    "label",
    [
        f"Số tài khoản:,{VCB_ACCOUNT}",
        f"Số tài khoản: {VCB_ACCOUNT}",
        "Số tài khoản/Account No:,,1018 795 282",
        f"Account No,{VCB_ACCOUNT} - TRAN THI BA",
    ],
)
def test_the_account_of_the_preamble_is_recognised(label: str) -> None:
    content = vcb_csv(ROW_1, total='0,"68,866",').replace(f"Số tài khoản:,{VCB_ACCOUNT}", label)

    assert read_vcb(content, None).transactions[0].provider_account_id == VCB_ACCOUNT
    assert read_vcb(content, "999").reason == "wrong_account"


def test_without_any_account_the_file_is_refused() -> None:
    content = vcb_csv(ROW_1, total='0,"68,866",').split("\n", 1)[1]

    assert read_vcb(content, None).reason == "wrong_account"
    assert read_vcb(content, "77").transactions[0].provider_account_id == "77"


def test_a_dollar_account_is_read_in_cents() -> None:
    content = vcb_csv('20/11/2026,5243.1,,"1,234.50",X', total='0,"1,234.50",')

    reading = read_vcb("Loại tiền:,USD\n" + content)

    row = reading.transactions[0]
    assert (row.amount, row.currency, row.currency_exponent) == (123450, "USD", 2)


def test_a_reference_used_twice_or_missing_keeps_both_rows() -> None:
    content = vcb_csv(
        "20/11/2026,5243.1,,5,A", "20/11/2026,5243.1,,5,A", "20/11/2026,,,5,A", total="0,15,"
    )

    first, second, third = read_vcb(content).transactions

    assert first.dedupe_key == f"bank_vcb:{VCB_ACCOUNT}:5243.1"
    assert second.dedupe_key.startswith(f"bank_vcb:{VCB_ACCOUNT}:h:")
    assert second.bank_reference == "5243.1"
    assert third.provider_transaction_id == third.dedupe_key.split(":")[3]
    assert third.bank_reference is None


def test_real_dates_and_numbers_of_a_workbook_are_read() -> None:
    rows = [
        ["Số tài khoản:", int(VCB_ACCOUNT)],
        HEADER,
        [datetime(2026, 11, 20), "5243.65930", "", 68866, "A"],  # noqa: DTZ001 - as a cell has it
        ["21/11/2026", "5243.2", "11,000", None, "Phi"],
        ["Tổng", "", 11000.0, "68.866"],
    ]

    reading = read_vcb(workbook(("Sheet1", rows)), VCB_ACCOUNT)

    assert amounts(reading) == [68866, -11000]
    assert reading.transactions[0].booking_date == date(2026, 11, 20)
    assert reading.transactions[0].bank_reference == "5243.65930"


def test_an_account_in_a_number_cell_has_lost_its_leading_zeros() -> None:
    rows = [["Số tài khoản:", 123], HEADER, ["Tổng", "", 0, 0]]

    assert read_vcb(workbook(("a", rows)), "00123").statements[0].provider_account_id == "00123"
    assert read_vcb(workbook(("a", rows)), "1230").reason == "wrong_account"


def test_a_reference_that_became_a_number_waits() -> None:
    rows = [
        HEADER,
        ["20/11/2026", 5243.6593, "", 5, "A"],
        ["20/11/2026", "5,24E+09", "", 5, "B"],
        ["Tổng", "", 0, 10],
    ]

    reading = read_vcb(workbook(("a", rows)))

    assert [reject.reason for reject in reading.rejects] == ["reference", "reference"]


def test_a_formula_that_was_never_calculated_is_unreadable() -> None:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["20/11/2026", "5243.1", "", 5, "A"])
        sheet.write_row(2, 0, ["20/11/2026", "5243.2", 7])
        sheet.write_formula(2, 3, "=D2*2", None, "")
        sheet.write_row(3, 0, ["20/11/2026", "5243.3", ""])
        sheet.write_formula(3, 3, "=1/0", None, "#DIV/0!")
        sheet.write_row(4, 0, ["20/11/2026", "5243.4", ""])
        sheet.write_formula(4, 3, "=D2", None, 5)
        sheet.write_row(5, 0, ["Tổng", "", 7, 20])

    reading = read_vcb(content.getvalue())

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [
        (2, "amount"),
        (3, "amount"),
    ]
    assert amounts(reading) == [5, 5]


def test_several_sheets_are_several_tables_and_a_cover_is_none() -> None:
    first = [HEADER, ["20/11/2026", "1", "", 5, "A"], ["Tổng", "", 0, 5]]
    second = [HEADER, ["20/11/2026", "1", 3, "", "A"], ["Tổng", "", 3, 0]]
    content = workbook(("Bìa", [["Sao kê"]]), ("T1", first), ("T2", second), ("Trống", []))

    reading = read_vcb(content)

    assert [(row.case, row.row) for row in reading.transactions] == [("T1", 1), ("T2", 1)]
    assert [statement.case for statement in reading.statements] == ["T1", "T2"]
    assert ":h:" in reading.transactions[1].dedupe_key


def test_one_table_of_several_sheets_needs_no_name() -> None:
    table = [HEADER, ["20/11/2026", "1", "", 5, "A"], ["Tổng", "", 0, 5]]

    reading = read_vcb(workbook(("Bìa", [["Sao kê"]]), ("T1", table)))

    assert reading.transactions[0].case is None


def test_a_sheet_whose_header_drifted_refuses_the_workbook() -> None:
    table = [HEADER, ["Tổng", "", 0, 0]]
    drifted = [[*HEADER, "Số dư"], ["20/11/2026", "1", "", 5, "A", 9]]

    assert read_vcb(workbook(("T1", table), ("T2", drifted))).reason == "schema"


ROWS = st.lists(
    st.tuples(st.sampled_from(["", "r1", "r2", "r3"]), st.integers(-(10**9), 10**9).filter(bool)),
    max_size=8,
)


@given(rows=ROWS, separator=st.sampled_from([",", "."]))
def test_reading_undoes_writing_and_the_totals_agree(
    rows: list[tuple[str, int]], separator: str
) -> None:
    def cell(amount: int) -> str:
        return f'"{amount:,}"'.replace(",", separator) if amount > 0 else ""

    written = [f"20/11/2026,{ref},{cell(-amount)},{cell(amount)},x" for ref, amount in rows]
    debit = -sum(amount for _, amount in rows if amount < 0)
    credit = sum(amount for _, amount in rows if amount > 0)

    reading = read_vcb(vcb_csv(*written, total=f"{cell(debit)},{cell(credit)},"))

    assert reading.action is FileAction.ACCEPT
    assert amounts(reading) == [amount for _, amount in rows]
    assert len({row.dedupe_key for row in reading.transactions}) == len(rows)
    assert reading.statements[0].control_status == "agree"


@given(rows=ROWS.filter(bool), data=st.data())
def test_any_one_row_lost_is_noticed(rows: list[tuple[str, int]], data: st.DataObject) -> None:
    def line(reference: str, amount: int) -> str:
        return f"20/11/2026,{reference},{max(-amount, 0)},{max(amount, 0)},x"

    lost = data.draw(st.integers(0, len(rows) - 1))
    kept = [line(*row) for number, row in enumerate(rows) if number != lost]
    debit = -sum(amount for _, amount in rows if amount < 0)
    credit = sum(amount for _, amount in rows if amount > 0)

    assert read_vcb(vcb_csv(*kept, total=f"{debit},{credit},")).reason == "control_totals"
