"""Pass 10 and the books a provider has: what is left, and why."""

from datetime import time, timedelta
from typing import Any

import pytest

from tests.reconciliation.engine.world import FRIDAY, at, decided, outcomes, record, run

SATURDAY = FRIDAY + timedelta(days=1)


def test_a_payment_the_statement_should_tell_is_missing() -> None:
    result = run([record("p", amount_vnd=1)], [record("s")])

    assert decided(result, "p").outcome == "missing_in_statement"
    assert decided(result, "p").reason == "not_told"


def test_a_payment_of_a_day_without_any_line_lies_in_a_gap() -> None:
    result = run(
        [record("p", amount_vnd=1)],
        [record("s", business_date=SATURDAY, occurred_at=at(1500))],
    )

    assert decided(result, "p").reason == "feed_gap"


def test_a_provider_without_any_statement_misses_its_payments() -> None:
    result = run([record("p")], [])

    assert decided(result, "p").outcome == "missing_in_statement"
    assert decided(result, "p").reason == "feed_gap"


def test_a_payment_behind_the_last_statement_day_waits() -> None:
    result = run([record("p", business_date=SATURDAY)], [record("s", amount_vnd=1)])

    assert decided(result, "p").outcome == "pending_cut_off"


def test_a_payment_after_the_cut_off_of_the_last_day_waits() -> None:
    at_23 = at(14 * 60)

    result = run(
        [record("p", occurred_at=at_23), record("early", occurred_at=at(13 * 60), amount_vnd=7)],
        [record("s", amount_vnd=1)],
        profile={"cut_off_local": time(23, 0)},
    )

    assert decided(result, "p").outcome == "pending_cut_off"
    assert decided(result, "early").outcome == "missing_in_statement"


def test_the_reach_of_a_bank_statement_is_that_of_its_account() -> None:
    told = {"business_date": SATURDAY, "occurred_at": None}

    result = run(
        [record("p", business_date=SATURDAY)],
        [record("s", amount_vnd=1), record("s2", account="B", **told)],
        profile={"statement_per": "account"},
    )

    assert decided(result, "p").outcome == "pending_cut_off"


@pytest.mark.parametrize(
    "told", [{"occurred_at": at(14 * 60)}, {"occurred_at": None, "business_date": SATURDAY}]
)
def test_a_payment_of_an_earlier_day_or_of_no_hour_is_not_after_the_cut_off(
    told: dict[str, Any],
) -> None:
    lines = [record("s1", amount_vnd=1), record("s2", amount_vnd=2, business_date=SATURDAY)]

    result = run([record("p", **told)], lines, profile={"cut_off_local": time(23, 0)})

    assert decided(result, "p").outcome == "missing_in_statement"


def test_a_line_nobody_announced_is_missing_in_payments() -> None:
    result = run([record("p", amount_vnd=1)], [record("s")])

    assert decided(result, "s").outcome == "missing_in_payments"
    assert decided(result, "s").reason == "not_told"


@pytest.mark.parametrize("kind", ["fee", "tax", "payout", "adjustment", "transfer", "topup"])
def test_what_only_a_statement_tells_is_no_break(kind: str) -> None:
    result = run([], [record("s", transaction_type=kind)])

    assert decided(result, "s").outcome == "not_applicable"
    assert decided(result, "s").reason == "not_a_payment"


def test_a_type_the_payments_book_does_not_tell_is_no_break() -> None:
    result = run(
        [],
        [record("s", transaction_type="refund", direction="debit")],
        profile={"payment_types": ("payment",)},
    )

    assert decided(result, "s").outcome == "not_applicable"


def test_a_provider_with_one_book_is_neither_matched_nor_missing() -> None:
    result = run([record("p")], [record("s")], profile={"books": ("statement",)})

    assert decided(result, "s").outcome == "not_applicable"
    assert decided(result, "s").reason == "one_book"


def test_repeats_are_told_even_where_there_is_one_book() -> None:
    twice = {"provider_transaction_id": "T1"}

    result = run(
        [], [record("s1", **twice), record("s2", **twice)], profile={"books": ("statement",)}
    )

    assert sorted(outcomes(result).values()) == ["duplicate", "not_applicable"]


def test_a_record_without_an_account_is_matched_by_its_id_alone() -> None:
    result = run(
        [record("p", provider_transaction_id="T1")],
        [record("s", provider_transaction_id="T1", account=None)],
    )

    assert decided(result, "p").rule == "no_account_id@1"
    assert decided(result, "s").counterpart_id == "p"


def test_an_id_of_two_accounts_finds_no_account_for_a_bare_line() -> None:
    result = run(
        [
            record("p1", provider_transaction_id="T1"),
            record("p2", provider_transaction_id="T1", account="B"),
        ],
        [record("s", provider_transaction_id="T1", account=None)],
    )

    assert decided(result, "s").outcome == "unattributed"
    assert decided(result, "p1").outcome == "missing_in_statement"


def test_a_record_without_account_and_id_is_unattributed() -> None:
    result = run([record("p", account="")], [record("s", account=None)])

    assert outcomes(result) == {"p": "unattributed", "s": "unattributed"}
    assert decided(result, "p").reason == "no_account"


def test_a_bare_line_does_not_take_the_payment_of_another_provider() -> None:
    result = run(
        [record("p", provider_transaction_id="T1", provider="other")],
        [record("s", provider_transaction_id="T1", account=None)],
    )

    assert decided(result, "s").outcome == "unattributed"


def test_a_line_that_comes_too_late_is_matched_and_says_so() -> None:
    result = run(
        [record("p", provider_transaction_id="T1")],
        [record("s", provider_transaction_id="T1", business_date=FRIDAY + timedelta(days=4))],
        profile={"late_after_days": 3},
    )

    assert decided(result, "s").outcome == "matched"
    assert decided(result, "s").reason == "late"
    assert decided(result, "p").reason == "late"
