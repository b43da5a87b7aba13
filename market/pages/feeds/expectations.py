"""Yesterday's statements as the first page tells them, kept for some minutes: they take long to count."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

KEPT_FOR = timedelta(minutes=5)

LedgerDayCell = tuple[date, str, int, int]
"""A day, its state, of how many accounts a statement is here, and of how many one is due."""


class KeptExpectations:
    """What was counted last, for one day; another day, or some minutes later, it is counted anew.

    Two readers at once may both count: the answer is the same.
    """

    def __init__(self) -> None:
        self._day: date | None = None
        self._at: datetime | None = None
        self._told: Mapping[str, LedgerDayCell] = {}

    def of(
        self, day: date, now: datetime, count: Callable[[], Mapping[str, LedgerDayCell]]
    ) -> Mapping[str, LedgerDayCell]:
        """Return by ledger what ``count`` returned for the day, at most ``KEPT_FOR`` ago."""
        is_fresh = self._at is not None and timedelta(0) <= now - self._at < KEPT_FOR
        if self._day != day or not is_fresh:
            self._told, self._day, self._at = count(), day, now
        return self._told
