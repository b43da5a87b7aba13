"""What adoption is measured from, kept with the closes: vendors' days, amounts, breaks, halves.

The eligible receipts of a day follow from its newest close (``receipts``) and are counted once, when
it is written: reading three years of a province one receipt at a time would take minutes. What a
later day takes back leaves the facts of its own day, so those are counted again.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlmodel import Session

from merchants.tables import AcceptancePoint
from reconciliation.bands import TICKET_BAND_EDGES_VND, band_of
from reconciliation.bulk import insert_rows, rows_of, table_of
from reconciliation.close.daily import measure_lines
from reconciliation.close.receipts import receipts
from reconciliation.close.roots import NOBODY
from reconciliation.close.stored_closes import newest_close_ids
from reconciliation.records import Status, TransactionType
from reconciliation.tables import (
    AdoptionBreakDay,
    AdoptionTicketDay,
    AdoptionVendorDay,
    AdoptionVendorHalf,
    DayClose,
    MatchOutcome,
    ProviderTransaction,
)

TAKEN_BACK_WITHIN = timedelta(days=180)
"""How long before its reversal a payment is looked for."""
_MID_MONTH = 15
_BANDS = len(TICKET_BAND_EDGES_VND) + 1

Channels = Mapping[tuple[int, str], str]
"""Acceptance type by vendor and ledger."""


def write_adoption_facts(session: Session, first: date, last: date) -> None:
    """Count the facts of the newest closes from ``first`` to ``last`` anew, breaks excepted.

    Earlier days whose payments are taken back within the span are counted anew too.
    """
    channels = channels_of(session)
    earlier = days_taken_back(
        session,
        table_of(DayClose).c.business_date.between(first, last),
        first - TAKEN_BACK_WITHIN,
        first - timedelta(days=1),
    )
    for start, end in [*((day, day) for day in earlier), (first, last)]:
        _write_receipts(session, start, end, channels)
    for half in sorted({half_of(day) for day in (*earlier, *_days(first, last))}):
        _write_half(session, half)


def write_breaks(
    session: Session, decided: pd.DataFrame, close_ids: Mapping[tuple[str, date], int]
) -> None:
    """Store what is credible and not confirmed on days that have just been closed.

    Args:
        decided: as ``decided.join_outcomes`` returns it.
        close_ids: by scope and day, the closes without breaks yet.
    """
    rows, channels = break_rows(decided), channels_of(session)
    insert_rows(
        session,
        AdoptionBreakDay,
        [
            (
                close_ids[scope, day],
                vendor,
                name,
                ledger,
                channels.get((vendor, ledger), ""),
                day,
                *sums,
            )
            for (scope, day, vendor, name, ledger), sums in sorted(rows.items())
            if (scope, day) in close_ids
        ],
    )


BreakKey = tuple[str, date, int, str, str]


def break_rows(decided: pd.DataFrame) -> dict[BreakKey, tuple[int, int]]:
    """Return count and đồng by scope, day, vendor, outcome and ledger.

    A break is money announced that no counted row holds: pending, missing in the statement, or told
    in two ways. Money of nobody is in no market and is left out.
    """
    lines = decided[decided["leg"].eq("B") & decided["book"].ne("payouts")]
    lines = lines[lines["scope"].ne(NOBODY)]
    if lines.empty:
        return {}
    measured = measure_lines(lines)
    is_counted = measured["gross_vnd"].ne(0)
    open_vnd = measured["pending_vnd"] + measured["unexplained_vnd"].where(~is_counted, 0)
    found: dict[BreakKey, tuple[int, int]] = {}
    told = lines.assign(open_vnd=open_vnd)[open_vnd.gt(0)]
    for scope, day, outcome, vendor, ledger, value in zip(
        told["scope"].tolist(),
        told["business_date"].dt.date,
        told["outcome"].tolist(),
        told["vendor_id"].tolist(),
        told["ledger"].tolist(),
        told["open_vnd"].tolist(),
        strict=True,
    ):
        key = (scope, day, vendor, outcome, ledger)
        count, so_far = found.get(key, (0, 0))
        found[key] = (count + 1, so_far + value)
    return found


def channels_of(session: Session) -> dict[tuple[int, str], str]:
    """Return the acceptance type of each vendor's newest account of a ledger."""
    point = table_of(AcceptancePoint).c
    told = rows_of(
        session,
        sa.select(
            point.vendor_id, point.feed_provider, sa.type_coerce(point.acceptance_type, sa.String)
        ).order_by(point.valid_from, point.id),
    )
    return {(vendor, ledger): kind for vendor, ledger, kind in told}


