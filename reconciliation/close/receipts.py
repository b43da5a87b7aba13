"""Eligible receipts for adoption: what the newest closes confirm that vendors were paid by QR.

Source: domain.md 11.2. A succeeded credit payment to a vendor's acceptance point, of the book that
counts, at least 1,000 đ, not reversed. No provider tags test payments, self-transfers or cash-out in
the feeds read so far; where one does, its rows are of another type than ``payment``. Of a test payment
that the register knows of, one receipt of that vendor, day and amount is left out. What came in for
a record that was merged since is the kept vendor's.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.days import HO_CHI_MINH, market_day
from merchants.kinds import EventAction
from merchants.tables import RegisterEvent, Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.day_figures import NOT_COUNTED
from reconciliation.close.stored_closes import newest_close_ids
from reconciliation.ledger.forgotten_names import forgotten_id, forgotten_name
from reconciliation.records import Book, Direction, Status, TransactionType
from reconciliation.tables import DayClose, MatchOutcome, ProviderTransaction

ELIGIBLE_MIN_VND = 1_000
RECEIPT_COLUMNS = {
    "vendor_id": "int64",
    "market_id": "int64",
    "business_date": "datetime64[s]",
    "amount_vnd": "int64",
    "occurred_at": "datetime64[us, UTC]",
    "ledger": "str",
}


def receipts(
    session: Session,
    first: date,
    last: date,
    vendor_ids: Collection[int] | None = None,
    *,
    known_at: datetime | None = None,
    reversed_by: datetime | None = None,
) -> pd.DataFrame:
    """Return the eligible receipts of the business days from ``first`` to ``last``, one row each.

    Columns: ``RECEIPT_COLUMNS``; ``occurred_at`` is missing where neither book tells a time. Days
    that are not closed have none; a day's newest version decides.

    Args:
        vendor_ids: only what came in for these records, as it was attributed; ``None`` = all.
        known_at: the newest of the versions closed by then decides; ``None`` = of all.
        reversed_by: reversals closed later take nothing back; ``None`` = all do.
    """
    row = table_of(ProviderTransaction).alias("row")
    other = table_of(ProviderTransaction).alias("other")
    decided, close, vendor = table_of(MatchOutcome), table_of(DayClose), table_of(Vendor)
    wanted = (
        sa.select(
            sa.func.coalesce(vendor.c.merged_into_id, vendor.c.id),
            close.c.market_id,
            close.c.business_date,
            row.c.amount,
            sa.func.coalesce(row.c.occurred_at, other.c.occurred_at, type_=row.c.occurred_at.type),
            row.c.provider,
            row.c.ledger,
            row.c.account_alias,
            row.c.provider_transaction_id,
            row.c.bank_reference,
            row.c.forgotten_at,
        )
        .select_from(close)
        .join(decided, decided.c.close_id == close.c.id)
        .join(row, row.c.id == decided.c.record_id)
        .outerjoin(other, other.c.id == decided.c.counterpart_id)
        .outerjoin(vendor, vendor.c.id == sa.func.coalesce(row.c.vendor_id, other.c.vendor_id))
        .where(
            close.c.id.in_(newest_close_ids(first, last, by=known_at)),
            close.c.market_id.is_not(None),
            decided.c.leg == "B",
            sa.or_(decided.c.book == Book.STATEMENT, decided.c.outcome == "not_applicable"),
            decided.c.outcome.not_in(sorted(NOT_COUNTED)),
            row.c.ledger_type == TransactionType.PAYMENT,
            row.c.direction == Direction.CREDIT,
            row.c.status == Status.SUCCEEDED,
            row.c.amount >= ELIGIBLE_MIN_VND,
        )
    )
    if vendor_ids is not None:
        wanted = wanted.where(vendor.c.id.in_(sorted(vendor_ids)))
    reversed_ids = _reversed(session, first, reversed_by)
    told: Sequence[Any] = rows_of(session, wanted)
    kept = [
        (vendor_id, market_id, day, amount, occurred_at, ledger)
        for (
            vendor_id,
            market_id,
            day,
            amount,
            occurred_at,
            provider,
            ledger,
            account,
            transaction_id,
            reference,
            forgotten_at,
        ) in told
        if not reversed_ids
        or reversed_ids.isdisjoint(
            _names(provider, account, (transaction_id, reference), forgotten_at)
        )
    ]
    found = pd.DataFrame(kept, columns=list(RECEIPT_COLUMNS))
    found["occurred_at"] = pd.to_datetime(found["occurred_at"].astype("object"), utc=True)
    found = found.astype(RECEIPT_COLUMNS).sort_values(
        ["business_date", "vendor_id", "amount_vnd"], ignore_index=True
    )
    return _without_tests(found, _test_payments(session, first, last))


def _without_tests(found: pd.DataFrame, tests: Counter[tuple[int, date, int]]) -> pd.DataFrame:
    """Leave out as many receipts of a vendor, day and amount as were tests, the earliest first."""
    if not tests:
        return found
    keys = ["vendor_id", "business_date", "amount_vnd"]
    ordered = found.sort_values("occurred_at", kind="stable")
    place = ordered.groupby(keys).cumcount().reindex(found.index)
    days = found["business_date"].dt.date
    known = zip(found["vendor_id"].tolist(), days, found["amount_vnd"].tolist(), strict=True)
    is_sale = [nth >= tests[key] for nth, key in zip(place.tolist(), known, strict=True)]
    return found[is_sale].reset_index(drop=True)


def _test_payments(session: Session, first: date, last: date) -> Counter[tuple[int, date, int]]:
    """Count the test payments seen on the days by vendor, day and amount."""
    event, vendor = table_of(RegisterEvent), table_of(Vendor)
    wanted = (
        sa.select(
            sa.func.coalesce(vendor.c.merged_into_id, vendor.c.id), event.c.at, event.c.to_value
        )
        .join_from(event, vendor, vendor.c.id == event.c.vendor_id)
        .where(
            event.c.action == EventAction.TEST_PAYMENT_SEEN.value,
            event.c.at >= datetime.combine(first, time.min, tzinfo=HO_CHI_MINH),
            event.c.at < datetime.combine(last + timedelta(days=1), time.min, tzinfo=HO_CHI_MINH),
        )
    )
    told: Sequence[Any] = rows_of(session, wanted)
    return Counter((vendor_id, market_day(at), int(amount)) for vendor_id, at, amount in told)


def _reversed(session: Session, first: date, by: datetime | None) -> set[tuple[str, str, str]]:
    """Return (provider, account, id) of payments that a closed reversal takes back, as hashes.

    A reversal names its payment as original, or shares the bank's reference with it.
    """
    row, decided = table_of(ProviderTransaction), table_of(MatchOutcome)
    wanted = (
        sa.select(
            row.c.provider,
            row.c.account_alias,
            row.c.original_transaction_id,
            row.c.bank_reference,
            row.c.forgotten_at,
        )
        .join_from(decided, row, row.c.id == decided.c.record_id)
        .where(
            decided.c.close_id.in_(newest_close_ids(first, None, by=by)),
            decided.c.book != "payouts",
            row.c.transaction_type == TransactionType.REVERSAL,
            row.c.status == Status.SUCCEEDED,
        )
    )
    told: Sequence[Any] = rows_of(session, wanted)
    return {
        name
        for provider, account, *ids, forgotten_at in told
        for name in _names(provider, account, ids, forgotten_at)
    }


def _names(
    provider: str, account: str, ids: Iterable[str | None], forgotten_at: datetime | None
) -> set[tuple[str, str, str]]:
    """Return what a row is called by its ids, the same before and after it is forgotten."""
    return {
        (
            provider,
            forgotten_name(account),
            each if forgotten_at is not None else forgotten_id(account, each),
        )
        for each in ids
        if each is not None
    }
