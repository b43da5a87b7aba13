"""Two records of one person become one, and two again when that was a mistake.

The kept record receives everything its double holds; the double stays, exited and pointing at it.
Closed days are not rewritten: their rows keep naming the double, and whoever adds days up follows
``merged_into_id``.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.days import market_day
from merchants.errors import MergeRefused
from merchants.find import find_vendor
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AcceptancePointState,
    AccountChangeState,
    EventAction,
)
from merchants.sentences import Sentence
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Consent,
    DisplayedCode,
    Poster,
    Vendor,
    VendorMerge,
)
from merchants.vendors.doubles import PossibleDouble, possible_doubles
from merchants.vendors.merge_parts import MOVED, derive_both, record_merge
from merchants.vendors.merge_undo import undo_merge
from merchants.vendors.moved_rows import MovedRows

__all__ = [
    "MOVED",
    "PossibleDouble",
    "find_kept_vendor",
    "merge_vendors",
    "merges_of",
    "possible_doubles",
    "refuse_merge",
    "undo_merge",
]


_OPEN_CHANGES = (AccountChangeState.PROPOSED, AccountChangeState.CONFIRMED)
_FILLED = (
    ("phone_hash", ("phone_hash", "phone_sealed", "phone_tail")),
    ("id_number_hash", ("id_number_hash", "id_number_tail")),
    ("business_name", ("business_name",)),
    ("display_name", ("display_name",)),
)


def merge_vendors(
    session: Session,
    kept: Vendor,
    merged: Vendor,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> VendorMerge:
    """Hand everything of ``merged`` to ``kept`` and return what was moved, to be undone from.

    Where both have the same account, the double's is closed and what hangs on it moves over. Empty
    details of the kept record are filled from the double; what it has of its own stays.

    Raises:
        MergeRefused: they are one record, of two markets, merged already, or both wait for a
            decision about an account.
    """
    kept, merged = _both_locked(session, kept, merged)
    refuse_merge(session, kept, merged)
    moved = MovedRows()
    _join_accounts(session, kept, merged, moved, now=now)
    standing = set(
        session.exec(
            select(Consent.purpose).where(
                Consent.vendor_id == kept.id, col(Consent.withdrawn_at).is_(None)
            )
        )
    )
    for table in MOVED:
        query = select(table).where(col(table.vendor_id) == merged.id)  # type: ignore[attr-defined]
        for row in session.exec(query.order_by(col(table.id))).all():  # type: ignore[attr-defined]
            is_given_twice = (
                isinstance(row, Consent) and row.withdrawn_at is None and row.purpose in standing
            )
            if not is_given_twice:  # one consent to a purpose stands; the double's stays with it
                moved.put(session, row, "vendor_id", kept.id)
    _fill(session, kept, merged, moved)
    record_merge(session, EventAction.MERGED, kept, merged, actor=actor, now=now, note=reason)
    derive_both(session, kept, merged, actor=actor, now=now)
    record = VendorMerge(
        kept_vendor_id=kept.id or 0,
        merged_vendor_id=merged.id or 0,
        moved=moved.as_json(),
        reason=reason[:200],
        actor=str(actor),
        merged_at=now,
    )
    session.add(record)
    session.flush()
    return record


def merges_of(session: Session, vendor_id: int) -> list[tuple[VendorMerge, Vendor]]:
    """Return the standing merges into a vendor, newest first, each with the merged record."""
    query = (
        select(VendorMerge, Vendor)
        .join(Vendor, col(Vendor.id) == VendorMerge.merged_vendor_id)
        .where(VendorMerge.kept_vendor_id == vendor_id, col(VendorMerge.undone_at).is_(None))
        .order_by(col(VendorMerge.id).desc())
    )
    return [(record, vendor) for record, vendor in session.exec(query)]


def find_kept_vendor(session: Session, code: str) -> Vendor:
    """Return the vendor of this code, or the one a merged record was kept as.

    For staff, and for money that still comes in under the old code. A personal link goes on opening
    only its own record: whoever holds it was not asked whether the two are one person.

    Raises:
        VendorNotFound: no vendor has it, or it is no code at all.
    """
    vendor = find_vendor(session, code)
    if vendor.merged_into_id is None:
        return vendor
    return session.get_one(Vendor, vendor.merged_into_id)


def refuse_merge(session: Session, kept: Vendor, merged: Vendor) -> None:
    """Refuse two records that cannot become one, whichever is kept; nothing is written.

    Raises:
        MergeRefused: they are one record, of two markets, merged already, or both wait for a
            decision about an account.
    """

    def refuse(reason: str) -> MergeRefused:
        return MergeRefused(kept.code or "", merged.code or "", reason)

    if kept.id == merged.id:
        raise refuse("đây là một hồ sơ, chọn hai hồ sơ khác nhau")
    if kept.market_id != merged.market_id:
        raise refuse("hai hồ sơ thuộc hai chợ")
    for vendor in (kept, merged):
        if vendor.merged_into_id is not None:
            raise refuse(Sentence("hồ sơ {code} đã gộp vào hồ sơ khác", code=vendor.code))
    waiting = session.exec(
        select(sa.func.count())
        .select_from(AccountChange)
        .where(
            col(AccountChange.vendor_id).in_([kept.id, merged.id]),
            col(AccountChange.state).in_(_OPEN_CHANGES),
        )
    ).one()
    if waiting > 1:
        raise refuse("cả hai còn đề nghị đổi tài khoản chờ duyệt: duyệt hoặc trả lại một đề nghị")


def _join_accounts(
    session: Session, kept: Vendor, merged: Vendor, moved: MovedRows, *, now: datetime
) -> None:
    """Close the double's accounts that the kept record has too; what hangs on them moves over."""
    own = {
        (point.feed_provider, point.account_hash): point for point in _open_points(session, kept)
    }
    for point in _open_points(session, merged):
        same = own.get((point.feed_provider, point.account_hash))
        if same is None:
            continue
        for table, column in (
            (Poster, "acceptance_point_id"),
            (DisplayedCode, "acceptance_point_id"),
            (AccountChange, "replaces_id"),
        ):
            for row in session.exec(select(table).where(getattr(table, column) == point.id)).all():
                _require_no_poster(session, kept, merged, row, same)
                moved.put(session, row, column, same.id)
        moved.put(session, point, "valid_to", max(market_day(now), point.valid_from))
        moved.put(session, point, "state", AcceptancePointState.CLOSED)
    session.flush()


