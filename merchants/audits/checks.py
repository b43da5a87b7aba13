"""Looks at posters: what was seen is compared with the register, recorded, and acted upon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.audits.incidents import open_incidents
from merchants.audits.recognising import recognise
from merchants.audits.seen_photos import SeenPhoto
from merchants.audits.verdicts import Verdict, judge
from merchants.entries import Faults
from merchants.errors import CheckRefused, StallNotFound
from merchants.events import record_event
from merchants.find import find_market
from merchants.kinds import (
    ENDED_POSTER_STATES,
    GOOD_CHECKS,
    CheckResult,
    CheckSource,
    EventAction,
    PosterState,
)
from merchants.sealing import Sealer
from merchants.tables import AuditItem, AuditRound, Incident, Market, Poster, PosterCheck, Stall
from qr.seen import CODES_MAX, SeenSymbol

NOTE_CHARS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """Where and how somebody looked, whatever they saw.

    Args:
        round_id: the round this look belongs to; ``None`` = none.
        device_at: what the phone's clock said, for looks that were sent later.
        vendor_id: of a vendor who looks at the own stall; ``None`` = somebody of the staff.
        check_base: what the addresses of the pages about posters begin with; empty = not known.
    """

    market_code: str
    stall_code: str
    round_id: int | None = None
    device_at: datetime | None = None
    note: str = ""
    vendor_id: int | None = None
    check_base: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A look that was recorded, and the incidents it brought to light."""

    check: PosterCheck
    incidents: tuple[Incident, ...]


def check_photo(
    session: Session,
    looked: Looked,
    photo: SeenPhoto,
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Checked:
    """Record what a photo of a stall shows.

    Raises:
        MarketNotFound, StallNotFound: there is none.
        CheckRefused: the stall never had a poster, or is not the vendor's.
    """
    return _check_codes(
        session,
        looked,
        photo.symbols,
        CheckSource.PHOTO,
        evidence_sha256=photo.sha256,
        sealer=sealer,
        actor=actor,
        now=now,
    )


def check_payloads(
    session: Session,
    looked: Looked,
    payloads: Sequence[str],
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Checked:
    """Record the codes a phone's own camera read at a stall.

    Raises:
        MarketNotFound, StallNotFound: there is none.
        CheckRefused: none or too many codes, one longer than any can be, the stall never had a
            poster, or is not the vendor's.
    """
    # A lone half of a surrogate pair can come in JSON and go into no database.
    texts = [text.encode("utf-8", "replace").decode("utf-8") for text in payloads]
    symbols = [SeenSymbol(text) for text in dict.fromkeys(texts)]
    if not symbols:
        raise CheckRefused("payloads", "Chưa có mã nào được quét")
    if len(symbols) > CODES_MAX:
        raise CheckRefused("payloads", "Nhiều mã quá, quét từng tấm một")
    return _check_codes(
        session,
        looked,
        symbols,
        CheckSource.SCAN,
        evidence_sha256=None,
        sealer=sealer,
        actor=actor,
        now=now,
    )


def check_by_hand(
    session: Session, looked: Looked, result: CheckResult, *, actor: Actor, now: datetime
) -> Checked:
    """Record what somebody saw with their own eyes.

    Raises:
        MarketNotFound, StallNotFound: there is none.
        CheckRefused: the stall never had a poster, or is not the vendor's.
    """
    market, poster, item_id = _target(session, looked)
    verdict = Verdict(result, wrong=(SeenSymbol(""),) if result is CheckResult.MISMATCH else ())
    row = _row(looked, market, poster, item_id, CheckSource.MANUAL, verdict, actor, now)
    return _record(session, market, poster, row, verdict, sealer=None, actor=actor, now=now)


def _check_codes(
    session: Session,
    looked: Looked,
    symbols: Sequence[SeenSymbol],
    source: CheckSource,
    *,
    evidence_sha256: str | None,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> Checked:
    market, poster, item_id = _target(session, looked)
    judged = recognise(session, poster, symbols, sealer=sealer, check_base=looked.check_base)
    verdict = judge(judged)
    row = _row(looked, market, poster, item_id, source, verdict, actor, now)
    row.codes_seen = len({one.text for one in symbols})
    row.evidence_sha256 = evidence_sha256
    return _record(session, market, poster, row, verdict, sealer=sealer, actor=actor, now=now)


def _row(
    looked: Looked,
    market: Market,
    poster: Poster,
    item_id: int | None,
    source: CheckSource,
    verdict: Verdict,
    actor: Actor,
    now: datetime,
) -> PosterCheck:
    faults = Faults()
    note = faults.text("note", looked.note, length_max=NOTE_CHARS_MAX)
    faults.refuse_any()
    assert market.id is not None
    assert poster.id is not None
    return PosterCheck(
        market_id=market.id,
        poster_id=poster.id,
        item_id=item_id,
        result=verdict.result,
        source=source,
        is_self_check=looked.vendor_id is not None,
        unused_correction_permille=verdict.unused_correction_permille,
        note=note,
        checked_at=now,
        device_at=looked.device_at,
        recorded_by=str(actor),
    )


def _record(
    session: Session,
    market: Market,
    poster: Poster,
    row: PosterCheck,
    verdict: Verdict,
    *,
    sealer: Sealer | None,
    actor: Actor,
    now: datetime,
) -> Checked:
    session.add(row)
    if row.result in GOOD_CHECKS and poster.state is PosterState.INSTALLED:
        poster.state = PosterState.CHECKED
        session.add(poster)
    session.flush()
    record_event(
        session,
        EventAction.POSTER_CHECKED,
        actor=actor,
        now=now,
        market_id=market.id,
        vendor_id=poster.vendor_id,
        stall_id=poster.stall_id,
        subject=f"poster:{poster.serial}",
        to_value=row.result.value,
        reason=row.source.value,
        evidence_sha256=row.evidence_sha256,
    )
    incidents = open_incidents(
        session, row, poster, verdict.wrong, sealer=sealer, actor=actor, now=now
    )
    return Checked(row, tuple(incidents))


def _target(session: Session, looked: Looked) -> tuple[Market, Poster, int | None]:
    """Return the poster that should hang at the stall, and its place in the round.

    That of the round's list, else the newest live one, else the last that hung there: an ended
    poster still hanging is a finding as well.
    """
    market = find_market(session, looked.market_code)
    stall = session.exec(
        select(Stall).where(Stall.market_id == market.id, Stall.code == looked.stall_code)
    ).one_or_none()
    if stall is None:
        raise StallNotFound(market.code, looked.stall_code)
    if looked.round_id is not None and looked.vendor_id is None:
        placed = session.exec(
            select(Poster, AuditItem.id)
            .join(AuditItem, col(AuditItem.poster_id) == col(Poster.id))
            .join(AuditRound, col(AuditRound.id) == col(AuditItem.round_id))
            .where(
                AuditRound.id == looked.round_id,
                AuditRound.market_id == market.id,
                Poster.stall_id == stall.id,
            )
            .order_by(col(AuditItem.place))
        ).first()
        if placed is not None:
            return market, placed[0], placed[1]
    query = select(Poster).where(Poster.stall_id == stall.id)
    if looked.vendor_id is not None:
        query = query.where(Poster.vendor_id == looked.vendor_id)
    is_ended = sa.case((col(Poster.state).in_(ENDED_POSTER_STATES), 1), else_=0)
    poster = session.exec(query.order_by(is_ended, col(Poster.id).desc())).first()
    if poster is None:
        raise CheckRefused("stall_code", "Gian hàng này chưa có tấm mã nào để so")
    return market, poster, None
