"""A count of few that a month does not tell is told by no quarter less the other months."""

from datetime import date, datetime, time

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.periods import Period, Scheme
from market.clock import HO_CHI_MINH
from market.database import writing
from market.reports.editions import edition_studies, editions_of
from market.reports.models import Product
from market.reports.study_models import StudyView
from merchants.actors import COMMAND
from merchants.events import record_event
from merchants.kinds import EventAction, ExitReason, VendorState
from merchants.tables import Vendor
from tests.market.saturday_market import DAYS, FIRST_K, MONTHS, add_saturday_market, close, publish
from tests.merchants.complaints.complaining import complaint

LABELS = (*MONTHS, "2026-Q3")
LATE_IN_AUGUST = date(2026, 8, 22)
NOON = time(12, tzinfo=HO_CHI_MINH)


@pytest.fixture
def market(engine: sa.Engine) -> sa.Engine:
    with writing(engine) as session:
        add_saturday_market(session)
        for on in DAYS:
            close(session, on, FIRST_K)
    return engine


def vendors(session: Session, count: int) -> list[Vendor]:
    return list(session.exec(select(Vendor).order_by(col(Vendor.id)).limit(count)))


def complain(session: Session, on: date, count: int) -> None:
    for one in vendors(session, count):
        complaint(session, one, now=datetime.combine(on, NOON), happened_on=on)


def leave(session: Session, on: date, count: int) -> None:
    for one in vendors(session, count):
        record_event(
            session,
            EventAction.STATE_CHANGED,
            actor=COMMAND,
            now=datetime.combine(on, NOON),
            vendor_id=one.id,
            to_value=VendorState.SUSPENDED.value,
            reason=ExitReason.NO_TIME.value,
        )


def told(
    session: Session,
    label: str,
    scheme: Scheme = Scheme.CALENDAR,
    product: Product = Product.ECONOMIST,
) -> StudyView:
    newest, *_ = editions_of(session, Period.read(label, scheme))
    return edition_studies(session, newest.id or 0, product).areas["*"]


def test_no_quarter_tells_the_complaints_of_a_month_of_few(market: sa.Engine) -> None:
    with writing(market) as session:
        complain(session, DAYS[0], 5)
        complain(session, DAYS[1], 1)
        for label in LABELS:
            publish(session, label, FIRST_K)

        assert [told(session, one).complaints for one in LABELS] == [5, None, 0, None]
        own = told(session, "2026-Q3", product=Product.MANAGER)
        assert own.complaints == 6


def test_a_quarter_tells_what_all_its_months_tell(market: sa.Engine) -> None:
    with writing(market) as session:
        complain(session, DAYS[0], 5)
        complain(session, DAYS[1], 7)
        for label in LABELS:
            publish(session, label, FIRST_K)

        assert [told(session, one).complaints for one in LABELS] == [5, 7, 0, 12]


def test_half_months_of_few_are_not_told_beside_the_other_cut_off(market: sa.Engine) -> None:
    with writing(market) as session:
        close(session, LATE_IN_AUGUST, FIRST_K)
        complain(session, DAYS[1], 5)
        complain(session, LATE_IN_AUGUST, 1)
        publish(session, "2026-08", FIRST_K)
        publish(session, "2026-08", FIRST_K, Scheme.ADMIN_15_14)

        assert told(session, "2026-08").complaints == 6
        assert told(session, "2026-08", Scheme.ADMIN_15_14).complaints is None


def test_no_quarter_tells_the_reasons_of_a_month_of_few(market: sa.Engine) -> None:
    with writing(market) as session:
        leave(session, DAYS[0], 6)
        leave(session, DAYS[1], 9)
        leave(session, DAYS[2], 2)
        for label in LABELS:
            publish(session, label, FIRST_K)

        of_months = [(told(session, one).reasons or [])[0] for one in LABELS]

    assert [(one.ended, one.ended_hidden) for one in of_months] == [
        (6, ""),
        (9, ""),
        (None, "c"),
        (None, "s"),
    ]
