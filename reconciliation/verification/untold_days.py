"""Payouts that wait because days they may pay are not in the statement, and those said to be over.

Which days a payout may pay is counted day by day from its contract. Where a run learnt the cycle of a
provider from its payouts, any cycle is allowed: a run is wrong only where no cycle makes it right.
Shares no code with the engine. Source: reconciliation.md section 4.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any, NamedTuple

import pandas as pd

from merchants.calendars.holidays import holidays
from reconciliation.verification.contracts import Contracts
from reconciliation.verification.given import DAY, PLACE
from reconciliation.verification.returned import are_own_rows

_DAYS_BACK = 31
"""How long before a payout the days lie that it may pay."""
_LATE_DAYS = 10
"""How much later than due a payout of days before the statement may come."""
_CYCLES = range(8)
_DAY = timedelta(days=1)
_UNPAID = ("pending_cut_off", "missing")
_NOT_LISTED = ("duplicate", "conflict", "rejected")
_NO_ARRIVAL = ("validate", "profile", "payout_listing")
"""Rules of payouts that show nothing of their provider's calendar."""
Place = tuple[str, str]


def prove_untold(lines: pd.DataFrame, payouts: pd.DataFrame, contracts: Contracts) -> Iterator[str]:
    """Say which payouts wait for days that are told, and which are over for days that are not.

    Args:
        lines: as ``work_out_payouts`` takes them.
        payouts: as it returns them, with the ``reason`` of each.
    """
    waits = payouts[payouts["outcome"].eq("pending_cut_off") & payouts["reason"].eq("feed_gap")]
    by_run = payouts["rule"].str.startswith("cut_off_run")
    over = payouts[payouts["outcome"].eq("over") & (by_run | payouts["lines"].eq(0))]
    open_lines = lines[lines["outcome"].eq("pending_cut_off") & lines["reason"].eq("feed_gap")]
    if waits.empty and over.empty and open_lines.empty:
        return
    statement = _Statement(lines, payouts, contracts)
    listed = statement.listed(waits["payout_reference"])
    last: dict[Place, date] = {}
    for payout in _each(waits):
        last[payout.place] = max(payout.arrived_on, last.get(payout.place, payout.arrived_on))
        if (*payout.place, payout.reference) in listed:
            yield f"payouts {payout.record_id}: waits for the statement, and lines name it"
        elif not any(statement.may_lack(payout, each) for each in statement.calendars(payout)):
            yield f"payouts {payout.record_id}: waits for the statement, which tells of its days"
    for payout in _each(over):
        if all(statement.lacks(payout, each) for each in statement.calendars(payout)):
            yield f"payouts {payout.record_id}: over, and the statement does not tell of its days"
    for record, provider, account, on in _rows(open_lines, ["record_id", *DAY]):
        if last.get((provider, account), date.min) < date.fromisoformat(on):
            yield f"statement {record}: waits for the statement with no payout"


class _Payout(NamedTuple):
    record_id: str
    place: Place
    arrived_on: date
    reference: str
    lines: int
    expected_vnd: int


def _each(payouts: pd.DataFrame) -> Iterator[_Payout]:
    names = ["record_id", *PLACE, "arrived_on", "payout_reference", "lines", "expected_vnd"]
    for record, provider, account, on, *rest in _rows(payouts, names):
        yield _Payout(record, (provider, account), date.fromisoformat(on), *rest)


class _Calendar(NamedTuple):
    cycle_days: int
    pays_on_weekends: bool
    closed: frozenset[date]

    def due(self, day: date) -> date:
        """Return when the money of a business day is due."""
        on = day + timedelta(days=self.cycle_days)
        while on in self.closed or (on.weekday() >= 5 and not self.pays_on_weekends):
            on += _DAY
        return on

    def last_due(self, arrived: date) -> set[date]:
        """Return the days that are due together, the last ones by an arrival; all where none is due."""
        days = {arrived - timedelta(days=back) for back in range(_DAYS_BACK + 1)}
        due = {day: on for day in days if (on := self.due(day)) <= arrived}
        last = max(due.values(), default=None)
        return {day for day in days if due.get(day) == last}


