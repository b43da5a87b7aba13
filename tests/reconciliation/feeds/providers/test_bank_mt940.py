"""MT940: several statements and pages, marks and signs, references that may be missing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.records import Direction, FeedReading, FileAction, TransactionType
from tests.feed_samples import read, sample

ACCOUNT = "1018795282"


def message(
    *lines: str,
    opening: str = "F:C261120VND100,",
    closing: str = "F:C261120VND105,",
    account: str = ACCOUNT,
    number: str = "00324/001",
) -> str:
    head = [":20:S1", f":25:{account}", f":28C:{number}", f":60{opening}"]
    return "\n".join([*head, *lines, f":62{closing}", "-", ""])


def line(
    amount: str = "5,", mark: str = "C", references: str = "NTRFA1//FT1", days: str = "2611201120"
) -> str:
    return f":61:{days}{mark}{amount}{references}"


def read_mt940(content: str | bytes, account: str | None = ACCOUNT) -> FeedReading:
    return read(
        "bank_mt940", content if isinstance(content, bytes) else content.encode(), account=account
    )


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_any_line_end_gives_the_same_rows(line_end: str) -> None:
    content = sample("iso/mt940.sta")

    assert read_mt940(content.decode().replace("\n", line_end)) == read_mt940(content)


def test_a_message_in_its_swift_wrapping_is_the_same_message() -> None:
    plain = sample("iso/mt940.sta").decode()
    wrapped = "{1:F01BANKVNVXAXXX0000000000}{2:O9400000}{4:\n" + plain.rstrip() + "}{5:{CHK:1}}\n"

    assert read_mt940(wrapped) == read_mt940(plain)


@pytest.mark.parametrize(
    ("mark", "direction", "kind"),
    [
        ("C", "credit", TransactionType.PAYMENT),
        ("D", "debit", TransactionType.TRANSFER),
        ("RC", "debit", TransactionType.REVERSAL),
        ("RD", "credit", TransactionType.REVERSAL),
    ],
)
def test_the_mark_says_which_way_the_money_went(
    mark: str, direction: str, kind: TransactionType
) -> None:
    closing = f"F:C261120VND{105 if direction == 'credit' else 95},"

    [row] = read_mt940(message(line(mark=mark), closing=closing)).transactions

    assert (row.direction, row.transaction_type) == (Direction(direction), kind)


def test_a_funds_code_may_stand_between_mark_and_amount() -> None:
    [row] = read_mt940(message(line(amount="D5,00"))).transactions

    assert row.amount == 5


@pytest.mark.parametrize(
    ("references", "merchant", "bank", "key"),
    [
        ("NTRFA1//FT1", "A1", "FT1", "FT1"),
        ("NTRFNONREF//FT1", None, "FT1", "FT1"),
        ("NTRFA1", "A1", None, "h:"),
        ("NTRFNONREF", None, None, "h:"),
        ("NTRFNONREF//", None, None, "h:"),
    ],
)
def test_references_may_be_missing(
    references: str, merchant: str | None, bank: str | None, key: str
) -> None:
    [row] = read_mt940(message(line(references=references))).transactions

    assert (row.merchant_reference, row.bank_reference) == (merchant, bank)
    assert row.dedupe_key.startswith(f"bank_mt940:{ACCOUNT}:{key}")
    assert row.provider_transaction_id == (bank or merchant or row.dedupe_key.split(":")[3])


def test_ten_lines_that_nothing_tells_apart_are_ten_rows() -> None:
    content = message(*[line(references="NTRFNONREF")] * 10, closing="F:C261120VND150,")

    keys = {row.dedupe_key for row in read_mt940(content).transactions}

    assert len(keys) == 10


def test_a_reference_used_twice_keeps_both_rows() -> None:
    content = message(line(), line("1,", references="NCHGNONREF//FT1"), closing="F:C261120VND106,")

    first, second = read_mt940(content).transactions

    assert first.dedupe_key != second.dedupe_key
    assert second.transaction_type is TransactionType.FEE


def test_the_memo_may_span_lines_and_information_behind_the_end_is_none() -> None:
    content = message(
        line(), ":86:tien rau", "  ca ", "", line("2,", references="NTRF//FT2"),
        closing="F:C261120VND107,",
    ).replace("\n-\n", "\n:64:C261120VND107,\n:86:statement text\n-\n")  # fmt: skip

    first, second = read_mt940(content).transactions

    assert (first.description, second.description) == ("tien rau ca", None)


def test_supplementary_details_on_a_second_line_are_no_memo() -> None:
    [row] = read_mt940(message(line(), "SUPPLEMENTARY", ":86:memo")).transactions

    assert (row.bank_reference, row.description) == ("FT1", "memo")


@pytest.mark.parametrize(
    ("days", "booked", "valued"),
    [
        ("261120", date(2026, 11, 20), date(2026, 11, 20)),
        ("2611201119", date(2026, 11, 19), date(2026, 11, 20)),
        ("2701011231", date(2026, 12, 31), date(2027, 1, 1)),
        ("2612310102", date(2027, 1, 2), date(2026, 12, 31)),
    ],
)
def test_the_entry_date_has_the_year_nearest_to_the_value_date(
    days: str, booked: date, valued: date
) -> None:
    [row] = read_mt940(message(line(days=days))).transactions

    assert (row.booking_date, row.value_date, row.business_date) == (booked, valued, valued)


def test_an_entry_on_a_leap_day_beside_no_leap_year_waits() -> None:
    reading = read_mt940(message(line(), line(days="2703010229"), closing="F:C261120VND110,"))

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, "date")]
    [row] = read_mt940(message(line(days="2803010229"))).transactions
    assert row.booking_date == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (line("5"), "amount"),
        (line("5,50"), "amount"),
        (line("5.00"), "amount"),
        (line("1.000,"), "amount"),
        (line("９,"), "amount"),
        (line("9" * 30 + ","), "amount_range"),
        (line("0,"), "amount_sides"),
        (line(mark="X"), "ragged_row"),
        (line(days="26112"), "ragged_row"),
        (":61:", "ragged_row"),
    ],
)
def test_an_unreadable_line_waits_and_explains_a_difference(broken: str, reason: str) -> None:
    reading = read_mt940(message(line(), broken, ":86:memo", closing="F:C261120VND177,"))

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, reason)]
    assert reading.rejects[0].raw == broken
    assert reading.statements[0].control_status == "differ"


@pytest.mark.parametrize("days", ["261131", "26112X1120", "2611201131"])
def test_a_line_with_a_bad_day_waits_but_counts_in_the_balance(days: str) -> None:
    reading = read_mt940(message(line(), line(days=days), closing="F:C261120VND110,"))

    assert [reject.reason for reject in reading.rejects] == ["date"]
    assert reading.statements[0].control_status == "agree"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (message(line(), closing="F:C261120VND106,"), "control_totals"),
        (message(line(), closing="F:X261120VND105,"), "control_totals"),
        (message(line(), closing="F:C261120USD105,"), "control_totals"),
        (message(line(), opening="F:C261131VND100,"), "control_totals"),
        (message(line(), account="77"), "wrong_account"),
        (message(line()).replace(":62F:", ":64:"), "partial"),
        (message(line()).replace(":60F:C261120VND100,\n", ""), "schema"),
        (":20:S1\n:25:1018795282\n:28C:1\n-\n", "partial"),
        (":20:S1\n:25:1018795282\n:28C:1\n", "partial"),
        (
            message(
                line(),
            )
            + ":61:x\n",
            "schema",
        ),
        (message(line()).replace("\n-\n", f"\n{line()}\n-\n"), "schema"),
        ("tai khoan\n:20:S1\n:25:1\n", "not_parseable"),
        (message(line(), ":86:" + "x" * 20_000, "y" * 20_000), "too_large"),
        (message(line(), ":86:" + "x" * 1_100_000), "too_large"),
        (":20:S1\n\x00", "control_character"),
        ("", "empty"),
    ],
)
def test_what_is_no_whole_statement_is_refused_by_name(content: str, reason: str) -> None:
    assert read_mt940(content).reason == reason


def test_an_account_may_be_told_behind_its_bank() -> None:
    content = message(line(), account=f"BFTVVNVX/{ACCOUNT}")

    assert read_mt940(content).transactions[0].provider_account_id == ACCOUNT
    assert read_mt940(content, None).transactions[0].provider_account_id == ACCOUNT
    assert read_mt940(message(line(), account=""), None).reason == "wrong_account"


def test_several_statements_are_numbered_through() -> None:
    content = message(line()) + message(line(references="NTRFA2//FT2")).replace(":20:S1", ":20:S2")

    reading = read_mt940(content)

    assert [row.row for row in reading.transactions] == [1, 2]
    assert [told.settlement_id for told in reading.statements] == ["S1", "S2"]
    assert reading == read_mt940(content.replace("\n-\n", "\n"))


def test_the_pages_of_a_statement_are_one_statement() -> None:
    first = message(line(), closing="M:C261120VND105,")
    second = message(
        line("2,", references="NTRFA2//FT2"),
        opening="M:C261120VND105,",
        closing="F:C261120VND107,",
        number="00324/002",
    )

    [told] = read_mt940(first + second).statements

    assert (told.opening_balance, told.closing_balance, told.sequence_no) == (100, 107, 324)
    assert told.computed_count == 2
    assert read_mt940(first).reason == "partial"
    assert read_mt940(second).reason == "partial"
    assert read_mt940(first + message(line())).reason == "partial"
    assert read_mt940(first + second.replace("VND105,", "VND106,")).reason == "control_totals"


@pytest.mark.parametrize(("number", "sequence"), [("00324/001", 324), ("7", 7), ("x", None)])
def test_the_number_of_a_statement_is_a_number(number: str, sequence: int | None) -> None:
    assert read_mt940(message(line(), number=number)).statements[0].sequence_no == sequence


def test_an_account_in_shillings_has_cents() -> None:
    content = message(line("5,5"), opening="F:C261120KES1,00", closing="F:C261120KES6,50")

    [row] = read_mt940(content).transactions

    assert (row.amount, row.currency, row.currency_exponent) == (550, "KES", 2)


@given(
    amounts=st.lists(
        st.integers(-(10**12), 10**12).filter(bool), min_size=1, max_size=8, unique_by=abs
    ),
    opening=st.integers(-(10**12), 10**12),
    lost=st.integers(0, 7),
)
def test_reading_undoes_writing_and_a_lost_line_is_noticed(
    amounts: list[int], opening: int, lost: int
) -> None:
    def told(balance: int) -> str:
        return f"F:{'C' if balance >= 0 else 'D'}261120VND{abs(balance)},"

    lines = [
        line(f"{abs(amount)},", "C" if amount > 0 else "D", f"NTRFA//FT{number}")
        for number, amount in enumerate(amounts)
    ]
    ends = {"opening": told(opening), "closing": told(opening + sum(amounts))}

    whole = read_mt940(message(*lines, **ends))
    del lines[lost % len(lines)]

    assert whole.action is FileAction.ACCEPT
    assert [
        row.amount if row.direction is Direction.CREDIT else -row.amount
        for row in whole.transactions
    ] == amounts
    assert read_mt940(message(*lines, **ends)).reason == "control_totals"
