"""Passes 0, 1 and 4: repeats, conflicts, and identifiers that are declared unique."""

import pytest

from tests.reconciliation.engine.world import at, decided, outcomes, record, refund, run


def test_one_id_and_one_amount_in_both_books_is_a_match() -> None:
    result = run(
        [record("p", provider_transaction_id="T1")],
        [record("s", provider_transaction_id="T1", occurred_at=at(300))],
    )

    payment, line = decided(result, "p"), decided(result, "s")
    assert (payment.outcome, payment.rule) == ("matched", "provider_id@1")
    assert (payment.counterpart_id, line.counterpart_id) == ("s", "p")
    assert payment.alternatives == 0


def test_an_id_with_another_amount_is_a_difference_and_not_two_missing_records() -> None:
    result = run(
        [record("p", provider_transaction_id="T1", amount_vnd=50_000)],
        [record("s", provider_transaction_id="T1", amount_vnd=48_000)],
    )

    for record_id in ("p", "s"):
        found = decided(result, record_id)
        assert (found.outcome, found.reason) == ("matched_with_difference", "amount")
        assert found.difference_vnd == -2_000


def test_a_missing_id_is_equal_to_no_other_missing_id() -> None:
    result = run(
        [record("p", provider_transaction_id=None, amount_vnd=1_000)],
        [record("s", provider_transaction_id=None, amount_vnd=2_000)],
    )

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


def test_an_empty_id_is_a_missing_id() -> None:
    result = run(
        [record("p", provider_transaction_id="", amount_vnd=1_000)],
        [record("s", provider_transaction_id="", amount_vnd=2_000)],
    )

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


@pytest.mark.parametrize("field", ["provider", "account"])
def test_an_id_says_nothing_in_another_account_or_at_another_provider(field: str) -> None:
    result = run(
        [record("p", provider_transaction_id="T1")],
        [record("s", **{"provider_transaction_id": "T1", field: "other"})],
    )

    assert outcomes(result) == {"p": "missing_in_statement", "s": "missing_in_payments"}


def test_the_same_id_with_the_same_money_told_again_is_a_duplicate() -> None:
    result = run(
        [record("p1", provider_transaction_id="T1"), record("p2", provider_transaction_id="T1")],
        [record("s", provider_transaction_id="T1")],
    )

    found = outcomes(result)
    assert sorted([found["p1"], found["p2"]]) == ["duplicate", "matched"]
    stays, again = ("p1", "p2") if found["p1"] == "matched" else ("p2", "p1")
    assert decided(result, "s").counterpart_id == stays
    assert decided(result, again).counterpart_id == stays
    assert decided(result, again).reason == "repeated"


def test_the_telling_with_a_reference_stays_when_a_payment_is_told_twice() -> None:
    told = {"provider_transaction_id": "T1"}

    result = run(
        [record("bare", **told), record("named", **told, reference="DH0001")],
        [record("s", reference="DH0001", occurred_at=at(900))],
    )

    assert outcomes(result) == {"bare": "duplicate", "named": "matched", "s": "matched"}


def test_the_same_id_with_other_money_is_a_conflict_and_the_line_waits() -> None:
    result = run(
        [
            record("p1", provider_transaction_id="T1", amount_vnd=50_000),
            record("p2", provider_transaction_id="T1", amount_vnd=60_000),
        ],
        [record("s", provider_transaction_id="T1", amount_vnd=50_000)],
    )

    assert outcomes(result) == {"p1": "conflict", "p2": "conflict", "s": "ambiguous"}
    assert decided(result, "s").reason == "other_money"
    assert decided(result, "s").alternatives == 2


def test_one_id_in_both_directions_under_one_type_is_a_conflict() -> None:
    result = run(
        [
            record("in", provider_transaction_id="T1"),
            record("out", provider_transaction_id="T1", direction="debit"),
        ],
        [],
    )

    assert outcomes(result) == {"in": "conflict", "out": "conflict"}


def test_a_transfer_and_its_fee_under_one_id_are_two_movements() -> None:
    transfer = {"provider_transaction_id": "FT1", "direction": "debit"}
    fee = {**transfer, "transaction_type": "fee", "amount_vnd": 1_100}

    result = run(
        [record("p", **transfer, transaction_type="transfer")],
        [record("s", **transfer, transaction_type="transfer"), record("fee", **fee)],
    )

    assert outcomes(result) == {"p": "matched", "s": "matched", "fee": "not_applicable"}
    assert decided(result, "fee").reason == "not_a_payment"


def test_a_refund_matches_the_refund_of_its_id_and_never_the_payment_of_that_id() -> None:
    result = run(
        [record("p", provider_transaction_id="T1"), refund("pr", provider_transaction_id="T1")],
        [record("s", provider_transaction_id="T1"), refund("sr", provider_transaction_id="T1")],
    )

    assert decided(result, "p").counterpart_id == "s"
    assert decided(result, "pr").counterpart_id == "sr"


def test_an_id_that_names_two_lines_claims_neither() -> None:
    result = run(
        [record("p", provider_transaction_id="T1")],
        [
            record("s1", provider_transaction_id="T1", transaction_type="payment"),
            record("s2", provider_transaction_id="T1", transaction_type="other"),
        ],
    )

    assert set(outcomes(result).values()) == {"ambiguous"}
    assert decided(result, "p").reason == "id_not_unique"
    assert decided(result, "p").alternatives == 2


