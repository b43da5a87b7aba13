"""Rounded counts of a period nobody has published: told as about so many, and compared with nothing."""

import csv
import io
import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
import sqlalchemy as sa
from python_calamine import load_workbook
from sqlmodel import Session

from market.adoption.periods import Period
from market.charts.intervals import Row, interval_chart
from market.database import writing
from market.i18n import Lang, translator
from market.pages.adoption_charts import interval_rows
from market.reports import Product
from market.reports.adoption import cut
from market.reports.making import make_edition
from market.reports.models import AdoptionReport
from market.reports.tables_told import studied_tables_of
from market.reports.wording import change_text
from market.roles import Role
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import NOW, Reader
from tests.market.reading_html import Page
from tests.merchants.campaigns import campaigning

SEPTEMBER, OCTOBER = Period.read("2026-09"), Period.read("2026-10")
CHANGE = re.compile(r"[+−]?\d+,\d (?:điểm|%) so với")


@pytest.fixture
def in_three_markets(october: sa.Engine) -> None:
    """August and September are published, October is not; two markets more have 25 vendors each."""
    with writing(october) as session:
        for number, code in enumerate(("P1", "P2")):
            books.add_market(session, code, f"Chợ {code}", CalendarRule.DAILY, "", vendors=25)
            for on in (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)):
                first = 32 + 25 * number
                lines = [Line(n, 20_000) for n in range(first, first + 12 + number)]
                books.close(session, code, on, lines)
        for on in (date(2026, 8, 31), date(2026, 9, 30)):
            books.close(session, "MA", on, [Line(n, 20_000) for n in range(1, 14)])
        for label in ("2026-08", "2026-09"):
            period = Period.read(label)
            make_edition(session, period, p_percent=None, known_at=NOW, now=NOW, actor="test")


def told(session: Session, period: Period, product: Product) -> AdoptionReport:
    tables, studies = studied_tables_of(session, period, product, p_percent=None)
    return cut(session, tables, None, studies=studies)


@pytest.mark.usefixtures("in_three_markets")
def test_rounded_counts_are_compared_with_no_exact_ones(october: sa.Engine, reader: Reader) -> None:
    with writing(october) as session:
        exact = told(session, SEPTEMBER, Product.ECONOMIST)
        draft = told(session, OCTOBER, Product.ECONOMIST)
        whole = told(session, OCTOBER, Product.MANAGER)
    assert exact.total is not None
    assert draft.total is not None
    assert whole.total is not None
    assert change_text(draft.total["S3"], exact.total["S3"]) == ""
    assert change_text(exact.total["S3"], draft.total["S3"]) == ""
    assert change_text(whole.total["S3"], exact.total["S3"]) != ""

    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10").text)

    assert CHANGE.search(page.text) is None
    assert "Chưa so với tháng 9/2026: số người của kỳ này còn làm tròn" in page.text
    assert page.shortcomings() == []


@pytest.mark.usefixtures("in_three_markets")
def test_shares_of_rounded_counts_have_no_decimals_and_no_intervals(reader: Reader) -> None:
    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10").text)

    assert "khoảng 45 tiểu thương nhận tiền qua QR trong 30 ngày, bằng 56%" in page.text
    assert "khoảng 56%" in page.text
    assert "khoảng 45 trên 80 tiểu thương" in page.text
    assert "vạch nhạt là khoảng tin cậy" not in page.text
    _, _, below_the_trend = page.text.partition("So sánh các chợ")
    assert set(re.findall(r"\d+,\d%", below_the_trend)) == {"100,0%"}  # the frame, of itself
    assert ", chưa công bố." in page.text
    english = reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10&lang=en").text
    assert "about 56%" in english


def test_markets_of_rounded_counts_are_not_set_above_one_another(october: sa.Engine) -> None:
    with writing(october) as session:
        draft = told(session, OCTOBER, Product.ECONOMIST)
    assert draft.total is not None

    drawn = interval_rows(
        draft.model_copy(update={"markets": [draft.total] * 2}), translator(Lang.VI)
    )

    assert drawn is not None
    assert drawn.title == "Hoạt động theo chợ, chưa so hơn kém khi số còn làm tròn"
    assert "khoảng 67%" in drawn.wide
    assert "khoảng tin cậy" not in drawn.wide


