"""The eligible receipts of closed days, told once more in plain loops, to prove adoption facts by.

The rules of ``receipts`` said again without its code. Where time has blurred whether a receipt counted
when its day's facts were written, it is told as one that may have: it was taken back by a reversal that
the facts need not have met (of another half year, of a day before, or forgotten since), or the register
knows of test payments of its amount, which may have been seen later.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import market_day
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent, Vendor, VendorMerge
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.close.proofs.lines import NOT_IN_SUMS
from reconciliation.close.stored_closes import newest_close_ids
from reconciliation.ledger.forgotten_names import forgotten_id, forgotten_name
from reconciliation.records import Direction, Status, TransactionType
from reconciliation.tables import MatchOutcome, ProviderTransaction

ELIGIBLE_FROM_VND = 1_000
_HALF_A_YEAR = timedelta(days=180)
_ROW, _DECIDED = table_of(ProviderTransaction), table_of(MatchOutcome)
_LEAVES_OPEN = frozenset({"missing_in_payments", "missing_in_statement", "ambiguous"})

Person = int
"""A vendor's id; one for all records that were ever merged, so that merging moves no figure."""
NOBODYS: Person = 0
Tests = Mapping[date, Counter[tuple[Person, int]]]
"""By day, how many test payments of an amount a person had."""


