"""The study of a period on the page, for machines, on paper; and every figure as it was published."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa

from market.adoption.definitions import TICKET_BAND_IDS
from market.adoption.periods import Period
from market.database import reading, writing
from market.reports import Product
from market.reports.editions import edition_studies, edition_tables
from market.reports.errors import NotPublishedBy
from market.reports.flags import FLAGS
from market.reports.growth import windows_compared
from market.reports.publishing import find_file, publish
from market.reports.received import received_in
from market.reports.revisions import published_by, revisions_of
from market.reports.study_models import GrowthView
from market.reports.tables_told import studied_tables_of
from market.roles import Role
from merchants.actors import COMMAND
from merchants.calendars.market_calendars import correct_day, disturbed_days
from merchants.find import find_market
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import Reader, Staff
from tests.market.letters import HEAD
from tests.merchants.queries import counted
from tests.qr.pdf_reading import read_pdf

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
OCTOBER = Period.read("2026-10")


def published(engine: sa.Engine, period: Period = OCTOBER, at: datetime = NOW) -> int:
    with writing(engine) as session:
        made = publish(session, period, p_percent=15, known_at=at, now=at, actor="test", head=HEAD)
        return made.edition.id or 0


def correct_the_last_day(engine: sa.Engine, at: datetime) -> None:
    with writing(engine) as session:
        late = books.close(session, "MA", date(2026, 10, 31), [Line(7, 999_000)])
        late.closed_at = at


def test_an_edition_keeps_its_study(october: sa.Engine) -> None:
    first = published(october)
    correct_the_last_day(october, NOW + timedelta(days=1))
    second = published(october, at=NOW + timedelta(days=2))

    with reading(october) as session:
        before, after = (edition_studies(session, one, Product.MANAGER) for one in (first, second))
        newest = studied_tables_of(session, OCTOBER, Product.MANAGER, p_percent=15)[1]
    assert before.areas["MA"].concentration.hhi != after.areas["MA"].concentration.hhi
    assert newest == after


def test_growth_is_of_the_same_markets_on_as_many_openings(october: sa.Engine) -> None:
    """September: MA closed its last 4 days with 20.000 each; October was closed whole."""
    with writing(october) as session:
        for n in range(27, 31):
            books.close(session, "MA", date(2026, 9, n), [Line(1, 20_000)])

    with reading(october) as session:
        study = studied_tables_of(session, OCTOBER, Product.MANAGER, p_percent=15)[1]
        now = received_in(session, OCTOBER.window, None)
    previous, year_before = study.areas["*"].growths

    of_ma = now.days[now.days["market_id"] == 1]
    sums = of_ma.groupby(of_ma["day_on"].dt.day_of_week)["value_vnd"].first()
    matched = sum(sums[weekday] for weekday in (6, 0, 1, 2))  # Sunday to Wednesday
    assert previous.raw == pytest.approx((now.days["value_vnd"].sum() - 80_000) / 80_000)
    assert previous.matched == pytest.approx((of_ma["value_vnd"].sum() - 80_000) / 80_000)
    assert previous.matched_days == pytest.approx((matched - 80_000) / 80_000)
    assert (previous.matched_markets, previous.market_days) == (1, 4)
    assert previous.opened == ["Chợ Lâm Giang"]
    assert (year_before.raw, year_before.matched_markets) == (None, 0)


def test_a_growth_that_would_tell_of_few_is_marked_as_hidden_not_as_nothing(
    october: sa.Engine, reader: Reader
) -> None:
    """October's six vendors of LG are what all markets have above those that were there before."""
    with writing(october) as session:
        for n in range(27, 31):
            books.close(session, "MA", date(2026, 9, n), [Line(v, 20_000) for v in range(1, 24)])
    published(october, Period.read("2026-09"))
    published(october)
    economist = reader(Role.ECONOMIST)

    rows = tidy_rows(economist.get("/api/v1/adoption/2026-10.csv"))
    page = economist.get("/muc-do-dung/phan-tich?ky=2026-10").text
    drawn = economist.get("/muc-do-dung/phan-tich/bieu-do/tang-truong.csv?ky=2026-10").text

    assert (rows["GROWTH/previous"]["value"], rows["GROWTH/previous"]["flag"]) == ("3.78", "")
    for id_ in ("GROWTH.matched/previous", "GROWTH.matched/same_openings/previous"):
        assert (rows[id_]["value"], rows[id_]["flag"]) == ("", "s")
    assert rows["GROWTH.matched/year_before"]["flag"] == "n"
    section, _, _ = page.partition('id="tang-truong"')[2].partition("</section>")
    assert section.count("<sup>2</sup>") == 2
    assert ",s,s" in drawn


