"""Whose money a row is: the vendor, and by which rule that was decided.

The first rule that holds decides; none may guess:

1. ``store``: the row names a store or terminal that is an acceptance point of the row's ledger.
2. ``account``: the row's account is an acceptance point of exactly one vendor.
3. ``code``: the reference or the remark holds exactly one distinct vendor code, its check character
   is right and the vendor exists.
4. ``original`` (``originals``): the row gives back a payment that is a vendor's.

An acceptance point counts only while it is valid on the row's business date, and only if no other
vendor holds it on that day. Otherwise the vendor is ``None``: unattributed money, which the close
shows as such. So is money of a vendor who lets nobody see payments (the poster-only tier), and money
of the days on which consent to ``reconciliation`` did not stand: it counts from the day it is given up
to, and without, the day it is withdrawn, and a later consent brings the days between not back. A vendor
whose ledger of consents is empty was never asked; nothing is known against it. An account
is looked up at its bank, whoever told of it (``accounts``).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from merchants.accounts import account_fingerprint, alias_fingerprint
from merchants.days import market_day
from merchants.kinds import ConsentPurpose
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Consent, Vendor
from reconciliation.bulk import one_of, one_of_named, rows_of, table_of
from reconciliation.ledger.changed_days import note_changed_days
from reconciliation.ledger.tellers import BY_HAND, standing_rows
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
"""Money nobody may see: known whose, kept as nobody's, asked no further."""


class Seen(NamedTuple):
    """Whether a vendor's payments may be seen, and one stretch of days on which they may."""

    is_poster_only: bool
    has_ledger: bool
    given_at: datetime | None
    withdrawn_at: datetime | None

    def covers(self, day: date) -> bool:
        """Return whether payments of the day may be seen."""
        if self.is_poster_only or not self.has_ledger:
            return not self.is_poster_only
        if self.given_at is None or day < market_day(self.given_at):
            return False
        return self.withdrawn_at is None or day < market_day(self.withdrawn_at)


class _Held(NamedTuple):
    vendor_id: int
    valid_from: date
    valid_to: date | None
    seen: Seen

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
            name_vendors(session, named)
            note_changed_days(
                session,
                {
                    row.business_date
                    for row, one in zip(rows, decided, strict=True)
                    if one.vendor_id is not None
                },
            )
        found += len(named)
    return found


def keep_hand_attributions(session: Session, superseded_ids: Sequence[int]) -> None:
    """Let a new version of a row stay whose two people said it is, where no rule names anybody."""
    row = table_of(ProviderTransaction)
    wanted = sa.select(row.c.book, row.c.dedupe_key, row.c.vendor_id).where(
        one_of(session, row.c.id, superseded_ids), row.c.attribution_rule == BY_HAND
    )
    for given in rows_of(session, wanted):
        session.connection().execute(
            sa.update(row)
            .where(
                row.c.book == given.book,
                row.c.dedupe_key == given.dedupe_key,
                row.c.is_current,
                row.c.vendor_id.is_(None),
            )
            .values(vendor_id=given.vendor_id, attribution_rule=BY_HAND)
        )


def _by_acceptance_point(
    session: Session, clues: Sequence[Clue], sealer: Sealer
) -> list[Attribution]:
    stores = {(clue.provider, clue.store_id) for clue in clues if clue.store_id}
    of_store = {
        (provider, store): account_fingerprint(sealer, provider, store)
        for provider, store in stores
    }
    accounts = {alias_fingerprint(clue.account) for clue in clues if clue.account}
    held = _held(session, accounts | set(of_store.values()))

    @cache  # an account has many rows a day
    def owner(fingerprint: str, day: date) -> tuple[int, bool] | None:
        points = [point for point in held.get(fingerprint, ()) if point.holds_on(day)]
        vendors = {point.vendor_id for point in points}
        if len(vendors) != 1:
            return None
        return vendors.pop(), any(point.seen.covers(day) for point in points)

    decided = []
    for clue in clues:
        one, rule, found = UNATTRIBUTED, "store", None
        if clue.store_id:
            found = owner(of_store[clue.provider, clue.store_id], clue.business_date)
        if found is None and clue.account:
            rule, found = "account", owner(alias_fingerprint(clue.account), clue.business_date)
        if found is not None:
            vendor_id, is_seen = found
            one = Attribution(vendor_id, rule) if is_seen else _NOT_SEEN
        decided.append(one)
    return decided


