"""Wrong codes counted for figures: of some days, as known at an instant, without false alarms."""

from datetime import timedelta

from market.database import reading, writing
from merchants.audits.incident_counts import IncidentCount, count_incidents
from merchants.days import market_day
from merchants.kinds import IncidentOutcome, IncidentState
from merchants.tables import Incident
from tests.merchants.audits.audit_world import Audits, false_code, picture

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def counted(audits: Audits, **asked: object) -> IncidentCount:
    today = market_day(audits.now)
    told: dict[str, object] = {"by": audits.now + 2 * DAY} | asked
    first = told.pop("first", today)
    last = told.pop("last", today)
    with reading(audits.engine) as session:
        return count_incidents(session, first, last, **told)  # type: ignore[arg-type]


def close(audits: Audits, outcome: IncidentOutcome) -> None:
    with writing(audits.engine) as session:
        row = session.get(Incident, 1)
        assert row is not None
        row.state, row.outcome, row.closed_at = IncidentState.CLOSED, outcome, audits.now + DAY
        session.add(row)


def test_what_was_found_counts_on_its_own_day(audits: Audits) -> None:
    audits.photo(picture(false_code()))
    today = market_day(audits.now)

    assert counted(audits) == IncidentCount(1, 1)
    assert counted(audits, first=today - 3 * DAY, last=today - DAY) == IncidentCount(0, 0)
    assert counted(audits, first=today + DAY, last=today + DAY) == IncidentCount(0, 0)


def test_it_is_open_until_something_was_done(audits: Audits) -> None:
    audits.photo(picture(false_code()))
    close(audits, IncidentOutcome.POSTER_REPLACED)

    assert counted(audits) == IncidentCount(1, 0)
    assert counted(audits, by=audits.now + HOUR) == IncidentCount(1, 1)
    assert counted(audits, by=audits.now - HOUR) == IncidentCount(0, 0)


def test_a_false_alarm_counts_until_it_is_known_to_be_one(audits: Audits) -> None:
    audits.photo(picture(false_code()))
    close(audits, IncidentOutcome.FALSE_ALARM)

    assert counted(audits) == IncidentCount(0, 0)
    assert counted(audits, by=audits.now + HOUR) == IncidentCount(1, 1)


def test_who_stands_in_no_figure_is_left_out(audits: Audits) -> None:
    audits.photo(picture(false_code()))
    vendor_id = audits.poster().vendor_id

    assert counted(audits, without={vendor_id}) == IncidentCount(0, 0)
