"""A province's adoption: 100 markets, 40,000 vendors, three years of vendors' days.

Facts are generated, not loaded: what is timed is the arithmetic. *Cut* is what a page would load for
a month: the days of the period and the 90 before it, first receipts from an aggregate. The
protected tables are market by goods group with an area, of one month.
"""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

import numpy as np
import pandas as pd

from market.adoption.concentration import concentration
from market.adoption.diffusion import Curve, diffusion_fan
from market.adoption.disclosure.products import TableProduct, product_rules
from market.adoption.disclosure.publishing import publish_values
from market.adoption.disclosure.rounding import round_controlled
from market.adoption.disclosure.tables import linked_tables
from market.adoption.fact_columns import BAND_COLUMNS, COLUMNS
from market.adoption.facts import Facts
from market.adoption.measures import period_figures
from market.adoption.periods import Period, month_numbers
from market.adoption.report import ALL_MARKETS
from market.adoption.retention import retention_triangle
from market.adoption.survey.estimate import StallDay, estimate_share

MARKETS, DAILY, VENDORS = 100, 60, 40_000
FIRST, LAST = date(2024, 1, 1), date(2026, 12, 31)
ACTIVE_SHARE, TICKETS_FROM = 0.3, date(2025, 10, 1)
GOODS = ("cá", "gạo", "hàng khô", "rau", "thịt", "trái cây", "vải", "đồ gia dụng")
ROUNDS = 3
AT = datetime(2027, 1, 5, tzinfo=UTC)

Value = TypeVar("Value")


def run() -> None:
    """Measure and print seconds, medians of the rounds."""
    whole = province(np.random.default_rng(1))
    month, year = Period.read("2026-11"), Period.read("2026")
    cut = _cut(whole, month)
    newest = whole.newest()
    total = {ALL_MARKETS: list(range(1, MARKETS + 1))}
    print(f"vendors' days: {len(whole.vendor_days):,}; cut for a month: {len(cut.vendor_days):,}")
    values = newest.vendor_days.groupby("vendor_id")["value_vnd"].sum().tolist()
    begun = np.bincount(
        month_numbers(newest.first_receipts()["first_on"]) - FIRST.year * 12, minlength=36
    )
    for name, work in [
        ("facts as known at an instant, three years", lambda: whole.known_at(AT)),
        ("month, all markets and their total, cut", lambda: period_figures(cut, month.window)),
        (
            "month, one area of all markets, cut",
            lambda: period_figures(cut, month.window, areas=total),
        ),
        ("month, all markets and their total, whole", lambda: period_figures(whole, month.window)),
        ("year, all markets and their total, whole", lambda: period_figures(whole, year.window)),
        (
            "retention, 36 cohorts",
            lambda: retention_triangle(newest.vendor_days, newest.first_receipts(), year.window),
        ),
        ("concentration, 40,000 vendors", lambda: concentration(values)),
        (
            "Bass fan, 500 paths",
            lambda: diffusion_fan(begun.tolist(), VENDORS, curve=Curve.BASS, ahead=12, seed=1),
        ),
        ("survey of 400 answers, bootstrap", survey),
    ]:
        _report(name, work)
    protected(newest)


