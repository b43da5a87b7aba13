"""A vendor's fees on the page, as files and as the letter; and the remarks of a market."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import python_calamine
import sqlalchemy as sa
from rich.console import Console
from sqlmodel import col

from market.database import reading, writing
from market.documents.claim_letter import claim_letter_pdf
from market.reports import market_month_report, render_terminal, vendor_day_report
from market.reports.fee_audit import fee_audit_report, fee_csv
from market.reports.fee_claim import claim_letter, claim_workbook
from market.reports.fee_models import FeeAuditReport
from market.reports.money_sheets import money_sheet
from market.roles import Role
from reconciliation.errors import BooksDoNotBalance, NoFeeCompared, NothingToClaim
from reconciliation.profiles import load_profiles, read_profiles
from reconciliation.rules.in_force import keep_rules, overlay
from reconciliation.tables import MatchOutcome, ProviderTransaction
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import NOW, Reader, Staff
from tests.market.money.test_rule_pages import proposed

DAY = date(2026, 11, 2)
CONTRACT = """
[[profile]]
provider = "stripe"
valid_from = 2000-01-01
books = ["payments", "statement", "payouts"]

[profile.fee]
bps = 300
"""
PATH = "/api/v1/vendors/{code}/fees/2026-11"


@pytest.fixture
def charged(october: sa.Engine) -> sa.Engine:
    """A closed day on which Stripe charged 2.000 đồng too much, 500 too little, and once rightly."""
    close_with(october, [(100_000, 5_000), (50_000, 1_000), (20_000, 600)])
    return october


def close_with(
    engine: sa.Engine, told: list[tuple[int, int]], *, off_vnd: int = 0, on: date = DAY
) -> None:
    """Close a day of amounts and fees under the contract; ``off_vnd`` falsifies what was noted."""
    rules = overlay(load_profiles(), read_profiles(CONTRACT, "x"), date(2000, 1, 1))
    lines = [Line(1, amount, provider="stripe", fee_vnd=fee) for amount, fee in told]
    with writing(engine) as session:
        keep_rules(session, rules, NOW)
        close = books.close(session, "MA", on, lines)
        close.rules_sha256 = rules.rules_sha256
        session.add(close)
        told_rows = session.execute(
            sa.select(MatchOutcome, ProviderTransaction)
            .join(ProviderTransaction, col(ProviderTransaction.id) == MatchOutcome.record_id)
            .where(col(MatchOutcome.close_id) == close.id)
            .where(col(ProviderTransaction.provider) == "stripe")
        )
        for outcome, row in told_rows.all():
            contract = row.amount * 3 // 100 + off_vnd
            outcome.fee_difference_vnd = (row.fee_amount or 0) - contract
            session.add(outcome)


def close_momo(engine: sa.Engine) -> None:
    """Close a day of two payments through MoMo, which takes its fee from the payout as a whole."""
    rules = load_profiles()
    lines = [Line(1, amount, provider="momo") for amount in (100_000, 50_000)]
    with writing(engine) as session:
        keep_rules(session, rules, NOW)
        close = books.close(session, "MA", DAY + timedelta(days=1), lines)
        close.rules_sha256 = rules.rules_sha256
        session.add(close)


def audit(engine: sa.Engine, months: int = 1) -> FeeAuditReport:
    with reading(engine) as session:
        code = books.vendor_codes(session, "MA")[0]
        return fee_audit_report(session, code, DAY, today=NOW.date(), months=months)


def test_fees_are_summed_by_source_and_day_and_told_line_by_line(charged: sa.Engine) -> None:
    report = audit(charged)

    [source] = report.sources
    assert (source.charged_vnd, source.contract_vnd) == (6_600, 5_100)
    assert (source.over_vnd, source.under_vnd) == (2_000, 500)
    assert source.charged_vnd - source.contract_vnd == source.over_vnd - source.under_vnd
    assert (source.lines, source.over_lines, source.under_lines) == (3, 1, 1)
    assert source.contract == "3,00%, từng khoản"
    assert [one.difference_vnd for one in report.lines] in ([2_000, -500], [-500, 2_000])
    [day] = report.days
    assert (day.lines, day.over_vnd, day.under_vnd) == (3, 2_000, 500)


def test_english_readers_are_told_the_contract_in_english(
    charged: sa.Engine, reader: Reader, codes: dict[str, list[str]]
) -> None:
    code = codes["MA"][0]

    fees = reader(Role.AUDITOR, "MA").get(f"/nguoi-ban/{code}/phi?thang=2026-11&lang=en").text

    assert "3,00%, of each payment" in fees
    assert ">1 month<" in fees
    assert "từng khoản" not in fees
    assert audit(charged).sources[0].contract_en == "3,00%, of each payment"


def test_a_fee_that_does_not_follow_from_the_contract_is_no_claim(october: sa.Engine) -> None:
    close_with(october, [(100_000, 5_000)], off_vnd=1)

    with pytest.raises(BooksDoNotBalance, match="contract"):
        audit(october)


def test_the_letter_states_figures_and_asks_and_accuses_nobody(charged: sa.Engine) -> None:
    letter = claim_letter(audit(charged), "stripe", place="Mậu A", on=date(2026, 2, 5))

    assert letter.to == "Stripe"
    assert letter.place_and_date == "Mậu A, ngày 05 tháng 02 năm 2026"
    body = " ".join([*letter.paragraphs, *letter.requests])
    assert "2.000\u00a0₫" in body
    assert "500\u00a0₫" in body
    assert "3,00%, từng khoản" in body
    for word in ("sai", "vi phạm", "gian", "chiếm", "lừa"):
        assert f" {word} " not in f" {body} "
    assert len(letter.annex) == 2
    assert all("\nghi sổ " in row[1] for row in letter.annex)
    assert claim_letter_pdf(letter) == claim_letter_pdf(letter)


def test_the_letter_names_each_payment_by_id_hour_and_day_and_no_zeros(october: sa.Engine) -> None:
    close_with(october, [(100_000, 5_000)])
    report = audit(october)
    [line] = report.lines
    paid_before = line.model_copy(update={"occurred_at": datetime(2026, 10, 29, 0, 32, tzinfo=UTC)})

    letter = claim_letter(
        report.model_copy(update={"lines": [paid_before]}), "stripe", place="", on=DAY
    )

    [row] = letter.annex
    assert row[1].splitlines() == [
        line.reference,
        "khách trả 29/10/2026 07:32",
        f"ghi sổ {line.on:%d/%m/%Y}",
    ]
    assert "thu thấp hơn" not in " ".join(letter.paragraphs)


def test_where_nothing_was_charged_too_much_there_is_no_letter(october: sa.Engine) -> None:
    close_with(october, [(100_000, 3_000)])

    with pytest.raises(NothingToClaim):
        claim_letter(audit(october), "stripe", place="", on=DAY)


def test_payments_without_a_fee_of_their_own_are_not_said_to_be_charged_rightly(
    october: sa.Engine, reader: Reader, codes: dict[str, list[str]]
) -> None:
    close_momo(october)
    code = codes["MA"][0]
    client = reader(Role.VENDOR, code)

    report = audit(october)
    page = client.get(f"/nguoi-ban/{code}/phi?thang=2026-11")
    letter = client.get(f"{PATH.format(code=code)}/letter.pdf?ledger=momo")

    [source] = report.sources
    assert (source.lines, source.untold, source.contract) == (0, 2, "1,10%, trừ cả đợt")
    assert (report.compared, report.left_out) == (0, 2)
    assert "chưa so được khoản phí nào với hợp đồng" in page.text
    assert "2 lần khách trả không kèm phí của từng khoản" in page.text
    assert "không khoản nào thu phí cao hơn hợp đồng" not in page.text
    assert letter.status_code == 409
    assert "Chưa so được khoản phí nào" in letter.json()["title"]
    with pytest.raises(NoFeeCompared, match="compared"):
        claim_letter(report, "momo", place="", on=DAY)


def test_what_was_not_compared_is_told_beside_what_was(
    october: sa.Engine, reader: Reader, codes: dict[str, list[str]]
) -> None:
    close_with(october, [(100_000, 3_000)])
    close_momo(october)
    code = codes["MA"][0]

    page = reader(Role.VENDOR, code).get(f"/nguoi-ban/{code}/phi?thang=2026-11")
    report = audit(october)
    book = claim_workbook(report, made_at=NOW)

    assert "trong 1 khoản đã so, không khoản nào thu phí cao hơn hợp đồng" in page.text
    assert (report.compared, report.left_out) == (1, 2)
    about = python_calamine.load_workbook(io.BytesIO(book)).get_sheet_by_name("Đọc trước")
    assert ["Chưa so, MoMo", "2 khoản không kèm phí của từng khoản"] in about.to_python()


def test_several_months_are_one_audit_and_one_letter(charged: sa.Engine) -> None:
    close_with(charged, [(200_000, 7_000)], on=date(2026, 9, 30))

    one, three = audit(charged), audit(charged, months=3)
    letter = claim_letter(three, "stripe", place="Mậu A", on=NOW.date())

    assert (three.first, three.month, three.months) == (date(2026, 9, 1), "2026-11", 3)
    assert three.over_vnd == one.over_vnd + 1_000
    assert [line for line in three.lines if line.on == DAY] == one.lines
    assert {line.on for line in three.lines} == {DAY, date(2026, 9, 30)}
    assert len(letter.annex) == len(three.lines)
    assert "từ tháng 9/2026 đến tháng 11/2026" in letter.subject
    assert "TỪ THÁNG 9/2026 ĐẾN THÁNG 11/2026" in letter.annex_title
    # Nobody closed those days, and the letter does not pass over that.
    assert any("chưa gồm" in told for told in letter.paragraphs)


def test_the_rows_leave_as_csv_and_as_workbook(charged: sa.Engine) -> None:
    report = audit(charged)

    rows = list(csv.DictReader(io.StringIO(fee_csv(report).decode("utf-8-sig"))))
    book = claim_workbook(report, made_at=NOW)
    sheet = python_calamine.load_workbook(io.BytesIO(book)).get_sheet_by_name("Các khoản")

    assert sorted(int(row["difference_vnd"]) for row in rows) == [-500, 2_000]
    assert {row[0] for row in sheet.to_python()[1:]} == {"Stripe"}
    assert sorted(row[7] for row in sheet.to_python()[1:]) == [-500, 2_000]
    assert claim_workbook(report, made_at=NOW) == book


def test_the_page_and_the_files_are_the_vendors_and_the_markets(
    charged: sa.Engine, reader: Reader, codes: dict[str, list[str]]
) -> None:
    code = codes["MA"][0]
    client = reader(Role.VENDOR, code)

    page = client.get(f"/nguoi-ban/{code}/phi?thang=2026-11")
    assert page.status_code == 200
    assert "phí thu cao hơn hợp đồng 2.000\u00a0₫" in page.text
    path = PATH.format(code=code)
    for suffix in ("", ".csv", ".xlsx", "/letter.pdf?ledger=stripe"):
        assert client.get(f"{path}{suffix}").status_code == 200, suffix
    assert client.get(f"{path}/letter.pdf?ledger=momo").status_code == 409
    assert client.get(f"{path}/letter.pdf").status_code == 422
    longer = client.get(f"/nguoi-ban/{code}/phi?thang=2026-11&so=3")
    assert "Từ tháng 09/2026 đến tháng 11/2026" in longer.text
    assert f"{path}/letter.pdf?ledger=stripe&amp;months=3" in longer.text
    for suffix in ("?months=3", ".csv?months=12", "/letter.pdf?ledger=stripe&months=3"):
        assert client.get(f"{path}{suffix}").status_code == 200, suffix
    assert client.get(f"{path}?months=13").status_code == 422


def test_a_month_without_fees_says_so(reader: Reader, codes: dict[str, list[str]]) -> None:
    code = codes["MA"][0]

    page = reader(Role.AUDITOR, "MA").get(f"/nguoi-ban/{code}/phi?thang=2026-10")

    assert "không nguồn nào báo phí trên từng khoản" in page.text
    assert "Phí thu riêng, không kèm khoản nào" in page.text


def test_the_remarks_of_a_market_are_told_by_bank_and_name_nobody(
    october: sa.Engine, reader: Reader
) -> None:
    client = reader(Role.AUDITOR, "MA")
    span = {"first": "2026-10-01", "last": "2026-10-31"}

    page = client.get("/cho/MA/noi-dung-chuyen-khoan")
    told = client.get("/api/v1/markets/MA/remarks", params=span)
    table = client.get("/api/v1/markets/MA/remarks.csv", params=span)

    assert page.status_code == 200
    assert "Theo ngân hàng của khách" in page.text
    assert told.json()["payments"] == sum(one["payments"] for one in told.json()["counts"]) > 0
    assert table.content.startswith(b"\xef\xbb\xbf")
    assert "Nguyễn Thị" not in page.text + told.text + table.text
    backwards = {"first": "2026-10-31", "last": "2026-10-01"}
    assert client.get("/api/v1/markets/MA/remarks", params=backwards).status_code == 422


def test_a_span_that_is_too_long_is_said_to_be_too_long(reader: Reader) -> None:
    span = {"first": "2026-10-01", "last": "2028-10-01"}

    refused = reader(Role.AUDITOR, "MA").get("/api/v1/markets/MA/remarks", params=span)

    assert refused.status_code == 422
    assert refused.json()["title"] == "Khoảng ngày quá dài"
    assert "732 days" in refused.json()["detail"]
    assert "366" in refused.json()["detail"]


@pytest.mark.parametrize("page", ["phi", "thang"])
def test_a_month_that_has_not_begun_is_said_so_on_a_page_that_was_only_opened(
    reader: Reader, codes: dict[str, list[str]], page: str
) -> None:
    code = codes["MA"][0]
    client = reader(Role.AUDITOR, "MA")

    refused = client.get(f"/nguoi-ban/{code}/{page}?thang=2099-01")

    assert refused.status_code == 422
    assert "Tháng này chưa bắt đầu" in refused.text
    assert "Hôm nay là 05/11/2026: chọn tháng khác." in refused.text
    assert "Chưa ghi gì" not in refused.text
    machine = client.get(f"/api/v1/vendors/{code}/months/2099-01")
    assert (machine.status_code, machine.json()["title"]) == (422, "Tháng này chưa bắt đầu")


def test_a_page_of_a_day_too_far_away_speaks_of_nothing_written(reader: Reader) -> None:
    refused = reader(Role.AUDITOR, "MA").get("/cho/MA?ngay=1900-01-01")

    assert refused.status_code == 422
    assert "Chưa ghi gì" not in refused.text
    assert "Quay lại trang trước, chọn lại." in refused.text


def test_a_net_that_a_payout_fee_is_still_to_come_off_says_so(
    october: sa.Engine, reader: Reader, codes: dict[str, list[str]]
) -> None:
    close_momo(october)
    code, on = codes["MA"][0], DAY + timedelta(days=1)
    auditor = reader(Role.AUDITOR, "MA")
    paths = (
        f"/nguoi-ban/{code}/thang?thang=2026-11",
        f"/cho/MA?ngay={on}",
        "/cho/MA/thang?thang=2026-11",
    )

    for path in paths:
        page = auditor.get(path).text
        assert "Thực nhận, chưa trừ phí MoMo" in page, path
        assert ">Thực nhận<" not in page, path
    with reading(october) as session:
        told = money_sheet(vendor_day_report(session, code, on))
        before = money_sheet(vendor_day_report(session, code, date(2026, 10, 31)))
    assert [one.total[0] for one in told.sums] == ["Thực nhận, chưa trừ phí MoMo"] * 2
    [by_source] = [one for one in told.tables if one.title == "Theo nguồn"]
    assert [row[4] for row in by_source.rows] == ["trừ khi tiền về"]
    assert {one.total[0] for one in before.sums} == {"Thực nhận"}


def test_the_net_of_a_trial_says_whose_fee_is_still_to_come_off(
    october: sa.Engine, staff: Staff
) -> None:
    close_momo(october)
    client = staff(Role.ADMIN)
    page = proposed(client)

    texts = []
    for on in (date(2026, 10, 31), DAY + timedelta(days=1)):
        client.send(f"{page}/thu", tu=str(on), den=str(on))
        texts.append(client.get(page).text)

    names = [re.findall(r"<span>(Thực nhận[^<]*)</span>", text) for text in texts]
    assert names == [["Thực nhận"], ["Thực nhận, chưa trừ phí MoMo"]]


def test_a_long_name_of_a_net_pushes_no_column_out_of_the_terminal(october: sa.Engine) -> None:
    close_momo(october)
    with reading(october) as session:
        report = market_month_report(session, "MA", DAY, today=NOW.date())
    terminal = Console(width=100, file=io.StringIO())

    terminal.print(render_terminal(report))

    told = terminal.file.getvalue()  # type: ignore[attr-defined]
    [names] = [line for line in told.splitlines() if "Ngày" in line and "Khoản" in line]
    assert "chưa trừ phí MoMo" not in names
    assert re.search(r"^ *03/11 ", told, re.MULTILINE)
