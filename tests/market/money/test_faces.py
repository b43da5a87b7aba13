"""One model, four faces: page, PDF, CSV and JSON say the same; asked again, they are the same bytes."""

import csv
import io
import re

import pytest
import sqlalchemy as sa

from market.database import reading
from market.i18n import Lang, vnd
from market.reports import market_month_report, to_csv, vendor_month_report
from market.reports.money_sheets import money_sheet
from market.roles import Role
from tests.market.conftest import NOW, Reader, Staff
from tests.market.reading_html import Page
from tests.merchants.queries import counted

MONTH = "2026-10"
DAY = "2026-10-20"


def files_of(codes: dict[str, list[str]]) -> list[str]:
    vendor = f"/api/v1/vendors/{codes['MA'][0]}"
    return [
        f"{base}{suffix}"
        for base in (
            f"{vendor}/days/{DAY}",
            f"{vendor}/months/{MONTH}",
            f"/api/v1/markets/MA/days/{DAY}",
            f"/api/v1/markets/MA/months/{MONTH}",
        )
        for suffix in ("", ".csv", ".pdf")
    ]


def test_every_file_is_the_same_bytes_again_and_spared_by_its_etag(
    reader: Reader, codes: dict[str, list[str]]
) -> None:
    client = reader(Role.AUDITOR, "MA")

    for path in files_of(codes):
        first, again = client.get(path), client.get(path)
        assert first.status_code == 200, path
        assert first.content == again.content, path
        etag = first.headers["etag"]
        spared = client.get(path, headers={"If-None-Match": etag})
        assert (spared.status_code, spared.content) == (304, b""), path
        assert first.headers["cache-control"] == "private, no-cache"


def test_a_pdf_for_a_phone_is_another_paper(reader: Reader, codes: dict[str, list[str]]) -> None:
    client = reader(Role.AUDITOR, "MA")
    path = f"/api/v1/vendors/{codes['MA'][0]}/months/{MONTH}.pdf"

    a4, phone = client.get(path), client.get(f"{path}?paper=phone")

    assert a4.content.startswith(b"%PDF")
    assert phone.content.startswith(b"%PDF")
    assert a4.headers["etag"] != phone.headers["etag"]
    assert client.get(f"{path}?paper=letter").status_code == 422


def test_the_page_the_sheet_and_the_csv_tell_one_sum(
    reader: Reader, october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    code = codes["MA"][0]
    with reading(october) as session:
        report = vendor_month_report(session, code, NOW.date().replace(month=10), today=NOW.date())
    assert report.amounts is not None
    told = vnd(report.amounts.gross_vnd)

    page = reader(Role.VENDOR, code).get(f"/nguoi-ban/{code}/thang?thang={MONTH}")
    table = list(csv.DictReader(io.StringIO(to_csv(report).decode("utf-8-sig"))))

    assert told in page.text
    assert "Chưa gồm tiền mặt." in page.text
    assert money_sheet(report).figure == told
    totals = {row["name"]: int(row["amount_vnd"]) for row in table if row["record"] == "total"}
    assert totals["gross_vnd"] == report.amounts.gross_vnd
    days = [row for row in table if row["record"] == "day" and row["name"] == "gross_vnd"]
    assert sum(int(row["amount_vnd"]) for row in days) == report.amounts.gross_vnd
    assert [row["name"] for row in table if row["record"] == "note"] == ["Chưa gồm tiền mặt."]


def test_an_english_sheet_has_no_vietnamese_words(
    october: sa.Engine, codes: dict[str, list[str]]
) -> None:
    with reading(october) as session:
        report = vendor_month_report(
            session, codes["MA"][0], NOW.date().replace(month=10), today=NOW.date()
        )

    sheet = money_sheet(report, Lang.EN)

    words = [sheet.title, sheet.label, *sheet.status, *sheet.notes, *sheet.page_words]
    words += [word for one in sheet.sums for word in (one.title, *(name for name, _ in one.parts))]
    words += [word for one in sheet.tables for word in (one.title, *one.columns)]
    assert [word for word in words if re.search("[à-ỹđ]", word.lower())] == []


def test_days_that_nobody_closed_say_so_in_words(
    reader: Reader, codes: dict[str, list[str]]
) -> None:
    code = codes["MA"][0]

    page = reader(Role.VENDOR, code).get(f"/nguoi-ban/{code}/thang?thang=2026-11")
    market = reader(Role.AUDITOR, "MA").get("/cho/MA/thang?thang=2026-11")

    for answer in (page, market):
        assert answer.status_code == 200
        assert "Tháng 11/2026 chưa có số liệu" in answer.text
        assert "Chưa có không phải là 0" in answer.text


@pytest.mark.parametrize("month", ["2026-13", "10/2026", "1999-10", ""])
def test_what_is_no_month_is_a_malformed_question(
    reader: Reader, codes: dict[str, list[str]], month: str
) -> None:
    client = reader(Role.AUDITOR, "MA")

    for path in (f"/nguoi-ban/{codes['MA'][0]}/thang", "/cho/MA/thang"):
        assert client.get(path, params={"thang": month}).status_code == 422


def test_nobody_sees_the_month_of_another_market(
    reader: Reader, codes: dict[str, list[str]]
) -> None:
    own, other = codes["MA"][0], codes["MA"][1]

    assert reader(Role.VENDOR, own).get(f"/nguoi-ban/{other}/thang").status_code == 403
    assert reader(Role.VENDOR, own).get(f"/nguoi-ban/{other}/phi").status_code == 403
    client = reader(Role.AUDITOR, "LG")
    assert client.get("/cho/MA/thang").status_code == 403
    assert client.get(f"/api/v1/vendors/{own}/months/{MONTH}.pdf").status_code == 403
    assert client.get(f"/api/v1/vendors/{own}/fees/{MONTH}.csv").status_code == 403


def test_a_months_questions_do_not_grow_with_its_vendors(october: sa.Engine) -> None:
    """Twenty vendors and thirty-one days, or one vendor and four Saturdays."""
    first, today = NOW.date().replace(month=10, day=1), NOW.date()
    with reading(october) as session:
        engine = session.get_bind().engine
        with counted(engine) as many:
            market_month_report(session, "MA", first, today=today)
        with counted(engine) as few:
            market_month_report(session, "LG", first, today=today)

    assert len(many) == len(few) <= 12


def test_the_days_pages_lead_to_the_month_and_its_papers(
    staff: Staff, codes: dict[str, list[str]]
) -> None:
    code = codes["MA"][0]
    client = staff(Role.MARKET_MANAGER, "MA")

    def links(path: str) -> set[str]:
        return {a.get("href", "").partition("?")[0] for a in Page(client.get(path).text).of("a")}

    assert f"/nguoi-ban/{code}/thang" in links(f"/nguoi-ban/{code}")
    assert f"/nguoi-ban/{code}/thang" in links(f"/cho/MA/nguoi-ban/{code}")
    assert f"/nguoi-ban/{code}/phi" in links(f"/nguoi-ban/{code}/thang")
    assert "/cho/MA/thang" in links("/cho/MA")
    assert f"/api/v1/markets/MA/months/{MONTH}.pdf" in links(f"/cho/MA/thang?thang={MONTH}")
