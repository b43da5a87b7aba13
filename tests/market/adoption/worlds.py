"""Small worlds for the indicators: frames from plain tuples, and random worlds."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd
from hypothesis import strategies as st

from market.adoption.frames import AdoptionFrames
from market.adoption.indicator import Window

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
OCTOBER = Window(FIRST, LAST)


@dataclass
class World:
    """What is true of some markets, as plain tuples."""

    markets: list[tuple[int, str, int | None, int]]
    """id, code, stalls counted, stalls registered."""
    vendors: list[tuple[int, int, bool, bool, bool, bool]] = field(default_factory=list)
    """id, market, in frame, consented, equipped, contracted."""
    coverage: list[tuple[int, int, int]] = field(default_factory=list)
    days: list[tuple[int, date, bool, bool, bool]] = field(default_factory=list)
    """market, day, open, closed, final."""
    trading: list[tuple[int, int, date, date | None]] = field(default_factory=list)
    """vendor, market, from, to."""
    receipts: list[tuple[int, int, date, int]] = field(default_factory=list)
    """vendor, market, day, đồng."""
    first_receipts: list[tuple[int, int, date]] = field(default_factory=list)
    window: Window = OCTOBER

    @property
    def frames(self) -> AdoptionFrames:
        """Return the world as the frames the indicators read."""
        return AdoptionFrames(
            vendors=_frame(
                self.vendors,
                {
                    "vendor_id": "int64",
                    "market_id": "int64",
                    "in_frame": "bool",
                    "consented": "bool",
                    "equipped": "bool",
                    "contracted": "bool",
                },
            ),
            markets=_frame(
                self.markets,
                {
                    "market_id": "int64",
                    "market_code": "str",
                    "stalls_counted": "Int64",
                    "stalls_registered": "Int64",
                },
            ),
            coverage=_frame(
                self.coverage,
                {"market_id": "int64", "feeding_points": "int64", "displayed_codes": "int64"},
            ),
            days=_frame(
                self.days,
                {
                    "market_id": "int64",
                    "day_on": "datetime64[s]",
                    "is_open": "bool",
                    "is_closed": "bool",
                    "is_final": "bool",
                },
            ),
            trading=_frame(
                self.trading,
                {
                    "vendor_id": "int64",
                    "market_id": "int64",
                    "from_on": "datetime64[s]",
                    "to_on": "datetime64[s]",
                },
            ),
            receipts=_frame(
                self.receipts,
                {
                    "vendor_id": "int64",
                    "market_id": "int64",
                    "business_date": "datetime64[s]",
                    "amount_vnd": "int64",
                },
            ),
            first_receipts=_frame(
                self.first_receipts,
                {"vendor_id": "int64", "market_id": "int64", "first_on": "datetime64[s]"},
            ),
        )

    @property
    def reference_days(self) -> dict[int, date]:
        """Return the last day of the window for each market."""
        return {market[0]: self.window.last for market in self.markets}


def open_every_day(
    market_id: int, *, closed: bool = True, final: bool = True
) -> list[tuple[int, date, bool, bool, bool]]:
    """Return October with the market open each day."""
    return [(market_id, day, True, closed, final) for day in each_day(FIRST, LAST)]


def each_day(first: date, last: date) -> list[date]:
    """Return the days from first to last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _frame(rows: list[tuple], columns: dict[str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


_days = st.dates(FIRST - timedelta(days=5), LAST + timedelta(days=2))
_since_july = st.dates(FIRST - timedelta(days=92), LAST + timedelta(days=2))
_october = st.dates(FIRST, LAST)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return markets of one to twelve vendors with a few open days and tied amounts."""
    markets = [
        (id_, f"M{id_}", draw(st.none() | st.integers(0, 9)), draw(st.integers(0, 9)))
        for id_ in range(1, draw(st.integers(1, 3)) + 1)
    ]
    market_ids = [market[0] for market in markets]
    vendors = [
        (id_, draw(st.sampled_from(market_ids)), *draw(st.tuples(*[st.booleans()] * 4)))
        for id_ in range(1, draw(st.integers(0, 12)) + 1)
    ]
    home = {vendor[0]: vendor[1] for vendor in vendors}
    trading = draw(
        st.lists(st.tuples(st.sampled_from(sorted(home)), _days, st.none() | _days), max_size=12)
        if home
        else st.just([])
    )
    amounts = st.sampled_from([1_000, 20_000, 20_001, 50_000, 200_000, 1_000_000, 2**57])
    receipts = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(home)), _days | _since_july, amounts), max_size=30
        )
        if home
        else st.just([])
    )
    days = draw(
        st.lists(
            st.tuples(
                st.sampled_from(market_ids),
                _october,
                st.booleans(),
                st.booleans(),
                st.booleans(),
            ),
            max_size=40,
            unique_by=lambda row: (row[0], row[1]),
        )
    )
    firsts: dict[int, date] = {}
    for vendor_id, day, _ in receipts:
        firsts[vendor_id] = min(day, firsts.get(vendor_id, day))
    return World(
        markets=markets,
        vendors=vendors,
        coverage=[
            (market_id, draw(st.integers(0, 5)), draw(st.integers(0, 5)))
            for market_id in market_ids
        ],
        days=days,
        trading=[(vendor, home[vendor], begun, end) for vendor, begun, end in trading],
        receipts=[(vendor, home[vendor], day, amount) for vendor, day, amount in receipts],
        first_receipts=[(vendor, home[vendor], day) for vendor, day in firsts.items()],
        window=Window(FIRST, draw(_october)),
    )
