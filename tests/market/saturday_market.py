"""A market of 24 who are paid on one Saturday a month, and its editions as an economist reads them."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, select

from market.adoption.periods import Period, Scheme
from market.reports.editions import edition_tables
from market.reports.making import make_edition
from market.reports.models import PeriodTables, Product
from merchants.kinds import CalendarRule
from merchants.tables import Vendor
from tests.market import books
from tests.market.books import Line

DAYS = (date(2026, 7, 11), date(2026, 8, 8), date(2026, 9, 12))
"""One Saturday of each month."""
VENDORS = 24
FIRST_K = datetime(2026, 10, 5, tzinfo=UTC)
MONTHS = ("2026-07", "2026-08", "2026-09")


def add_saturday_market(session: Session) -> None:
    """Add the market with its vendors, who are there since June; no day is closed."""
    books.add_market(
        session, "XA", "Chợ Xuân Ái", CalendarRule.WEEKLY, "weekdays=6", vendors=VENDORS
    )
    session.flush()
    for table in ("stall_holding SET from_on", "acceptance_point SET valid_from"):
        session.execute(sa.text(f"UPDATE {table} = '2026-06-01'"))
    session.execute(sa.text("UPDATE stall SET audited_on = '2026-06-01', displayed_codes = 1"))
    for vendor in session.exec(select(Vendor)):
        vendor.consented_on = date(2026, 6, 1)


def lines(on: date, more: dict[int, int] | None = None) -> list[Line]:
    at = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC)
    paid = {vendor: 40_000 + 1_000 * vendor for vendor in range(1, VENDORS + 1)}
    return [
        Line(vendor, amount + (more or {}).get(vendor, 0), at=at + timedelta(minutes=vendor))
        for vendor, amount in paid.items()
    ]


def close(session: Session, on: date, at: datetime, more: dict[int, int] | None = None) -> None:
    books.close(session, "XA", on, lines(on, more)).closed_at = at


def publish(
    session: Session, label: str, at: datetime, scheme: Scheme = Scheme.CALENDAR
) -> PeriodTables:
    made = make_edition(
        session, Period.read(label, scheme), p_percent=15, known_at=at, now=at, actor="test"
    )
    return edition_tables(session, made.edition.id or 0, Product.ECONOMIST)
