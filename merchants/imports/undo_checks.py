"""Whether an import can be undone: nothing it wrote was changed since, no place it freed is taken."""

from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlmodel import Session

from merchants.columns import core_table
from merchants.errors import ImportChangedSince
from merchants.imports.changes import FOLLOWING
from merchants.imports.imported_rows import ImportedRows, Row, touched_ids
from merchants.kinds import ENDED_POSTER_STATES
from merchants.sheets.columns import TITLES
from merchants.tables import Poster, Stall, StallHolding, Zone

Differing = Mapping[str, Mapping[int, Collection[str]]]
"""By table and row the columns that are not any more what the import left."""

_NEVER_COMPARED = frozenset({"version", "sort_name", "search_text", "code_order"})
_WORDS: Mapping[tuple[str, str], str] = {
    ("vendor", "phone_hash"): TITLES["phone"],
    ("vendor", "phone_tail"): TITLES["phone"],
    ("vendor", "merged_into_id"): "Gộp hồ sơ",
    ("vendor", "is_poster_only"): "Mức tham gia",
    ("vendor", "display_name"): "Tên trên tấm mã",
    ("stall", "zone_id"): TITLES["zone"],
    ("stall", "state"): TITLES["stall_state"],
    ("stall", "code"): TITLES["stall_code"],
    ("stall_holding", "vendor_id"): "Người giữ gian",
    ("stall_holding", "to_on"): "Ngày trả gian",
    ("acceptance_point", "valid_to"): TITLES["account"],
    ("acceptance_point", "name_match"): TITLES["holder_name"],
    ("acceptance_point", "owner_kind"): TITLES["holder_name"],
    ("acceptance_point", "provider_contract_no"): TITLES["contract_no"],
    ("account_change", "state"): "Đề nghị đổi tài khoản",
    ("poster", "state"): "Tấm mã",
    ("poster", "installed_on"): TITLES["installed_on"],
    ("zone", "name"): TITLES["zone"],
}
_TABLE_WORDS = {
    "vendor": "Người bán",
    "stall": "Gian hàng",
    "stall_holding": "Người giữ gian",
    "acceptance_point": TITLES["account"],
    "account_change": "Đề nghị đổi tài khoản",
    "consent": "Sự đồng ý",
    "poster": "Tấm mã",
    "zone": TITLES["zone"],
}


def refuse_changed(session: Session, imported: ImportedRows) -> None:
    """Raise ``ImportChangedSince`` with everything that is not any more what the import left."""
    differing: dict[str, dict[int, list[str]]] = {}
    for name, changes in imported.changes.items():
        skipped = _NEVER_COMPARED | FOLLOWING.get(name, frozenset())
        for each in changes:
            row = imported.rows[name].get(each.row_id)
            if row is None:
                differing.setdefault(name, {})[each.row_id] = [""]
                continue
            columns = [
                column
                for column, value in each.after.items()
                if row[column] != value and column not in skipped and not _is_sealed(column)
            ]
            if columns:
                differing.setdefault(name, {})[each.row_id] = columns
    _raise_if_any(session, imported, differing)


def refuse_taken_places(session: Session, imported: ImportedRows) -> None:
    """Raise ``ImportChangedSince`` where a holding or poster to be opened again has a successor.

    Asked after the import's own successors are gone.
    """
    taken: dict[str, dict[int, list[str]]] = {}
    ended = imported.changed("stall_holding")
    revoked = {
        row_id: _hung(imported.rows["poster"][row_id])
        for row_id, change in imported.changed("poster").items()
        if "ended_on" in change.after
    }
    if ended:
        in_the_way = _overlapped_holdings(session, imported.import_id)
        taken["stall_holding"] = {row: ["vendor_id"] for row in ended if row in in_the_way}
    if revoked:
        now_hung = _live_posters(session, imported.import_id)
        taken["poster"] = {row: ["state"] for row in revoked if revoked[row] in now_hung}
    _raise_if_any(session, imported, taken)


def _is_sealed(column: str) -> bool:
    return column.endswith("_sealed")  # the same text sealed again, with a newer key, differs


def _hung(poster: Row) -> tuple[int, int]:
    return poster["stall_id"], poster["acceptance_point_id"]


def _overlapped_holdings(session: Session, import_id: int) -> set[int]:
    """Return the holdings which, open again, would share a day with somebody else's."""
    table, other = core_table(StallHolding), core_table(StallHolding).alias("other")
    query = (
        sa.select(table.c.id)
        .join(other, (other.c.stall_id == table.c.stall_id) & (other.c.id != table.c.id))
        .where(table.c.id.in_(touched_ids(import_id, "stall_holding")))
        .where(other.c.to_on.is_(None) | (other.c.to_on >= table.c.from_on))
    )
    return set(session.execute(query).scalars())


def _live_posters(session: Session, import_id: int) -> set[tuple[int, int]]:
    table = core_table(Poster)
    stalls = sa.select(table.c.stall_id).where(table.c.id.in_(touched_ids(import_id, "poster")))
    query = sa.select(table.c.stall_id, table.c.acceptance_point_id).where(
        table.c.state.not_in(ENDED_POSTER_STATES), table.c.stall_id.in_(stalls)
    )
    return {(stall, point) for stall, point in session.execute(query)}


def _raise_if_any(session: Session, imported: ImportedRows, differing: Differing) -> None:
    if not any(differing.values()):
        return
    stalls = _stall_codes(session)
    told = {
        (place, _word(name, column))
        for name, rows in differing.items()
        for row_id, columns in rows.items()
        for place in _places(session, imported, stalls, name, row_id)
        for column in columns
    }
    raise ImportChangedSince(imported.import_id, sorted(told))


def _word(name: str, column: str) -> str:
    return _WORDS.get((name, column)) or TITLES.get(column) or _TABLE_WORDS[name]


def _stall_codes(session: Session) -> Mapping[str, Mapping[int, list[str]]]:
    """Return the codes of the stalls by their id, and by the ids of vendors who ever held them."""
    codes: dict[str, dict[int, list[str]]] = {"stall": {}, "vendor": {}}
    holding, stall = core_table(StallHolding), core_table(Stall)
    for stall_id, code in session.execute(sa.select(stall.c.id, stall.c.code)):
        codes["stall"][stall_id] = [code]
    held = sa.select(holding.c.vendor_id, stall.c.code).join(
        stall, stall.c.id == holding.c.stall_id
    )
    for vendor_id, code in session.execute(held.order_by(holding.c.id)):
        codes["vendor"].setdefault(vendor_id, []).append(code)
    return codes


def _places(
    session: Session,
    imported: ImportedRows,
    codes: Mapping[str, Mapping[int, list[str]]],
    name: str,
    row_id: int,
) -> Iterable[str]:
    """Return where people find a row: its stalls, or the name of a zone."""
    row = imported.rows[name].get(row_id) or {"id": row_id}
    if name == "zone":
        found = session.get(Zone, row_id)
        return [found.name if found else str(row_id)]
    if "stall_id" in row:
        return codes["stall"].get(row["stall_id"], [""])
    if name == "stall":
        return codes["stall"].get(row_id, [""])
    vendor_id = row_id if name == "vendor" else row.get("vendor_id", 0)
    return codes["vendor"].get(vendor_id, [""])
