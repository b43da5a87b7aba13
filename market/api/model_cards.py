"""The 4-G card of a programme in a market for machines."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from market.api.paging import Body, View
from market.api.plans import Milli, PlanDay
from market.reports.plans import planned_unit
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.model_card_rules import (
    CardContent,
    CardEntry,
    Objective,
    ObjectiveVersion,
    Resource,
    Task,
)
from merchants.campaigns.model_cards import find_card, save_card
from merchants.errors import EntryRefused
from merchants.kinds import ResourceKind, TargetUnit, TaskState
from merchants.sentences import Sentence

router = APIRouter(prefix="/api/v1/markets/{market_code}", tags=["model cards"])

ROWS_SENT_MAX = 100
Programme = Annotated[str, Query(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")]
RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class ObjectiveView(View):
    """An objective; ``*_milli`` are thousandths of the unit."""

    indicator: str
    unit: TargetUnit
    baseline_milli: int | None
    target_milli: int
    due_on: date


class VersionView(View):
    """The objectives as they were fixed at one time."""

    number: int
    fixed_at: datetime
    reason: str
    objectives: list[ObjectiveView]


class TaskView(View):
    """A task with R, A, C and I."""

    id: int | None
    task: str
    responsible: str
    accountable: str
    consulted: str
    informed: str
    due_on: date | None
    state: TaskState


class ResourceView(View):
    """A condition."""

    id: int | None
    kind: ResourceKind
    need: str
    is_met: bool


class CardView(View):
    """A whole card; ``versions`` newest first."""

    programme_code: str
    programme_name: str
    market_code: str
    purpose: str
    objectives: list[ObjectiveView]
    tasks: list[TaskView]
    resources: list[ResourceView]
    versions: list[VersionView]
    updated_at: datetime


class ObjectiveBody(Body):
    """An objective to be fixed."""

    indicator: Annotated[str, Field(max_length=20)]
    baseline_milli: Milli | None = None
    target_milli: Milli
    due_on: PlanDay


class TaskBody(Body):
    """A task; ``id`` = a task of the card, ``null`` = a new one."""

    id: RowNumber | None = None
    task: Annotated[str, Field(max_length=200)]
    responsible: Annotated[str, Field(max_length=120)]
    accountable: Annotated[str, Field(max_length=120)] = ""
    consulted: Annotated[str, Field(max_length=200)] = ""
    informed: Annotated[str, Field(max_length=200)] = ""
    due_on: PlanDay | None = None
    state: TaskState = TaskState.OPEN


class ResourceBody(Body):
    """A condition; ``id`` = one of the card, ``null`` = a new one."""

    id: RowNumber | None = None
    kind: ResourceKind
    need: Annotated[str, Field(max_length=300)]
    is_met: bool = False


class CardBody(Body):
    """A card as it shall be; ``seen_at`` is ``updated_at`` as it was read, ``null`` = there is none.

    Tasks not named stay; conditions not named go. ``reason`` is needed to change fixed objectives.
    """

    purpose: Annotated[str, Field(max_length=1000)] = ""
    objectives: Annotated[tuple[ObjectiveBody, ...], Field(max_length=ROWS_SENT_MAX)] = ()
    tasks: Annotated[tuple[TaskBody, ...], Field(max_length=ROWS_SENT_MAX)] = ()
    resources: Annotated[tuple[ResourceBody, ...], Field(max_length=ROWS_SENT_MAX)] = ()
    reason: Annotated[str, Field(max_length=300)] = ""
    seen_at: datetime | None = None


@router.get("/model-card")
def model_card(
    session: Reading,
    market_code: str,
    programme: Annotated[str, Query(pattern=r"^[A-Z0-9-]{0,20}$")] = "",
) -> CardView:
    """Return a market's card: of a programme, or of the one that began last."""
    return _card_view(find_card(session, market_code, programme))


@router.put("/model-card")
def put_model_card(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: CardBody,
    programme: Programme,
) -> CardView:
    """Save a card; the same once more changes nothing."""
    save_card(
        session,
        market_code,
        programme,
        content_of(body),
        seen_at=body.seen_at,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _card_view(find_card(session, market_code, programme))


def content_of(body: CardBody) -> CardContent:
    """Return what a card shall hold; raise ``EntryRefused`` for an indicator nobody knows."""
    return CardContent(
        purpose=body.purpose,
        objectives=tuple(_objective(n, one) for n, one in enumerate(body.objectives)),
        tasks=tuple(Task(**task.model_dump()) for task in body.tasks),
        resources=tuple(Resource(**one.model_dump()) for one in body.resources),
        reason=body.reason,
    )


def body_of(card: CardEntry) -> CardBody:
    """Return a card as it is sent in again."""
    return CardBody(
        purpose=card.purpose,
        objectives=tuple(
            ObjectiveBody(**{name: getattr(one, name) for name in ObjectiveBody.model_fields})
            for one in card.objectives
        ),
        tasks=tuple(
            TaskBody(**{name: getattr(one, name) for name in TaskBody.model_fields})
            for one in card.tasks
        ),
        resources=tuple(
            ResourceBody(**{name: getattr(one, name) for name in ResourceBody.model_fields})
            for one in card.resources
        ),
        seen_at=card.updated_at,
    )


def _objective(number: int, body: ObjectiveBody) -> Objective:
    unit = planned_unit(body.indicator)
    if unit is None:
        told = Sentence("Không có chỉ số “{indicator}”", indicator=body.indicator)
        raise EntryRefused({f"objectives.{number}.indicator": told})
    return Objective(unit=unit, **body.model_dump())


def _card_view(card: CardEntry) -> CardView:
    return CardView(
        programme_code=card.programme_code,
        programme_name=card.programme_name,
        market_code=card.market_code,
        purpose=card.purpose,
        objectives=[_objective_view(one) for one in card.objectives],
        tasks=[
            TaskView(**{name: getattr(one, name) for name in TaskView.model_fields})
            for one in card.tasks
        ],
        resources=[
            ResourceView(**{name: getattr(one, name) for name in ResourceView.model_fields})
            for one in card.resources
        ],
        versions=[_version_view(one) for one in card.versions],
        updated_at=card.updated_at,
    )


def _objective_view(one: Objective) -> ObjectiveView:
    return ObjectiveView(**{name: getattr(one, name) for name in ObjectiveView.model_fields})


def _version_view(version: ObjectiveVersion) -> VersionView:
    return VersionView(
        number=version.number,
        fixed_at=version.fixed_at,
        reason=version.reason,
        objectives=[_objective_view(one) for one in version.objectives],
    )
