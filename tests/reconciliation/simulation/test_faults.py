"""Fault specifications and how they strike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.errors import FaultSpecRefused
from reconciliation.simulation.faults import (
    DEFAULT_FAULTS,
    DEFAULT_RATES,
    WEBHOOK_FAULTS,
    Fault,
    FaultRates,
    read_fault_spec,
)


def test_a_specification_names_kinds_and_rates() -> None:
    rates = read_fault_spec("late=0.01, missing=0.005")

    assert rates.rates == {Fault.LATE: 0.01, Fault.MISSING: 0.005}


def test_the_default_set_can_be_changed_in_one_rate() -> None:
    rates = read_fault_spec("default,late=0.2")

    assert rates.rates == {**DEFAULT_RATES, Fault.LATE: 0.2}


def test_none_is_a_sound_world() -> None:
    assert read_fault_spec("none").rates == {}


def test_the_default_set_names_every_kind() -> None:
    assert set(DEFAULT_RATES) == set(Fault)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("earthquake=0.1", "no such fault"),
        ("late", "write name=rate"),
        ("late=often", "write name=rate"),
        ("late=0.7", "between 0 and 0.5"),
        ("late=-0.1", "between 0 and 0.5"),
        ("late=nan", "between 0 and 0.5"),
        ("late=0.5,missing=0.5,replayed=0.2", "at most 1 fits"),
    ],
)
def test_a_specification_that_makes_no_sense_is_refused(spec: str, told: str) -> None:
    with pytest.raises(FaultSpecRefused, match=told):
        read_fault_spec(spec)


@given(number=st.floats(0, 1, exclude_max=True))
def test_what_falls_behind_the_last_rate_is_sound(number: float) -> None:
    total = sum(DEFAULT_FAULTS.of(fault) for fault in WEBHOOK_FAULTS)

    fault = DEFAULT_FAULTS.pick(number, WEBHOOK_FAULTS)

    assert (fault is None) == (number >= total)


def test_each_rate_takes_its_own_stretch() -> None:
    rates = FaultRates({Fault.LATE: 0.25, Fault.MISSING: 0.25})
    among = (Fault.LATE, Fault.MISSING)

    picked = [rates.pick(number, among) for number in (0.0, 0.2, 0.25, 0.49, 0.5)]

    assert picked == [Fault.LATE, Fault.LATE, Fault.MISSING, Fault.MISSING, None]
