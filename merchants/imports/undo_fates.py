"""What becomes of the rows an import made: which can go, which must stay because others rest on them."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from merchants.columns import core_table
from merchants.imports.imported_rows import RECORDED, ImportedRows, Row, touched_ids
from merchants.tables import Poster, RegisterEvent, StallHolding

REMOVED = (
    "account_change", "consent", "acceptance_point", "stall_holding", "vendor", "stall", "zone",
)  # fmt: skip
"""In the order in which rows can go: each before what it points at."""

_PARENTS = {
    "account_change": {"vendor_id": "vendor", "replaces_id": "acceptance_point"},
    "acceptance_point": {"vendor_id": "vendor"},
    "stall": {"zone_id": "zone"},
}


@dataclass(frozen=True, slots=True)
class Fates:
    """The rows an import made, by table and id, and which of them stay."""

    made: Mapping[str, Mapping[int, Row]]
    kept: Mapping[str, set[int]]

    def going(self, name: str) -> list[int]:
        """Return the ids of the rows that go."""
        return sorted(self.made[name].keys() - self.kept[name])


def decide_fates(session: Session, imported: ImportedRows) -> Fates:
    """Return which of an import's own rows stay; asked once what it changed is as it was before."""
    made = {name: imported.made(name) for name in REMOVED}
    kept = {
        name: _referred_to(session, imported.import_id, name) & rows.keys() if rows else set()
        for name, rows in made.items()
    }
    # What keeps a parent is known before the parent is asked about.
    _keep_parents("account_change", made, kept)
    _keep_parents("acceptance_point", made, kept)
    kept["stall_holding"] |= _holdings_kept(session, imported, made, kept)
    _keep_parents("stall", made, kept)
    # A consent stays with its vendor, and so does what the vendor has taken back since.
    kept["consent"] |= {
        row_id
        for row_id, row in made["consent"].items()
        if row["vendor_id"] in kept["vendor"]
        or (row["withdrawn_at"] is not None and row["vendor_id"] not in made["vendor"])
    }
    return Fates(made, kept)


def _keep_parents(
    name: str, made: Mapping[str, Mapping[int, Row]], kept: Mapping[str, set[int]]
) -> None:
    for row_id in kept[name]:
        for column, parent in _PARENTS[name].items():
            parent_id = made[name][row_id][column]
            if parent_id in made[parent]:
                kept[parent].add(parent_id)


def _holdings_kept(
    session: Session,
    imported: ImportedRows,
    made: Mapping[str, Mapping[int, Row]],
    kept: Mapping[str, set[int]],
) -> set[int]:
    """Return the holdings that tell how a poster came to hang where it hangs."""
    if not made["stall_holding"]:
        return set()
    holding, poster = core_table(StallHolding), core_table(Poster)
    own = touched_ids(imported.import_id, "stall_holding", only_made=True)
    query = (
        sa.select(holding.c.id)
        .join(poster, poster.c.stall_id == holding.c.stall_id)
        .where(poster.c.vendor_id == holding.c.vendor_id, holding.c.id.in_(own))
    )
    posted = set(session.execute(query).scalars())
    return {
        row_id
        for row_id, row in made["stall_holding"].items()
        if row_id in posted
        and not _goes(row["stall_id"], "stall", made, kept)
        and not _goes(row["vendor_id"], "vendor", made, kept)
    }


def _goes(
    row_id: int, name: str, made: Mapping[str, Mapping[int, Row]], kept: Mapping[str, set[int]]
) -> bool:
    return row_id in made[name] and row_id not in kept[name]


def _referred_to(session: Session, import_id: int, name: str) -> set[int]:
    """Return the ids of made rows that any row of any table refers to, the import's own aside.

    Events do not keep a row: they remember what was done whatever has become of it.
    """
    target, own = core_table(RECORDED[name]), touched_ids(import_id, name, only_made=True)
    found: set[int] = set()
    for table in SQLModel.metadata.tables.values():
        if table is core_table(RegisterEvent):
            continue
        for key in table.foreign_keys:
            if key.column.table is not target:
                continue
            query = sa.select(key.parent).where(key.parent.in_(own)).distinct()
            if table.name in REMOVED:
                mine = touched_ids(import_id, table.name, only_made=True)
                query = query.where(table.c.id.not_in(mine))
            found |= set(session.execute(query).scalars())
    return found
