"""What stands on a 4-G card, as values, and what must hold before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from merchants.campaigns.attainment import PERCENT_MILLI_MAX, VALUE_MILLI_MAX
from merchants.entries import Faults
from merchants.kinds import ResourceKind, TargetUnit, TaskState
from merchants.sentences import Sentence

ROWS_MAX = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """Mục tiêu gì: from where to where, until when; values as ``Target.value_milli``."""

    indicator: str
    unit: TargetUnit
    baseline_milli: int | None
    target_milli: int
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Phải làm gì, ai làm gì: who does it (R), answers for it (A), is asked (C), is told (I)."""

    id: int | None = None
    task: str
    responsible: str
    accountable: str = ""
    consulted: str = ""
    informed: str = ""
    due_on: date | None = None
    state: TaskState = TaskState.OPEN

    def is_late(self, on: date) -> bool:
        """Return whether the task should be done by now and is not."""
        return self.state is TaskState.OPEN and self.due_on is not None and self.due_on < on


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Điều kiện cần gì: one condition, and whether it is met."""

    id: int | None = None
    kind: ResourceKind
    need: str
    is_met: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveVersion:
    """The objectives as they were fixed at one time, and why they were changed."""

    number: int
    fixed_at: datetime
    fixed_by: str
    reason: str
    objectives: tuple[Objective, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEntry:
    """A whole card. ``versions`` are newest first; the first one's objectives hold."""

    programme_code: str
    programme_name: str
    programme_basis: str
    market_code: str
    market_name: str
    purpose: str
    objectives: tuple[Objective, ...]
    tasks: tuple[Task, ...]
    resources: tuple[Resource, ...]
    versions: tuple[ObjectiveVersion, ...]
    updated_at: datetime
    updated_by: str

    def late_tasks(self, on: date) -> tuple[Task, ...]:
        """Return the open tasks whose day has passed."""
        return tuple(task for task in self.tasks if task.is_late(on))

    @property
    def unmet(self) -> tuple[Resource, ...]:
        """Return the conditions that are not met."""
        return tuple(resource for resource in self.resources if not resource.is_met)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """A card as it is to be saved. Tasks and conditions with an ``id`` replace those of the card."""

    purpose: str
    objectives: Sequence[Objective]
    tasks: Sequence[Task]
    resources: Sequence[Resource]
    reason: str = ""
    """Why the objectives change; needed when there are fixed ones and they do."""


def check_content(content: CardContent, before: CardEntry | None) -> CardContent:
    """Return the content with its texts cleaned.

    Raises:
        EntryRefused: a text is missing or too long, a value is out of range, fixed objectives
            change without a reason, or a row names another card's.
    """
    faults = Faults()
    purpose = faults.text("purpose", content.purpose, length_max=1000)
    reason = faults.text("reason", content.reason, length_max=300)
    for name, rows in (
        ("objectives", content.objectives),
        ("tasks", content.tasks),
        ("resources", content.resources),
    ):
        if len(rows) > ROWS_MAX:
            faults.say(
                name,
                Sentence("Có {n} dòng, ghi tối đa {most} dòng", n=len(rows), most=ROWS_MAX),
            )
    _check_objectives(faults, content.objectives)
    if before is not None and before.objectives:
        if not content.objectives:
            faults.say("objectives", "Mục tiêu đã chốt thì không bỏ hết, ghi ít nhất một")
        if tuple(content.objectives) != before.objectives and not reason:
            faults.say("reason", "Mục tiêu đã chốt từ đầu: ghi lý do đổi mục tiêu")
    tasks = [_checked_task(faults, n, task) for n, task in enumerate(content.tasks)]
    resources = [
        replace(
            one,
            need=faults.text(
                f"resources.{n}.need", one.need, length_max=300, needed="Ghi điều kiện cần"
            ),
        )
        for n, one in enumerate(content.resources)
    ]
    _check_ids(faults, "tasks", tasks, before.tasks if before else ())
    _check_ids(faults, "resources", resources, before.resources if before else ())
    faults.refuse_any()
    return CardContent(
        purpose=purpose,
        objectives=tuple(content.objectives),
        tasks=tuple(tasks),
        resources=tuple(resources),
        reason=reason,
    )


def _check_objectives(faults: Faults, objectives: Sequence[Objective]) -> None:
    named = [(one.indicator, one.due_on) for one in objectives]
    for n, one in enumerate(objectives):
        field = f"objectives.{n}"
        most = PERCENT_MILLI_MAX if one.unit is TargetUnit.PERCENT else VALUE_MILLI_MAX
        if not 0 < one.target_milli <= most:
            faults.say(f"{field}.target_milli", "Mục tiêu lớn hơn 0, tỷ lệ nhiều nhất là 100 %")
        if one.baseline_milli is not None and not 0 <= one.baseline_milli <= most:
            faults.say(f"{field}.baseline_milli", "Mức đầu từ 0, tỷ lệ nhiều nhất là 100 %")
        if named.index(named[n]) < n:
            faults.say(f"{field}.indicator", "Chỉ tiêu này đã có ở trên, cùng hạn")


def _checked_task(faults: Faults, number: int, task: Task) -> Task:
    field = f"tasks.{number}"
    return replace(
        task,
        task=faults.text(f"{field}.task", task.task, length_max=200, needed="Ghi việc phải làm"),
        responsible=faults.text(
            f"{field}.responsible", task.responsible, length_max=120, needed="Ghi người làm"
        ),
        accountable=faults.text(f"{field}.accountable", task.accountable, length_max=120),
        consulted=faults.text(f"{field}.consulted", task.consulted, length_max=200),
        informed=faults.text(f"{field}.informed", task.informed, length_max=200),
    )


def _check_ids(
    faults: Faults,
    field: str,
    rows: Sequence[Task] | Sequence[Resource],
    known: Sequence[Task] | Sequence[Resource],
) -> None:
    ids = [row.id for row in rows if row.id is not None]
    if len(ids) != len(set(ids)) or not set(ids) <= {row.id for row in known}:
        faults.say(field, "Có dòng không thuộc bảng này, mở lại bảng rồi sửa")
