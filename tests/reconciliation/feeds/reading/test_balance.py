"""The chain of running balances: what it proves, in either order, and what it leaves open."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.feeds.reading.balance import BalanceChain
from reconciliation.feeds.reading.lines import Line

AMOUNTS = st.lists(st.integers(-(10**9), 10**9).filter(bool), min_size=1, max_size=12)


def lines_of(opening: int, amounts: list[int]) -> list[Line]:
    lines, balance = [], opening
    for number, amount in enumerate(amounts, start=1):
        balance += amount
        day = date(2026, 11, number)
        lines.append(Line(number, None, "", signed_amount=amount, balance=balance, booked_on=day))
    return lines


def chain_of(lines: list[Line]) -> BalanceChain:
    chain = BalanceChain()
    for line in lines:
        chain.take(line)
    return chain


@given(opening=st.integers(-(10**9), 10**9), amounts=AMOUNTS, is_reversed=st.booleans())
def test_a_whole_chain_holds_in_both_orders(
    opening: int, amounts: list[int], is_reversed: bool
) -> None:
    lines = lines_of(opening, amounts)

    chain = chain_of(lines[::-1] if is_reversed else lines)

    assert (chain.holds, chain.has_gap, chain.is_told) == (True, False, True)
    assert (chain.opening, chain.closing) == (opening, opening + sum(amounts))


@given(
    amounts=st.lists(st.integers(1, 10**9), min_size=3, max_size=10, unique=True),
    is_reversed=st.booleans(),
    data=st.data(),
)
def test_a_row_lost_from_the_middle_breaks_it(
    amounts: list[int], is_reversed: bool, data: st.DataObject
) -> None:
    lines = lines_of(0, amounts)
    del lines[data.draw(st.integers(1, len(lines) - 2))]

    assert not chain_of(lines[::-1] if is_reversed else lines).holds


@given(amounts=AMOUNTS.filter(lambda a: len(a) > 2), data=st.data(), by=st.integers(1, 9))
def test_a_changed_balance_in_the_middle_breaks_it(
    amounts: list[int], data: st.DataObject, by: int
) -> None:
    lines = lines_of(0, amounts)
    changed = lines[data.draw(st.integers(1, len(lines) - 2))]
    assert changed.balance is not None
    changed.balance += by

    assert not chain_of(lines).holds


@given(amounts=AMOUNTS, is_reversed=st.booleans(), data=st.data(), keeps_balance=st.booleans())
def test_an_unreadable_row_opens_it_only_at_itself(
    amounts: list[int], is_reversed: bool, data: st.DataObject, keeps_balance: bool
) -> None:
    lines = lines_of(0, amounts)
    place = data.draw(st.integers(0, len(lines) - 1))
    lines[place].signed_amount = None
    if not keeps_balance:
        lines[place].balance = None

    chain = chain_of(lines[::-1] if is_reversed else lines)

    assert chain.holds
    assert chain.has_gap == (0 < place < len(lines) - 1 or (place > 0 and keeps_balance))
    assert chain.opening == (None if place == 0 else 0)


@pytest.mark.parametrize("is_reversed", [False, True])
def test_two_unreadable_rows_side_by_side_are_one_gap(is_reversed: bool) -> None:
    lines = lines_of(100, [1, 2, 3, 4])
    lines[1].signed_amount = lines[1].balance = None
    lines[2].signed_amount = None

    chain = chain_of(lines[::-1] if is_reversed else lines)

    assert (chain.holds, chain.has_gap) == (True, True)


def test_a_row_without_a_balance_is_bridged_by_its_amount() -> None:
    lines = lines_of(100, [1, 2, 3])
    lines[1].balance = None
    assert chain_of(lines).holds
    assert chain_of(lines[::-1]).holds

    lines[1].signed_amount = 7

    assert not chain_of(lines).holds


def test_a_row_that_moved_nothing_leaves_the_balance() -> None:
    lines = lines_of(100, [1, 2])
    failed = Line(2, None, "", signed_amount=50, balance=101, has_succeeded=False)

    assert chain_of([lines[0], failed, lines[1]]).holds


def test_rows_that_fit_in_both_orders_are_read_by_their_days() -> None:
    falling = lines_of(100, [5, -5])[::-1]
    for line, day in zip(falling, (20, 19), strict=True):
        line.booked_on = date(2026, 11, day)
    rising = lines_of(100, [5, -5])

    assert (chain_of(falling).opening, chain_of(falling).closing) == (100, 100)
    assert (chain_of(rising).opening, chain_of(rising).closing) == (100, 100)


def test_no_balance_at_all_is_no_chain() -> None:
    chain = chain_of([Line(1, None, "", signed_amount=5)])

    assert (chain.is_told, chain.opening, chain.closing) == (False, None, None)
