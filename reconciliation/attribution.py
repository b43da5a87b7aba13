"""Whose money a row is: the vendor, and by which rule that was decided.

The first rule that holds decides; none may guess:

1. ``store``: the row names a store or terminal that is an acceptance point of the row's ledger.
2. ``account``: the row's account is an acceptance point of exactly one vendor.
3. ``code``: the reference or the remark holds exactly one distinct vendor code, its check character
   is right and the vendor exists.

An acceptance point counts only while it is valid on the row's business date, and only if no other
vendor holds it on that day. Otherwise the vendor is ``None``: unattributed money, which the close
shows as such. So is money of a vendor who lets nobody see payments (the poster-only tier). SePay's rows belong to the ledger of the bank behind it (``ledgers``).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from merchants.accounts import account_fingerprint, alias_fingerprint
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Vendor
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.ledgers import ledger_of
from reconciliation.references import find_vendor_codes
from reconciliation.tables import ProviderTransaction

BATCH_ROWS = 20_000


class Clue(NamedTuple):
    """What a row says about whose it is."""

    provider: str
    account: str
    store_id: str | None
    merchant_reference: str | None
    description: str | None
    business_date: date


class Attribution(NamedTuple):
    """The vendor of a row and the rule that named her; ``(None, "")`` = nobody could be named."""

    vendor_id: int | None
    rule: str


UNATTRIBUTED = Attribution(None, "")
_NOT_SEEN = Attribution(None, "")
"""Money of a vendor of the poster-only tier: known whose, kept as nobody's, asked no further."""


class _Held(NamedTuple):
    vendor_id: int
    valid_from: date
    valid_to: date | None
    is_poster_only: bool

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def attribute(session: Session, clues: Sequence[Clue], *, sealer: Sealer) -> list[Attribution]:
    """Return the attribution of each clue, in order; two statements at most, however many clues."""
    decided = _by_acceptance_point(session, clues, sealer)
    open_clues = {place: clues[place] for place, one in enumerate(decided) if one is UNATTRIBUTED}
    for place, found in _by_code(session, open_clues).items():
        decided[place] = found
    return decided


def reattribute(session: Session, sealer: Sealer) -> int:
    """Attribute current rows that have no vendor yet, after the register grew; return how many."""
    found = 0
    last_id = 0
    while rows := rows_of(session, _unattributed_after(last_id)):
        last_id = rows[-1][0]
        decided = attribute(session, [Clue._make(row[1:]) for row in rows], sealer=sealer)
        named = [
            {"row_id": row[0], "vendor": one.vendor_id, "rule": one.rule}
            for row, one in zip(rows, decided, strict=True)
            if one.vendor_id is not None
        ]
        if named:
            _name_vendors(session, named)
        found += len(named)
    return found


def _by_acceptance_point(
    session: Session, clues: Sequence[Clue], sealer: Sealer
) -> list[Attribution]:
    stores = {(clue.provider, clue.store_id) for clue in clues if clue.store_id}
    of_store = {
        (provider, store): account_fingerprint(sealer, ledger_of(provider), store)
        for provider, store in stores
    }
    accounts = {alias_fingerprint(clue.account) for clue in clues if clue.account}
    held = _held(session, accounts | set(of_store.values()))

    def owner(fingerprint: str, day: date) -> tuple[int, bool] | None:
        points = held.get(fingerprint, ())
        vendors = {
            (point.vendor_id, point.is_poster_only) for point in points if point.holds_on(day)
        }
        return vendors.pop() if len(vendors) == 1 else None

    decided = []
    for clue in clues:
        one, rule, found = UNATTRIBUTED, "store", None
        if clue.store_id:
            found = owner(of_store[clue.provider, clue.store_id], clue.business_date)
        if found is None and clue.account:
            rule, found = "account", owner(alias_fingerprint(clue.account), clue.business_date)
        if found is not None:
            vendor_id, is_poster_only = found
            one = _NOT_SEEN if is_poster_only else Attribution(vendor_id, rule)
        decided.append(one)
    return decided


def _held(session: Session, hashes: set[str]) -> dict[str, list[_Held]]:
    held: dict[str, list[_Held]] = defaultdict(list)
    if hashes:
        point, vendor = table_of(AcceptancePoint).c, table_of(Vendor).c
        statement = (
            sa.select(
                point.account_hash,
                point.vendor_id,
                point.valid_from,
                point.valid_to,
                vendor.is_poster_only,
            )
            .join_from(table_of(AcceptancePoint), table_of(Vendor))
            .where(one_of(session, point.account_hash, hashes))
        )
        for row in rows_of(session, statement):
            held[row.account_hash].append(_Held._make(row[1:]))
    return held


def _by_code(session: Session, clues: dict[int, Clue]) -> dict[int, Attribution]:
    codes = {}
    for place, clue in clues.items():
        found = {
            *find_vendor_codes(clue.merchant_reference),
            *find_vendor_codes(clue.description),
        }
        if len(found) == 1:  # two different valid codes are ambiguous, never "the first"
            codes[place] = found.pop()
    if not codes:
        return {}
    vendor, kept = table_of(Vendor).c, table_of(Vendor).alias("kept")
    # A poster printed before two records became one goes on naming the old code.
    statement = (
        sa.select(vendor.code, kept.c.id)
        .join_from(
            table_of(Vendor),
            kept,
            kept.c.id == sa.func.coalesce(vendor.merged_into_id, vendor.id),
        )
        .where(one_of(session, vendor.code, codes.values()), kept.c.is_poster_only.is_(False))
    )
    vendors = {row.code: row.id for row in rows_of(session, statement)}
    return {
        place: Attribution(vendors[code], "code")
        for place, code in codes.items()
        if code in vendors
    }


def _unattributed_after(last_id: int) -> sa.Select[Any]:
    row = table_of(ProviderTransaction).c
    return (
        sa.select(
            row.id,
            row.provider,
            row.account_alias,
            row.store_id,
            row.merchant_reference,
            row.description,
            row.business_date,
        )
        .where(row.vendor_id.is_(None), row.is_current, row.id > last_id)
        .order_by(row.id)
        .limit(BATCH_ROWS)
    )


def _name_vendors(session: Session, named: list[dict[str, int | str | None]]) -> None:
    table = table_of(ProviderTransaction)
    session.connection().execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("row_id"))
        .values(vendor_id=sa.bindparam("vendor"), attribution_rule=sa.bindparam("rule")),
        named,
    )
