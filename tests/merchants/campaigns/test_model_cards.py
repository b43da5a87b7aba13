"""The 4-G card: what for, what, with what, who; its objectives are fixed and keep their history."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from market.database import reading, writing
from merchants.actors import COMMAND, Actor
from merchants.campaigns.model_card_rules import CardContent, CardEntry, Objective, Resource, Task
from merchants.campaigns.model_cards import cards_of_market, find_card, save_card
from merchants.errors import (
    EntryRefused,
    MarketNotFound,
    ModelCardChangedMeanwhile,
    ModelCardNotFound,
    ProgrammeNotFound,
)
from merchants.kinds import EventAction, ResourceKind, TargetUnit, TaskState
from tests.merchants.campaigns.campaigning import NOW, events, programme
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

YEAR_END = date(2026, 12, 31)
EQUIPPED = Objective(
    indicator="S3", unit=TargetUnit.PERCENT, baseline_milli=37_000, target_milli=80_000,
    due_on=YEAR_END,
)  # fmt: skip
ACTIVE = replace(EQUIPPED, indicator="U1", baseline_milli=None, target_milli=50_000)
PRINT = Task(task="In tấm mã", responsible="Ban quản lý chợ", due_on=date(2026, 11, 1))
MONEY = Resource(kind=ResourceKind.MONEY, need="Kinh phí in tấm mã")
CONTENT = CardContent(
    purpose="Chợ nhận tiền qua QR", objectives=[EQUIPPED], tasks=[PRINT], resources=[MONEY]
)


def save(session: Session, content: CardContent = CONTENT, **changes: Any) -> CardEntry:
    """Save the card over the one that is there now, and read it back."""
    seen = _card(session)
    values: dict[str, Any] = {
        "seen_at": seen.updated_at if seen else None,
        "actor": COMMAND,
        "now": NOW,
    }
    save_card(session, "MA", "CHO40", content, **values | changes)
    return find_card(session, "MA", "CHO40")


def _card(session: Session) -> CardEntry | None:
    if not cards_of_market(session, "MA"):
        return None
    return find_card(session, "MA", "CHO40")


def again(card: CardEntry, **changes: Any) -> CardContent:
    """What somebody sends who opened the card and changed a little."""
    values: dict[str, Any] = {
        "purpose": card.purpose,
        "objectives": card.objectives,
        "tasks": card.tasks,
        "resources": card.resources,
    }
    return CardContent(**values | changes)


@pytest.fixture
def cards(register: Register) -> Register:
    """Mậu A with a programme."""
    return _with_programme(register)


@pytest.fixture
def sqlite_cards(sqlite_register: Register) -> Register:
    """The same on SQLite."""
    return _with_programme(sqlite_register)


def _with_programme(register: Register) -> Register:
    with writing(register.engine) as session:
        programme(session, w1=["MA"])
    return register


def test_a_card_answers_the_four_questions(cards: Register) -> None:
    with writing(cards.engine) as session:
        save(session, actor=Actor(kind="staff", name="12"))

    with reading(cards.engine) as session:
        card = find_card(session, "MA")
        assert cards_of_market(session, "MA") == [("CHO40", "Chợ 4.0 Văn Yên")]
    assert (card.programme_code, card.market_name) == ("CHO40", "Chợ trung tâm Mậu A")
    assert card.objectives == (EQUIPPED,)
    assert [replace(task, id=None) for task in card.tasks] == [PRINT]
    assert [replace(one, id=None) for one in card.resources] == [MONEY]
    assert card.unmet == card.resources
    assert card.updated_by == "staff:12"


def test_late_are_the_open_tasks_whose_day_has_passed() -> None:
    due = date(2026, 11, 1)

    assert PRINT.is_late(due + timedelta(1))
    assert not PRINT.is_late(due)
    assert not replace(PRINT, state=TaskState.DONE).is_late(YEAR_END)
    assert not replace(PRINT, state=TaskState.DROPPED).is_late(YEAR_END)
    assert not replace(PRINT, due_on=None).is_late(YEAR_END)


def test_fixed_objectives_change_only_with_a_reason_and_keep_their_history(
    cards: Register,
) -> None:
    with writing(cards.engine) as session:
        card = save(session)
        lower = (replace(EQUIPPED, target_milli=70_000), ACTIVE)
        with pytest.raises(EntryRefused, match="ghi lý do đổi"):
            save(session, again(card, objectives=lower))
        changed = again(card, objectives=lower, reason="Lũ tháng 9, chợ nghỉ 3 tuần")
        card = save(session, changed, now=NOW + timedelta(1))

    assert card.objectives == lower
    assert [(one.number, one.reason) for one in card.versions] == [
        (2, "Lũ tháng 9, chợ nghỉ 3 tuần"),
        (1, ""),
    ]
    assert card.versions[0].objectives == lower
    assert card.versions[1].objectives == (EQUIPPED,)
    assert card.versions[1].fixed_at == NOW
    assert len(events(cards, EventAction.OBJECTIVE_SET)) == 3


def test_tasks_and_conditions_change_without_a_new_version(cards: Register) -> None:
    with writing(cards.engine) as session:
        card = save(session)
        done = replace(card.tasks[0], state=TaskState.DONE, accountable="Chị Mai")
        met = replace(card.resources[0], is_met=True)
        people = Resource(kind=ResourceKind.PEOPLE, need="Tổ công nghệ số")
        card = save(session, again(card, tasks=[done], resources=[met, people]))

    assert card.tasks == (done,)
    assert [one.is_met for one in card.resources] == [True, False]
    assert [one.number for one in card.versions] == [1]


def test_a_task_that_is_not_named_stays_and_a_condition_goes(cards: Register) -> None:
    with writing(cards.engine) as session:
        card = save(session)
        card = save(session, again(card, tasks=[], resources=[], purpose="Khác"))

    assert [task.task for task in card.tasks] == ["In tấm mã"]
    assert card.resources == ()


def test_saving_the_same_card_again_changes_nothing(cards: Register) -> None:
    with writing(cards.engine) as session:
        card = save(session)
        same = save(session, again(card), now=NOW + timedelta(1))

    assert same == card
    assert len(events(cards, EventAction.MODEL_CARD_CHANGED)) == 1


def test_the_second_of_two_editors_is_told(cards: Register) -> None:
    with writing(cards.engine) as session:
        card = save(session)
        save(session, again(card, purpose="Một"), now=NOW + timedelta(1))
        with pytest.raises(ModelCardChangedMeanwhile) as refusal:
            save(session, again(card, purpose="Hai"), seen_at=card.updated_at)
        assert refusal.value.changed_at == NOW + timedelta(1)
        with pytest.raises(ModelCardChangedMeanwhile):
            save(session, again(card, purpose="Ba"), seen_at=None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "x" * 1001}, "purpose"),
        ({"objectives": [EQUIPPED, EQUIPPED]}, "objectives.1.indicator"),
        ({"objectives": [replace(EQUIPPED, target_milli=0)]}, "objectives.0.target_milli"),
        ({"objectives": [replace(EQUIPPED, target_milli=100_001)]}, "objectives.0.target_milli"),
        ({"objectives": [replace(EQUIPPED, baseline_milli=-1)]}, "objectives.0.baseline_milli"),
        ({"tasks": [replace(PRINT, task=" ")]}, "tasks.0.task"),
        ({"tasks": [PRINT, replace(PRINT, responsible="")]}, "tasks.1.responsible"),
        ({"tasks": [replace(PRINT, id=99)]}, "tasks"),
        ({"tasks": [PRINT] * 31}, "tasks"),
        ({"resources": [replace(MONEY, need="")]}, "resources.0.need"),
        ({"resources": [replace(MONEY, id=99)]}, "resources"),
    ],
)
def test_a_card_that_breaks_a_rule_is_refused(
    sqlite_cards: Register, changes: dict[str, Any], field: str
) -> None:
    with writing(sqlite_cards.engine) as session, pytest.raises(EntryRefused) as refusal:
        save(session, replace(CONTENT, **changes))

    assert list(refusal.value.faults) == [field]


def test_fixed_objectives_cannot_all_go(sqlite_cards: Register) -> None:
    with writing(sqlite_cards.engine) as session:
        card = save(session)
        with pytest.raises(EntryRefused, match="Mục tiêu đã chốt thì không bỏ hết"):
            save(session, again(card, objectives=[], reason="Thôi"))


def test_a_card_may_begin_without_objectives(sqlite_cards: Register) -> None:
    with writing(sqlite_cards.engine) as session:
        card = save(session, replace(CONTENT, objectives=[]))
        assert card.versions == ()
        card = save(session, again(card, objectives=[ACTIVE]), now=NOW + timedelta(1))

    assert [one.number for one in card.versions] == [1]


def test_what_is_not_there_is_named(sqlite_cards: Register) -> None:
    with writing(sqlite_cards.engine) as session:
        with pytest.raises(ModelCardNotFound):
            find_card(session, "MA")
        with pytest.raises(MarketNotFound):
            save_card(session, "XX", "CHO40", CONTENT, seen_at=None, actor=COMMAND, now=NOW)
        with pytest.raises(ProgrammeNotFound):
            save_card(session, "MA", "KHAC", CONTENT, seen_at=None, actor=COMMAND, now=NOW)


def test_a_card_asks_the_same_queries_for_any_size(cards: Register) -> None:
    with writing(cards.engine) as session:
        card = save(session)
    with counted(cards.engine) as few, reading(cards.engine) as session:
        find_card(session, "MA")
    tasks = [replace(PRINT, task=f"Việc {n}") for n in range(20)]
    with writing(cards.engine) as session:
        save(session, again(card, tasks=tasks, objectives=[EQUIPPED, ACTIVE], reason="Thêm"))
    with counted(cards.engine) as many, reading(cards.engine) as session:
        assert len(find_card(session, "MA").tasks) == 21

    assert len(many) == len(few) == 5
