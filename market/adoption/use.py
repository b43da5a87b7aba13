"""Use: who receives money by QR, how often, and how much at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pandas as pd

from market.adoption.frames import within
from market.adoption.indicator import Measure, Window, ratio, whole_vnd
from market.adoption.parts import Part, total
from market.adoption.use_activity import activity
from market.adoption.use_sums import by_market_day

_IN_WHOLE_VND = frozenset({"U8", "U9.mean"})


@dataclass(frozen=True)
class UseFrames:
    """What the measures of use are computed from, of all markets.

    Frames as in ``facts`` and ``frames``: ``vendors`` as of the reference day, ``days`` with
    ``is_open`` and ``is_closed``, vendor-days from 90 days before the end of the window on, tickets
    of the window's days.
    """

    vendors: pd.DataFrame
    days: pd.DataFrame
    trading: pd.DataFrame
    vendor_days: pd.DataFrame
    tickets: pd.DataFrame
    first_receipts: pd.DataFrame


@dataclass(frozen=True)
class UseParts:
    """The measures of use of each market, to be added up for areas."""

    parts: Mapping[str, Mapping[int, Part]]
    """By measure and market."""
    tickets: Mapping[int, Mapping[int, int]]
    """By market: how many receipts of the window had which amount."""
    window: Window
    lasts: Mapping[int, date]
    """As ``reach.last_days`` returns them."""

    def measures(self, market_ids: Collection[int]) -> list[Measure]:
        """Return U1 to U9 of some markets together, each measured to the last day known of it.

        The days told are all days looked at: from the earliest first day to the latest last.
        """
        sums = {
            id_: total(parts[market] for market in market_ids if market in parts)
            for id_, parts in self.parts.items()
        }
        lasts = [self.lasts[market] for market in market_ids if market in self.lasts]
        longest = Window(self.window.first, max(lasts, default=self.window.last))
        shortest = Window(self.window.first, min(lasts, default=self.window.last))
        measures = [_measure(id_, part, longest, shortest) for id_, part in sums.items()]
        return [*measures, self._median(market_ids, sums["U9.mean"], longest)]

    def _median(self, market_ids: Collection[int], receipts: Part, window: Window) -> Measure:
        counts: dict[int, int] = {}
        for market in market_ids:
            for amount, count in self.tickets.get(market, {}).items():
                counts[amount] = counts.get(amount, 0) + count
        return Measure(
            id="U9.median",
            value=median_vnd(counts),
            numerator=None,
            denominator=sum(counts.values()),
            contributors=receipts.contributors,
            base=receipts.base,
            window_first=window.first,
            window_last=window.last,
        )


def use_parts(frames: UseFrames, window: Window, lasts: Mapping[int, date]) -> UseParts:
    """Return U1 to U9 of every market with a closed day in the window; of the others nothing is known.

    Market days are the open days of the window whose books are closed: a day nobody has
    reconciled yet is not a day without money. So the 30 and 90 days of U1, U2 and U6 end, of each
    vendor, on the last day known of her market. Source: domain.md 11.3.

    Args:
        window: to the day that ``reach.reach`` tells.
        lasts: as ``reach.last_days`` returns them.
    """
    days = frames.days[within(frames.days["day_on"], window)]
    known = list(lasts)
    in_frame = frames.vendors[frames.vendors["in_frame"] & frames.vendors["market_id"].isin(known)]
    receiving = frames.vendor_days[
        within(frames.vendor_days["day_on"], window) & frames.vendor_days["market_id"].isin(known)
    ]
    market_days = days[days["is_open"] & days["is_closed"]]
    measured = {
        **activity(in_frame, frames.vendor_days, frames.first_receipts, window, lasts),
        **by_market_day(in_frame, receiving, market_days, frames.trading),
    }
    parts = {id_: {m: by.get(m, Part()) for m in known} for id_, by in measured.items()}
    return UseParts(parts, _tickets(frames.tickets, known, window), window, lasts)


def median_vnd(counts: Mapping[int, int]) -> int | None:
    """Return the median amount in whole đồng, halves up; ``None`` of no receipts.

    Args:
        counts: how many receipts had which amount.
    """
    count = sum(counts.values())
    if not count:
        return None
    middle, seen = [(count - 1) // 2, count // 2], 0
    found: list[int] = []
    for amount in sorted(counts):
        seen += counts[amount]
        while len(found) < 2 and middle[len(found)] < seen:
            found.append(amount)
    return whole_vnd(sum(found), 2)


def _tickets(
    tickets: pd.DataFrame, markets: Sequence[int], window: Window
) -> dict[int, dict[int, int]]:
    told = tickets[within(tickets["day_on"], window) & tickets["market_id"].isin(markets)]
    counts = told.groupby(["market_id", "amount_vnd"])["receipts"].sum().reset_index()
    found: dict[int, dict[int, int]] = {}
    for market, amount, count in zip(*(counts[name].tolist() for name in counts), strict=True):
        found.setdefault(market, {})[amount] = count
    return found


def _measure(id_: str, part: Part, window: Window, shortest: Window) -> Measure:
    """Return the sum as a measure of days that end with ``window``, of some markets before."""
    first = {
        "U1": shortest.thirty_days().first,
        "U2": shortest.ninety_days().first,
        "U6": shortest.ninety_days().first,
        "U5": None,
    }
    is_money = id_ in _IN_WHOLE_VND
    assert not (is_money and isinstance(part.numerator, Fraction))
    return Measure(
        id=id_,
        value=(
            whole_vnd(int(part.numerator), part.denominator)
            if is_money
            else ratio(part.numerator, part.denominator)
        ),
        numerator=float(part.numerator) if id_ == "U3" else int(part.numerator),
        denominator=part.denominator,
        contributors=part.contributors,
        base=part.base,
        window_first=first.get(id_, window.first),
        window_last=window.last,
    )
