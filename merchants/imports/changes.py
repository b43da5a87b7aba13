"""What an import did to the register, row by row: what was there before and what it left."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from merchants.columns import core_table
from merchants.imports.drafts import Draft, VendorDraft
from merchants.imports.row_text import write_columns
from merchants.tables import Consent, SheetImportChange, Vendor

FOLLOWING: Mapping[str, frozenset[str]] = {
    "vendor": frozenset({"state", "state_since", "first_self_action_at"}),
    "acceptance_point": frozenset({"state"}),
}
"""Columns that follow from other facts: a step taken since then is nobody's correction."""

_NOT_COMPARED = frozenset(
    {"id", "version", "sort_name", "search_text", "code_order", "registered_at"}
)


def record_changes(
    session: Session,
    import_id: int,
    *,
    made: Iterable[Draft],
    changed: Iterable[Draft],
    vendors: Iterable[VendorDraft],
    now: datetime,
) -> None:
    """Keep every row that was made, and of every changed one what its columns were and are now.

    Runs after everything that follows from the sheet was written: ``vendors`` are read once more,
    because their states and consents follow. Sealed values stay sealed.
    """
    rows = [_made(import_id, draft) for draft in made]
    made_ids = {row["row_id"] for row in rows if row["table_name"] == "vendor"}
    rows += [_changed(import_id, draft) for draft in changed if not isinstance(draft, VendorDraft)]
    rows += _changed_vendors(session, import_id, vendors, made_ids)
    rows += _consents(session, import_id, now)
    if rows:
        session.connection().execute(sa.insert(core_table(SheetImportChange)), rows)


def _made(import_id: int, draft: Draft) -> dict[str, Any]:
    values = {**draft.values, **draft.links()}
    kept = {
        name: value
        for name, value in values.items()
        if name not in _NOT_COMPARED and not name.endswith("_sealed")
    }
    return _row(import_id, _name(draft.table), draft.id, "", write_columns(kept))


def _changed(import_id: int, draft: Draft) -> dict[str, Any]:
    now = {**draft.values, **draft.links()}
    after = {name: now[name] for name in draft.before}
    return _row(
        import_id, _name(draft.table), draft.id, write_columns(draft.before), write_columns(after)
    )


def _changed_vendors(
    session: Session, import_id: int, vendors: Iterable[VendorDraft], made_ids: set[int]
) -> list[dict[str, Any]]:
    """Return the changes of the vendors that were there before, the followed-up ones among them."""
    old = {draft.id: draft for draft in vendors if draft.id not in made_ids}
    market_ids = {draft.values["market_id"] for draft in old.values()}
    columns = list(core_table(Vendor).columns)
    query = select(*columns).where(col(Vendor.market_id).in_(market_ids))
    rows = []
    for now in session.execute(query).mappings():
        draft = old.get(now["id"])
        if draft is None:
            continue
        was = draft.values | draft.before
        differing = [name for name, value in now.items() if was.get(name) != value]
        if set(differing) - {"version"}:
            before = write_columns({name: was.get(name) for name in differing})
            after = write_columns({name: now[name] for name in differing})
            rows.append(_row(import_id, "vendor", draft.id, before, after))
    return rows


def _consents(session: Session, import_id: int, now: datetime) -> list[dict[str, Any]]:
    """Return the consents that ended because newer ones took over; those name the import."""
    rows = []
    heirs = select(Consent.vendor_id).where(Consent.import_id == import_id)
    query = select(Consent.id, Consent.withdrawal_recorded_by).where(
        col(Consent.vendor_id).in_(heirs), Consent.withdrawn_at == now
    )
    for consent_id, recorded_by in session.exec(query):
        after = {"withdrawn_at": now, "withdrawal_recorded_by": recorded_by}
        before = {"withdrawn_at": None, "withdrawal_recorded_by": ""}
        texts = (write_columns(before), write_columns(after))
        rows.append(_row(import_id, "consent", consent_id, *texts))
    return rows


def _name(table: type[SQLModel]) -> str:
    return core_table(table).name


def _row(
    import_id: int, table_name: str, row_id: int | None, before: str, after: str
) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "table_name": table_name,
        "row_id": row_id,
        "before": before,
        "after": after,
    }
