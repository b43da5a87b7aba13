"""What a statement's own running balances, and its other accounts, say of a missing record."""

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reconciliation.engine.world import FRIDAY, decided, record, refund, run

Row = dict[str, Any]


def chain(*amounts: int, begin: int = 100_000, account: str = "A") -> list[Row]:
    """Lines a day apart that lead from one balance to the next; negative = money out."""
    rows = []
    for number, amount in enumerate(amounts):
        begin += amount
        make = record if amount > 0 else refund
        rows.append(
            make(
                f"{account}{number}",
                account=account,
                amount_vnd=abs(amount),
                balance_after_vnd=begin,
                business_date=FRIDAY + timedelta(days=number),
                occurred_at=None,
            )
        )
    return rows


def missing(day: int, account: str = "A") -> Row:
    """A payment of an amount that no line has."""
    told = {"business_date": FRIDAY + timedelta(days=day), "occurred_at": None}
    return record(f"p{day}", account=account, amount_vnd=60_001, **told)


@pytest.mark.parametrize(
    ("lost", "reasons"),
    [
        (None, ["not_told", "not_told", "not_told", "not_told"]),
        (2, ["not_told", "feed_gap", "feed_gap", "feed_gap"]),
        (1, ["feed_gap", "feed_gap", "feed_gap", "not_told"]),
        (0, ["not_told", "not_told", "not_told", "not_told"]),
    ],
)
def test_a_chain_that_breaks_shows_the_days_that_lack_lines(
    lost: int | None, reasons: list[str]
) -> None:
    lines = chain(10_000, 20_000, -5_000, 40_000)
    kept = [row for number, row in enumerate(lines) if number != lost]
    # Another account tells every day, so that only the balances can show the gap.
    others = chain(1_000, 1_000, 1_000, 1_000, account="B")
    random.Random(lost).shuffle(kept)

    result = run([missing(day) for day in range(4)], [*kept, *others])

    assert [decided(result, f"p{day}").reason for day in range(4)] == reasons


@given(
    st.lists(st.integers(-50_000, 50_000).filter(bool), min_size=1, max_size=8),
    st.integers(0, 2**32),
)
def test_a_whole_chain_never_shows_a_gap(amounts: list[int], seed: int) -> None:
    lines = chain(*amounts)
    random.Random(seed).shuffle(lines)

    result = run([missing(day) for day in range(len(amounts))], lines)

    reasons = {decided(result, f"p{day}").reason for day in range(len(amounts))}
    assert reasons == {"not_told"}


def test_a_line_told_twice_is_no_gap() -> None:
    lines = [
        {**row, "provider_transaction_id": f"T{n}"} for n, row in enumerate(chain(10_000, 20_000))
    ]

    result = run([missing(0)], [*lines, {**lines[0], "record_id": "again"}])

    assert decided(result, "p0").reason == "not_told"


def test_an_account_that_leaves_out_a_balance_shows_no_gap() -> None:
    lines = chain(10_000, 20_000, 30_000)
    lines[1]["balance_after_vnd"] = None

    result = run([missing(1)], lines)

    assert decided(result, "p1").reason == "not_told"


def test_the_same_id_and_amount_under_another_account_is_named() -> None:
    told = {"provider_transaction_id": "T1"}

    result = run(
        [record("p", **told)], [record("s", **told, account="B"), record("x", amount_vnd=1)]
    )

    assert decided(result, "p").outcome == "missing_in_statement"
    assert decided(result, "p").reason == decided(result, "s").reason == "wrong_account"


def test_another_amount_under_another_account_is_another_movement() -> None:
    told = {"provider_transaction_id": "T1"}

    result = run([record("p", **told)], [record("s", **told, account="B", amount_vnd=1)])

    assert decided(result, "p").reason == "not_told"


def test_two_lines_of_that_id_elsewhere_name_no_account() -> None:
    told = {"provider_transaction_id": "T1"}

    result = run([record("p", **told)], [record(f"s{a}", **told, account=a) for a in "BC"])

    assert decided(result, "p").reason == "not_told"


def test_a_line_of_that_id_in_another_currency_is_named() -> None:
    told = {"provider_transaction_id": "T1"}

    result = run(
        [record("p", **told)], [record("s", **told, currency="USD"), record("x", amount_vnd=1)]
    )

    assert decided(result, "s").outcome == "rejected"
    assert decided(result, "p").reason == "currency"


def test_ties_whose_code_is_lost_in_one_book_say_so() -> None:
    lost = run([record("p1", reference="tien rau"), record("p2")], [record("s")])
    plain = run([record("p1"), record("p2")], [record("s")])

    assert decided(lost, "s").reason == decided(lost, "p1").reason == "remark_lost"
    assert decided(plain, "s").reason == "tie"
