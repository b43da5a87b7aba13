"""Accounts whose truth is known: lines held back day after day, refunds too, days left out of a batch.

Every payout is paid in the end. What the engine claims is what happened, and nothing is short, over or
missing; what cannot be told is called ambiguous.
"""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.fees import expected_fee
from reconciliation.profiles import FeeSchedule
from tests.reconciliation.engine.test_payout_doubts import BANK_DAYS, DAILY, line, paid
from tests.reconciliation.engine.world import (
    FRIDAY,
    Row,
    outcomes,
    payout,
    record,
    refund,
    run,
)

TIED = [thousands * 1_000 for thousands in (10, 15, 20, 25, 30, 35, 40, 50)]
"""What stalls ask: few different sums, so that many lines and pairs come to the same."""
PER_RUN = FeeSchedule(bps=110, per="run")
World = tuple[list[Row], list[Row], dict[str, str]]
"""Lines, payouts, and which payout paid each line."""


def due_on(on: date, profile: dict[str, Any]) -> date:
    due = on + timedelta(days=1)
    while not profile["pays_on_weekends"] and due.weekday() >= 5:
        due += timedelta(days=1)
    return due


def account(
    draw: random.Random,
    name: str,
    profile: dict[str, Any],
    *,
    lines: tuple[int, int],
    refunds: float,
) -> World:
    """Make five days of an account; each payout holds back up to two lines, paid with the next."""
    batches: dict[date, list[Row]] = defaultdict(list)
    for day in range(5):
        on = FRIDAY + timedelta(days=day)
        for number in range(draw.randint(*lines)):
            make = refund if draw.random() < refunds else record
            row = make(
                f"{name}.{day}.{number}",
                account=name,
                business_date=on,
                occurred_at=None,
                amount_vnd=draw.choice(TIED),
            )
            batches[due_on(on, profile)].append(row)
    payouts: list[Row] = []
    paid_by: dict[str, str] = {}
    held: list[Row] = []
    for number, (arrived, batch) in enumerate(batches.items()):
        is_last = number == len(batches) - 1
        wanted = 0 if is_last else draw.choice([0, 1, 2])
        now_held = draw.sample(batch, min(wanted, len(batch) - 1))
        if not _sum_of(now_held):
            now_held = []  # a sale and a refund of one sum: nobody could see that they waited
        own = [row for row in [*batch, *held] if row not in now_held]
        sums = _sum_of(own)
        fee = int(expected_fee(np.array([sums]), PER_RUN)[0]) if "fee" in profile else 0
        payouts.append(
            payout(f"{name}.o{number}", account=name, arrived_on=arrived, amount_vnd=sums - fee)
        )
        paid_by |= {row["record_id"]: f"{name}.o{number}" for row in own}
        held = now_held
    return [row for batch in batches.values() for row in batch], payouts, paid_by


def _sum_of(rows: list[Row]) -> int:
    return sum(row["amount_vnd"] * (1 if row["direction"] == "credit" else -1) for row in rows)


def claims(worlds: list[World], profile: dict[str, Any]) -> Counter[str]:
    """Return how many payouts came to each outcome; a claim that is not what happened fails."""
    lines, payouts = ([row for world in worlds for row in world[at]] for at in (0, 1))
    paid_by = {line: name for world in worlds for line, name in world[2].items()}
    found = run([], lines, payouts, profile=profile).outcomes

    on_leg = found[found["leg"].eq("C")]
    told = on_leg[on_leg["book"].eq("statement")]
    assert set(told["outcome"]) <= {"matched", "ambiguous"}
    sure = told[told["outcome"].eq("matched")]
    wrong = sure[sure["counterpart_id"] != sure["record_id"].map(paid_by)]
    assert wrong.empty, wrong[["record_id", "counterpart_id"]]
    made = Counter(on_leg.loc[on_leg["book"].eq("payouts"), "outcome"].tolist())
    assert made.keys() <= {"paid", "ambiguous_payout"}
    return made


@pytest.mark.parametrize("per_run", [False, True])
@pytest.mark.parametrize("days", [DAILY, BANK_DAYS], ids=["daily", "bank days"])
def test_lines_held_back_day_after_day_are_right_or_called_ambiguous(
    days: dict[str, Any], per_run: bool
) -> None:
    profile = {**days, "fee": PER_RUN} if per_run else days
    draw = random.Random(7)
    worlds = [account(draw, f"A{n}", profile, lines=(8, 40), refunds=0) for n in range(150)]

    assert claims(worlds, profile)["paid"] > 0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**9),
    st.sampled_from([DAILY, BANK_DAYS]),
    st.sampled_from([(8, 12), (20, 60), (100, 200)]),
)
def test_no_line_held_back_is_given_to_another_payout(
    seed: int, profile: dict[str, Any], lines: tuple[int, int]
) -> None:
    claims([account(random.Random(seed), "A", profile, lines=lines, refunds=0.02)], profile)


