"""Wrong codes found at stalls: opened by a look, told to the vendor, closed with what was done."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from merchants.acceptance.approval import PosterKeys
from merchants.acceptance.code_reading import read_seen_code
from merchants.accounts import payload_fingerprint
from merchants.actors import Actor
from merchants.days import day_begins_at
from merchants.entries import Faults
from merchants.errors import IncidentNotFound, IncidentStepRefused
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import (
    ENDED_POSTER_STATES,
    GOOD_CHECKS,
    EventAction,
    IncidentOutcome,
    IncidentState,
    TellingWay,
)
from merchants.posters.issue import replace_poster, revoke_poster
from merchants.sealing import Sealer
from merchants.tables import Incident, Poster, PosterCheck
from qr.seen import SeenSymbol

NOTE_CHARS_MAX = 300
_LABEL_CHARS_MAX = 80


def open_incidents(
    session: Session,
    check: PosterCheck,
    poster: Poster,
    wrong: Sequence[SeenSymbol],
    *,
    sealer: Sealer | None,
    actor: Actor,
    now: datetime,
) -> list[Incident]:
    """Return the incidents of the wrong codes a look found; one that is open already stays one.

    Args:
        wrong: an empty text = a person saw a wrong code, and nobody read it.
        sealer: seals what the code holds; may be ``None`` when nobody read any.
    """
    if not wrong:
        return []
    last_good = _last_good(session, poster)
    if last_good is not None:
        since_at = last_good.checked_at
    else:
        since_at = min(day_begins_at(poster.installed_on or poster.issued_on), now)
    found = []
    for symbol in wrong:
        code_hash = payload_fingerprint(sealer, symbol.text) if sealer and symbol.text else ""
        open_one = session.exec(
            select(Incident).where(
                Incident.poster_id == poster.id,
                Incident.code_hash == code_hash,
                col(Incident.state) != IncidentState.CLOSED,
            )
        ).first()
        if open_one is not None:
            found.append(open_one)
            continue
        assert poster.id is not None
        assert check.id is not None
        row = Incident(
            market_id=check.market_id,
            poster_id=poster.id,
            check_id=check.id,
            state=IncidentState.OPEN,
            code_label=_label(symbol.text) if symbol.text else "",
            code_sealed=sealer.seal(symbol.text) if sealer and symbol.text else None,
            code_hash=code_hash,
            last_good_check_id=last_good.id if last_good else None,
            since_at=since_at,
            found_at=now,
        )
        session.add(row)
        session.flush()
        _remember(session, EventAction.INCIDENT_OPENED, row, poster, actor=actor, now=now)
        found.append(row)
    return found


def tell_vendor(
    session: Session,
    market_code: str,
    incident_id: int,
    how: TellingWay,
    *,
    actor: Actor,
    now: datetime,
    vendor_id: int | None = None,
) -> Incident:
    """Note that the vendor knows; said twice it changes nothing.

    Args:
        vendor_id: of a vendor who says so themselves.

    Raises:
        MarketNotFound, IncidentNotFound: there is none, or it is another vendor's.
        IncidentStepRefused: it is closed.
    """
    row, poster = _found(session, market_code, incident_id)
    if vendor_id is not None and poster.vendor_id != vendor_id:
        raise IncidentNotFound(incident_id)
    if row.state is IncidentState.CLOSED:
        raise IncidentStepRefused(incident_id, row.state.value, "Sự cố này đã đóng")
    if row.state is IncidentState.TOLD:
        return row
    row.state, row.told_at, row.told_how, row.told_by = IncidentState.TOLD, now, how, str(actor)
    session.add(row)
    session.flush()
    _remember(
        session, EventAction.INCIDENT_TOLD, row, poster, actor=actor, now=now, reason=how.value
    )
    return row


def close_incident(
    session: Session,
    market_code: str,
    incident_id: int,
    outcome: IncidentOutcome,
    *,
    note: str,
    keys: PosterKeys,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Close an incident with what was done; revoking and replacing the poster is done here as well.

    Raises:
        MarketNotFound, IncidentNotFound: there is none.
        EntryRefused: the note is missing or too long.
        IncidentStepRefused: it is closed already, or the vendor does not know yet.
        PosterStepRefused: the stall may not have a new poster.
    """
    row, poster = _found(session, market_code, incident_id)
    if row.state is IncidentState.CLOSED:
        raise IncidentStepRefused(incident_id, row.state.value, "Người khác đã đóng sự cố này")
    if row.state is IncidentState.OPEN and outcome is not IncidentOutcome.FALSE_ALARM:
        raise IncidentStepRefused(
            incident_id, row.state.value, "Báo cho người bán trước, rồi mới đóng"
        )
    faults = Faults()
    text = faults.text(
        "note", note, length_max=NOTE_CHARS_MAX, needed="Ghi đã làm gì, một câu là đủ"
    )
    faults.refuse_any()
    if poster.state not in ENDED_POSTER_STATES:
        serial = poster.serial or ""
        if outcome is IncidentOutcome.POSTER_REVOKED:
            revoke_poster(session, serial, actor=actor, now=now, reason=f"incident:{row.id}")
        elif outcome is IncidentOutcome.POSTER_REPLACED:
            replace_poster(
                session,
                serial,
                sealer=keys.sealer,
                verification_key=keys.verification_key,
                actor=actor,
                now=now,
            )
    row.state, row.closed_at, row.closed_by = IncidentState.CLOSED, now, str(actor)
    row.outcome, row.note = outcome, text
    session.add(row)
    session.flush()
    _remember(
        session,
        EventAction.INCIDENT_CLOSED,
        row,
        poster,
        actor=actor,
        now=now,
        reason=outcome.value,
    )
    return row


def _found(session: Session, market_code: str, incident_id: int) -> tuple[Incident, Poster]:
    market = find_market(session, market_code, for_update=True)
    query = (
        select(Incident, Poster)
        .join(Poster, col(Poster.id) == col(Incident.poster_id))
        .where(Incident.id == incident_id, Incident.market_id == market.id)
    )
    found = session.exec(query).one_or_none()
    if found is None:
        raise IncidentNotFound(incident_id)
    return found[0], found[1]


def _last_good(session: Session, poster: Poster) -> PosterCheck | None:
    """Return the last look that found the right code at this stall for this account."""
    query = (
        select(PosterCheck)
        .join(Poster, col(Poster.id) == col(PosterCheck.poster_id))
        .where(
            Poster.stall_id == poster.stall_id,
            Poster.acceptance_point_id == poster.acceptance_point_id,
            col(PosterCheck.result).in_(GOOD_CHECKS),
        )
        .order_by(col(PosterCheck.checked_at).desc(), col(PosterCheck.id).desc())
        .limit(1)
    )
    return session.exec(query).first()


def _label(text: str) -> str:
    """Return whose money a code takes, as people are shown it."""
    return read_seen_code(text).label[:_LABEL_CHARS_MAX]


def _remember(
    session: Session,
    action: EventAction,
    row: Incident,
    poster: Poster,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    record_event(
        session,
        action,
        actor=actor,
        now=now,
        market_id=row.market_id,
        vendor_id=poster.vendor_id,
        stall_id=poster.stall_id,
        subject=f"incident:{row.id}",
        to_value=row.state.value,
        reason=reason,
    )
