"""The M-Pesa organisation statement: shillings, newest first, failed rows, one receipt twice."""

from datetime import UTC, date, datetime

import pytest

from reconciliation.records import FeedReading, FileAction, Status, TransactionType
from tests.feed_samples import read, sample

HEADER = (
    "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,"
    "Balance,Balance Confirmed,Reason Type,Other Party Info,Linked Transaction ID,A/C No."
)


def row(
    receipt: str,
    paid: str,
    withdrawn: str,
    balance: str,
    *,
    status: str = "Completed",
    reason: str = "Pay Bill",
    at: str = "20-11-2026 09:15:00",
    linked: str = "",
) -> str:
    return f"{receipt},{at},{at},Details,{status},{paid},{withdrawn},{balance},true,{reason},,{linked},"


def read_rows(*rows: str, account: str | None = None) -> FeedReading:
    lines = ["Organization Name:,CHO HAN", "Short Code:,600638", HEADER, *rows, ""]
    return read("mpesa", "\n".join(lines).encode(), account=account)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_line_end_gives_the_same_rows(line_end: str) -> None:
    content = sample("mpesa/org_statement.csv")

    again = read("mpesa", content.decode().replace("\n", line_end).encode(), account="600638")

    assert again == read("mpesa", content, account="600638")


def test_the_period_and_the_short_code_stand_above_the_table() -> None:
    reading = read("mpesa", sample("mpesa/org_statement.csv"))

    [statement] = reading.statements
    assert statement.provider_account_id == "600638"
    assert (statement.period_from, statement.period_to) == (date(2026, 11, 20),) * 2
    assert read("mpesa", sample("mpesa/org_statement.csv"), account="1").reason == "wrong_account"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Completed", Status.SUCCEEDED),
        ("COMPLETED", Status.SUCCEEDED),
        ("Failed", Status.FAILED),
        ("Declined", Status.FAILED),
        ("Cancelled", Status.CANCELLED),
        ("Authorized", Status.PENDING),
        ("", Status.PENDING),
    ],
)
def test_only_completed_rows_move_the_balance(word: str, status: Status) -> None:
    is_done = status is Status.SUCCEEDED
    reading = read_rows(
        row("C", "5.00", "", "120.50" if is_done else "115.50"),
        row("B", "5.00", "", "115.50" if is_done else "110.50", status=word),
        row("A", "10.50", "", "110.50"),
    )

    assert reading.action is FileAction.ACCEPT
    assert reading.transactions[1].status is status
    [statement] = reading.statements
    assert (statement.opening_balance, statement.closing_balance) == (
        10000,
        12050 if is_done else 11550,
    )
    assert (statement.computed_count, statement.transaction_count) == (3, 3 if is_done else 2)


@pytest.mark.parametrize("withdrawn", ["2.00", "-2.00"])
def test_money_withdrawn_has_either_sign(withdrawn: str) -> None:
    [told] = read_rows(row("A", "", withdrawn, "98.00")).transactions

    assert (told.amount, told.direction.value, told.currency_exponent) == (200, "debit", 2)


@pytest.mark.parametrize(
    ("paid", "withdrawn", "reason"),
    [
        ("-5.00", "", "amount_sign"),
        ("5.001", "", "amount"),
        ("5,00", "", "amount"),
        ("1", "1", "amount_sides"),
        ("", "", "amount_sides"),
    ],
)
def test_an_unreadable_amount_waits(paid: str, withdrawn: str, reason: str) -> None:
    reading = read_rows(row("A", paid, withdrawn, "98.00"))

    assert [reject.reason for reject in reading.rejects] == [reason]


@pytest.mark.parametrize(
    ("reason", "paid", "kind"),
    [
        ("Pay Bill Charge", "", TransactionType.FEE),
        ("Pay Bill Reversal", "", TransactionType.REVERSAL),
        ("Merchant Settlement", "", TransactionType.PAYOUT),
        ("Organization Withdrawal", "", TransactionType.PAYOUT),
        ("Pay Bill", "5.00", TransactionType.PAYMENT),
        ("B2C", "", TransactionType.TRANSFER),
    ],
)
def test_the_reason_names_the_kind_of_movement(
    reason: str, paid: str, kind: TransactionType
) -> None:
    [told] = read_rows(row("A", paid, "" if paid else "5.00", "98.00", reason=reason)).transactions

    assert told.transaction_type is kind
    assert told.dedupe_key.endswith(":A:Pay Bill Charge") == (kind is TransactionType.FEE)


def test_hours_are_those_of_east_africa() -> None:
    [told] = read_rows(row("A", "5.00", "", "98.00", at="20-11-2026 00:30:00")).transactions

    assert told.occurred_at == datetime(2026, 11, 19, 21, 30, tzinfo=UTC)
    assert told.business_date == date(2026, 11, 20)


@pytest.mark.parametrize("at", ["20/11/2026 00:30:00", "31-11-2026 00:30:00", "20-11-2026", ""])
def test_a_row_without_a_usable_time_waits(at: str) -> None:
    reading = read_rows(row("A", "5.00", "", "98.00", at=at))

    assert [reject.reason for reject in reading.rejects] == ["date"]


def test_a_receipt_that_names_two_movements_waits_at_the_second() -> None:
    reading = read_rows(row("A", "5.00", "", "105.00"), row("A", "7.00", "", "100.00"))

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, "reference")]
    assert len(reading.transactions) == 1


def test_a_row_without_a_receipt_waits() -> None:
    assert [reject.reason for reject in read_rows(row("", "5", "", "9")).rejects] == ["reference"]


def test_a_broken_chain_refuses_the_file() -> None:
    reading = read_rows(row("B", "5.00", "", "116.00"), row("A", "10.50", "", "110.50"))

    assert reading.reason == "control_totals"
