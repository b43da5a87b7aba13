"""A published period stays as it was; its files are opened and read back."""

import csv
import hashlib
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from market.adoption.periods import Period, Scheme
from market.database import reading, writing
from market.reports import Product, adoption_report
from market.reports.editions import edition_tables, editions_of
from market.reports.errors import NoMarketInPeriod, PeriodNotBegun
from market.reports.paper_cells import figure_cell
from market.reports.publishing import Published, find_file, publish
from market.roles import Role
from market.schedule import publish_adoption
from market.settings import Settings
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import Reader
from tests.market.letters import HEAD
from tests.qr.pdf_reading import read_pdf

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
OCTOBER = Period.read("2026-10")
NO_DAY = "2026-03"
"""A month in which the markets met and nobody had closed a day, nor listed a stall."""


def published(engine: sa.Engine, period: Period = OCTOBER, known_at: datetime = NOW) -> Published:
    with writing(engine) as session:
        return publish(
            session, period, p_percent=15, known_at=known_at, now=NOW, actor="test", head=HEAD
        )


def content(engine: sa.Engine, made: Published, kind: str) -> bytes:
    [name] = [one.name for one in made.files if one.name.endswith(kind)]
    with reading(engine) as session:
        found = find_file(session, made.edition.id or 0, name)
        assert found is not None
        assert hashlib.sha256(found.content).hexdigest() == found.sha256
        return found.content


def test_the_same_closes_make_no_second_edition(october: sa.Engine) -> None:
    first, again = published(october), published(october, known_at=NOW + timedelta(hours=1))

    assert (first.is_new, again.is_new) == (True, False)
    assert again.edition.id == first.edition.id


@pytest.mark.parametrize(
    ("label", "scheme", "known_at"),
    [
        ("2026-12", Scheme.CALENDAR, NOW),
        ("2027-01", Scheme.CALENDAR, NOW),
        ("2027", Scheme.CALENDAR, NOW),
        ("2026-12", Scheme.ADMIN_15_14, NOW),  # begins on 15 November
        ("2026-11", Scheme.CALENDAR, datetime(2026, 10, 31, 16, 59, tzinfo=UTC)),
    ],
)
def test_a_period_that_has_not_begun_is_not_published(
    october: sa.Engine, label: str, scheme: Scheme, known_at: datetime
) -> None:
    with pytest.raises(PeriodNotBegun, match=f"{label} begins on"):
        published(october, Period.read(label, scheme), known_at)

    with reading(october) as session:
        assert editions_of(session, Period.read(label, scheme)) == []


def test_a_period_that_runs_is_published_from_its_first_minute(october: sa.Engine) -> None:
    at = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)  # midnight at the market

    assert published(october, Period.read("2026-11"), at).is_new


def test_a_period_older_than_every_market_is_not_published(october: sa.Engine) -> None:
    with pytest.raises(NoMarketInPeriod, match="no market had opened by 2020-01-31"):
        published(october, Period.read("2020-01"))

    with reading(october) as session:
        assert editions_of(session, Period.read("2020-01")) == []


def test_a_period_without_a_closed_day_is_not_final_and_has_no_register(october: sa.Engine) -> None:
    made = published(october, Period.read(NO_DAY))

    with reading(october) as session:
        tables = edition_tables(session, made.edition.id or 0, Product.MANAGER)
    assert tables.areas
    assert made.edition.is_provisional
    for area in tables.areas.values():
        assert area["S1"].value is None
        assert {one.is_provisional for one in area.indicators} == {True}
        assert figure_cell(area["S1"]) == "chưa có"


def test_a_market_without_a_day_in_the_period_is_as_final_as_the_others(
    october: sa.Engine,
) -> None:
    with writing(october) as session:
        books.add_market(session, "DC", "Chợ mới", CalendarRule.DAILY, "", vendors=3)
        session.execute(
            sa.text(
                "UPDATE market_calendar SET valid_from = '2026-11-01' WHERE market_id ="
                " (SELECT id FROM market WHERE code = 'DC')"
            )
        )

    assert not published(october).edition.is_provisional