def test_a_violated_id_leaves_the_pass_and_a_reference_may_still_tell_the_lines_apart() -> None:
    result = run(
        [record("p", provider_transaction_id="T1", reference="DH0007")],
        [
            record("s1", provider_transaction_id="T1", reference="DH0007"),
            record("s2", provider_transaction_id="T1", transaction_type="other"),
        ],
    )

    assert decided(result, "p").counterpart_id == "s1"
    assert decided(result, "p").rule == "reference@1"


def test_identical_lines_without_an_id_are_two_real_lines() -> None:
    result = run([], [record("s1"), record("s2")])

    assert outcomes(result) == {"s1": "missing_in_payments", "s2": "missing_in_payments"}


def test_only_money_that_moved_takes_part() -> None:
    result = run(
        [record("p", provider_transaction_id="T1", status="failed")],
        [record("s", provider_transaction_id="T2")],
    )

    assert decided(result, "p").outcome == "not_applicable"
    assert decided(result, "p").reason == "status"


def test_a_late_pending_of_a_succeeded_payment_changes_nothing() -> None:
    result = run(
        [
            record("done", provider_transaction_id="T1"),
            record("late", provider_transaction_id="T1", status="pending"),
        ],
        [record("s", provider_transaction_id="T1")],
    )

    assert outcomes(result) == {"done": "matched", "s": "matched", "late": "not_applicable"}


def test_a_line_of_a_payment_told_as_failed_is_a_difference_of_status() -> None:
    result = run(
        [record("p", provider_transaction_id="T1", status="failed")],
        [record("s", provider_transaction_id="T1")],
    )

    for record_id in ("p", "s"):
        found = decided(result, record_id)
        assert (found.outcome, found.reason) == ("matched_with_difference", "status")
        assert found.difference_vnd == 50_000


def test_a_line_told_as_pending_of_a_payment_that_succeeded_is_a_difference_of_status() -> None:
    result = run(
        [record("p", provider_transaction_id="T1")],
        [record("s", provider_transaction_id="T1", status="pending")],
    )

    assert decided(result, "s").reason == "status"
    assert decided(result, "p").difference_vnd == -50_000


def test_a_reversed_payment_whose_line_stands_says_reversed() -> None:
    result = run(
        [record("p", provider_transaction_id="T1", status="reversed")],
        [record("s", provider_transaction_id="T1")],
    )

    assert decided(result, "p").reason == "reversed"


def test_another_currency_is_rejected_and_never_compared() -> None:
    result = run(
        [record("p", provider_transaction_id="T1", currency="USD")],
        [record("s", provider_transaction_id="T1", currency="VND")],
    )

    assert decided(result, "p").outcome == "rejected"
    assert decided(result, "p").reason == "currency"
    assert decided(result, "s").outcome == "missing_in_payments"


def test_no_currency_is_dong_however_it_is_left_out() -> None:
    result = run([record("p", currency=None)], [record("s", currency="  ")])

    assert decided(result, "p").outcome == "matched"


def test_another_currency_is_counted_and_adds_no_dong() -> None:
    result = run(
        [record("p", amount_vnd=10_000, currency="usd")],
        [record("s", amount_vnd=70_000, currency=" VND ")],
    )

    assert result.counts["payments.B"] == {"rejected": 1}
    assert result.sums["payments.B"] == {"rejected": 0}
    assert result.sums["statement.B"] == {"missing_in_payments": 70_000}


def test_the_banks_reference_joins_what_has_no_common_id() -> None:
    result = run(
        [record("p", provider_transaction_id="92704", bank_reference="FT26324")],
        [record("s", provider_transaction_id="5243.1", bank_reference="FT26324", amount_vnd=1)],
    )

    found = decided(result, "p")
    assert (found.outcome, found.rule) == ("matched_with_difference", "bank_reference@1")
    assert found.difference_vnd == 1 - 50_000


def test_a_bank_reference_is_found_in_the_id_of_the_other_book() -> None:
    result = run(
        [record("p", provider_transaction_id="ch_1")],
        [record("s", provider_transaction_id="txn_1", bank_reference="ch_1")],
    )

    assert decided(result, "p").rule == "bank_reference@1"


def test_a_bank_reference_that_stands_twice_claims_nothing() -> None:
    result = run(
        [record("p", bank_reference="F1", amount_vnd=10_000)],
        [record("s1", bank_reference="F1"), record("s2", bank_reference="F1")],
    )

    assert outcomes(result) == {"p": "ambiguous", "s1": "ambiguous", "s2": "ambiguous"}
    assert decided(result, "p").alternatives == 2


def test_ids_of_any_length_are_compared_to_the_last_byte() -> None:
    long = "X" * 5_000

    result = run(
        [record("p1", provider_transaction_id=long + "1", amount_vnd=1)],
        [
            record("s1", provider_transaction_id=long + "1", amount_vnd=1),
            record("s2", provider_transaction_id=long + "2", amount_vnd=1),
        ],
    )

    assert decided(result, "p1").counterpart_id == "s1"
    assert decided(result, "s2").outcome == "missing_in_payments"
