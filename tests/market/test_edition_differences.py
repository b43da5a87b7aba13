"""What two editions tell together: a late receipt of one vendor waits, who withdrew is not left alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.periods import Period
from market.database import writing
from market.reports.differences import RevisionTellsFew
from market.reports.editions import edition_tables, editions_of, newest_edition
from market.reports.making import make_edition
from market.reports.models import PeriodTables, Product
from merchants.actors import COMMAND
from merchants.kinds import CalendarRule, ConsentChannel, ConsentPurpose
from merchants.privacy.consents import ConsentProof, end_consents, record_consents
from merchants.tables import Vendor
from tests.market import books
from tests.market.books import Line

DAYS = (date(2026, 7, 11), date(2026, 8, 8), date(2026, 9, 12))
"""One Saturday of each month."""
VENDORS = 24
FIRST_K = datetime(2026, 10, 5, tzinfo=UTC)
MONTHS = ("2026-07", "2026-08", "2026-09")


def lines(on: date, more: dict[int, int] | None = None) -> list[Line]:
    at = datetime(on.year, on.month, on.day, 1, 0, tzinfo=UTC)
    paid = {vendor: 40_000 + 1_000 * vendor for vendor in range(1, VENDORS + 1)}
    return [
        Line(vendor, amount + (more or {}).get(vendor, 0), at=at + timedelta(minutes=vendor))
        for vendor, amount in paid.items()
    ]


def close(session: Session, on: date, at: datetime, more: dict[int, int] | None = None) -> None:
    books.close(session, "XA", on, lines(on, more)).closed_at = at


def publish(session: Session, label: str, at: datetime) -> PeriodTables:
    made = make_edition(
        session, Period.read(label), p_percent=15, known_at=at, now=at, actor="test"
    )
    return edition_tables(session, made.edition.id or 0, Product.ECONOMIST)


@pytest.fixture
def quarter(engine: sa.Engine) -> sa.Engine:
    """A market with a market day a month, everybody paid; its months are published."""
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
            close(session, on, FIRST_K - timedelta(days=1))
        for label in MONTHS:
            publish(session, label, FIRST_K)
    return engine


def test_a_late_receipt_of_one_vendor_waits_for_others(quarter: sa.Engine) -> None:
    with writing(quarter) as session:
        close(session, DAYS[1], FIRST_K + timedelta(days=1), {7: 999_000})
        with pytest.raises(RevisionTellsFew) as refusal:
            publish(session, "2026-08", FIRST_K + timedelta(days=2))
        assert (refusal.value.period.label, refusal.value.version) == ("2026-08", 1)
        everybody = dict.fromkeys(range(1, 20), 30_000) | {7: 60_000}
        close(session, DAYS[1], FIRST_K + timedelta(days=3), everybody)

        told = publish(session, "2026-08", FIRST_K + timedelta(days=4))

        assert [one.version for one in editions_of(session, Period.read("2026-08"))] == [2, 1]
    expected = sum(line.amount_vnd for line in lines(DAYS[1], everybody))
    assert told.areas["*"]["U8"].numerator == expected


def test_a_quarter_is_as_new_as_its_months(quarter: sa.Engine) -> None:
    with writing(quarter) as session:
        close(session, DAYS[1], FIRST_K + timedelta(days=1), {7: 999_000})

        told = publish(session, "2026-Q3", FIRST_K + timedelta(days=2))

        months = [newest_edition(session, Period.read(label)) for label in MONTHS]
        sums = [
            edition_tables(session, one.id or 0, Product.ECONOMIST).areas["*"]["U8"].numerator
            for one in months
            if one is not None
        ]
    assert told.areas["*"]["U8"].numerator == sum(value or 0 for value in sums) > 0


def test_a_quarter_does_not_tell_of_who_withdrew_since_its_months(quarter: sa.Engine) -> None:
    with writing(quarter) as session:
        vendor = session.exec(select(Vendor).where(col(Vendor.id) == 7)).one()
        agreed = datetime(2026, 6, 1, tzinfo=UTC)
        record_consents(
            session,
            {7: agreed},
            list(ConsentPurpose),
            proof=ConsentProof(channel=ConsentChannel.SHEET, notice_version="paper"),
            actor=COMMAND,
            now=agreed,
        )
        end_consents(
            session,
            vendor,
            [ConsentPurpose.AGGREGATE_STATISTICS],
            actor=COMMAND,
            now=FIRST_K + timedelta(days=1),
        )

        told = publish(session, "2026-Q3", FIRST_K + timedelta(days=2))

        assert told.areas["*"]["U8"].hidden
        assert told.areas["XA"]["U8"].value is None
        assert ["money:u", "XA", "*"] in told.hidden
        assert ["money", "XA", "*"] not in told.hidden
