"""Write planned rows: a statement or two for each table, never one for each row.

Ids are reserved first and written with the rows: what hangs on a new row then needs no answer from
the database, and a vendor's code, which is made from the id, is there from the start.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.columns import core_table
from merchants.imports.drafts import (
    Draft,
    HoldingDraft,
    PointDraft,
    PosterDraft,
    ProposalDraft,
    StallDraft,
    VendorDraft,
    ZoneDraft,
)
from merchants.reserved_ids import reserve_ids
from merchants.vendor_code import write_vendor_code

# Each after what it points at.
_ORDER: tuple[type[Draft], ...] = (
    ZoneDraft,
    StallDraft,
    VendorDraft,
    HoldingDraft,
    PointDraft,
    ProposalDraft,
    PosterDraft,
)


def number_drafts(session: Session, made: Sequence[Draft]) -> None:
    """Give new drafts their ids, so that what links to them can be compared and written."""
    session.flush()
    for kind in _ORDER:
        of_kind = [draft for draft in made if type(draft) is kind]
        ids = reserve_ids(session, kind.table, len(of_kind)) if of_kind else []
        for draft, new_id in zip(of_kind, ids, strict=True):
            draft.id = new_id
            if isinstance(draft, VendorDraft):
                draft.values["code"] = write_vendor_code(new_id)


def write_drafts(session: Session, made: Sequence[Draft], changed: Sequence[Draft]) -> None:
    """Insert the new drafts, which have their ids, and update the changed ones.

    Rows of these tables that the session has loaded are read again.
    """
    for kind in _ORDER:
        # Ends come before beginnings: a stall has one open holding, a vendor one bank account.
        _update(session, [draft for draft in changed if type(draft) is kind])
        _insert(session, [draft for draft in made if type(draft) is kind])
    updated = {(type(draft).table, draft.id) for draft in changed}
    for row in list(session.identity_map.values()):
        if (type(row), getattr(row, "id", None)) in updated:
            session.refresh(row)


def _insert(session: Session, drafts: Sequence[Draft]) -> None:
    if not drafts:
        return
    table = type(drafts[0]).table
    columns = [column.name for column in core_table(table).columns]
    defaults = {
        name: each.default for name, each in table.model_fields.items() if not each.is_required()
    }
    rows = []
    for draft in drafts:
        values: dict[str, Any] = defaults | draft.values | draft.links() | {"id": draft.id}
        rows.append({name: values[name] for name in columns})
    session.connection().execute(sa.insert(core_table(table)), rows)


def _update(session: Session, drafts: Sequence[Draft]) -> None:
    by_columns = defaultdict(list)
    for draft in drafts:
        by_columns[tuple(sorted(draft.changed))].append(draft)
    for columns, together in by_columns.items():
        table = core_table(type(together[0]).table)
        statement = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("row_id"))
            .values({name: sa.bindparam(f"new_{name}") for name in columns})
        )
        rows = []
        for draft in together:
            values = draft.values | draft.links()
            rows.append({"row_id": draft.id} | {f"new_{name}": values[name] for name in columns})
        session.connection().execute(statement, rows)
