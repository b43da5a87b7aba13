"""The 4-G card of a programme in a market: what for, what to do, with what, and who.

Success criteria are fixed beforehand. Objectives come in versions: a version is written whole, as
one event an objective, and stays readable for ever; changing them later needs a reason. Tasks and
conditions are kept up to date and have no versions. Source: domain.md 3.1, A9 and A22.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.campaigns.model_card_rules import (
    CardContent,
    CardEntry,
    Objective,
    ObjectiveVersion,
    Resource,
    Task,
    check_content,
)
from merchants.campaigns.teams import market_id_of
from merchants.errors import ModelCardChangedMeanwhile, ModelCardNotFound, ProgrammeNotFound
from merchants.events import record_event, record_events
from merchants.kinds import EventAction, TargetUnit
from merchants.tables import (
    Market,
    ModelCard,
    ModelCardObjective,
    ModelCardResource,
    ModelCardTask,
    Programme,
    RegisterEvent,
)


def save_card(
    session: Session,
    market_code: str,
    programme_code: str,
    content: CardContent,
    *,
    seen_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Save a card; saving the same once more changes nothing.

    Tasks that are not named stay as they are: a task is dropped, never removed. Conditions that are
    not named go.

    Args:
        seen_at: ``updated_at`` of the card the editor saw; ``None`` = there was none.

    Raises:
        MarketNotFound, ProgrammeNotFound: by their codes.
        ModelCardChangedMeanwhile: somebody saved the card after the editor saw it.
        EntryRefused: a field breaks a rule; the fields are ``purpose``, ``reason``,
            ``objectives.0.due_on``, ``tasks.0.task``, ``resources.0.need`` and alike.
    """
    market_id = market_id_of(session, market_code)
    programme_id = session.exec(
        select(Programme.id).where(Programme.code == programme_code)
    ).one_or_none()
    if programme_id is None:
        raise ProgrammeNotFound(programme_code)
    card = session.exec(
        select(ModelCard)
        .where(ModelCard.programme_id == programme_id, ModelCard.market_id == market_id)
        .with_for_update()
    ).one_or_none()
    if card is not None and card.updated_at != seen_at:
        raise ModelCardChangedMeanwhile(card.updated_at, card.updated_by)
    before = None if card is None else find_card(session, market_code, programme_code)
    content = check_content(content, before)
    if before is not None and _is_same(before, content):
        return
    if card is None:
        card = ModelCard(
            programme_id=programme_id, market_id=market_id, updated_at=now, updated_by=str(actor)
        )
    card.purpose, card.updated_at, card.updated_by = content.purpose, now, str(actor)
    session.add(card)
    session.flush()
    assert card.id is not None
    subject = f"model_card:{card.id}"
    _write_objectives(session, card.id, market_id, content, before, actor=actor, now=now)
    _write_tasks(session, card.id, content.tasks)
    _write_resources(session, card.id, content.resources)
    record_event(
        session,
        EventAction.MODEL_CARD_CHANGED,
        actor=actor,
        now=now,
        market_id=market_id,
        subject=subject,
        to_value=f"{len(content.objectives)} objectives, {len(content.tasks)} tasks, "
        f"{len(content.resources)} conditions",
        note=content.reason,
    )


def find_card(session: Session, market_code: str, programme_code: str = "") -> CardEntry:
    """Return a market's card: of a programme, or of the one that began last.

    Raises:
        ModelCardNotFound: the market has none.
    """
    query = (
        select(ModelCard, Programme, Market)
        .join(Programme, col(Programme.id) == col(ModelCard.programme_id))
        .join(Market, col(Market.id) == col(ModelCard.market_id))
        .where(Market.code == market_code)
        .order_by(col(Programme.from_on).desc(), col(Programme.code))
    )
    if programme_code:
        query = query.where(Programme.code == programme_code)
    found = session.exec(query).first()
    if found is None:
        raise ModelCardNotFound(market_code, programme_code)
    card, programme, market = found
    assert card.id is not None
    return CardEntry(
        programme_code=programme.code,
        programme_name=programme.name,
        programme_basis=programme.legal_basis,
        market_code=market.code,
        market_name=market.name,
        purpose=card.purpose,
        objectives=_objectives(session, card.id),
        tasks=_tasks(session, card.id),
        resources=_resources(session, card.id),
        versions=_versions(session, card.id, card.market_id),
        updated_at=card.updated_at,
        updated_by=card.updated_by,
    )


def cards_of_market(session: Session, market_code: str) -> list[tuple[str, str]]:
    """Return code and name of the programmes a market has a card of, the one that began last first."""
    rows = session.exec(
        select(Programme.code, Programme.name)
        .join(ModelCard, col(ModelCard.programme_id) == col(Programme.id))
        .join(Market, col(Market.id) == col(ModelCard.market_id))
        .where(Market.code == market_code)
        .order_by(col(Programme.from_on).desc(), col(Programme.code))
    )
    return list(rows)


