"""The feeds in a real browser: one delivery and one payment of nobody known, on a phone and on a desk."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from market.database import reading, writing
from market.roles import Role
from reconciliation.intake.ingest import ingest_many
from reconciliation.intake.raw_store import RawStore
from reconciliation.tables import Delivery, ProviderTransaction
from tests.browser.conftest import DESK, NOW, PHONE, OpenPage, Site
from tests.browser.looking import faults_of
from tests.reconciliation.arrivals import incoming, sepay
from tests.reconciliation.ledger.test_tellers import casso

pytestmark = pytest.mark.xdist_group("browser")


def a_delivery(site: Site) -> int:
    """Return a file whose rows count."""
    with reading(site.engine) as session:
        wanted = select(Delivery.id).where(col(Delivery.rows_new) > 0, Delivery.channel == "file")
        return session.exec(wanted.order_by(col(Delivery.id))).first() or 0


def nobodys(site: Site) -> int:
    """Let a payment name nobody, and return its number."""
    with writing(site.engine) as session:
        row = session.exec(
            select(ProviderTransaction).where(
                ProviderTransaction.is_current, col(ProviderTransaction.vendor_id).is_not(None)
            )
        ).first()
        assert row is not None
        row.vendor_id, row.attribution_rule = None, ""
        session.add(row)
        return row.id or 0


def looked_at(page: Page, path: str) -> list[str]:
    found = []
    for language in ("vi", "en"):
        answer = page.goto(f"{path}?lang={language}")
        assert answer is not None
        assert answer.status == 200
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            faults = faults_of(page, taps=width == PHONE)
            found += [f"{path}, {language}, {width} px: {fault}" for fault in faults]
    return found


def test_a_delivery_and_a_payment_of_nobody_known_bear_looking_at(
    site: Site, people: OpenPage
) -> None:
    page = people(site, site.token_of(Role.ADMIN), script=True)

    faults = looked_at(page, f"/nguon-tien/luot/{a_delivery(site)}")
    faults += looked_at(page, f"/nguon-tien/chua-ro/{nobodys(site)}")

    assert faults == []


def test_two_people_take_a_delivery_back_on_their_phones(site: Site, people: OpenPage) -> None:
    number = a_delivery(site)
    one = people(site, site.token_of(Role.ADMIN))
    other = people(site, site.token_of(Role.ADMIN))

    one.goto(f"/nguon-tien/luot/{number}")
    one.get_by_label("Vì sao huỷ").fill("Tệp gửi nhầm chợ")
    one.get_by_role("button", name="Đề nghị huỷ lượt này").click()
    expect(one.locator("main")).to_contain_text("Cần người thứ hai")
    other.goto(f"/nguon-tien/luot/{number}")
    other.get_by_text("Huỷ lượt nhận này").click()
    other.get_by_role("button", name="Ghi quyết định").click()

    expect(other.locator("main")).to_contain_text("không tính nữa")
    with reading(site.engine) as session:
        assert session.get_one(Delivery, number).state == "voided"


def test_two_sources_of_one_account_and_a_refused_file_bear_looking_at(
    site: Site, people: OpenPage
) -> None:
    when = f"{NOW:%Y-%m-%d} 08:00:00"
    sent = [
        sepay(9001, 20_000, referenceCode="FT1", transactionDate=when),
        casso(8001, "FT1", 25_000, when=when),
        casso(8002, "FT2", when=when, subAccId="0071000999888"),
        sepay(9002, referenceCode="5243.2", transactionDate=when, accountNumber="0071000999888"),
        incoming("bank_vcb", "rubbish", name="saoke.csv"),
    ]
    with writing(site.engine) as session:
        results = ingest_many(
            session,
            RawStore(site.settings.raw_dir),
            sealer=site.settings.sealer,
            incoming=[replace(one, received_at=NOW) for one in sent],
            now=NOW,
        )
    contradicting, refused = results[1].delivery_id, results[4].delivery_id
    page = people(site, site.token_of(Role.ADMIN), script=True)

    faults = looked_at(page, "/nguon-tien")
    faults += looked_at(page, f"/nguon-tien/luot/{contradicting}")
    faults += looked_at(page, f"/nguon-tien/luot/{refused}")
    page.goto("/nguon-tien")
    shared = page.get_by_role("region", name="Tài khoản có nhiều nguồn báo")
    told = shared.inner_text()
    shared.get_by_role("link").first.click()
    expect(page.locator("main")).to_contain_text("cùng mã tham chiếu với nguồn khác")

    assert faults == []
    assert "Có thể tính hai lần" in told
    assert "Cùng mã, khác số tiền hoặc ngày" in told
