"""Small simulated worlds that several tests look at; made once, nothing changes them."""

from datetime import date
from functools import lru_cache

from reconciliation.simulation.faults import DEFAULT_FAULTS, NO_FAULTS, FaultRates, read_fault_spec
from reconciliation.simulation.places import demo_markets
from reconciliation.simulation.register import SimRegister, draw_register
from reconciliation.simulation.world import SimulatedWorld, simulate_days

SECRET = "sepay-test-secret"
FIRST, LAST = date(2026, 10, 5), date(2026, 10, 25)
FREQUENT = read_fault_spec(
    "late=0.05,missing=0.05,replayed=0.05,out_of_order=0.05,clock_skew=0.05,bad_signature=0.05,"
    "amount_changed=0.05,line_missing=0.05,memo_lost=0.08,reference_missing=0.05,"
    "unknown_account=0.05,told_twice=0.05,split=0.05,merged=0.03,fee_wrong=0.2,reversed=0.2,refund=0.1,payout_short=0.1,payout_late=0.1,held_back=0.1,"
    "file_truncated=0.2,file_duplicated=0.2"
)


@lru_cache
def register(seed: int = 7) -> SimRegister:
    """The four markets with the codes of a fresh database."""
    return draw_register(demo_markets(), seed).with_codes_in_order()


@lru_cache
def world(kind: str = "default", seed: int = 7) -> SimulatedWorld:
    """Three weeks of October: ``default`` faults, ``sound`` without any, ``faulty`` with many."""
    rates: dict[str, FaultRates] = {
        "default": DEFAULT_FAULTS,
        "sound": NO_FAULTS,
        "faulty": FREQUENT,
    }
    return simulate_days(
        register(seed), FIRST, LAST, seed=seed, faults=rates[kind], sepay_secret=SECRET
    )