def province(chance: np.random.Generator) -> Facts:
    """Return the facts of a province in which adoption spreads over the first year."""
    days = pd.date_range(FIRST, LAST, freq="D", unit="s")
    weekday = days.day_of_week.to_numpy()
    market_of = np.sort(chance.integers(1, MARKETS + 1, VENDORS))
    begins = chance.gamma(4, 60, VENDORS).astype("int64")
    usual = chance.lognormal(11.5, 1.0, VENDORS)
    parts, opened = [], []
    for day in range(len(days)):
        is_open = np.array([m <= DAILY or weekday[day] == m % 7 for m in range(MARKETS + 1)])
        opened.append(is_open[1:])
        vendors = np.flatnonzero(
            is_open[market_of] & (begins <= day) & (chance.random(VENDORS) < ACTIVE_SHARE)
        )
        parts.append((vendors, np.full(len(vendors), day)))
    vendors = np.concatenate([part for part, _ in parts])
    at = np.concatenate([day for _, day in parts])
    receipts = 1 + chance.poisson(2, len(vendors))
    value = (usual[vendors] * receipts).astype("int64") // 1_000 * 1_000 + 1_000
    band = np.searchsorted([20_000, 50_000, 200_000, 1_000_000], value // receipts)
    vendor_days = pd.DataFrame(
        {
            "vendor_id": vendors + 1,
            "market_id": market_of[vendors],
            "day_on": days.to_numpy()[at],
            "close_version": 1,
            "receipts": receipts,
            "value_vnd": value,
            **{name: np.where(band == n, receipts, 0) for n, name in enumerate(BAND_COLUMNS)},
        }
    )
    market_days = pd.DataFrame(
        {
            "market_id": np.tile(np.arange(1, MARKETS + 1), len(days)),
            "day_on": np.repeat(days.to_numpy(), MARKETS),
            "is_open": np.concatenate(opened),
        }
    )
    recent = vendor_days[vendor_days["day_on"] >= pd.Timestamp(TICKETS_FROM)]
    tickets = (
        recent.assign(
            amount_vnd=(recent["value_vnd"] // recent["receipts"]) // 5_000 * 5_000 + 5_000
        )
        .groupby(["market_id", "day_on", "close_version", "amount_vnd"])["receipts"]
        .sum()
        .reset_index()
    )
    ids = np.arange(1, VENDORS + 1)
    spans = pd.DataFrame(
        {
            "vendor_id": ids,
            "market_id": market_of,
            "from_on": pd.Timestamp(FIRST),
            "to_on": pd.Series(pd.NaT, range(VENDORS), dtype="datetime64[s]"),
        }
    )
    codes = [f"M{number:03}" for number in range(1, MARKETS + 1)]
    return Facts.of(
        markets=pd.DataFrame(
            {
                "market_id": range(1, MARKETS + 1),
                "market_code": codes,
                "stalls_counted": 400,
                "stalls_registered": 400,
            }
        ),
        openings=market_days,
        closes=market_days[market_days["is_open"]].assign(
            close_version=1, closed_at=pd.Timestamp(AT) - pd.Timedelta(days=1), is_final=True
        ),
        vendor_days=vendor_days,
        tickets=tickets,
        trading=spans,
        spans=pd.concat([spans.assign(kind=kind) for kind in ("consented", "equipped")]),
        groups=pd.DataFrame(
            {
                "vendor_id": ids,
                "goods_group": np.array(GOODS)[chance.integers(0, len(GOODS), VENDORS)],
                "holding": "",
            }
        ),
        coverage=pd.DataFrame(
            {"market_id": range(1, MARKETS + 1), "feeding_points": 8, "displayed_codes": 10}
        ),
    )


def protected(facts: Facts) -> None:
    """Protect a month's table of markets by goods groups for the district and the public."""
    window = Period.read("2026-11").window
    told = facts.vendor_days[
        facts.vendor_days["day_on"].between(pd.Timestamp(window.first), pd.Timestamp(window.last))
    ].merge(facts.groups, on="vendor_id", validate="many_to_one")
    sums = told.groupby(["market_id", "goods_group", "vendor_id"])["value_vnd"].sum().reset_index()
    records = [
        ((f"M{market:03}", goods), f"#{vendor}", value)
        for market, goods, vendor, value in sums.itertuples(index=False, name=None)
    ]
    area = {(0, "VÙNG"): [f"M{number:03}" for number in range(1, 10)]}
    rules = product_rules(15)
    tables = linked_tables(records, [frozenset({0, 1})], area)
    print(f"cells: {len(tables.cells):,}, contributions: {len(records):,}")
    _report("tables for district and public", lambda: publish_values(tables, rules), rounds=1)
    counts = linked_tables([(key, who, 1) for key, who, _ in records], [frozenset({0, 1})], area)
    told = {key: cell.value for key, cell in counts.cells.items()}
    base = rules[TableProduct.PUBLIC].count_rounding_base
    _report(
        "controlled rounding of the counts",
        lambda: round_controlled(told, counts.sums, base),
        rounds=1,
    )


def survey() -> object:
    """Estimate a share from 400 answers in eight strata."""
    chance = np.random.default_rng(2)
    answers = [
        StallDay(goods, int(digital), int(cash))
        for goods in GOODS
        for digital, cash in chance.lognormal(12, 1, (50, 2))
    ]
    return estimate_share(answers, dict.fromkeys(GOODS, 500), seed=1)


def _cut(facts: Facts, period: Period) -> Facts:
    """Return what a page about a period would load."""
    begin = pd.Timestamp(period.window.ninety_days().first)
    end = pd.Timestamp(period.window.last)
    frames = vars(facts) | {"firsts": facts.first_receipts()}
    dated = ("vendor_days", "tickets", "closes", "openings")
    return Facts.of(
        **{
            name: frame[frame["day_on"].between(begin, end)] if name in dated else frame
            for name, frame in frames.items()
            if name in COLUMNS
        }
    )


def _report(name: str, work: Callable[[], Value], rounds: int = ROUNDS) -> None:
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    print(f"{name:<48} {statistics.median(seconds):8.3f} s CPU", flush=True)


if __name__ == "__main__":
    run()
