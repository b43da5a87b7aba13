"""Small simulated worlds full of faults, through every door, scored against what really happened."""

from datetime import date, timedelta

import pytest

from reconciliation.simulation.faults import Fault
from reconciliation.simulation.places import demo_markets
from reconciliation.simulation.score import FaultScore
from tests.benchmarks.simulation_score import MANY, falls_short, is_wrong, play

SEEDS = (11, 12)
MARKETS = [market for market in demo_markets() if market.code in {"LG", "DC"}]
FIRST = date(2026, 10, 20)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_claim_is_wrong_no_dong_unexplained_and_what_can_be_decided_is(seed: int) -> None:
    found = play(seed, MANY, first=FIRST, last=FIRST + timedelta(days=3), markets=MARKETS)

    assert found.wrong_claims == []
    assert not is_wrong(found)
    assert sum(tally.struck for tally in found.faults.values()) > 20
    assert list(falls_short(found.faults)) == []


@pytest.mark.parametrize(
    ("tally", "told"),
    [
        (FaultScore(struck=1000, answered=999, said=1000, justified=999), []),
        (FaultScore(struck=1000, answered=998), ["recall of payout_short is 0.9980"]),
        (FaultScore(struck=1000, answered=998, ambiguous=2), []),
        (
            FaultScore(struck=9, answered=9, said=10, justified=9),
            ["precision of payout_short is 0.9000"],
        ),
        (FaultScore(struck=2, ambiguous=2), []),
    ],
)
def test_the_benchmark_names_what_is_found_or_rightly_said_too_seldom(
    tally: FaultScore, told: list[str]
) -> None:
    assert list(falls_short({Fault.PAYOUT_SHORT: tally})) == told
