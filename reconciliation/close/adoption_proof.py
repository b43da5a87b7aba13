"""The facts of adoption proved: of each day's newest close they follow from its own outcomes.

Published figures are sums over these rows, which stand under no root. Here they are counted once more
(``adoption_receipts``), without the code that wrote them. The facts of a day that waits to be closed
again may be older than what they would rest on now; those days are counted apart, not proved.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.tables import Vendor
from reconciliation.bands import TICKET_BAND_EDGES_VND, band_of
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.close.adoption_receipts import (
    DayReceipts,
    Person,
    Persons,
    Reversals,
    receipts_by_close,
    test_payments,
)
from reconciliation.close.stored_closes import newest_close_ids
from reconciliation.tables import (
    AdoptionBreakDay,
    AdoptionTicketDay,
    AdoptionVendorDay,
    AdoptionVendorHalf,
    ChangedDay,
    DayClose,
    VendorDay,
)

_BATCH = 50
_MAYBE_MAX = 12
"""So many receipts that may have counted can be anything; beyond that nothing is proved."""
_SECOND_HALF_FROM = 15
_NOTHING = (0,) * (3 + len(TICKET_BAND_EDGES_VND))

Sums = tuple[int, ...]
"""Receipts, their đồng, and receipts in each band."""


@dataclass(slots=True)
class AdoptionProof:
    """What was proved, and what does not hold, one sentence each."""

    days: int = 0
    """Markets' days whose facts were proved."""
    unproved: int = 0
    """Those that wait to be closed again, hold money that names nobody any more, or were blurred."""
    findings: list[str] = field(default_factory=list)


def prove_adoption(
    session: Session, *, on_progress: Callable[[int], None] | None = None
) -> AdoptionProof:
    """Prove the facts of every market's day by its newest close, and the halves of months by them.

    Args:
        on_progress: called after each batch with the number of markets' days done so far.
    """
    proof = AdoptionProof()
    close = table_of(DayClose).c
    wanted = (
        sa.select(close.id, close.scope, close.business_date)
        .where(close.id.in_(newest_close_ids(date.min, None)), close.market_id.is_not(None))
        .order_by(close.business_date, close.scope)
    )
    closes: Sequence[Any] = rows_of(session, wanted)
    if not closes:
        return proof
    day_proof = _DayProof(session, proof, closes[0].business_date)
    for first in range(0, len(closes), _BATCH):
        day_proof.prove(closes[first : first + _BATCH])
        if on_progress is not None:
            on_progress(first + _BATCH)
    proof.findings += day_proof.wrong_halves()
    return proof


class _DayProof:
    """Proves batches of closes, and remembers the days of each vendor for the halves."""

    def __init__(self, session: Session, proof: AdoptionProof, first: date) -> None:
        vendor = table_of(Vendor).c
        told = rows_of(session, sa.select(vendor.id, vendor.code))
        self._codes = {id_: code or str(id_) for id_, code in told}
        self._session, self._proof = session, proof
        self._persons = Persons(session)
        self._reversals = Reversals(session, first)
        self._tests = test_payments(session, self._persons)
        waiting = rows_of(session, sa.select(table_of(ChangedDay).c.business_date))
        self._waiting = {day for (day,) in waiting}
        self._halves: dict[tuple[date, int], tuple[date, date]] = {}

    def prove(self, closes: Sequence[Any]) -> None:
        """Prove the facts of some closes."""
        ids = [close.id for close in closes]
        found = receipts_by_close(
            self._session,
            {close.id: close.business_date for close in closes},
            self._persons,
            self._reversals,
            self._tests,
        )
        tables = (AdoptionVendorDay, AdoptionTicketDay, AdoptionBreakDay)
        stored = {table: _by_close(self._session, table, ids) for table in tables}
        owed = self._open_by_close(ids)
        for close in closes:
            vendors, tickets, breaks = (stored[table].get(close.id, []) for table in tables)
            for row in vendors:
                self._note_half(row)
            told = found.get(close.id, DayReceipts())
            if close.business_date in self._waiting or told.names_nobody:
                self._proof.unproved += 1
                continue
            where = f"{close.scope} {close.business_date:%d/%m/%Y}"
            self._proof.findings += _misdated(where, close, [*vendors, *tickets, *breaks])
            self._proof.findings += self._wrong_breaks(where, breaks, owed[close.id], told)
            self._proof.findings += _wrong_tickets(where, told, vendors, tickets)
            is_blurred = self._prove_vendors(where, told, vendors)
            self._proof.unproved += is_blurred
            self._proof.days += not is_blurred

    def wrong_halves(self) -> Iterator[str]:
        """Say which halves of months are not what the vendors' days come to."""
        half = table_of(AdoptionVendorHalf).c
        wanted = sa.select(half.half_on, half.vendor_id, half.first_on, half.last_on)
        told: Sequence[Any] = rows_of(self._session, wanted)
        stored = {(row.half_on, row.vendor_id): (row.first_on, row.last_on) for row in told}
        for key in sorted(stored.keys() | self._halves.keys()):
            if stored.get(key) != self._halves.get(key):
                half_on, vendor_id = key
                code = self._codes.get(vendor_id, str(vendor_id))
                yield (
                    f"Nửa tháng từ {half_on:%d/%m/%Y}: ngày đầu, ngày cuối nhận tiền của {code} ghi"
                    f" {_span(stored.get(key))}, từ số liệu ngày là {_span(self._halves.get(key))}"
                )

    def _prove_vendors(self, where: str, told: DayReceipts, vendors: Sequence[Any]) -> bool:
        """Find the vendors whose facts are off; return whether some cannot be told."""
        stored: dict[tuple[Person, str], Sums] = {}
        for row in vendors:
            key = self._persons.of(row.vendor_id), row.provider
            bands = (row.band_1, row.band_2, row.band_3, row.band_4, row.band_5)
            stored[key] = _plus(stored.get(key, _NOTHING), (row.receipts, row.value_vnd, *bands))
        is_blurred = False
        for key in sorted(stored.keys() | told.sure.keys() | told.maybe.keys()):
            kept, sure = stored.get(key, _NOTHING), _sums(told.sure.get(key, ()))
            may_be = _may_come_to(kept, sure, told.maybe.get(key, ()))
            is_blurred |= may_be is None
            if may_be is False:
                person, ledger = key
                code = self._codes.get(person, str(person))
                self._proof.findings.append(
                    f"{where}: số liệu áp dụng của {code} ở {ledger} ghi {_told(kept)}, "
                    f"tính lại từ lần chốt được {_told(sure)}"
                )
        return is_blurred

    def _wrong_breaks(
        self,
        where: str,
        breaks: Sequence[Any],
        owed: Counter[Person],
        told: DayReceipts,
    ) -> Iterator[str]:
        """Compare what is open by adoption's account with what the vendors' days leave open."""
        stored: Counter[Person] = Counter()
        for row in breaks:
            stored[self._persons.of(row.vendor_id)] += row.value_vnd
        for person in sorted(stored.keys() | owed.keys() | told.open_counted.keys()):
            due = owed[person] - told.open_counted[person]
            if stored[person] != due:
                code = self._codes.get(person, str(person))
                yield (
                    f"{where}: khoản chưa xác nhận của {code} trong số liệu áp dụng là "
                    f"{stored[person]} ₫, theo lần chốt là {due} ₫"
                )

    def _open_by_close(self, ids: Sequence[int]) -> dict[int, Counter[Person]]:
        """Return the đồng pending and unexplained on each vendor's day, which the root covers."""
        day = table_of(VendorDay).c
        is_open = day.pending_vnd + day.unexplained_vnd
        wanted = sa.select(day.close_id, day.vendor_id, is_open).where(
            one_of(self._session, day.close_id, ids), is_open != 0
        )
        found: dict[int, Counter[Person]] = defaultdict(Counter)
        for close_id, vendor_id, amount in rows_of(self._session, wanted):
            found[close_id][self._persons.of(vendor_id)] += amount
        return found

    def _note_half(self, row: Any) -> None:
        on = row.business_date
        key = on.replace(day=1 if on.day < _SECOND_HALF_FROM else _SECOND_HALF_FROM), row.vendor_id
        first, last = self._halves.get(key, (on, on))
        self._halves[key] = min(first, on), max(last, on)