def tidy_rows(answer: httpx.Response) -> dict[str, dict[str, str]]:
    """The rows of all markets together, by the id of their figure."""
    text = answer.content.decode("utf-8-sig")
    found = csv.DictReader(io.StringIO(text, newline=""))
    return {row["indicator"]: row for row in found if row["market"] == "*"}


def test_a_day_disturbed_by_a_storm_is_compared_with_none(october: sa.Engine, staff: Staff) -> None:
    """As above; MA was held on 29/09, a Tuesday, in a storm: that day and one Tuesday fall out."""
    with writing(october) as session:
        for n in range(27, 31):
            books.close(session, "MA", date(2026, 9, n), [Line(1, 20_000)])

    def previous() -> GrowthView:
        with reading(october) as session:
            study = studied_tables_of(session, OCTOBER, Product.MANAGER, p_percent=15)[1]
        return study.areas["*"].growths[0]

    calm = previous()
    told = {"is_open": True, "note": "bão số 10"}
    manager = staff(Role.MARKET_MANAGER, "MA")
    answer = manager.put("/api/v1/markets/MA/calendar/days/2026-09-29", json=told)
    stormy = previous()

    assert answer.status_code == 200
    assert (calm.market_days, stormy.market_days) == (4, 3)
    assert (stormy.raw, stormy.per_market_day) == (calm.raw, calm.per_market_day)
    assert stormy.matched_days != calm.matched_days
    with writing(october) as session:
        # A reason alone makes no market day: LG was shut by the same storm.
        correct_day(
            session,
            find_market(session, "LG"),
            date(2026, 9, 26),
            is_open=False,
            note="bão số 10",
            actor=COMMAND,
            now=NOW,
        )
        assert disturbed_days(session, date(2026, 9, 1), date(2026, 9, 30)) == {
            (1, date(2026, 9, 29))
        }
    page = manager.get("/muc-do-dung/phan-tich?ky=2026-10&cho=MA").text
    assert "bỏ ngày lễ và ngày họp khác thường đã ghi lý do trong lịch chợ" in page


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("2026-10", ["previous", "year_before"]),
        ("2026-Q4", ["previous", "year_before"]),
        ("2026", ["year_before"]),
    ],
)
def test_a_year_is_compared_with_the_year_before_once(label: str, told: list[str]) -> None:
    period = Period.read(label)

    assert [against for against, _ in windows_compared(period, period.window)] == told


def test_days_that_have_not_come_are_not_late(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    for label in ("2026-11", "2026-Q4", "2026"):
        late = economist.get(f"/api/v1/adoption/{label}").json()["total"]["days_not_closed"]
        # Today is 5 November; it can be closed, tomorrow cannot.
        assert max(late) == "2026-11-05", label


def test_a_month_beside_tet_is_compared_with_the_weeks_before_the_earlier_one() -> None:
    february = Period.read("2027-02")

    names = dict(windows_compared(february, february.window))

    # Tết 2026 is 17 February, Tết 2027 6 February: the same weeks lie 14 days later.
    assert names["tet"].first == date(2026, 2, 9) + timedelta(days=7)
    assert "tet" not in dict(windows_compared(OCTOBER, OCTOBER.window))


def test_a_period_that_runs_is_compared_with_as_many_days() -> None:
    november = Period.read("2026-11")
    so_far = type(november.window)(date(2026, 11, 1), date(2026, 11, 12))

    assert dict(windows_compared(november, so_far))["previous"].last == date(2026, 10, 12)


@pytest.mark.usefixtures("october_published")
def test_the_page_tells_every_study_or_why_not(reader: Reader, october: sa.Engine) -> None:
    page = reader(Role.ECONOMIST).get("/muc-do-dung/phan-tich?ky=2026-10")

    assert page.status_code == 200
    for text in (
        "Tiền nhận qua QR tăng hay giảm",
        "Tiền đến qua kênh nào",
        "Vì sao số tiền còn một khoảng",
        "Đường lan tỏa Bass",
        "cần ít nhất 8 tháng",
        "Ở lại, và trở lại sau khi ngủ",
        "Các bản đã công bố của kỳ này",
        "Chưa chợ nào trong phạm vi này có bảng 4 câu hỏi.",
        *("GROWTH.matched", "HHI", "GINI", "U11", "S8", "RETENTION", "RETURNED"),
    ):
        assert text in page.text


@pytest.mark.usefixtures("october_published")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("ky=2020-01", "Các chợ mở sau tháng 1/2020"),
        ("ky=2026-09", "Kỳ này chưa chốt ngày nào"),
        ("ky=2026-10&cho=LG", "có quá ít tiểu thương đứng sau con số"),
        ("ky=2026-10&cho=MA", "Chỉ tính cho tất cả các chợ chung"),
        ("ky=2026-Q4", "Quý IV/2026"),
        ("ky=2026&chot=admin_15_14", "Năm 2026"),
        ("ky=2026-10&lang=en", "Why the value is a range"),
    ],
)
def test_the_page_says_in_words_what_it_cannot_study(
    reader: Reader, query: str, sentence: str
) -> None:
    answer = reader(Role.ECONOMIST).get(f"/muc-do-dung/phan-tich?{query}")

    assert answer.status_code == 200
    assert sentence in answer.text