@pytest.mark.usefixtures("in_three_markets")
def test_a_period_of_rounded_counts_adds_no_point_to_the_trend(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    page = Page(economist.get("/muc-do-dung?ky=2026-10").text)
    data = economist.get("/muc-do-dung/bieu-do/dien-bien.csv?ky=2026-10").text

    assert "10/26: chưa công bố, số còn làm tròn nên chưa vẽ." in page.text
    assert re.search(r"Hoạt động từ \d+,\d% \(08/26\) đến \d+,\d% \(09/26\)", page.text)
    assert {row["period"] for row in rows_of(data)} == {"2026-08", "2026-09"}


def test_nothing_is_told_of_what_rounded_counts_reach_of_a_plan(
    october: sa.Engine, reader: Reader
) -> None:
    with writing(october) as session:
        campaigning.target(session, indicator="U1", value_milli=90_000)
    economist = reader(Role.ECONOMIST)

    (figure,) = (
        one
        for one in economist.get("/api/v1/markets/MA/adoption/2026-10").json()["markets"][0][
            "indicators"
        ]
        if one["id"] == "U1"
    )
    page = Page(economist.get("/muc-do-dung?ky=2026-10&cho=MA").text)

    assert figure["plan"]["value"] == 0.9
    assert figure["plan"]["attainment"] is None
    assert "Kế hoạch 90% đến 31/12/2026" in page.text
    assert "Kế hoạch 90% đến 31/12/2026, đạt" not in page.text


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_every_download_of_a_draft_says_that_it_is_one(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    report = economist.get("/api/v1/adoption/2026-10").json()
    rows = rows_of(economist.get("/api/v1/adoption/2026-10.csv").text)
    content = economist.get("/muc-do-dung/bang-tinh.xlsx?ky=2026-10").content
    book = load_workbook(BytesIO(content))

    assert (report["version"], report["is_published"]) == (None, False)
    assert report["counts_rounded_to"] == 5
    cells = {one["id"]: one for one in report["total"]["indicators"]}
    assert (cells["U1"]["is_rounded"], cells["U1"]["value"]) == (True, 0.67)
    assert (cells["U1"]["low"], cells["U1"]["high"]) == (None, None)
    assert (cells["U8"]["is_rounded"], cells["U8"]["hidden"]) == (False, "w")
    (active,) = (one for one in rows if (one["market"], one["indicator"]) == ("*", "U1"))
    assert (active["value"], active["flag"][:1]) == ("0.67", "k")
    assert (active["numerator"], active["denominator"]) == ("20", "30")
    assert (active["ci_low"], active["ci_high"], active["plan_attainment"]) == ("", "", "")
    assert all(one["flag"] for one in rows if one["value"] and one["indicator"] != "CASHLESS")
    first = dict(row[:2] for row in book.get_sheet_by_name("Đọc trước").to_python())
    assert first["Trạng thái"].startswith("chưa công bố, còn có thể đổi. Số người làm tròn")
    assert "chính thức" not in first["Trạng thái"]
    assert first["cờ k"].startswith("khoảng:")
    assert first["chờ công bố, cờ w"].startswith("chờ công bố")
    assert 0.67 in book.get_sheet_by_name("Bảng 1 Các chợ").to_python()[-1]
    styles = zipfile.ZipFile(BytesIO(content)).read("xl/styles.xml").decode()
    assert "&quot;khoảng &quot;0%" in styles


def test_the_ladder_of_a_draft_is_of_rounded_counts_as_a_file_too(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    drawn = economist.get("/muc-do-dung/bieu-do/bac-thang.svg?ky=2026-10").text
    rows = rows_of(economist.get("/muc-do-dung/bieu-do/bac-thang.csv?ky=2026-10").text)
    bands = economist.get("/muc-do-dung/bieu-do/bac-tien.csv?ky=2026-10").text

    (active,) = (one for one in rows if one["step"] == "U1")
    assert (active["vendors"], active["share_of_frame"], active["flag"]) == ("20", "0.67", "k")
    assert "20; khoảng 67%" in drawn
    assert "chưa công bố" in drawn
    assert {(one["value"], one["flag"]) for one in rows_of(bands)} == {("", "w")}


@pytest.mark.usefixtures("october_published")
def test_what_is_published_carries_no_mark_of_a_draft(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    report = economist.get("/api/v1/adoption/2026-10").json()
    rows = rows_of(economist.get("/api/v1/adoption/2026-10.csv").text)

    assert (report["version"], report["is_published"]) == (1, True)
    assert report["counts_rounded_to"] is None
    assert not any("k" in one["flag"] for one in rows)


def test_a_markets_own_management_reads_exact_figures_of_what_is_not_published(
    reader: Reader,
) -> None:
    report = reader(Role.AUDITOR, "LG").get("/api/v1/markets/LG/adoption/2026-10").json()

    assert (report["is_published"], report["counts_rounded_to"]) == (False, None)
    assert not any(one["is_rounded"] for one in report["markets"][0]["indicators"])


def test_a_chart_has_room_for_what_it_says_beside_a_market() -> None:
    def width_beside(text: str) -> float:
        row = Row(name="Chợ A", text=text, value=1.0, low=None, high=None)
        (at,) = re.findall(rf'<text x="([\d.]+)"[^>]*>{text}<', interval_chart([row], label="x"))
        return 640 - float(at)

    assert width_beside("70,0%") == 52
    assert width_beside("khoảng 70%") >= 7 * len("khoảng 70%")
