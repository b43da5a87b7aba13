"""A VietQR of one exact amount for a vendor to show on a screen; nothing is kept of it here."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.kinds import ENDED_POSTER_STATES, GOOD_MATCHES, AccountKind
from merchants.posters.payload import poster_payload
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Market, Poster, Stall, StallHolding, Vendor
from qr.participants import participants


@dataclass(frozen=True, slots=True, kw_only=True)
class PayableStall:
    """A stall of a vendor with the account its codes pay; never more than the account's tail."""

    stall_code: str
    vendor_name: str
    holder_name: str
    bank_name: str
    account_tail: str
    acceptance_point_id: int
    is_told: bool
    """A provider tells what comes into the account."""


@dataclass(frozen=True, slots=True)
class ExactCode:
    """A code of one amount and what is told beside it."""

    payload: str
    amount_vnd: int
    place: PayableStall


def payable_stall(
    session: Session, vendor_code: str, stall_code: str | None = None
) -> PayableStall | None:
    """Return the stall a vendor's code would be for, the first unless one is asked for.

    ``None`` = the vendor has not agreed to a code, holds no stall, or has no bank account whose
    holder's name matches: what holds for posters holds here.
    """
    found = _found(session, vendor_code, stall_code)
    return _place(*found[:3]) if found else None


def exact_code(
    session: Session,
    vendor_code: str,
    amount_vnd: int,
    *,
    sealer: Sealer,
    stall_code: str | None = None,
    reference: str | None = None,
) -> ExactCode | None:
    """Return the code of an amount; ``None`` = the vendor may have none (``payable_stall``).

    Args:
        reference: of the request the code is of (``merchants.request_reference``); ``None`` = nothing
            tells its payment from others.

    Raises:
        PayloadRefused: the amount or a name does not fit into a payload.
    """
    found = _found(session, vendor_code, stall_code)
    if found is None:
        return None
    vendor, stall, point, market = found
    payload = poster_payload(
        bin=point.bin or "",
        account=sealer.open(point.account_sealed),
        holder_name=point.holder_name,
        commune_name=market.commune_name,
        goods_group=stall.goods_group,
        vendor_code=reference or vendor_code,  # a reference begins with the code
        stall_code=stall.code,
        amount_vnd=amount_vnd,
    )
    return ExactCode(payload, amount_vnd, _place(vendor, stall, point))


def _place(vendor: Vendor, stall: Stall, point: AcceptancePoint) -> PayableStall:
    return PayableStall(
        stall_code=stall.code,
        vendor_name=vendor.display_name or vendor.business_name or vendor.full_name,
        holder_name=point.holder_name,
        bank_name=participants()[point.bin or ""].short_name,
        account_tail=point.account_tail,
        acceptance_point_id=point.id or 0,
        is_told=bool(point.feed_provider),
    )


def _found(
    session: Session, vendor_code: str, stall_code: str | None
) -> tuple[Vendor, Stall, AcceptancePoint, Market] | None:
    on_poster = (
        select(Poster.id)
        .where(
            Poster.stall_id == Stall.id,
            Poster.acceptance_point_id == AcceptancePoint.id,
            col(Poster.state).not_in(ENDED_POSTER_STATES),
        )
        .correlate(Stall, AcceptancePoint)
        .exists()
    )
    query = (
        select(Vendor, Stall, AcceptancePoint, Market)
        .join(StallHolding, col(StallHolding.vendor_id) == col(Vendor.id))
        .join(Stall, col(Stall.id) == col(StallHolding.stall_id))
        .join(AcceptancePoint, col(AcceptancePoint.vendor_id) == col(Vendor.id))
        .join(Market, col(Market.id) == col(Vendor.market_id))
        .where(
            Vendor.code == vendor_code,
            col(Vendor.consented_on).is_not(None),
            col(StallHolding.to_on).is_(None),
            AcceptancePoint.kind == AccountKind.BANK_ACCOUNT,
            col(AcceptancePoint.bin).is_not(None),
            col(AcceptancePoint.valid_to).is_(None),
            col(AcceptancePoint.name_match).in_(GOOD_MATCHES),
        )
        # The account that is printed at the stall comes first: the two codes pay the same account.
        .order_by(sa.case((on_poster, 0), else_=1), col(Stall.code), col(AcceptancePoint.id))
        .limit(1)
    )
    if stall_code is not None:
        query = query.where(Stall.code == stall_code)
    return session.exec(query).first()
