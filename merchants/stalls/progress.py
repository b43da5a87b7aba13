"""How far each stall of a market has come, and what a person must do about it, decided in SQL.

One derived table serves the list, its tabs, the floor map and the to-do list, so that their totals
are the same figure. Pages show a progress as one tile: white, hatched, light and deep indigo.
"""

from collections.abc import Collection, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from merchants.kinds import (
    ENDED_POSTER_STATES,
    GOOD_MATCHES,
    HANGING_POSTER_STATES,
    AccountChangeState,
    PosterState,
    StallState,
    VendorState,
)
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    DisplayedCode,
    Poster,
    Stall,
    StallHolding,
    Vendor,
)


class Progress(StrEnum):
    """Where a stall stands on the way to being paid by QR."""

    ACTIVE = "active"
    """Has a code and receives money."""
    READY = "ready"
    """Has a code that nobody pays to yet, or no more."""
    DOING = "doing"
    ISSUE = "issue"
    """A person must look at it before it goes on."""
    NOT_BEGUN = "todo"
    VACANT = "vacant"
    """Planned, vacant or closed: not in the frame."""


class Need(StrEnum):
    """The one thing to do next at a stall; of several the first of these."""

    SUSPENDED = "suspended"
    ACCOUNT_CHANGE = "account_change"
    """A proposed account waits for the vendor or for a second person."""
    WRONG_POSTER = "wrong_poster"
    """The poster pays somebody who is not there, or an account that is closed."""
    NAME = "name"
    """The account holder's name does not match."""
    REVOKED = "revoked"
    """The poster was taken back and none came in its place."""
    INSTALL = "install"
    """A poster is issued and does not hang."""
    DORMANT = "dormant"
    DRAFT = "draft"
    """Begun and not finished."""
    START = "start"
    NONE = "none"


ISSUES = (Need.SUSPENDED, Need.ACCOUNT_CHANGE, Need.WRONG_POSTER, Need.NAME, Need.REVOKED)
OPEN_CHANGES = (AccountChangeState.PROPOSED, AccountChangeState.CONFIRMED)

_NOT_BEGUN = (VendorState.LISTED, VendorState.INVITED)


Among = Sequence[int] | sa.Select[Any]
"""Ids of stalls, or the statement that tells them."""


def stall_progress(market_ids: Collection[int], among: Among | None = None) -> sa.Subquery:
    """Return one row a stall of the markets: where it is, who holds it, how far it has come.

    ``stall_id``, ``market_id``, ``zone_id``, ``code``, ``code_order``, ``vendor_id`` (``None`` =
    nobody), ``since`` (when its vendor came to this state), ``has_code``, ``need``, ``progress``,
    ``plan_x``, ``plan_y``.

    Args:
        among: only these stalls; the database then looks at nothing else.
    """
    if among is None:
        return _whole_floor(tuple(sorted(market_ids)))
    return _floor(market_ids, among)


@lru_cache(maxsize=256)
def _whole_floor(market_ids: tuple[int, ...]) -> sa.Subquery:
    """Return the floor of whole markets; made once, for making it takes as long as reading some."""
    return _floor(market_ids, None)


def _floor(market_ids: Collection[int], among: Among | None) -> sa.Subquery:
    marks = _poster_marks(market_ids, among)
    state = col(Vendor.state)
    is_held = marks.c.vendor_id.is_not(None)
    has_poster, hangs = marks.c.live == 1, marks.c.hanging == 1
    has_code = has_poster | (marks.c.own_code == 1)
    waiting, wrong_name = marks.c.waiting == 1, marks.c.wrong_name == 1
    taken_back = (marks.c.live == 0) & (marks.c.revoked == 1)
    is_suspended, is_wrong = state == VendorState.SUSPENDED, marks.c.wrong == 1
    is_issue = sa.or_(is_suspended, is_wrong, taken_back, waiting, wrong_name)
    is_out = marks.c.stall_state != StallState.OCCUPIED
    progress = _first_of(
        (is_out, Progress.VACANT),
        (~is_held, Progress.NOT_BEGUN),
        (is_issue, Progress.ISSUE),
        (has_code & (state == VendorState.ACTIVE), Progress.ACTIVE),
        (has_code, Progress.READY),
        (state.in_(_NOT_BEGUN), Progress.NOT_BEGUN),
        (sa.true(), Progress.DOING),
    )
    need = _first_of(
        (is_out, Need.NONE),
        (~is_held, Need.START),
        (is_suspended, Need.SUSPENDED),
        (waiting, Need.ACCOUNT_CHANGE),
        (is_wrong, Need.WRONG_POSTER),
        (wrong_name, Need.NAME),
        (taken_back, Need.REVOKED),
        (has_poster & ~hangs, Need.INSTALL),
        (has_code & (state == VendorState.DORMANT), Need.DORMANT),
        (has_code, Need.NONE),
        (state.in_(_NOT_BEGUN), Need.START),
        (sa.true(), Need.DRAFT),
    )
    return (
        sa.select(
            marks.c.stall_id,
            marks.c.market_id,
            marks.c.zone_id,
            marks.c.code,
            marks.c.code_order,
            marks.c.vendor_id,
            sa.func.coalesce(col(Vendor.state_since), col(Vendor.registered_at)).label("since"),
            has_code.label("has_code"),
            need.label("need"),
            progress.label("progress"),
            marks.c.plan_x,
            marks.c.plan_y,
        )
        .select_from(marks)
        .outerjoin(Vendor, col(Vendor.id) == marks.c.vendor_id)
        .subquery("floor")
    )


