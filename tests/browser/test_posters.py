"""A vendor takes the own poster home, and a manager the whole market's: what is saved reads right."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from market.database import reading
from market.roles import Role
from merchants.kinds import ENDED_POSTER_STATES
from merchants.tables import Market, Poster, Stall, Vendor
from qr.scan import decode_image
from tests.browser.conftest import DESK, MARKET, PHONE, OpenPage, Site
from tests.browser.looking import faults_of
from tests.qr.pdf_reading import read_pdf

pytestmark = pytest.mark.xdist_group("browser")


def poster_of(site: Site) -> tuple[str, str, str]:
    """Return a live poster's vendor, serial and payload."""
    with reading(site.engine) as session:
        found = session.exec(
            select(Vendor.code, Poster.serial, Poster.payload_sealed)
            .join(Poster, col(Poster.vendor_id) == col(Vendor.id))
            .where(col(Poster.state).not_in(ENDED_POSTER_STATES))
            .order_by(col(Poster.id))
        ).first()
    assert found is not None
    return found[0] or "", found[1] or "", site.settings.sealer.open(found[2])


def saved(page: Page, name: str, folder: Path) -> bytes:
    """Press a link and return the file the browser saves."""
    with page.expect_download() as download:
        page.get_by_role("link", name=name).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()


def test_a_vendor_saves_the_photo_and_the_paper_and_both_pay_the_own_account(
    site: Site, people: OpenPage, tmp_path: Path
) -> None:
    vendor, serial, payload = poster_of(site)
    page = people(site, width=PHONE)
    page.goto(site.link_to(vendor))

    photo = saved(page, "Ảnh gửi Zalo", tmp_path)
    paper = saved(page, "Tải để in (A5)", tmp_path)
    page.get_by_text("Khổ giấy khác").first.click()
    card = saved(page, "Thẻ đeo", tmp_path)

    assert decode_image(photo) == [payload]
    pdf, small = read_pdf(paper), read_pdf(card)
    assert len(pdf.pages) == len(small.pages) == 1
    assert any(serial in text for text in pdf.texts(pdf.pages[0]))
    assert any(serial in text for text in small.texts(small.pages[0]))


def test_a_manager_prints_the_market_without_a_script(
    site: Site, people: OpenPage, tmp_path: Path
) -> None:
    with reading(site.engine) as session:
        live = len(
            session.exec(
                select(Poster.id)
                .join(Stall, col(Stall.id) == col(Poster.stall_id))
                .join(Market, col(Market.id) == col(Stall.market_id))
                .where(Market.code == MARKET, col(Poster.state).not_in(ENDED_POSTER_STATES))
            ).all()
        )
    page = people(site, site.token_of(Role.MARKET_MANAGER), width=DESK, script=False)
    page.goto(f"/cho/{MARKET}/bang-ma")

    page.get_by_role("button", name="Vẽ tập để in").click()
    expect(page.get_by_role("link", name="Tải về")).to_be_visible(timeout=60_000)
    book = saved(page, "Tải về", tmp_path)
    page.goto(f"/cho/{MARKET}/bang-ma")

    assert len(read_pdf(book).pages) == live
    expect(page.get_by_role("heading", level=1)).to_contain_text("0 tấm cần in")


def test_a_payer_types_the_number_of_a_poster(site: Site, people: OpenPage) -> None:
    _, serial, _ = poster_of(site)
    page = people(site, width=PHONE, script=True)
    page.goto("/p")
    faults = faults_of(page, taps=True)

    page.fill("#so", "MA-1")
    page.get_by_role("button", name="Kiểm tra", exact=True).click()
    expect(page.locator("#so-e")).to_contain_text("chưa đúng số tấm mã")
    page.fill("#so", serial.replace("-", " ").lower())
    page.get_by_role("button", name="Kiểm tra", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("đang dùng ở gian hàng")
    assert faults == []
