"""What vendors are given to prove their payments with, and the roots everybody may compare."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel
from sqlmodel import Session

from market.reports.closes import close_view, refuse_far_day
from market.reports.models import CloseState, CloseView
from market.reports.sources import source_name
from market.reports.vendor_day import find_vendor_and_market
from merchants.errors import PaymentsNotSeen
from merchants.sealing import Sealer
from merchants.tables import Market, Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.close.proofs.day_tree import ADDED
from reconciliation.close.proofs.stored import closed_version, lines_of_vendor, prove_payments
from reconciliation.errors import ProofNotFound
from reconciliation.tables import DayClose


class ProvedKind(StrEnum):
    """What a line does to the figures of its day."""

    SALE = "sale"
    GIVEN_BACK = "given_back"
    COST = "cost"
    WAITING = "waiting"
    """Announced, in no statement yet; added to nothing."""


@dataclass(frozen=True, slots=True)
class ProvedPayment:
    """A line of a vendor's closed day, by the number under which its proof is asked for."""

    number: int
    occurred_at: datetime | None
    amount_vnd: int
    source: str
    reference: str
    """The provider's own id of it, the end of it; empty = forgotten, or the provider gives none."""
    kind: ProvedKind


@dataclass(frozen=True, slots=True)
class DayProofs:
    """A vendor's closed day as her proofs tell it."""

    vendor: Vendor
    market: Market
    close: CloseView | None
    """``None`` = the day is not closed, or was before there were proofs."""
    payments: Sequence[ProvedPayment]


class SealedDay(BaseModel):
    """A version of a market's day, as anybody may know it: no figure, only what seals them."""

    market_code: str
    business_date: date
    version: int
    state: CloseState
    closed_at: datetime
    root_sha256: str
    is_newest: bool


_TAIL = 8


def day_proofs(session: Session, vendor_code: str, on: date) -> DayProofs:
    """Return what can be proved of a vendor's day, in its newest version, the latest payment first.

    Raises:
        VendorNotFound: no vendor has this code.
        PaymentsNotSeen: the vendor is in the poster-only tier.
    """
    vendor, market, close = _closed(session, vendor_code, on, None)
    if close is None or not close.tree_root:
        return DayProofs(vendor, market, None, ())
    assert vendor.id is not None
    told = [
        ProvedPayment(
            number=number,
            occurred_at=one.occurred_at,
            amount_vnd=one.line.amount_vnd,
            source=source_name(one.ledger),
            reference=_reference(one.named),
            kind=_kind(dict(zip(ADDED, one.line.added, strict=True))),
        )
        for number, one in enumerate(lines_of_vendor(session, close, vendor.id), start=1)
    ]
    told.sort(key=lambda one: (-one.occurred_at.timestamp() if one.occurred_at else 0, one.number))
    return DayProofs(vendor, market, close_view(close), told)


def payment_proof(
    session: Session,
    vendor_code: str,
    on: date,
    *,
    sealer: Sealer,
    number: int | None = None,
    version: int | None = None,
) -> tuple[str, bytes]:
    """Return name and content of a proof: of one line, or of all of a vendor's day.

    Raises:
        VendorNotFound: no vendor has this code.
        PaymentsNotSeen: the vendor is in the poster-only tier.
        ProofNotFound: the version holds no such line of hers, or there is no such version.
        BooksDoNotBalance: what is stored no longer leads to the stored root.
    """
    vendor, market, close = _closed(session, vendor_code, on, version)
    proof: dict[str, Any] | None = None
    if close is not None:
        proof = prove_payments(session, close, vendor, sealer=sealer, number=number)
    if proof is None:
        raise ProofNotFound(vendor_code, on)
    one = f"-{number}" if number is not None else ""
    name = f"bang-chung-{market.code}-{on:%Y%m%d}-{vendor_code}{one}.json"
    return name, json.dumps(proof, ensure_ascii=False, indent=1).encode()


def sealed_days(session: Session, market_code: str, month_first: date) -> list[SealedDay]:
    """Return the versions of a market's days of a month, the latest day and version first."""
    refuse_far_day(month_first)
    last = (month_first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    close = table_of(DayClose)
    wanted = (
        sa.select(
            close.c.business_date,
            close.c.version,
            close.c.state,
            close.c.closed_at,
            close.c.root_sha256,
        )
        .where(close.c.scope == market_code, close.c.business_date.between(month_first, last))
        .order_by(close.c.business_date.desc(), close.c.version.desc())
    )
    found: list[SealedDay] = []
    for on, version, state, closed_at, root in rows_of(session, wanted):
        found.append(
            SealedDay(
                market_code=market_code,
                business_date=on,
                version=version,
                state=CloseState(state.value),
                closed_at=closed_at,
                root_sha256=root,
                is_newest=not found or found[-1].business_date != on,
            )
        )
    return found


def _closed(
    session: Session, vendor_code: str, on: date, version: int | None
) -> tuple[Vendor, Market, DayClose | None]:
    refuse_far_day(on)
    vendor, market = find_vendor_and_market(session, vendor_code)
    if vendor.is_poster_only:
        raise PaymentsNotSeen(vendor_code)
    return vendor, market, closed_version(session, market.code, on, version)


def _kind(added: Mapping[str, int]) -> ProvedKind:
    if added["payments"]:
        return ProvedKind.SALE
    if added["refunds_vnd"]:
        return ProvedKind.GIVEN_BACK
    return ProvedKind.WAITING if added["pending_vnd"] else ProvedKind.COST


def _reference(named: str | None) -> str:
    """Return the end of what a provider calls a payment, as its message to the vendor shows it."""
    parts = (named or "").split(":")
    is_own = len(parts) > 2 and parts[-2] != "h" and "h" not in parts[2:-1]
    return parts[-1][-_TAIL:] if is_own else ""
