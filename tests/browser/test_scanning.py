"""Scanning at the stalls on a phone: without a script, with one, and without a network."""

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from market.database import reading, writing
from market.roles import Role
from merchants.actors import COMMAND
from merchants.audits.checks import Looked, check_payloads
from merchants.calendars.market_calendars import correct_day
from merchants.days import market_day
from merchants.find import find_market
from merchants.kinds import ENDED_POSTER_STATES, CheckResult, CheckSource
from merchants.tables import Poster, PosterCheck, Stall, Vendor
from tests.browser.conftest import DESK, MARKET, NOW, PHONE, OpenPage, Site
from tests.browser.looking import faults_of
from tests.merchants.audits.audit_world import false_code, picture

pytestmark = pytest.mark.xdist_group("browser")

SCAN = f"/cho/{MARKET}/kiem-tra/quet"


class Hung:
    """A stall with a live poster, and whose it is."""

    def __init__(self, site: Site) -> None:
        with reading(site.engine) as session:
            found = session.exec(
                select(Stall.code, Vendor.code, Poster.payload_sealed)
                .join(Poster, col(Poster.stall_id) == col(Stall.id))
                .join(Vendor, col(Vendor.id) == col(Poster.vendor_id))
                .where(col(Poster.state).not_in(ENDED_POSTER_STATES))
                .order_by(col(Poster.id))
            ).first()
        assert found is not None
        self.stall, self.vendor = found[0], found[1] or ""
        self.payload = site.settings.sealer.open(found[2])


def looks(site: Site) -> list[PosterCheck]:
    with reading(site.engine) as session:
        found = list(session.exec(select(PosterCheck).order_by(col(PosterCheck.id))))
        session.expunge_all()
        return found


def take_photo(page: Page, *texts: str) -> None:
    page.set_input_files(
        "#anh", {"name": "anh.png", "mimeType": "image/png", "buffer": picture(*texts)}
    )


@pytest.mark.parametrize("script", [False, True])
def test_a_helper_photographs_a_poster_with_and_without_a_script(
    site: Site, people: OpenPage, script: bool
) -> None:
    hung = Hung(site)
    page = people(site, site.token_of(Role.FIELD_HELPER), script=script)
    page.goto(f"{SCAN}?gian={hung.stall}")
    take_photo(page, hung.payload)
    page.get_by_role("button", name="Kiểm tra").click()

    expect(page.get_by_role("status").first).to_contain_text(f"Gian {hung.stall}: đúng tấm mã.")
    (look,) = looks(site)
    assert (look.result, look.source) == (CheckResult.OK, CheckSource.PHOTO)
    assert (look.device_at is not None) is script


def test_looks_without_a_network_are_kept_and_sent_once(site: Site, people: OpenPage) -> None:
    hung = Hung(site)
    page = people(site, site.token_of(Role.FIELD_HELPER), script=True)
    page.goto(SCAN)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("caches.match(location.pathname).then(kept => Boolean(kept))")

    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tấm mã ở gian hàng")
    for codes in ([hung.payload], [false_code()]):
        page.fill("#gian", hung.stall)
        take_photo(page, *codes)
        page.get_by_role("button", name="Kiểm tra").click()
        expect(page.locator("#anh")).to_have_js_property("value", "")
    told = page.locator("#quet-bao")
    expect(told).to_have_text("Đã giữ trong máy, có mạng sẽ tự gửi. Còn chờ gửi: 2")
    assert looks(site) == []

    page.context.set_offline(False)
    expect(told).to_have_text("Đã gửi xong các lần xem giữ trong máy: 2")
    assert [look.result for look in looks(site)] == [CheckResult.OK, CheckResult.MISMATCH]
    assert all(look.device_at is not None for look in looks(site))
    assert all(look.checked_at == NOW for look in looks(site))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert len(looks(site)) == 2


def test_an_answer_that_is_lost_on_the_way_is_no_second_look(site: Site, people: OpenPage) -> None:
    hung = Hung(site)
    page = people(site, site.token_of(Role.FIELD_HELPER), script=True, service_workers="block")
    page.goto(SCAN)
    lost = []

    def lose(route: object) -> None:
        if not lost:
            lost.append(route.fetch(max_redirects=0).status)  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.context.route(f"**{SCAN}", lambda route: (
        lose(route) if route.request.method == "POST" else route.continue_()
    ))  # fmt: skip
    page.fill("#gian", hung.stall)
    take_photo(page, hung.payload)
    page.get_by_role("button", name="Kiểm tra").click()
    expect(page.locator("#quet-bao")).to_contain_text("Còn chờ gửi: 1")
    assert (lost, len(looks(site))) == ([303], 1)

    page.reload()
    expect(page.locator("#quet-bao")).to_have_text("Đã gửi xong các lần xem giữ trong máy: 1")
    assert len(looks(site)) == 1


