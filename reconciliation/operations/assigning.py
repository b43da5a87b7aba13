"""Saying whose money a row is: one person with a reason, and a second one who decides.

What two people decided stays with the movement through later versions (``attribution``); every wish
and every decision is kept. Nobody's money is given to a vendor whose payments may not be seen.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.errors import PaymentsNotSeen
from merchants.find import find_vendor
from merchants.tables import Vendor
from reconciliation.bulk import rows_of, table_of
from reconciliation.errors import AttributionRefused, PaymentNotFound
from reconciliation.intake.ingest import wait_for_other_writers
from reconciliation.ledger.changed_days import note_changed_days
from reconciliation.ledger.tellers import BY_HAND, weigh_rows
from reconciliation.operations.candidates import vendors_by_id
from reconciliation.operations.voiding import check_second_person, told_reason
from reconciliation.tables import Decision, HandAttribution, ProviderTransaction

_ROW = table_of(ProviderTransaction)


def claim_money(
    session: Session,
    transaction_id: int,
    vendor_code: str,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
) -> HandAttribution:
    """Say that a row which names nobody is a vendor's; a second person decides.

    Raises:
        PaymentNotFound: no row of this number counts and names nobody.
        VendorNotFound, PaymentsNotSeen: there is no such vendor, or nobody may see her payments.
        AttributionRefused: somebody claimed it already.
        EntryRefused: the reason is too short or too long.
    """
    reason = told_reason(reason)
    row = _current(session, transaction_id)
    if row.id != transaction_id or row.vendor_id is not None:
        raise PaymentNotFound(transaction_id)
    vendor = _kept(session, find_vendor(session, vendor_code))
    _check_seen(session, vendor, row)
    if open_claim(session, transaction_id) is not None:
        raise AttributionRefused(transaction_id, "a second person has to decide first")
    assert vendor.id is not None
    claim = HandAttribution(
        transaction_id=transaction_id,
        vendor_id=vendor.id,
        reason=reason,
        proposed_by=str(actor),
        proposed_at=now,
    )
    session.add(claim)
    session.flush()
    return claim


def decide_claim(
    session: Session, transaction_id: int, decision: Decision, *, actor: Actor, now: datetime
) -> HandAttribution:
    """Approve or refuse as a second person, or withdraw as the one who claimed.

    Raises:
        AttributionRefused: nobody claimed it, or the row has a vendor by now.
        SecondPersonNeeded: who claimed cannot approve or refuse, and nobody else can withdraw.
        PaymentsNotSeen: meanwhile nobody may see the vendor's payments any more.
    """
    wait_for_other_writers(session)
    claim = open_claim(session, transaction_id)
    if claim is None:
        raise AttributionRefused(transaction_id, "nobody claimed it")
    check_second_person(claim.id or 0, claim.proposed_by, decision, actor)
    claim.decision, claim.decided_by, claim.decided_at = decision, str(actor), now
    session.add(claim)
    session.flush()
    if decision is Decision.APPROVED:
        row = _current(session, transaction_id)
        if row.vendor_id is not None:
            raise AttributionRefused(transaction_id, "it has a vendor by now")
        _check_seen(session, session.get_one(Vendor, claim.vendor_id), row)
        session.connection().execute(
            sa.update(_ROW)
            .where(_ROW.c.id == row.id)
            .values(vendor_id=claim.vendor_id, attribution_rule=BY_HAND)
        )
        note_changed_days(session, [row.business_date])
        weigh_rows(session, [row.id])  # what another source tells of it is hers as well
        session.expire_all()
    return claim


def open_claim(session: Session, transaction_id: int) -> HandAttribution | None:
    """Return the claim on a row that waits for a second person."""
    asked: Any = select(HandAttribution).where(
        col(HandAttribution.transaction_id) == transaction_id,
        col(HandAttribution.decision) == Decision.OPEN,
    )
    found: HandAttribution | None = session.exec(asked).first()
    return found


def _current(session: Session, transaction_id: int) -> Any:
    """Return the version that counts of the movement a row tells of."""
    told = _ROW.alias("told")
    wanted = sa.select(_ROW).join(
        told, sa.and_(told.c.book == _ROW.c.book, told.c.dedupe_key == _ROW.c.dedupe_key)
    )
    rows = rows_of(
        session,
        wanted.where(told.c.id == transaction_id, _ROW.c.is_current, _ROW.c.forgotten_at.is_(None)),
    )
    if not rows:
        raise PaymentNotFound(transaction_id)
    return rows[0]


def _kept(session: Session, vendor: Vendor) -> Vendor:
    """Return the record a vendor's was merged into, as a poster's old code goes on naming it."""
    return (
        vendor if vendor.merged_into_id is None else session.get_one(Vendor, vendor.merged_into_id)
    )


def _check_seen(session: Session, vendor: Vendor, row: Any) -> None:
    assert vendor.id is not None
    if not vendors_by_id(session, [vendor.id])[vendor.id].may_be_seen_on(row.business_date):
        raise PaymentsNotSeen(vendor.code or "")
