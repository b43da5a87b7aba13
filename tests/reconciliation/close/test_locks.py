"""Locked books: two people, nothing lost, nothing changed by itself, opened again by two people."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from market.database import reading, writing
from merchants.actors import SYSTEM, Actor
from merchants.errors import EntryRefused
from reconciliation.breaks.states import BreakState
from reconciliation.close.locks.changing import (
    SPAN_DAYS_MAX,
    decide_lock,
    find_proposal,
    list_locks,
    propose_lock,
    withdraw_lock,
)
from reconciliation.close.locks.days import held_changes, lock_of, locked_days
from reconciliation.close.locks.tables import LockKind
from reconciliation.close.versions import verify_chain
from reconciliation.errors import BookLockNotFound, BookLockRefused, NamedPersonNeeded
from reconciliation.ledger.changed_days import changed_days
from reconciliation.tables import ProviderTransaction
from tests.reconciliation.close.test_open_breaks import LONG_AFTER, MAI, NIGHT, TOAN, Town
from tests.reconciliation.ledger_world import DAY, SEALER, LedgerWorld

LATER = LONG_AFTER + timedelta(days=1)


@pytest.fixture
def town(engine: sa.Engine, now: datetime) -> Town:
    """A day that is closed for good."""
    town = Town(engine, now)
    town.tell(("both", 50_000, {}), ("both", 30_000, {}))
    [closed] = town.close(at=LONG_AFTER)
    assert closed.state == "final"
    return town


def _propose(town: Town, kind: LockKind = LockKind.LOCK, actor: Actor = MAI) -> int:
    with writing(town.engine) as session:
        made = propose_lock(
            session, "MA", kind, DAY, DAY, reason="khoá tháng", actor=actor, now=LATER
        )
        return made.id or 0


def _decide(town: Town, number: int, actor: Actor = TOAN, *, approve: bool = True) -> None:
    with writing(town.engine) as session:
        one = find_proposal(session, "MA", number)
        decide_lock(session, one, approve=approve, note="đã xem", actor=actor, now=LATER)


def _lock(town: Town) -> None:
    _decide(town, _propose(town))


def test_late_data_changes_a_locked_day_only_once_two_people_open_it(town: Town) -> None:
    _lock(town)
    [first] = town.close(at=LATER)
    town.tell(("booked", 20_000, {"bank_reference": "LATE"}))

    [held] = town.close(at=LATER)
    [again] = town.close(at=LATER + timedelta(hours=1))
    with reading(town.engine) as session:
        [waiting] = held_changes(session, "MA", DAY, DAY)
        told = (waiting.gross_change_vnd, waiting.version, waiting.found_at)
        assert verify_chain(session, sealer=SEALER) == []
    breaks_while_locked = len(town.breaks())
    _decide(town, _propose(town, LockKind.REOPEN))
    with reading(town.engine) as session:
        assert changed_days(session, before=date.max, limit=9) == [DAY]
    [restated] = town.close(at=LATER + timedelta(hours=2))

    assert (held.version, held.is_new, held.is_held) == (1, False, True)
    assert (again.version, again.is_held) == (1, True)
    # Under the version's number and root stand its own figures; what waits is told apart.
    for one in (held, again):
        assert one.market_day is not None
        assert one.would_be is not None
        assert (one.market_day["gross_vnd"], one.would_be["gross_vnd"]) == (80_000, 100_000)
    assert held.outcomes == first.outcomes
    assert told == (20_000, 1, LATER)
    assert breaks_while_locked == 0
    assert (restated.version, restated.is_held) == (2, False)
    assert restated.market_day is not None
    assert restated.market_day["gross_vnd"] == 100_000
    assert [one.state for one in town.breaks()] == [BreakState.OPEN]
    with reading(town.engine) as session:
        assert list(held_changes(session, "MA", DAY, DAY)) == []
        assert verify_chain(session, sealer=SEALER) == []


@pytest.mark.parametrize("was_decided", [True, False])
def test_the_proof_knows_what_moved_to_a_locked_day_and_nothing_else(
    engine: sa.Engine, now: datetime, was_decided: bool
) -> None:
    town = Town(engine, now)
    with writing(engine) as session:
        moves = LedgerWorld(session, now).booked(None, 20_000, is_current=was_decided).id
    town.tell(("both", 50_000, {}))
    town.close(at=LONG_AFTER)
    _lock(town)
    with writing(engine) as session:
        row = session.get_one(ProviderTransaction, moves)
        row.vendor_id, row.is_current = town.vendor.id, True
        session.add(row)

    town.close(at=LATER)

    with reading(engine) as session:
        [waiting] = held_changes(session, "MA", DAY, DAY)
        told = (
            waiting.gross_change_vnd,
            [one for one in verify_chain(session, sealer=SEALER) if "kết luận" in one],
        )
    assert told[0] == 20_000
    # What no version ever decided on was not moved: it was there and left out.
    assert len(told[1]) == (0 if was_decided else 1)


def test_a_locked_day_to_which_nothing_came_stays_as_it_is_and_nothing_waits(town: Town) -> None:
    _lock(town)

    [closed] = town.close(at=LATER)

    assert (closed.version, closed.is_new, closed.is_held) == (1, False, False)
    with reading(town.engine) as session:
        assert list(held_changes(session, "MA", DAY, DAY)) == []


@pytest.mark.parametrize("approve", [True, False])
def test_nobody_decides_on_the_own_proposal(town: Town, approve: bool) -> None:
    number = _propose(town)

    with pytest.raises(BookLockRefused, match="người thứ hai"):
        _decide(town, number, MAI, approve=approve)

    with reading(town.engine) as session:
        assert locked_days(session, ["MA"], DAY, DAY) == set()


def test_nobody_without_a_name_locks_books(town: Town) -> None:
    with pytest.raises(NamedPersonNeeded):
        _propose(town, actor=SYSTEM)
    number = _propose(town)
    with pytest.raises(NamedPersonNeeded):
        _decide(town, number, SYSTEM)


def test_what_was_turned_down_or_taken_back_locks_nothing(town: Town) -> None:
    _decide(town, _propose(town), approve=False)
    number = _propose(town)
    with pytest.raises(BookLockRefused, match="Chỉ người đề xuất"), writing(town.engine) as session:
        withdraw_lock(session, find_proposal(session, "MA", number), actor=TOAN, now=LATER)
    with writing(town.engine) as session:
        withdraw_lock(session, find_proposal(session, "MA", number), actor=MAI, now=LATER)

    with pytest.raises(BookLockRefused, match="đã quyết"):
        _decide(town, number)
    with reading(town.engine) as session:
        assert lock_of(session, "MA", DAY) is None
        assert [one.decision for one in list_locks(session, "MA")] == ["withdrawn", "refused"]


def test_of_what_was_agreed_on_a_day_the_last_holds(town: Town) -> None:
    _lock(town)
    _decide(town, _propose(town, LockKind.REOPEN))
    with reading(town.engine) as session:
        assert lock_of(session, "MA", DAY) is None

    _lock(town)

    with reading(town.engine) as session:
        found = lock_of(session, "MA", DAY)
        assert found is not None
        assert found.kind is LockKind.LOCK
        around = (DAY - timedelta(days=5), DAY + timedelta(days=5))
        assert locked_days(session, ["MA", "LG"], *around) == {("MA", DAY)}


def test_only_one_proposal_waits_and_it_must_change_something(town: Town) -> None:
    _propose(town)
    with pytest.raises(BookLockRefused, match="còn chờ"):
        _propose(town)
    _decide(town, 1)
    with pytest.raises(BookLockRefused, match="đã khoá rồi"):
        _propose(town)
    _decide(town, _propose(town, LockKind.REOPEN))
    with pytest.raises(BookLockRefused, match="chưa khoá"):
        _propose(town, LockKind.REOPEN)


def test_a_day_that_may_still_change_by_itself_is_not_locked(
    engine: sa.Engine, now: datetime
) -> None:
    town = Town(engine, now)
    town.tell(("both", 50_000, {}))
    with pytest.raises(BookLockRefused, match="chưa chốt ngày nào"):
        _propose(town)
    [closed] = town.close(at=NIGHT)
    assert closed.state == "provisional"

    with pytest.raises(BookLockRefused, match="sơ bộ"):
        _propose(town)


@pytest.mark.parametrize(
    ("first", "last", "reason", "field"),
    [
        (DAY, DAY - timedelta(days=1), "vì vậy", "last"),
        (DAY - timedelta(days=SPAN_DAYS_MAX), DAY, "vì vậy", "last"),
        (DAY, LATER.date() + timedelta(days=1), "vì vậy", "last"),
        (DAY, DAY, "", "reason"),
        (DAY, DAY, "x" * 301, "reason"),
    ],
)
def test_a_span_that_makes_no_sense_is_refused_at_its_field(
    town: Town, first: date, last: date, reason: str, field: str
) -> None:
    with pytest.raises(EntryRefused) as refusal, writing(town.engine) as session:
        propose_lock(session, "MA", LockKind.LOCK, first, last, reason=reason, actor=MAI, now=LATER)

    assert list(refusal.value.faults) == [field]


def test_a_proposal_of_another_market_is_not_found(town: Town) -> None:
    number = _propose(town)

    with pytest.raises(BookLockNotFound), reading(town.engine) as session:
        find_proposal(session, "LG", number)
