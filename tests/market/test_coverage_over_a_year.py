"""A month that nobody audited tells no money; the year that holds it carries that into no other month."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.periods import Period, Scheme
from market.database import writing
from market.reports.editions import edition_studies, edition_tables
from market.reports.making import MadeEdition, make_edition
from market.reports.models import PeriodTables, Product
from merchants.kinds import CalendarRule
from tests.market import books
from tests.market.books import Line

UNSEEN_ON, SEEN_ON = date(2026, 9, 12), date(2026, 10, 10)
"""Two Saturdays: the stalls are audited between them."""
AUDITED_ON = date(2026, 10, 1)
VENDORS = 24
AFTER_SEPTEMBER = datetime(2026, 9, 30, tzinfo=UTC)
AFTER_OCTOBER = datetime(2026, 11, 5, tzinfo=UTC)
AFTER_DECEMBER = datetime(2027, 1, 20, tzinfo=UTC)


@pytest.fixture
def autumn(engine: sa.Engine) -> sa.Engine:
    with writing(engine) as session:
        books.add_market(
            session, "XA", "Chợ Xuân Ái", CalendarRule.WEEKLY, "weekdays=6", vendors=VENDORS
        )
        session.flush()
        for column in ("stall_holding SET from_on", "acceptance_point SET valid_from"):
            session.execute(sa.text(f"UPDATE {column} = '2026-06-01'"))
        audit(session, AUDITED_ON)
        session.execute(sa.text("UPDATE vendor SET consented_on = '2026-06-01'"))
        for on in (UNSEEN_ON, SEEN_ON):
            close(session, on)
    return engine


def close(session: Session, on: date) -> None:
    at = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC)
    lines = [
        Line(vendor, 40_000 + 1_000 * vendor, at=at + timedelta(minutes=vendor))
        for vendor in range(1, VENDORS + 1)
    ]
    books.close(session, "XA", on, lines).closed_at = at + timedelta(days=1)


def audit(session: Session, on: date | None) -> None:
    session.execute(
        sa.text("UPDATE stall SET audited_on = :on, displayed_codes = 1"),
        {"on": on and on.isoformat()},
    )


def make(
    session: Session,
    label: str,
    at: datetime = AFTER_OCTOBER,
    scheme: Scheme = Scheme.CALENDAR,
) -> MadeEdition:
    period = Period.read(label, scheme)
    return make_edition(session, period, p_percent=15, known_at=at, now=at, actor="test")


def told(session: Session, made: MadeEdition) -> PeriodTables:
    return edition_tables(session, made.edition.id or 0, Product.ECONOMIST)


def money(session: Session, made: MadeEdition) -> tuple[str, float | None]:
    cell = told(session, made).areas["*"]["U8"]
    return cell.hidden, cell.numerator


def test_a_month_published_again_after_the_year_is_the_same_edition(autumn: sa.Engine) -> None:
    with writing(autumn) as session:
        september, october = make(session, "2026-09"), make(session, "2026-10")
        year = make(session, "2026")
        again, quarter = make(session, "2026-10"), make(session, "2026-Q4")

        assert money(session, september) == ("u", None)
        assert money(session, october)[0] == ""
        # October is told, so what is told of the year beside it would tell September.
        assert money(session, year) == ("s", None)
        assert (again.is_new, again.edition.id) == (False, october.edition.id)
        assert money(session, quarter) == money(session, october)
        studies = [
            edition_studies(session, one.edition.id or 0, Product.ECONOMIST).areas["*"]
            for one in (quarter, october)
        ]
        assert studies[0].concentration == studies[1].concentration
        assert studies[0].channels == studies[1].channels


def test_a_year_published_while_it_runs_hides_the_days_it_told_and_no_later_ones(
    autumn: sa.Engine,
) -> None:
    with writing(autumn) as session:
        audit(session, None)
        make(session, "2026-09", AFTER_SEPTEMBER)
        running = make(session, "2026", AFTER_SEPTEMBER)
        audit(session, AUDITED_ON)
        october = make(session, "2026-10")

        assert told(session, running).window_last == UNSEEN_ON
        assert money(session, running) == ("u", None)
        assert money(session, october)[0] == ""


def test_a_december_by_the_calendar_knows_the_january_of_the_14th_that_holds_its_days(
    autumn: sa.Engine,
) -> None:
    with writing(autumn) as session:
        audit(session, None)
        close(session, date(2026, 12, 19))
        january = make(session, "2027-01", AFTER_DECEMBER, Scheme.ADMIN_15_14)
        audit(session, AUDITED_ON)
        december = make(session, "2026-12", AFTER_DECEMBER)

        assert money(session, january) == ("u", None)
        assert money(session, december) == ("s", None)


def test_where_no_day_is_closed_there_is_nothing_to_hide(autumn: sa.Engine) -> None:
    with writing(autumn) as session:
        august = told(session, make(session, "2026-08")).areas["*"]

    assert (august.closes, august["S6"].value) == (0, None)
    assert (august["U8"].hidden, august["U8"].value) == ("", None)