def _objectives(session: Session, card_id: int) -> tuple[Objective, ...]:
    rows = session.exec(
        select(ModelCardObjective)
        .where(ModelCardObjective.model_card_id == card_id)
        .order_by(col(ModelCardObjective.id))
    )
    return tuple(
        Objective(
            indicator=row.indicator,
            unit=TargetUnit(row.unit),
            baseline_milli=row.baseline_milli,
            target_milli=row.target_milli,
            due_on=row.due_on,
        )
        for row in rows
    )


def _tasks(session: Session, card_id: int) -> tuple[Task, ...]:
    rows = session.exec(
        select(ModelCardTask)
        .where(ModelCardTask.model_card_id == card_id)
        .order_by(col(ModelCardTask.id))
    )
    return tuple(Task(**row.model_dump(exclude={"model_card_id"})) for row in rows)


def _resources(session: Session, card_id: int) -> tuple[Resource, ...]:
    rows = session.exec(
        select(ModelCardResource)
        .where(ModelCardResource.model_card_id == card_id)
        .order_by(col(ModelCardResource.id))
    )
    return tuple(Resource(**row.model_dump(exclude={"model_card_id"})) for row in rows)


def _versions(session: Session, card_id: int, market_id: int) -> tuple[ObjectiveVersion, ...]:
    rows = session.exec(
        select(RegisterEvent)
        .where(
            col(RegisterEvent.market_id) == market_id,
            col(RegisterEvent.action) == EventAction.OBJECTIVE_SET.value,
            col(RegisterEvent.subject).startswith(f"model_card:{card_id}/", autoescape=True),
        )
        .order_by(col(RegisterEvent.id))
    )
    versions: dict[int, ObjectiveVersion] = {}
    for row in rows:
        number = int(row.subject.rpartition("/")[2])
        known = versions.get(number) or ObjectiveVersion(
            number=number, fixed_at=row.at, fixed_by=row.actor, reason=row.note, objectives=()
        )
        objectives = (*known.objectives, _read_objective(row.to_value))
        versions[number] = replace(known, objectives=objectives)
    return tuple(versions[number] for number in sorted(versions, reverse=True))


def _is_same(before: CardEntry, content: CardContent) -> bool:
    tasks = {task.id: task for task in before.tasks}
    return (
        before.purpose == content.purpose
        and before.objectives == tuple(content.objectives)
        and all(tasks.get(task.id) == task for task in content.tasks)
        and before.resources == tuple(content.resources)
    )


def _write_objectives(
    session: Session,
    card_id: int,
    market_id: int,
    content: CardContent,
    before: CardEntry | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    fixed = before.objectives if before else ()
    if tuple(content.objectives) == fixed:
        return
    number = before.versions[0].number + 1 if before and before.versions else 1
    for row in session.exec(
        select(ModelCardObjective).where(ModelCardObjective.model_card_id == card_id)
    ):
        session.delete(row)
    session.flush()
    session.add_all(
        ModelCardObjective(
            model_card_id=card_id,
            indicator=one.indicator,
            baseline_milli=one.baseline_milli,
            target_milli=one.target_milli,
            unit=one.unit.value,
            due_on=one.due_on,
        )
        for one in content.objectives
    )
    record_events(
        session,
        [
            {
                "action": EventAction.OBJECTIVE_SET,
                "market_id": market_id,
                "subject": f"model_card:{card_id}/{number}",
                "to_value": _written_objective(one),
                "note": content.reason,
            }
            for one in content.objectives
        ],
        actor=actor,
        now=now,
    )


def _write_tasks(session: Session, card_id: int, tasks: Sequence[Task]) -> None:
    present = {
        row.id: row
        for row in session.exec(select(ModelCardTask).where(ModelCardTask.model_card_id == card_id))
    }
    for task in tasks:
        row = present.get(task.id) or ModelCardTask(model_card_id=card_id, **_task_values(task))
        for name, value in _task_values(task).items():
            setattr(row, name, value)
        session.add(row)
    session.flush()


def _task_values(task: Task) -> dict[str, Any]:
    return {
        "task": task.task,
        "responsible": task.responsible,
        "accountable": task.accountable,
        "consulted": task.consulted,
        "informed": task.informed,
        "due_on": task.due_on,
        "state": task.state,
    }


def _write_resources(session: Session, card_id: int, resources: Sequence[Resource]) -> None:
    present = {
        row.id: row
        for row in session.exec(
            select(ModelCardResource).where(ModelCardResource.model_card_id == card_id)
        )
    }
    for id_ in set(present) - {resource.id for resource in resources}:
        session.delete(present[id_])
    for one in resources:
        row = present.get(one.id) or ModelCardResource(
            model_card_id=card_id, kind=one.kind, need=one.need
        )
        row.kind, row.need, row.is_met = one.kind, one.need, one.is_met
        session.add(row)
    session.flush()


def _written_objective(one: Objective) -> str:
    baseline = "" if one.baseline_milli is None else str(one.baseline_milli)
    parts = (one.indicator, one.unit.value, baseline, str(one.target_milli), one.due_on.isoformat())
    return "|".join(parts)


def _read_objective(text: str) -> Objective:
    indicator, unit, baseline, target, due = text.split("|")
    return Objective(
        indicator=indicator,
        unit=TargetUnit(unit),
        baseline_milli=int(baseline) if baseline else None,
        target_milli=int(target),
        due_on=date.fromisoformat(due),
    )
