"""The form for everyone else: in two languages, as strict as a bank's own file."""

from pathlib import Path

import pytest

from reconciliation.feeds.providers import generic
from reconciliation.feeds.providers.generic import LANGUAGES, template
from reconciliation.records import FeedReading, FileAction
from tests.feed_samples import read

HEADER = "Ngày ghi sổ,Thời điểm giao dịch,Mã tham chiếu,Tiền ra,Tiền vào,Số dư,Nội dung,Mã cửa hàng"
DOCUMENT = Path(generic.__file__).with_name("generic.md")


def form(*rows: str, total: str | None, above: str = "") -> str:
    lines = [*filter(None, [above]), HEADER, *rows]
    return "\n".join([*lines, *([] if total is None else [f"Tổng,,,{total}"]), ""])


def read_form(content: str, account: str | None = "VNPTMONEY-0123") -> FeedReading:
    return read("generic", content.encode(), account=account)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_filled_form_reads_and_proves_itself(language: str) -> None:
    reading = read_form(template(language, is_filled=True), "0123456789")

    assert reading.action is FileAction.ACCEPT
    [statement] = reading.statements
    assert (statement.control_status, statement.completeness) == ("agree", "complete")
    assert (statement.opening_balance, statement.closing_balance) == (1_000_000, 1_057_866)
    assert statement.period_from is not None
    assert [row.time_precision for row in reading.transactions] == ["second", "day"]
    assert reading.transactions[0].dedupe_key == "generic:0123456789:GD0001"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_empty_form_is_a_day_without_money(language: str) -> None:
    reading = read_form(template(language))

    assert (reading.action, reading.transactions) == (FileAction.ACCEPT, ())


def test_both_languages_say_the_same() -> None:
    vietnamese, english = (template(one, is_filled=True) for one in LANGUAGES)

    assert read_form(vietnamese, None) == read_form(english, None)


def test_an_account_may_be_a_name() -> None:
    content = form("20/11/2026,,1,,5,,x,", total="0,5", above="Số tài khoản:,VNPTMONEY-0123")

    assert read_form(content, None).transactions[0].provider_account_id == "VNPTMONEY-0123"
    assert read_form(content, "VNPTMONEY-0124").reason == "wrong_account"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("20/11/2026,,1,,68.86,,x,", "amount"),
        ("20/11/2026,,1,5,5,,x,", "amount_sides"),
        ("20/11/2026,,1,-5,,,x,", "amount_sign"),
        ("20/11/2026,,1,,5,1e3,x,", "balance"),
        ("2026-11-20,,1,,5,,x,", "date"),
        ("20/11/2026,14:02,1,,5,,x,", "date"),
        ("20/11/2026,,1,,5,,x,A12,more", "ragged_row"),
    ],
)
def test_a_row_is_as_strictly_read_as_a_banks(row: str, reason: str) -> None:
    is_counted = reason in {"balance", "date"}
    reading = read_form(form("20/11/2026,,0,,9,,x,", row, total="0,14" if is_counted else "0,77"))

    assert [(reject.row, reject.reason) for reject in reading.rejects] == [(2, reason)]


def test_balances_may_be_told_for_some_rows_and_are_proven_where_they_are() -> None:
    rows = ["20/11/2026,,1,,5,105,x,", "20/11/2026,,2,,7,,x,", "20/11/2026,,3,,9,121,x,"]

    [statement] = read_form(form(*rows, total="0,21")).statements

    assert (statement.opening_balance, statement.closing_balance) == (100, 121)
    rows[2] = rows[2].replace("121", "122")
    assert read_form(form(*rows, total="0,21")).reason == "control_totals"


@pytest.mark.parametrize("total", ["0,6", "5,0", ","])
def test_the_totals_must_be_the_rows(total: str) -> None:
    assert read_form(form("20/11/2026,,1,,5,,x,", total=total)).reason == "control_totals"


def test_without_a_total_the_form_is_cut() -> None:
    assert read_form(form("20/11/2026,,1,,5,,x,", total=None)).reason == "partial"


def test_words_of_both_languages_in_one_header_are_no_form() -> None:
    content = template("vi").replace("Tiền ra", "Money out")

    assert read_form(content).reason == "schema"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_names_every_column_of_the_form(language: str) -> None:
    described = DOCUMENT.read_text(encoding="utf-8")

    assert all(
        f"`{column}`" in described for column in template(language).split("\r\n")[2].split(",")
    )
