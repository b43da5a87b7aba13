"""Privacy requests carried out as a whole: register, ledger, the vendor's way in, and the export."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from market.reports.held_data import held_data, held_json, held_pdf
from market.reports.held_models import HeldData
from market.roles import Role
from market.security.links import revoke_links
from market.tables import VendorPin
from merchants.actors import Actor
from merchants.events import record_event
from merchants.kinds import ConsentPurpose, EventAction, PrivacyRequestKind
from merchants.privacy.consents import standing
from merchants.privacy.requests import complete
from merchants.sealing import Sealer
from merchants.tables import PrivacyRequest, Vendor
from reconciliation.operations.retention import forget_transactions

_ENDS_PAYMENTS = frozenset(
    {
        PrivacyRequestKind.WITHDRAWAL,
        PrivacyRequestKind.DELETION,
        PrivacyRequestKind.RESTRICTION,
    }
)


@dataclass(frozen=True, slots=True)
class Export:
    """Everything held on one vendor, as files."""

    data: HeldData
    json: bytes
    pdf: bytes


def export_held(
    session: Session, vendor: Vendor, *, sealer: Sealer, actor: Actor, now: datetime
) -> Export:
    """Make the export of everything held on a vendor, in full, and record that it was made."""
    held = held_data(session, vendor.code or "", sealer=sealer, now=now)
    record_event(
        session,
        EventAction.DATA_EXPORTED,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
    )
    return Export(held, held_json(held), held_pdf(held))


def complete_request(
    session: Session,
    request: PrivacyRequest,
    *,
    outcome: str = "",
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Export | None:
    """Carry a request out everywhere; return the export of an access request.

    Raises:
        PrivacyStepRefused: the request cannot be completed now.
    """
    vendor = session.get_one(Vendor, request.vendor_id)
    code = vendor.code or ""
    export = None
    if request.kind is PrivacyRequestKind.ACCESS:
        export = export_held(session, vendor, sealer=sealer, actor=actor, now=now)
    complete(session, request, outcome=outcome, sealer=sealer, actor=actor, now=now)
    if request.kind in _ENDS_PAYMENTS:
        _end_payments(session, vendor, now=now)
    assert vendor.id is not None
    is_gone = ConsentPurpose.ONBOARDING not in standing(session, vendor.id)
    if request.kind in _ENDS_PAYMENTS and is_gone:
        revoke_links(session, role=Role.VENDOR, scope=code, now=now, actor=actor)
        session.execute(sa.delete(VendorPin).where(col(VendorPin.vendor_id) == vendor.id))
    return export


def _end_payments(session: Session, vendor: Vendor, *, now: datetime) -> None:
    """Forget the raw payments of a vendor who lets nobody see them; the closed days stand."""
    assert vendor.id is not None
    if ConsentPurpose.RECONCILIATION not in standing(session, vendor.id):
        forget_transactions(session, now, vendor_id=vendor.id, now=now)
