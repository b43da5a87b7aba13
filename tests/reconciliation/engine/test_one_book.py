"""A provider of which one book is due: what the other book tells of it all the same counts once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reconciliation.engine.naive import Naive
from tests.reconciliation.engine.test_naive import answers, rank_as
from tests.reconciliation.engine.world import Row, decided, outcomes, record, run
from tests.reconciliation.engine.worlds import worlds

ID = {"provider_transaction_id": "T1"}
BOOKS = [("statement",), ("payments",), ("payouts",)]
ONE_BOOK = st.sampled_from(BOOKS)


def told_by(book: tuple[str, ...], **more: Any) -> dict[str, Any]:
    """A profile of which that one book is due on leg B."""
    return {"books": book, **more}


@pytest.mark.parametrize("due", BOOKS)
def test_a_movement_both_books_tell_under_one_id_is_matched(due: tuple[str, ...]) -> None:
    result = run([record("p", **ID)], [record("s", **ID)], profile=told_by(due))

    assert decided(result, "p").rule == "provider_id@1"
    assert decided(result, "s").counterpart_id == "p"
    [day] = result.vendor_day.to_dict("records")
    assert (day["payments"], day["gross_vnd"], day["matched_vnd"]) == (1, 50_000, 50_000)
    assert (day["pending_vnd"], day["unexplained_vnd"]) == (0, 0)


@pytest.mark.parametrize("due", BOOKS)
def test_what_only_one_book_tells_is_missing_in_neither(due: tuple[str, ...]) -> None:
    result = run(
        [record("p", provider_transaction_id="T1")],
        [record("s", provider_transaction_id="T2", amount_vnd=70_000)],
        profile=told_by(due),
    )

    assert outcomes(result) == {"p": "not_applicable", "s": "not_applicable"}
    assert {decided(result, name).reason for name in "ps"} == {"one_book"}
    [day] = result.vendor_day.to_dict("records")
    assert (day["payments"], day["gross_vnd"], day["matched_vnd"]) == (2, 120_000, 120_000)


def test_an_id_of_another_amount_is_one_payment_with_a_difference() -> None:
    result = run(
        [record("p", **ID)], [record("s", **ID, amount_vnd=48_000)], profile=told_by(("statement",))
    )

    assert decided(result, "s").outcome == "matched_with_difference"
    [day] = result.vendor_day.to_dict("records")
    assert (day["gross_vnd"], day["matched_vnd"], day["unexplained_vnd"]) == (48_000, 48_000, 2_000)


def test_a_line_whose_payment_is_told_with_two_amounts_waits_for_it() -> None:
    result = run(
        [record("p1", **ID), record("p2", **ID, amount_vnd=60_000)],
        [record("s", **ID)],
        profile=told_by(("statement",)),
    )

    assert outcomes(result) == {"p1": "conflict", "p2": "conflict", "s": "ambiguous"}


def test_nothing_is_claimed_by_amount_and_time_alone() -> None:
    result = run([record("p")], [record("s")], profile=told_by(("statement",)))

    assert outcomes(result) == {"p": "not_applicable", "s": "not_applicable"}


def test_ids_are_joined_though_the_profile_declares_none() -> None:
    profile = told_by(("statement",), provider_id=None)

    assert decided(run([record("p", **ID)], [record("s", **ID)], profile=profile), "s").rule == (
        "provider_id@1"
    )


def test_an_id_kept_in_another_field_of_the_statement_joins_as_declared() -> None:
    profile = told_by(("payments",), provider_id=("provider_transaction_id", "bank_reference"))

    result = run([record("p", **ID)], [record("s", bank_reference="T1")], profile=profile)

    assert decided(result, "s").counterpart_id == "p"


def test_a_line_that_says_no_money_moved_contradicts_its_payment() -> None:
    result = run(
        [record("p", **ID)],
        [record("s", **ID, status="failed")],
        profile=told_by(("statement",)),
    )

    assert decided(result, "p").outcome == "matched_with_difference"
    assert decided(result, "p").reason == "status"


def test_a_line_without_an_account_finds_its_payment_by_the_id() -> None:
    result = run(
        [record("p", **ID)], [record("s", **ID, account=None)], profile=told_by(("payments",))
    )

    assert decided(result, "s").rule == "no_account_id@1"


@settings(max_examples=150)
@given(worlds(), ONE_BOOK)
def test_every_record_comes_to_what_plain_loops_find(
    world: tuple[list[Row], list[Row]], due: tuple[str, ...]
) -> None:
    said = answers(run(*world, profile=told_by(due)))

    naive = Naive(*world, rank_as(said), both_books=False).run()
    assert said == naive


@st.composite
def movements(draw: st.DrawFn) -> tuple[list[Row], list[Row], int]:
    """Payments under ids of their own, each told by either book or by both, and their sum."""
    payments, statement, total = [], [], 0
    for number in range(draw(st.integers(1, 8))):
        told = record(
            provider_transaction_id=f"T{number}",
            account=draw(st.sampled_from(["A", "A", "B"])),
            amount_vnd=draw(st.sampled_from([10_000, 10_000, 20_000])),
        )
        total += told["amount_vnd"]
        books = draw(st.sampled_from(["p", "s", "ps"]))
        payments += [{**told, "record_id": f"p{number}"}] if "p" in books else []
        statement += [{**told, "record_id": f"s{number}"}] if "s" in books else []
    return payments, statement, total


@settings(max_examples=80)
@given(movements(), ONE_BOOK)
def test_each_dong_counts_once_whoever_tells_it(
    world: tuple[list[Row], list[Row], int], due: tuple[str, ...]
) -> None:
    payments, statement, total = world

    days = run(payments, statement, profile=told_by(due)).vendor_day

    assert days["gross_vnd"].sum() == days["matched_vnd"].sum() == total
    assert not days[["pending_vnd", "unexplained_vnd"]].to_numpy().any()