def holds_stall() -> sa.ColumnElement[bool]:
    """Return the condition that a holding is the stall's present one."""
    return (col(StallHolding.stall_id) == col(Stall.id)) & col(StallHolding.to_on).is_(None)


def has_other_name(point: type[AcceptancePoint]) -> sa.ColumnElement[bool]:
    """Return the condition that an open point's holder is not called as the vendor is.

    The matches are written into the statement: no index of some rows is used for a parameter.
    """
    good: sa.BindParameter[Any] = sa.bindparam(
        None, GOOD_MATCHES, expanding=True, literal_execute=True
    )
    return col(point.valid_to).is_(None) & col(point.name_match).not_in(good)


def _poster_marks(market_ids: Collection[int], among: Among | None) -> sa.Subquery:
    """Return each stall with its holder and what hangs there, in one pass over the posters.

    Looked up one by one for each mark, ten thousand stalls took three times as long.
    """
    is_live = col(Poster.state).not_in(ENDED_POSTER_STATES)
    is_of_holder = col(Poster.vendor_id) == col(StallHolding.vendor_id)
    pays_nobody = ~is_of_holder | col(AcceptancePoint.valid_to).is_not(None)
    own_code = (
        sa.select(sa.literal(1))
        .select_from(DisplayedCode)
        .where(col(DisplayedCode.stall_id) == col(Stall.id))
        .where(col(DisplayedCode.ended_on).is_(None))
        .where(col(DisplayedCode.acceptance_point_id).is_not(None))
        .where(col(DisplayedCode.is_own_wallet_code).is_(True))
        .correlate(Stall)
        .exists()
    )
    # Judged here, where a row is made once: the decisions above ask for each of them twice.
    waiting = col(StallHolding.vendor_id).in_(
        sa.select(col(AccountChange.vendor_id)).where(col(AccountChange.state).in_(OPEN_CHANGES))
    )
    account = aliased(AcceptancePoint)
    wrong_name = col(StallHolding.vendor_id).in_(
        sa.select(col(account.vendor_id)).where(
            has_other_name(account), col(account.holder_name) != ""
        )
    )
    query: Any = (
        sa.select(
            col(Stall.id).label("stall_id"),
            col(Stall.market_id),
            col(Stall.zone_id),
            col(Stall.code),
            col(Stall.code_order),
            col(Stall.state).label("stall_state"),
            col(Stall.plan_x),
            col(Stall.plan_y),
            col(StallHolding.vendor_id).label("vendor_id"),
            _any(is_live).label("live"),
            _any(col(Poster.state).in_(HANGING_POSTER_STATES)).label("hanging"),
            _any(is_live & pays_nobody).label("wrong"),
            _any((col(Poster.state) == PosterState.REVOKED) & is_of_holder).label("revoked"),
            sa.case((own_code, 1), else_=0).label("own_code"),
            sa.case((waiting, 1), else_=0).label("waiting"),
            sa.case((wrong_name, 1), else_=0).label("wrong_name"),
        )
        .select_from(Stall)
        .outerjoin(StallHolding, holds_stall())
        .outerjoin(Poster, col(Poster.stall_id) == col(Stall.id))
        .outerjoin(AcceptancePoint, col(AcceptancePoint.id) == col(Poster.acceptance_point_id))
        .where(col(Stall.market_id).in_(market_ids))
        .group_by(col(Stall.id), col(StallHolding.vendor_id))
    )
    if among is not None:
        query = query.where(col(Stall.id).in_(among))
    marks: sa.Subquery = query.subquery("marks")
    return marks


def _any(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.max(sa.case((condition, 1), else_=0))


def _first_of(*choices: tuple[sa.ColumnElement[bool], StrEnum]) -> sa.ColumnElement[str]:
    return sa.case(*((condition, word.value) for condition, word in choices))
