"""A market opens and closes through every door, and leaves alone the months it has no part in."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select
from typer.testing import CliRunner, Result

from market.adoption.periods import Period
from market.cli import app
from market.database import reading, writing
from market.reports.editions import edition_tables, editions_of
from market.reports.models import Product
from market.roles import Role
from market.schedule import publish_adoption
from market.settings import Settings
from merchants.actors import COMMAND
from merchants.calendars.market_calendars import calendar_of
from merchants.calendars.market_spans import market_spans
from merchants.find import find_market
from merchants.markets.areas import add_member, save_area
from merchants.tables import RegisterEvent
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import NOW, Reader, Staff
from tests.market.reading_html import Page

CALENDAR = "/api/v1/markets/LG/calendar"
PAGE = "/cho/LG/cai-dat/lich"
LIST = (
    "market_code,name,class,stalls,calendar_rule_type,calendar_params,commune_code,commune_name,"
    "commune_valid_from,synthetic,opened_on\n"
)
OCTOBER = Period.read("2026-10")


@pytest.fixture
def office(
    october: sa.Engine, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder in which ``cho40`` works on October's database, on 5 November."""
    monkeypatch.setenv("CHO40_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("CHO40_DATABASE_URL", settings.url)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("market.clock.now", lambda: NOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def cho40(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def import_market(folder: Path, line: str) -> Result:
    (folder / "markets.csv").write_text(LIST + line, "utf-8")
    return cho40("market", "import", "markets.csv")


def new_market(opened_on: str) -> str:
    return f"MOI,Chợ Mới,3,40,weekly,weekdays=3,04375,Xã Mậu A,2025-07-01,0,{opened_on}\n"


def span_of(engine: sa.Engine, code: str) -> tuple[date, date | None]:
    with reading(engine) as session:
        span = market_spans(session)[find_market(session, code).id or 0]
        return span.opened_on, span.closed_on


def versions(engine: sa.Engine) -> list[int]:
    with reading(engine) as session:
        return [one.version for one in editions_of(session, OCTOBER)]


def test_a_market_registered_in_november_leaves_october_as_it_was_published(
    office: Path, october: sa.Engine, settings: Settings, reader: Reader
) -> None:
    assert publish_adoption(october, settings, NOW) == "2026-10 bản 1"

    assert import_market(office, new_market("")).exit_code == 0
    with writing(october) as session:
        # As the nightly close leaves it: days before the first one are looked at too.
        books.close(session, "MOI", date(2026, 10, 31), is_open=False)
        books.add_vendor(session, find_market(session, "MOI").id or 0, 1)

    assert publish_adoption(october, settings, NOW) == "không có gì mới để công bố"
    assert versions(october) == [1]
    economist = reader(Role.ECONOMIST)
    told = economist.get("/api/v1/adoption/2026-10").json()["markets"]
    assert [one["market_code"] for one in told] == ["LG", "MA"]


def test_of_a_month_before_its_first_day_a_market_tells_nothing_and_no_page_breaks(
    office: Path, october: sa.Engine, staff: Staff
) -> None:
    import_market(office, new_market(""))
    manager = staff(Role.MARKET_MANAGER, "MOI")

    for path in ("", "/phan-tich", "/bang-tinh.xlsx"):
        for month in ("2026-10", "2026-11"):
            assert manager.get(f"/muc-do-dung{path}?ky={month}&cho=MOI").status_code == 200
    for path in ("/cho/MOI/ke-hoach?ky=2026-10", "/cho/MOI/ke-hoach", "/cho/MOI"):
        assert manager.get(path).status_code == 200
    for path in ("", "/phan-tich"):
        page = Page(manager.get(f"/muc-do-dung{path}?ky=2026-10&cho=MOI").text)
        assert "Chợ Mới mở sau tháng 10/2026" in page.text
        assert "Chợ họp từ ngày 05/11/2026" in page.text
        assert page.shortcomings() == []
    compared = manager.get("/muc-do-dung?ky=2026-11&cho=MOI").text
    assert "Không so được với tháng 10/2026: kỳ đó chợ chưa mở." in compared
    told = manager.get("/api/v1/markets/MOI/adoption/2026-10")
    assert (told.status_code, told.json()["markets"]) == (200, [])
    assert manager.get("/api/v1/markets/MOI/adoption/2026-10.csv").status_code == 200


def test_a_month_before_every_market_is_not_told_as_official(
    october: sa.Engine, reader: Reader
) -> None:
    told = reader(Role.ECONOMIST).get("/api/v1/adoption/2020-01").json()

    assert (told["markets"], told["is_published"], told["is_provisional"]) == ([], False, True)


def test_an_area_of_a_market_that_opened_later_had_none_before(
    office: Path, october: sa.Engine, reader: Reader
) -> None:
    import_market(office, new_market(""))
    with writing(october) as session:
        save_area(session, code="SAU", name="cụm chợ mới", is_new=True, actor=COMMAND, now=NOW)
        add_member(session, "SAU", "MOI", from_on=date(2026, 10, 5), actor=COMMAND, now=NOW)

    page = Page(reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10&dia-ban=SAU").text)

    assert "Cụm chợ mới không có chợ nào trong tháng 10/2026" in page.text
    assert "Có chợ thuộc địa bàn này từ ngày 05/11/2026" in page.text


def test_a_market_that_took_money_before_its_first_day_was_there(
    office: Path, october: sa.Engine, settings: Settings
) -> None:
    import_market(office, new_market(""))
    with writing(october) as session:
        books.add_vendor(session, find_market(session, "MOI").id or 0, 1)
        books.close(session, "MOI", date(2026, 10, 14), [Line(32, 30_000)])

    publish_adoption(october, settings, NOW)

    with reading(october) as session:
        (edition,) = editions_of(session, OCTOBER)
        assert "MOI" in edition_tables(session, edition.id or 0, Product.MANAGER).areas


def test_the_terminal_registers_closes_and_opens_again(office: Path, october: sa.Engine) -> None:
    assert import_market(office, new_market("2026-10-07")).exit_code == 0
    assert span_of(october, "MOI") == (date(2026, 10, 7), None)

    closed = cho40("market", "close", "MOI", "--last-day", "28/10/2026")
    again = cho40("market", "close", "MOI", "--last-day", "28/10/2026")

    assert "phiên cuối / last market day 28/10/2026: đã ghi" in closed.stdout
    assert "không đổi gì" in again.stdout
    assert span_of(october, "MOI") == (date(2026, 10, 7), date(2026, 10, 28))
    assert '"closed_on": "2026-10-28"' in cho40("market", "list", "--json").stdout
    assert "28/10/2026" in cho40("market", "show", "MOI").stdout
    assert cho40("market", "reopen", "MOI", "--from", "29/10/2026").exit_code == 0
    assert span_of(october, "MOI") == (date(2026, 10, 7), None)


def test_a_first_day_after_money_was_taken_is_refused(office: Path, october: sa.Engine) -> None:
    line = "LG,Chợ Lâm Giang,2,11,weekly,weekdays=6,04375,Xã Mậu A,2025-07-01,0,{on}\n"
    with writing(october) as session:
        books.close(session, "LG", date(2026, 10, 3), [Line(26, 30_000)])

    refused = import_market(office, line.format(on="2026-10-04"))
    assert "chợ LG đã nhận tiền ngày 03/10/2026, trước 04/10/2026" in str(refused.exception)
    assert span_of(october, "LG") == (date(2026, 1, 1), None)
    assert import_market(office, line.format(on="2026-10-03")).exit_code == 0
    assert span_of(october, "LG") == (date(2026, 10, 3), None)


def test_a_market_does_not_close_before_days_with_money(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "LG")
    last = date(2026, 10, 31)
    with writing(october) as session:
        books.close(session, "LG", last, [Line(26, 30_000)])

    refused = manager.put(f"{CALENDAR}/last-day", json={"last_on": "2026-10-24"})
    assert refused.status_code == 422
    assert "còn nhận tiền đến ngày 31/10/2026" in refused.text
    assert span_of(october, "LG") == (date(2026, 1, 1), None)

    with writing(october) as session:  # the money turns out to be nobody's
        books.close(session, "LG", last)
    closed = manager.put(f"{CALENDAR}/last-day", json={"last_on": "2026-10-31"})
    assert closed.json()["closed_on"] == "2026-10-31"
    assert manager.put(f"{CALENDAR}/last-day", json={"last_on": "2026-11-03"}).status_code == 422
    again = manager.post(f"{CALENDAR}/reopening", json={"from_on": "2026-11-07"})
    assert again.json()["closed_on"] is None
    assert manager.post(f"{CALENDAR}/reopening", json={"from_on": "2026-11-07"}).status_code == 422


def test_the_page_of_the_calendar_closes_and_opens_again(staff: Staff, october: sa.Engine) -> None:
    manager = staff(Role.MARKET_MANAGER, "LG")
    assert "Đóng chợ sau phiên này" in manager.get(PAGE).text

    wrong = manager.send(f"{PAGE}/dong", phien_cuoi="2026-11-09")
    assert wrong.status_code == 422
    assert "09/11/2026 không phải ngày chợ họp; phiên gần nhất trước đó là ngày 07/11" in wrong.text
    assert manager.send(f"{PAGE}/dong", phien_cuoi="").status_code == 422
    closed = manager.send(f"{PAGE}/dong", phien_cuoi="2026-11-07", once="close-LG")
    assert (closed.status_code, closed.headers["location"]) == (303, f"{PAGE}?thang=2026-11")

    page = manager.get(PAGE).text
    assert "Phiên cuối: ngày 07/11/2026" in page
    assert 'name="mo_lai_tu" type="date" value="2026-11-08"' in page
    assert "Tháng 11/2026 chợ họp 1 ngày" in page
    assert manager.send(f"{PAGE}/mo-lai", mo_lai_tu="2026-11-07").status_code == 422
    assert manager.send(f"{PAGE}/mo-lai", mo_lai_tu="2026-11-08").status_code == 303
    with reading(october) as session:
        calendar = calendar_of(session, find_market(session, "LG"), NOW.date(), NOW.date())
        assert [(one.params, one.valid_to) for one in calendar.rules] == [("weekdays=6", None)]
        told = session.exec(
            select(RegisterEvent).where(RegisterEvent.action == "place_changed")
        ).all()
        assert [(one.subject, one.to_value) for one in told] == [
            ("closing", "2026-11-07"), ("reopening", "2026-11-08"),
        ]  # fmt: skip
