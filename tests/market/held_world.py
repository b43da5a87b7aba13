"""A vendor about whom something stands everywhere: register, doors and ledger."""

from datetime import date, timedelta

from sqlmodel import Session, select

from market.roles import Role
from market.tables import AccessLink, SecurityEvent, UserSession, VendorPin
from merchants.request_reference import write_request_reference
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Vendor
from reconciliation.tables import (
    CloseState,
    Decision,
    HandAttribution,
    PaymentRequest,
    ProviderTransaction,
)
from tests import factories
from tests.market.books import Line, close
from tests.merchants.privacy.whole_vendor import AT, Whole, add_whole_vendor

ON = date(2026, 11, 2)


def add_held_world(session: Session, sealer: Sealer) -> Whole:
    """Add the market, the vendor, a link with a session, a PIN and a closed day with a payment."""
    market = factories.market()
    session.add(market)
    session.flush()
    assert market.id is not None
    whole = add_whole_vendor(session, sealer, market.id)
    code = session.get_one(Vendor, whole.vendor_id).code or ""
    link = AccessLink(
        role=Role.VENDOR,
        scope=code,
        created_at=AT,
        created_by="staff:1",
        expires_at=AT + timedelta(days=90),
    )
    session.add(link)
    session.flush()
    session.add_all(
        [
            UserSession(
                token_sha256="5" * 64,
                link_id=link.id,
                created_at=AT,
                last_seen_at=AT + timedelta(minutes=7),
                expires_at=AT + timedelta(days=90),
            ),
            VendorPin(vendor_id=whole.vendor_id, pin_hash="argon2-of-the-pin", set_at=AT),
            SecurityEvent(
                at=AT, actor="staff:1", action="link_issued", subject=f"vendor:{code}", note="giấy"
            ),
        ]
    )
    point = session.exec(
        select(AcceptancePoint).where(AcceptancePoint.vendor_id == whole.vendor_id)
    ).first()
    assert point is not None
    session.add(
        PaymentRequest(
            vendor_id=whole.vendor_id,
            acceptance_point_id=point.id or 0,
            stall_code="A01",
            reference=write_request_reference(code, 1),
            amount_vnd=85_000,
            note="hai bó rau",
            created_at=AT,
            created_by=f"vendor:{code}",
            expires_at=AT + timedelta(minutes=15),
        )
    )
    close(
        session,
        "MA",
        ON,
        [Line(whole.vendor_id, 85_000, at=AT, memo="mua khăn thổ cẩm")],
        state=CloseState.FINAL,
    )
    session.flush()
    row = session.exec(
        select(ProviderTransaction).where(ProviderTransaction.vendor_id == whole.vendor_id)
    ).first()
    assert row is not None
    session.add(
        HandAttribution(
            transaction_id=row.id or 0,
            vendor_id=whole.vendor_id,
            reason="khách đưa xem điện thoại",
            proposed_by="staff:1",
            proposed_at=AT,
            decided_by="staff:2",
            decided_at=AT + timedelta(hours=1),
            decision=Decision.APPROVED,
        )
    )
    return whole
