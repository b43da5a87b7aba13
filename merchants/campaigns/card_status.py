"""Where all 4-G cards stand on a day: what is late, what is missing. Source: domain.md 13.1, 8."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from merchants.campaigns.model_card_rules import Objective, Task
from merchants.kinds import TargetUnit, TaskState
from merchants.tables import (
    Market,
    ModelCard,
    ModelCardObjective,
    ModelCardResource,
    ModelCardTask,
    Programme,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStatus:
    """A market's card of the programme that began last."""

    market_code: str
    market_name: str
    programme_code: str
    programme_name: str
    objectives: tuple[Objective, ...]
    tasks: int
    """Those that were dropped are left out."""
    done: int
    late: tuple[Task, ...]
    """Open tasks whose day has passed, the longest late first."""
    unmet: int
    """Conditions that are not met."""


def card_statuses(session: Session, on: date) -> list[CardStatus]:
    """Return the card of each market that has one, by market code, as it stands on a day."""
    rows = session.exec(
        select(ModelCard.id, Market, Programme)
        .join(Programme, col(Programme.id) == col(ModelCard.programme_id))
        .join(Market, col(Market.id) == col(ModelCard.market_id))
        .where(Programme.from_on <= on)
        .order_by(col(Market.code), col(Programme.from_on), col(Programme.code).desc())
    ).all()
    newest = {market.code: (card, market, programme) for card, market, programme in rows}
    objectives: dict[int, list[Objective]] = defaultdict(list)
    for goal in session.exec(select(ModelCardObjective).order_by(col(ModelCardObjective.id))):
        objectives[goal.model_card_id].append(
            Objective(
                indicator=goal.indicator,
                unit=TargetUnit(goal.unit),
                baseline_milli=goal.baseline_milli,
                target_milli=goal.target_milli,
                due_on=goal.due_on,
            )
        )
    tasks: dict[int, list[Task]] = defaultdict(list)
    for row in session.exec(select(ModelCardTask).order_by(col(ModelCardTask.id))):
        tasks[row.model_card_id].append(Task(**row.model_dump(exclude={"model_card_id"})))
    unmet: dict[int, int] = defaultdict(int)
    for card_id in session.exec(
        select(ModelCardResource.model_card_id).where(~col(ModelCardResource.is_met))
    ):
        unmet[card_id] += 1
    return [
        CardStatus(
            market_code=market.code,
            market_name=market.name,
            programme_code=programme.code,
            programme_name=programme.name,
            objectives=tuple(objectives[card]),
            tasks=sum(task.state is not TaskState.DROPPED for task in tasks[card]),
            done=sum(task.state is TaskState.DONE for task in tasks[card]),
            late=tuple(
                sorted(
                    (task for task in tasks[card] if task.is_late(on)),
                    key=lambda task: (task.due_on or on, task.id or 0),
                )
            ),
            unmet=unmet[card],
        )
        for card, market, programme in newest.values()
        if card is not None
    ]
