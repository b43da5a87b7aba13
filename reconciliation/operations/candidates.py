"""Whose a row might be: the vendors that its account, its store, its remark or an asked amount point to.

What points to several, or to one on another day, decides nothing by itself and helps a person who
does. A vendor who lets nobody see payments is no candidate, and money that points to one is not
shown at all.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.accounts import account_fingerprint, alias_fingerprint
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Consent, Market, Vendor
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.ledger.attribution import Seen, allows_reconciliation, seen_columns
from reconciliation.references import find_vendor_codes
from reconciliation.tables import PaymentRequest


class Hint(StrEnum):
    """What points to a vendor."""

    ACCOUNT = "account"
    """The account is hers on the row's day."""
    ACCOUNT_ELSEWHEN = "account_elsewhen"
    """The account was hers, or became hers, on other days."""
    CODE = "code"
    """The remark holds her code."""
    REQUEST = "request"
    """The remark names an amount she asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A vendor a row might belong to."""

    vendor_id: int
    vendor_code: str
    vendor_name: str
    market_code: str
    hints: tuple[Hint, ...]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The vendors one row points to; ``is_withheld`` = one of them lets nobody see payments."""

    vendors: tuple[Candidate, ...]
    is_withheld: bool


@dataclass(frozen=True, slots=True)
class _Vendor:
    id: int
    code: str
    name: str
    market_code: str
    seen: tuple[Seen, ...]

    def may_be_seen_on(self, day: date) -> bool:
        return any(one.covers(day) for one in self.seen)


def candidates_of(
    session: Session, rows: Sequence[Any], *, sealer: Sealer
) -> dict[int, Candidates]:
    """Return by row id whose each row might be; four statements, however many rows.

    Args:
        rows: rows of the ledger with the columns of ``attribution.Clue`` and ``payment_request_id``.
    """
    hints: dict[int, dict[int, set[Hint]]] = defaultdict(lambda: defaultdict(set))
    for row_id, vendor_id, hint in (
        *_by_account(session, rows, sealer),
        *_by_code(session, rows),
        *_by_request(session, rows),
    ):
        hints[row_id][vendor_id].add(hint)
    named = {vendor_id for found in hints.values() for vendor_id in found}
    vendors = vendors_by_id(session, named)
    return {row.id: _candidates(row.business_date, hints.get(row.id, {}), vendors) for row in rows}


def _candidates(
    day: date, found: Mapping[int, set[Hint]], vendors: Mapping[int, _Vendor]
) -> Candidates:
    known = {vendor_id: vendors[vendor_id] for vendor_id in found if vendor_id in vendors}
    open_to_see = {id_: one for id_, one in known.items() if one.may_be_seen_on(day)}
    return Candidates(
        vendors=tuple(
            Candidate(
                vendor_id=one.id,
                vendor_code=one.code,
                vendor_name=one.name,
                market_code=one.market_code,
                hints=tuple(hint for hint in Hint if hint in found[id_]),
            )
            for id_, one in sorted(open_to_see.items())
        ),
        is_withheld=len(open_to_see) < len(known),
    )


def _by_account(
    session: Session, rows: Sequence[Any], sealer: Sealer
) -> Iterable[tuple[int, int, Hint]]:
    by_hash: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        if row.account_alias:
            by_hash[alias_fingerprint(row.account_alias)].append(row)
        if row.store_id:
            by_hash[account_fingerprint(sealer, row.provider, row.store_id)].append(row)
    if not by_hash:
        return
    point = table_of(AcceptancePoint).c
    wanted = sa.select(point.account_hash, point.vendor_id, point.valid_from, point.valid_to)
    for held in rows_of(session, wanted.where(one_of(session, point.account_hash, by_hash))):
        for row in by_hash[held.account_hash]:
            holds = held.valid_from <= row.business_date and (
                held.valid_to is None or row.business_date <= held.valid_to
            )
            yield row.id, held.vendor_id, Hint.ACCOUNT if holds else Hint.ACCOUNT_ELSEWHEN


def _by_code(session: Session, rows: Sequence[Any]) -> Iterable[tuple[int, int, Hint]]:
    by_code: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for text in (row.merchant_reference, row.description):
            for code in find_vendor_codes(text):
                by_code[code].append(row.id)
    if not by_code:
        return
    vendor = table_of(Vendor).c
    kept = sa.func.coalesce(vendor.merged_into_id, vendor.id).label("kept_id")
    wanted = sa.select(vendor.code, kept).where(one_of(session, vendor.code, by_code))
    for found in rows_of(session, wanted):
        for row_id in by_code[found.code]:
            yield row_id, found.kept_id, Hint.CODE


def _by_request(session: Session, rows: Sequence[Any]) -> Iterable[tuple[int, int, Hint]]:
    asked: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.payment_request_id is not None:
            asked[row.payment_request_id].append(row.id)
    if not asked:
        return
    request = table_of(PaymentRequest).c
    wanted = sa.select(request.id, request.vendor_id).where(one_of(session, request.id, asked))
    for found in rows_of(session, wanted):
        for row_id in asked[found.id]:
            yield row_id, found.vendor_id, Hint.REQUEST


def vendors_by_id(session: Session, vendor_ids: Iterable[int]) -> dict[int, _Vendor]:
    """Return vendors with what is known of who may see their payments; one statement."""
    wanted_ids = set(vendor_ids)
    if not wanted_ids:
        return {}
    vendor, market, consent = table_of(Vendor), table_of(Market), table_of(Consent)
    wanted = (
        sa.select(
            vendor.c.id,
            vendor.c.code,
            vendor.c.full_name,
            market.c.code.label("market_code"),
            *seen_columns(vendor, consent),
        )
        .join_from(vendor, market, market.c.id == vendor.c.market_id)
        .outerjoin(consent, allows_reconciliation(vendor, consent))
        .where(one_of(session, vendor.c.id, wanted_ids))
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows_of(session, wanted):
        found[row.id].append(row)
    return {
        vendor_id: _Vendor(
            vendor_id,
            rows[0].code or "",
            rows[0].full_name,
            rows[0].market_code,
            tuple(Seen._make(row[4:]) for row in rows),
        )
        for vendor_id, rows in found.items()
    }
