"""Markets that open, close or change their commune inside a period, and one without a stall: in words."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook
from sqlmodel import Session, select

from market.adoption.indicator import Window
from market.adoption.periods import Period, Scheme
from market.adoption.report import AreaFigures
from market.database import reading, writing
from market.reports.market_changes import changes_of
from market.reports.period_tables import Measured
from market.reports.publishing import find_file, publish
from market.roles import Role
from merchants.actors import COMMAND
from merchants.calendars.market_spans import begin_calendar, closed_spells, continue_calendar
from merchants.find import find_market
from merchants.markets.areas import VAN_YEN, seed_van_yen
from merchants.tables import Market, MarketCommune
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import Reader, SignedIn, Staff
from tests.market.letters import HEAD
from tests.market.reading_html import Page
from tests.qr.pdf_reading import read_pdf

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
OPENED = "Chợ Mới mở ngày 12/10/2026: số liệu chỉ gồm những ngày từ đó."
CLOSED = "Chợ Cũ họp phiên cuối trước khi đóng, ngày 20/10/2026"


def add_market(
    admin: SignedIn, engine: sa.Engine, code: str, name: str, *, opened_on: str, vendors: int
) -> None:
    """Register a market as the office does, then its vendors."""
    told = {
        "code": code,
        "name": name,
        "market_class": 2,
        "commune_code": "04375",
        "commune_name": "Xã Mậu A",
        "commune_valid_from": "2025-07-01",
        "stalls_counted": vendors + 5,
        "opened_on": opened_on,
    }
    assert admin.post("/api/v1/markets", json=told).json()["opened_on"] == opened_on
    with writing(engine) as session:
        market = find_market(session, code)
        for number in range(1, vendors + 1):
            books.add_vendor(session, market.id or 0, number)


@pytest.fixture
def changing(october: sa.Engine, staff: Staff) -> sa.Engine:
    """October with a market that opened, one that closed, and one without a stall."""
    admin = staff(Role.ADMIN)
    add_market(admin, october, "MOI", "Chợ Mới", opened_on="2026-10-12", vendors=6)
    add_market(admin, october, "CU", "Chợ Cũ", opened_on="2026-01-01", vendors=6)
    add_market(admin, october, "RONG", "Chợ Trống", opened_on="2026-01-01", vendors=0)
    with writing(october) as session:
        books.close(session, "MOI", date(2026, 10, 13), [Line(32, 30_000)])
        books.close(session, "CU", date(2026, 10, 13), [Line(38, 30_000)])
    closing = admin.put("/api/v1/markets/CU/calendar/last-day", json={"last_on": "2026-10-20"})
    assert closing.json()["closed_on"] == "2026-10-20"
    return october


def published_files(engine: sa.Engine, period: Period) -> dict[str, bytes]:
    with writing(engine) as session:
        made = publish(
            session, period, p_percent=15, known_at=NOW, now=NOW, actor="test", head=HEAD
        )
        found = {}
        for one in made.files:
            content = find_file(session, one.edition_id, one.name)
            assert content is not None
            found[one.name.rpartition(".")[2]] = content.content
        return found


def move_to_a_new_commune(session: Session) -> None:
    """Mậu A, which meets since 2020: a township until 30/06/2025, a commune of the same code since."""
    market = session.exec(select(Market).where(Market.code == "MA")).one()
    assert market.id is not None
    for row in session.exec(select(MarketCommune).where(MarketCommune.market_id == market.id)):
        session.delete(row)
    session.flush()
    rows = (
        (date(2020, 1, 1), date(2025, 6, 30), "04375", date(1999, 1, 1)),
        (date(2025, 7, 1), None, "04375", date(2025, 7, 1)),
    )
    session.add_all(
        MarketCommune(
            market_id=market.id,
            from_on=first,
            to_on=last,
            commune_code=code,
            commune_valid_from=valid_from,
        )
        for first, last, code, valid_from in rows
    )
    begin_calendar(session, market, date(2020, 1, 1), actor=COMMAND, now=NOW)


def test_page_study_and_api_say_who_opened_and_who_closed(
    changing: sa.Engine, reader: Reader
) -> None:
    published_files(changing, Period.read("2026-10"))
    economist = reader(Role.ECONOMIST)

    for path in ("/muc-do-dung", "/muc-do-dung/phan-tich"):
        page = Page(economist.get(f"{path}?ky=2026-10").text)
        assert OPENED in page.text
        assert CLOSED in page.text
        assert page.shortcomings() == []
        assert "Chợ Mới mở ngày" not in economist.get(f"{path}?ky=2026-11").text
    english = economist.get("/muc-do-dung?ky=2026-10&lang=en").text
    assert "Chợ Mới opened on 12/10/2026" in english
    told = {
        one["market_code"]: one
        for one in economist.get("/api/v1/adoption/2026-10").json()["markets"]
    }
    assert (told["MOI"]["opened_on"], told["MOI"]["closed_on"]) == ("2026-10-12", None)
    assert (told["CU"]["opened_on"], told["CU"]["closed_on"]) == (None, "2026-10-20")
    assert (told["MOI"]["market_days"], told["CU"]["market_days"]) == (20, 20)
    assert told["MA"]["opened_on"] is told["MA"]["closed_on"] is None


def test_paper_workbook_and_csv_say_it_too(changing: sa.Engine) -> None:
    files = published_files(changing, Period.read("2026-10"))

    pdf = read_pdf(files["pdf"])
    words = " ".join(text for page in pdf.pages for text in pdf.texts(page))
    assert "Thay đổi trong kỳ" in words
    assert "Chợ Mới mở ngày 12/10/2026" in words
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
    read_first = book.get_sheet_by_name("Đọc trước").to_python()
    assert ["Thay đổi trong kỳ", OPENED] in [row[:2] for row in read_first]
    rows = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"), newline="")))
    flags = {row["market"]: row["flag"] for row in rows if row["indicator"] == "S1"}
    assert "b" in flags["MOI"]
    assert "b" in flags["CU"]
    assert "b" not in flags["MA"]


def test_a_market_without_a_stall_is_told_without_a_division(
    changing: sa.Engine, reader: Reader
) -> None:
    economist = reader(Role.ECONOMIST)

    for path in ("/muc-do-dung", "/muc-do-dung/phan-tich"):
        for period in ("2026-10", "2026-Q4", "2026"):
            answer = economist.get(f"{path}?ky={period}&cho=RONG")
            assert answer.status_code == 200
            assert "chưa chốt ngày nào" in answer.text
    (told,) = economist.get("/api/v1/markets/RONG/adoption/2026-10").json()["markets"]
    assert {one["value"] for one in told["indicators"] if one["id"] in {"S2", "U1", "U8"}} == {None}
    for kind in ("svg", "png", "csv"):
        chart = f"/muc-do-dung/phan-tich/bieu-do/tap-trung.{kind}?ky=2026-10&cho=RONG"
        assert economist.get(chart).status_code == 200


@pytest.mark.parametrize(
    ("label", "scheme"),
    [("2025", Scheme.CALENDAR), ("2025-07", Scheme.ADMIN_15_14), ("2025-Q3", Scheme.ADMIN_15_14)],
)
def test_the_merger_inside_a_period_is_told_with_both_units(
    october: sa.Engine, reader: Reader, label: str, scheme: Scheme
) -> None:
    with writing(october) as session:
        move_to_a_new_commune(session)
    economist = reader(Role.ECONOMIST)

    api = economist.get(f"/api/v1/adoption/{label}?scheme={scheme.value}").json()
    page = economist.get(f"/muc-do-dung?ky={label}&chot={scheme.value}").text
    pdf = read_pdf(published_files(october, Period.read(label, scheme))["pdf"])

    (mau_a,) = (one for one in api["markets"] if one["market_code"] == "MA")
    (border,) = mau_a["borders"]
    assert (border["on"], border["left_code"], border["joined_code"]) == (
        *("2025-07-01", "04375"),
        "04375",
    )
    assert mau_a["commune_valid_from"] == "2025-07-01"
    assert "đến hết 30/06/2025, thuộc" in page
    words = " ".join(text for one in pdf.pages for text in pdf.texts(one))
    assert "30/06/2025" in words


def test_a_period_that_begins_with_the_merger_has_no_break(october: sa.Engine) -> None:
    with writing(october) as session:
        move_to_a_new_commune(session)
    with reading(october) as session:
        markets = {one.code: one for one in session.exec(select(Market))}
        since = changes_of(session, markets, Window(date(2025, 7, 1), date(2025, 9, 30)))
        before = changes_of(session, markets, Window(date(2025, 4, 1), date(2025, 6, 30)))

    assert since["MA"].borders == before["MA"].borders == ()


def test_the_old_district_carries_its_caveat_everywhere(october: sa.Engine, reader: Reader) -> None:
    with writing(october) as session:
        seed_van_yen(session, actor=COMMAND, now=NOW)
        session.flush()
        group = session.execute(
            sa.text(f"SELECT id FROM area_group WHERE code = '{VAN_YEN}'")
        ).scalar_one()
        session.execute(
            sa.text(
                "INSERT INTO area_group_market (area_group_id, market_id, from_on) "
                f"SELECT {group}, id, '2025-07-01' FROM market WHERE code = 'MA' "
                f"AND NOT EXISTS (SELECT 1 FROM area_group_market g WHERE g.market_id = market.id "
                f"AND g.area_group_id = {group})"
            )
        )
    published_files(october, Period.read("2026-10"))
    economist = reader(Role.ECONOMIST)

    query = f"ky=2026-10&dia-ban={VAN_YEN}"
    page = economist.get(f"/muc-do-dung?{query}").text
    study = economist.get(f"/muc-do-dung/phan-tich?{query}").text
    table = economist.get(f"/api/v1/areas/{VAN_YEN}/adoption/2026-10.csv").content.decode(
        "utf-8-sig"
    )
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(economist.get(f"/muc-do-dung/bang-tinh.xlsx?{query}").content)
    )

    assert "An Lương" in page
    assert "An Lương" in study
    assert "An Lương" in table
    assert "An Lương" in str(book.get_sheet_by_name("Đọc trước").to_python())


def test_a_market_that_closed_is_in_the_frame_to_its_last_market_day(
    changing: sa.Engine, reader: Reader
) -> None:
    """Chợ Cũ has six vendors on eleven stalls counted and closed on 20/10: in November none is left."""
    with writing(changing) as session:
        for code in ("MA", "CU"):
            books.close(session, code, date(2026, 11, 7), [])
    economist = reader(Role.ECONOMIST)

    with reading(changing) as session:
        october, november = (
            {
                one.market_code: one
                for one in Measured.of(
                    session, Period.read(label).window, known_at=known_at
                ).figures
            }
            for label, known_at in (("2026-10", NOW), ("2026-11", None))
        )
    page = Page(economist.get("/muc-do-dung?ky=2026-11").text)
    english = economist.get("/muc-do-dung?ky=2026-11&lang=en").text

    def of(figures: AreaFigures, id_: str) -> tuple[float | None, float | None]:
        return figures[id_].numerator, figures[id_].denominator

    assert of(october["CU"], "S1") == (6, 11)
    assert of(october["CU"], "S6") == (6, 6)
    assert of(october["CU"], "U1") == (1, 6)
    for id_ in ("S1", "S2", "S3", "S5", "S6", "U1", "U5"):
        assert of(november["CU"], id_) == (0, 0)
        assert of(november["*"], id_)[1] == sum(
            of(november[code], id_)[1] or 0 for code in ("LG", "MA", "MOI", "RONG")
        )
    assert of(november["MA"], "S1") == (25, 30)
    assert (
        "Chợ Cũ đã đóng, phiên cuối ngày 20/10/2026: kỳ này không còn điểm kinh doanh" in page.text
    )
    assert "Chợ Cũ has closed, its last market day was 20/10/2026" in english
    assert page.shortcomings() == []


def test_a_market_closed_long_ago_has_a_page_of_its_own_and_no_row(
    october: sa.Engine, staff: Staff, reader: Reader
) -> None:
    """Nothing October is compared with reaches back to August of the year before."""
    admin = staff(Role.ADMIN)
    for code, last_on in (("XUA", "2025-08-20"), ("CU", "2025-09-20")):
        add_market(admin, october, code, f"Chợ {code}", opened_on="2025-07-01", vendors=6)
        path = f"/api/v1/markets/{code}/calendar/last-day"
        assert admin.put(path, json={"last_on": last_on}).json()["closed_on"] == last_on
    published_files(october, Period.read("2026-10"))
    economist = reader(Role.ECONOMIST)

    told = economist.get("/api/v1/adoption/2026-10").json()["markets"]
    public = economist.get("/api/v1/public/adoption/2026-10").json()["areas"]
    page = Page(economist.get("/muc-do-dung?ky=2026-10&cho=XUA").text)

    assert [one["market_code"] for one in told] == ["CU", "LG", "MA"]
    assert [one["code"] for one in public if one["kind"] == "market"] == ["CU", "LG", "MA"]
    assert "Chợ XUA đã đóng, phiên cuối ngày 20/08/2025" in page.text
    assert page.shortcomings() == []


def test_closed_spells_end_where_a_market_meets_again(changing: sa.Engine) -> None:
    def spells() -> list[tuple[date, date | None]]:
        with reading(changing) as session:
            own = find_market(session, "CU").id
            return [(first, last) for id_, first, last in closed_spells(session) if id_ == own]

    assert spells() == [(date(2026, 10, 21), None)]
    with writing(changing) as session:
        market = find_market(session, "CU")
        continue_calendar(session, market, date(2026, 11, 10), actor=COMMAND, now=NOW)
    assert spells() == [(date(2026, 10, 21), date(2026, 11, 9))]
    with reading(changing) as session:
        markets = {"CU": find_market(session, "CU")}
        november = changes_of(session, markets, Window(date(2026, 11, 1), date(2026, 11, 30)))
    assert (november["CU"].opened_on, november["CU"].closed_on) == (date(2026, 11, 10), None)
