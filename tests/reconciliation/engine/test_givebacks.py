"""Pass 7: refunds, reversals and disputes, by the payment they name."""

import pytest

from tests.reconciliation.engine.world import at, decided, outcomes, record, refund, run

SALE = {"provider_transaction_id": "T1"}
BACK = {"original_transaction_id": "T1", "amount_vnd": 20_000}


def test_two_refunds_of_one_payment_with_ids_of_their_own_are_one_movement() -> None:
    result = run(
        [record("p", **SALE), refund("r", **BACK, provider_transaction_id="R1")],
        [record("s", **SALE), refund("t", **BACK, provider_transaction_id="X9", occurred_at=None)],
    )

    assert decided(result, "r").counterpart_id == "t"
    assert decided(result, "r").rule == "original@1"


def test_the_one_refund_of_a_payment_with_another_amount_is_a_difference() -> None:
    result = run([refund("r", **BACK)], [refund("t", **{**BACK, "amount_vnd": 15_000})])

    assert decided(result, "r").outcome == "matched_with_difference"
    assert decided(result, "t").difference_vnd == -5_000


def test_partial_refunds_of_one_payment_are_told_apart_by_their_amounts() -> None:
    result = run(
        [refund("r1", **BACK), refund("r2", **{**BACK, "amount_vnd": 5_000})],
        [refund("t2", **{**BACK, "amount_vnd": 5_000}), refund("t1", **BACK)],
    )

    assert decided(result, "r1").counterpart_id == "t1"
    assert decided(result, "r2").counterpart_id == "t2"


def test_refunds_of_two_payments_are_never_one_however_near_in_time() -> None:
    other = {"original_transaction_id": "T2", "amount_vnd": 20_000}

    result = run(
        [refund("r", **BACK), refund("known", original_transaction_id="T7")],
        [refund("t", **other), refund("line", original_transaction_id="T7")],
    )

    assert decided(result, "known").outcome == "matched"
    assert outcomes(result) == {
        "known": "matched",
        "line": "matched",
        "r": "missing_in_statement",
        "t": "missing_in_payments",
    }


def test_a_refund_of_a_payment_in_neither_book_is_an_orphan() -> None:
    result = run([record("p", **SALE)], [record("s", **SALE), refund("t", amount_vnd=9_000)])
    named = run(
        [record("p", **SALE)],
        [record("s", **SALE), refund("t", original_transaction_id="T9")],
    )

    assert decided(result, "t").reason == "not_told"
    assert decided(named, "t").reason == "refund_orphan"


def test_an_original_known_from_outside_the_books_is_no_orphan() -> None:
    told = {"original_transaction_id": "T9", "original_is_told": True}

    result = run([record("p", **SALE)], [record("s", **SALE), refund("t", **told)])

    assert decided(result, "t").reason == "not_told"


def test_the_original_may_stand_in_the_other_book_alone() -> None:
    result = run([record("p", **SALE)], [refund("t", **BACK), record("s", amount_vnd=7)])

    assert decided(result, "t").reason == "not_told"


def test_no_more_is_given_back_than_was_paid() -> None:
    both = [refund(f"r{n}", **{**BACK, "amount_vnd": 30_000}, reference=f"R{n}00") for n in (1, 2)]
    lines = [{**row, "record_id": f"t{row['record_id']}"} for row in both]

    result = run([record("p", **SALE), *both], [record("s", **SALE), *lines])

    assert decided(result, "p").outcome == "matched"
    for name in ("r1", "tr1", "r2", "tr2"):
        assert decided(result, name).outcome == "matched_with_difference"
        assert decided(result, name).reason == "over_refunded"
        assert decided(result, name).difference_vnd == 0


def test_what_is_taken_back_of_a_refund_may_be_given_again() -> None:
    undone = {"transaction_type": "refund_reversal", "direction": "credit"}
    rows = [
        refund("r1", **{**BACK, "amount_vnd": 50_000}, provider_transaction_id="R1"),
        refund("r2", **{**BACK, "amount_vnd": 50_000}, provider_transaction_id="R2"),
        record("r3", **{**BACK, "amount_vnd": 50_000}, **undone, provider_transaction_id="R3"),
    ]

    result = run(
        [record("p", **SALE), *rows],
        [record("s", **SALE), *({**row, "record_id": f"t{row['record_id']}"} for row in rows)],
    )

    assert {decided(result, name).outcome for name in ("r1", "r2", "r3")} == {"matched"}


@pytest.mark.parametrize("told", [{"occurred_at": at(30)}, {"occurred_at": None}])
def test_a_payment_told_as_reversed_agrees_with_its_line_and_the_line_that_undoes_it(
    told: dict[str, object],
) -> None:
    undoes = {"transaction_type": "reversal", "direction": "debit"}

    result = run(
        [record("p", **SALE, status="reversed")],
        [record("s", **SALE), record("u", original_transaction_id="T1", **undoes, **told)],
    )

    assert decided(result, "p").outcome == "matched"
    assert decided(result, "s").reason == "reversed"
    assert decided(result, "s").difference_vnd == 0
    assert decided(result, "u").outcome == "not_applicable"


def test_a_line_and_its_reversal_that_nobody_announced_are_both_said_to_be_reversed() -> None:
    undoes = {"transaction_type": "reversal", "direction": "debit"}

    result = run(
        [record("other", amount_vnd=3)],
        [record("s", **SALE), record("u", original_transaction_id="T1", **undoes)],
    )

    assert decided(result, "s").outcome == decided(result, "u").outcome == "missing_in_payments"
    assert decided(result, "s").reason == decided(result, "u").reason == "reversed"


def test_a_dispute_without_a_decision_stays_open() -> None:
    result = run(
        [refund("d", transaction_type="chargeback", status="pending", **BACK)],
        [record("s", **SALE)],
    )

    assert decided(result, "d").outcome == "pending_cut_off"
    assert decided(result, "d").reason == "dispute_open"


def test_a_success_told_after_the_reversal_is_an_old_word() -> None:
    result = run([record("p", **SALE), record("q", **SALE, status="reversed")], [])

    assert decided(result, "p").outcome == "duplicate"
    assert decided(result, "p").counterpart_id == "q"
    assert decided(result, "q").outcome == "not_applicable"


def test_a_reversed_payment_told_twice_is_compared_with_its_line_as_reversed() -> None:
    result = run(
        [record("p", **SALE), record("q", **SALE, status="reversed")], [record("s", **SALE)]
    )

    assert decided(result, "s").counterpart_id == "q"
    assert decided(result, "s").reason == "reversed"
