"""A round a market day: recorded so that it can be drawn again, in the order one walks."""

from datetime import timedelta

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.audits.draw import METHOD, Candidate, draw
from merchants.audits.round_lists import RoundRecord, find_round, list_rounds, round_of_day
from merchants.calendars.market_calendars import correct_day
from merchants.days import market_day
from merchants.errors import AuditRefused, RoundNotFound
from merchants.find import find_market
from merchants.kinds import CheckResult, EventAction
from merchants.posters.issue import revoke_poster
from merchants.tables import AuditItem, AuditRound, RegisterEvent
from tests.merchants.audits.audit_world import MANAGER, Audits
from tests.merchants.conftest import Register
from tests.merchants.queries import counted

DAY = timedelta(days=1)


def record(audits: Audits, round_id: int | None) -> RoundRecord:
    with reading(audits.engine) as session:
        return find_round(session, "MA", round_id or 0)


def test_a_round_can_be_drawn_again_from_its_record_alone(audits: Audits) -> None:
    row = audits.draw("any seed", share=400)

    told = record(audits, row.id)

    assert (told.entry.method, told.entry.seed, told.entry.share_permille) == (
        METHOD, "any seed", 400,
    )  # fmt: skip
    assert len(told.candidates) == 3
    again = draw(reversed(told.candidates), told.entry.seed, told.entry.share_permille)
    assert {item.serial for item in told.items} == set(again)
    assert len(again) == 2


def test_the_walk_follows_the_floor(audits: Audits) -> None:
    told = record(audits, audits.draw(share=1000).id)

    assert [(item.place, item.stall_code) for item in told.items] == [
        (1, "A001"), (2, "B001"), (3, "B002"),
    ]  # fmt: skip


def test_a_market_day_has_one_round(audits: Audits) -> None:
    first = audits.draw("first")

    assert audits.draw("second").seed == "first"
    assert audits.draw("third").id == first.id
    assert len(audits.register.all(AuditItem)) == 1


def test_another_day_has_another_round_and_each_poster_waits_a_round_more(
    audits: Audits,
) -> None:
    first = record(audits, audits.draw(share=100).id)
    (seen,) = first.items
    audits.see(CheckResult.OK, seen.stall_code, round_id=first.entry.id)

    second = record(audits, audits.draw(share=100, now=audits.now + DAY).id)

    waited = {one.serial: one.rounds_waited for one in second.candidates}
    assert waited.pop(seen.serial) == 0
    assert set(waited.values()) == {1}


def test_a_vendors_own_look_does_not_put_off_the_lot(audits: Audits) -> None:
    audits.draw()
    audits.see(CheckResult.OK, vendor_id=audits.poster().vendor_id)

    second = record(audits, audits.draw(now=audits.now + DAY).id)

    assert {one.rounds_waited for one in second.candidates} == {1}


def test_an_ended_poster_is_not_drawn(audits: Audits) -> None:
    serial = audits.poster("B001").serial or ""
    with writing(audits.engine) as session:
        revoke_poster(session, serial, now=audits.now)

    told = record(audits, audits.draw(share=1000).id)

    assert Candidate(serial, 0) not in told.candidates
    assert len(told.items) == 2


def test_on_a_closed_day_nothing_is_drawn(audits: Audits) -> None:
    with writing(audits.engine) as session:
        correct_day(
            session,
            find_market(session, "MA"),
            market_day(audits.now),
            is_open=False,
            actor=MANAGER,
            now=audits.now,
        )

    with pytest.raises(AuditRefused, match="Ngày 21/11/2026 chợ không họp"):
        audits.draw()
    assert audits.register.all(AuditRound) == []


def test_a_market_without_posters_has_no_round(register: Register) -> None:
    with pytest.raises(AuditRefused, match="chưa có tấm mã nào đang dùng"):
        Audits(register, others=0).draw(market="LG")


def test_the_last_look_at_a_poster_is_its_result(audits: Audits) -> None:
    row = audits.draw(share=1000)
    audits.see(CheckResult.MISSING, "B001", round_id=row.id)
    audits.see(CheckResult.OK, "B001", round_id=row.id)
    audits.see(CheckResult.WORN, "A001", round_id=row.id)
    audits.see(CheckResult.REVOKED, "B002", round_id=row.id)

    told = record(audits, row.id)

    assert [item.result for item in told.items] == [
        CheckResult.WORN, CheckResult.OK, CheckResult.REVOKED,
    ]  # fmt: skip
    assert (told.entry.posters, told.entry.checked, told.entry.passed) == (3, 3, 2)


def test_a_look_without_the_round_fills_no_place_of_it(audits: Audits) -> None:
    row = audits.draw(share=1000)
    audits.see(CheckResult.OK)
    audits.see(CheckResult.OK, round_id=row.id, vendor_id=audits.poster().vendor_id)

    assert record(audits, row.id).entry.checked == 0


def test_drawing_is_remembered(audits: Audits) -> None:
    row = audits.draw()

    with reading(audits.engine) as session:
        told = session.exec(
            select(RegisterEvent).where(RegisterEvent.action == EventAction.AUDIT_DRAWN.value)
        ).one()
        assert (told.actor, told.subject, told.to_value) == ("staff:3", f"audit:{row.id}", "1")


def test_rounds_come_newest_first_a_page_at_a_time(audits: Audits) -> None:
    for day in range(3):
        audits.draw(now=audits.now + day * DAY)

    with reading(audits.engine) as session:
        first, after = list_rounds(session, "MA", limit=2)
        rest, end = list_rounds(session, "MA", after=after, limit=2)
        today = round_of_day(session, "MA", market_day(audits.now))
        assert round_of_day(session, "MA", market_day(audits.now) - DAY) is None

    assert [one.held_on.day for one in (*first, *rest)] == [23, 22, 21]
    assert end is None
    assert today is not None
    assert today.entry == rest[0]


def test_another_markets_round_is_not_there(audits: Audits) -> None:
    row = audits.draw()

    with reading(audits.engine) as session, pytest.raises(RoundNotFound):
        find_round(session, "LG", row.id or 0)


def test_drawing_and_reading_take_the_same_statements_for_any_size(
    sqlite_register: Register,
) -> None:
    audits = Audits(sqlite_register, others=1)
    with counted(audits.engine) as few:
        row = audits.draw(share=1000)
    with counted(audits.engine) as few_read:
        record(audits, row.id)
    more = Audits(sqlite_register, others=9)
    with counted(more.engine) as many:
        row = more.draw(share=1000, now=more.now + DAY)
    with counted(more.engine) as many_read:
        assert len(record(more, row.id).items) == 10

    assert len(many) == len(few)
    assert len(many_read) == len(few_read) == 3
