"""What is particular to one bank's statement: signs, times, references, balances, footers."""

from datetime import UTC, date, datetime

import pytest

from reconciliation.records import Direction, FeedReading, FileAction, Statement, TransactionType
from tests.feed_samples import read, sample
from tests.reconciliation.feeds.statement_writer import (
    BANKS,
    Form,
    Row,
    delimited,
    grid,
    rows_of,
    workbook,
)

PLAIN = Form(grouping="")
ACCOUNT = "0801000123456"


def read_cells(name: str, cells: list[list[str]], account: str | None = ACCOUNT) -> FeedReading:
    return read(BANKS[name].provider, delimited(cells, PLAIN), account=account)


def cells_of(name: str, *movements: tuple[int, str, str], opening: int = 1000) -> list[list[str]]:
    return grid(BANKS[name], rows_of(opening, movements), PLAIN)


def only_statement(reading: FeedReading) -> Statement:
    [statement] = reading.statements
    return statement


def test_an_mb_row_is_booked_on_its_posting_day_and_happened_at_its_time() -> None:
    cells = cells_of("mb", (68866, "FT1", "A"))
    cells[3][1] = "19/11/2026 23:41:10"
    cells[3][0] = "20/11/2026"

    [row] = read_cells("mb", cells).transactions

    assert row.booking_date == row.business_date == date(2026, 11, 20)
    assert row.occurred_at == datetime(2026, 11, 19, 16, 41, 10, tzinfo=UTC)
    assert row.time_precision == "second"


@pytest.mark.parametrize(
    ("cell", "precision"),
    [
        (datetime(2026, 11, 20), "day"),  # noqa: DTZ001 - as a cell has it
        (datetime(2026, 11, 20, 0, 0, 1), "second"),  # noqa: DTZ001
        ("20/11/2026", "day"),
        ("20/11/2026 00:00:00", "second"),
    ],
)
def test_a_date_cell_at_midnight_is_a_day_without_time(
    cell: datetime | str, precision: str
) -> None:
    cells: list[list[str | int | datetime]] = [*cells_of("mb", (5, "FT1", "A"))]
    cells[3] = [*cells[3][:1], cell, *cells[3][2:]]

    [row] = read("bank_mb", workbook(cells), account=ACCOUNT).transactions

    assert row.time_precision == precision
    assert (row.occurred_at is None) == (precision == "day")


@pytest.mark.parametrize("cell", ["", "31/11/2026", "20/11/2026 25:00:00", "20-11-2026", "x"])
def test_an_mb_row_without_a_usable_transaction_date_waits(cell: str) -> None:
    cells = cells_of("mb", (5, "FT1", "A"))
    cells[3][1] = cell

    assert [reject.reason for reject in read_cells("mb", cells).rejects] == ["date"]


def test_an_mb_statement_must_satisfy_its_totals_and_its_balances() -> None:
    wrong_balance = cells_of("mb", (5, "FT1", "A"), (7, "FT2", "B"))
    wrong_balance[4][5] = "9999 VND"
    wrong_total = cells_of("mb", (5, "FT1", "A"), (7, "FT2", "B"))
    wrong_total[-1][4] = "13 VND"

    assert read_cells("mb", wrong_balance).reason == "control_totals"
    assert read_cells("mb", wrong_total).reason == "control_totals"


@pytest.mark.parametrize(
    ("debit", "credit", "reason"),
    [
        ("8800", "", "amount_sign"),
        ("-8800", "5", "amount_sides"),
        ("", "-5", "amount_sign"),
        ("0", "0", "amount_sides"),
        ("-8.80", "", "amount"),
        ("", "1e9", "amount"),
        ("", "9" * 30, "amount_range"),
    ],
)
def test_a_techcombank_debit_is_negative_and_nothing_else(
    debit: str, credit: str, reason: str
) -> None:
    cells = cells_of("tcb", (5, "FT1", "A"), (7, "FT2", "B"), (9, "FT3", "C"))
    cells[4][7], cells[4][8] = debit, credit

    reading = read_cells("tcb", cells)

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, reason)]
    statement = only_statement(reading)
    assert (statement.control_status, statement.completeness) == ("differ", "partial")
    assert (statement.opening_balance, statement.closing_balance) == (1000, 1021)


