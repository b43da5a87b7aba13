"""The pages: what they say, what they never say, what they cost."""

import shutil
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from sqlmodel import col, select
from starlette.testclient import TestClient

from market.app import create_app
from market.database import reading, writing
from market.i18n import Lang, pct, translator
from market.pages.adoption import _bands
from market.reports import adoption_report
from market.roles import Role
from market.settings import Settings
from merchants.posters.issue import issue_posters
from merchants.tables import AcceptancePoint, Market, Poster, PosterState, Vendor
from qr.scan import decode_image
from reconciliation.tables import CloseState, DayClose, ProviderTransaction
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import KEY, NOW, Reader, link_for
from tests.market.reading_html import Page

AT = datetime(2026, 11, 1, 1, 5, tzinfo=UTC)
TODAY = date(2026, 11, 5)


@contextmanager
def counting(client: TestClient) -> Iterator[list[str]]:
    """Collect the statements that the application sends to its database."""
    statements: list[str] = []
    engine: sa.Engine = client.app.state.engine  # type: ignore[attr-defined]

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement != "BEGIN":
            statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engine, "before_cursor_execute", note)


def get(client: TestClient, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


@pytest.fixture
def vendor(reader: Reader, codes: dict[str, list[str]]) -> tuple[TestClient, str]:
    """The first vendor of Mậu A with her link, and the path of her page."""
    code = codes["MA"][0]
    return reader(Role.VENDOR, code), f"/nguoi-ban/{code}"


@pytest.fixture
def manager(reader: Reader) -> TestClient:
    """The management of Mậu A."""
    return reader(Role.AUDITOR, "MA")


@pytest.fixture
def economist(reader: Reader) -> TestClient:
    """Whoever reports on all markets."""
    return reader(Role.ECONOMIST)


def test_a_vendor_sees_the_money_of_a_closed_day_first(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        lines = [Line(1, 1_200_000, at=AT), Line(1, 50_000, at=AT)]
        books.close(session, "MA", date(2026, 11, 1), lines)

    page = get(client, f"{path}?ngay=2026-11-01")

    assert "Rau sạch cô Hương Gian hàng A01, Chợ trung tâm Mậu A" in page.text
    assert "Ngày 01/11/2026 cô/bác nhận được 1.250.000 ₫" in page.text
    assert "2 lần khách trả Đã chốt, số chính thức" in page.text
    assert "1.200.000 ₫ Đã vào Vietcombank 08:05" in page.text
    assert "Chưa gồm tiền mặt." in page.text


def test_a_sale_that_is_booked_on_a_later_day_tells_its_own(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        lines = [Line(1, 90_000, at=AT - timedelta(days=2)), Line(1, 50_000, at=AT)]
        books.close(session, "MA", date(2026, 11, 1), lines)

    page = get(client, f"{path}?ngay=2026-11-01")

    assert "90.000 ₫ Đã vào Vietcombank 30/10 08:05" in page.text
    assert "50.000 ₫ Đã vào Vietcombank 08:05" in page.text


def test_a_day_nobody_closed_tells_what_the_bank_announced_and_no_zero(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        books.announce(session, TODAY, [Line(1, 85_000, at=AT)])

    page = get(client, path)

    assert "Hôm nay ngân hàng báo về 85.000 ₫" in page.text
    assert "1 lần khách trả Đến 09:00, chưa chốt sổ" in page.text
    assert "85.000 ₫ Vietcombank vừa báo" in page.text
    assert "chưa cộng vào" not in page.text
    assert "Xem ngày đã chốt gần nhất: 31/10/2026" in page.text
    assert " 0 ₫" not in page.text.split("7 ngày qua")[0]


def test_without_a_day_today_is_shown_even_when_nothing_came_yet(
    vendor: tuple[TestClient, str],
) -> None:
    client, path = vendor

    page = get(client, path)

    assert "Hôm nay chưa có khoản nào báo về" in page.text
    assert "Xem ngày đã chốt gần nhất: 31/10/2026" in page.text


def test_a_market_long_quiet_shows_its_newest_day(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        late = sa.and_(DayClose.scope == "MA", col(DayClose.business_date) > date(2026, 10, 20))
        session.execute(sa.update(DayClose).where(late).values(scope="XX"))
        paid_late = col(ProviderTransaction.business_date) > date(2026, 10, 20)
        session.execute(sa.update(ProviderTransaction).where(paid_late).values(vendor_id=None))

    assert "Ngày 20/10/2026 cô/bác nhận được" in get(client, path).text


def test_the_office_is_called_by_the_number_it_gave(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    before = get(client, path)
    with writing(october) as session:
        session.execute(
            sa.update(Market).values(
                contact_phone="+842163851234", contact_note="từ 5:00 đến 18:00"
            )
        )
    page = get(client, path)

    assert [each for each in before.of("a") if (each["href"] or "").startswith("tel:")] == []
    assert "mang theo mã" in before.text
    (call,) = (each for each in page.of("a") if (each["href"] or "").startswith("tel:"))
    assert call["href"] == "tel:+842163851234"
    assert "Gọi 0216 385 1234" in page.text
    assert "Ban quản lý chợ: từ 5:00 đến 18:00." in page.text


def test_a_provisional_close_says_that_it_may_change(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        lines = [Line(1, 9_000, "missing_in_payments")]
        books.close(session, "MA", date(2026, 11, 1), lines, state=CloseState.PROVISIONAL)

    page = get(client, f"{path}?ngay=2026-11-01")

    assert "Đã chốt, còn kiểm tra lại" in page.text
    assert "Đã vào Vietcombank, đang kiểm tra lại" in page.text


def test_many_receipts_fold_after_the_first_six(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        lines = [Line(1, 10_000 + n, at=AT) for n in range(12)]
        books.close(session, "MA", date(2026, 11, 1), lines)

    page = get(client, f"{path}?ngay=2026-11-01")

    assert "Xem 6 khoản còn lại" in page.text
    assert page.text.count("Đã vào Vietcombank") == 12


def test_the_week_is_seven_links_and_says_its_sum(vendor: tuple[TestClient, str]) -> None:
    client, path = vendor

    page = get(client, f"{path}?ngay=2026-10-31")

    assert "7 ngày đến 31/10/2026: 40.000 ₫" in page.text
    days = [a["href"] for a in page.of("a") if a["href"].startswith(f"{path}?ngay=2026-10-")]
    assert days == [f"{path}?ngay=2026-10-{day}" for day in range(25, 32)]


def test_receipts_that_do_not_add_up_are_a_fault_and_no_figure(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        books.close(session, "MA", date(2026, 11, 1), [Line(1, 77_000)], gross_off_vnd=1)

    answer = client.get(f"{path}?ngay=2026-11-01")

    assert answer.status_code == 500
    assert "tiền vẫn an toàn" in answer.text
    assert "77" not in Page(answer.text).text.split("Mã lỗi")[0]


def test_without_any_market_the_page_says_what_comes_next(
    sqlite_template: Path, settings: Settings, tmp_path: Path
) -> None:
    shutil.copy(sqlite_template, tmp_path / "empty.sqlite3")
    empty = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/empty.sqlite3"})
    app = create_app(empty, now=lambda: NOW)
    client = TestClient(app, base_url="https://cho.example")
    client.get(link_for(empty, Role.ECONOMIST), follow_redirects=False)

    page = get(client, "/muc-do-dung")

    assert "Chưa có chợ nào trong danh sách" in page.text
    assert page.shortcomings() == []


def test_a_name_cannot_carry_markup(october: sa.Engine, vendor: tuple[TestClient, str]) -> None:
    client, path = vendor
    with writing(october) as session:
        session.exec(select(Vendor)).first().business_name = "<script>alert(1)</script>"

    answer = client.get(path)

    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_manager_sees_the_day_and_each_vendor(october: sa.Engine, manager: TestClient) -> None:
    with writing(october) as session:
        lines = [Line(1, 1_000_000), Line(2, 500_000), Line(2, 9_000, "missing_in_payments")]
        books.close(session, "MA", date(2026, 11, 1), lines)

    page = get(manager, "/cho/MA")

    assert "Ngày 01/11/2026: 2 người bán nhận 1.509.000 ₫ qua QR" in page.text
    assert "A01 Rau sạch cô Hương 1 1.000.000 ₫" in page.text
    assert "Cả chợ 3 1.509.000 ₫" in page.text


def test_the_month_of_the_day_shown_is_one_tap_away(
    manager: TestClient, reader: Reader, codes: dict[str, list[str]]
) -> None:
    vendor = f"/nguoi-ban/{codes['MA'][0]}"
    own = reader(Role.VENDOR, codes["MA"][0])

    assert 'href="/cho/MA/thang?thang=2026-09"' in manager.get("/cho/MA?ngay=2026-09-15").text
    assert f'href="{vendor}/thang?thang=2026-09"' in own.get(f"{vendor}?ngay=2026-09-15").text
    # A month that has not begun has nothing to show: the newest one is.
    assert 'href="/cho/MA/thang"' in manager.get("/cho/MA?ngay=2026-12-15").text


def test_a_vendor_without_receipts_is_counted_but_not_listed(
    october: sa.Engine, manager: TestClient
) -> None:
    with writing(october) as session:
        lines = [Line(1, 10_000), Line(2, 5_000, "duplicate")]
        books.close(session, "MA", date(2026, 11, 1), lines)

    page = get(manager, "/cho/MA?ngay=2026-11-01")

    assert "1 người có khoản trong ngày" in page.text
    assert "1 người khác chỉ có phí, hoặc tiền về tài khoản trong ngày." in page.text
    assert "A02" not in page.text


def test_the_manager_is_told_why_a_day_is_not_final(
    october: sa.Engine, manager: TestClient
) -> None:
    with writing(october) as session:
        books.close(session, "MA", date(2026, 11, 1), state=CloseState.PROVISIONAL)

    page = get(manager, "/cho/MA?ngay=2026-11-01")

    assert "Chốt sơ bộ 05/11/2026 06:30" in page.text
    assert "Chưa chính thức vì: Chưa có sao kê Vietcombank cho ngày này." in page.text


def test_a_market_day_nobody_closed_shows_no_figures(manager: TestClient) -> None:
    page = get(manager, "/cho/MA?ngay=2026-11-04")

    assert "Ngày 04/11/2026 chưa chốt" in page.text
    assert "₫" not in page.text


def test_a_day_the_market_was_shut_says_so(reader: Reader) -> None:
    page = get(reader(Role.AUDITOR, "LG"), "/cho/LG?ngay=2026-10-30")

    assert "Thứ Sáu, không phải ngày chợ" in page.text


def test_many_vendors_are_paged_and_the_sum_stands_on_the_last_page(
    october: sa.Engine, manager: TestClient
) -> None:
    with writing(october) as session:
        for number in range(100, 230):
            books.add_vendor(session, 1, number)
        ids = session.exec(select(Vendor.id).where(Vendor.market_id == 1)).all()
        books.close(session, "MA", date(2026, 11, 1), [Line(id_ or 0, 10_000) for id_ in ids])

    first, second = (get(manager, f"/cho/MA?ngay=2026-11-01&trang={n}") for n in (1, 2))
    beyond = get(manager, "/cho/MA?ngay=2026-11-01&trang=99")

    assert (len(first.of("tr")), len(second.of("tr"))) == (101, 1 + 55 + 1)
    assert "Cả chợ" not in first.text
    assert "Cả chợ 155 1.550.000 ₫" in second.text
    assert beyond.text == second.text


@pytest.mark.usefixtures("october_published")
def test_the_headline_of_adoption_is_the_answer(economist: TestClient) -> None:
    page = get(economist, "/muc-do-dung?ky=2026-10")

    assert "Tháng 10/2026: 21 tiểu thương nhận tiền qua QR trong 30 ngày, bằng 67,7%" in page.text
    assert "Số đã đối soát từ 01/10/2026 đến hết 31/10/2026, chính thức." in page.text


@pytest.mark.usefixtures("october_published")
def test_every_figure_stands_beside_its_definition(economist: TestClient) -> None:
    page = get(economist, "/muc-do-dung?ky=2026-10")

    assert "21 trên 31 tiểu thương" in page.text
    assert "Tổng giá trị khoản nhận trong kỳ / số ngày chợ" in page.text
    assert page.text.count("U9.band_") == 5


def test_a_hidden_cell_is_neither_zero_nor_blank(economist: TestClient) -> None:
    page = get(economist, "/muc-do-dung?ky=2026-10&cho=LG")

    assert "chưa công bố được tỷ lệ hoạt động" in page.text
    assert "quá ít tiểu thương, hoặc một người chiếm gần hết" in page.text
    assert "45.000 ₫" not in page.text


def test_the_manager_sees_the_own_market_and_no_other(reader: Reader, manager: TestClient) -> None:
    own = get(reader(Role.AUDITOR, "LG"), "/muc-do-dung?ky=2026-10&cho=LG")

    assert "45.000 ₫" in own.text
    assert "Chợ trung tâm Mậu A" not in own.text
    assert manager.get("/muc-do-dung?ky=2026-10&cho=LG").status_code == 403
    whole = get(manager, "/muc-do-dung?ky=2026-10")
    assert "Chợ trung tâm Mậu A" in whole.text
    assert "Chợ Lâm Giang" not in whole.text


def test_a_month_nobody_closed_says_so(economist: TestClient) -> None:
    page = get(economist, "/muc-do-dung?ky=2026-08")

    assert "Tháng 8/2026 chưa chốt ngày nào" in page.text
    assert "chưa có" in page.text


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/muc-do-dung?ky=2026-13",
            "/muc-do-dung?ky=x",
            "/cho/MA?ngay=1/2/2026",
            "/cho/MA?trang=0",
        ),
        *(f"/muc-do-dung?ky={one}" for one in ("9999", "9999-12", "0001-01", "1999", "3000-Q1")),
        *("/muc-do-dung/phan-tich?ky=9999-12", "/muc-do-dung/bang-tinh.xlsx?ky=9999"),
        "/cong-khai?ky=9999",
    ],
)
def test_an_address_that_cannot_be_read_says_how_to_write_it(
    economist: TestClient, manager: TestClient, path: str
) -> None:
    answer = (manager if path.startswith("/cho") else economist).get(path)

    assert answer.status_code == 422
    assert "Ngày viết dạng 2026-11-21, tháng viết dạng 2026-10." in answer.text


def test_a_market_nobody_registered_is_not_found(economist: TestClient) -> None:
    assert economist.get("/muc-do-dung?ky=2026-10&cho=XX").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "/phan-tich", "/bang-tinh.xlsx"], ids=["figures", "study", "workbook"]
)
def test_a_period_that_has_not_begun_says_so_and_shows_no_figure(
    economist: TestClient, path: str
) -> None:
    answer = economist.get(f"/muc-do-dung{path}?ky=2026-12")

    assert answer.status_code == 404
    assert "chưa bắt đầu" in answer.text
    assert "tiểu thương" not in Page(answer.text).text
    assert economist.get(f"/muc-do-dung{path}?ky=2026-11").status_code == 200  # today is the 5th


@pytest.mark.parametrize(
    "file",
    [
        "bieu-do/dien-bien.svg",
        "bieu-do/so-sanh.csv",
        "phan-tich/bieu-do/kenh.png",
        "phan-tich/bieu-do/tang-truong.csv",
    ],
)
def test_a_file_of_a_period_that_has_not_begun_says_so_and_leads_to_one_that_has(
    economist: TestClient, file: str
) -> None:
    answer = economist.get(f"/muc-do-dung/{file}?ky=2026-12&cho=MA")
    english = economist.get(f"/muc-do-dung/{file}?ky=2026-12&lang=en")

    assert (answer.status_code, english.status_code) == (404, 404)
    assert "Tháng 12/2026 chưa bắt đầu: kỳ tính từ ngày 01/12/2026" in answer.text
    assert "12/2026 has not begun: it counts from 01/12/2026" in english.text
    assert 'href="/muc-do-dung?cho=MA"' in answer.text
    assert economist.get("/muc-do-dung?cho=MA").status_code == 200


def test_a_market_has_no_plan_figures_of_a_month_that_has_not_begun(manager: TestClient) -> None:
    assert manager.get("/cho/MA/ke-hoach?ky=2026-11").status_code == 200
    future = manager.get("/cho/MA/ke-hoach?ky=2026-12")
    assert (future.status_code, "chưa bắt đầu" in future.text) == (404, True)


@pytest.mark.usefixtures("october_published")
def test_a_hidden_band_leaves_the_share_of_the_others(october: sa.Engine) -> None:
    with reading(october) as session:
        area = adoption_report(session, "2026-10").main
    assert area is not None
    hidden = area.model_copy(
        update={
            "indicators": [
                one.model_copy(update={"value": None, "numerator": None, "hidden": "s"})
                if one.id == "U9.band_2"
                else one
                for one in area.indicators
            ]
        }
    )

    vi, en = translator(Lang.VI), translator(Lang.EN)
    whole, told = _bands(area, vi, english=False), _bands(hidden, vi, english=False)

    assert [one.text for one in told] == [
        "chưa có" if number == 1 else pct(one.share) for number, one in enumerate(whole)
    ]
    assert _bands(hidden, en, english=True)[1].text == "none yet"
    assert [one.count for one in told] == [
        None if number == 1 else one.count for number, one in enumerate(whole)
    ]


ENTRANCES = [
    (Role.VENDOR, "CC222223Z", "/nguoi-ban/CC222223Z"),
    (Role.AUDITOR, "MA", "/cho/MA"),
    (Role.ECONOMIST, "*", "/muc-do-dung"),
    (None, "", "/"),
]


@pytest.mark.parametrize(("role", "scope", "home"), ENTRANCES)
@pytest.mark.parametrize("lang", ["", "?lang=en"])
def test_no_link_leads_astray_and_every_page_is_sound(
    reader: Reader, role: Role | None, scope: str, home: str, lang: str
) -> None:
    client = reader(role, scope)
    waiting, seen, pages = deque([f"{home}{lang}"]), set(), 0

    while waiting and len(seen) < 40:
        path = waiting.popleft()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html"):
            pages += 1
            page = Page(answer.text)
            assert page.shortcomings() == [], path
            for address in sorted(page.links(f"https://cho.example{path}")):
                parts = urlsplit(address)
                assert parts.netloc == "cho.example", address
                waiting.append(parts._replace(scheme="", netloc="").geturl())

    assert pages >= 2


@pytest.mark.parametrize(
    ("role", "scope", "path", "words"),
    [
        (None, "", "/", "Vendors need no password"),
        (Role.VENDOR, "CC222223Z", "/nguoi-ban/CC222223Z", "Nothing was announced today yet"),
        (Role.AUDITOR, "MA", "/cho/MA", "From what customers paid to the net"),
        (Role.ECONOMIST, "*", "/muc-do-dung", "Value received by QR per market day"),
    ],
)
def test_pages_have_english(
    reader: Reader, role: Role | None, scope: str, path: str, words: str
) -> None:
    page = get(reader(role, scope), f"{path}?lang=en")

    assert page.of("html")[0]["lang"] == "en"
    assert words in page.text


def test_english_stays_english_from_page_to_page(manager: TestClient) -> None:
    page = get(manager, "/cho/MA?lang=en")

    inner = [a["href"] for a in page.of("a") if a["href"].startswith(("/cho", "/muc", "/nguoi"))]
    assert inner
    assert all("lang=en" in href for href in inner)


@pytest.mark.parametrize(
    ("path", "title"),
    [("/khong-co", "Không tìm thấy trang này"), ("/cho/LG", "Mình không mở được trang này")],
)
def test_error_pages_are_sound_pages(manager: TestClient, path: str, title: str) -> None:
    page = Page(manager.get(path).text)

    assert title in page.text
    assert page.shortcomings() == []


# Posters


@pytest.fixture
def posters(october: sa.Engine, settings: Settings) -> None:
    """A poster for the first vendor's stall."""
    with writing(october) as session:
        point = session.exec(select(AcceptancePoint)).first()
        point.account_sealed = settings.sealer.seal("0123454821")
        for other in session.exec(select(AcceptancePoint)).all()[1:]:
            other.valid_to = date(2026, 8, 2)
        session.flush()
        issue_posters(session, "MA", sealer=settings.sealer, now=NOW, verification_key=KEY)


@pytest.mark.parametrize(
    ("kind", "media_type", "start"),
    [
        ("pdf", "application/pdf", b"%PDF-"),
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<svg"),
    ],
)
@pytest.mark.usefixtures("posters")
def test_a_poster_comes_in_three_kinds_and_is_not_sent_twice(
    vendor: tuple[TestClient, str], kind: str, media_type: str, start: bytes
) -> None:
    client, path = vendor

    first = client.get(f"{path}/bang-ma.{kind}")
    again = client.get(f"{path}/bang-ma.{kind}", headers={"If-None-Match": first.headers["etag"]})

    assert (first.status_code, first.headers["content-type"]) == (200, media_type)
    assert first.content.startswith(start)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


@pytest.mark.usefixtures("posters")
def test_a_downloaded_poster_reads_as_a_payload(vendor: tuple[TestClient, str]) -> None:
    client, path = vendor

    codes = decode_image(client.get(f"{path}/bang-ma.png?gian=A01").content)

    assert any("0123454821" in code for code in codes)


@pytest.mark.usefixtures("posters")
def test_each_kind_and_each_poster_has_a_tag_of_its_own(
    october: sa.Engine, settings: Settings, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    before = {kind: client.get(f"{path}/bang-ma.{kind}").headers["etag"] for kind in ("pdf", "svg")}

    with writing(october) as session:
        poster = session.exec(select(Poster)).one()
        poster.state, poster.ended_on = PosterState.REVOKED, TODAY
        session.flush()
        issue_posters(session, "MA", sealer=settings.sealer, now=NOW, verification_key=KEY)

    assert len(set(before.values())) == 2
    assert client.get(f"{path}/bang-ma.pdf").headers["etag"] != before["pdf"]


@pytest.mark.usefixtures("posters")
def test_the_vendors_page_offers_the_poster(vendor: tuple[TestClient, str]) -> None:
    client, path = vendor

    page = get(client, path)

    assert any((a["href"] or "").startswith(f"{path}/bang-ma/MA-00001-") for a in page.of("a"))
    assert page.shortcomings() == []


def test_a_vendor_without_a_poster_is_told_so(vendor: tuple[TestClient, str]) -> None:
    client, path = vendor

    assert "Gian hàng chưa có tấm mã." in get(client, path).text
    assert client.get(f"{path}/bang-ma.pdf").status_code == 404


@pytest.mark.usefixtures("posters")
def test_another_stalls_poster_is_not_reached_through_this_vendor(
    vendor: tuple[TestClient, str],
) -> None:
    client, path = vendor

    assert client.get(f"{path}/bang-ma.pdf?gian=A02").status_code == 404
    assert client.get(f"{path}/bang-ma.exe").status_code == 422


@pytest.mark.usefixtures("posters")
def test_whoever_scans_a_poster_learns_whom_it_pays(october: sa.Engine, reader: Reader) -> None:
    with writing(october) as session:
        poster = session.exec(select(Poster)).one()

    live = get(reader(), f"/p/{poster.serial}")
    with writing(october) as session:
        row = session.exec(select(Poster)).one()
        row.state, row.ended_on = PosterState.REVOKED, TODAY
    ended = get(reader(), f"/p/{poster.serial}")
    unknown = reader().get("/p/MA-999999")

    assert "Tấm mã này đang dùng ở gian hàng A01" in live.text
    assert "Nguyễn Thị 01" in live.text
    assert "···4821" in live.text
    assert "Tấm mã này không còn dùng nữa" in ended.text
    assert "Nguyễn Thị 01" not in ended.text
    assert unknown.status_code == 404
    for page in (live, ended, Page(unknown.text)):
        assert page.shortcomings() == []


# Cost


def statements(client: TestClient, path: str) -> int:
    with counting(client) as sent:
        get(client, path)
    return len(sent)


def test_a_vendors_page_asks_the_same_few_questions_for_any_day(
    october: sa.Engine, vendor: tuple[TestClient, str]
) -> None:
    client, path = vendor
    with writing(october) as session:
        lines = [Line(1, 1_000 + n, at=AT) for n in range(60)]
        books.close(session, "MA", date(2026, 11, 1), lines)

    busy = statements(client, f"{path}?ngay=2026-11-01")
    quiet = statements(client, f"{path}?ngay=2026-10-04")
    not_closed = statements(client, f"{path}?ngay=2026-11-04")

    assert busy == quiet == 20  # one of them: whose session it is
    assert not_closed == 18  # no source to tell, and no rules it was closed by


def test_a_markets_page_asks_the_same_few_questions_for_any_number_of_vendors(
    october: sa.Engine, manager: TestClient
) -> None:
    with writing(october) as session:
        lines = [Line(id_, 10_000) for id_ in range(1, 26)]
        books.close(session, "MA", date(2026, 11, 1), lines)
        books.close(session, "MA", date(2026, 11, 2), [Line(1, 10_000)])

    many = statements(manager, "/cho/MA?ngay=2026-11-01")
    one = statements(manager, "/cho/MA?ngay=2026-11-02")

    assert many == one == 10  # one of them: whose session it is


def test_adoption_asks_the_same_questions_for_any_number_of_vendors_and_receipts(
    october: sa.Engine, economist: TestClient
) -> None:
    before = statements(economist, "/muc-do-dung?ky=2026-10")
    with writing(october) as session:
        for number in range(100, 150):
            books.add_vendor(session, 1, number)
        lines = [Line(id_, 10_000) for id_ in range(1, 26)] * 4
        books.close(session, "MA", date(2026, 10, 31), lines)

    assert statements(economist, "/muc-do-dung?ky=2026-10") == before
    assert before <= 65  # one of them: whose session it is; most for figures not published yet