@pytest.mark.usefixtures("october_published")
@pytest.mark.parametrize(
    "name", ["tap-trung", "kenh", "kich-hoat", "bass", "logistic", "o-lai", "tang-truong"]
)
def test_every_chart_is_a_picture_and_its_data(reader: Reader, name: str) -> None:
    economist = reader(Role.ECONOMIST)

    svg, data = (
        economist.get(f"/muc-do-dung/phan-tich/bieu-do/{name}.{kind}?ky=2026-10")
        for kind in ("svg", "csv")
    )

    assert svg.text.startswith("<svg")
    assert "var(" not in svg.text
    assert data.content.startswith(b"\xef\xbb\xbf")


def test_a_band_that_was_hidden_beside_another_is_looked_at_again(october: sa.Engine) -> None:
    """One vendor's late receipt hides its band; what that shows again may be of one vendor too."""
    first = published(october)
    correct_the_last_day(october, NOW + timedelta(days=1))
    second = published(october, at=NOW + timedelta(days=2))

    assert published(october, at=NOW + timedelta(days=3)) == second
    with reading(october) as session:
        before, after = (
            edition_tables(session, one, Product.ECONOMIST).areas["*"] for one in (first, second)
        )
    # Each band has the change of fewer than five, all of them together that of more.
    assert before["U7"].numerator != after["U7"].numerator is not None
    told = [one for one in TICKET_BAND_IDS if not before[one].hidden and not after[one].hidden]
    assert {one: before[one].numerator for one in told} == {
        one: after[one].numerator for one in told
    }


def test_a_figure_is_read_as_it_was_published(reader: Reader, october: sa.Engine) -> None:
    published(october)
    correct_the_last_day(october, NOW + timedelta(days=1))
    published(october, at=NOW + timedelta(days=2))
    economist = reader(Role.ECONOMIST, now=NOW + timedelta(days=2))

    def total(query: str) -> float:
        found = economist.get(f"/api/v1/adoption/2026-10{query}").json()
        return next(one["value"] for one in found["total"]["indicators"] if one["id"] == "U8")

    assert total("?as_of=2026-11-06") != total("")
    assert total("?as_of=2026-11-07") == total("")
    page = economist.get("/muc-do-dung/phan-tich?ky=2026-10&luc=2026-11-06").text
    assert "Như đã công bố đến hết ngày 06/11/2026." in page
    assert "2 bản đã công bố" in page
    missing = economist.get("/muc-do-dung/phan-tich?ky=2026-10&luc=2026-11-01")
    assert missing.status_code == 404
    assert "Tháng 10/2026 chưa được công bố vào ngày 01/11/2026" in missing.text


def test_every_legend_says_that_one_vendors_large_part_hides_too(
    reader: Reader, october: sa.Engine
) -> None:
    edition = published(october)
    said = "một người chiếm phần quá lớn của số tiền, hoặc tỷ lệ tính trên dưới 20 tiểu thương"
    economist = reader(Role.ECONOMIST)
    with reading(october) as session:
        paper = find_file(session, edition, "bao-cao-2026-10-ban-1.pdf")
        assert paper is not None
        pdf = read_pdf(paper.content)
    printed = " ".join(word for page in pdf.pages for word in pdf.texts(page))

    assert said in " ".join(printed.split())
    assert said in FLAGS["c"]
    for path in ("/muc-do-dung?ky=2026-10", "/muc-do-dung/cach-tinh"):
        assert said in economist.get(path).text, path


