"""A feed was silent on a day when nothing of it was here; one account's gap is no outage."""

from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa

from market.database import reading, writing
from reconciliation.operations.calendar import DayState, ledger_days
from reconciliation.operations.expected_files import load_expected_files
from reconciliation.operations.silences import FeedSilence, feed_silences
from reconciliation.profiles import load_profiles
from reconciliation.records import SourceChannel
from reconciliation.tables import FeedReject
from tests.merchants.queries import counted
from tests.reconciliation.ledger_world import LedgerWorld

MONDAY = date(2026, 11, 9)
NOON_AFTER = datetime(2026, 11, 10, 5, tzinfo=UTC)
"""When Monday's statement is due: twelve o'clock on Tuesday in Hồ Chí Minh City."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY
SATURDAY_NOON = NOON_AFTER + 4 * DAY


def silences(engine: sa.Engine, by: datetime, last: date = FRIDAY) -> list[FeedSilence]:
    with reading(engine) as session:
        return feed_silences(
            session,
            MONDAY,
            last,
            profiles=load_profiles(None),
            expected=load_expected_files(),
            by=by,
        )


def play(engine: sa.Engine, now: datetime) -> None:
    """Two accounts. Monday: one in time. Tuesday: both late. Wednesday: partly read. Thursday: nothing."""
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        one, other = (world.vendor(market) for _ in range(2))
        for vendor in (one, other):
            world.booked(vendor, 10_000, business_date=MONDAY - DAY)
        world.statement(one, MONDAY, received_at=NOON_AFTER - HOUR)
        for vendor in (one, other):
            world.statement(vendor, MONDAY + DAY, received_at=NOON_AFTER + DAY + HOUR)
        world.statement(
            one,
            MONDAY + 2 * DAY,
            received_at=NOON_AFTER + DAY,
            completeness="partial",
        )


def test_days_of_a_feed_are_silent_late_or_fine(engine: sa.Engine, now: datetime) -> None:
    play(engine, now)

    (found,) = silences(engine, SATURDAY_NOON)

    # Friday's statement is due at this very hour: nobody can say yet.
    assert found == FeedSilence(ledger="bank_vcb", accounts=2, days=4, silent=2, late=1)


def test_as_known_earlier_the_late_day_was_silent_and_later_days_were_not_due(
    engine: sa.Engine, now: datetime
) -> None:
    play(engine, now)

    (found,) = silences(engine, NOON_AFTER + DAY + HOUR / 2)

    assert found == FeedSilence(ledger="bank_vcb", accounts=2, days=2, silent=1, late=0)


def test_a_feed_of_one_account_is_silent_when_the_calendar_says_so(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        only = world.vendor(world.market())
        world.booked(only, 10_000, business_date=MONDAY)
        world.statement(only, MONDAY, received_at=NOON_AFTER)
        world.statement(only, MONDAY + DAY, MONDAY + 2 * DAY, received_at=NOON_AFTER + 2 * DAY)
    by = SATURDAY_NOON + HOUR  # so that Friday counts as well

    (found,) = silences(engine, by)
    with reading(engine) as session:
        days = ledger_days(
            session, MONDAY, FRIDAY, profiles=load_profiles(None), expected=load_expected_files(),
            now=by,
        )  # fmt: skip

    states = [one.state for one in days]
    assert found.days == len(states)
    assert (found.silent, found.late) == tuple(
        states.count(state) for state in (DayState.MISSING, DayState.LATE)
    )


def test_a_report_without_a_row_speaks_for_the_day_before_it_came(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.booked(vendor, 10_000, business_date=MONDAY - DAY)
        world.statement(
            vendor,
            MONDAY,
            received_at=NOON_AFTER - HOUR,
            statement_kind="daily_report",
            period_from=None,
            period_to=None,
        )

    (found,) = silences(engine, NOON_AFTER + HOUR, MONDAY)

    assert (found.days, found.silent, found.late) == (1, 0, 0)


def test_a_whole_poll_speaks_for_every_day_that_had_ended(engine: sa.Engine, now: datetime) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        vendor = world.vendor(world.market())
        world.booked(vendor, 10_000, business_date=MONDAY)
        world.delivery(
            "bank_vcb",
            SourceChannel.POLL,
            received_at=NOON_AFTER + DAY,
            name="payouts, page 1",
        )

    (found,) = silences(engine, SATURDAY_NOON)

    # Polled on Wednesday: Monday and Tuesday are told, the two days after are not.
    assert (found.days, found.silent, found.late) == (4, 2, 0)


def test_a_poll_of_which_a_row_waited_then_had_not_told_its_days(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        world.booked(world.vendor(world.market()), 10_000, business_date=MONDAY)
        page = world.delivery(
            "bank_vcb", SourceChannel.POLL, received_at=NOON_AFTER + DAY, name="payouts, page 1"
        )
        reject = {"row": 1, "reason": "amount", "raw_sealed": "x"}
        settled_at = SATURDAY_NOON - HOUR
        session.add(FeedReject(delivery_id=page.id, settled_at=settled_at, **reject))

    (before,) = silences(engine, settled_at - HOUR)
    (after,) = silences(engine, SATURDAY_NOON)

    assert (before.days, before.silent) == (4, 4)
    assert (after.days, after.silent) == (4, 2)


def test_nobody_is_expected_to_tell_before_anything_was_told(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        world.vendor(world.market())

    assert silences(engine, SATURDAY_NOON) == []


def test_a_year_costs_as_many_statements_as_a_day(engine: sa.Engine, now: datetime) -> None:
    play(engine, now)

    with counted(engine) as of_a_day:
        silences(engine, SATURDAY_NOON, MONDAY)
    with counted(engine) as of_a_year:
        silences(engine, SATURDAY_NOON, MONDAY + 365 * DAY)

    assert len(of_a_day) == len(of_a_year)
