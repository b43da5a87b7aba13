"""Seal everything anew with the newest key, a bounded batch at a time; count what each key seals.

A batch is a transaction of its own, so that writers wait for one batch at most. A run that stops is
begun again: what the newest key already seals is passed over. A value somebody changed meanwhile is
left as they wrote it.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from merchants.sealed_columns import (
    JSON_COLUMNS,
    NOT_RECOMPUTABLE,
    SEALED_COLUMNS,
    SealedColumn,
)
from merchants.sealing import SealBroken, Sealer

BATCH_ROWS = 500
BATCH_FILES = 4

Opened = Callable[[], AbstractContextManager[Session]]
"""Gives a session in a write transaction, committed at the end of the block."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a rotation is: values seen of all, sealed anew, and left because no key opens them."""

    total: int
    seen: int = 0
    resealed: int = 0
    broken: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCount:
    """How many values of one column each key seals, in the order of the keys; never a value."""

    column: str
    by_key: tuple[int, ...]
    broken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refingerprinted:
    """What a change of the fingerprint key came to."""

    changed: int
    broken: int
    not_recomputable: int
    """Fingerprints of citizen ids, kept nowhere in full: they must be asked for again."""


def reseal(
    writing: Opened,
    sealer: Sealer,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    batch: int = BATCH_ROWS,
) -> Progress:
    """Seal every value with the newest key and return what was done.

    Args:
        writing: opens one transaction a batch.
        on_progress: told after each batch.
        batch: rows a transaction; of whole files at most ``BATCH_FILES``.
    """
    with writing() as session:
        progress = Progress(total=_total(session))

    def walk(reseal_batch: Callable[[Session, int], tuple[int, Progress]]) -> None:
        nonlocal progress
        last_id = 0
        while True:
            with writing() as session:
                last_id, step = reseal_batch(session, last_id)
            if last_id == 0:
                return
            progress = _added(progress, step)
            if on_progress is not None:
                on_progress(progress)

    for column in SEALED_COLUMNS:
        walk(partial(_reseal_column, sealer, column, batch))
    for table, column_name in JSON_COLUMNS:
        walk(partial(_reseal_json, sealer, table, column_name, batch))
    return progress


def count_by_key(session: Session, sealer: Sealer) -> list[KeyCount]:
    """Return for each sealed column how many values each key seals."""
    counts = []
    for column in SEALED_COLUMNS:
        table = _table(column.table)
        by_key, broken = [0] * len(sealer.secret_keys), 0
        query = sa.select(table.c[column.column]).where(*_filled(column))
        for sealed in session.execute(query.execution_options(yield_per=BATCH_ROWS)).scalars():
            place = sealer.key_of(sealed)
            if place is None:
                broken += 1
            else:
                by_key[place] += 1
        counts.append(KeyCount(column=str(column), by_key=tuple(by_key), broken=broken))
    for table_name, column_name in JSON_COLUMNS:
        counts.append(_count_json(session, sealer, table_name, column_name))
    return counts


def refingerprint(session: Session, sealer: Sealer) -> Refingerprinted:
    """Make every fingerprint anew with the sealer's key, from what is sealed beside it.

    All of it in one transaction: while half of the register has the new fingerprints nothing is
    found. Fingerprints of what is kept nowhere cannot be made anew; they are counted.
    """
    changed = broken = 0
    new_of: dict[str, str] = {}
    for column in SEALED_COLUMNS:
        if column.hash_of is None:
            continue
        table = _table(column.table)
        names = ("id", column.column, column.hash_column, *column.needs)
        query = sa.select(*(table.c[name] for name in names)).where(*_filled(column))
        updates = []
        for row in session.execute(query).mappings():
            try:
                text = sealer.open(row[column.column])
            except SealBroken:
                broken += 1
                continue
            # Nothing is left of what was erased, under seal as well.
            new = column.hash_of(sealer, dict(row), text) if text else row[column.hash_column]
            if new != row[column.hash_column]:
                new_of[row[column.hash_column]] = new
                updates.append({"b_row_id": row["id"], "new_hash": new})
        if updates:
            session.connection().execute(
                sa.update(table)
                .where(table.c.id == sa.bindparam("b_row_id"))
                .values({column.hash_column: sa.bindparam("new_hash")}),
                updates,
            )
        changed += len(updates)
    for table_name, column_name in JSON_COLUMNS:
        changed += _rehash_json(session, table_name, column_name, new_of)
    session.expire_all()
    stale = sum(
        session.execute(
            sa.select(sa.func.count()).where(_table(table).c[name].is_not(None))
        ).scalar_one()
        for table, name in NOT_RECOMPUTABLE
    )
    return Refingerprinted(changed=changed, broken=broken, not_recomputable=stale)


