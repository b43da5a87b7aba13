"""Two cut-offs side by side: no half month of one vendor stands between their editions."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from market.adoption.periods import Period, Scheme
from market.database import writing
from market.reports.editions import edition_studies, editions_of
from market.reports.models import PeriodTables, Product
from market.reports.study_models import ChannelView
from tests.market import books
from tests.market.books import Line
from tests.market.saturday_market import add_saturday_market, lines, publish

FIRST_HALF, SECOND_HALF = date(2026, 10, 3), date(2026, 10, 17)
PUBLISHED = datetime(2026, 11, 5, tzinfo=UTC)
LARGEST = "U9.band_5"
SIX = range(1, 7)
"""Who are paid more than a million by MoMo in the first half."""


def close(session: Session, on: date, by_momo: range) -> None:
    at = datetime(on.year, on.month, on.day, 3, tzinfo=UTC)
    large = [Line(one, 1_200_000 + 1_000 * one, provider="momo", at=at) for one in by_momo]
    books.close(session, "XA", on, [*lines(on), *large]).closed_at = PUBLISHED - timedelta(days=1)


@pytest.fixture
def market(engine: sa.Engine) -> sa.Engine:
    """A market of 24 who are paid in both halves of October."""
    with writing(engine) as session:
        add_saturday_market(session)
        close(session, FIRST_HALF, SIX)
    return engine


def channels(session: Session, scheme: Scheme) -> dict[str, ChannelView]:
    newest, *_ = editions_of(session, Period.read("2026-10", scheme))
    told = edition_studies(session, newest.id or 0, Product.ECONOMIST)
    return {one.provider: one for one in told.areas["XA"].channels}


def publish_both(session: Session) -> tuple[PeriodTables, PeriodTables]:
    by_month = publish(session, "2026-10", PUBLISHED)
    return by_month, publish(session, "2026-10", PUBLISHED, Scheme.ADMIN_15_14)


def test_the_one_of_a_half_month_stands_in_no_band_and_no_channel(market: sa.Engine) -> None:
    with writing(market) as session:
        close(session, SECOND_HALF, range(3, 4))
        october, by_the_14th = publish_both(session)

        assert october.areas["XA"][LARGEST].numerator == len(SIX) + 1
        assert by_the_14th.areas["XA"][LARGEST].hidden == "s"
        assert all(one.value_share for one in channels(session, Scheme.CALENDAR).values())
        assert {one.hidden for one in channels(session, Scheme.ADMIN_15_14).values()} == {"s"}
        # Everybody is paid in both halves: their sum tells of nobody.
        assert not by_the_14th.areas["XA"]["U8"].hidden


def test_many_of_a_half_month_are_told_by_band_and_by_channel(market: sa.Engine) -> None:
    with writing(market) as session:
        close(session, SECOND_HALF, SIX)
        october, by_the_14th = publish_both(session)

        assert october.areas["XA"][LARGEST].numerator == 2 * len(SIX)
        assert by_the_14th.areas["XA"][LARGEST].numerator == len(SIX)
        assert not any(one.hidden for one in channels(session, Scheme.ADMIN_15_14).values())
