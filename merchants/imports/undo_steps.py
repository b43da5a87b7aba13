"""Put back, end and remove the rows of an import, a few statements a table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.columns import core_table
from merchants.imports.changes import FOLLOWING
from merchants.imports.imported_rows import RECORDED, Change, ImportedRows, Row
from merchants.imports.undo_fates import REMOVED, Fates
from merchants.kinds import (
    ENDED_POSTER_STATES,
    AcceptancePointState,
    PosterEnd,
    PosterState,
    StallState,
)
from merchants.tables import Poster, RegisterEvent

_EVENT_OF = {"vendor": "vendor_id", "stall": "stall_id"}


def restore(session: Session, imported: ImportedRows, name: str) -> int:
    """Write the old values of a table's changed rows back; return how many rows that were.

    A step taken since then stays, to be judged from the facts; versions only ever go up, so that
    an editor who looked in between notices.
    """
    by_columns = defaultdict(list)
    for row_id, change in imported.changed(name).items():
        row = imported.rows[name].get(row_id)
        if row is not None:
            values = _old_values(name, change, row)
            by_columns[tuple(sorted(values))].append((row_id, values))
    table = core_table(RECORDED[name])
    for columns, together in by_columns.items():
        if columns:
            _update(session, table, columns, together)
    return sum(len(together) for together in by_columns.values())


def end_kept(session: Session, fates: Fates, today: date) -> int:
    """End what cannot go: the holding, the account, their posters; return how many rows ended."""
    holdings = {
        row_id: fates.made["stall_holding"][row_id] for row_id in fates.kept["stall_holding"]
    }
    points = {
        row_id: fates.made["acceptance_point"][row_id] for row_id in fates.kept["acceptance_point"]
    }
    _update(
        session,
        core_table(RECORDED["stall_holding"]),
        ("to_on",),
        [(row_id, {"to_on": max(today, row["from_on"])}) for row_id, row in holdings.items()],
    )
    _update(
        session,
        core_table(RECORDED["acceptance_point"]),
        ("state", "valid_to"),
        [
            (
                row_id,
                {"state": AcceptancePointState.CLOSED, "valid_to": max(today, row["valid_from"])},
            )
            for row_id, row in points.items()
        ],
    )
    emptied = [
        (row_id, {"state": StallState.VACANT})
        for row_id in fates.kept["stall"]
        if fates.made["stall"][row_id]["state"] is StallState.OCCUPIED
    ]
    _update(session, core_table(RECORDED["stall"]), ("state",), emptied)
    pairs = {(row["stall_id"], row["vendor_id"]) for row in holdings.values()}
    _revoke_posters(session, pairs, set(points), today)
    return len(holdings) + len(points)


def remove(session: Session, fates: Fates) -> int:
    """Delete what nothing refers to and return how many rows went; events about them stay."""
    count = 0
    for name in REMOVED:
        going = [{"row_id": row_id} for row_id in fates.going(name)]
        if not going:
            continue
        table = core_table(RECORDED[name])
        if name in _EVENT_OF:
            _detach_events(session, name, fates)
        statement = sa.delete(table).where(table.c.id == sa.bindparam("row_id"))
        session.connection().execute(statement, going)
        count += len(going)
    return count


def _old_values(name: str, change: Change, row: Row) -> dict[str, Any]:
    following = FOLLOWING.get(name, frozenset())
    has_moved_on = any(
        row[column] != change.after[column] for column in following & change.after.keys()
    )
    assert change.before is not None
    values = {
        column: value
        for column, value in change.before.items()
        if column not in following or not has_moved_on
    }
    if "version" in row and values.keys() - following:
        values["version"] = row["version"] + 1
    return values


def _update(
    session: Session,
    table: sa.Table,
    columns: Iterable[str],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
) -> None:
    bound = [
        {"row_id": row_id} | {f"new_{column}": value for column, value in values.items()}
        for row_id, values in rows
    ]
    if bound:
        statement = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("row_id"))
            .values({column: sa.bindparam(f"new_{column}") for column in columns})
        )
        session.connection().execute(statement, bound)


def _revoke_posters(
    session: Session, pairs: set[tuple[int, int]], point_ids: set[int], today: date
) -> None:
    """Take back the live posters of ended holdings and accounts: they would go on paying."""
    table = core_table(Poster)
    columns = (table.c.stall_id, table.c.vendor_id, table.c.acceptance_point_id)
    query = sa.select(table.c.id, table.c.issued_on, *columns).where(
        table.c.state.not_in(ENDED_POSTER_STATES)
    )
    if not pairs and not point_ids:
        return
    told = {"state": PosterState.REVOKED, "end_reason": PosterEnd.OUTDATED.value}
    revoked = [
        (row_id, told | {"ended_on": max(today, issued_on)})
        for row_id, issued_on, stall_id, vendor_id, point_id in session.execute(query)
        if (stall_id, vendor_id) in pairs or point_id in point_ids
    ]
    _update(session, table, ("state", "ended_on", "end_reason"), revoked)


def _detach_events(session: Session, name: str, fates: Fates) -> None:
    """Let the events of a row that goes name it in words: they are never deleted."""
    event, column = core_table(RegisterEvent), _EVENT_OF[name]
    says_little = sa.or_(event.c.subject == "", event.c.subject == "stall")
    named = sa.case((says_little, sa.bindparam("named")), else_=event.c.subject)
    statement = (
        sa.update(event)
        .where(event.c[column] == sa.bindparam("row_id"))
        .values({"subject": named, column: None})
    )
    rows = [
        {"row_id": row_id, "named": f"{name}:{fates.made[name][row_id]['code']}"}
        for row_id in fates.going(name)
    ]
    session.connection().execute(statement, rows)
