"""Markets and areas that the figures of a period do not tell: said in words, with a way on."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from market.adoption.periods import Period
from market.database import reading, writing
from market.reports import adoption_report
from market.reports.ladder import ladder_steps
from market.reports.making import make_edition
from market.roles import Role
from merchants.actors import COMMAND
from merchants.kinds import CalendarRule
from merchants.markets.areas import add_member, save_area
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import NOW, Reader
from tests.market.reading_html import Page

FILES = (
    "/muc-do-dung/bang-tinh.xlsx",
    "/muc-do-dung/bieu-do/dien-bien.svg",
    "/muc-do-dung/bieu-do/so-sanh.csv",
    "/muc-do-dung/phan-tich",
    "/muc-do-dung/phan-tich/bieu-do/tang-truong.csv",
)


def published(engine: sa.Engine, label: str, at: datetime = NOW) -> None:
    with writing(engine) as session:
        make_edition(session, Period.read(label), p_percent=15, known_at=at, now=at, actor="test")


def with_new_market(engine: sa.Engine) -> None:
    with writing(engine) as session:
        books.add_market(session, "NW", "Chợ Mới", CalendarRule.DAILY, "", vendors=25)


@pytest.mark.usefixtures("october_published")
def test_a_market_registered_after_publication_is_told_so(
    october: sa.Engine, reader: Reader
) -> None:
    with_new_market(october)
    economist = reader(Role.ECONOMIST)

    for path in ("/muc-do-dung", *FILES):
        answer = economist.get(f"{path}?ky=2026-10&cho=NW")
        page = Page(answer.text)
        assert answer.status_code == 404, path
        assert "Chợ này chưa có trong số liệu đã công bố của tháng 10/2026" in page.text
        assert "Chợ Mới được đăng ký sau bản công bố số 1" in page.text
        assert "tin nhắn" not in page.text
    told = economist.get("/api/v1/markets/NW/adoption/2026-10")
    assert told.status_code == 404
    assert told.json()["type"].endswith("place-not-in-period")
    assert "Chợ Mới (NW)" in told.json()["detail"]


@pytest.mark.usefixtures("october_published")
def test_the_way_on_leads_to_a_period_that_tells_the_market(
    october: sa.Engine, reader: Reader
) -> None:
    with_new_market(october)
    economist = reader(Role.ECONOMIST)

    page = Page(economist.get("/muc-do-dung/bang-tinh.xlsx?ky=2026-10&cho=NW&luc=2026-11-05").text)
    (way,) = (one["href"] for one in page.of("a") if "cho=NW" in one.get("href", ""))

    assert way.startswith("/muc-do-dung?")
    assert "ky=2026-11" in way
    assert "luc=" not in way
    assert "Xem tháng 11/2026" in page.text
    assert economist.get(way).status_code == 200
    published(october, "2026-10", NOW + timedelta(days=1))
    page = Page(economist.get("/muc-do-dung?ky=2026-10&cho=NW&luc=2026-11-05").text)
    assert "Xem tháng 10/2026" in page.text


@pytest.mark.usefixtures("october_published")
def test_compared_with_a_period_older_than_the_market_its_own_figures_stay(
    october: sa.Engine, reader: Reader
) -> None:
    with_new_market(october)
    with writing(october) as session:
        books.close(session, "NW", date(2026, 11, 2), [Line(40, 50_000)])
    economist = reader(Role.ECONOMIST)

    answer = economist.get("/muc-do-dung?ky=2026-11&cho=NW")
    page = Page(answer.text)

    assert answer.status_code == 200
    assert "Chợ Mới" in page.text
    assert "Không so được với tháng 10/2026: số liệu kỳ đó có trước nơi này." in page.text
    assert page.shortcomings() == []
    for path in ("/muc-do-dung/bang-tinh.xlsx", "/muc-do-dung/bieu-do/dien-bien.csv"):
        assert economist.get(f"{path}?ky=2026-11&cho=NW").status_code == 200


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("cho=KHONG", 404, "Không có chợ nào mang mã KHONG"),
        ("dia-ban=KHONG-CO", 404, "Không có địa bàn nào mang mã KHONG-CO"),
        ("dia-ban=xa-99999", 404, "Không có địa bàn nào mang mã xa-99999"),
        ("chot=ngay-20", 422, "“chot” trong địa chỉ chỉ nhận một trong các giá trị: calendar"),
        ("so=nam", 422, "“so” trong địa chỉ chỉ nhận một trong các giá trị: truoc, cung-ky, khong"),
    ],
)
def test_an_unknown_code_is_told_by_name(
    reader: Reader, query: str, status: int, words: str
) -> None:
    economist = reader(Role.ECONOMIST)

    for path in ("/muc-do-dung", "/muc-do-dung/phan-tich", "/muc-do-dung/bang-tinh.xlsx"):
        answer = economist.get(f"{path}?ky=2026-10&{query}")
        if path.endswith("phan-tich") and query.startswith("so"):
            continue
        page = Page(answer.text)
        assert answer.status_code == status, path
        assert words in page.text
        assert "tin nhắn" not in page.text


def with_areas(engine: sa.Engine) -> None:
    with writing(engine) as session:
        for code, name in (("SAU", "cụm chợ lập sau"), ("TRONG", "cụm chưa có chợ")):
            save_area(session, code=code, name=name, is_new=True, actor=COMMAND, now=NOW)
        add_member(session, "SAU", "MA", from_on=date(2026, 10, 5), actor=COMMAND, now=NOW)


@pytest.mark.parametrize("path", ["/muc-do-dung", "/muc-do-dung/phan-tich"])
@pytest.mark.parametrize("label", ["2026-09", "2020"])
def test_of_an_area_without_a_market_then_just_that_is_said(
    october: sa.Engine, reader: Reader, path: str, label: str
) -> None:
    with_areas(october)
    economist = reader(Role.ECONOMIST)

    later = Page(economist.get(f"{path}?ky={label}&dia-ban=SAU").text)
    empty = Page(economist.get(f"{path}?ky={label}&dia-ban=TRONG").text)

    name = "tháng 9/2026" if label == "2026-09" else "năm 2020"
    assert f"Cụm chợ lập sau không có chợ nào trong {name}" in later.text
    assert "Có chợ thuộc địa bàn này từ ngày 05/10/2026" in later.text
    assert "Chưa xếp chợ nào vào địa bàn này" in empty.text
    for page in (later, empty):
        assert "Chưa có chợ nào trong danh sách" not in page.text
        assert page.shortcomings() == []


@pytest.mark.usefixtures("october_published")
def test_an_area_made_after_publication_is_told_so(october: sa.Engine, reader: Reader) -> None:
    with_areas(october)
    economist = reader(Role.ECONOMIST)

    answer = economist.get("/muc-do-dung?ky=2026-10&dia-ban=SAU")
    page = Page(answer.text)

    assert answer.status_code == 404
    assert "Địa bàn này chưa có trong số liệu đã công bố của tháng 10/2026" in page.text
    assert "Cụm chợ lập sau: các chợ được xếp vào sau bản công bố số 1" in page.text
    compared = Page(economist.get("/muc-do-dung?ky=2026-11&dia-ban=SAU").text)
    assert "số liệu kỳ đó có trước nơi này" in compared.text


def test_compared_with_a_period_in_which_the_area_had_no_market(
    october: sa.Engine, reader: Reader
) -> None:
    with_areas(october)
    with writing(october) as session:
        books.close(session, "MA", date(2026, 9, 30), [Line(1, 20_000)])

    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10&dia-ban=SAU").text)

    assert "Không so được với tháng 9/2026: kỳ đó địa bàn này không có chợ nào." in page.text


def chosen(page: Page) -> list[str]:
    return [one["value"] for one in page.of("option") if "selected" in one]


@pytest.mark.usefixtures("october_published")
@pytest.mark.parametrize("path", ["/muc-do-dung", "/muc-do-dung/phan-tich"])
def test_communes_are_offered_beside_area_groups(
    october: sa.Engine, reader: Reader, path: str
) -> None:
    with_areas(october)
    economist = reader(Role.ECONOMIST)

    page = Page(economist.get(f"{path}?ky=2026-10").text)
    commune = Page(economist.get(f"{path}?ky=2026-10&dia-ban=xa-04375").text)
    before = Page(economist.get(f"{path}?ky=2020&dia-ban=xa-04375").text)

    assert [one["label"] for one in page.of("optgroup")] == ["Nhóm chợ", "Xã, phường có chợ"]
    assert "xa-04375" in [one["value"] for one in page.of("option")]
    assert "xa-04375" in chosen(commune)
    assert "Xã Mậu A không có chợ nào trong năm 2020" in before.text
    for one in (page, commune, before):
        assert one.shortcomings() == []


def test_machines_list_and_read_communes_as_areas(october: sa.Engine, reader: Reader) -> None:
    with_areas(october)
    economist = reader(Role.ECONOMIST)

    items = economist.get("/api/v1/areas").json()["items"]
    one = economist.get("/api/v1/areas/xa-04375").json()

    assert [(each["kind"], each["code"]) for each in items] == [
        ("group", "SAU"),
        ("group", "TRONG"),
        ("commune", "xa-04375"),
    ]
    assert one == items[-1]
    assert {each["market_code"] for each in one["members"]} == {"LG", "MA"}
    assert economist.get("/api/v1/areas/xa-04375/adoption/2026-10").status_code == 200


def test_before_publication_the_frame_of_a_commune_waits_and_is_not_few(
    october: sa.Engine, reader: Reader
) -> None:
    with reading(october) as session:
        report = adoption_report(session, "2026-10", area_code="xa-04375")
    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10&dia-ban=xa-04375").text)

    assert report.main is not None
    assert (report.main.vendors_in_frame, report.main.frame_hidden) == (None, "w")
    assert "<5" not in page.text
    assert ladder_steps(report.main)[0].hidden == "w"


@pytest.mark.usefixtures("october_published")
def test_a_commune_of_which_a_reader_sees_one_market_alone_is_not_theirs(reader: Reader) -> None:
    manager = reader(Role.AUDITOR, "MA")

    page = Page(manager.get("/muc-do-dung?ky=2026-10&cho=MA").text)

    assert "xa-04375" not in [one.get("value") for one in page.of("option")]


@pytest.mark.parametrize("path", ["/muc-do-dung", "/muc-do-dung/phan-tich"])
def test_both_pages_offer_the_days_of_publication(
    october: sa.Engine, reader: Reader, path: str
) -> None:
    published(october, "2026-10")
    with writing(october) as session:
        late = books.close(
            session, "MA", date(2026, 10, 31), [Line(n, 30_000) for n in range(1, 22)]
        )
        late.closed_at = NOW + timedelta(days=1)
    published(october, "2026-10", NOW + timedelta(days=2))
    economist = reader(Role.ECONOMIST, now=NOW + timedelta(days=2))

    newest = Page(economist.get(f"{path}?ky=2026-10&luc=").text)
    first = Page(economist.get(f"{path}?ky=2026-10&luc=2026-11-05").text)
    between = Page(economist.get(f"{path}?ky=2026-10&luc=2026-11-06").text)

    offered = [one["value"] for one in newest.of("option")]
    assert [one for one in offered if one.startswith("2026-11-0")] == ["2026-11-07", "2026-11-05"]
    assert "2026-11-05" in chosen(first)
    assert "2026-11-06" in chosen(between)
    assert "Như đã công bố đến hết ngày 05/11/2026" in first.text
    for page in (newest, first, between):
        assert page.shortcomings() == []


def test_what_is_read_as_of_a_day_is_downloaded_as_of_that_day(
    october: sa.Engine, reader: Reader
) -> None:
    published(october, "2026-10")
    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10&luc=2026-11-05").text)

    files = [
        one["href"]
        for one in page.of("a")
        if any(part in one.get("href", "") for part in ("bang-tinh", "bieu-do", "/api/v1/"))
    ]
    assert len(files) >= 4
    for address in files:
        assert "luc=2026-11-05" in address or "as_of=2026-11-05" in address


def test_an_earlier_period_published_later_is_not_compared_with(
    october: sa.Engine, reader: Reader
) -> None:
    with writing(october) as session:
        books.close(session, "MA", date(2026, 9, 30), [Line(1, 20_000)])
    published(october, "2026-10")
    published(october, "2026-09", NOW + timedelta(days=1))
    economist = reader(Role.ECONOMIST)

    newest = Page(economist.get("/muc-do-dung?ky=2026-10").text)
    then = Page(economist.get("/muc-do-dung?ky=2026-10&luc=2026-11-05").text)

    assert "Không so được" not in newest.text
    assert "Không so được với tháng 9/2026: kỳ đó chưa công bố." in then.text