def half_of(day: date) -> date:
    """Return the first day of the half of a month a day lies in."""
    return day.replace(day=1 if day.day < _MID_MONTH else _MID_MONTH)


def last_of_half(half: date) -> date:
    """Return the last day of the half of a month that begins on a day."""
    following = (half + timedelta(days=31)).replace(day=1)
    return half.replace(day=_MID_MONTH - 1) if half.day == 1 else following - timedelta(days=1)


def _write_receipts(session: Session, first: date, last: date, channels: Channels) -> None:
    close = table_of(DayClose).c
    newest = newest_close_ids(first, last)
    told = rows_of(
        session,
        sa.select(close.id, close.market_id, close.business_date).where(
            close.id.in_(newest), close.market_id.is_not(None)
        ),
    )
    close_ids = {(market, day): id_ for id_, market, day in told}
    for table in (AdoptionVendorDay, AdoptionTicketDay):
        target = table_of(table)
        session.connection().execute(sa.delete(target).where(target.c.close_id.in_(newest)))
    frame = receipts(session, first, last)
    days: dict[tuple[int, int, str], list[int]] = {}
    amounts: dict[tuple[int, int], int] = {}
    on = {id_: day for id_, _, day in told}
    for vendor, market, day, amount, ledger in zip(
        frame["vendor_id"].tolist(),
        frame["market_id"].tolist(),
        frame["business_date"].dt.date,
        frame["amount_vnd"].tolist(),
        frame["ledger"].tolist(),
        strict=True,
    ):
        close_id = close_ids[market, day]
        sums = days.setdefault((close_id, vendor, ledger), [0] * (2 + _BANDS))
        sums[0] += 1
        sums[1] += amount
        sums[2 + band_of(amount)] += 1
        amounts[close_id, amount] = amounts.get((close_id, amount), 0) + 1
    insert_rows(
        session,
        AdoptionVendorDay,
        [
            (close_id, vendor, ledger, channels.get((vendor, ledger), ""), on[close_id], *sums)
            for (close_id, vendor, ledger), sums in days.items()
        ],
    )
    insert_rows(
        session,
        AdoptionTicketDay,
        [(id_, amount, on[id_], count) for (id_, amount), count in amounts.items()],
    )


def _write_half(session: Session, half: date) -> None:
    last = last_of_half(half)
    day, target = table_of(AdoptionVendorDay), table_of(AdoptionVendorHalf)
    connection = session.connection()
    connection.execute(sa.delete(target).where(target.c.half_on == half))
    seen = (
        sa.select(
            sa.literal(half, sa.Date),
            day.c.vendor_id,
            sa.func.min(day.c.business_date),
            sa.func.max(day.c.business_date),
        )
        .where(
            day.c.business_date.between(half, last),
            day.c.close_id.in_(newest_close_ids(half, last)),
        )
        .group_by(day.c.vendor_id)
    )
    names = ["half_on", "vendor_id", "first_on", "last_on"]
    connection.execute(sa.insert(target).from_select(names, seen))


def days_taken_back(
    session: Session, closes: sa.ColumnElement[bool], first: date, last: date
) -> list[date]:
    """Return the days of a span of payments that a reversal of some closes may name.

    Of any version: a reversal that is no more gives back what it took. Rows that were forgotten since
    are older than any reversal.
    """
    row, decided = table_of(ProviderTransaction), table_of(MatchOutcome)
    close = table_of(DayClose).c
    told = rows_of(
        session,
        sa.select(row.c.original_transaction_id, row.c.bank_reference)
        .join_from(decided, row, row.c.id == decided.c.record_id)
        .where(
            decided.c.close_id.in_(sa.select(close.id).where(closes)),
            row.c.transaction_type == TransactionType.REVERSAL,
            row.c.status == Status.SUCCEEDED,
        ),
    )
    names = sorted({name for pair in told for name in pair if name})
    if not names:
        return []
    days: Iterable[Any] = rows_of(
        session,
        sa.select(row.c.business_date)
        .where(
            row.c.business_date.between(first, last),
            row.c.provider_transaction_id.in_(names) | row.c.bank_reference.in_(names),
        )
        .distinct(),
    )
    return sorted(day for (day,) in days)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
