"""Rows that give back a payment and name nobody: they are whose the payment is.

A provider may name in a refund, a chargeback or a reversal the payment and nothing else. Where the ledger
knows whose that payment is, and payments of that vendor may be seen on the row's own day too, the row is
hers; else it stays nobody's. The last rule of all, after those of ``attribution``.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.tables import Consent, Vendor
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.ledger.attribution import (
    Seen,
    allows_reconciliation,
    name_vendors,
    seen_columns,
)
from reconciliation.ledger.changed_days import note_changed_days
from reconciliation.ledger.tellers import standing_rows
from reconciliation.records import Book
from reconciliation.tables import ProviderTransaction

RULE = "original"


def name_by_originals(session: Session, keys: Collection[str] | None = None) -> int:
    """Give rows without a vendor to whose payment they give back; return how many.

    Args:
        keys: the dedupe keys of the rows to look at; ``None`` = all there are.
    """
    row = table_of(ProviderTransaction).c
    wanted = sa.select(
        row.id, row.provider, row.account_alias, row.original_transaction_id, row.business_date
    ).where(
        row.original_transaction_id.is_not(None),
        row.vendor_id.is_(None),
        row.forgotten_at.is_(None),
        standing_rows(),
    )
    if keys is not None:
        wanted = wanted.where(one_of(session, row.dedupe_key, keys))
    open_rows = rows_of(session, wanted)
    owners = _owners(session, {_original_key(one) for one in open_rows})
    named, days = [], set()
    for one in open_rows:
        held = owners.get(_original_key(one), {})
        if len(held) != 1:
            continue
        [(vendor_id, stretches)] = held.items()
        if any(seen.covers(one.business_date) for seen in stretches):
            named.append({"row_id": one.id, "vendor": vendor_id, "rule": RULE})
            days.add(one.business_date)
    if named:
        name_vendors(session, named)
        note_changed_days(session, days)
    return len(named)


def _original_key(row: Any) -> str:
    """Return the dedupe key of the payment that a row names."""
    return f"{row.provider}:{row.account_alias}:{row.original_transaction_id}"


def _owners(session: Session, keys: Collection[str]) -> dict[str, dict[int, list[Seen]]]:
    """Return by key whose payment it is, and when payments of that vendor may be seen."""
    found: dict[str, dict[int, list[Seen]]] = defaultdict(dict)
    if not keys:
        return found
    row, vendor, consent = table_of(ProviderTransaction), table_of(Vendor), table_of(Consent)
    statement = (
        sa.select(row.c.dedupe_key, row.c.vendor_id, *seen_columns(vendor, consent))
        .join_from(row, vendor, vendor.c.id == row.c.vendor_id)
        .outerjoin(consent, allows_reconciliation(vendor, consent))
        .where(
            row.c.book == Book.PAYMENTS,
            one_of(session, row.c.dedupe_key, keys),
            row.c.forgotten_at.is_(None),
            standing_rows(),
        )
    )
    for told in rows_of(session, statement):
        found[told.dedupe_key].setdefault(told.vendor_id, []).append(Seen._make(told[2:]))
    return found
