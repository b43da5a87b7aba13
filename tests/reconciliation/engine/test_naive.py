"""The engine against a reference written as plain loops, on small worlds full of ties."""

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.engine.results import Reconciled
from tests.reconciliation.engine.naive import Naive
from tests.reconciliation.engine.world import run
from tests.reconciliation.engine.worlds import busy_days, worlds

Row = dict[str, Any]


def answers(result: Reconciled) -> dict[str, Any]:
    """What the engine said on leg B, in the shape of the reference's answers."""
    rows = result.outcomes[result.outcomes["leg"].eq("B")]
    sets = rows.dropna(subset="class_id").groupby("class_id")["record_id"].agg(frozenset)
    return {
        row.record_id: (
            row.outcome,
            row.rule,
            row.difference_vnd,
            row.alternatives,
            sets[row.class_id]
            if isinstance(row.class_id, str)
            else frozenset([row.counterpart_id] if isinstance(row.counterpart_id, str) else []),
        )
        for row in rows.itertuples()
    }


def rank_as(said: dict[str, Any]) -> Any:
    """Order of repeats: the telling the engine kept comes first (any of equal content may)."""
    return lambda row: (
        row["reference"] is None,
        row["occurred_at"] is None,
        said[row["record_id"]][0] == "duplicate",
        row["record_id"],
    )


@settings(max_examples=250)
@given(worlds())
def test_every_record_comes_to_what_plain_loops_find(world: tuple[list[Row], list[Row]]) -> None:
    payments, statement = world

    said = answers(run(payments, statement))

    naive = Naive(payments, statement, rank_as(said)).run()
    assert said == naive


@settings(max_examples=200)
@given(st.tuples(busy_days("p"), busy_days("s")))
def test_tied_records_under_one_clock_come_to_what_plain_loops_find(
    world: tuple[list[Row], list[Row]],
) -> None:
    payments, statement = world

    said = answers(run(payments, statement))

    assert said == Naive(payments, statement, rank_as(said)).run()


@settings(max_examples=30)
@given(worlds())
def test_each_record_has_exactly_one_outcome_per_leg(world: tuple[list[Row], list[Row]]) -> None:
    payments, statement = world

    rows = run(payments, statement).outcomes

    told = Counter(zip(rows["book"], rows["record_id"], rows["leg"], strict=True))
    due = Counter(
        [("payments", row["record_id"], "B") for row in payments]
        + [("statement", row["record_id"], leg) for row in statement for leg in "BC"]
    )
    assert told == due
