"""The QR codes that hang at a stall: seen, linked to the account they pay, and gone again.

One vendor shows two to five codes of different banks (domain.md section 1). How many of them pay
into accounts this service hears about is the coverage of every other figure.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from merchants.acceptance.code_reading import SeenCode, read_seen_code
from merchants.accounts import account_fingerprint, payload_fingerprint
from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import CodeNotRecorded, DisplayedCodeNotFound, StallNotFound
from merchants.events import record_events
from merchants.find import find_market
from merchants.kinds import EventAction
from merchants.reserved_ids import reserve_ids
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.tables import AcceptancePoint, DisplayedCode, Market, Stall, StallHolding, Vendor

CODES_OF_STALL_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeResult:
    """What became of one code that was seen; ``fault`` is Vietnamese, empty = it is recorded."""

    stall_code: str
    code: DisplayedCode | None = None
    is_new: bool = False
    fault: str = ""


@dataclass(slots=True)
class _Place:
    """A stall with its holder and what hangs there, by the payload's fingerprint."""

    stall: Stall
    vendor_id: int | None
    hanging: dict[str, DisplayedCode]


def see_code(
    session: Session,
    market_code: str,
    stall_code: str,
    payload: str,
    *,
    is_own_wallet_code: bool = False,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> CodeResult:
    """Record a code seen hanging at a stall today; seen again it is the same row.

    Args:
        payload: what the code holds, to the last character.
        is_own_wallet_code: it is to be printed again unchanged (``merchants.acceptance.own_codes``).

    Raises:
        MarketNotFound, StallNotFound: there is none.
        CodeNotRecorded: it is empty, too long, or one too many for a stall.
    """
    (result,) = _see(
        session,
        find_market(session, market_code, for_update=True),
        [(stall_code, payload)],
        is_own_wallet_code=is_own_wallet_code,
        sealer=sealer,
        actor=actor,
        now=now,
    )
    if result.code is None:
        if result.fault == _NO_STALL:
            raise StallNotFound(market_code, stall_code)
        raise CodeNotRecorded(result.fault)
    return result


def see_codes(
    session: Session,
    market_code: str,
    seen: Sequence[tuple[str, str]],
    *,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> list[CodeResult]:
    """Record many codes, each a stall code and a payload; the same few statements for any number.

    Rows stand alone: what cannot be recorded is told in its result and keeps no other out.

    Raises:
        MarketNotFound: there is none.
    """
    market = find_market(session, market_code, for_update=True)
    return _see(
        session, market, seen, is_own_wallet_code=False, sealer=sealer, actor=actor, now=now
    )


def end_code(
    session: Session,
    market_code: str,
    stall_code: str,
    code_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> DisplayedCode:
    """Note that a code hangs there no more.

    Raises:
        MarketNotFound, StallNotFound: there is none.
        DisplayedCodeNotFound: no such code hangs at this stall.
    """
    market = find_market(session, market_code, for_update=True)
    place = _places(session, market, [stall_code]).get(stall_code)
    if place is None:
        raise StallNotFound(market_code, stall_code)
    code = next((each for each in place.hanging.values() if each.id == code_id), None)
    if code is None:
        raise DisplayedCodeNotFound(stall_code, code_id)
    today = market_day(now)
    # A count made at an audit may be higher than the codes recorded one by one.
    counted = max(place.stall.displayed_codes or 0, len(place.hanging))
    code.ended_on = max(today, code.first_seen_on)
    place.stall.displayed_codes = counted - 1
    _note_audit(place.stall, today)
    session.add_all([code, place.stall])
    session.flush()
    _record(session, EventAction.CODE_GONE, market, [code], actor=actor, now=now)
    return code


def link_hanging_codes(
    session: Session, vendor: Vendor, point: AcceptancePoint, *, sealer: Sealer
) -> int:
    """Link codes seen at the vendor's stalls before their account was known; return how many."""
    query = select(DisplayedCode).where(
        DisplayedCode.vendor_id == vendor.id, col(DisplayedCode.ended_on).is_(None)
    )
    linked = 0
    for code in session.exec(query):
        seen = read_seen_code(sealer.open(code.payload_sealed))
        if seen.account is None or code.acceptance_point_id == point.id:
            continue
        if (
            account_fingerprint(sealer, seen.account.ledger, seen.account.number)
            == point.account_hash
        ):
            code.acceptance_point_id = point.id
            session.add(code)
            linked += 1
    session.flush()
    return linked


_NO_STALL = "Chợ không có gian hàng này"


def _see(
    session: Session,
    market: Market,
    seen: Sequence[tuple[str, str]],
    *,
    is_own_wallet_code: bool,
    sealer: Sealer,
    actor: Actor,
    now: datetime,
) -> list[CodeResult]:
    today = market_day(now)
    places = _places(session, market, {stall_code for stall_code, _ in seen})
    read = [_read(payload) for _, payload in seen]
    points = _points(session, market, [each for each in read if isinstance(each, SeenCode)], sealer)
    results = []
    fresh: list[DisplayedCode] = []
    counts = {code: len(place.hanging) for code, place in places.items()}
    for (stall_code, _), code in zip(seen, read, strict=True):
        place = places.get(stall_code)
        if place is None:
            results.append(CodeResult(stall_code=stall_code, fault=_NO_STALL))
            continue
        if isinstance(code, CodeNotRecorded):
            results.append(CodeResult(stall_code=stall_code, fault=code.reason))
            continue
        code_hash = payload_fingerprint(sealer, code.payload)
        row = place.hanging.get(code_hash)
        if row is None and len(place.hanging) >= CODES_OF_STALL_MAX:
            told = Sentence(
                "Gian hàng đã ghi {most} mã đang treo",
                most=CODES_OF_STALL_MAX,
            )
            results.append(CodeResult(stall_code=stall_code, fault=told))
            continue
        is_new = row is None
        if row is None:
            row = _new_row(place, code, code_hash, sealer, today)
            place.hanging[code_hash] = row
            fresh.append(row)
        row.last_seen_on = max(row.last_seen_on, today)
        row.is_own_wallet_code = row.is_own_wallet_code or is_own_wallet_code
        row.acceptance_point_id = _point_for(row, code, points, sealer)
        results.append(CodeResult(stall_code=stall_code, code=row, is_new=is_new))
    for stall_code, place in places.items():
        if any(result.code is not None and result.stall_code == stall_code for result in results):
            # Recorded one by one, counted together: a count made at an audit is not lowered by
            # recording the first of the codes that were counted.
            before = max(place.stall.displayed_codes or 0, counts[stall_code])
            place.stall.displayed_codes = max(before, len(place.hanging))
            _note_audit(place.stall, today)
            session.add(place.stall)
    # With ids of their own the new rows go out in one statement.
    for row, new_id in zip(fresh, reserve_ids(session, DisplayedCode, len(fresh)), strict=True):
        row.id = new_id
    session.add_all([result.code for result in results if result.code is not None])
    session.flush()
    _record(session, EventAction.CODE_SEEN, market, fresh, actor=actor, now=now)
    return results


def _read(payload: str) -> SeenCode | CodeNotRecorded:
    try:
        return read_seen_code(payload)
    except CodeNotRecorded as refusal:
        return refusal


def _new_row(
    place: _Place, code: SeenCode, code_hash: str, sealer: Sealer, today: date
) -> DisplayedCode:
    assert place.stall.id is not None
    return DisplayedCode(
        stall_id=place.stall.id,
        vendor_id=place.vendor_id,
        scheme=code.scheme,
        label=code.label,
        payload_sealed=sealer.seal(code.payload),
        payload_hash=code_hash,
        first_seen_on=today,
        last_seen_on=today,
    )


def _places(
    session: Session, market: Market, stall_codes: Sequence[str] | set[str]
) -> dict[str, _Place]:
    """Return the stalls with these codes: two statements."""
    query = (
        select(Stall, StallHolding.vendor_id)
        .outerjoin(
            StallHolding,
            (col(StallHolding.stall_id) == Stall.id) & col(StallHolding.to_on).is_(None),
        )
        .where(Stall.market_id == market.id, col(Stall.code).in_(sorted(stall_codes)))
    )
    places = {stall.code: _Place(stall, vendor_id, {}) for stall, vendor_id in session.exec(query)}
    by_id = {place.stall.id: place for place in places.values()}
    hanging = (
        select(DisplayedCode)
        .join(Stall, col(Stall.id) == DisplayedCode.stall_id)
        .where(
            Stall.market_id == market.id,
            col(Stall.code).in_(sorted(stall_codes)),
            col(DisplayedCode.ended_on).is_(None),
        )
    )
    for code in session.exec(hanging):
        by_id[code.stall_id].hanging[code.payload_hash] = code
    return places


def _points(
    session: Session, market: Market, seen: Sequence[SeenCode], sealer: Sealer
) -> dict[str, list[AcceptancePoint]]:
    """Return the market's open points that the codes may pay, by the account's fingerprint."""
    hashes = {
        account_fingerprint(sealer, code.account.ledger, code.account.number)
        for code in seen
        if code.account is not None
    }
    query = (
        select(AcceptancePoint)
        .join(Vendor, col(Vendor.id) == AcceptancePoint.vendor_id)
        .where(
            Vendor.market_id == market.id,
            col(AcceptancePoint.account_hash).in_(sorted(hashes)),
            col(AcceptancePoint.valid_to).is_(None),
        )
        .order_by(col(AcceptancePoint.id))
    )
    points: dict[str, list[AcceptancePoint]] = defaultdict(list)
    for point in session.exec(query) if hashes else ():
        points[point.account_hash].append(point)
    return points


def _point_for(
    row: DisplayedCode, code: SeenCode, points: dict[str, list[AcceptancePoint]], sealer: Sealer
) -> int | None:
    """Return the point a code pays: the holder's own first, else a neighbour's; ``None`` = unknown."""
    if code.account is None:
        return None
    account_hash = account_fingerprint(sealer, code.account.ledger, code.account.number)
    held = points.get(account_hash, [])
    own = [point for point in held if point.vendor_id == row.vendor_id]
    return next((point.id for point in [*own, *held]), None)


def _note_audit(stall: Stall, today: date) -> None:
    stall.audited_on = max(stall.audited_on or today, today)


def _record(
    session: Session,
    action: EventAction,
    market: Market,
    codes: Sequence[DisplayedCode],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    record_events(
        session,
        [
            {
                "action": action,
                "market_id": market.id,
                "vendor_id": code.vendor_id,
                "stall_id": code.stall_id,
                "subject": f"displayed_code:{code.id}",
                "to_value": code.scheme.value,
            }
            for code in codes
        ],
        actor=actor,
        now=now,
    )
