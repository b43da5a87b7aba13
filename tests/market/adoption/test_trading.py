"""Days counted in sorted arrays are the days counted one by one."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from market.adoption.facts import day_numbers
from market.adoption.trading import MarketDays, TradingSpans

BEGIN = date(2026, 1, 1)
days = st.integers(0, 12).map(lambda ahead: BEGIN + timedelta(days=ahead))
spans = st.lists(
    st.tuples(st.integers(1, 4), days, st.none() | days).map(
        lambda s: (s[0], s[0] % 2, s[1], s[2])
    ),
    max_size=12,
)
openings = st.lists(st.tuples(st.integers(0, 1), days), max_size=15, unique=True)


def frame(rows: list[tuple], names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=names)
    for name in names:
        dtype = "datetime64[s]" if name.endswith("_on") else "int64"
        table[name] = table[name].astype(dtype)
    return table


def read(spans: list[tuple], openings: list[tuple]) -> tuple[TradingSpans, MarketDays]:
    return (
        TradingSpans.of(frame(spans, ["vendor_id", "market_id", "from_on", "to_on"])),
        MarketDays.of(frame(openings, ["market_id", "day_on"])),
    )


def holds(span: tuple, day: date) -> bool:
    return span[2] <= day and (span[3] is None or day <= span[3])


def test_two_stalls_of_one_vendor_are_one_trader() -> None:
    known, market_days = read(
        [(1, 0, date(2026, 1, 1), date(2026, 1, 5)), (1, 0, date(2026, 1, 3), None)],
        [(0, date(2026, 1, 4)), (0, date(2026, 1, 9))],
    )

    assert known.traders(market_days).tolist() == [1, 1]
    assert known.days_of_vendors(market_days).to_dict() == {1: 2}


@given(spans, openings)
def test_traders_of_each_day(spans: list[tuple], openings: list[tuple]) -> None:
    known, market_days = read(spans, openings)

    expected = [
        len({span[0] for span in spans if span[1] == market and holds(span, day)})
        for market, day in sorted(openings)
    ]
    assert known.traders(market_days).tolist() == expected


@given(spans, openings)
def test_days_of_each_vendor(spans: list[tuple], openings: list[tuple]) -> None:
    known, market_days = read(spans, openings)

    counted = {
        vendor: len(
            {
                (market, day)
                for market, day in openings
                for span in spans
                if span[0] == vendor and span[1] == market and holds(span, day)
            }
        )
        for vendor in {span[0] for span in spans if span[3] is None or span[2] <= span[3]}
    }
    assert known.days_of_vendors(market_days).to_dict() == counted


@given(spans, st.lists(st.tuples(st.integers(0, 5), days), max_size=10))
def test_who_held_a_stall_when(spans: list[tuple], asked: list[tuple]) -> None:
    known, _ = read(spans, [])
    told = frame(asked, ["vendor_id", "day_on"])

    found = known.held(told["vendor_id"].to_numpy("int64"), day_numbers(told["day_on"]))

    assert found.tolist() == [
        any(span[0] == vendor and holds(span, day) for span in spans) for vendor, day in asked
    ]
    assert found.dtype == np.bool_
