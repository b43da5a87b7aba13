"""Administrative units of a day: who carried a code then, what became of it, what it came from.

Source: domain.md sections 1 (findings 1 and 2) and 8. A code alone names nothing: 04375 was the
township Mậu A until 30/06/2025 and is the commune Mậu A, five old units, since.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.admin_units.lists import AdminList, CrosswalkLine
from merchants.admin_units.versions import UnitPlan, UnitVersion, plan_units
from merchants.admin_units.words import full_name, level_of
from merchants.columns import core_table
from merchants.errors import AdminUnitNotFound
from merchants.events import record_event
from merchants.kinds import AdminLevel, EventAction
from merchants.tables import AdminCrosswalk, AdminUnit
from qr.text import fold_to_ascii

__all__ = [
    "find_units",
    "full_name",
    "level_of",
    "predecessors",
    "resolve",
    "successors",
    "take_units",
]

_ONE_DAY = timedelta(days=1)


def resolve(session: Session, code: str, level: AdminLevel, on: date) -> AdminUnit:
    """Return the unit that carried a code on a day.

    Raises:
        AdminUnitNotFound: none did, as far as is known.
    """
    query = select(AdminUnit).where(
        AdminUnit.code == code, AdminUnit.level == level, _stands_on(on)
    )
    unit = session.exec(query).one_or_none()
    if unit is None:
        raise AdminUnitNotFound(code, on)
    return unit


def successors(session: Session, code: str, on: date) -> list[AdminUnit]:
    """Return the units into which the unit that carried the code on the day went, by code.

    Empty while it stands. A commune split among several gives several.

    Raises:
        AdminUnitNotFound: nobody carried the code on the day.
    """
    unit = resolve(session, code, _level(code, on), on)
    if unit.valid_to is None:
        return []
    came = unit.valid_to + _ONE_DAY
    query = (
        select(AdminUnit)
        .join(AdminCrosswalk, col(AdminCrosswalk.new_code) == AdminUnit.code)
        .where(
            AdminCrosswalk.old_code == code,
            AdminCrosswalk.valid_from == came,
            AdminUnit.valid_from == came,
            AdminUnit.level == unit.level,
        )
        .order_by(col(AdminUnit.code))
    )
    return list(session.exec(query))


def predecessors(session: Session, code: str, on: date) -> list[AdminUnit]:
    """Return the units that went into the unit that carried the code on the day, by code.

    Raises:
        AdminUnitNotFound: nobody carried the code on the day.
    """
    unit = resolve(session, code, _level(code, on), on)
    query = (
        select(AdminUnit)
        .join(AdminCrosswalk, col(AdminCrosswalk.old_code) == AdminUnit.code)
        .where(
            AdminCrosswalk.new_code == code,
            AdminCrosswalk.valid_from == unit.valid_from,
            AdminUnit.level == unit.level,
            col(AdminUnit.valid_to) == unit.valid_from - _ONE_DAY,
        )
        .order_by(col(AdminUnit.code))
    )
    return list(session.exec(query))


def find_units(
    session: Session,
    *,
    text: str = "",
    level: AdminLevel | None = None,
    on: date | None = None,
    after: tuple[str, date] | None = None,
    limit: int = 50,
) -> list[AdminUnit]:
    """Return units by code and first day, found by code or by name with or without marks.

    Args:
        on: only what stood on this day; ``None`` = of every time.
        after: code and first day of the last unit of the page before.
    """
    query = select(AdminUnit).order_by(col(AdminUnit.code), col(AdminUnit.valid_from))
    if level is not None:
        query = query.where(AdminUnit.level == level)
    if on is not None:
        query = query.where(_stands_on(on))
    if after is not None:
        query = query.where(
            sa.tuple_(col(AdminUnit.code), col(AdminUnit.valid_from))
            > sa.tuple_(sa.literal(after[0]), sa.literal(after[1]))
        )
    wanted = fold_to_ascii(text).casefold()
    if not wanted:
        return list(session.exec(query.limit(limit)))
    if wanted.isdigit():
        return list(session.exec(query.where(col(AdminUnit.code).startswith(wanted)).limit(limit)))
    # Names stand with their marks; a few thousand short texts are folded faster than indexed twice.
    found = []
    for unit in session.exec(query):
        if wanted in fold_to_ascii(full_name(unit.kind_name, unit.name)).casefold():
            found.append(unit)
        if len(found) == limit:
            break
    return found


def take_units(
    session: Session,
    listed: AdminList,
    *,
    actor: Actor,
    now: datetime,
    is_complete: bool = False,
    dry_run: bool = False,
) -> UnitPlan:
    """Take a list of units in, in a handful of statements, and return what it changed.

    Safe to repeat. A line that contradicts what is known is left out and told in ``rejects``, beside
    the lines that could not be read. On a dry run nothing is written.
    """
    known = [
        UnitVersion(**unit.model_dump(include=set(UnitVersion.__dataclass_fields__)))
        for unit in session.exec(select(AdminUnit))
    ]
    plan = plan_units(known, listed.units, is_complete=is_complete)
    plan.rejects = dict(sorted((listed.rejects | plan.rejects).items()))
    crosswalk = [line for line in listed.crosswalk if line.line not in plan.rejects]
    if not dry_run and _write(session, plan, crosswalk):
        record_event(
            session,
            EventAction.PLACE_CHANGED,
            actor=actor,
            now=now,
            subject="admin_units",
            to_value=f"added={len(plan.added)}; changed={len(plan.changed)}; "
            f"ended={len(plan.ended)}",
            note=listed.name[:200],
        )
    return plan


def _level(code: str, on: date) -> AdminLevel:
    level = level_of(code)
    if level is None:
        raise AdminUnitNotFound(code, on)
    return level


def _stands_on(on: date) -> sa.ColumnElement[bool]:
    return (col(AdminUnit.valid_from) <= on) & (
        col(AdminUnit.valid_to).is_(None) | (col(AdminUnit.valid_to) >= on)
    )


def _write(session: Session, plan: UnitPlan, crosswalk: Sequence[CrosswalkLine]) -> bool:
    """Write what was planned; return whether anything was new."""
    table = core_table(AdminUnit)
    connection = session.connection()
    session.flush()
    if mended := [*plan.ended, *plan.changed]:
        connection.execute(
            sa.update(table)
            .where(
                table.c.code == sa.bindparam("of_code"),
                table.c.level == sa.bindparam("of_level"),
                table.c.valid_from == sa.bindparam("of_day"),
            )
            .values({name: sa.bindparam(name) for name in _MENDED}),
            [
                {name: getattr(unit, name) for name in _MENDED}
                | {"of_code": unit.code, "of_level": unit.level, "of_day": unit.valid_from}
                for unit in mended
            ],
        )
    if plan.added:
        connection.execute(sa.insert(table), [asdict(unit) for unit in plan.added])
    known = {tuple(row) for row in session.exec(_CROSSWALK_KEYS)}
    fresh = {line.key: line for line in crosswalk if line.key not in known}
    if fresh:
        connection.execute(
            sa.insert(core_table(AdminCrosswalk)), [line.row() for line in fresh.values()]
        )
    session.expire_all()  # rows read before this are as they were
    return bool(mended or plan.added or fresh)


_MENDED = ("name", "kind_name", "parent_code", "valid_to", "legal_basis", "source")
_CROSSWALK_KEYS = select(
    col(AdminCrosswalk.old_code), col(AdminCrosswalk.new_code), col(AdminCrosswalk.valid_from)
)