def _held(session: Session, hashes: set[str]) -> dict[str, list[_Held]]:
    held: dict[str, list[_Held]] = defaultdict(list)
    if hashes:
        statement = _holders(session.get_bind().dialect.name)
        for row in rows_of(session, statement, {"hashes": sorted(hashes)}):
            held[row.account_hash].append(
                _Held(row.vendor_id, row.valid_from, row.valid_to, Seen._make(row[4:]))
            )
    return held


@cache
def _holders(dialect: str) -> sa.Select[Any]:
    point, vendor, consent = table_of(AcceptancePoint).c, table_of(Vendor), table_of(Consent)
    return (
        sa.select(
            point.account_hash,
            point.vendor_id,
            point.valid_from,
            point.valid_to,
            *seen_columns(vendor, consent),
        )
        .join_from(table_of(AcceptancePoint), vendor)
        .outerjoin(consent, allows_reconciliation(vendor, consent))
        .where(one_of_named(dialect, point.account_hash, "hashes"))
    )


def seen_columns(vendor: sa.FromClause, consent: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """Return the columns of ``Seen``; a vendor has a row for each consent to be reconciled."""
    anything = table_of(Consent).alias("anything")
    has_ledger = sa.exists().where(anything.c.vendor_id == vendor.c.id)
    return [vendor.c.is_poster_only, has_ledger, consent.c.given_at, consent.c.withdrawn_at]


def allows_reconciliation(vendor: sa.FromClause, consent: sa.FromClause) -> sa.ColumnElement[bool]:
    """Return the condition that joins a vendor with each consent to be reconciled."""
    return sa.and_(
        consent.c.vendor_id == vendor.c.id,
        consent.c.purpose == ConsentPurpose.RECONCILIATION,
    )


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
    statement = _coded(session.get_bind().dialect.name)
    named: dict[str, list[tuple[int, Seen]]] = defaultdict(list)
    for row in rows_of(session, statement, {"codes": sorted(set(codes.values()))}):
        named[row.code].append((row.id, Seen._make(row[2:])))
    return {
        place: Attribution(vendor_id, "code")
        for place, code in codes.items()
        for vendor_id, seen in named.get(code, ())
        if seen.covers(clues[place].business_date)
    }


@cache
def _coded(dialect: str) -> sa.Select[Any]:
    vendor, kept = table_of(Vendor).c, table_of(Vendor).alias("kept")
    consent = table_of(Consent)
    # A poster printed before two records became one goes on naming the old code.
    return (
        sa.select(vendor.code, kept.c.id, *seen_columns(kept, consent))
        .join_from(
            table_of(Vendor),
            kept,
            kept.c.id == sa.func.coalesce(vendor.merged_into_id, vendor.id),
        )
        .outerjoin(consent, allows_reconciliation(kept, consent))
        .where(one_of_named(dialect, vendor.code, "codes"))
    )


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
        .where(
            row.vendor_id.is_(None),
            standing_rows(),
            row.forgotten_at.is_(None),
            row.id > last_id,
        )
        .order_by(row.id)
        .limit(BATCH_ROWS)
    )


def name_vendors(session: Session, named: Sequence[Mapping[str, int | str | None]]) -> None:
    """Write the ``vendor`` and the ``rule`` of each row that ``row_id`` names."""
    table = table_of(ProviderTransaction)
    session.connection().execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("row_id"))
        .values(vendor_id=sa.bindparam("vendor"), attribution_rule=sa.bindparam("rule")),
        list(named),
    )
