"""A quarter or a year is published after its months: it tells no day that its month has not told."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from market.adoption.periods import Period, Scheme
from market.database import writing
from market.reports.differences import RevisionTellsFew
from market.reports.editions import edition_tables
from market.reports.errors import MonthsNotPublished
from market.reports.making import make_edition
from market.reports.models import Product
from market.reports.months_first import publishing_order
from merchants.kinds import CalendarRule
from merchants.tables import Vendor
from tests.market import books
from tests.market.books import Line

VENDORS = 24
EARLY, LATE = date(2026, 11, 7), date(2026, 11, 28)
DAYS = (date(2026, 10, 10), EARLY, LATE, date(2026, 12, 19))
ALONE = 7
"""Who alone was paid on the late day of November."""
AFTER_ALL = datetime(2027, 1, 20, tzinfo=UTC)
MONTHS = ("2026-10", "2026-11", "2026-12")


@pytest.fixture
def winter(engine: sa.Engine) -> sa.Engine:
    """A market with few market days, all of them closed the day after."""
    with writing(engine) as session:
        books.add_market(
            session, "XA", "Chợ Xuân Ái", CalendarRule.WEEKLY, "weekdays=6", vendors=VENDORS
        )
        session.flush()
        for table in ("stall_holding SET from_on", "acceptance_point SET valid_from"):
            session.execute(sa.text(f"UPDATE {table} = '2026-06-01'"))
        session.execute(sa.text("UPDATE stall SET audited_on = '2026-06-01', displayed_codes = 1"))
        for vendor in session.exec(select(Vendor)):
            vendor.consented_on = date(2026, 6, 1)
        for on in DAYS:
            paid = (ALONE,) if on == LATE else range(1, VENDORS + 1)
            at = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC)
            lines = [Line(v, 40_000 + 1_000 * v, at=at + timedelta(minutes=v)) for v in paid]
            books.close(session, "XA", on, lines).closed_at = at + timedelta(days=1)
    return engine


def make(session: Session, label: str, at: datetime = AFTER_ALL) -> tuple[str, float | None]:
    """Publish a period; return the mark and the money of everybody in it."""
    made = make_edition(
        session, Period.read(label), p_percent=15, known_at=at, now=at, actor="test"
    )
    tables = edition_tables(session, made.edition.id or 0, Product.ECONOMIST)
    cell = tables.areas["*"]["U8"]
    return cell.hidden, cell.numerator


@pytest.mark.parametrize("label", ["2026-Q4", "2026"])
def test_a_longer_period_waits_for_its_months(winter: sa.Engine, label: str) -> None:
    with writing(winter) as session:
        for missing in MONTHS:
            with pytest.raises(MonthsNotPublished) as refusal:
                make(session, label)
            assert refusal.value.months[0].label == missing
            make(session, missing)

        months = [make(session, month)[1] or 0 for month in MONTHS]
        assert make(session, label) == ("", sum(months))


def test_months_of_the_other_cut_off_do_not_count(winter: sa.Engine) -> None:
    with writing(winter) as session:
        for month in MONTHS:
            make(session, month)

        with pytest.raises(MonthsNotPublished, match="waits for 2026-10, 2026-11, 2026-12"):
            make_edition(
                session,
                Period.read("2026-Q4", Scheme.ADMIN_15_14),
                p_percent=15,
                known_at=AFTER_ALL,
                now=AFTER_ALL,
                actor="test",
            )


def test_of_a_day_before_its_months_were_published_no_quarter_is_made(winter: sa.Engine) -> None:
    """It would tell, beside months that know more, what closed in between."""
    before = datetime(2026, 11, 20, tzinfo=UTC)
    with writing(winter) as session:
        for month in MONTHS:
            make(session, month)

        with pytest.raises(MonthsNotPublished, match=r"waits for 2026-10, 2026-11$"):
            make(session, "2026-Q4", before)


def test_months_that_have_ended_come_first_and_the_running_one_not_by_itself(
    winter: sa.Engine,
) -> None:
    running = datetime(2026, 11, 20, tzinfo=UTC)
    with writing(winter) as session:
        quarter, year = Period.read("2026-Q4"), Period.read("2026")
        ended = publishing_order(session, quarter, AFTER_ALL)
        while_it_runs = publishing_order(session, year, running)
        make(session, "2026-10", AFTER_ALL)
        known_later = publishing_order(session, year, running)

        assert [one.label for one in ended] == [*MONTHS, "2026-Q4"]
        assert [one.label for one in while_it_runs] == ["2026-10", "2026"]
        assert [one.label for one in known_later] == ["2026"]
        assert publishing_order(session, Period.read("2026-11"), running) == [
            Period.read("2026-11")
        ]
        with pytest.raises(MonthsNotPublished, match=r"waits for 2026-10, 2026-11$"):
            make(session, "2026", running)


@pytest.mark.parametrize("order", list(itertools.permutations([*MONTHS, "2026-Q4"])))
def test_no_order_of_publication_tells_what_one_vendor_was_paid(
    winter: sa.Engine, order: tuple[str, ...]
) -> None:
    """The quarter is tried while November runs, and again whenever its turn comes."""
    running, told = datetime(2026, 11, 10, tzinfo=UTC), []
    tries = [("2026-10", running), ("2026-Q4", running), ("2026-11", running)]
    with writing(winter) as session:
        for label, at in [*tries, ("2026-Q4", running), *((label, AFTER_ALL) for label in order)]:
            try:
                with session.begin_nested():
                    mark, money = make(session, label, at)
            except (MonthsNotPublished, RevisionTellsFew):
                continue
            if not mark:
                told.append((label, money))
        alone = 40_000 + 1_000 * ALONE

    # November was told with everybody's day, and stays so: the later day is one vendor's.
    assert ("2026-11", sum(40_000 + 1_000 * v for v in range(1, VENDORS + 1))) in told
    sums = [money or 0 for _, money in told]
    for size in (1, 2, 3):
        for some in itertools.combinations(sums, size):
            for rest in itertools.combinations(sums, size + 1):
                assert alone not in {abs(sum(rest) - sum(some)), abs(sum(rest[:size]) - sum(some))}