def test_building_anew_gives_the_same_bytes(october: sa.Engine) -> None:
    first = {one.name: one.sha256 for one in published(october).files}
    with writing(october) as session:
        for table in ("adoption_edition_file", "adoption_edition_table", "adoption_edition"):
            session.execute(sa.text(f"DELETE FROM {table}"))

    assert {one.name: one.sha256 for one in published(october).files} == first
    assert len(first) == 3


def test_a_late_close_makes_the_next_edition_and_leaves_the_one_before(october: sa.Engine) -> None:
    first = published(october)
    with writing(october) as session:
        late = books.close(session, "MA", date(2026, 10, 31), [Line(7, 999_000)])
        late.closed_at = NOW + timedelta(days=1)

    early, second = published(october), published(october, known_at=NOW + timedelta(days=2))

    assert (early.is_new, second.edition.version) == (False, 2)
    with reading(october) as session:
        old, new = (
            edition_tables(session, one.edition.id or 0, Product.MANAGER) for one in (first, second)
        )
        assert [one.version for one in editions_of(session, OCTOBER)] == [2, 1]
        shown = adoption_report(session, "2026-10", "MA", product=Product.MANAGER)
    assert new.areas["MA"]["U8"].numerator != old.areas["MA"]["U8"].numerator
    assert (shown.version, shown.markets[0]) == (2, new.areas["MA"])


def test_the_workbook_has_numbers_and_no_formulas(october: sa.Engine) -> None:
    with writing(october) as session:
        session.execute(sa.text("UPDATE market SET name = '=HYPERLINK(\"x\")' WHERE code = 'MA'"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content(october, published(october), "xlsx")))

    assert book.sheet_names[:2] == ["Đọc trước", "Số liệu"]
    tidy = book.get_sheet_by_name("Số liệu").to_python()
    header, rows = tidy[0], [dict(zip(tidy[0], row, strict=True)) for row in tidy[1:]]
    assert header[:8] == [
        *("period", "window", "area_code", "area_valid_from", "market", "indicator", "name"),
        "value",
    ]
    total = next(row for row in rows if (row["market"], row["indicator"]) == ("*", "U1"))
    assert total["value"] == pytest.approx(total["numerator"] / total["denominator"])
    assert total["ci_low"] < total["value"] < total["ci_high"]
    markets = book.get_sheet_by_name("Bảng 1 Các chợ").to_python()
    names = [row[1] for row in markets]
    assert '=HYPERLINK("x")' in names
    hidden = next(row for row in markets if row[0] == "LG")
    assert "ẩn (1)" in hidden


def test_the_csv_has_a_mark_and_dots(october: sa.Engine) -> None:
    told = content(october, published(october), "csv")

    assert told.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"), newline="")))
    small = next(row for row in rows if (row["market"], row["indicator"]) == ("LG", "U8"))
    assert (small["value"], small["numerator"], small["flag"]) == ("", "", "c")


def test_the_paper_is_tagged_and_says_what_the_tables_say(october: sa.Engine) -> None:
    pdf = read_pdf(content(october, published(october), "pdf"))

    words = " ".join(text for page in pdf.pages for text in pdf.texts(page))
    assert 1 <= len(pdf.pages) <= 4
    assert pdf.fonts
    assert all(pdf.fonts.values())
    assert all(b"Tinos" in name for name in pdf.fonts)
    for text in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "tháng 10 năm 2026", "8.795.000", "67,7%"):
        assert text in words.replace("\xa0", " ") or text in words
    assert any("Table" in tag for tag in pdf.tags)


@pytest.mark.parametrize("label", ["2026-09", "2026-Q4", "2026", NO_DAY])
def test_every_length_and_an_empty_period_make_a_paper(october: sa.Engine, label: str) -> None:
    if label in {"2026-Q4", "2026"}:
        for month in ("2026-10", "2026-11"):
            published(october, Period.read(month, Scheme.ADMIN_15_14))
    made = published(october, Period.read(label, Scheme.ADMIN_15_14))

    pdf = read_pdf(content(october, made, "pdf"))
    words = " ".join(text for page in pdf.pages for text in pdf.texts(page))
    assert ("chưa chốt ngày chợ nào" in words) == (label in {"2026-09", NO_DAY})


