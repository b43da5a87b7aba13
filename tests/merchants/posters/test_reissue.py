"""Posters ended and replaced by the hand of people, many at once, each with its reason."""

from datetime import date
from typing import Any

import pytest

from market.database import reading, writing
from merchants.errors import EntryRefused, PosterNotFound
from merchants.find import find_poster_standing
from merchants.kinds import EventAction, PosterEnd, PosterState
from merchants.posters.reissue import GIVEN_REASONS, Reissued, Why, reissue_posters, revoke_posters
from merchants.tables import AcceptancePoint, Poster, RegisterEvent, Vendor
from qr.errors import SerialRefused
from tests.merchants.conftest import Register
from tests.merchants.imports.import_world import CLERK
from tests.merchants.imports.test_register import other_row
from tests.merchants.posters.poster_world import KEY, change, issued, live
from tests.merchants.sheet_files import VACANT

OUTDATED = Why(PosterEnd.OUTDATED)


def revoke(register: Register, *serials: str, why: Why = OUTDATED) -> list[Poster]:
    with writing(register.engine) as session:
        return revoke_posters(session, "MA", serials, why, actor=CLERK, now=register.now)


def reissue(register: Register, *serials: str, why: Why = OUTDATED, key: str = KEY) -> Reissued:
    with writing(register.engine) as session:
        return reissue_posters(
            session,
            "MA",
            serials,
            why,
            sealer=register.sealer,
            verification_key=key,
            actor=CLERK,
            now=register.now,
        )


def serials(posters: list[Poster]) -> list[str]:
    return [poster.serial or "" for poster in posters]


def set_holder(point: Any) -> None:
    point.holder_name = "TRAN VAN BINH"


def test_several_are_revoked_with_their_reason(register: Register, today: date) -> None:
    one, two, three = serials(issued(register, 3))

    ended = revoke(register, one, two.lower(), why=Why(PosterEnd.LOST, "mất lúc dọn chợ"))

    assert serials(ended) == [one, two]
    assert [each.serial for each in live(register)] == [three]
    with reading(register.engine) as session:
        standing = find_poster_standing(session, one)
    assert standing is not None
    assert (standing.state, standing.ended_on) == (PosterState.REVOKED, today)
    assert standing.end_reason == PosterEnd.LOST


def test_the_history_keeps_the_note_without_numbers(register: Register) -> None:
    (one,) = serials(issued(register, 1))

    revoke(register, one, why=Why.given("other", "bà Hoa 0912345678 báo"))

    (event,) = [e for e in register.all(RegisterEvent) if e.action == EventAction.POSTER_ENDED]
    assert event.reason == "other: bà Hoa ···678 báo"
    assert event.actor == str(CLERK)


def test_one_unknown_serial_stops_all(register: Register) -> None:
    one, two = serials(issued(register, 2))
    revoke(register, one)

    for wrong in (one, "MA-99999-X", "LG-00001-A"):
        with pytest.raises(PosterNotFound):
            revoke(register, two, wrong)
        with pytest.raises(PosterNotFound):
            reissue(register, two, wrong)

    assert [each.serial for each in live(register)] == [two]


@pytest.mark.parametrize("count", [0, 1001])
def test_none_or_too_many_are_refused(register: Register, count: int) -> None:
    issued(register, 1)

    with pytest.raises(EntryRefused) as refused:
        revoke(register, *(f"MA-{number:05}-X" for number in range(count)))

    assert f"đang chọn {count}" in refused.value.faults["serials"]


def test_a_reissued_poster_says_what_the_register_says_now(register: Register) -> None:
    old = serials(issued(register, 2))
    change(register, AcceptancePoint, set_holder, id=1)

    fresh = reissue(register, old[0])

    (new,) = fresh.posters
    assert new.serial not in old
    assert fresh.blocks == []
    assert {each.serial for each in live(register)} == {new.serial, old[1]}
    assert all(each.faults(register.sealer) == [] for each in live(register))
    with reading(register.engine) as session:
        before = find_poster_standing(session, old[0])
    assert before is not None
    assert (before.state, before.end_reason) == (PosterState.REPLACED, PosterEnd.OUTDATED)


def test_who_may_have_no_poster_now_keeps_the_old_one_and_is_told(register: Register) -> None:
    old = serials(issued(register, 2))

    def withdraw(vendor: Any) -> None:
        vendor.consented_on = None

    change(register, Vendor, withdraw, id=1)

    fresh = reissue(register, *old)

    assert len(fresh.posters) == 1
    assert [(each.stall_code, each.reason) for each in fresh.blocks] == [
        ("B001", "chưa có ngày đồng ý của người bán")
    ]
    assert old[0] in {each.serial for each in live(register)}


def test_a_stall_taken_by_another_keeps_the_old_poster_for_people_to_end(
    register: Register,
) -> None:
    (old,) = serials(issued(register, 1))
    poster_id = register.one(Poster).id
    register.take(other_row(1, **VACANT))
    register.take(other_row(1, name="Đặng Thị Sinh", holder="DANG THI SINH", phone="0987654321",
                            account="1111111111111"))  # fmt: skip

    def revive(poster: Any) -> None:
        poster.state, poster.ended_on, poster.end_reason = PosterState.INSTALLED, None, ""

    change(register, Poster, revive, id=poster_id)

    fresh = reissue(register, old)

    assert fresh.posters == []
    assert "người khác bán" in fresh.blocks[0].reason


def test_two_old_posters_of_one_stall_become_one(register: Register) -> None:
    """Both pay accounts that are closed; the stall has one account now, and so one poster."""
    (old,) = issued(register, 1)

    def close(point: Any) -> None:
        point.valid_to = date(2026, 11, 20)

    change(register, AcceptancePoint, close, id=1)
    with writing(register.engine) as session:
        point = session.get_one(AcceptancePoint, 1).model_dump(exclude={"id", "valid_to"})
        session.add(AcceptancePoint(**point | {"account_hash": "1" * 64}))
        session.flush()
        session.add(
            Poster(**old.model_dump(exclude={"id", "serial"}) | {"serial": "MA-00077-Q",
                   "acceptance_point_id": 2})
        )  # fmt: skip

    fresh = reissue(register, old.serial or "", "MA-00077-Q")

    assert len(fresh.posters) == 1
    assert [each.serial for each in live(register)] == [fresh.posters[0].serial]


def test_an_empty_key_reissues_nothing(register: Register) -> None:
    (old,) = serials(issued(register, 1))

    with pytest.raises(SerialRefused):
        reissue(register, old, key="")

    assert [each.serial for each in live(register)] == [old]


@pytest.mark.parametrize(
    ("reason", "note", "field"),
    [
        ("", "", "reason"),
        ("consent_withdrawn", "", "reason"),
        ("because", "", "reason"),
        ("other", "  ", "note"),
        ("lost", "x" * 201, "note"),
    ],
)
def test_a_reason_that_says_nothing_is_refused(reason: str, note: str, field: str) -> None:
    with pytest.raises(EntryRefused) as refused:
        Why.given(reason, note)

    assert list(refused.value.faults) == [field]


@pytest.mark.parametrize("reason", sorted(GIVEN_REASONS))
def test_every_offered_reason_is_taken(reason: PosterEnd) -> None:
    assert Why.given(reason, "đã hỏi người bán").end is reason
