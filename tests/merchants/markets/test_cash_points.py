"""A market's directory of cash points: added, closed, taken out, or looked for in vain."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import select

from market.database import reading, writing
from merchants.actors import Actor
from merchants.errors import CashPointNotFound, EntryRefused, MarketNotFound
from merchants.find import find_market
from merchants.kinds import CashPointKind, CashService
from merchants.markets.cash_points import (
    CashPoints,
    NewCashPoint,
    add_cash_point,
    cash_points_of,
    close_cash_point,
    remove_cash_point,
    say_no_cash_points,
)
from merchants.tables import RegisterEvent
from tests.conftest import NOW
from tests.merchants.conftest import Register

TODAY = date(2026, 11, 21)
YESTERDAY = TODAY - timedelta(days=1)
ANH_TOAN = Actor(kind="staff", name="7")
SHOP = NewCashPoint(
    kind=CashPointKind.MOBILE_MONEY,
    service=CashService.BOTH,
    provider="Viettel Money",
    name="Cửa hàng Viettel Mậu A",
    place="Cổng phía đông",
    hours="5:00 đến 18:00",
    from_on=date(2026, 9, 1),
)
ATM = replace(SHOP, kind=CashPointKind.ATM, service=CashService.OUT, name="ATM Agribank")


def add(register: Register, new: NewCashPoint = SHOP, code: str = "MA") -> int:
    with writing(register.engine) as session:
        return add_cash_point(session, code, new, actor=ANH_TOAN, now=NOW).id or 0


def close(register: Register, number: int, to_on: date, code: str = "MA") -> None:
    with writing(register.engine) as session:
        close_cash_point(session, code, number, to_on=to_on, actor=ANH_TOAN, now=NOW)


def say_none(register: Register, on: date | None) -> None:
    with writing(register.engine) as session:
        say_no_cash_points(session, "MA", on, actor=ANH_TOAN, now=NOW)


def directory(register: Register, on: date = TODAY) -> CashPoints:
    with reading(register.engine) as session:
        return cash_points_of(session, find_market(session, "MA"), on)


def events(register: Register) -> list[tuple[str, str, str, str]]:
    with reading(register.engine) as session:
        return [
            (one.actor, one.subject, one.from_value, one.to_value)
            for one in session.exec(select(RegisterEvent).order_by(RegisterEvent.id))
            if one.subject.startswith(("cash_point", "market:no_cash"))
        ]


def test_a_point_is_in_the_directory_with_who_wrote_it_down_and_when(register: Register) -> None:
    number = add(register)

    (point,) = directory(register).open
    assert (point.name, point.provider, point.place) == (SHOP.name, SHOP.provider, SHOP.place)
    assert (point.added_by, point.added_at) == ("staff:7", NOW)
    assert events(register) == [("staff:7", f"cash_point:{number}", "", "open 2026-09-01")]


def test_a_point_serves_on_its_last_day_and_is_closed_after_it(register: Register) -> None:
    add(register, ATM)
    number = add(register)

    close(register, number, YESTERDAY)

    assert [one.name for one in directory(register, YESTERDAY).open] == [ATM.name, SHOP.name]
    after = directory(register)
    assert [one.name for one in after.open] == [ATM.name]
    assert [(one.name, one.to_on) for one in after.closed] == [(SHOP.name, YESTERDAY)]


def test_the_last_word_on_the_last_day_counts_and_the_same_again_is_no_news(
    register: Register,
) -> None:
    number = add(register)

    for day in (TODAY, YESTERDAY, YESTERDAY):
        close(register, number, day)

    assert [told for *_, told in events(register)[1:]] == [
        "closed 2026-11-21",
        "closed 2026-11-20",
    ]


@pytest.mark.parametrize(
    ("new", "field", "words"),
    [
        (replace(SHOP, name=" "), "name", "Ghi tên điểm"),
        (replace(SHOP, provider=""), "provider", "Ghi tên đơn vị"),
        (replace(SHOP, name="c" * 121), "name", "tối đa 120"),
        (replace(SHOP, hours="gọi 0912 345 678"), "hours", "Không ghi số điện thoại"),
        (replace(SHOP, place="hỏi cô Sáu 0912345678"), "place", "Không ghi số điện thoại"),
        (replace(SHOP, from_on=date(2026, 11, 22)), "from_on", "22/11/2026 chưa đến"),
    ],
)
def test_what_cannot_stand_in_a_directory_is_refused(
    register: Register, new: NewCashPoint, field: str, words: str
) -> None:
    with pytest.raises(EntryRefused) as refused:
        add(register, new)

    assert words in refused.value.faults[field]
    assert not directory(register).is_known


def test_the_same_point_is_written_down_once_while_it_serves(register: Register) -> None:
    number = add(register)

    with pytest.raises(EntryRefused, match="Chợ đã ghi điểm"):
        add(register)
    close(register, number, YESTERDAY)

    assert add(register, replace(SHOP, from_on=TODAY)) != number


@pytest.mark.parametrize("day", [date(2026, 8, 31), date(2026, 11, 22)])
def test_a_last_day_lies_between_the_first_and_today(register: Register, day: date) -> None:
    number = add(register)

    with pytest.raises(EntryRefused) as refused:
        close(register, number, day)

    assert list(refused.value.faults) == ["to_on"]


def test_a_point_of_another_market_is_not_found(register: Register) -> None:
    number = add(register)

    with pytest.raises(CashPointNotFound):
        close(register, number, TODAY, code="LG")
    with pytest.raises(MarketNotFound):
        add(register, code="XX")


def test_a_point_that_never_was_leaves_the_directory_and_stays_in_the_log(
    register: Register,
) -> None:
    number = add(register)

    with writing(register.engine) as session:
        remove_cash_point(session, "MA", number, actor=ANH_TOAN, now=NOW)

    assert not directory(register).is_known
    assert events(register)[-1] == ("staff:7", f"cash_point:{number}", SHOP.name, "")


def test_nobody_looked_is_not_the_same_as_there_is_none(register: Register) -> None:
    assert not directory(register).is_known

    say_none(register, YESTERDAY)

    assert (directory(register).is_known, directory(register).none_on) == (True, YESTERDAY)
    assert events(register) == [("staff:7", "market:no_cash_points_on", "", "2026-11-20")]
    say_none(register, None)
    assert not directory(register).is_known


def test_of_several_looks_the_first_is_kept(register: Register) -> None:
    for day in (YESTERDAY, TODAY):
        say_none(register, day)

    assert directory(register).none_on == YESTERDAY
    assert len(events(register)) == 1


def test_none_cannot_be_said_of_a_day_on_which_a_point_served(register: Register) -> None:
    number = add(register)
    close(register, number, YESTERDAY)

    with pytest.raises(EntryRefused, match="sổ đang ghi 1 điểm"):
        say_none(register, YESTERDAY)
    say_none(register, TODAY)

    assert directory(register).none_on == TODAY


def test_a_point_that_served_that_day_takes_the_word_of_none_back(register: Register) -> None:
    say_none(register, YESTERDAY)
    add(register, replace(SHOP, from_on=TODAY))
    assert directory(register).none_on == YESTERDAY

    add(register, ATM)

    assert directory(register).none_on is None
    assert events(register)[-1][1:] == ("market:no_cash_points_on", "2026-11-20", "")


def test_a_look_cannot_lie_in_the_future(register: Register) -> None:
    with pytest.raises(EntryRefused, match="chưa đến"):
        say_none(register, datetime(2027, 1, 1, tzinfo=NOW.tzinfo).date())
