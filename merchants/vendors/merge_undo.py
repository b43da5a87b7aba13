"""Take a merge of two records back, exactly."""

from datetime import datetime

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.errors import MergeChangedSince, MergeNotFound
from merchants.kinds import EventAction, VendorState
from merchants.lifecycle.states import Move, move_vendors
from merchants.tables import Market, Vendor, VendorMerge
from merchants.vendors.merge_parts import MOVED, derive_both, record_merge
from merchants.vendors.moved_rows import RowChange, remembered, typed

# Of a vendor: derived or counted up since, put back on their own terms.
_DERIVED = frozenset({"state", "state_since", "version"})


def undo_merge(
    session: Session, market_code: str, merge_id: int, *, actor: Actor, now: datetime
) -> VendorMerge:
    """Take a merge back: every row it touched stands again as before, versions go on counting.

    Raises:
        MergeNotFound: this market has no such merge, or it is undone.
        MergeChangedSince: a row it moved was changed since; nothing is put back.
    """
    record, kept, merged = _standing_merge(session, market_code, merge_id)
    if not record.moved:  # erased with the person: nothing is left to put back from
        raise MergeChangedSince(merge_id, [f"vendor_merge {merge_id}"])
    changes = list(remembered(session, record.moved, (*MOVED, Vendor)))
    since = [fault for change in changes for fault in change.changed_since(_own_terms(change))]
    if since:
        raise MergeChangedSince(merge_id, since)
    for change in changes:
        change.put_back(session, leave=_own_terms(change))
        session.flush()  # in the order of the tables: a unique key may be free only then
    for vendor in (kept, merged):
        vendor.version += 1
    record.undone_at, record.undone_by = now, str(actor)
    session.add_all([kept, merged, record])
    session.flush()
    record_merge(session, EventAction.MERGE_UNDONE, kept, merged, actor=actor, now=now)
    for change in changes:
        if change.table is Vendor and "state" in change.before:
            _put_state_back(session, change, actor=actor, now=now)
    derive_both(session, kept, merged, actor=actor, now=now)
    return record


def _own_terms(change: RowChange) -> frozenset[str]:
    return _DERIVED if change.table is Vendor else frozenset()


def _put_state_back(session: Session, change: RowChange, *, actor: Actor, now: datetime) -> None:
    """Walk a vendor back to the state from before, unless it has moved on since the merge."""
    vendor: Vendor = change.row
    if change.changed_since(leave={*change.before} - {"state"}):
        return
    before: VendorState = typed(Vendor, "state", change.before["state"])
    if before is not vendor.state:
        move = Move(
            vendor_id=change.id, market_id=vendor.market_id, current=vendor.state, wanted=before
        )
        move_vendors(session, [move], actor=actor, now=now)
    change.put_back(session, leave={*change.before} - {"state_since"})
    session.flush()


def _standing_merge(
    session: Session, market_code: str, merge_id: int
) -> tuple[VendorMerge, Vendor, Vendor]:
    query = (
        select(VendorMerge)
        .join(Vendor, col(Vendor.id) == VendorMerge.kept_vendor_id)
        .join(Market, col(Market.id) == Vendor.market_id)
        .where(
            VendorMerge.id == merge_id,
            Market.code == market_code,
            col(VendorMerge.undone_at).is_(None),
        )
        .with_for_update()
    )
    record = session.exec(query).one_or_none()
    if record is None:
        raise MergeNotFound(market_code, merge_id)
    kept = session.get_one(Vendor, record.kept_vendor_id)
    merged = session.get_one(Vendor, record.merged_vendor_id)
    return record, kept, merged
