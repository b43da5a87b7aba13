"""Erase a person from the register for good, and leave the market's own frame standing.

Gone are names, phone, account numbers, payloads, fingerprints and free text. What stays says nothing
about anybody any more: the stall, who-knows-who held it from when to when, counts, what was done.
Consents stay as proof that there was one. There is no way back.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from merchants.actors import Actor
from merchants.columns import core_table
from merchants.days import market_day
from merchants.events import record_event
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AcceptancePointState,
    AccountChangeState,
    ComplaintState,
    EventAction,
    ImportState,
    PosterEnd,
    PosterState,
)
from merchants.lifecycle.states import derive_vendor_states
from merchants.sealing import Sealer
from merchants.sort_names import search_text, sort_key
from merchants.tables import (
    AcceptancePoint,
    AccountChange,
    Complaint,
    Consent,
    DisplayedCode,
    Poster,
    PrivacyRequest,
    RegisterEvent,
    SheetImport,
    SheetImportChange,
    SheetImportRow,
    Stall,
    StallHolding,
    Vendor,
    VendorMerge,
    Visit,
)

ERASED_NAME = "đã xoá"
SEALED_NOTHING = "sealed nothing"
"""Stands below for an empty text under seal: key rotation opens whatever is sealed."""

ERASED: Mapping[type[SQLModel], Mapping[str, Any]] = {
    Vendor: {
        "full_name": ERASED_NAME,
        "sort_name": sort_key(ERASED_NAME),
        "search_text": search_text(ERASED_NAME),
        "business_name": "",
        "display_name": "",
        "phone_sealed": None,
        "phone_hash": None,
        "phone_tail": "",
        "id_number_hash": None,
        "id_number_tail": "",
    },
    AcceptancePoint: {
        "account_sealed": SEALED_NOTHING,
        "account_hash": "",
        "account_tail": "",
        "holder_name": ERASED_NAME,
        "provider_contract_no": "",
        "contract_from": None,
        "contract_to": None,
    },
    Consent: {"witness": ""},
    AccountChange: {
        "account_sealed": SEALED_NOTHING,
        "account_hash": "",
        "account_tail": "",
        "holder_name": ERASED_NAME,
        "provider_contract_no": "",
        "contract_from": None,
        "reason": "",
        "witness": "",
        "decision_note": "",
    },
    DisplayedCode: {"payload_sealed": SEALED_NOTHING, "payload_hash": "", "label": ""},
    Poster: {"payload_sealed": SEALED_NOTHING, "payload_hash": "", "marks": ""},
    StallHolding: {"contract_no": "", "contract_to": None},
    PrivacyRequest: {"wish": "", "extension_reason": "", "outcome": ""},
    Visit: {"note": ""},
    Complaint: {"said": "", "answer": "", "outcome": "", "amount_vnd": None},
    RegisterEvent: {"note": ""},
}
"""By table, what takes the place of each value; a test asks about every other column by name."""

_TELLS_VALUES = frozenset({EventAction.CHANGED, EventAction.MERGED, EventAction.MERGE_UNDONE})
"""Events whose ``from_value`` and ``to_value`` quote what stood in the record."""


def erase_vendor(
    session: Session, vendor: Vendor, *, sealer: Sealer, actor: Actor, now: datetime
) -> None:
    """Erase a vendor and the doubles merged into them; the vendor leaves their stalls."""
    today = market_day(now)
    vendor_ids = _with_doubles(session, vendor)
    end_dealings(session, vendor_ids, today)
    _drop_complaints(session, vendor_ids, actor=actor, now=now)
    _erase_imports(session, vendor, vendor_ids)
    for table, values in ERASED.items():
        column = "id" if table is Vendor else "vendor_id"
        _update(session, table, col_in(table, column, vendor_ids), _sealed(values, sealer))
    quoting = sa.and_(
        col(RegisterEvent.vendor_id).in_(vendor_ids),
        col(RegisterEvent.action).in_([action.value for action in _TELLS_VALUES]),
    )
    _update(session, RegisterEvent, quoting, {"from_value": "", "to_value": ""})
    merges = sa.or_(
        col(VendorMerge.kept_vendor_id).in_(vendor_ids),
        col(VendorMerge.merged_vendor_id).in_(vendor_ids),
    )
    _update(session, VendorMerge, merges, {"moved": "{}", "reason": ""})
    vendor.version += 1
    session.add(vendor)
    record_event(
        session,
        EventAction.DATA_ERASED,
        actor=actor,
        now=now,
        market_id=vendor.market_id,
        vendor_id=vendor.id,
    )
    derive_vendor_states(session, [vendor.market_id], actor=actor, now=now, vendor_ids=vendor_ids)
    session.expire_all()


def end_dealings(session: Session, vendor_ids: list[int], today: date) -> None:
    """End what vendors hold and are paid by: stalls, posters, accounts, proposals, codes."""
    session.flush()
    open_holding = col_in(StallHolding, "vendor_id", vendor_ids) & col(StallHolding.to_on).is_(None)
    _update(session, StallHolding, open_holding, {"to_on": _not_before("from_on", today)})
    live = col_in(Poster, "vendor_id", vendor_ids) & col(Poster.state).not_in(ENDED_POSTER_STATES)
    ended = {
        "state": PosterState.REVOKED,
        "ended_on": _not_before("issued_on", today),
        "end_reason": PosterEnd.CONSENT.value,
    }
    _update(session, Poster, live, ended)
    points = col_in(AcceptancePoint, "vendor_id", vendor_ids) & col(AcceptancePoint.valid_to).is_(
        None
    )
    _update(session, AcceptancePoint, points, {"valid_to": _not_before("valid_from", today)})
    _update(
        session,
        AcceptancePoint,
        col_in(AcceptancePoint, "vendor_id", vendor_ids),
        {"state": AcceptancePointState.CLOSED},
    )
    proposals = col_in(AccountChange, "vendor_id", vendor_ids) & col(AccountChange.state).in_(
        [AccountChangeState.PROPOSED, AccountChangeState.CONFIRMED]
    )
    _update(session, AccountChange, proposals, {"state": AccountChangeState.WITHDRAWN})
    codes = col_in(DisplayedCode, "vendor_id", vendor_ids) & col(DisplayedCode.ended_on).is_(None)
    _update(session, DisplayedCode, codes, {"ended_on": _not_before("first_seen_on", today)})
    session.expire_all()


def col_in(table: type[SQLModel], column: str, ids: list[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a column holds one of some ids."""
    return core_table(table).c[column].in_(ids)


