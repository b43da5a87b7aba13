"""What a part of the accounts must be told of all others: which days the books tell of, by provider.

Whoever decides all accounts reads it off the books; whoever decides a few is given it. Providers go by
name, because each part has codes of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.book_columns import NO_TIME
from reconciliation.engine.books import CodedBook
from reconciliation.engine.coded_books import CodedBooks
from reconciliation.engine.passes.residual import NEVER, Coverage, cover
from reconciliation.engine.payment_requests import last_told
from reconciliation.engine.payout_leg import NO_ARRIVAL

_HALF = 1 << 31


@dataclass(slots=True)
class DaysTold:
    """The business days (since 1970) of which a book tells anything, by provider."""

    days: dict[str, set[int]] = field(default_factory=dict)

    def add(self, days: Mapping[str, set[int]]) -> None:
        """Add the days of other accounts."""
        for name, more in days.items():
            self.days[name] = self.days.get(name, set()) | more

    def coverage(self, providers: Sequence[str]) -> Coverage:
        """Return the same by the codes of some providers."""
        told = [
            (code << 32) + day
            for code, name in enumerate(providers)
            for day in sorted(self.days.get(name, ()))
        ]
        last = [max(self.days.get(name, ()), default=NEVER) for name in providers]
        return Coverage(np.array(told, np.int64), np.array(last, np.int32))


@dataclass(slots=True)
class Across:
    """Over all accounts: what both books cover, the last arrival of payouts, the last payment.

    ``arrivals``: the last day on which a payout of each provider arrived; who is not in it pays
    nothing that is told. ``last_at``: as ``last_told`` of the payments.
    """

    payments: DaysTold = field(default_factory=DaysTold)
    statement: DaysTold = field(default_factory=DaysTold)
    arrivals: dict[str, int] = field(default_factory=dict)
    last_at: int = NO_TIME

    def add(self, other: "Across") -> None:
        """Add what is told of other accounts."""
        self.payments.add(other.payments.days)
        self.statement.add(other.statement.days)
        for name, day in other.arrivals.items():
            self.arrivals[name] = max(day, self.arrivals.get(name, day))
        self.last_at = max(self.last_at, other.last_at)

    def said_of(self, name: str) -> str:
        """Return all that is told of one provider, as text."""
        days = [sorted(book.days.get(name, ())) for book in (self.payments, self.statement)]
        return repr((days, self.arrivals.get(name)))

    def last_arrivals(self, providers: Sequence[str]) -> NDArray[np.int64]:
        """Return the last arrival by the codes of some providers, ``NO_ARRIVAL`` for none."""
        return np.array([self.arrivals.get(name, NO_ARRIVAL) for name in providers], np.int64)


def look_across(coded: CodedBooks) -> Across:
    """Return what books of all accounts tell."""
    payouts = coded.payouts
    arrivals = {
        name: int(payouts.day[payouts.provider == code].max())
        for code, name in enumerate(coded.providers)
        if (payouts.provider == code).any()
    }
    return Across(
        payments=_days_of(coded.payments, coded.providers),
        statement=_days_of(coded.statement, coded.providers),
        arrivals=arrivals,
        last_at=last_told(coded.payments),
    )


def _days_of(book: CodedBook, providers: Sequence[str]) -> DaysTold:
    found: dict[str, set[int]] = {name: set() for name in providers}
    for told in cover(book, len(providers)).told.tolist():
        code = (told + _HALF) >> 32
        found[providers[code]].add(told - (code << 32))
    return DaysTold(found)
