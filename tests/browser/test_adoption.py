"""An economist reads a month, without JavaScript, and takes it home: what is saved is opened again."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from market.roles import Role
from tests.browser.conftest import DESK, PHONE, OpenPage, Site
from tests.browser.looking import faults_of
from tests.browser.test_posters import saved
from tests.qr.pdf_reading import read_pdf

pytestmark = pytest.mark.xdist_group("browser")


def test_what_an_economist_saves_says_what_the_page_says(
    site: Site, people: OpenPage, tmp_path: Path
) -> None:
    page = people(site, site.token_of(Role.ECONOMIST), width=DESK)

    page.goto("/muc-do-dung?ky=2026-10")
    shown = page.locator("main").inner_text()
    book = CalamineWorkbook.from_filelike(io.BytesIO(saved(page, "Excel", tmp_path)))
    table = list(
        csv.DictReader(io.StringIO(saved(page, "CSV", tmp_path).decode("utf-8-sig"), newline=""))
    )
    page.get_by_role("link", name="Báo cáo A4").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tháng 10/2026".lower())
    paper = read_pdf(saved(page, "PDF", tmp_path))

    # Of so few vendors little may be told; how many stalls are in the list always is.
    listed = next(row for row in table if (row["market"], row["indicator"]) == ("*", "S1"))
    sheet = book.get_sheet_by_name("Số liệu").to_python()
    names = sheet[0]
    found = next(dict(zip(names, row, strict=True)) for row in sheet[1:] if row[4:6] == ["*", "S1"])
    assert found["value"] == pytest.approx(float(listed["value"]))
    share = f"{100 * float(listed['value']):.1f}%".replace(".", ",")
    assert share in shown
    words = " ".join(text for number in paper.pages for text in paper.texts(number))
    assert share in words
    assert len(paper.pages) <= 4


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2020-Q1", "Các chợ mở sau quý I/2020"),
        ("2025-Q4", "Kỳ này chưa chốt ngày nào"),
    ],
)
def test_a_period_without_a_day_is_told_in_words(
    shared_site: Site, people: OpenPage, period: str, words: str, width: int
) -> None:
    page = people(shared_site, shared_site.token_of(Role.ECONOMIST), width=width, script=True)

    page.goto(f"/muc-do-dung?ky={period}")

    expect(page.get_by_text(words)).to_be_visible()
    assert faults_of(page) == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_study_of_a_period_is_sound_and_its_curve_comes_home(
    shared_site: Site, people: OpenPage, tmp_path: Path, width: int
) -> None:
    page = people(shared_site, shared_site.token_of(Role.ECONOMIST), width=width, script=True)

    page.goto("/muc-do-dung?ky=2026-10")
    page.get_by_role("link", name="Phân tích", exact=True).click()
    expect(page.get_by_role("heading", name="Vì sao số tiền còn một khoảng")).to_be_visible()

    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as download:
        page.locator("#tang-truong").get_by_role("link", name="CSV").click()
    download.value.save_as(tmp_path / "growth.csv")
    told = (tmp_path / "growth.csv").read_text("utf-8-sig")
    assert told.startswith("period,scheme,window_first,window_last,area,coverage,unit,against,")