def test_a_kept_photo_that_cannot_be_read_is_told_and_forgotten(
    site: Site, people: OpenPage
) -> None:
    page = people(site, site.token_of(Role.FIELD_HELPER), script=True)
    page.goto(f"{SCAN}?gian={Hung(site).stall}")
    page.set_input_files("#anh", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no"})
    page.get_by_role("button", name="Kiểm tra").click()

    expect(page.locator("#quet-bao")).to_contain_text("Không mở được ảnh này")
    page.reload()
    expect(page.locator("#quet-bao")).to_be_hidden()
    assert looks(site) == []


def test_whoever_signed_out_keeps_what_is_waiting_and_is_told_to_sign_in(
    site: Site, people: OpenPage
) -> None:
    hung = Hung(site)
    page = people(site, site.token_of(Role.FIELD_HELPER), script=True)
    page.goto(f"{SCAN}?gian={hung.stall}")
    page.context.clear_cookies()
    take_photo(page, hung.payload)
    page.get_by_role("button", name="Kiểm tra").click()

    expect(page.locator("#quet-bao")).to_contain_text("Đăng nhập lại")
    assert looks(site) == []


READER = """
class BarcodeDetector {
  async detect() { return window.codes.map(rawValue => ({ rawValue })); }
}
window.BarcodeDetector = BarcodeDetector;
HTMLMediaElement.prototype.play = async () => {};
navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
"""


def test_a_phone_that_reads_codes_itself_sends_all_it_saw(site: Site, people: OpenPage) -> None:
    hung = Hung(site)
    page = people(site, site.token_of(Role.FIELD_HELPER), script=True)
    page.add_init_script(READER)
    page.goto(f"{SCAN}?gian={hung.stall}")
    page.evaluate("codes => { window.codes = codes; }", [hung.payload, false_code()])
    page.get_by_role("button", name="Quét bằng máy ảnh").click()

    expect(page.get_by_role("status").first).to_contain_text(f"Gian {hung.stall}: có mã lạ.")
    (look,) = looks(site)
    assert (look.result, look.source, look.codes_seen) == (
        CheckResult.MISMATCH, CheckSource.SCAN, 2,
    )  # fmt: skip


def test_a_camera_that_does_not_open_leaves_the_photo(site: Site, people: OpenPage) -> None:
    page = people(site, site.token_of(Role.FIELD_HELPER), script=True)
    page.add_init_script(READER + "navigator.mediaDevices.getUserMedia = async () => { throw 1; };")
    page.goto(SCAN)
    page.get_by_role("button", name="Quét bằng máy ảnh").click()

    expect(page.locator("#quet-bao")).to_contain_text("Máy ảnh chưa mở được")
    expect(page.locator("#anh")).to_be_visible()


def test_a_vendor_looks_at_the_own_poster_and_is_warned(site: Site, people: OpenPage) -> None:
    hung = Hung(site)
    page = people(site)
    page.goto(site.link_to(hung.vendor))
    page.get_by_role("link", name="Xem lại tấm mã mỗi sáng").click()
    take_photo(page, hung.payload, false_code())
    page.get_by_role("button", name="Kiểm tra").click()

    expect(page.get_by_role("status").first).to_contain_text("Đừng cho khách quét")
    page.get_by_role("button", name="Tôi đã biết việc này").click()
    expect(page.locator("main")).to_contain_text("Ban quản lý đang xử lý.")
    page.goto(f"/nguoi-ban/{hung.vendor}")
    expect(page.locator("main")).to_contain_text(f"Có mã lạ ở gian {hung.stall}")


def test_the_pages_of_one_thing_bear_looking_at(site: Site, people: OpenPage) -> None:
    hung = Hung(site)
    page = people(site, site.token_of(Role.MARKET_MANAGER), script=True)
    page.goto(f"/cho/{MARKET}/kiem-tra")
    with writing(site.engine) as session:
        market, today = find_market(session, MARKET), market_day(NOW)
        correct_day(session, market, today, is_open=True, actor=COMMAND, now=NOW)
        place = Looked(market_code=MARKET, stall_code=hung.stall)
        for payload in (hung.payload, false_code()):
            check_payloads(
                session, place, [payload], sealer=site.settings.sealer, actor=COMMAND, now=NOW
            )
    faults = []
    with page.expect_navigation():
        page.get_by_role("button", name="Bốc tấm mã hôm nay").click()
    for path in ("/kiem-tra", "/kiem-tra/lan/1", "/kiem-tra/lich-su", "/kiem-tra/quet?da=2",
                 "/su-co", "/su-co/1"):  # fmt: skip
        answer = page.goto(f"/cho/{MARKET}{path}")
        assert answer is not None
        assert answer.status == 200
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 800})
            faults += [f"{path} {width}: {one}" for one in faults_of(page, taps=width == PHONE)]
    assert faults == []
