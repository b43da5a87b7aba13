"""The payments that refunds, reversals and disputes name, wherever the ledger keeps them.

A refund may come weeks after its payment, outside the days that are closed, or after the payment is
forgotten: then the ledger knows the payment's id only by its hash, and the refund is given that name.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.ledger.forgotten_names import forgotten_id
from reconciliation.tables import ProviderTransaction


def find_originals(
    session: Session, aliases: Sequence[str], originals: Sequence[str | None]
) -> tuple[list[str | None], list[bool]]:
    """Return for each row the name its original has in the ledger, and whether it has one.

    Args:
        aliases: the account of each row.
        originals: the id that each row names, ``None`` for most.
    """
    named = {
        (alias, original): forgotten_id(alias, original)
        for alias, original in zip(aliases, originals, strict=True)
        if original is not None
    }
    if not named:
        return [None] * len(originals), [False] * len(originals)
    told = _told(session, {original for _, original in named} | set(named.values()))
    names: list[str | None] = []
    for alias, original in zip(aliases, originals, strict=True):
        hashed = named.get((alias, original)) if original is not None else None
        names.append(hashed if original not in told and hashed in told else original)
    return names, [name in told for name in names]


def _told(session: Session, names: set[str]) -> set[Any]:
    """Return those of some names by which rows of the ledger go."""
    table = table_of(ProviderTransaction)
    found: set[Any] = set()
    for column in (table.c.provider_transaction_id, table.c.bank_reference):
        wanted = sa.select(column).where(one_of(session, column, names)).distinct()
        found |= {name for (name,) in rows_of(session, wanted)}
    return found