def test_fee_and_vat_columns_of_techcombank_split_the_debit() -> None:
    reading = read("bank_tcb", sample("bank/tcb_statement.csv"), account="19031234567890")

    fee = reading.transactions[1]
    assert (fee.amount, fee.fee_amount, fee.tax_amount) == (8800, None, None)
    assert fee.transaction_type is TransactionType.FEE


def test_a_fee_under_the_reference_of_its_transfer_is_a_row_of_its_own() -> None:
    cells = cells_of("tcb", (-100000, "FT1", "Chuyen tien"), (-1100, "FT1", "Phi chuyen tien"))

    first, second = read_cells("tcb", cells).transactions

    assert first.dedupe_key == f"bank_tcb:{ACCOUNT}:FT1"
    assert second.dedupe_key.startswith(f"bank_tcb:{ACCOUNT}:h:")
    assert second.transaction_type is TransactionType.FEE


def test_the_account_on_the_other_side_is_the_payer_of_a_credit_only() -> None:
    credit, debit = read_cells(
        "tcb", cells_of("tcb", (5, "FT1", "A"), (-5, "FT2", "B"))
    ).transactions

    assert credit.payer == "0351000646393"
    assert debit.payer is None


@pytest.mark.parametrize("balance", ["", "x", "1,0", "９９"])
def test_a_row_without_a_readable_balance_waits(balance: str) -> None:
    cells = cells_of("agribank", (5, "r", "A"), (7, "r", "B"), (9, "r", "C"))
    cells[4][4] = balance

    reading = read_cells("agribank", cells)

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, "balance")]
    assert only_statement(reading).control_status == "agree"


def test_agribank_rows_never_go_by_their_reference() -> None:
    reading = read_cells(
        "agribank", cells_of("agribank", (5, "r", "A"), (5, "r", "A"), (9, "", ""))
    )

    keys = [row.dedupe_key for row in reading.transactions]
    assert all(key.startswith(f"bank_agribank:{ACCOUNT}:h:") for key in keys)
    assert len(set(keys)) == 3
    assert [row.bank_reference for row in reading.transactions] == ["r", "r", None]


def test_a_ragged_row_opens_the_chain_only_at_itself() -> None:
    cells = cells_of("agribank", (5, "r", "A"), (7, "r", "B"), (9, "r", "C"))
    ragged = [list(row) for row in cells]
    ragged[4] += ["", "more"]
    broken = [list(row) for row in ragged]
    broken[5][4] = "9999"
    short = cells_of("agribank", (5, "r", "A"), (7, "r", "B"), (9, "r", "C"), (1, "r", "D"))
    short[4] += ["", "more"]
    short[6][4] = "7777"

    assert [r.reason for r in read_cells("agribank", ragged).rejects] == ["ragged_row"]
    assert only_statement(read_cells("agribank", broken)).control_status == "differ"
    assert read_cells("agribank", short).reason == "control_totals"


def test_a_chain_alone_says_nothing_about_the_ends() -> None:
    whole = cells_of("agribank", (5, "r", "A"), (7, "r", "B"), (9, "r", "C"))

    without_last = read_cells("agribank", whole[:-1])

    assert without_last.action is FileAction.ACCEPT
    assert only_statement(without_last).completeness == "unknown"


def test_a_statement_without_rows_has_no_balance_to_check() -> None:
    statement = only_statement(read_cells("agribank", cells_of("agribank")))

    assert (statement.control_status, statement.opening_balance) == ("absent", None)


@pytest.mark.parametrize("name", ["tcb", "agribank", "acb", "msb"])
def test_a_total_where_none_is_due_closes_the_table_and_is_checked(name: str) -> None:
    whole = cells_of(name, (5, "FT1", "A"), (-7, "FT2", "B"))
    width = len(whole[2])
    debit, credit = {"tcb": (7, 8), "agribank": (2, 3)}.get(name, (width - 2, width - 1))

    def with_total(debit_total: str, credit_total: str) -> FeedReading:
        total = [""] * width
        total[0], total[debit], total[credit] = "TỔNG CỘNG", debit_total, credit_total
        return read_cells(name, [*whole, total, ["Người lập", "1", "2", "3", "4", "5"]])

    proven = only_statement(with_total("7", "5"))
    assert (proven.control_status, proven.completeness) == ("agree", "complete")
    assert (proven.declared_debit_total, proven.declared_credit_total) == (7, 5)
    assert only_statement(with_total("", "")).declared_credit_total is None
    assert with_total("7", "6").reason == "control_totals"


