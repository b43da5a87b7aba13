"""The store a wallet's movement belongs to, also where only one of its two tellings names it.

A wallet pays out by store. Its notice names the store only where the order did, its report on every
line. The two are one movement under one key, so what one of them names is true of both: in two
accounts they would never meet, and the money would count twice.
"""

from typing import Any

import sqlalchemy as sa

from reconciliation.bulk import table_of
from reconciliation.records import Book
from reconciliation.tables import ProviderTransaction

PAYS_BY_STORE = "momo"


def settling_account(provider: str, account: str, store_id: str | None) -> str:
    """Return the account that a provider pays out: a wallet's store, else the account itself."""
    return f"{account}/{store_id}" if provider == PAYS_BY_STORE and store_id else account


def told_store(row: sa.FromClause) -> sa.ColumnElement[Any]:
    """Return the store of a row of the ledger: its own, else the one its other telling names."""
    other = table_of(ProviderTransaction).alias("other_telling")
    named = (
        sa.select(sa.func.max(other.c.store_id))
        # The index begins with the book.
        .where(
            other.c.book.in_(list(Book)), other.c.dedupe_key == row.c.dedupe_key, other.c.is_current
        )
        .scalar_subquery()
        .correlate(row)
    )
    is_open = sa.and_(row.c.provider == PAYS_BY_STORE, row.c.store_id.is_(None))
    return sa.case((is_open, named), else_=row.c.store_id)
