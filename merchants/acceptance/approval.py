"""What an approved change does: the old account ends, the new one begins, posters follow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from merchants.acceptance.displayed_codes import link_hanging_codes
from merchants.acceptance.name_rule import judge_account_name
from merchants.acceptance.point_states import point_state
from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import AccountAlreadyOpen
from merchants.events import record_events
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AcceptancePointState,
    AccountKind,
    EventAction,
)
from merchants.lifecycle.states import derive_vendor_states
from merchants.posters.issue import move_posters
from merchants.posters.places import PosterPlace
from merchants.sealing import Sealer
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Market,
    Poster,
    Stall,
    Vendor,
)
from qr.print_code import PrintKey


class PosterFate(StrEnum):
    """What becomes of the posters that pay to an account that is replaced."""

    REPLACE = "replace"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a second person says: yes or no, why, and what becomes of a replaced account's posters.

    Where a new poster may not be issued the old one is revoked all the same: it would pay to an
    ended account.
    """

    approve: bool
    note: str = ""
    """Needed for a no."""
    posters: PosterFate = PosterFate.REPLACE


@dataclass(frozen=True, slots=True)
class PosterKeys:
    """What issuing a poster takes: the sealer, and the key of the code printed to check it by."""

    sealer: Sealer
    verification_key: PrintKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Approval:
    """What a decision did; without a point the proposal was rejected.

    ``not_replaced`` says in Vietnamese, by stall, why no new poster was issued.
    """

    change: AccountChange
    point: AcceptancePoint | None = None
    ended: AcceptancePoint | None = None
    posters_ended: Sequence[str] = ()
    posters_issued: Sequence[str] = ()
    not_replaced: dict[str, str] = field(default_factory=dict)


def carry_out(
    session: Session,
    vendor: Vendor,
    change: AccountChange,
    *,
    posters: PosterFate,
    keys: PosterKeys,
    actor: Actor,
    now: datetime,
) -> Approval:
    """Open the approved account and end the one it replaces; return what came of it.

    Raises:
        AccountAlreadyOpen: the vendor has this account open by another way.
        SerialRefused: the verification key is empty and posters are to be replaced.
    """
    today = market_day(now)
    old = session.get(AcceptancePoint, change.replaces_id) if change.replaces_id else None
    if old is not None and old.valid_to is not None:
        old = None  # it ended by another way meanwhile; there is nothing left to replace
    _refuse_doubled(session, vendor, change, old)
    if old is not None and old.account_hash == change.account_hash:
        point = _correct(session, vendor, old, change, today)
    else:
        if old is not None:
            _close(session, old, today)
        point = _open(session, vendor, change, today)
    vendor.version += 1
    session.add(vendor)
    _record(session, vendor, change, old=old, point=point, actor=actor, now=now)
    ended: list[str] = []
    issued: list[str] = []
    blocks: dict[str, str] = {}
    if old is not None:
        ended, issued, blocks = _move_posters(
            session,
            vendor,
            old,
            point,
            posters=posters,
            keys=keys,
            actor=actor,
            now=now,
        )
    link_hanging_codes(session, vendor, point, sealer=keys.sealer)
    derive_vendor_states(
        session, [vendor.market_id], vendor_ids=[change.vendor_id], actor=actor, now=now
    )
    return Approval(
        change=change,
        point=point,
        ended=old if old is not point else None,
        posters_ended=ended,
        posters_issued=issued,
        not_replaced=blocks,
    )


def _refuse_doubled(
    session: Session, vendor: Vendor, change: AccountChange, old: AcceptancePoint | None
) -> None:
    query = select(AcceptancePoint.id).where(
        AcceptancePoint.vendor_id == vendor.id,
        AcceptancePoint.account_hash == change.account_hash,
        AcceptancePoint.feed_provider == change.feed_provider,
        col(AcceptancePoint.valid_to).is_(None),
    )
    if any(point_id != (old.id if old else None) for point_id in session.exec(query)):
        raise AccountAlreadyOpen(vendor.code or "", change.account_tail)


def _close(session: Session, old: AcceptancePoint, today: date) -> None:
    old.valid_to = max(today, old.valid_from)
    old.state = AcceptancePointState.CLOSED
    session.add(old)
    session.flush()  # an end comes before the beginning that takes its place


