"""Money in a real browser: a vendor proves a payment, rules change by two people, breaks go in bulk."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from market.database import reading
from market.roles import Role
from merchants.tables import Market, Vendor
from reconciliation.breaks.tables import Break
from reconciliation.rules.tables import RuleChange
from reconciliation.tables import DayClose, VendorDay
from reconciliation.verification.proof_check import check_proof
from tests.browser.conftest import DESK, MARKET, PHONE, OpenPage, Site
from tests.browser.looking import faults_of

pytestmark = pytest.mark.xdist_group("browser")

CONTRACT = """
[[profile]]
provider = "stripe"
valid_from = 2000-01-01
books = ["payments", "statement", "payouts"]
payouts = "listing"

[profile.fee]
bps = 100
"""
BREAKS = f"/cho/{MARKET}/khoan-lech"


def a_busy_day(site: Site) -> tuple[str, date, str]:
    """Return a vendor, the day on which she was paid most often, and the root of its last version."""
    with reading(site.engine) as session:
        code, on = session.exec(
            select(Vendor.code, VendorDay.business_date)
            .join(VendorDay, col(VendorDay.vendor_id) == Vendor.id)
            .join(Market, col(Market.id) == Vendor.market_id)
            .where(Market.code == MARKET)
            .order_by(col(VendorDay.payments).desc())
        ).first() or (None, None)
        assert on is not None
        root = session.exec(
            select(DayClose.root_sha256)
            .where(DayClose.scope == MARKET, DayClose.business_date == on)
            .order_by(col(DayClose.version).desc())
        ).first()
    assert code
    assert root
    return code, on, root


def looked_at(page: Page, path: str) -> list[str]:
    found = []
    for language in ("vi", "en"):
        answer = page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
        assert answer is not None
        assert answer.status == 200, path
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            faults = faults_of(page, taps=width == PHONE)
            found += [f"{path}, {language}, {width} px: {fault}" for fault in faults]
    return found


def test_a_vendor_proves_a_payment_from_her_phone(site: Site, people: OpenPage) -> None:
    code, on, root = a_busy_day(site)
    page = people(site, script=True, accept_downloads=True)
    page.goto(site.link_to(code))

    page.goto(f"/nguoi-ban/{code}?ngay={on}")
    shown = f"{root[:4]} {root[4:8]} {root[8:12]}"
    main = page.locator("main")
    expect(main).to_contain_text(f"mã kiểm {shown}", use_inner_text=True)
    page.get_by_role("link", name="Lấy bằng chứng").click()
    expect(page).to_have_url(re.compile("/bang-chung"))
    expect(main).to_contain_text(shown, use_inner_text=True)
    assert faults_of(page) == []
    with page.expect_download() as told:
        page.get_by_role("link", name="Tải bằng chứng").first.click()
    file = told.value.path().read_bytes()
    page.get_by_role("link", name="So với mã chợ công bố").click()

    expect(page).to_have_url(re.compile("/ma-kiem"))
    expect(main).to_contain_text(root, use_inner_text=True)
    assert check_proof(file, root=root) == []
    assert faults_of(page) == []


def test_whoever_is_given_a_proof_has_it_checked(site: Site, people: OpenPage) -> None:
    code, on, root = a_busy_day(site)
    vendor = people(site, script=True, accept_downloads=True)
    vendor.goto(site.link_to(code))
    vendor.goto(f"/nguoi-ban/{code}/bang-chung?ngay={on}")
    with vendor.expect_download() as told:
        vendor.get_by_role("link", name="Tải bằng chứng").first.click()
    file = told.value.path().read_bytes()
    page = people(site, script=True)

    faults = looked_at(page, "/ma-kiem/kiem-tep")
    page.goto("/ma-kiem")
    page.get_by_role("link", name="Kiểm một tệp").click()
    given = {"name": "bang-chung.json", "mimeType": "application/json"}
    page.get_by_label("Tệp bằng chứng").set_input_files({**given, "buffer": file})
    page.get_by_role("button", name="Kiểm", exact=True).click()
    main = page.locator("main")
    expect(main).to_contain_text("Đúng: 1 khoản nằm trong số của")
    held = main.inner_text()
    faults += [f"held: {fault}" for fault in faults_of(page)]
    page.get_by_label("Nội dung của tệp").fill(file.decode().replace(code, "VN-KHAC"))
    page.get_by_role("button", name="Kiểm", exact=True).click()
    expect(main).to_contain_text("Không đúng: nội dung tệp đã bị sửa")
    faults += [f"refused: {fault}" for fault in faults_of(page)]

    assert faults == []
    assert f"Mã kiểm {root[:4]} {root[4:8]} {root[8:12]} giống mã chợ đã công bố" in held


def test_two_people_change_a_rule_after_trying_it(site: Site, people: OpenPage) -> None:
    one = people(site, site.token_of(Role.ADMIN), script=True)
    other = people(site, site.token_of(Role.ADMIN))

    one.goto("/quy-tac")
    one.get_by_text("Đề xuất đổi quy tắc").click()
    one.get_by_label("Lý do").fill("Phụ lục 3")
    one.get_by_label("Dùng từ ngày").fill("2026-12-01")
    one.get_by_label("Các dòng mới, dạng TOML").fill(CONTRACT)
    one.get_by_role("button", name="Ghi đề xuất").click()
    expect(one.locator("main")).to_contain_text("cần một người khác duyệt")
    here = one.url.partition("?")[0].removeprefix(site.url)
    one.get_by_role("button", name="Thử", exact=True).click()
    expect(one.locator("main")).to_contain_text("Thử trên ngày đã chốt")
    faults = looked_at(one, here)
    other.goto(here)
    other.get_by_role("button", name="Duyệt, dùng từ 01/12/2026").click()

    expect(other.locator("main")).to_contain_text("Đã duyệt")
    assert faults == []
    with reading(site.engine) as session:
        [change] = session.exec(select(RuleChange)).all()
        assert change.decision == "approved"
        assert change.decided_by != change.proposed_by


def test_breaks_are_proposed_and_approved_in_bulk(site: Site, people: OpenPage) -> None:
    clerk = people(site, site.token_of(Role.MARKET_CLERK), script=True)
    manager = people(site, site.token_of(Role.MARKET_MANAGER))

    clerk.goto(BREAKS)
    faults = looked_at(clerk, BREAKS)
    clerk.goto(BREAKS)
    clerk.set_viewport_size({"width": PHONE, "height": 740})
    clerk.get_by_label("Khoản nào").select_option("tat-ca")
    clerk.get_by_label("Cách xử lý").select_option("ask_provider")
    clerk.get_by_role("button", name="Đề xuất", exact=True).click()
    expect(clerk.locator("main")).to_contain_text("Đã đề xuất cho")
    manager.goto(BREAKS)
    manager.get_by_label("Khoản nào").select_option("tat-ca")
    manager.get_by_role("button", name="Duyệt các đề xuất của người khác").click()

    expect(manager.locator("main")).to_contain_text("Đã duyệt")
    assert faults == []
    with reading(site.engine) as session:
        decided = session.exec(select(Break).where(Break.state == "approved")).all()
        assert decided


@pytest.mark.parametrize("path", ["thang?thang=2026-10", "phi?thang=2026-10&so=3", "bang-chung"])
def test_a_vendors_money_pages_bear_looking_at(
    shared_site: Site, people: OpenPage, path: str
) -> None:
    code, on, _ = a_busy_day(shared_site)
    page = people(shared_site, script=True)
    page.goto(shared_site.link_to(code))
    asked = f"{path}?ngay={on}" if path == "bang-chung" else path

    assert looked_at(page, f"/nguoi-ban/{code}/{asked}") == []


@pytest.mark.parametrize(
    "path", [f"/cho/{MARKET}/thang?thang=2026-10", f"/cho/{MARKET}/chot-ngay?ngay=2026-10-25"]
)
def test_a_markets_money_pages_bear_looking_at(
    shared_site: Site, people: OpenPage, path: str
) -> None:
    page = people(shared_site, shared_site.token_of(Role.MARKET_MANAGER), script=True)

    assert looked_at(page, path) == []
