"""Small simulated worlds full of faults, through every door, scored against what really happened."""

from datetime import date, timedelta

import pytest

from reconciliation.simulation.places import demo_markets
from tests.benchmarks.simulation_score import MANY, add_up, is_wrong, play

SEEDS = (11, 12)
MARKETS = [market for market in demo_markets() if market.code in {"LG", "DC"}]
FIRST = date(2026, 10, 20)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_claim_is_wrong_no_dong_unexplained_and_what_can_be_decided_is(seed: int) -> None:
    found = play(seed, MANY, first=FIRST, last=FIRST + timedelta(days=3), markets=MARKETS)

    assert found.wrong_claims == []
    assert not is_wrong(found)
    struck = [tally for tally in add_up([found]).values() if tally.struck]
    assert sum(tally.struck for tally in struck) > 20
    for tally in struck:
        assert tally.recall is None or tally.recall >= 0.999
        assert tally.precision is None or tally.precision >= 0.999
