"""An amount typed on a phone becomes a code, and the page says paid as soon as the provider does."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from market.database import reading
from merchants.kinds import GOOD_MATCHES
from merchants.tables import AcceptancePoint, Vendor
from qr.payload import read_payload
from qr.scan import decode_page
from reconciliation.simulation.request_payment import request_payment
from tests.browser.conftest import DESK, NOW, PHONE, OpenPage, Site
from tests.browser.looking import faults_of
from tests.market.conftest import KEY

pytestmark = pytest.mark.xdist_group("browser")


def asker_of(site: Site) -> tuple[str, str]:
    """Return a vendor whose account the provider tells of, and the account."""
    with reading(site.engine) as session:
        found = session.exec(
            select(Vendor.code, AcceptancePoint.account_sealed)
            .join(AcceptancePoint, col(AcceptancePoint.vendor_id) == col(Vendor.id))
            .where(
                col(Vendor.consented_on).is_not(None),
                col(Vendor.is_poster_only).is_(False),
                AcceptancePoint.feed_provider == "bank_vcb",
                col(AcceptancePoint.valid_to).is_(None),
                col(AcceptancePoint.name_match).in_(GOOD_MATCHES),
            )
            .order_by(col(Vendor.id))
        ).first()
    assert found is not None
    return found[0] or "", site.settings.sealer.open(found[1])


def ask(site: Site, page: Page, code: str, typed: str = "85") -> str:
    """Come by the link, ask for an amount, and return its reference."""
    page.goto(site.link_to(code))
    page.fill("#so", typed)
    page.get_by_role("button", name="Hiện mã cho khách quét").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã 85.000\u00a0₫")
    return page.url.rsplit("/", 1)[-1]


def hear(page: Page, reference: str, amount_vnd: int, account: str, **changes: Any) -> None:
    """Send SePay's notice of a payment to the running service."""
    told: dict[str, Any] = {"account": account, "number": 1, "at": NOW, "secret": KEY} | changes
    body, headers = request_payment(reference, amount_vnd, **told)
    assert page.request.post("/hooks/sepay", data=body, headers=headers).ok


def code_on(page: Page) -> str:
    """Read the code as a customer's phone would, from the screen."""
    shot = page.screenshot(full_page=True, scale="device")
    (payload,) = decode_page(shot)
    return payload


@pytest.mark.parametrize("script", [True, False])
def test_the_page_turns_paid_when_the_provider_says_so(
    site: Site, people: OpenPage, script: bool
) -> None:
    code, account = asker_of(site)
    page = people(site, script=script, device_scale_factor=2)
    reference = ask(site, page, code)
    status = page.locator("#tinh-hinh")
    expect(status).to_contain_text("Đang chờ khách trả 85.000")

    payload = code_on(page)
    assert (
        payload
        == page.request.get(f"/api/v1/vendors/{code}/requests/{reference}").json()["payload"]
    )
    fields = read_payload(payload, require_vietqr=True)
    assert (fields.fields["54"], fields.fields["62"]["08"]) == ("85000", reference)  # type: ignore[index]

    hear(page, reference, 85_000, account)

    expect(status).to_contain_text("Đã nhận 85.000", timeout=20_000)
    expect(status).to_have_class("asked asked--ok")
    expect(page.locator("#ma-qr svg")).to_have_count(0)
    expect(page).to_have_title("Đã nhận 85.000\u00a0₫ · Chợ 4.0")


def test_a_second_payment_and_another_amount_are_told_at_once(site: Site, people: OpenPage) -> None:
    code, account = asker_of(site)
    page = people(site, script=True)
    reference = ask(site, page, code)
    status = page.locator("#tinh-hinh")

    hear(page, reference, 80_000, account)
    expect(status).to_contain_text("Khách trả 80.000")
    expect(status).to_contain_text("Thiếu 5.000")
    hear(page, reference, 85_000, account, number=2)
    expect(status).to_contain_text("Khách trả 2 lần")


def test_cancelled_on_another_phone_it_is_cancelled_here(site: Site, people: OpenPage) -> None:
    code, _ = asker_of(site)
    here, there = people(site, script=True), people(site)
    ask(site, here, code)
    there.goto(site.link_to(code))
    there.goto(here.url)
    there.get_by_role("button", name="Huỷ mã này").click()

    expect(here.locator("#tinh-hinh")).to_contain_text("Mã đã huỷ")
    expect(here.get_by_role("button", name="Huỷ mã này")).to_have_count(0)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_state_of_the_page_bears_looking_at(
    site: Site, people: OpenPage, width: int, scheme: Any
) -> None:
    code, account = asker_of(site)
    page = people(site, script=True, width=width)
    page.emulate_media(color_scheme=scheme)
    reference = ask(site, page, code)
    faults = faults_of(page, taps=width == PHONE)
    hear(page, reference, 80_000, account)
    expect(page.locator("#tinh-hinh")).to_contain_text("Khách trả 80.000")
    faults += faults_of(page, taps=width == PHONE)
    reference = ask(site, page, code)
    hear(page, reference, 85_000, account, number=2)
    expect(page.locator("#tinh-hinh")).to_contain_text("Đã nhận")
    faults += faults_of(page, taps=width == PHONE)
    page.goto(f"/nguoi-ban/{code}/ma")
    faults += faults_of(page, taps=width == PHONE)

    assert set(faults) <= {"holds a script or an inline style"}


def test_a_mistake_keeps_what_was_typed(site: Site, people: OpenPage) -> None:
    code, _ = asker_of(site)
    page = people(site)
    page.goto(site.link_to(code))
    page.fill("#so", "tám lăm")
    page.get_by_text("Thêm ghi chú cho mình").click()
    page.fill("#ghi", "hai bó")
    page.get_by_role("button", name="Hiện mã cho khách quét").click()

    expect(page.get_by_role("alert")).to_contain_text("Chỉ gõ chữ số")
    expect(page.locator("#so")).to_have_value("tám lăm")
    expect(page.locator("#ghi")).to_have_value("hai bó")
