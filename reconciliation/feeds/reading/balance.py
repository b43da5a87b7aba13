"""The running balance of a statement: the chain that proves no row was lost or changed between.

Source: feeds.md 11.3. Rows stand oldest or newest first; nobody says which, so both orders are
tried at once and the one that holds is taken. The oldest row's own amount is proven by no balance.
"""

from datetime import UTC, datetime, time

from reconciliation.feeds.reading.lines import Line


class BalanceChain:
    """Takes the rows of one table in file order and tells what their balances prove."""

    def __init__(self) -> None:
        self._oldest_first = _OldestFirst()
        self._newest_first = _NewestFirst()
        self._first_at: datetime | None = None
        self._last_at: datetime | None = None
        self._has_balance = False

    def take(self, line: Line) -> None:
        """Take the next row of the file."""
        self._oldest_first.take(line)
        self._newest_first.take(line)
        self._has_balance |= line.balance is not None
        if (at := _moment(line)) is not None:
            self._first_at = self._first_at or at
            self._last_at = at

    @property
    def is_told(self) -> bool:
        """Tell whether any row told a balance."""
        return self._has_balance

    @property
    def holds(self) -> bool:
        """Tell whether the rows follow from each other, but for what unreadable rows leave open."""
        return self._oldest_first.is_possible or self._newest_first.is_possible

    @property
    def has_gap(self) -> bool:
        """Tell whether an unreadable row must have moved money for the rest to follow."""
        return self._order.has_gap

    @property
    def opening(self) -> int | None:
        """Return the balance before the oldest row, ``None`` when it cannot be known."""
        order = self._order
        return order.known if order is self._newest_first else order.start

    @property
    def closing(self) -> int | None:
        """Return the balance after the newest row, ``None`` when it cannot be known."""
        order = self._order
        return order.start if order is self._newest_first else order.known

    @property
    def _order(self) -> "_OldestFirst | _NewestFirst":
        if self._oldest_first.is_possible and self._newest_first.is_possible:
            is_falling = self._first_at and self._last_at and self._first_at > self._last_at
            return self._newest_first if is_falling else self._oldest_first
        return self._oldest_first if self._oldest_first.is_possible else self._newest_first


class _Order:
    """One order of the rows.

    ``start`` is the balance at the outer edge of the first row, ``known`` the one where the next row
    must join, ``across`` the last one known before an unreadable row, had that row moved nothing.
    """

    def __init__(self) -> None:
        self.is_possible = True
        self.has_gap = False
        self.is_empty = True
        self.known: int | None = None
        self.across: int | None = None
        self.start: int | None = None

    def join(self, balance: int | None) -> None:
        """Compare where this row begins with where the one before it ended."""
        if balance is None:
            return
        if self.known is not None:
            self.is_possible &= balance == self.known
        elif self.across is not None:
            self.has_gap |= balance != self.across
        self.across = None

    def leave(self, balance: int | None) -> None:
        """Note where this row ends."""
        if balance is None and self.known is not None:
            self.across = self.known
        self.known = balance


class _OldestFirst(_Order):
    def take(self, line: Line) -> None:
        if line.signed_amount is None:
            before, after = None, line.balance
            self._compare_as_if_nothing_moved(after)
        else:
            after = line.balance
            if after is None and self.known is not None:
                after = self.known + line.moved
            before = None if after is None else after - line.moved
        if self.is_empty:
            self.start = before
        self.is_empty = False
        self.join(before)
        self.leave(after)

    def _compare_as_if_nothing_moved(self, after: int | None) -> None:
        before = self.across if self.known is None else self.known
        if after is not None and before is not None:
            self.has_gap |= after != before
            self.across = None


class _NewestFirst(_Order):
    def take(self, line: Line) -> None:
        after = line.balance
        if after is None and line.signed_amount is not None:
            after = self.known
        if self.is_empty:
            self.start = after
        self.is_empty = False
        self.join(after)
        if line.signed_amount is None:
            if after is not None:
                self.known = after
            self.leave(None)
        else:
            self.leave(None if after is None else after - line.moved)


def _moment(line: Line) -> datetime | None:
    if line.occurred_at is not None:
        return line.occurred_at
    return datetime.combine(line.booked_on, time.min, UTC) if line.booked_on else None
