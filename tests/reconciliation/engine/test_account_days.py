"""What each account's day comes to."""

from typing import Any

from hypothesis import given, settings

from tests.reconciliation.engine.world import Row, record, refund, run
from tests.reconciliation.engine.worlds import worlds

ID = {"provider_transaction_id": "T1"}


def day(payments: list[Row], statement: list[Row], **options: Any) -> dict[str, Any]:
    """The only account-day of a run."""
    rows = run(payments, statement, **options).vendor_day
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def test_the_statement_is_the_book_that_counts() -> None:
    found = day(
        [record("p", **ID)], [record("s", **ID, amount_vnd=48_000, fee_vnd=500, tax_vnd=50)]
    )

    assert (found["payments"], found["gross_vnd"], found["fees_vnd"]) == (1, 48_000, 550)
    assert (found["matched_vnd"], found["unexplained_vnd"]) == (48_000, 2_000)
    assert found["net_vnd"] == 48_000 - 550


def test_a_line_above_its_payment_is_explained_up_to_the_payment() -> None:
    found = day([record("p", **ID)], [record("s", **ID, amount_vnd=53_000)])

    assert (found["matched_vnd"], found["unexplained_vnd"]) == (50_000, 3_000)


def test_a_line_whose_announcement_failed_is_unexplained() -> None:
    found = day([record("p", **ID, status="failed")], [record("s", **ID)])

    assert (found["gross_vnd"], found["matched_vnd"], found["unexplained_vnd"]) == (
        50_000,
        0,
        50_000,
    )


def test_a_payment_whose_line_failed_is_unexplained_and_adds_to_nothing_else() -> None:
    found = day([record("p", **ID)], [record("s", **ID, status="failed")])

    assert (found["gross_vnd"], found["matched_vnd"], found["unexplained_vnd"]) == (0, 0, 50_000)


def test_what_undoes_a_payment_whose_line_was_reversed_takes_nothing_more() -> None:
    undone = {"transaction_type": "reversal", "original_transaction_id": "T1"}

    found = day(
        [record("p", **ID), refund("r", provider_transaction_id="T2", **undone)],
        [record("s", **ID, status="reversed")],
    )

    assert (found["gross_vnd"], found["refunds_vnd"], found["net_vnd"]) == (0, 0, 0)


def test_refunds_are_taken_off_and_their_reversal_given_back() -> None:
    found = day(
        [],
        [
            record("s"),
            refund("r", amount_vnd=9_000),
            record("u", transaction_type="refund_reversal", amount_vnd=4_000),
        ],
    )

    assert (found["refunds_vnd"], found["net_vnd"]) == (5_000, 45_000)


def test_an_entry_that_is_a_fee_is_a_cost() -> None:
    fee = {"transaction_type": "fee", "direction": "debit", "amount_vnd": 1_100}

    found = day([], [record("s"), record("f", **fee)])

    assert (found["fees_vnd"], found["gross_vnd"]) == (1_100, 50_000)


def test_pending_money_is_announced_and_added_to_nothing() -> None:
    from datetime import timedelta

    from tests.reconciliation.engine.world import FRIDAY

    result = run(
        [record("p", business_date=FRIDAY + timedelta(days=1))], [record("s", amount_vnd=1)]
    )

    saturday = result.vendor_day.iloc[1]
    assert (saturday["pending_vnd"], saturday["gross_vnd"]) == (50_000, 0)


def test_a_duplicate_counts_once() -> None:
    found = day([record("p", **ID)], [record("s1", **ID), record("s2", **ID)])

    assert (found["payments"], found["gross_vnd"], found["matched_vnd"]) == (1, 50_000, 50_000)


def test_ambiguous_money_is_unexplained_once_though_both_books_tell_it() -> None:
    found = day([record("p1"), record("p2"), record("p3")], [record("s1"), record("s2")])

    assert found["unexplained_vnd"] == 150_000
    assert found["gross_vnd"] == 100_000


def test_of_a_provider_with_one_book_that_book_counts() -> None:
    found = day([record("p")], [], profile={"books": ("payments",)})

    assert (found["gross_vnd"], found["matched_vnd"], found["unexplained_vnd"]) == (
        50_000,
        50_000,
        0,
    )


@settings(max_examples=40)
@given(worlds())
def test_every_dong_of_gross_is_matched_or_open(world: tuple[list[Row], list[Row]]) -> None:
    result = run(*world)

    rows = result.vendor_day
    assert (rows["matched_vnd"] <= rows["gross_vnd"]).all()
    assert (rows["gross_vnd"] <= rows["matched_vnd"] + rows["unexplained_vnd"]).all()
    assert (rows["net_vnd"] == rows["gross_vnd"] - rows["refunds_vnd"] - rows["fees_vnd"]).all()
