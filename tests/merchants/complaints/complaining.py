"""A vendor's complaint in few words."""

from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import Session

from merchants.actors import COMMAND, Actor
from merchants.complaints.raising import NewComplaint, raise_complaint
from merchants.kinds import ComplaintKind
from merchants.tables import Complaint, Vendor

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)
ANSWER_DAYS = 7


def complaint(
    session: Session,
    vendor: Vendor | None,
    *,
    actor: Actor = COMMAND,
    now: datetime = NOW,
    **changes: Any,
) -> Complaint:
    """Raise a complaint of today: a customer paid 85,000 đồng twice."""
    assert vendor is not None
    values: dict[str, Any] = {
        "kind": ComplaintKind.PAID_TWICE,
        "happened_on": date(2026, 10, 20),
        "amount_vnd": 85_000,
        "said": "Khách quét hai lần",
    }
    return raise_complaint(
        session,
        vendor,
        NewComplaint(**values | changes),
        answer_days=ANSWER_DAYS,
        actor=actor,
        now=now,
    )
