"""Whether a vendor can be told that a request is paid: somebody must tell, and she must let us see."""

from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session

from merchants.kinds import ConsentPurpose
from merchants.posters.exact_code import PayableStall
from merchants.tables import Consent, Vendor
from reconciliation.bulk import table_of


class Tracking(StrEnum):
    """Whether what becomes of a vendor's requests is known."""

    TOLD = "told"
    NOT_SEEN = "not_seen"
    """The vendor lets nobody see payments, or took that consent back: no amount is kept either."""
    NO_FEED = "no_feed"
    """No provider tells what comes into the account."""


def tracking(session: Session, vendor: Vendor, place: PayableStall) -> Tracking:
    """Return whether payments to a vendor's account will be told; as ``attribution`` decides it."""
    if not may_be_seen(session, vendor):
        return Tracking.NOT_SEEN
    return Tracking.TOLD if place.is_told else Tracking.NO_FEED


def may_be_seen(session: Session, vendor: Vendor) -> bool:
    """Return whether a vendor's payments may be seen today; who was never asked did not refuse."""
    if vendor.is_poster_only:
        return False
    consent = table_of(Consent).c
    stands = sa.and_(
        consent.purpose == ConsentPurpose.RECONCILIATION, consent.withdrawn_at.is_(None)
    )
    rows, standing = (
        session.connection()
        .execute(
            sa.select(
                sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((stands, 1))), 0)
            ).where(consent.vendor_id == vendor.id)
        )
        .one()
    )
    return not rows or bool(standing)