@dataclass(slots=True)
class DayReceipts:
    """What a close tells of receipts; amounts by person and ledger."""

    sure: dict[tuple[Person, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    maybe: dict[tuple[Person, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    open_counted: Counter[Person] = field(default_factory=Counter)
    """Đồng of counted money that is not explained, and so is no break of adoption."""

    @property
    def names_nobody(self) -> bool:
        """Whether a row lost its vendor since: whose it was when the facts were written is gone."""
        return NOBODYS in self.open_counted


class Persons:
    """Whose records belong together."""

    def __init__(self, session: Session) -> None:
        vendor, merge = table_of(Vendor).c, table_of(VendorMerge).c
        into = rows_of(
            session,
            sa.select(vendor.id, vendor.merged_into_id).where(vendor.merged_into_id.is_not(None)),
        )
        # Also what was taken apart since: facts of before tell of one.
        merged = rows_of(session, sa.select(merge.merged_vendor_id, merge.kept_vendor_id))
        self._of: dict[int, int] = {}
        for one, other in [*into, *merged]:
            self._of[self.of(one)] = self.of(other)

    def of(self, vendor_id: int | None) -> Person:
        """Return the person of a record."""
        found = vendor_id or NOBODYS
        while self._of.get(found, found) != found:
            found = self._of[found]
        return found


class Reversals:
    """The payments that closed reversals name, by id, with the reversal's day."""

    def __init__(self, session: Session, first: date) -> None:
        ids = (_ROW.c.original_transaction_id, _ROW.c.bank_reference)
        wanted = (
            sa.select(
                _ROW.c.business_date,
                _ROW.c.provider,
                _ROW.c.account_alias,
                _ROW.c.forgotten_at,
                *ids,
            )
            .join_from(_DECIDED, _ROW, _ROW.c.id == _DECIDED.c.record_id)
            .where(
                _DECIDED.c.close_id.in_(newest_close_ids(first, None)),
                _DECIDED.c.book != "payouts",
                _ROW.c.transaction_type == TransactionType.REVERSAL,
                _ROW.c.status == Status.SUCCEEDED,
            )
        )
        self._plain: dict[tuple[str, str, str], set[date]] = defaultdict(set)
        self._hashed: set[tuple[str, str, str]] = set()
        self._has_forgotten = False
        for on, provider, account, forgotten_at, *named in rows_of(session, wanted):
            for name in filter(None, named):
                self._hashed.add(_hashed(provider, account, name, forgotten_at))
                self._has_forgotten |= forgotten_at is not None
                if forgotten_at is None:
                    self._plain[provider, account, name].add(on)

    def fate(self, row: Any, on: date) -> bool | None:
        """Return whether a receipt stands; ``None`` = its facts may or may not have met a reversal."""
        if not self._hashed:
            return True
        names = [name for name in (row.provider_transaction_id, row.bank_reference) if name]
        if row.forgotten_at is None:
            days = {
                day
                for name in names
                for day in self._plain.get((row.provider, row.account_alias, name), ())
            }
            if any(on <= day <= on + _HALF_A_YEAR for day in days):
                return False
            if days:
                return None
            if not self._has_forgotten:
                return True
        told = (_hashed(row.provider, row.account_alias, each, row.forgotten_at) for each in names)
        return None if any(name in self._hashed for name in told) else True


def test_payments(session: Session, persons: Persons) -> Tests:
    """Count the test payments the register knows of."""
    event = table_of(RegisterEvent).c
    wanted = sa.select(event.vendor_id, event.at, event.to_value).where(
        event.action == EventAction.TEST_PAYMENT_SEEN.value, event.vendor_id.is_not(None)
    )
    found: dict[date, Counter[tuple[Person, int]]] = defaultdict(Counter)
    for vendor_id, at, amount in rows_of(session, wanted):
        found[market_day(at)][persons.of(vendor_id), int(amount)] += 1
    return found


def receipts_by_close(
    session: Session,
    days: Mapping[int, date],
    persons: Persons,
    reversals: Reversals,
    tests: Tests,
) -> dict[int, DayReceipts]:
    """Return by close what it tells of receipts.

    Args:
        days: the business date of each close to look at.
    """
    found: dict[int, DayReceipts] = defaultdict(DayReceipts)
    for row in _counted_payments(session, list(days)):
        person, of_close, on = persons.of(row.vendor_id), found[row.close_id], days[row.close_id]
        of_close.open_counted[person] += _not_explained(row)
        stands = reversals.fate(row, on) if row.amount >= ELIGIBLE_FROM_VND else False
        if stands is not False:
            kind = of_close.sure if stands else of_close.maybe
            kind[person, row.ledger].append(row.amount)
    for close_id, of_close in found.items():
        for (person, amount), times in tests.get(days[close_id], Counter()).items():
            _set_apart(of_close, person, amount, times)
    return dict(found)


def _counted_payments(session: Session, close_ids: Sequence[int]) -> Iterator[Any]:
    other = _ROW.alias("other")
    wanted = (
        sa.select(
            _DECIDED.c.close_id,
            _DECIDED.c.outcome,
            sa.func.coalesce(_ROW.c.vendor_id, other.c.vendor_id).label("vendor_id"),
            _ROW.c.amount,
            _DECIDED.c.difference_vnd,
            _ROW.c.currency,
            _ROW.c.provider,
            _ROW.c.ledger,
            _ROW.c.account_alias,
            _ROW.c.provider_transaction_id,
            _ROW.c.bank_reference,
            _ROW.c.forgotten_at,
        )
        .join_from(_DECIDED, _ROW, _ROW.c.id == _DECIDED.c.record_id)
        .outerjoin(other, other.c.id == _DECIDED.c.counterpart_id)
        .where(
            one_of(session, _DECIDED.c.close_id, close_ids),
            _DECIDED.c.leg == "B",
            sa.or_(_DECIDED.c.book == "statement", _DECIDED.c.outcome == "not_applicable"),
            _DECIDED.c.outcome.not_in(sorted(NOT_IN_SUMS)),
            _ROW.c.ledger_type == TransactionType.PAYMENT,
            _ROW.c.direction == Direction.CREDIT,
            _ROW.c.status == Status.SUCCEEDED,
        )
    )
    yield from rows_of(session, wanted)


def _not_explained(row: Any) -> int:
    """Return the đồng of a counted payment that its day tells as unexplained."""
    if row.currency != "VND":
        return 0
    if row.outcome == "matched_with_difference":
        return abs(int(row.difference_vnd))
    return int(row.amount) if row.outcome in _LEAVES_OPEN else 0


def _set_apart(told: DayReceipts, person: Person, amount: int, times: int) -> None:
    """Make as many receipts of an amount ones that may have been left out, as were tests."""
    for whose, amounts in told.sure.items():
        if whose[0] == person:
            for _ in range(min(times, amounts.count(amount))):
                amounts.remove(amount)
                told.maybe[whose].append(amount)


def _hashed(provider: str, account: str, name: str, forgotten_at: Any) -> tuple[str, str, str]:
    hashed = name if forgotten_at is not None else forgotten_id(account, name)
    return provider, forgotten_name(account), hashed