def _with_doubles(session: Session, vendor: Vendor) -> list[int]:
    """Return the vendor's id and those of the records merged into it, however long the chain."""
    assert vendor.id is not None
    found, frontier = [vendor.id], [vendor.id]
    while frontier:
        query = select(Vendor.id).where(col(Vendor.merged_into_id).in_(frontier))
        frontier = [each for each in session.exec(query) if each and each not in found]
        found += frontier
    return found


def _drop_complaints(
    session: Session, vendor_ids: list[int], *, actor: Actor, now: datetime
) -> None:
    """Close what still waits: there is nobody left to answer."""
    waiting = col_in(Complaint, "vendor_id", vendor_ids) & col(Complaint.closed_at).is_(None)
    ended = {"state": ComplaintState.DROPPED, "closed_at": now, "closed_by": str(actor)}
    _update(session, Complaint, waiting, ended)


def _erase_imports(session: Session, vendor: Vendor, vendor_ids: list[int]) -> None:
    """Erase what sheets said about the vendor: undo information, messages, the files themselves."""
    for table in ERASED:
        column = "id" if table is Vendor else "vendor_id"
        own = sa.select(core_table(table).c.id).where(col_in(table, column, vendor_ids))
        session.connection().execute(
            sa.delete(core_table(SheetImportChange)).where(
                col(SheetImportChange.table_name) == core_table(table).name,
                col(SheetImportChange.row_id).in_(own),
            )
        )
    stalls = (
        sa.select(col(Stall.code))
        .join(StallHolding, col(StallHolding.stall_id) == col(Stall.id))
        .where(col(StallHolding.vendor_id).in_(vendor_ids))
    )
    # A sheet without a market of its own may tell about any; its rows are named by stall alone.
    imports = sa.select(col(SheetImport.id)).where(
        sa.or_(
            col(SheetImport.market_id) == vendor.market_id, col(SheetImport.market_id).is_(None)
        ),
        col(SheetImport.state).not_in([ImportState.CHECKING, ImportState.WRITING]),
    )
    rows = sa.and_(
        col(SheetImportRow.import_id).in_(imports), col(SheetImportRow.stall_code).in_(stalls)
    )
    touched = sa.select(col(SheetImportRow.import_id)).where(rows)
    _update(session, SheetImport, col(SheetImport.id).in_(touched), {"file_sealed": None})
    _update(session, SheetImportRow, rows, {"messages": "[]", "full_name": ""})


def _sealed(values: Mapping[str, Any], sealer: Sealer) -> dict[str, Any]:
    return {
        name: sealer.seal("") if value is SEALED_NOTHING else value
        for name, value in values.items()
    }


def _not_before(column: str, today: date) -> sa.ColumnElement[Any]:
    """Return today, or the day a row began when that is still to come."""
    began: sa.ColumnClause[Any] = sa.column(column)
    return sa.case((began > today, began), else_=today)


def _update(
    session: Session,
    table: type[SQLModel],
    condition: sa.ColumnElement[bool],
    values: Mapping[str, Any],
) -> None:
    session.flush()
    session.connection().execute(sa.update(core_table(table)).where(condition).values(**values))
