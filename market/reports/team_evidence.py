"""A month's evidence of a market's teams, taken away by somebody: that it was is remembered."""

from datetime import date, datetime

from sqlmodel import Session

from market.documents.evidence_book import write_evidence
from market.security.security_log import SecurityAction, record_security_event
from merchants.actors import Actor
from merchants.campaigns.evidence import TeamEvidence, team_evidence


def take_evidence(
    session: Session,
    market_code: str,
    month: date,
    *,
    kind: str,
    actor: Actor,
    now: datetime,
) -> TeamEvidence:
    """Return a month's evidence, and remember who took it as what.

    Args:
        month: any day of it.
        kind: ``xlsx`` or ``json``.

    Raises:
        MarketNotFound: no market has this code.
    """
    told = team_evidence(session, market_code, month)
    record_security_event(
        session,
        SecurityAction.DATA_EXPORTED,
        actor=actor,
        now=now,
        subject=f"market:{market_code}",
        note=f"team evidence {kind} {told.first:%Y-%m}, {len(told.teams)} teams, "
        f"{told.visits} visits",
    )
    return told


def take_evidence_book(
    session: Session,
    market_code: str,
    month: date,
    *,
    actor: Actor,
    now: datetime,
    support_vnd: int | None = None,
) -> bytes:
    """Return a month's evidence as a workbook, and remember who took it; see ``write_evidence``."""
    told = take_evidence(session, market_code, month, kind="xlsx", actor=actor, now=now)
    return write_evidence(told, made_at=now, support_vnd=support_vnd)
