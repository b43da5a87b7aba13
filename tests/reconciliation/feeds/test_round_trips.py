"""Statements written from rows are read back to the same rows; what was changed on the way shows."""

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.records import Direction, FeedReading, FileAction
from tests.feed_samples import read
from tests.reconciliation.feeds.statement_writer import (
    BANKS,
    Bank,
    Form,
    Row,
    delimited,
    grid,
    rows_of,
    workbook,
)

ACCOUNT = "0801000123456"
CP1258_MEMO = 'Phi quản lý ă â đ ê ô ơ ư ấ ờ, =2+3; "x"'

MEMOS = st.text(alphabet=st.sampled_from("ABCxyz 0123,;\t\"'=+-@.ăâđêôơưấờ\n"), max_size=20)
MOVEMENTS = st.lists(
    st.tuples(
        st.integers(-(10**12), 10**12).filter(bool),
        st.from_regex(r"(FT[0-9]{1,14}|[0-9]{4}\.[0-9]{5}|)", fullmatch=True),
        MEMOS,
    ),
    max_size=8,
)
FORMS = st.builds(
    Form,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    delimiter=st.sampled_from([",", ";", "\t"]),
    line_end=st.sampled_from(["\r\n", "\n", "\r"]),
    grouping=st.sampled_from([",", ".", ""]),
    is_newest_first=st.booleans(),
)
ANY_BANK = pytest.mark.parametrize("bank", BANKS.values(), ids=BANKS)
PROVEN = pytest.mark.parametrize(
    "bank", [bank for bank in BANKS.values() if bank.closing], ids=lambda bank: bank.cells.__name__
)


TONES = "\u0300\u0301\u0303\u0309\u0323"


def in_code_page(letter: str) -> str:
    """Return a letter as cp1258 writes it: with its hat, the tone a mark of its own behind it."""
    parts = unicodedata.normalize("NFD", letter)
    tones = [mark for mark in parts if mark in TONES]
    base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONES))
    return base + "".join(tones)


def told(reading: FeedReading) -> list[tuple[int, str | None, str | None]]:
    return [
        (
            row.amount if row.direction is Direction.CREDIT else -row.amount,
            row.bank_reference,
            row.description,
        )
        for row in reading.transactions
    ]


def expected(rows: list[Row], form: Form) -> list[tuple[int, str | None, str | None]]:
    ordered = rows[::-1] if form.is_newest_first else rows
    return [
        (row.signed, row.reference or None, " ".join(row.memo.split()) or None) for row in ordered
    ]


def read_bank(bank: Bank, content: bytes) -> FeedReading:
    return read(bank.provider, content, account=ACCOUNT)


@ANY_BANK
@settings(max_examples=40)
@given(opening=st.integers(-(10**12), 10**12), movements=MOVEMENTS, form=FORMS)
def test_reading_undoes_writing(
    bank: Bank, opening: int, movements: list[tuple[int, str, str]], form: Form
) -> None:
    rows = rows_of(opening, movements)

    reading = read_bank(bank, delimited(grid(bank, rows, form), form))

    assert reading.action is FileAction.ACCEPT
    assert told(reading) == expected(rows, form)
    assert len({row.dedupe_key for row in reading.transactions}) == len(rows)
    [statement] = reading.statements
    proves = bank.closing is not None or (bank.has_balance and rows)
    assert statement.control_status == ("agree" if proves else "absent")
    if bank.has_balance and rows:
        assert (statement.opening_balance, statement.closing_balance) == (opening, rows[-1].balance)


@ANY_BANK
@settings(max_examples=40)
@given(movements=MOVEMENTS, form=FORMS)
def test_a_workbook_says_the_same_as_the_text(
    bank: Bank, movements: list[tuple[int, str, str]], form: Form
) -> None:
    cells = grid(bank, rows_of(5, movements), form)

    assert read_bank(bank, workbook(cells)) == read_bank(bank, delimited(cells, form))


@ANY_BANK
def test_the_old_vietnamese_code_page_and_decomposed_text_say_the_same(bank: Bank) -> None:
    rows = rows_of(1_000_000, [(68866, "FT1", CP1258_MEMO), (-11000, "FT2", "x")])
    cells = grid(bank, rows, Form())
    plain = delimited(cells, Form())
    decomposed = unicodedata.normalize("NFD", plain.decode())
    old = "".join(map(in_code_page, plain.decode())).encode("cp1258")

    whole = read_bank(bank, plain)

    assert told(whole) == expected(rows, Form())
    assert read_bank(bank, decomposed.encode()) == whole
    assert read_bank(bank, old) == whole


@ANY_BANK
@settings(max_examples=40)
@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=3, max_size=8, unique=True),
    is_newest_first=st.booleans(),
    data=st.data(),
)
def test_a_lost_row_is_noticed_where_the_file_has_a_check(
    bank: Bank, amounts: list[int], is_newest_first: bool, data: st.DataObject
) -> None:
    rows = rows_of(0, [(amount, f"FT{n}", "x") for n, amount in enumerate(amounts)])
    form = Form(is_newest_first=is_newest_first)
    cells = grid(bank, rows, form)
    first, last = (0, len(rows) - 1) if bank.closing else (1, len(rows) - 2)

    del cells[3 + data.draw(st.integers(first, last))]

    reading = read_bank(bank, delimited(cells, form))
    has_check = bank.closing is not None or bank.has_balance
    assert reading.reason == ("control_totals" if has_check else None)


@ANY_BANK
@settings(max_examples=40)
@given(
    amounts=st.lists(
        st.integers(-(10**9), 10**9).filter(bool), min_size=2, max_size=6, unique_by=abs
    ),
    is_newest_first=st.booleans(),
    data=st.data(),
)
def test_one_changed_digit_of_an_amount_is_noticed_where_the_file_has_a_check(
    bank: Bank, amounts: list[int], is_newest_first: bool, data: st.DataObject
) -> None:
    form = Form(is_newest_first=is_newest_first)
    rows = rows_of(0, [(amount, f"FT{n}", "x") for n, amount in enumerate(amounts)])
    # The oldest row of a file with nothing but balances has none before it to be held against.
    place = data.draw(st.integers(0 if bank.closing else 1, len(rows) - 1))
    digits = str(abs(rows[place].signed))
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != digits[at]))
    changed = int(digits[:at] + other + digits[at + 1 :])
    signed = changed if rows[place].signed > 0 else -changed
    cells = grid(bank, rows, form)
    row_at = 3 + (len(rows) - 1 - place if is_newest_first else place)
    cells[row_at] = bank.cells(replace(rows[place], signed=signed), form)

    reading = read_bank(bank, delimited(cells, form))

    if bank.closing is not None or bank.has_balance:
        assert reading.action is not FileAction.ACCEPT
    elif changed:
        assert reading.action is FileAction.ACCEPT


@PROVEN
@settings(max_examples=40)
@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=3, max_size=5),
    end=st.integers(0, 30),
)
def test_a_file_cut_before_its_closing_row_is_partial_or_refused(
    bank: Bank, amounts: list[int], end: int
) -> None:
    rows = rows_of(0, [(amount, f"FT{n}", "x") for n, amount in enumerate(amounts)])
    cells = grid(bank, rows, Form())[:-1]
    content = delimited(cells, Form())

    reading = read_bank(bank, content[: len(content) - end])

    assert reading.action is FileAction.REJECT_FILE
    assert reading.reason in {"partial", "not_parseable"}