@pytest.mark.usefixtures("october_published")
@pytest.mark.parametrize("day", ["2026-11-06", "9999-12-31"])
def test_a_day_that_has_not_come_is_refused_in_words(reader: Reader, day: str) -> None:
    economist = reader(Role.ECONOMIST)

    for path in ("/muc-do-dung", "/muc-do-dung/bang-tinh.xlsx", "/muc-do-dung/phan-tich"):
        page = economist.get(f"{path}?ky=2026-10&luc={day}")
        assert page.status_code == 422, path
        assert "chưa tới: hôm nay là 05/11/2026" in page.text
        assert "Xem kỳ mới nhất" in page.text
    for path in ("2026-10", "2026-10.csv"):
        told = economist.get(f"/api/v1/adoption/{path}?as_of={day}")
        assert told.status_code == 422, path
        assert told.json()["type"].endswith("day-not-come")
        assert f"{day} has not come: today is 2026-11-05" in told.json()["detail"]


def test_the_revision_triangle_tells_by_how_much_a_figure_moved(october: sa.Engine) -> None:
    published(october)
    correct_the_last_day(october, NOW + timedelta(days=1))
    published(october, at=NOW + timedelta(days=2))

    with reading(october) as session:
        first, second = revisions_of(session, OCTOBER, Product.MANAGER, market_code="MA")
        with pytest.raises(NotPublishedBy):
            published_by(session, OCTOBER, date(2026, 11, 1), today=NOW.date())
    told = second.figures["U8"]
    assert first.figures["U8"].change is None
    assert told.figure is not None
    assert told.before is not None
    assert told.figure.value is not None
    assert told.before.value is not None
    assert told.change == told.figure.value - told.before.value != 0


def test_the_csv_and_the_paper_tell_the_study(reader: Reader, october: sa.Engine) -> None:
    edition = published(october)
    text = reader(Role.ECONOMIST).get("/api/v1/adoption/2026-10.csv").content.decode("utf-8-sig")
    rows = {row["indicator"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    with reading(october) as session:
        paper = find_file(session, edition, "bao-cao-2026-10-ban-1.pdf")
        assert paper is not None
        pdf = read_pdf(paper.content)
        study = edition_studies(session, edition, Product.ECONOMIST).areas["*"]
    words = " ".join(word for page in pdf.pages for word in pdf.texts(page))

    assert study.concentration.hidden == ""
    assert float(rows["GINI"]["value"]) == study.concentration.gini
    assert rows["BASS/too_short"]["flag"].startswith("n")
    assert "Phân tích" in words
    assert "Mức độ tập trung HHI" in words
    assert "Các bản đã công bố của kỳ này" in words


def test_a_market_asks_the_same_questions_however_many_there_are(
    reader: Reader, october: sa.Engine
) -> None:
    economist = reader(Role.ECONOMIST)

    def asked() -> int:
        with counted(economist.app.state.engine) as sent:
            assert economist.get("/muc-do-dung/phan-tich?ky=2026-10").status_code == 200
        return len(sent)

    before = asked()
    with writing(october) as session:
        for number in range(100, 130):
            books.add_vendor(session, 1, number)
        books.add_market(session, "XA", "Chợ Xuân Ái", CalendarRule.DAILY, "", vendors=3)

    assert asked() == before


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_market_without_stalls_is_told_in_words(
    reader: Reader, october: sa.Engine, *, is_closed: bool
) -> None:
    with writing(october) as session:
        books.add_market(session, "XA", "Chợ Xuân Ái", CalendarRule.DAILY, "", vendors=0)
        if is_closed:
            books.close(session, "XA", date(2026, 10, 5), [])
    published(october)
    economist = reader(Role.ECONOMIST)

    main, study = (
        economist.get(f"/muc-do-dung{page}?ky=2026-10&cho=XA") for page in ("", "/phan-tich")
    )

    assert (main.status_code, study.status_code) == (200, 200)
    said = "Chưa có khoản nhận nào trong kỳ" if is_closed else "Kỳ này chưa chốt ngày nào"
    assert said in study.text
    assert "Chưa có tiểu thương nào đồng ý tham gia" in study.text or not is_closed