def _open(session: Session, vendor: Vendor, change: AccountChange, today: date) -> AcceptancePoint:
    judged = judge_account_name(change.holder_name, vendor.full_name, vendor.business_name, today)
    point = AcceptancePoint(
        vendor_id=change.vendor_id,
        kind=change.kind,
        acceptance_type=change.acceptance_type,
        bin=change.bin,
        feed_provider=change.feed_provider,
        account_sealed=change.account_sealed,
        account_hash=change.account_hash,
        account_tail=change.account_tail,
        holder_name=change.holder_name,
        name_match=judged.match,
        owner_kind=judged.owner_kind,
        provider_contract_no=change.provider_contract_no,
        contract_from=change.contract_from,
        state=point_state(
            AcceptancePointState.DECLARED, match=judged.match, must_migrate=judged.must_migrate
        ),
        valid_from=today,
    )
    session.add(point)
    session.flush()
    return point


def _correct(
    session: Session, vendor: Vendor, point: AcceptancePoint, change: AccountChange, today: date
) -> AcceptancePoint:
    """Write another holder, or contract, on the same account: the money goes where it went."""
    judged = judge_account_name(change.holder_name, vendor.full_name, vendor.business_name, today)
    point.holder_name = change.holder_name
    point.name_match, point.owner_kind = judged.match, judged.owner_kind
    point.state = point_state(
        AcceptancePointState.DECLARED, match=judged.match, must_migrate=judged.must_migrate
    )
    if change.provider_contract_no:
        point.provider_contract_no = change.provider_contract_no
        point.contract_from, point.contract_to = change.contract_from, None
    session.add(point)
    session.flush()
    return point


def _move_posters(
    session: Session,
    vendor: Vendor,
    old: AcceptancePoint,
    point: AcceptancePoint,
    *,
    posters: PosterFate,
    keys: PosterKeys,
    actor: Actor,
    now: datetime,
) -> tuple[list[str], list[str], dict[str, str]]:
    """End the live posters that pay to the old account, or show its old holder; replace if asked.

    Returns the serials ended and issued, and by stall why none was issued.
    """
    market = session.get(Market, vendor.market_id)
    assert market is not None
    query = (
        select(Poster, Stall)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .where(
            Poster.acceptance_point_id == old.id,
            Poster.vendor_id == vendor.id,
            col(Poster.state).not_in(ENDED_POSTER_STATES),
        )
        .order_by(col(Poster.id))
    )
    moved = list(session.exec(query).all())
    # A wallet's code is never built here: its poster is the wallet's own.
    payee = point if point.kind is AccountKind.BANK_ACCOUNT else None

    def place_of(stall: Stall) -> PosterPlace:
        return PosterPlace(market, stall, vendor, payee, has_poster=True)

    issued, blocks = move_posters(
        session,
        moved,
        market,
        place_of if posters is PosterFate.REPLACE else None,
        sealer=keys.sealer,
        verification_key=keys.verification_key,
        actor=actor,
        now=now,
    )
    return (
        [poster.serial or "" for poster, _ in moved],
        [poster.serial or "" for poster in issued],
        blocks,
    )


def _record(
    session: Session,
    vendor: Vendor,
    change: AccountChange,
    *,
    old: AcceptancePoint | None,
    point: AcceptancePoint,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what an approval did to the accounts, each event naming the proposal it comes from."""
    always = {
        "market_id": vendor.market_id,
        "vendor_id": vendor.id,
        "reason": f"account_change:{change.id}",
    }
    if old is point:
        changed = {
            "action": EventAction.CHANGED,
            "subject": f"account:{point.id}",
            "to_value": point.name_match.value,
        }
        record_events(session, [always | changed], actor=actor, now=now)
        return
    events = [
        {
            "action": EventAction.ACCOUNT_ADDED,
            "subject": f"account:{point.id}",
            "to_value": point.name_match.value,
        }
    ]
    if old is not None:
        ended = {"action": EventAction.ACCOUNT_CLOSED, "subject": f"account:{old.id}"}
        events.insert(0, ended)
    record_events(session, [always | event for event in events], actor=actor, now=now)