def _misdated(where: str, close: Any, rows: Sequence[Any]) -> Iterator[str]:
    days = {row.business_date for row in rows} - {close.business_date}
    for day in sorted(days):
        yield f"{where}: số liệu áp dụng của lần chốt này ghi ngày {day:%d/%m/%Y}"


def _wrong_tickets(
    where: str, told: DayReceipts, vendors: Sequence[Any], tickets: Sequence[Any]
) -> Iterator[str]:
    sure = Counter(amount for amounts in told.sure.values() for amount in amounts)
    maybe = Counter(amount for amounts in told.maybe.values() for amount in amounts)
    stored = {row.amount_vnd: row.receipts for row in tickets}
    for amount in sorted(stored.keys() | sure.keys()):
        kept = stored.get(amount, 0)
        if not sure[amount] <= kept <= sure[amount] + maybe[amount]:
            yield (
                f"{where}: số liệu áp dụng ghi {kept} khoản {amount} ₫, "
                f"tính lại từ lần chốt được {sure[amount]}"
            )
    by_vendor = sum(row.receipts for row in vendors), sum(row.value_vnd for row in vendors)
    by_amount = sum(stored.values()), sum(amount * count for amount, count in stored.items())
    if by_vendor != by_amount:
        yield (
            f"{where}: số liệu áp dụng theo người bán là {_told(by_vendor)}, "
            f"theo mức tiền là {_told(by_amount)}"
        )


def _may_come_to(stored: Sums, sure: Sums, maybe: Sequence[int]) -> bool | None:
    """Return whether some of the receipts that may count make up what is stored; ``None`` = too many."""
    if stored == sure:
        return True
    if len(maybe) > _MAYBE_MAX:
        return None
    reached = {sure}
    for amount in maybe:
        reached |= {_plus(sums, _sums([amount])) for sums in reached}
    return stored in reached


def _sums(amounts: Sequence[int]) -> Sums:
    bands = Counter(map(band_of, amounts))
    return (len(amounts), sum(amounts), *(bands[band] for band in range(len(_NOTHING) - 2)))


def _plus(one: Sums, other: Sums) -> Sums:
    return tuple(map(sum, zip(one, other, strict=True)))


def _told(sums: Sequence[int]) -> str:
    receipts, value, *_ = sums
    return f"{receipts} khoản {value} ₫"


def _span(days: tuple[date, date] | None) -> str:
    return f"{days[0]:%d/%m/%Y}–{days[1]:%d/%m/%Y}" if days else "không có"


def _by_close(session: Session, table: Any, ids: Sequence[int]) -> Mapping[int, list[Any]]:
    facts = table_of(table)
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows_of(session, sa.select(facts).where(one_of(session, facts.c.close_id, ids))):
        found[row.close_id].append(row)
    return found