@pytest.mark.parametrize(
    ("lines", "payouts", "profile", "made"),
    [
        pytest.param(
            [("a", 0, 20), ("b", 0, 40), ("c", 1, 20), ("d", 1, 50), ("e", 2, 20)],
            [("o1", 1, 40), ("o2", 2, 70), ("o3", 3, 40)],
            DAILY,
            {"o1": "paid", "o2": "ambiguous_payout", "o3": "ambiguous_payout"},
            id="an even payout on the way may have paid the line and held one of its own",
        ),
        pytest.param(
            [("a", 0, 40), ("b", 0, 30), ("c", 1, 25), ("d", 1, 50), ("e", 2, 60)],
            [("o1", 1, 30), ("o2", 2, 90), ("o3", 3, 85)],
            DAILY,
            {"o1": "paid", "o2": "paid", "o3": "paid"},
            id="one short payout, made good by two",
        ),
        pytest.param(
            [("a", 0, 30), ("b", 1, 15), ("c", 2, 10), ("d", 3, 100)],
            [("o1", 3, 15), ("o2", 4, 140)],
            BANK_DAYS,
            {"o1": "paid", "o2": "paid"},
            id="two days left out of a batch",
        ),
        pytest.param(
            [("a", 0, 1), ("b", 2, 1), ("c", 2, 1)],
            [("o1", 3, 2), ("o2", 4, 1)],
            BANK_DAYS,
            {"o1": "ambiguous_payout", "o2": "ambiguous_payout"},
            id="a day left out and paid late, or a line",
        ),
        pytest.param(
            [("a", 1, 10), ("b", 2, 10), ("c", 2, 10)],
            [("o1", 3, 10), ("o2", 4, 20)],
            BANK_DAYS,
            {"o1": "ambiguous_payout", "o2": "ambiguous_payout"},
            id="a day held back, or part of it with another",
        ),
        pytest.param(
            [("a", 0, 100), ("r", 0, -30), ("b", 1, 80)],
            [("o1", 1, 100), ("o2", 2, 50)],
            DAILY,
            {"o1": "paid", "o2": "paid"},
            id="a refund taken off a day later",
        ),
        pytest.param(
            [("a", 0, 13), ("b", 1, 21), ("c", 2, 8), ("d", 3, 21)],
            [("o1", 3, 21), ("o2", 4, 42)],
            BANK_DAYS,
            {"o1": "ambiguous_payout", "o2": "ambiguous_payout"},
            id="days carried along, or the day paid before them",
        ),
        pytest.param(
            [("a", 0, 9), ("b", 1, 9)],
            [("o1", 2, 9), ("o2", 2, 9)],
            DAILY,
            {"o1": "ambiguous_payout", "o2": "ambiguous_payout"},
            id="a late payout comes together with the next of one sum",
        ),
        pytest.param(
            [("a", 0, 40), ("b", 0, 15), ("c", 1, 40), ("d", 1, 20), ("e", 2, 40)],
            [("o1", 1, 40), ("o2", 2, 55), ("o3", 3, 60)],
            DAILY,
            {"o1": "ambiguous_payout", "o2": "ambiguous_payout", "o3": "ambiguous_payout"},
            id="an earlier day paid late, or the day due with a line carried along",
        ),
        pytest.param(
            [("a", 0, 30), ("b", 0, 40), ("c", 1, 50), ("d", 1, 15), ("e", 2, 60)],
            [("o1", 2, 120), ("o2", 3, 75)],
            DAILY,
            {"o1": "ambiguous_payout", "o2": "ambiguous_payout"},
            id="a day carried along, and a line held back at once",
        ),
        pytest.param(
            [("a", 0, 30), ("r", 0, -20), ("b", 0, 10), ("c", 1, 50), ("d", 2, 60)],
            [("o1", 1, 40), ("o2", 3, 90)],
            DAILY,
            {"o1": "ambiguous_payout", "o2": "ambiguous_payout"},
            id="a refund taken off together with a day carried along",
        ),
    ],
)
def test_what_is_paid_to_the_dong_is_neither_short_nor_over(
    lines: list[tuple[str, int, int]],
    payouts: list[tuple[str, int, int]],
    profile: dict[str, Any],
    made: dict[str, str],
) -> None:
    books = [line(name, day, 1_000 * sum_) for name, day, sum_ in lines]
    arrived = [paid(name, day, 1_000 * sum_) for name, day, sum_ in payouts]

    for result in (
        run([], books, arrived, profile=profile),
        run([], books[::-1], arrived[::-1], profile=profile),
    ):
        told = outcomes(result, "C")
        assert {name: told[name] for name, _, _ in payouts} == made
        assert {told[name] for name, _, _ in lines} <= {"matched", "ambiguous"}
        kept = result.payout_table.to_pandas().set_index("record_id")
        whole = kept[kept["outcome"].eq("paid")]
        assert (whole["expected_vnd"] == whole["amount_vnd"]).all()
