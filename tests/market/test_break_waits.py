"""What two people let wait until a day is open again after it, by the scheduled work alone."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from market.schedule import close_last_days
from market.settings import Settings
from reconciliation.breaks.deciding import Proposal, propose
from reconciliation.breaks.listing import BreakEntry, BreakFilter, list_breaks
from reconciliation.breaks.proof import verify_trails
from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakState
from reconciliation.bulk import table_of
from reconciliation.close.ended_waits import days_of_ended_waits
from reconciliation.tables import ProviderTransaction
from tests.market import broken_books
from tests.market.broken_books import CLOSED_AT, ON
from tests.reconciliation.breaks.breaking import MAI, TOAN, decide_on_newest

UNTIL = date(2026, 11, 26)
BEFORE, AFTER = datetime(2026, 11, 26, 2, tzinfo=UTC), datetime(2026, 11, 28, 2, tzinfo=UTC)


@pytest.fixture
def waiting(october: sa.Engine) -> int:
    """The number of a break of a day long closed that two people let wait."""
    broken_books.break_a_day(october)
    number = _breaks(october)[0].id
    wait = Proposal(resolution=Resolution.WAIT, until_on=UNTIL)
    with writing(october) as session:
        propose(session, "MA", [number], wait, actor=MAI, now=CLOSED_AT)
        decide_on_newest(session, "MA", [number], approve=True, actor=TOAN, now=CLOSED_AT)
    return number


def _breaks(engine: sa.Engine) -> list[BreakEntry]:
    with reading(engine) as session:
        asked = BreakFilter(states=tuple(BreakState))
        return list_breaks(session, "MA", asked, today=ON)[0]


def _state(engine: sa.Engine, number: int) -> tuple[BreakState, Resolution | None]:
    return next((one.state, one.resolution) for one in _breaks(engine) if one.id == number)


def test_a_wait_on_a_day_long_closed_ends_with_its_day(
    october: sa.Engine, settings: Settings, waiting: int
) -> None:
    close_last_days(october, settings, BEFORE)
    on_the_day = _state(october, waiting)
    close_last_days(october, settings, AFTER)

    assert on_the_day == (BreakState.APPROVED, Resolution.WAIT)
    assert _state(october, waiting) == (BreakState.OPEN, None)
    with reading(october) as session:
        assert verify_trails(session) == []
        assert days_of_ended_waits(session, today=AFTER.date()) == []


@pytest.mark.usefixtures("waiting")
def test_a_day_is_not_closed_hourly_for_a_wait_that_no_close_ends(october: sa.Engine) -> None:
    row = table_of(ProviderTransaction)
    with writing(october) as session:
        before = days_of_ended_waits(session, today=AFTER.date())
        session.connection().execute(sa.update(row).values(forgotten_at=AFTER))
        forgotten = days_of_ended_waits(session, today=AFTER.date())

    assert (before, forgotten) == ([ON], [])
