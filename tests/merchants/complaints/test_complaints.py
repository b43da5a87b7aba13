"""Raising complaints, moving them on, listing, counting and forgetting them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import COMMAND, Actor
from merchants.complaints.deciding import move_complaint
from merchants.complaints.forgetting import forget_complaints
from merchants.complaints.listing import (
    ComplaintFilter,
    count_by_market,
    count_waiting,
    find_complaint,
    list_complaints,
)
from merchants.complaints.raising import OPEN_OF_ONE_MAX, stalls_held
from merchants.errors import ComplaintNotFound, ComplaintStepRefused, EntryRefused
from merchants.kinds import ComplaintKind, ComplaintState, EventAction
from merchants.tables import Complaint, Market, RegisterEvent, Vendor
from merchants.vendors.merging import merge_vendors
from tests.merchants.campaigns.campaigning import events, held_stalls
from tests.merchants.complaints.complaining import NOW, TODAY, complaint
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

STAFF = Actor(kind="staff", name="3")


@pytest.fixture
def vendor_ids(register: Register) -> list[int]:
    """The holders of A1 and A2."""
    with writing(register.engine) as session:
        return held_stalls(session, ["A1", "A2"])


def _raise(register: Register, vendor_id: int, **changes: Any) -> int:
    with writing(register.engine) as session:
        return complaint(session, session.get_one(Vendor, vendor_id), **changes).id or 0


def _move(register: Register, number: int, to: ComplaintState, **changes: Any) -> None:
    values: dict[str, Any] = {"note": "Đã gọi ngân hàng", "actor": STAFF, "now": NOW} | changes
    with writing(register.engine) as session:
        move_complaint(session, "MA", number, to, **values)


def test_a_complaint_waits_seven_days_and_says_in_no_event_what_was_said(
    register: Register, vendor_ids: list[int]
) -> None:
    number = _raise(register, vendor_ids[0], stall_code="A1")

    kept = register.one(Complaint)
    assert (kept.id, kept.state, kept.due_on) == (number, ComplaintState.OPEN, date(2026, 11, 28))
    (event,) = events(register, EventAction.COMPLAINT_RAISED)
    assert (event.subject, event.to_value, event.vendor_id, event.stall_id) == (
        f"complaint:{number}", "paid_twice", vendor_ids[0], kept.stall_id,
    )  # fmt: skip
    assert "hai lần" not in str(event.model_dump())
    assert "85" not in event.to_value + event.note + event.reason


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"happened_on": TODAY + timedelta(1)}, "happened_on"),
        ({"happened_on": TODAY - timedelta(731)}, "happened_on"),
        ({"amount_vnd": 0}, "amount_vnd"),
        ({"amount_vnd": 10**12 + 1}, "amount_vnd"),
        ({"said": "x" * 301}, "said"),
        ({"kind": ComplaintKind.OTHER, "said": " "}, "said"),
        ({"stall_code": "A2"}, "stall_code"),
        ({"stall_code": "Z9"}, "stall_code"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_written(
    register: Register, vendor_ids: list[int], changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(EntryRefused) as refused:
        _raise(register, vendor_ids[0], **changes)

    assert list(refused.value.faults) == [field]
    assert register.all(Complaint) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"happened_on": TODAY, "amount_vnd": 1},
        {"happened_on": TODAY - timedelta(730), "amount_vnd": 10**12},
        {"amount_vnd": None, "said": ""},
        {"said": "x" * 300},
    ],
)
def test_what_lies_just_inside_is_taken(
    register: Register, vendor_ids: list[int], changes: dict[str, Any]
) -> None:
    assert _raise(register, vendor_ids[0], **changes)


def test_who_has_many_waiting_goes_to_the_office(register: Register, vendor_ids: list[int]) -> None:
    numbers = [_raise(register, vendor_ids[0]) for _ in range(OPEN_OF_ONE_MAX)]
    with pytest.raises(EntryRefused):
        _raise(register, vendor_ids[0])
    _raise(register, vendor_ids[1])

    _move(register, numbers[0], ComplaintState.ANSWERED)
    assert _raise(register, vendor_ids[0])


def test_an_answer_and_an_end_are_kept_beside_each_other(
    register: Register, vendor_ids: list[int]
) -> None:
    number = _raise(register, vendor_ids[0])

    _move(register, number, ComplaintState.ANSWERED, note="Đang hỏi")
    _move(register, number, ComplaintState.SETTLED, note="Khách đã trả lại", actor=COMMAND)

    kept = register.one(Complaint)
    assert (kept.answer, kept.answered_by) == ("Đang hỏi", "staff:3")
    assert (kept.outcome, kept.closed_by, kept.state) == (
        "Khách đã trả lại", "command", ComplaintState.SETTLED,
    )  # fmt: skip
    moved = events(register, EventAction.COMPLAINT_MOVED)
    assert [(one.from_value, one.to_value) for one in moved] == [
        ("open", "answered"),
        ("answered", "settled"),
    ]
    assert "trả lại" not in " ".join(str(one.model_dump()) for one in moved)


def test_the_second_of_two_people_is_told_and_changes_nothing(
    register: Register, vendor_ids: list[int]
) -> None:
    number = _raise(register, vendor_ids[0])
    _move(register, number, ComplaintState.DROPPED, note="Nhầm")

    with pytest.raises(ComplaintStepRefused) as refused:
        _move(register, number, ComplaintState.ANSWERED)

    assert refused.value.reason == "Người khác đã bỏ phản ánh này"
    assert register.one(Complaint).answer == ""


def test_a_step_needs_a_sentence_and_the_complaint_of_this_market(
    register: Register, vendor_ids: list[int]
) -> None:
    number = _raise(register, vendor_ids[0])
    with pytest.raises(EntryRefused):
        _move(register, number, ComplaintState.SETTLED, note=" ")
    with pytest.raises(ComplaintNotFound), writing(register.engine) as session:
        move_complaint(
            session, "DC", number, ComplaintState.SETTLED, note="x", actor=STAFF, now=NOW
        )
    with pytest.raises(ComplaintNotFound), reading(register.engine) as session:
        find_complaint(session, "DC", number, today=TODAY)
    assert register.one(Complaint).state is ComplaintState.OPEN


def test_lists_are_filtered_paged_and_say_how_long_each_waits(
    register: Register, vendor_ids: list[int]
) -> None:
    old = _raise(register, vendor_ids[0], now=NOW - timedelta(days=8))
    answered = _raise(register, vendor_ids[0], now=NOW - timedelta(days=5))
    refund = _raise(register, vendor_ids[1], kind=ComplaintKind.REFUND_ASKED)
    _move(register, answered, ComplaintState.ANSWERED, now=NOW - timedelta(days=2))

    def numbers(**asked: Any) -> list[int]:
        with reading(register.engine) as session:
            found, _ = list_complaints(session, "MA", ComplaintFilter(**asked), today=TODAY)
            return [one.id for one in found]

    assert numbers() == [refund, answered, old]
    assert numbers(states=(ComplaintState.OPEN,)) == [refund, old]
    assert numbers(is_late=True) == [old]
    assert numbers(kind=ComplaintKind.REFUND_ASKED) == [refund]
    assert numbers(vendor_id=vendor_ids[0]) == [answered, old]
    with reading(register.engine) as session:
        first, following = list_complaints(session, "MA", ComplaintFilter(limit=2), today=TODAY)
        rest, end = list_complaints(session, "MA", ComplaintFilter(after=following), today=TODAY)
        waiting = count_waiting(session, first_market(session), today=TODAY)
        assert list_complaints(session, "DC", ComplaintFilter(), today=TODAY) == ([], None)
    assert ([one.id for one in first], [one.id for one in rest], end) == (
        [refund, answered], [old], None,
    )  # fmt: skip
    assert [one.age_days for one in (*first, *rest)] == [0, 3, 8]
    assert [one.is_late for one in (*first, *rest)] == [False, False, True]
    assert (waiting.open, waiting.late) == (2, 1)


def first_market(session: Any) -> int:
    found = session.exec(select(Market.id).where(Market.code == "MA")).one()
    assert isinstance(found, int)
    return found


def test_a_list_asks_as_much_for_one_as_for_many(register: Register, vendor_ids: list[int]) -> None:
    def asked() -> int:
        with counted(register.engine) as sent, reading(register.engine) as session:
            list_complaints(session, "MA", ComplaintFilter(), today=TODAY)
        return len(sent)

    _raise(register, vendor_ids[0])
    few = asked()
    for _ in range(15):
        _raise(register, vendor_ids[1])
    assert asked() == few == 2


def test_dropped_ones_and_other_days_and_vendors_are_not_counted(
    register: Register, vendor_ids: list[int]
) -> None:
    day = date(2026, 10, 20)
    dropped = _raise(register, vendor_ids[0])
    _move(register, dropped, ComplaintState.DROPPED)
    _raise(register, vendor_ids[0])
    _raise(register, vendor_ids[1])
    _raise(register, vendor_ids[1], happened_on=day - timedelta(1))

    with reading(register.engine) as session:
        assert count_by_market(session, day, day) == {"MA": 2}
        assert count_by_market(session, day, day, without={vendor_ids[1]}) == {"MA": 1}


def test_old_words_are_forgotten_once_and_the_complaint_still_counts(
    register: Register, vendor_ids: list[int]
) -> None:
    ended, waiting = _raise(register, vendor_ids[0]), _raise(register, vendor_ids[0])
    answered = _raise(register, vendor_ids[1])
    _move(register, ended, ComplaintState.SETTLED)
    _move(register, answered, ComplaintState.ANSWERED, now=NOW + timedelta(1))
    before = NOW + timedelta(hours=1)

    with writing(register.engine) as session:
        assert forget_complaints(session, before, dry_run=True) == 1
        assert forget_complaints(session, before) == 1
        assert forget_complaints(session, before) == 0

    kept = {row.id: row for row in register.all(Complaint)}
    assert (kept[ended].said, kept[ended].outcome, kept[ended].amount_vnd) == ("", "", None)
    assert kept[waiting].said
    assert kept[answered].answer
    with reading(register.engine) as session:
        assert count_by_market(session, date(2026, 10, 20), date(2026, 10, 20)) == {"MA": 3}


def test_a_merge_hands_the_complaints_on(register: Register, vendor_ids: list[int]) -> None:
    _raise(register, vendor_ids[1])
    with writing(register.engine) as session:
        kept, merged = (session.get_one(Vendor, each) for each in vendor_ids)
        merge_vendors(session, kept, merged, reason="một người", actor=STAFF, now=NOW)

    assert register.one(Complaint).vendor_id == vendor_ids[0]


def test_a_vendor_may_name_the_stalls_they_hold(register: Register, vendor_ids: list[int]) -> None:
    with reading(register.engine) as session:
        assert stalls_held(session, vendor_ids[0]) == ["A1"]


def test_the_event_of_a_vendors_own_complaint_names_the_vendor(
    register: Register, vendor_ids: list[int]
) -> None:
    with reading(register.engine) as session:
        code = session.get_one(Vendor, vendor_ids[0]).code or ""
    at = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # after midnight at the market

    _raise(register, vendor_ids[0], actor=Actor(kind="vendor", name=code), now=at)

    (event,) = [one for one in register.all(RegisterEvent) if one.action == "complaint_raised"]
    assert event.actor == f"vendor:{code}"
    assert register.one(Complaint).due_on == date(2026, 11, 29)