def test_acb_has_nothing_to_check() -> None:
    statement = only_statement(read("bank_acb", sample("bank/acb_statement.csv"), account=None))

    assert statement.provider_account_id == "2468135790"
    assert (statement.control_status, statement.completeness) == ("absent", "unknown")


def test_msb_reads_the_columns_it_knows_and_passes_over_the_others() -> None:
    cells = cells_of("msb", (5, "FT1", "MUA RAU"), (-7, "FT2", "Phi SMS"))

    payment, fee = read_cells("msb", cells).transactions

    assert payment.dedupe_key == f"bank_msb:{ACCOUNT}:FT1"
    assert (payment.amount, payment.direction) == (5, Direction.CREDIT)
    assert (payment.description, fee.transaction_type) == ("MUA RAU", TransactionType.FEE)


@pytest.mark.parametrize("name", BANKS)
def test_subtotals_between_the_rows_are_no_rows(name: str) -> None:
    cells = cells_of(name, (5, "FT1", "A"), (7, "FT2", "B"))
    subtotal = ["Cộng ngày 01/11/2026", *["5"] * (len(cells[2]) - 1)]
    opening = ["Số dư đầu kỳ", *["1000"] * (len(cells[2]) - 1)]
    cells[4:4] = [subtotal]
    cells[3:3] = [opening, []]

    reading = read_cells(name, cells)

    assert [(row.row, row.amount) for row in reading.transactions] == [(1, 5), (2, 7)]


@pytest.mark.parametrize("name", BANKS)
def test_the_period_and_the_account_above_the_table_are_known(name: str) -> None:
    above = [["Số tài khoản:", ACCOUNT], ["Từ ngày:", "01/11/2026", "Đến ngày:", "30/11/2026"]]
    cells = above + cells_of(name, (5, "FT1", "A"))

    statement = only_statement(read_cells(name, cells, None))

    assert statement.provider_account_id == ACCOUNT
    assert (statement.period_from, statement.period_to) == (date(2026, 11, 1), date(2026, 11, 30))
    assert read_cells(name, cells, "1").reason == "wrong_account"


@pytest.mark.parametrize("name", BANKS)
def test_an_account_in_a_number_cell_has_to_be_named_by_the_upload(name: str) -> None:
    above = [["Số tài khoản:", int(ACCOUNT)]]
    content = workbook([*above, *cells_of(name, (5, "FT1", "A"))])

    unnamed = read(BANKS[name].provider, content)
    assert (unnamed.reason, unnamed.transactions) == ("wrong_account", ())
    assert "the upload must name the account" in unnamed.warnings[0]
    named = read(BANKS[name].provider, content, account=ACCOUNT)
    assert [row.provider_account_id for row in named.transactions] == [ACCOUNT]
    assert read(BANKS[name].provider, content, account="1").reason == "wrong_account"


def test_an_account_that_another_sheet_writes_as_text_is_named() -> None:
    cells = cells_of("mb", (5, "FT1", "A"))
    number, text = ([["Số tài khoản:", one], *cells] for one in (int(ACCOUNT), ACCOUNT))

    reading = read("bank_mb", workbook(number, text), account=None)

    assert {row.provider_account_id for row in reading.transactions} == {ACCOUNT}


@pytest.mark.parametrize("name", BANKS)
def test_any_change_of_the_header_refuses_the_file(name: str) -> None:
    header = cells_of(name)[2]
    drifted = [
        header[1:],
        header[::-1],
        [*header, "Ghi chú"],
        [header[0], header[0], *header[1:]],
        ["Ngày", *header[1:]],
    ]

    for changed in drifted:
        cells = cells_of(name, (5, "FT1", "A"))
        cells[2] = changed
        assert read_cells(name, cells).reason == "schema"


def test_rows_of_one_row_statements_keep_their_balance() -> None:
    row = Row(on=date(2026, 11, 1), reference="x", signed=5, balance=5, memo="A")

    [told] = read_cells("tcb", grid(BANKS["tcb"], [row], PLAIN)).transactions

    assert told.balance_after == 5
