"""What people do from the first page to the last, on a phone of 360 px and without JavaScript."""

import io

import pytest
import xlsxwriter
from playwright.sync_api import Page, expect

from market.roles import Role
from tests.browser.conftest import MARKET, OpenPage, Site

pytestmark = pytest.mark.xdist_group("browser")

STALLS = f"/cho/{MARKET}/gian-hang"
BACKGROUND_MS = 30_000
"""How long a sheet may take to be read or written on a slow machine."""


def tick(page: Page, *names: str) -> None:
    """Tap the card around a choice, as a finger does."""
    for name in names:
        page.locator(f"label[for='{name}']").click()


def fits_the_screen(page: Page) -> bool:
    """Return whether nothing makes a phone scroll sideways."""
    return bool(
        page.evaluate(
            "document.scrollingElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


def test_a_stall_is_onboarded_with_every_mistake_named_and_nothing_lost(
    site: Site, people: OpenPage
) -> None:
    page = people(site, site.token_of(Role.MARKET_CLERK))
    page.goto(f"{STALLS}/moi")
    page.fill("#gian", "T77")
    page.fill("#ten", "Triệu Thị Ghển")
    page.fill("#dt", "0912 000 1")
    page.fill("#nh", "Agribank")
    page.fill("#stk", "880020511223")
    page.fill("#ctk", "TRIEU THI GHEN")
    page.get_by_role("button", name="Lưu hồ sơ").click()

    expect(page.get_by_role("alert")).to_contain_text("chỗ cần sửa, chưa lưu được")
    expect(page.locator("#ten")).to_have_value("Triệu Thị Ghển")
    expect(page.locator("#dt")).to_have_attribute("aria-invalid", "true")
    assert fits_the_screen(page)

    page.fill("#dt", "0912 000 118")
    page.fill("#stk", "8800205112231")
    tick(page, "gian_moi-1", "gui-3", "muc-1", "doc-1", "cach-1")
    for box in page.locator("#dy label").all():
        box.click()
    page.fill("#nguoi_chung", "Lò Thị Mai")
    page.set_input_files("#giay", {"name": "giay.jpg", "mimeType": "image/jpeg", "buffer": b"ky"})
    page.get_by_role("button", name="Lưu hồ sơ").click()

    expect(page.get_by_role("alert")).to_have_count(0)
    page.goto(f"{STALLS}?q=trieu+thi+ghen")
    expect(page.locator("tbody")).to_contain_text("T77 Triệu Thị Ghển")
    assert "0912" not in page.content()
    assert fits_the_screen(page)


def a_sheet_with_a_mistake() -> bytes:
    """Two new stalls, one of them with too short an account number at its bank."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        header = ("Mã gian hàng", "Họ tên", "Ngân hàng", "Số tài khoản", "Tên chủ tài khoản")
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, ("T81", "Lý A Páo", "Agribank", "8800205112232", "LY A PAO"))
        sheet.write_row(2, 0, ("T82", "Vàng Thị Mỷ", "Ngân hàng Nào Đó", "12", "VANG THI MY"))
    return written.getvalue()


def test_a_sheet_is_checked_row_by_row_before_anything_is_written(
    site: Site, people: OpenPage
) -> None:
    page = people(site, site.token_of(Role.MARKET_MANAGER))
    page.goto(f"/cho/{MARKET}/nhap")
    page.set_input_files(
        "#tep", {"name": "chợ.xlsx", "mimeType": "", "buffer": a_sheet_with_a_mistake()}
    )
    page.get_by_role("button", name="Kiểm tra tệp").click()
    write = page.get_by_role("button", name="Ghi 1 dòng")
    # It is read in the background, and written so; the page looks again by itself.
    expect(write).to_be_visible(timeout=BACKGROUND_MS)

    expect(page.locator("#loi + table")).to_contain_text("T82")
    assert fits_the_screen(page)
    write.click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Đã ghi 1 trên 2 dòng", timeout=BACKGROUND_MS)

    page.goto(f"{STALLS}?q=ly+a+pao")
    expect(page.locator("tbody")).to_contain_text("T81 Lý A Páo")
    page.goto(f"{STALLS}?q=T82")
    expect(page.locator("tbody")).to_have_count(0)


def test_a_vendor_is_handed_the_page_and_does_the_first_thing_alone(
    site: Site, people: OpenPage
) -> None:
    vendor = site.a_vendor()
    office = people(site, site.token_of(Role.MARKET_CLERK))
    office.goto(f"/cho/{MARKET}/nguoi-ban/{vendor}/duong-dan")
    office.get_by_role("button", name="Cấp đường dẫn").click()
    address = office.locator(".secret").inner_text().rsplit(" ", 1)[-1]

    phone = people(site)
    phone.goto(f"{site.url}/vao/{address.rsplit('/vao/', 1)[-1]}")
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert fits_the_screen(phone)
    phone.goto(f"/nguoi-ban/{vendor}/cua-toi/ma-pin")
    phone.fill("#pin_moi", "739164")
    phone.fill("#pin_lai", "739164")
    phone.get_by_role("button", name="Đặt mã PIN").click()
    expect(phone.locator("body")).to_contain_text("Đã có mã PIN")
    assert fits_the_screen(phone)

    office.goto(f"/cho/{MARKET}/nguoi-ban/{vendor}")
    expect(office.locator("main")).to_contain_text("tự làm")
