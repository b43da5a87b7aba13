"""A calendar month, or several in a row, up to today: its days, their newest closes, what they rest on."""

import hashlib
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from market.reports.closes import close_view, latest_closed_on, newest_closes_of, refuse_far_day
from market.reports.models import CloseState, CloseView
from reconciliation.errors import MonthNotBegun
from reconciliation.rules.kept import KeptRules, kept_rules
from reconciliation.tables import DayClose


@dataclass(frozen=True)
class Month:
    """The days of one market's month or months, up to today, and the newest close of each."""

    first: date
    last: date
    closes: Mapping[date, DayClose]

    @classmethod
    def of(
        cls, session: Session, market_code: str, month: date, today: date, *, months: int = 1
    ) -> "Month":
        """Return the month a day lies in; raise ``MonthNotBegun`` for one that has not begun.

        Args:
            months: so many in a row, of which this is the last.
        """
        refuse_far_day(month)
        begins = month.replace(day=1)
        last = min(begins.replace(day=monthrange(begins.year, begins.month)[1]), today)
        if last < begins:
            raise MonthNotBegun(begins, today)
        before = begins.year * 12 + begins.month - months
        first = date(before // 12, before % 12 + 1, 1)
        refuse_far_day(first)
        found = newest_closes_of(session, [market_code], first, last)
        return cls(first, last, {on: close for (_, on), close in found.items()})

    @property
    def days(self) -> list[date]:
        """Return every day of it, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def in_order(self) -> list[DayClose]:
        """Return the closes, oldest day first."""
        return [self.closes[on] for on in sorted(self.closes)]

    @property
    def close_ids(self) -> list[int]:
        """Return the ids of the closes."""
        return [close.id for close in self.in_order if close.id is not None]

    @property
    def not_closed(self) -> list[date]:
        """Return the days nobody closed: of these nothing is known, which is not 0."""
        return [on for on in self.days if on not in self.closes]

    @property
    def provisional(self) -> list[date]:
        """Return the days whose figures may still change."""
        return [on for on in self.days if self.state(on) is CloseState.PROVISIONAL]

    @property
    def whole_state(self) -> CloseState:
        """Return how far the month has come: final only when every day of it is over and final."""
        if not self.closes:
            return CloseState.OPEN
        is_over = self.last.day == monthrange(self.last.year, self.last.month)[1]
        is_whole = is_over and not self.not_closed and not self.provisional
        return CloseState.FINAL if is_whole else CloseState.PROVISIONAL

    def state(self, on: date) -> CloseState:
        """Return how far one day has come."""
        close = self.closes.get(on)
        return CloseState(close.state.value) if close else CloseState.OPEN

    def rules(self, session: Session) -> dict[str, KeptRules]:
        """Return the rules the closes went by, by hash, as far as they are kept."""
        return kept_rules(session, (close.rules_sha256 for close in self.closes.values()))

    def views(self) -> list[CloseView]:
        """Return the closes as a report names them."""
        return [close_view(close) for close in self.in_order]


def latest_closed_month(session: Session, market_code: str, today: date) -> date:
    """Return the first day of the newest month with a closed day, else of this one."""
    newest = latest_closed_on(session, market_code)
    return min(newest or today, today).replace(day=1)


def rests_on(closes: Iterable[CloseView]) -> str:
    """Return one hash over the roots of closes, a line each."""
    return hashlib.sha256("\n".join(one.root_sha256 for one in closes).encode()).hexdigest()


def spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Return days in order as runs from a day to a day."""
    runs: list[tuple[date, date]] = []
    for on in days:
        if runs and on - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], on)
        else:
            runs.append((on, on))
    return runs
