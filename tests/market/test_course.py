"""The trend of a period: each period before it as its own newest edition told it, in whatever order."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from market.adoption.periods import Period
from market.database import writing
from market.reports.course import unbroken
from market.reports.editions import edition_tables
from market.reports.making import make_edition
from market.reports.models import PeriodTables, Product
from market.reports.tables_told import tables_of
from merchants.kinds import CalendarRule
from merchants.tables import Vendor
from tests.market import books
from tests.market.books import Line

VENDORS = 24
PAID = {"2026-08": 21, "2026-09": 22, "2026-10": 23, "2026-11": 24}
"""How many vendors were paid in a month, on its one market day."""
AFTER_ALL = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
LATER = AFTER_ALL + timedelta(days=5)


@pytest.fixture
def autumn(engine: sa.Engine) -> sa.Engine:
    """A market that meets since 2025, with one day a month, each closed the day after."""
    with writing(engine) as session:
        books.add_market(
            session, "XA", "Chợ Xuân Ái", CalendarRule.WEEKLY, "weekdays=6", vendors=VENDORS
        )
        session.flush()
        session.execute(sa.text("UPDATE market_calendar SET valid_from = '2025-01-01'"))
        for table in ("stall_holding SET from_on", "acceptance_point SET valid_from"):
            session.execute(sa.text(f"UPDATE {table} = '2026-06-01'"))
        session.execute(sa.text("UPDATE stall SET audited_on = '2026-06-01', displayed_codes = 1"))
        for vendor in session.exec(select(Vendor)):
            vendor.consented_on = date(2026, 6, 1)
        for month, paid in PAID.items():
            begins = date.fromisoformat(f"{month}-15")
            on = begins + timedelta(days=(5 - begins.weekday()) % 7)
            at = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC)
            lines = [Line(v, 50_000, at=at + timedelta(minutes=v)) for v in range(1, paid + 1)]
            books.close(session, "XA", on, lines).closed_at = at + timedelta(days=1)
    return engine


def make(session: Session, label: str, at: datetime = AFTER_ALL) -> PeriodTables:
    made = make_edition(
        session, Period.read(label), p_percent=15, known_at=at, now=at, actor="test"
    )
    return edition_tables(session, made.edition.id or 0, Product.MANAGER)


def told(session: Session, label: str, known_at: datetime | None = None) -> PeriodTables:
    return tables_of(session, Period.read(label), Product.MANAGER, p_percent=15, known_at=known_at)


def trend(tables: PeriodTables) -> list[tuple[str, float | None]]:
    return [
        (one.period, one.value)
        for one in tables.trend
        if (one.area_code, one.indicator) == ("XA", "U1")
    ]


def active(*months: str) -> list[tuple[str, float]]:
    return [(month, PAID[month] / VENDORS) for month in months]


@pytest.mark.parametrize("order", list(itertools.permutations(["2026-09", "2026-10", "2026-11"])))
def test_in_whatever_order_months_are_published_all_are_seen(
    autumn: sa.Engine, order: tuple[str, ...]
) -> None:
    with writing(autumn) as session:
        for label in order:
            make(session, label)

        for number, label in enumerate(sorted(order), start=1):
            tables = told(session, label)
            assert trend(tables) == active(*sorted(order)[:number])
            assert [month for month, _ in tables.series["XA"]] == sorted(order)[:number]


def test_a_month_that_nobody_published_hides_none_before_it(autumn: sa.Engine) -> None:
    with writing(autumn) as session:
        make(session, "2026-08")
        kept = make(session, "2026-10")
        unpublished = told(session, "2026-11")

    assert trend(kept) == active("2026-08", "2026-10")
    assert [month for month, _ in kept.series["XA"]] == ["2026-08", "2026-10"]
    assert trend(unpublished) == active("2026-08", "2026-10")


def test_each_month_is_told_as_it_was_known_at_the_time(autumn: sa.Engine) -> None:
    with writing(autumn) as session:
        make(session, "2026-08")
        before = make(session, "2026-10")
        at = datetime(2026, 8, 22, 1, 0, tzinfo=UTC)
        lines = [Line(v, 70_000, at=at + timedelta(minutes=v)) for v in range(1, VENDORS + 1)]
        books.close(session, "XA", at.date(), lines).closed_at = AFTER_ALL + timedelta(days=1)
        make(session, "2026-08", LATER)
        then, now = active("2026-08", "2026-10"), [("2026-08", 1.0), *active("2026-10")]

        assert trend(before) == then
        assert trend(told(session, "2026-10", AFTER_ALL)) == then
        assert trend(told(session, "2026-10")) == now
        assert trend(make(session, "2026-10", LATER)) == now


def test_a_year_and_the_same_month_of_the_year_before_are_looked_at(autumn: sa.Engine) -> None:
    with writing(autumn) as session:
        for label in ("2025-10", "2025-11"):
            make(session, label)

        seen = {label: [at for at, _ in trend(told(session, label))] for label in PAID}

    assert seen["2026-10"] == ["2025-10", "2025-11"]
    assert seen["2026-11"] == ["2025-11"]


def test_a_quarter_goes_on_with_the_months_in_it(autumn: sa.Engine) -> None:
    with writing(autumn) as session:
        for label in ("2026-07", "2026-08", "2026-09"):
            make(session, label)
        quarter = make(session, "2026-Q3")

    assert [month for month, _ in quarter.series["XA"]] == ["2026-07", "2026-08", "2026-09"]
    assert [at for at, _ in trend(quarter)] == ["2026-Q3"]


def test_an_edition_that_kept_no_points_apart_is_a_gap(autumn: sa.Engine) -> None:
    with writing(autumn) as session:
        for label in ("2026-08", "2026-09"):
            make(session, label)
        session.execute(
            sa.text(
                "DELETE FROM adoption_edition_table WHERE part = 'course' AND edition_id ="
                " (SELECT id FROM adoption_edition WHERE period = '2026-08')"
            )
        )

        assert trend(told(session, "2026-09")) == active("2026-09")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], []),
        (["2026-10"], ["2026-10"]),
        (["2026-11", "2026-08"], ["2026-08", "2026-09", "2026-10", "2026-11"]),
        (["2025-Q4", "2026-Q2"], ["2025-Q4", "2026-Q1", "2026-Q2"]),
        (["2024", "2026"], ["2024", "2025", "2026"]),
    ],
)
def test_a_period_without_a_figure_is_a_gap(labels: list[str], expected: list[str]) -> None:
    assert unbroken(labels) == expected
