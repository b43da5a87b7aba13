"""No file, an empty file, a late file and a file that is not due yet are four different things."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from market.database import reading, writing
from reconciliation.close.coverage import Covered
from reconciliation.errors import ExpectedFilesRefused
from reconciliation.operations.calendar import DayState, LedgerDay, ledger_days, state_of
from reconciliation.operations.expected_files import load_expected_files
from reconciliation.profiles import load_profiles
from tests.merchants.queries import counted
from tests.reconciliation.ledger_world import LedgerWorld

MONDAY = date(2026, 11, 9)
NOON_AFTER = datetime(2026, 11, 10, 5, tzinfo=UTC)
"""Twelve o'clock on Tuesday in Hồ Chí Minh City."""
HOUR = timedelta(hours=1)


def covered(received_at: datetime, *, is_whole: bool = True) -> Covered:
    return Covered(MONDAY, MONDAY, received_at, is_whole)


@pytest.mark.parametrize(
    ("here", "rows", "now", "state"),
    [
        ([], 0, NOON_AFTER, DayState.WAITING),
        ([], 0, NOON_AFTER + HOUR, DayState.MISSING),
        ([], 3, NOON_AFTER + HOUR, DayState.MISSING),
        ([covered(NOON_AFTER)], 3, NOON_AFTER, DayState.TOLD),
        ([covered(NOON_AFTER)], 0, NOON_AFTER, DayState.ZERO),
        ([covered(NOON_AFTER + HOUR)], 3, NOON_AFTER + HOUR, DayState.LATE),
        ([covered(NOON_AFTER, is_whole=False)], 3, NOON_AFTER, DayState.PARTIAL),
        (
            [covered(NOON_AFTER, is_whole=False), covered(NOON_AFTER - HOUR)],
            3,
            NOON_AFTER,
            DayState.TOLD,
        ),
        ([Covered(date.min, MONDAY, NOON_AFTER + HOUR, True)], 3, NOON_AFTER, DayState.TOLD),
        ([Covered(date.min, MONDAY - timedelta(1), NOON_AFTER, True)], 3, NOON_AFTER, "waiting"),
    ],
)
def test_a_day_of_an_account(
    here: list[Covered], rows: int, now: datetime, state: DayState
) -> None:
    due_at = load_expected_files().due_at("bank_vcb", MONDAY)

    assert due_at == NOON_AFTER
    assert state_of(here, MONDAY, rows, due_at=due_at, now=now) == state


@pytest.mark.parametrize(
    ("day", "due_on"),
    [
        (date(2026, 11, 12), date(2026, 11, 13)),
        (date(2026, 11, 13), date(2026, 11, 16)),
        (date(2026, 11, 14), date(2026, 11, 16)),
        (date(2026, 4, 29), date(2026, 5, 4)),
    ],
)
def test_a_wallets_report_waits_over_weekends_and_holidays(day: date, due_on: date) -> None:
    due_at = load_expected_files().due_at("momo", day)

    assert due_at.date() == due_on


def test_a_deployments_rows_replace_those_of_the_providers_they_name(tmp_path: Path) -> None:
    own = tmp_path / "expected_files.toml"
    own.write_text(
        '[[expected_file]]\nprovider = "bank_vcb"\nvalid_from = 2026-01-01\ndue_days = 0\n'
        "due_local = 23:00:00\non_working_days = false\n"
        '[[expected_file]]\nprovider = "bank_vcb"\nvalid_from = 2026-11-10\ndue_days = 2\n'
        "due_local = 06:00:00\non_working_days = false\n"
    )

    rules = load_expected_files(own)

    assert rules.due_at("bank_vcb", MONDAY) == datetime(2026, 11, 9, 16, tzinfo=UTC)
    assert rules.due_at("bank_vcb", date(2026, 11, 10)) == datetime(2026, 11, 11, 23, tzinfo=UTC)
    assert rules.due_at("bank_mb", MONDAY) == NOON_AFTER


ROW = (
    '[[expected_file]]\nprovider = "momo"\nvalid_from = 2026-01-01\ndue_days = 1\n'
    "due_local = 12:00:00\non_working_days = true\n"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[", "expected_files.toml"),
        ("[other]\n", "other: is unknown"),
        ("expected_file = 3\n", "is no list of tables"),
        (ROW.replace("due_days = 1", "due_days = 40"), "momo: due_days: 40 is not from 0 to 31"),
        (ROW.replace("due_days = 1", 'due_days = "1"'), "momo: due_days: '1' is no int"),
        (ROW.replace("due_days = 1\n", ""), "momo: due_days: is missing"),
        (ROW + "colour = 1\n", "momo: colour: is no field"),
        (ROW + ROW, "momo: valid_from: 2026-01-01 stands twice"),
    ],
)
def test_rules_that_cannot_be_used_say_which_field(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "expected_files.toml"
    file.write_text(text)

    with pytest.raises(ExpectedFilesRefused, match=told):
        load_expected_files(file)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_file_is_never_due_before_its_day_is_over_nor_on_a_day_off(day: date) -> None:
    due_at = load_expected_files().due_at("momo", day)

    assert due_at.date() > day
    assert due_at.weekday() < 5


def test_the_calendar_tells_the_accounts_of_each_day_apart(
    engine: sa.Engine, now: datetime
) -> None:
    with writing(engine) as session:
        world = LedgerWorld(session, now)
        market = world.market()
        told, silent, quiet = (world.vendor(market) for _ in range(3))
        for vendor in (told, silent, quiet):
            world.booked(vendor, 10_000, business_date=MONDAY - timedelta(days=1))
        world.booked(told, 20_000, business_date=MONDAY)
        for vendor in (told, quiet):
            world.statement(vendor, MONDAY, received_at=NOON_AFTER - HOUR)

    with reading(engine) as session, counted(engine) as sent:
        found = ledger_days(
            session, MONDAY - timedelta(days=2), MONDAY, profiles=load_profiles(None),
            expected=load_expected_files(), now=NOON_AFTER + HOUR,
        )  # fmt: skip

    assert found[0].state is None
    assert found[2] == LedgerDay(
        ledger="bank_vcb",
        day=MONDAY,
        accounts={DayState.TOLD: 1, DayState.ZERO: 1, DayState.MISSING: 1},
        rows=1,
    )
    assert found[2].state is DayState.MISSING
    assert found[2].expected == 3
    assert len(sent) == 4
