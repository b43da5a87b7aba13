"""Which statement of which day is here: told, told to be empty, partly read, late, awaited, missing.

What is expected and what counts as here is what the day close asks (``close.completeness``,
``close.coverage``); here it is looked at a month at a time, with the hour by which it was due.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import rows_of, table_of
from reconciliation.close.completeness import Feed, feeds_by_market
from reconciliation.close.coverage import Account, Covered, read_coverage
from reconciliation.operations.expected_files import ExpectedFiles
from reconciliation.profiles import Profiles
from reconciliation.records import Book
from reconciliation.tables import ProviderTransaction


class DayState(StrEnum):
    """How an account's statement of one day stands; the worst of several comes first."""

    MISSING = "missing"
    """The hour it was due has passed."""
    PARTIAL = "partial"
    """It is here and rows of it wait for a person."""
    LATE = "late"
    """It is here, and came after the hour it was due."""
    WAITING = "waiting"
    """It is not due yet."""
    TOLD = "told"
    ZERO = "zero"
    """It is here and says that nothing moved: not the same as nothing said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerDay:
    """One ledger's statements of one day: accounts by state, and rows that count."""

    ledger: str
    day: date
    accounts: Mapping[DayState, int]
    rows: int

    @property
    def expected(self) -> int:
        """Return of how many accounts a statement is due for the day."""
        return sum(self.accounts.values())

    @property
    def state(self) -> DayState | None:
        """Return the worst of the accounts' states; ``None`` = nothing is expected."""
        return next((state for state in DayState if self.accounts.get(state)), None)


def ledger_days(
    session: Session,
    first: date,
    last: date,
    *,
    profiles: Profiles,
    expected: ExpectedFiles,
    now: datetime,
) -> list[LedgerDay]:
    """Return every ledger's days from ``first`` to ``last``, by ledger and day; four statements."""
    feeds = {feed for found in feeds_by_market(session, profiles).values() for feed in found}
    coverage = read_coverage(session, first)
    rows = _rows_by_account(session, first, last)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = []
    for ledger in sorted({feed.account[0] for feed in feeds}):
        due_on = _due_on((feed for feed in feeds if feed.account[0] == ledger), first, last)
        for day in days:
            due, told = due_on[day], rows[day]
            due_at = expected.due_at(ledger, day)
            known = due & coverage.keys()
            states = Counter(
                state_of(coverage[account], day, told.get(account, 0), due_at=due_at, now=now)
                for account in known
            )
            if silent := len(due) - len(known):
                states[state_of((), day, 0, due_at=due_at, now=now)] += silent
            number = sum(count for account, count in told.items() if account in due)
            found.append(LedgerDay(ledger=ledger, day=day, accounts=dict(states), rows=number))
    return found


def _due_on(feeds: Iterable[Feed], first: date, last: date) -> defaultdict[date, set[Account]]:
    """Return of which accounts a statement is due on each day from ``first`` to ``last``."""
    due: defaultdict[date, set[Account]] = defaultdict(set)
    for feed in feeds:
        begins = max(feed.first_told, feed.valid_from, first)
        ends = min(feed.valid_to or last, last)
        for n in range((ends - begins).days + 1):
            due[begins + timedelta(days=n)].add(feed.account)
    return due


def state_of(
    covered: Sequence[Covered], day: date, rows: int, *, due_at: datetime, now: datetime
) -> DayState:
    """Return how one account's statement of a day stands.

    Args:
        covered: for which days its statements and whole polls speak.
        rows: how many movements of the day they tell.
    """
    here = [one for one in covered if one.includes(day)]
    if not here:
        return DayState.MISSING if now > due_at else DayState.WAITING
    whole = [one for one in here if one.is_whole]
    if not whole:
        return DayState.PARTIAL
    # Of a poll only the last one is known, which says nothing about when the day was first told.
    files = [one.received_at for one in whole if one.first != date.min]
    if len(files) == len(whole) and min(files) > due_at:
        return DayState.LATE
    return DayState.TOLD if rows else DayState.ZERO


def _rows_by_account(
    session: Session, first: date, last: date
) -> defaultdict[date, Counter[Account]]:
    row = table_of(ProviderTransaction).c
    wanted = (
        sa.select(row.ledger, row.account_alias, row.business_date, sa.func.count())
        .where(
            row.is_current,
            row.book == Book.STATEMENT,
            row.business_date.between(first, last),
        )
        .group_by(row.ledger, row.account_alias, row.business_date)
    )
    told: Sequence[Any] = rows_of(session, wanted)
    counts: defaultdict[date, Counter[Account]] = defaultdict(Counter)
    for ledger, account, day, number in told:
        counts[day][ledger, account] += number
    return counts
