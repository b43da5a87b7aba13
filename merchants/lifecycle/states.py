"""Bring every vendor's state in line with the facts, after whatever changed them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from merchants.actors import COMMAND, Actor
from merchants.columns import core_table
from merchants.events import record_events
from merchants.kinds import (
    ENDED_POSTER_STATES,
    GOOD_MATCHES,
    HANGING_POSTER_STATES,
    EventAction,
    VendorState,
)
from merchants.lifecycle.steps import VendorFacts, next_state, steps_between
from merchants.tables import AcceptancePoint, Poster, StallHolding, Vendor

_LOCKED_BY_ID_MAX = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A vendor on the way from one state to another."""

    vendor_id: int
    market_id: int
    current: VendorState
    wanted: VendorState


def derive_vendor_states(
    session: Session,
    market_ids: Iterable[int],
    *,
    actor: Actor = COMMAND,
    now: datetime,
    vendor_ids: Collection[int] | None = None,
    told: Mapping[str, Any] | None = None,
) -> int:
    """Set the state of each vendor of the markets to what the facts bear out; return how many moved.

    A constant number of statements, however many vendors: the facts are read, states and the event
    of each single step are written. Loaded rows of moved vendors are read again.

    Args:
        vendor_ids: only these vendors of the markets; ``None`` = all.
        told: further columns of the events, such as ``import_id`` or ``reason``.
    """
    session.flush()
    query = _facts_query().where(col(Vendor.market_id).in_(list(market_ids)))
    if vendor_ids is not None:
        query = query.where(col(Vendor.id).in_(sorted(vendor_ids)))
    moves = _moves(session, query)
    if moves and session.get_bind().dialect.name == "postgresql":
        # Somebody may take a step by hand meanwhile: what is about to move is locked and read again.
        moved = [move.vendor_id for move in moves]
        if len(moved) <= _LOCKED_BY_ID_MAX:
            query = query.where(col(Vendor.id).in_(moved))
        moves = _moves(session, query.with_for_update(of=core_table(Vendor)))
    move_vendors(session, moves, actor=actor, now=now, told=told)
    return len(moves)


def facts_of(session: Session, vendor_id: int) -> VendorFacts:
    """Return what the register knows about one vendor, as far as it decides the state."""
    session.flush()
    row = session.execute(_facts_query().where(col(Vendor.id) == vendor_id)).one()
    return _read(row)[3]


def move_vendors(
    session: Session,
    moves: Sequence[Move],
    *,
    actor: Actor,
    now: datetime,
    told: Mapping[str, Any] | None = None,
) -> None:
    """Set the states and record an event for each single step on the way, in two statements.

    ``told`` (reason, note, evidence) belongs to the last step, the one that was meant.
    """
    if not moves:
        return
    vendor = core_table(Vendor)
    statement = (
        sa.update(vendor)
        .where(vendor.c.id == sa.bindparam("row_id"))
        .values(state=sa.bindparam("new_state"), state_since=now)
    )
    session.connection().execute(
        statement, [{"row_id": move.vendor_id, "new_state": move.wanted} for move in moves]
    )
    events = [event for move in moves for event in _step_events(move, told or {})]
    record_events(session, events, actor=actor, now=now)
    _read_again(session, {move.vendor_id for move in moves})


def _moves(session: Session, query: "sa.Select[*tuple[Any, ...]]") -> list[Move]:
    moves = []
    for row in session.execute(query.order_by(col(Vendor.id))):
        vendor_id, market_id, state, facts = _read(row)
        derived = next_state(state, facts)
        if derived is not state:
            moves.append(
                Move(vendor_id=vendor_id, market_id=market_id, current=state, wanted=derived)
            )
    return moves


def _step_events(move: Move, told: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    steps = steps_between(move.current, move.wanted)
    assert steps, f"no steps lead from {move.current} to {move.wanted}"
    before = move.current
    for step in steps:
        yield {
            "action": EventAction.STATE_CHANGED,
            "market_id": move.market_id,
            "vendor_id": move.vendor_id,
            "from_value": before.value,
            "to_value": step.value,
            **(told if step is steps[-1] else {k: v for k, v in told.items() if k == "import_id"}),
        }
        before = step


def _read(row: Any) -> tuple[int, int, VendorState, VendorFacts]:
    vendor_id, market_id, state, *facts = tuple(row)
    names = (
        "holds_a_stall",
        "has_details",
        "has_consented",
        "has_account",
        "has_matched_name",
        "has_poster",
        "has_installed_poster",
        "shows_payments",
    )
    return (
        vendor_id,
        market_id,
        state,
        VendorFacts(**dict(zip(names, map(bool, facts), strict=True))),
    )


def _facts_query() -> "sa.Select[*tuple[Any, ...]]":
    open_point = sa.and_(
        col(AcceptancePoint.vendor_id) == col(Vendor.id), col(AcceptancePoint.valid_to).is_(None)
    )
    live_poster = sa.and_(
        col(Poster.vendor_id) == col(Vendor.id), col(Poster.state).not_in(ENDED_POSTER_STATES)
    )
    return sa.select(
        col(Vendor.id),
        col(Vendor.market_id),
        col(Vendor.state),
        _exists(
            StallHolding,
            col(StallHolding.vendor_id) == col(Vendor.id),
            col(StallHolding.to_on).is_(None),
        ),
        col(Vendor.phone_hash).is_not(None) | _exists(AcceptancePoint, open_point),
        col(Vendor.consented_on).is_not(None),
        _exists(AcceptancePoint, open_point),
        _exists(AcceptancePoint, open_point, col(AcceptancePoint.name_match).in_(GOOD_MATCHES)),
        _exists(Poster, live_poster),
        _exists(Poster, live_poster, col(Poster.state).in_(HANGING_POSTER_STATES)),
        ~col(Vendor.is_poster_only),
    )


def _exists(table: type[SQLModel], *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return select(1).select_from(table).where(*conditions).correlate(Vendor).exists()


def _read_again(session: Session, vendor_ids: set[int]) -> None:
    for row in list(session.identity_map.values()):
        if isinstance(row, Vendor) and row.id in vendor_ids:
            session.refresh(row)