def _require_no_poster(
    session: Session, kept: Vendor, merged: Vendor, row: object, point: AcceptancePoint
) -> None:
    """Refuse where a stall would come to have two live posters of one account."""
    if not isinstance(row, Poster) or row.state in ENDED_POSTER_STATES:
        return
    query = select(Poster.serial).where(
        Poster.stall_id == row.stall_id,
        Poster.acceptance_point_id == point.id,
        col(Poster.state).not_in(ENDED_POSTER_STATES),
    )
    other = session.exec(query).first()
    if other is not None:
        raise MergeRefused(
            kept.code or "",
            merged.code or "",
            Sentence(
                "thu hồi một trong hai tấm mã {other}, {serial}", other=other, serial=row.serial
            ),
        )


def _open_points(session: Session, vendor: Vendor) -> list[AcceptancePoint]:
    query = select(AcceptancePoint).where(
        AcceptancePoint.vendor_id == vendor.id, col(AcceptancePoint.valid_to).is_(None)
    )
    return list(session.exec(query.order_by(col(AcceptancePoint.id))))


def _fill(session: Session, kept: Vendor, merged: Vendor, moved: MovedRows) -> None:
    for known_by, columns in _FILLED:
        if not getattr(kept, known_by):
            for column in columns:
                moved.put(session, kept, column, getattr(merged, column))
    # The milestone of one is the milestone of the person, and so is the wish not to be watched.
    for column in ("consented_on", "first_self_action_at"):
        known = [each for each in (getattr(kept, column), getattr(merged, column)) if each]
        moved.put(session, kept, column, min(known, default=None))
    moved.put(session, kept, "is_poster_only", kept.is_poster_only or merged.is_poster_only)
    for earlier in session.exec(select(Vendor).where(Vendor.merged_into_id == merged.id)).all():
        moved.put(session, earlier, "merged_into_id", kept.id)
    moved.put(session, merged, "merged_into_id", kept.id)
    for vendor in (kept, merged):
        moved.put(session, vendor, "version", vendor.version + 1)
        moved.note(vendor, "state", "state_since")


def _both_locked(session: Session, kept: Vendor, merged: Vendor) -> tuple[Vendor, Vendor]:
    """Return both as stored now, locked in the order of their ids: two merges must not cross."""
    session.flush()
    query = (
        select(Vendor)
        .where(col(Vendor.id).in_([kept.id, merged.id]))
        .order_by(col(Vendor.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {vendor.id: vendor for vendor in session.exec(query)}
    return found[kept.id], found[merged.id]
