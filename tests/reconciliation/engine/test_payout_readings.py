"""What a payout in doubt may pay is listed: two readings, or one that another payout's overlaps."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.results import Reconciled
from reconciliation.profiles import FeeSchedule
from tests.reconciliation.engine.test_payout_doubts import BANK_DAYS, DAILY, line, paid
from tests.reconciliation.engine.world import (
    Row,
    decided,
    outcomes,
    run,
)

PER_RUN = {**DAILY, "fee": FeeSchedule(bps=100, per="run")}


def readings(result: Reconciled) -> dict[str, list[tuple[int, str]]]:
    """By payout in doubt: what each of its readings comes to, and its lines."""
    return {
        row["record_id"]: [
            (each["comes_to_vnd"], " ".join(each["lines"])) for each in row["readings"]
        ]
        for row in result.payout_table.to_pylist()
        if row["readings"] is not None
    }


TIED_HOLDBACK = [line(f"a{n}", 0, sum_) for n, sum_ in enumerate((50_000, 50_000, 30_000, 20_000))]


@pytest.mark.parametrize(
    ("lines", "payouts", "profile", "told"),
    [
        pytest.param(
            [line("a", 0, 30_000), line("b", 1, 30_000)],
            [paid("o", 3, 30_000)],
            DAILY,
            {"o": [(30_000, "b"), (30_000, "a")]},
            id="two days of one sum",
        ),
        pytest.param(
            [line("a", 0, 15_000), line("b", 2, 15_000), line("c", 3, 20_000)],
            [paid("o1", 3, 15_000), paid("o2", 4, 35_000)],
            DAILY,
            {"o1": [(15_000, "b"), (15_000, "a")], "o2": [(35_000, "a c"), (20_000, "c")]},
            id="a day another payout may have paid alone",
        ),
        pytest.param(
            [line("a", 0, 30_000), line("b", 2, 30_000)],
            [paid("o1", 3, 30_000), paid("o2", 7, 30_000)],
            DAILY,
            {"o1": [(30_000, "b"), (30_000, "a")], "o2": [(30_000, "a"), (30_000, "b")]},
            id="payouts that may have changed places",
        ),
        pytest.param(
            [
                line("a", 0, 20_000),
                line("b", 0, 74_000),
                line("c", 1, 20_000),
                line("d", 4, 51_000),
            ],
            [paid("o1", 3, 94_000), paid("o2", 5, 71_000)],
            BANK_DAYS,
            {"o1": [(94_000, "a b"), (94_000, "b c")], "o2": [(71_000, "c d"), (71_000, "a d")]},
            id="a day carried along, or a line held back",
        ),
        pytest.param(
            [line("a", 0, 35_000), line("b", 3, 35_000), line("c", 3, 45_000), line("d", 4, 9_000)],
            [paid("o1", 4, 35_000), paid("o2", 5, 54_000)],
            DAILY,
            {"o1": [(35_000, "a"), (35_000, "b")], "o2": [(54_000, "c d"), (9_000, "d")]},
            id="a late payout, or the day due with it less a line",
        ),
        pytest.param(
            [line("a", 0, 11_000), line("b", 1, 12_000)],
            [paid("o", 9, 5_000)],
            DAILY,
            {"o": [(12_000, "b"), (11_000, "a")]},
            id="two days to compare it with",
        ),
        pytest.param(
            [line("a", 0, 10_000), line("b", 0, 10_000), line("c", 0, 30_000)],
            [paid("o1", 1, 10_000), paid("o2", 1, 40_000)],
            DAILY,
            {"o1": [(10_000, "b"), (10_000, "a")], "o2": [(40_000, "a c"), (40_000, "b c")]},
            id="two divisions of a day",
        ),
        pytest.param(
            [*TIED_HOLDBACK, line("b", 1, 70_000)],
            [paid("o1", 1, 100_000), paid("o2", 2, 120_000)],
            DAILY,
            {
                "o1": [(100_000, "a1 a2 a3"), (100_000, "a0 a2 a3")],
                "o2": [(120_000, "a0 b"), (120_000, "a1 b")],
            },
            id="two lines that may have been held back",
        ),
    ],
)
def test_both_readings_of_a_payout_are_listed(
    lines: list[Row], payouts: list[Row], profile: dict[str, Any], told: dict[str, Any]
) -> None:
    assert readings(run([], lines, payouts, profile=profile)) == told
    assert readings(run([], lines[::-1], payouts[::-1], profile=profile)) == told


def test_a_reading_comes_to_its_lines_less_the_fee_of_the_whole() -> None:
    lines = [line("a", 0, 30_050), line("b", 1, 30_050)]

    result = run([], lines, [paid("o", 3, 29_749)], profile=PER_RUN)

    assert readings(result) == {"o": [(29_749, "b"), (29_749, "a")]}


def test_no_line_of_a_payout_short_by_some_of_them_is_said_to_be_paid_with_it() -> None:
    payouts = [paid("o1", 1, 100_000), paid("o2", 2, 120_000)]

    result = run([], [*TIED_HOLDBACK, line("b", 1, 70_000)], payouts, profile=DAILY)

    assert {outcomes(result, "C")[f"a{n}"] for n in range(4)} == {"ambiguous"}
    assert [decided(result, f"a{n}", "C").alternatives for n in range(4)] == [2, 2, 2, 2]
    assert decided(result, "b", "C").counterpart_id == "o2"


def test_a_day_that_may_be_paid_is_not_missing() -> None:
    lines = [line("a", 0, 50_000), line("b", 0, 80_000), line("c", 1, 50_000)]

    result = run([], lines, [paid("o", 3, 130_000)], profile=BANK_DAYS)

    assert readings(result) == {"o": [(130_000, "a b"), (130_000, "b c")]}
    assert decided(result, "c", "C").outcome == "ambiguous"


def test_a_run_with_a_day_that_another_payout_may_pay_is_not_taken() -> None:
    lines = [line("a", 0, 50_000), line("b", 1, 100_000), line("c", 4, 100_000)]

    result = run([], lines, [paid("o1", 4, 150_000), paid("o2", 8, 100_000)], profile=DAILY)

    assert readings(result) == {
        "o1": [(150_000, "a b")],
        "o2": [(100_000, "c"), (100_000, "b")],
    }


def test_a_line_in_doubt_only_with_payouts_in_doubt_before_is_read_into_the_last_of_them() -> None:
    lines = [line(f"a{n}", 0, sum_) for n, sum_ in enumerate((10_000, 20_000))]
    lines += [line("b0", 1, 20_000), line("b1", 1, -10_000), line("c", 2, 20_000)]
    payouts = [
        paid("o1", 2, 30_000),
        paid("o2", 3, 10_000),
        paid("o3", 4, 10_000),
        paid("o4", 4, 10_000),
    ]

    result = run([], lines, payouts, profile=DAILY)

    assert decided(result, "c", "C").outcome == "ambiguous"
    assert decided(result, "c", "C").alternatives == 2
    assert readings(result)["o3"] == [(10_000, "b0 b1"), (60_000, "a0 a1 b0 b1 c")]


AMOUNTS = st.sampled_from([10_000, 20_000, 30_000, 50_000, 70_000, -10_000])


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Row], list[Row]]:
    """Some days of tied amounts, and payouts of them on time, late, with lines or days held back."""
    lines: list[Row] = []
    payouts: list[Row] = []
    carried = 0
    for day in range(draw(st.integers(1, 6))):
        amounts = draw(st.lists(AMOUNTS, max_size=4))
        lines += [line(f"s{day}.{n}", day, amount) for n, amount in enumerate(amounts)]
        due, carried = sum(amounts) + carried, 0
        if amounts and draw(st.booleans()):
            carried = draw(st.sampled_from([amounts[0], sum(amounts), 5_000]))
        after = draw(st.sampled_from([1, 1, 1, 2, 4]))
        parts = [due - carried - 10_000, 10_000] if draw(st.booleans()) else [due - carried]
        payouts += [
            paid(f"o{day}.{n}", day + after, part) for n, part in enumerate(parts) if part > 0
        ]
    return lines, payouts


@settings(max_examples=150, deadline=None)
@given(accounts(), st.sampled_from([DAILY, BANK_DAYS]), st.randoms(use_true_random=False))
def test_readings_are_of_undecided_lines_and_of_no_order(
    world: tuple[list[Row], list[Row]], profile: dict[str, Any], order: random.Random
) -> None:
    lines, payouts = world
    signed = {
        row["record_id"]: row["amount_vnd"] * (1 if row["direction"] == "credit" else -1)
        for row in lines
    }

    result = run([], lines, payouts, profile=profile)

    told = readings(result)
    rows = result.outcomes[result.outcomes["leg"].eq("C")]
    of_line = rows[rows["book"].eq("statement")].set_index("record_id")
    in_doubt = rows.loc[rows["outcome"].eq("ambiguous_payout"), "record_id"]
    assert told.keys() == set(in_doubt)
    named: set[str] = set()
    for name, each in told.items():
        assert 1 <= len(each) == len(set(each)) <= 2
        for comes_to, ids in each:
            assert comes_to == sum(signed[one] for one in ids.split())
            own = of_line.loc[ids.split()]
            assert (own["outcome"].eq("ambiguous") | own["counterpart_id"].eq(name)).all()
            named |= set(ids.split())
    undecided = of_line[of_line["outcome"].eq("ambiguous")]
    assert undecided["alternatives"].gt(0).all()
    assert not of_line.loc[~of_line["outcome"].eq("ambiguous"), "alternatives"].any()
    mixed = [list(lines), list(payouts)]
    for book in mixed:
        order.shuffle(book)
    again = run([], *mixed, profile=profile)
    assert again.payout_table.equals(result.payout_table)
    assert again.root_hash == result.root_hash
