"""Targets: set, superseded by newer ones, withdrawn; a row once written never changes.

What is planned is named by its *slot*: indicator, area and period. Of a slot the row set last
counts; a withdrawal is such a row too, after which nothing is planned in the slot.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.campaigns.attainment import (
    ADDS_UP,
    PERCENT_MILLI_MAX,
    VALUE_MILLI_MAX,
    PlanLine,
    nearest,
)
from merchants.campaigns.target_areas import WIDEST_FIRST, TargetAreas
from merchants.entries import Faults
from merchants.errors import TargetNotFound, TargetSetMeanwhile
from merchants.events import record_event
from merchants.kinds import EventAction, TargetArea, TargetUnit
from merchants.sentences import Sentence
from merchants.tables import Market, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTarget:
    """A target as it is to be set; ``area_code`` as ``Target.area_code``."""

    indicator: str
    unit: TargetUnit
    area: TargetArea
    area_code: str
    period_from: date
    period_to: date
    value_milli: int
    legal_basis: str
    set_on: date
    baseline_milli: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetEntry:
    """A target of a list. ``is_current`` = the newest of its slot; withdrawn ones are current too."""

    plan: PlanLine
    area_name: str
    market_codes: frozenset[str]
    """The markets it is measured in today."""
    set_by: str
    is_withdrawn: bool
    is_current: bool


def set_target(
    session: Session, new: NewTarget, *, actor: Actor, now: datetime, supersedes: int | None = None
) -> Target:
    """Add a target and return it; the same target once more is not added again.

    Args:
        supersedes: the number of the target that counts in this slot as far as the caller knows;
            ``None`` = the caller knows of none.

    Raises:
        EntryRefused: a value, a day or the area is wrong.
        TargetSetMeanwhile: another target counts in the slot than the caller knows.
    """
    new = _checked(session, new)
    current = current_target(session, new)
    if current is not None and _says(current, new):
        return current
    current_id = current.id if current is not None else None
    if current_id != supersedes:
        raise TargetSetMeanwhile(current_id)
    row = Target(**_values(new), set_at=now, set_by=str(actor), is_withdrawn=False)
    return _add(session, row, current, EventAction.TARGET_SET, actor=actor, now=now)


def withdraw_target(
    session: Session, target_id: int, *, reason: str, actor: Actor, now: datetime
) -> Target:
    """Add the row that says a target no longer holds, and return it.

    Raises:
        TargetNotFound: there is no such target.
        TargetSetMeanwhile: it is not the one that counts, or is withdrawn already.
        EntryRefused: no reason is given, or it is too long.
    """
    found = session.get(Target, target_id)
    if found is None:
        raise TargetNotFound(target_id)
    faults = Faults()
    why = faults.text("reason", reason, length_max=200, needed="Ghi lý do rút mục tiêu")
    faults.refuse_any()
    current = current_target(session, found)
    if current is None or current.id != target_id:
        raise TargetSetMeanwhile(current.id if current else None)
    copied = found.model_dump(exclude={"id", "set_at", "set_by", "is_withdrawn"})
    row = Target(**copied, set_at=now, set_by=str(actor), is_withdrawn=True)
    return _add(session, row, found, EventAction.TARGET_WITHDRAWN, actor=actor, now=now, reason=why)


def current_target(session: Session, slot: NewTarget | Target) -> Target | None:
    """Return the target that counts in a slot; ``None`` = none was set, or it was withdrawn."""
    newest = session.exec(
        select(Target)
        .where(
            col(Target.area) == slot.area,
            col(Target.area_code) == slot.area_code,
            col(Target.indicator) == slot.indicator,
            col(Target.period_from) == slot.period_from,
            col(Target.period_to) == slot.period_to,
        )
        .order_by(col(Target.set_at).desc(), col(Target.id).desc())
        .limit(1)
    ).first()
    return None if newest is None or newest.is_withdrawn else newest


def plan_for(session: Session, market_code: str, indicator: str, on: date) -> PlanLine | None:
    """Return the target a market's indicator is measured by on a day; ``None`` = nothing is planned.

    See ``plans_of_markets`` for many markets or indicators: this asks the same three queries.
    """
    return plans_of_markets(session, [market_code], on).get((market_code, indicator))


def plans_of_markets(
    session: Session, market_codes: Collection[str], on: date
) -> dict[tuple[str, str], PlanLine]:
    """Return by (market code, indicator) the nearest target whose period holds the day.

    A market's own target comes before its wave's and that before its area's. The target of a wave
    or area counts for a single market only where its value is a share or an average.
    """
    members = TargetAreas.of(session, on)
    found: dict[tuple[str, str], list[PlanLine]] = defaultdict(list)
    for plan in _plans_on(session, on):
        for code in members.markets(plan.area, plan.area_code) & set(market_codes):
            if plan.area is TargetArea.MARKET or plan.unit not in ADDS_UP:
                found[code, plan.indicator].append(plan)
    chosen = {key: nearest(plans) for key, plans in found.items()}
    return {key: plan for key, plan in chosen.items() if plan is not None}


def plans_of_all(session: Session, market_codes: Collection[str], on: date) -> dict[str, PlanLine]:
    """Return by indicator the target set for exactly these markets together, by wave or area."""
    members, wanted = TargetAreas.of(session, on), frozenset(market_codes)
    found: dict[str, list[PlanLine]] = defaultdict(list)
    for plan in _plans_on(session, on):
        if (
            plan.area is not TargetArea.MARKET
            and members.markets(plan.area, plan.area_code) == wanted
        ):
            found[plan.indicator].append(plan)
    chosen = {indicator: nearest(plans) for indicator, plans in found.items()}
    return {indicator: plan for indicator, plan in chosen.items() if plan is not None}


def list_targets(
    session: Session,
    *,
    on: date,
    market_codes: Collection[str] | None = None,
    indicator: str = "",
    with_history: bool = False,
) -> list[TargetEntry]:
    """Return the targets, by area, indicator, period and newest first.

    Args:
        on: the day the markets of waves and areas are named for.
        market_codes: only targets that are measured in one of these markets; ``None`` = all.
        with_history: superseded and withdrawn ones too, else only those that count.
    """
    members = TargetAreas.of(session, on)
    query = select(Target)
    if indicator:
        query = query.where(col(Target.indicator) == indicator)
    newest: dict[tuple[object, ...], Target] = {}
    rows = list(session.exec(query.order_by(col(Target.set_at).desc(), col(Target.id).desc())))
    for row in rows:
        newest.setdefault(_slot(row), row)
    entries = []
    for row in rows:
        markets = members.markets(row.area, row.area_code)
        is_current = newest[_slot(row)] is row
        is_seen = market_codes is None or bool(markets & set(market_codes))
        if is_seen and (with_history or (is_current and not row.is_withdrawn)):
            entries.append(
                TargetEntry(
                    plan=_plan(row),
                    area_name=members.names.get((row.area, row.area_code), row.area_code),
                    market_codes=markets,
                    set_by=row.set_by,
                    is_withdrawn=row.is_withdrawn,
                    is_current=is_current,
                )
            )
    # Sorting is stable: within a slot the newest stays first.
    return sorted(entries, key=lambda entry: _order(entry.plan))


def target_entry(session: Session, target_id: int, *, on: date) -> TargetEntry:
    """Return one target as ``list_targets`` does; raise ``TargetNotFound``."""
    for entry in list_targets(session, on=on, with_history=True):
        if entry.plan.target_id == target_id:
            return entry
    raise TargetNotFound(target_id)


def _plans_on(session: Session, on: date) -> list[PlanLine]:
    """Return the targets that count and whose period holds the day."""
    rank = sa.func.row_number().over(
        partition_by=(
            col(Target.area), col(Target.area_code), col(Target.indicator),
            col(Target.period_from), col(Target.period_to),
        ),
        order_by=(col(Target.set_at).desc(), col(Target.id).desc()),
    )  # fmt: skip
    ranked = (
        sa.select(col(Target.id).label("id"), rank.label("rank"))
        .where(col(Target.period_from) <= on, col(Target.period_to) >= on)
        .subquery()
    )
    rows = session.exec(
        select(Target)
        .join(ranked, ranked.c.id == col(Target.id))
        .where(ranked.c.rank == 1, col(Target.is_withdrawn).is_(False))
    )
    return [_plan(row) for row in rows]


def _plan(row: Target) -> PlanLine:
    assert row.id is not None
    return PlanLine(
        target_id=row.id,
        indicator=row.indicator,
        unit=TargetUnit(row.unit),
        value_milli=row.value_milli,
        baseline_milli=row.baseline_milli,
        period_from=row.period_from,
        period_to=row.period_to,
        area=row.area,
        area_code=row.area_code,
        legal_basis=row.legal_basis,
        source=row.source,
        set_on=row.set_on,
        set_at=row.set_at,
    )


def _order(plan: PlanLine) -> tuple[object, ...]:
    return (
        WIDEST_FIRST.index(plan.area),
        plan.area_code,
        plan.indicator,
        plan.period_from,
        plan.period_to,
    )


def _slot(row: Target) -> tuple[object, ...]:
    return row.area, row.area_code, row.indicator, row.period_from, row.period_to


def _values(new: NewTarget) -> dict[str, Any]:
    return {
        "indicator": new.indicator,
        "area": new.area,
        "area_code": new.area_code,
        "period_from": new.period_from,
        "period_to": new.period_to,
        "baseline_milli": new.baseline_milli,
        "value_milli": new.value_milli,
        "unit": new.unit.value,
        "legal_basis": new.legal_basis,
        "source": new.source,
        "set_on": new.set_on,
    }


def _says(row: Target, new: NewTarget) -> bool:
    return all(getattr(row, name) == value for name, value in _values(new).items())


def _checked(session: Session, new: NewTarget) -> NewTarget:
    faults = Faults()
    legal_basis = faults.text(
        "legal_basis",
        new.legal_basis,
        length_max=200,
        needed="Ghi văn bản giao mục tiêu: số, cơ quan, ngày",
    )
    source = faults.text("source", new.source, length_max=200)
    faults.span("period_to", new.period_from, new.period_to)
    for name, value in (("value_milli", new.value_milli), ("baseline_milli", new.baseline_milli)):
        _check_value(faults, name, value, new.unit)
    if not TargetAreas.of(session, new.period_to).codes.get((new.area, new.area_code)):
        faults.say(
            "area_code",
            Sentence("Không có chợ nào trong phạm vi “{area_code}”", area_code=new.area_code),
        )
    faults.refuse_any()
    return NewTarget(
        indicator=new.indicator,
        unit=new.unit,
        area=new.area,
        area_code=new.area_code,
        period_from=new.period_from,
        period_to=new.period_to,
        value_milli=new.value_milli,
        legal_basis=legal_basis,
        set_on=new.set_on,
        baseline_milli=new.baseline_milli,
        source=source,
    )


def _check_value(faults: Faults, name: str, value: int | None, unit: TargetUnit) -> None:
    if value is None:
        return
    least = 0 if name == "baseline_milli" else 1
    if value < least:
        faults.say(name, "Cần số lớn hơn 0" if least else "Cần số từ 0 trở lên")
    elif unit is TargetUnit.PERCENT and value > PERCENT_MILLI_MAX:
        faults.say(name, "Tỷ lệ nhiều nhất là 100 %")
    elif value > VALUE_MILLI_MAX:
        faults.say(name, "Số quá lớn, xem lại đơn vị")


def _add(
    session: Session,
    row: Target,
    before: Target | None,
    action: EventAction,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Target:
    session.add(row)
    session.flush()
    record_event(
        session,
        action,
        actor=actor,
        now=now,
        market_id=_market_id(session, row),
        subject=f"target:{row.id}",
        from_value="" if before is None else f"{before.value_milli} {before.unit}",
        to_value="" if row.is_withdrawn else f"{row.value_milli} {row.unit}",
        note=reason or row.legal_basis,
    )
    return row


def _market_id(session: Session, row: Target) -> int | None:
    if row.area is not TargetArea.MARKET:
        return None
    return session.exec(select(Market.id).where(Market.code == row.area_code)).one()
