"""Gather everything held on one vendor; as JSON and as a PDF that can be read without a computer."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.reports.held_models import (
    HeldAccess,
    HeldClaim,
    HeldData,
    HeldDay,
    HeldDoorEvent,
    HeldLink,
    HeldPayment,
    HeldPin,
    HeldRequest,
    HeldSession,
)
from market.roles import Role
from market.tables import AccessLink, SecurityEvent, UserSession, VendorPin
from merchants.find import find_vendor
from merchants.privacy.held_data import held_in_register
from merchants.sealing import Sealer
from reconciliation.tables import (
    DayClose,
    HandAttribution,
    PaymentRequest,
    ProviderTransaction,
    VendorDay,
)


def held_data(
    session: Session, vendor_code: str, *, sealer: Sealer | None, now: datetime
) -> HeldData:
    """Return everything held on a vendor: a fixed number of statements.

    Args:
        sealer: opens what is sealed, for the vendor's own eyes; ``None`` = it stays masked.

    Raises:
        VendorNotFound: no vendor has this code.
    """
    vendor = find_vendor(session, vendor_code)
    assert vendor.id is not None
    return HeldData(
        made_at=now,
        is_masked=sealer is None,
        register_data=held_in_register(session, vendor_code, sealer=sealer),
        access=_access(session, vendor.id, vendor_code),
        payments=_payments(session, vendor.id),
        claims=_claims(session, vendor.id),
        asked_amounts=_asked_amounts(session, vendor.id),
        days=_days(session, vendor.id),
    )


def held_json(held: HeldData) -> bytes:
    """Return the data as JSON, indented, in a fixed order."""
    return held.model_dump_json(indent=2).encode()


def held_pdf(held: HeldData) -> bytes:
    """Return the data as a Vietnamese PDF."""
    from market.documents.record import record_pdf
    from market.reports.held_paper import held_record

    return record_pdf(held_record(held))


def _access(session: Session, vendor_id: int, vendor_code: str) -> HeldAccess:
    links = session.exec(
        select(AccessLink)
        .where(AccessLink.role == Role.VENDOR, AccessLink.scope == vendor_code)
        .order_by(col(AccessLink.id))
    ).all()
    sessions = session.exec(
        select(UserSession)
        .where(col(UserSession.link_id).in_([link.id for link in links]))
        .order_by(col(UserSession.id))
    )
    pin = session.get(VendorPin, vendor_id)
    about = f"vendor:{vendor_code}"  # as subject, as who acted, or as what a link is for
    events = session.exec(
        select(SecurityEvent)
        .where(
            sa.or_(
                col(SecurityEvent.subject) == about,
                col(SecurityEvent.actor) == about,
                col(SecurityEvent.note) == about,
            )
        )
        .order_by(col(SecurityEvent.id))
    )
    return HeldAccess(
        links=[HeldLink.model_validate(link, from_attributes=True) for link in links],
        sessions=[HeldSession.model_validate(each, from_attributes=True) for each in sessions],
        pin=HeldPin.model_validate(pin, from_attributes=True) if pin else None,
        events=[HeldDoorEvent.model_validate(event, from_attributes=True) for event in events],
    )


def _payments(session: Session, vendor_id: int) -> list[HeldPayment]:
    names = [name for name in HeldPayment.model_fields if name != "kind"]
    columns = [getattr(ProviderTransaction, name) for name in names]
    query = (
        sa.select(*columns, col(ProviderTransaction.transaction_type).label("kind"))
        .where(col(ProviderTransaction.vendor_id) == vendor_id)
        .order_by(col(ProviderTransaction.business_date), col(ProviderTransaction.id))
    )
    return [HeldPayment(**row) for row in session.execute(query).mappings()]


def _claims(session: Session, vendor_id: int) -> list[HeldClaim]:
    claimed = session.exec(
        select(HandAttribution)
        .where(HandAttribution.vendor_id == vendor_id)
        .order_by(col(HandAttribution.id))
    )
    return [HeldClaim.model_validate(each, from_attributes=True) for each in claimed]


def _asked_amounts(session: Session, vendor_id: int) -> list[HeldRequest]:
    asked = session.exec(
        select(PaymentRequest)
        .where(PaymentRequest.vendor_id == vendor_id)
        .order_by(col(PaymentRequest.id))
    )
    return [HeldRequest.model_validate(each, from_attributes=True) for each in asked]


def _days(session: Session, vendor_id: int) -> list[HeldDay]:
    """Return the vendor's days under the newest close of each day."""
    newest = (
        sa.select(
            col(DayClose.scope),
            col(DayClose.business_date),
            sa.func.max(col(DayClose.version)).label("version"),
        )
        .group_by(col(DayClose.scope), col(DayClose.business_date))
        .subquery()
    )
    query = (
        select(VendorDay)
        .join(DayClose, col(DayClose.id) == col(VendorDay.close_id))
        .join(
            newest,
            (newest.c.scope == col(DayClose.scope))
            & (newest.c.business_date == col(DayClose.business_date))
            & (newest.c.version == col(DayClose.version)),
        )
        .where(VendorDay.vendor_id == vendor_id)
        .order_by(col(VendorDay.business_date))
    )
    return [HeldDay.model_validate(day, from_attributes=True) for day in session.exec(query)]