def test_an_economist_finds_the_files_and_reads_them(
    reader: Reader, october: sa.Engine, tmp_path: Path
) -> None:
    made = published(october)
    economist = reader(Role.ECONOMIST)

    listed = economist.get("/bao-cao").text

    for one in made.files:
        assert one.sha256 in listed
        answer = economist.get(f"/bao-cao/{one.edition_id}/{one.name}")
        assert hashlib.sha256(answer.content).hexdigest() == one.sha256
        again = economist.get(
            f"/bao-cao/{one.edition_id}/{one.name}",
            headers={"If-None-Match": answer.headers["ETag"]},
        )
        assert again.status_code == 304
        tag = answer.headers["ETag"]
        for known, status in (("*", 304), (f'"a", W/{tag}', 304), (f"x{tag}", 200), ("", 200)):
            told = economist.get(
                f"/bao-cao/{one.edition_id}/{one.name}", headers={"If-None-Match": known}
            )
            assert told.status_code == status, known
    assert economist.get(f"/bao-cao/{made.edition.id}/x.pdf").status_code == 404
    assert reader().get(
        f"/bao-cao/{made.edition.id}/x.pdf", follow_redirects=False
    ).status_code in {303, 401, 403}


def test_the_page_tells_trend_intervals_goods_and_quality(
    reader: Reader, october: sa.Engine
) -> None:
    published(october, OCTOBER.previous())
    published(october)
    economist = reader(Role.ECONOMIST)

    page = economist.get("/muc-do-dung?ky=2026-10").text

    for text in (
        "Theo nhóm hàng",
        "Số liệu đáng tin đến đâu",
        "Bản công bố số 1",
        "Ngày chợ đã chốt",
        '<table class="heat">',  # of so few months it needs no scrolling on a phone
    ):
        assert text in page
    for name in ("dien-bien", "so-sanh"):
        svg = economist.get(f"/muc-do-dung/bieu-do/{name}.svg?ky=2026-10")
        png = economist.get(f"/muc-do-dung/bieu-do/{name}.png?ky=2026-10")
        data = economist.get(f"/muc-do-dung/bieu-do/{name}.csv?ky=2026-10")
        assert svg.text.startswith("<svg")
        assert "var(" not in svg.text
        assert png.content.startswith(b"\x89PNG")
        assert data.content.startswith(b"\xef\xbb\xbfperiod,")
    book = economist.get("/muc-do-dung/bang-tinh.xlsx?ky=2026-10")
    assert CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names[0] == "Đọc trước"


@pytest.mark.usefixtures("october_published")
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("ky=2020-01", "Các chợ mở sau tháng 1/2020"),
        (f"ky={NO_DAY}", "chưa chốt ngày nào"),
        ("ky=2026-10&cho=LG", "Mọi con số của phạm vi này đều phải ẩn"),
        ("ky=2026-Q4", "Quý IV/2026"),
        ("ky=2026&chot=admin_15_14", "Năm 2026"),
        ("ky=2026-10&so=cung-ky", "Không so được với tháng 10/2025"),
    ],
)
def test_the_page_says_in_words_what_it_cannot_tell(
    reader: Reader, query: str, sentence: str
) -> None:
    answer = reader(Role.ECONOMIST).get(f"/muc-do-dung?{query}")

    assert answer.status_code == 200
    assert sentence in answer.text


def test_money_hardly_seen_is_not_told(reader: Reader, october: sa.Engine) -> None:
    with writing(october) as session:
        session.execute(sa.text("UPDATE stall SET displayed_codes = NULL, audited_on = NULL"))
    published(october)

    page = reader(Role.ECONOMIST).get("/muc-do-dung?ky=2026-10").text

    assert "Chưa đủ độ phủ dữ liệu để công bố số tiền" in page
    assert "Chưa kiểm tra gian hàng nào có mã QR" in page