class _Statement:
    """What a statement tells: which days of which provider or account, and what of them is unpaid."""

    def __init__(self, lines: pd.DataFrame, payouts: pd.DataFrame, contracts: Contracts) -> None:
        self._contracts = contracts
        self._lines = lines[lines["account"].ne("") & ~are_own_rows(lines)]
        self._told_of = {name: _days(on) for name, on in lines.groupby("provider")["business_date"]}
        self._told_to = _days_by_place(lines)
        self._sold = {place: min(days) for place, days in _days_by_place(self._lines).items()}
        self._unpaid = _days_by_place(self._lines[self._lines["outcome"].isin(_UNPAID)])
        came = payouts[~payouts["rule"].str.startswith(_NO_ARRIVAL)]
        self._arrivals = {name: _days(on) for name, on in came.groupby("provider")["arrived_on"]}

    def listed(self, references: "pd.Series[str]") -> set[tuple[str, str, str]]:
        """Return which payouts (place and reference) a listing names lines of, among some."""
        lines = self._lines[self._lines["moved"] & self._lines["settlement_id"].ne("")]
        lines = lines[lines["settlement_id"].isin(references)]
        lines = lines[~lines["outcome"].isin(_NOT_LISTED)]
        return {
            (provider, account, name)
            for provider, account, on, name in _rows(lines, [*DAY, "settlement_id"])
            if self._contracts.terms(provider, on).get("payouts") in {"listing", "learned"}
        }

    def calendars(self, payout: _Payout) -> Iterator[_Calendar]:
        """Yield the calendars by which a payout may be made, one where the contract tells it all."""
        terms = self._terms(payout)
        cycle, weekends = terms.get("cycle_days"), terms.get("pays_on_weekends")
        closed = {date.fromisoformat(str(day)) for day in terms.get("holidays", ())}
        if terms.get("calendar") == "vn":
            year = payout.arrived_on.year
            closed |= {day for each in (year - 1, year, year + 1) for day in holidays(each)}
        # A holiday on which money came was none.
        less = closed - self._arrivals.get(payout.place[0], set())
        cycles: Sequence[int] = _CYCLES if cycle is None else [cycle]
        on_weekends = [True, False] if weekends is None else [weekends]
        for each in product(cycles, on_weekends, {frozenset(less), frozenset(closed)}):
            yield _Calendar(*each)

    def lacks(self, payout: _Payout, calendar: _Calendar) -> bool:
        """Return whether days that a payout may pay are not told: due with it, or from before."""
        is_alone = not payout.lines and not payout.expected_vnd
        return self._lacks_due(payout, calendar) or (is_alone and self._is_before(payout, calendar))

    def may_lack(self, payout: _Payout, calendar: _Calendar) -> bool:
        """Return the same of a payout of which no lines are told: no day due with it may be unpaid."""
        if self._lacks_due(payout, calendar):
            return True
        unpaid = set() if self._is_listed(payout) else self._unpaid.get(payout.place, set())
        is_alone = unpaid.isdisjoint(calendar.last_due(payout.arrived_on))
        return is_alone and self._is_before(payout, calendar)

    def _terms(self, payout: _Payout) -> Mapping[str, Any]:
        return self._contracts.terms(payout.place[0], str(payout.arrived_on))

    def _is_listed(self, payout: _Payout) -> bool:
        return self._terms(payout).get("payouts") == "listing"

    def _told(self, payout: _Payout) -> set[date]:
        if self._terms(payout).get("statement_per") == "account":
            return self._told_to.get(payout.place, set())
        return self._told_of.get(payout.place[0], set())

    def _lacks_due(self, payout: _Payout, calendar: _Calendar) -> bool:
        return not self._told(payout).issuperset(calendar.last_due(payout.arrived_on))

    def _is_before(self, payout: _Payout, calendar: _Calendar) -> bool:
        """Return whether it may be late for days before the first one told, of an account that sold then."""
        told, sold = self._told(payout), self._sold.get(payout.place)
        if not told or sold is None or sold > calendar.due(min(told)):
            return False
        late = payout.arrived_on - calendar.due(min(told) - _DAY)
        return late.days <= _LATE_DAYS


def _days_by_place(lines: pd.DataFrame) -> dict[Place, set[date]]:
    groups: Any = lines.groupby(PLACE)["business_date"]
    return {place: _days(on) for place, on in groups}


def _days(column: "pd.Series[str]") -> set[date]:
    return {date.fromisoformat(on) for on in column.unique()}


def _rows(table: pd.DataFrame, names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name].tolist() for name in names), strict=True)
