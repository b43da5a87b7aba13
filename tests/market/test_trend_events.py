"""Campaigns, openings, closures and Tết stand on the trend, below it in words, and in its rows."""

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from sqlmodel import select

from market.adoption.lunar_year import tet
from market.adoption.periods import Period, Scheme
from market.database import writing
from market.i18n import Lang, translator
from market.pages.trend_marks import legend_of, marks_of
from market.reports.making import make_edition
from market.reports.trend_events import TrendEvent
from market.roles import Role
from merchants.actors import COMMAND
from merchants.campaigns.programmes import NewProgramme, NewWave, add_programme, add_wave
from merchants.kinds import CalendarRule
from merchants.tables import Market, MarketCalendar
from tests.market import books
from tests.market.conftest import Reader

NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
CHART = "/muc-do-dung/bieu-do/dien-bien"
VI = translator(Lang.VI)


@pytest.fixture
def eventful(october: sa.Engine) -> sa.Engine:
    """Two published months with a campaign in one market, and another market that opened."""
    with writing(october) as session:
        books.add_market(session, "MOI", "Chợ Mới", CalendarRule.DAILY, "", vendors=6)
        moi = session.exec(select(Market).where(Market.code == "MOI")).one()
        for calendar in session.exec(
            select(MarketCalendar).where(MarketCalendar.market_id == moi.id)
        ):
            calendar.valid_from = date(2026, 10, 12)
        new = NewProgramme(
            code="QR-1", name="Chợ văn minh", legal_basis="12/KH", from_on=date(2026, 8, 1)
        )
        add_programme(session, new, actor=COMMAND, now=NOW)
        wave = NewWave(
            number=1,
            name="Tuần lễ QR",
            from_on=date(2026, 10, 5),
            to_on=date(2026, 10, 11),
            market_codes=("MA",),
        )
        add_wave(session, "QR-1", wave, actor=COMMAND, now=NOW)
        for label in ("2026-09", "2026-10"):
            make_edition(
                session, Period.read(label), p_percent=15, known_at=NOW, now=NOW, actor="test"
            )
    return october


@pytest.mark.usefixtures("eventful")
def test_what_happened_is_marked_told_in_words_and_in_the_rows(reader: Reader) -> None:
    economist = reader(Role.ECONOMIST)

    page = economist.get("/muc-do-dung?ky=2026-10").text
    english = economist.get("/muc-do-dung?ky=2026-10&lang=en").text
    svg = economist.get(f"{CHART}.svg?ky=2026-10").text
    text = economist.get(f"{CHART}.csv?ky=2026-10").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    campaign = "10/26: chiến dịch Tuần lễ QR, từ 05/10/2026 đến 11/10/2026"
    opened = "10/26: Chợ Mới mở ngày 12/10/2026"
    for words in (campaign, opened):
        assert words in page
        assert words in " ".join(re.findall("<text[^>]*>([^<]*)</text>", svg))
    assert "campaign Tuần lễ QR, 05/10/2026 to 11/10/2026" in english
    assert "Chợ Mới opened on 12/10/2026" in english
    assert [
        (row["period"], row["window_first"], row["window_last"], row["indicator"])
        for row in rows
        if row["event"]
    ] == [
        ("2026-10", "2026-10-05", "2026-10-11", "EVENT/campaign"),
        ("2026-10", "2026-10-12", "2026-10-12", "EVENT/opened"),
    ]


@pytest.mark.usefixtures("eventful")
def test_a_market_is_told_of_its_own_events_alone(reader: Reader) -> None:
    text = reader(Role.ECONOMIST).get(f"{CHART}.csv?ky=2026-10&cho=LG").content.decode()

    assert "EVENT/" not in text


def event(kind: str, first: date, name: str = "") -> TrendEvent:
    return TrendEvent(kind, first, None, name)


def test_marks_stand_in_the_period_of_their_first_day() -> None:
    months = ["2026-01", "2026-02", "2026-03"]
    happened = [
        event("campaign", date(2025, 6, 1), "Từ lâu"),
        event("tet", tet(2026)),
        event("opened", date(2026, 2, 20), "Chợ Mới"),
    ]

    calendar = marks_of(months, happened, Scheme.CALENDAR, VI)
    other = marks_of(months, happened, Scheme.ADMIN_15_14, VI)
    quarters = marks_of(["2025-Q4", "2026-Q1"], happened, Scheme.CALENDAR, VI)

    assert [one.at for one in calendar] == [0, 1, 1]
    assert [one.at for one in other] == [0, 2, 2]  # 17 and 20 February lie after the 14th
    assert [one.at for one in quarters] == [0, 1]  # Tết stands out of no quarter


def test_of_many_events_the_legend_names_a_few_and_counts_the_rest() -> None:
    happened = [event("opened", date(2026, 2, day), f"Chợ {day}") for day in range(1, 12)]

    told = legend_of(["02/26"], marks_of(["2026-02"], happened, Scheme.CALENDAR, VI), VI)

    assert len(told) == 9
    assert told[-1] == "Còn 3 sự việc nữa, xem trong tệp CSV"
