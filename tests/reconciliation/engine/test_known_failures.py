"""What other systems got wrong when they were measured, and this one must not.

Each test is named for the failure; sources: section 0 of the specification (Blnk on PostgreSQL,
Lerian Matcher, first-fit and greedy matching).
"""

import random

import numpy as np
import pytest

from reconciliation.errors import EngineInputRefused
from tests.reconciliation.engine.world import at, decided, outcomes, payout, record, run

LINES = 1_000


def test_one_to_one_writes_no_more_matches_than_there_are_lines() -> None:
    """Blnk wrote 8,209 match rows for 1,000 lines: a cross product of tied records."""
    payments = [record(f"p{n}", occurred_at=at(n % 7)) for n in range(LINES)]
    lines = [record(f"s{n}", occurred_at=at(n % 7)) for n in range(LINES)]

    rows = run(payments, lines).outcomes

    told = rows[rows["leg"].eq("B")]
    assert len(told) == 2 * LINES
    assert not told["counterpart_id"].dropna().duplicated().any()
    assert set(told["outcome"]) == {"matched_in_class"}


def test_no_line_is_dropped_and_none_doubled_while_the_totals_agree() -> None:
    """Blnk's paging by OFFSET over ties lost one line and told another twice; a count is no control."""
    draw = random.Random(5)
    payments = [
        record(f"p{n}", occurred_at=at(0), amount_vnd=draw.choice([10_000, 20_000]))
        for n in range(LINES)
    ]
    lines = [{**row, "record_id": f"s{row['record_id']}"} for row in payments[:-3]]

    rows = run(payments, lines).outcomes

    told = rows[rows["leg"].eq("B")]
    assert set(told["record_id"]) == {row["record_id"] for row in (*payments, *lines)}
    assert not told["record_id"].duplicated().any()


def test_a_second_run_is_told_nothing_by_the_first() -> None:
    """Blnk's second upload was reconciled with rows of the first."""
    first = [record("p1")], [record("s1")]
    second = [record("p2", amount_vnd=7)], [record("s2", amount_vnd=7)]

    run(*first)

    assert set(outcomes(run(*second))) == {"p2", "s2"}


@pytest.mark.parametrize("amount", [99_999_999_999, 2**53 + 1, 2**60])
def test_large_amounts_neither_overflow_nor_round(amount: int) -> None:
    """Blnk's NUMERIC(12,2) failed a run beyond ten digits."""
    told = {"provider_transaction_id": "T1"}

    result = run(
        [record("p", **told, amount_vnd=amount)], [record("s", **told, amount_vnd=amount - 1)]
    )

    assert decided(result, "p").difference_vnd == -1


def test_one_bad_row_refuses_the_whole_book_and_stores_no_half() -> None:
    """Blnk stored half an upload before it failed."""
    rows = [record("p1"), record("p2", amount_vnd=-1)]

    with pytest.raises(EngineInputRefused, match="row 2"):
        run(rows, [])


def test_more_than_five_thousand_records_a_side_are_no_limit() -> None:
    """Matcher stops at 5,000 rows a side."""
    payments = [record(f"p{n}", provider_transaction_id=f"T{n}") for n in range(6_000)]
    lines = [{**row, "record_id": f"s{row['record_id']}"} for row in payments]

    assert set(outcomes(run(payments, lines)).values()) == {"matched"}


def test_first_fit_on_amount_and_day_is_never_taken() -> None:
    """With ids hidden, first-fit pairs 59 % of tied rows wrongly; ties here claim no pair at all."""
    draw = np.random.default_rng(3)
    minutes = draw.permutation(400)
    payments = [record(f"p{n}", occurred_at=None, amount_vnd=10_000) for n in range(400)]
    lines = [
        record(f"s{n}", occurred_at=at(float(minutes[n])), amount_vnd=10_000) for n in range(399)
    ]

    rows = run(payments, lines).outcomes

    told = rows[rows["leg"].eq("B")]
    assert told["counterpart_id"].isna().all()
    assert set(told["outcome"]) == {"ambiguous"}
    assert set(told["alternatives"]) == {399, 400}


def test_a_payout_with_many_exact_subsets_is_not_explained_by_the_first_of_them() -> None:
    """A payout of 20 payments has hundreds of exact subsets; greedy fill is right in 18 %."""
    draw = random.Random(11)
    lines = [
        record(f"s{n}", amount_vnd=draw.randrange(5, 60) * 1_000, occurred_at=None)
        for n in range(20)
    ]
    chosen = sum(row["amount_vnd"] for row in lines[:9])
    profile = {"payouts": "cut_off_run", "cycle_days": 1, "pays_on_weekends": True}

    result = run(
        [],
        lines,
        [
            payout("o1", amount_vnd=chosen),
            payout("o2", amount_vnd=sum(row["amount_vnd"] for row in lines) - chosen),
        ],
        profile=profile,
    )

    assert decided(result, "o1", "C").outcome == "ambiguous_payout"
    assert decided(result, "o1", "C").alternatives == 2


def test_an_amount_that_is_not_told_is_never_zero() -> None:
    with pytest.raises(EngineInputRefused, match="never assumed"):
        run([record("p"), record("q", amount_vnd=None)], [])