def _reseal_column(
    sealer: Sealer, column: SealedColumn, batch: int, session: Session, last_id: int
) -> tuple[int, Progress]:
    """Return the last id of the batch, 0 when there is none, and what was done with it."""
    table = _table(column.table)
    value = table.c[column.column]
    query = (
        sa.select(table.c.id, value)
        .where(table.c.id > last_id, *_filled(column))
        .order_by(table.c.id)
        .limit(min(batch, BATCH_FILES) if column.is_bytes else batch)
    )
    rows = session.execute(query).all()
    updates, broken = [], 0
    for row_id, sealed in rows:
        place = sealer.key_of(sealed)
        if place is None:
            broken += 1
        elif place:
            updates.append({"b_row_id": row_id, "old": sealed, "new": _anew(sealer, sealed)})
    _update(session, table, column.column, updates)
    step = Progress(total=0, seen=len(rows), resealed=len(updates), broken=broken)
    return (rows[-1][0] if rows else 0), step


def _reseal_json(
    sealer: Sealer, table_name: str, column: str, batch: int, session: Session, last_id: int
) -> tuple[int, Progress]:
    table = _table(table_name)
    rows = session.execute(_json_query(table, column, last_id).limit(batch)).all()
    updates: list[dict[str, Any]] = []
    resealed = broken = 0

    def reseal_one(name: str, value: Any) -> Any:
        nonlocal resealed, broken
        if not (name.endswith("_sealed") and isinstance(value, str) and value):
            return value
        place = sealer.key_of(value)
        if place is None:
            broken += 1
        if not place:
            return value
        resealed += 1
        return _anew(sealer, value)

    for row_id, text in rows:
        new = _mapped(text, reseal_one)
        if new != text:
            updates.append({"b_row_id": row_id, "old": text, "new": new})
    _update(session, table, column, updates)
    step = Progress(total=0, seen=len(rows), resealed=resealed, broken=broken)
    return (rows[-1][0] if rows else 0), step


def _count_json(session: Session, sealer: Sealer, table_name: str, column: str) -> KeyCount:
    by_key, broken = [0] * len(sealer.secret_keys), 0

    def count_one(name: str, value: Any) -> Any:
        nonlocal broken
        if name.endswith("_sealed") and isinstance(value, str) and value:
            place = sealer.key_of(value)
            if place is None:
                broken += 1
            else:
                by_key[place] += 1
        return value

    for _, text in session.execute(_json_query(_table(table_name), column, 0)):
        _mapped(text, count_one)
    return KeyCount(column=f"{table_name}.{column}", by_key=tuple(by_key), broken=broken)


def _rehash_json(session: Session, table_name: str, column: str, new_of: dict[str, str]) -> int:
    table = _table(table_name)
    query = sa.select(table.c.id, table.c[column]).where(table.c[column].like("%_hash%"))
    updates = []
    for row_id, text in session.execute(query):
        new = _mapped(
            text,
            lambda name, value: (
                new_of.get(value, value)
                if name.endswith("_hash") and isinstance(value, str)
                else value
            ),
        )
        if new != text:
            updates.append({"b_row_id": row_id, "old": text, "new": new})
    _update(session, table, column, updates)
    return len(updates)


def _update(session: Session, table: sa.Table, column: str, updates: list[dict[str, Any]]) -> None:
    """Write the new values where the old ones still stand: a writer's newer value is left alone."""
    if updates:
        session.connection().execute(
            sa.update(table)
            .where(table.c.id == sa.bindparam("b_row_id"), table.c[column] == sa.bindparam("old"))
            .values({column: sa.bindparam("new")}),
            updates,
        )


def _mapped(text: str, change: Callable[[str, Any], Any]) -> str:
    """Return the JSON with each named value changed, the same text when nothing is."""
    if not text:
        return text

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: change(name, walk(each)) for name, each in value.items()}
        if isinstance(value, list):
            return [walk(each) for each in value]
        return value

    before = json.loads(text)
    after = walk(before)
    return text if after == before else json.dumps(after, ensure_ascii=False)


def _json_query(table: sa.Table, column: str, last_id: int) -> "sa.Select[Any]":
    return (
        sa.select(table.c.id, table.c[column])
        .where(table.c.id > last_id, table.c[column].like("%_sealed%"))
        .order_by(table.c.id)
    )


def _total(session: Session) -> int:
    total = 0
    for column in SEALED_COLUMNS:
        table = _table(column.table)
        query = sa.select(sa.func.count()).select_from(table).where(*_filled(column))
        total += session.execute(query).scalar_one()
    for table_name, column_name in JSON_COLUMNS:
        rows = _json_query(_table(table_name), column_name, 0).order_by(None).subquery()
        total += session.execute(sa.select(sa.func.count()).select_from(rows)).scalar_one()
    return total


def _filled(column: SealedColumn) -> list[sa.ColumnElement[bool]]:
    value = _table(column.table).c[column.column]
    return [value.is_not(None), value != (b"" if column.is_bytes else "")]


def _anew(sealer: Sealer, sealed: str | bytes) -> str | bytes:
    if isinstance(sealed, str):
        return sealer.seal(sealer.open(sealed))
    return sealer.seal_bytes(sealer.open_bytes(sealed))


def _added(progress: Progress, step: Progress) -> Progress:
    return Progress(
        total=progress.total,
        seen=progress.seen + step.seen,
        resealed=progress.resealed + step.resealed,
        broken=progress.broken + step.broken,
    )


def _table(name: str) -> sa.Table:
    """Return a table by name; the database layer has imported those of the packages above."""
    return SQLModel.metadata.tables[name]