def test_methods_and_dictionary_come_from_the_catalogue(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    page, dictionary = (
        economist.get("/muc-do-dung/cach-tinh"),
        economist.get("/muc-do-dung/tu-dien.csv"),
    )

    rows = list(csv.DictReader(io.StringIO(dictionary.content.decode("utf-8-sig"), newline="")))
    assert {"S1", "U1", "U12"} <= {row["id"] for row in rows}
    assert all(f'id="{row["id"]}"' in page.text for row in rows)


def test_each_measure_tells_its_reader_who_defined_it(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)
    told = economist.get("/muc-do-dung/cach-tinh").text
    told_in_english = economist.get("/muc-do-dung/cach-tinh?lang=en").text

    assert "Bass, Management Science 15 (1969), 215–227" in told
    assert "Định nghĩa của Chợ 4.0" in told
    assert "Defined by Chợ 4.0" in told_in_english
    assert "Định nghĩa của Chợ 4.0" not in told_in_english


def test_machines_are_told_once(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    for form in ("", ".csv"):
        first = economist.get(f"/api/v1/adoption/2026-Q4{form}")
        assert first.status_code == 200
        tag = {"If-None-Match": first.headers["ETag"]}
        assert economist.get(f"/api/v1/adoption/2026-Q4{form}", headers=tag).status_code == 304
        other = economist.get(f"/api/v1/adoption/2026-10{form}?scheme=admin_15_14", headers=tag)
        assert other.status_code == 200


def test_a_csv_to_look_at_has_semicolons_and_commas(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)
    plain = economist.get("/api/v1/adoption/2026-10.csv").content.decode("utf-8-sig")
    shown = economist.get("/api/v1/adoption/2026-10.csv?display=true").content

    assert shown.startswith(b"\xef\xbb\xbfperiod;window;")
    machine = list(csv.DictReader(io.StringIO(plain, newline="")))
    people = list(csv.DictReader(io.StringIO(shown.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(people) == len(machine)
    for one, other in zip(people, machine, strict=True):
        assert one["value"].replace(",", ".") == other["value"]
        first, _, last = other["window"].partition("/")
        told = [f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in (first, last) if day]
        assert one["window"] == " đến ".join(told) or not first
    link = "/api/v1/adoption/2026-10.csv?display=true"
    assert link in economist.get("/muc-do-dung?ky=2026-10").text


def test_the_paper_tells_the_headline_figures_with_both_changes(october: sa.Engine) -> None:
    published(october, OCTOBER.previous())
    pdf = read_pdf(content(october, published(october), "pdf"))

    words = " ".join(text for page in pdf.pages for text in pdf.texts(page))
    for text in (
        *("Khoản nhận mỗi", "Tỷ lệ khớp", "Độ phủ dữ liệu"),
        *("So kỳ", "So cùng", "% kế", "chưa ghi nhận lý do từ chối"),
    ):
        assert text in words


def test_the_night_publishes_by_the_14th_once_somebody_did(
    october: sa.Engine, settings: Settings
) -> None:
    night = datetime(2026, 11, 20, 21, 10, tzinfo=UTC)
    by_the_14th = Period.read("2026-11", Scheme.ADMIN_15_14)

    def newest() -> list[int]:
        with reading(october) as session:
            return [one.version for one in editions_of(session, by_the_14th)]

    publish_adoption(october, settings, night)
    before = newest()
    published(october, by_the_14th.previous())
    publish_adoption(october, settings, night)

    assert (before, newest()) == ([], [1])


def test_the_night_publishes_a_quarter_after_its_months(
    october: sa.Engine, settings: Settings
) -> None:
    publish_adoption(october, settings, datetime(2027, 1, 10, 21, 10, tzinfo=UTC))

    with reading(october) as session:
        months, quarter = (
            [one.version for one in editions_of(session, Period.read(label))]
            for label in ("2026-10", "2026-Q4")
        )
    assert (months, quarter) == ([1], [1])
