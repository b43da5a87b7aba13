"""The composite index and the seasons, on the page and in what is downloaded; or why there are none."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlmodel import select
from statsmodels.tsa.seasonal import seasonal_decompose

from market.adoption.composite import COMPONENTS
from market.adoption.periods import Period
from market.database import writing
from market.reports.adoption import cut
from market.reports.course import COURSE, written
from market.reports.models import Product, TrendPoint
from market.reports.publishing import publish
from market.reports.season import seasons_of, series_with
from market.reports.tables_told import studied_tables_of
from market.roles import Role
from market.tables import AdoptionEdition, AdoptionEditionTable
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.books import Line
from tests.market.conftest import Reader
from tests.market.letters import HEAD
from tests.market.reading_html import Page
from tests.market.surveys import surveying

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
STUDY = "/muc-do-dung/phan-tich"
SHAPE = (0.8, 1.3, 0.9, 0.95, 1.0, 1.0, 0.95, 0.9, 1.05, 1.1, 1.0, 1.05)


def published(engine: sa.Engine, label: str) -> None:
    with writing(engine) as session:
        publish(
            session,
            Period.read(label),
            p_percent=15,
            known_at=NOW,
            now=NOW,
            actor="test",
            head=HEAD,
        )


def table_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.usefixtures("october_published")
def test_without_a_survey_and_a_quarter_both_are_said(reader: Reader, october: sa.Engine) -> None:
    economist = reader(Role.ECONOMIST)

    page = Page(economist.get(f"{STUDY}?ky=2026-10").text)
    rows = table_of(economist.get(f"{STUDY}/bieu-do/chi-so-chung.csv?ky=2026-10").content)

    assert "chưa có mốc 100, vì chưa quý trọn nào được công bố" in page.text
    assert "Chưa có kết quả khảo sát, nên chỉ số không gồm tỷ trọng" in page.text
    assert page.shortcomings() == []
    told = {row["part"]: row for row in rows}
    assert {one.id for one in COMPONENTS} <= told.keys()
    assert told["INDEX"]["value"] == ""
    assert told["CASHLESS"]["score"] == ""
    assert 0 < float(told["LEVEL"]["value"]) < 100
    level = float(told["LEVEL"]["value"])
    groups = [row for row in rows if row["part"] == "GROUP" and row["value"]]
    weights = {row["group"]: float(row["weight"]) for row in groups}
    expected = sum(weights[row["group"]] * float(row["value"]) for row in groups)
    assert level == pytest.approx(expected / sum(weights.values()), abs=0.1)


@pytest.mark.usefixtures("october_published")
def test_a_component_that_is_hidden_is_not_said_to_be_missing(reader: Reader) -> None:
    """Chợ Lâm Giang has six vendors, so no rate of it is told; nobody surveyed anything."""
    page = Page(reader(Role.ECONOMIST).get(f"{STUDY}?ky=2026-10&cho=LG").text)

    assert "Đã đăng ký S2 ẩn 0% đến 100% bỏ qua" in page.text
    assert "CASHLESS chưa có 0% đến 100% bỏ qua" in page.text
    assert page.shortcomings() == []


@pytest.mark.usefixtures("october_published")
def test_tables_tell_every_component_that_is_no_indicator(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    def rows(query: str) -> dict[str, tuple[str, str]]:
        text = economist.get(f"/api/v1/{query}/2026-10.csv").content.decode("utf-8-sig")
        found = csv.DictReader(io.StringIO(text, newline=""))
        return {row["indicator"]: (row["value"], row["flag"]) for row in found}

    told = economist.get("/api/v1/adoption/2026-10").json()["index"]["components"]
    (per_vendor,) = (one["value"] for one in told if one["id"] == "U8.vendor")
    assert float(rows("adoption")["U8.vendor"][0]) == per_vendor
    # Made of U8, which is hidden of six vendors: hidden with it, no denominator of 0.
    assert rows("markets/LG/adoption")["U8.vendor"] == ("", "c")


@pytest.mark.usefixtures("october_published")
def test_a_survey_goes_into_the_index(reader: Reader, october: sa.Engine) -> None:
    economist = reader(Role.ECONOMIST)
    before = economist.get("/api/v1/adoption/2026-10").json()["index"]
    with writing(october) as session:
        survey = surveying.drawn(session, size=24)
        surveying.answer_all(session, survey)

    told = economist.get("/api/v1/adoption/2026-10").json()
    page = Page(economist.get(f"{STUDY}?ky=2026-10").text)

    known = {one["id"]: one for one in told["index"]["components"]}
    assert known["CASHLESS"]["value"] == told["cashless"]["share"]
    assert known["COUNTED"]["value"] == told["cashless"]["counted"]
    assert known["COUNTED"]["score"] == pytest.approx(told["cashless"]["counted"], abs=0.001)
    assert told["index"]["level"] != before["level"]
    assert set(before["groups"]) == set(told["index"]["groups"]) - {"demand"}
    assert "Chưa có kết quả khảo sát" not in page.text


def test_the_first_whole_quarter_is_the_hundred(sqlite_engine: sa.Engine) -> None:
    with writing(sqlite_engine) as session:
        books.add_market(
            session, "XA", "Chợ Xuân Ái", CalendarRule.WEEKLY, "weekdays=6", vendors=30
        )
        session.flush()
        session.execute(sa.text("UPDATE stall_holding SET from_on = '2026-06-01'"))
        session.execute(sa.text("UPDATE acceptance_point SET valid_from = '2026-06-01'"))
        session.execute(
            sa.text("UPDATE stall SET audited_on = '2026-06-01' WHERE audited_on IS NOT NULL")
        )
        saturday = date(2026, 7, 4)
        while saturday <= date(2026, 10, 31):
            at = datetime(saturday.year, saturday.month, saturday.day, 1, 0, tzinfo=UTC)
            paid = range(1, 31) if saturday.month >= 10 else range(1, 26)
            lines = [Line(v, 20_000 + 1_000 * (v % 7), at=at + timedelta(minutes=v)) for v in paid]
            books.close(session, "XA", saturday, lines)
            saturday += timedelta(days=7)
    for label in ("2026-07", "2026-08", "2026-09", "2026-Q3", "2026-10"):
        published(sqlite_engine, label)

    with writing(sqlite_engine) as session:
        found = {
            label: cut(session, tables, None, studies=studies).index
            for label in ("2026-Q3", "2026-10")
            for tables, studies in [
                studied_tables_of(session, Period.read(label), Product.ECONOMIST, p_percent=15)
            ]
        }

    quarter, october = found["2026-Q3"], found["2026-10"]
    assert quarter is not None
    assert october is not None
    assert (quarter.base, quarter.index) == ("2026-Q3", 100.0)
    assert october.base == "2026-Q3"
    assert october.index is not None
    assert october.index > 100
    assert october.level is not None
    assert quarter.level is not None
    assert october.index == pytest.approx(100 * october.level / quarter.level, abs=0.3)


@pytest.mark.usefixtures("october_published")
def test_the_match_rate_is_the_width_of_the_bounds_and_hidden_with_them(
    reader: Reader,
) -> None:
    report = reader(Role.ECONOMIST).get("/api/v1/adoption/2026-10").json()

    (money,) = (one for one in report["total"]["indicators"] if one["id"] == "U8")
    (told,) = (one for one in report["index"]["components"] if one["id"] == "MATCHED")
    expected = money["value"] / money["credible"] if money["credible"] else None
    assert told["value"] == expected


def series(months: int, *, begin: int = 2024 * 12) -> list[tuple[str, float | None]]:
    labels = [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(begin, begin + months)]
    return [
        (label, 1_000_000 * (1 + at / 50) * SHAPE[(begin + at) % 12])
        for at, label in enumerate(labels)
    ]


def test_seasons_agree_with_statsmodels() -> None:
    told = series(36)
    index = pd.period_range("2024-01", periods=36, freq="M").to_timestamp()
    values = pd.Series([value for _, value in told], index=index)
    theirs = seasonal_decompose(values, model="multiplicative", period=12).seasonal[:12]

    found = seasons_of(told)

    assert found.factors == pytest.approx(theirs.tolist(), abs=0.0006)
    assert (found.months, found.first, found.last) == (36, "2024-01", "2026-12")


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (series(23), 23),
        ([*series(30)[:10], ("2024-11", None), *series(30)[11:]], 19),
        ([*series(30)[:10], *series(30)[11:]], 19),
        ([*series(24), ("2026-01", 0.0)], 0),
        ([], 0),
    ],
)
def test_too_few_months_in_a_row_give_no_index(
    months: Sequence[tuple[str, float | None]], expected: int
) -> None:
    found = seasons_of(months)

    assert (found.factors, found.months) == ([], expected)


def test_a_series_takes_each_month_once_and_no_quarter() -> None:
    told = series(2)

    assert series_with(told, Period.read("2024-Q1"), 1.0) == told
    assert series_with(told, Period.read("2024-02"), 5.0) == [told[0], ("2024-02", 5.0)]
    assert series_with(told, Period.read("2024-03"), None)[-1] == ("2024-03", None)
    assert len(series_with(series(60), Period.read("2029-01"), 1.0)) == 60


@pytest.mark.usefixtures("october_published")
def test_too_few_months_make_no_season(reader: Reader) -> None:
    page = reader(Role.ECONOMIST).get(f"{STUDY}?ky=2026-10")

    assert "có 1 tháng đã công bố liền nhau, cần ít nhất 24" in page.text


def test_the_page_tells_the_seasons_and_hands_them_out(reader: Reader, october: sa.Engine) -> None:
    economist = reader(Role.ECONOMIST)
    published(october, "2026-11")
    give_a_past(october, "2026-11", series(33))
    published(october, "2026-10")

    page = Page(economist.get(f"{STUDY}?ky=2026-10").text)
    svg = economist.get(f"{STUDY}/bieu-do/mua-vu.svg?ky=2026-10")
    rows = table_of(economist.get(f"{STUDY}/bieu-do/mua-vu.csv?ky=2026-10").content)
    tidy = table_of(economist.get("/api/v1/adoption/2026-10.csv").content)

    assert "Tháng 2 cao nhất" in page.text
    assert page.shortcomings() == []
    assert svg.text.startswith("<svg")
    assert [row["month"] for row in rows] == [str(month) for month in range(1, 13)]
    assert {row["months_used"] for row in rows} == {"34"}
    factors = [float(row["factor"]) for row in rows]
    assert sum(factors) == pytest.approx(12, abs=0.01)
    assert [float(r["value"]) for r in tidy if r["indicator"].startswith("SEASON/")] == factors


def give_a_past(engine: sa.Engine, label: str, past: list[tuple[str, float | None]]) -> None:
    """Publish months like one that was published, with money of their own."""
    with writing(engine) as session:
        like = session.exec(select(AdoptionEdition).where(AdoptionEdition.period == label)).one()
        parts = session.exec(
            select(AdoptionEditionTable).where(AdoptionEditionTable.edition_id == like.id)
        ).all()
        for month, money in past:
            edition = AdoptionEdition(**like.model_dump(exclude={"id"}) | {"period": month})
            session.add(edition)
            session.flush()
            point = TrendPoint(
                period=month,
                area_code="*",
                indicator="U8",
                value=money,
                hidden="",
                is_provisional=False,
            )
            for one in parts:
                told = written([point]) if one.part == COURSE else one.content
                session.add(
                    AdoptionEditionTable(
                        edition_id=edition.id or 0,
                        product=one.product,
                        part=one.part,
                        content=told,
                    )
                )
