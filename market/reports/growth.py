"""Growth of the money received against earlier windows, told so that calendars do not spoil it.

A daily market has thirty openings in a month, a weekly one four or five, and Tết moves: beside the
raw growth stand that per market day, that of markets present in both windows, and that of as many
openings of each weekday on both sides. Source: domain.md 11.6.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pandas as pd

from market.adoption.comparisons import growth, holidays_in, matched_days, tet_aligned
from market.adoption.disclosure.figures import Takings, Told, same_areas
from market.adoption.disclosure.hidden import Hidden
from market.adoption.disclosure.products import ProductRule
from market.adoption.disclosure.protect import protect
from market.adoption.disclosure.tables import ALL, linked_tables
from market.adoption.indicator import Window
from market.adoption.lunar_year import tet
from market.adoption.periods import Period
from market.reports.received import Received
from market.reports.study_models import GrowthView

NEAR_TET = timedelta(days=31)


def windows_compared(period: Period, window: Window) -> list[tuple[str, Window]]:
    """Return the earlier windows a period is compared with, as long as what is told of it so far."""

    def cut(other: Window) -> Window:
        if window.last == period.window.last:
            return other
        return Window(other.first, min(other.last, other.first + (window.last - window.first)))

    found = [("year_before", cut(period.year_before().window))]
    # The period before a year is the year before.
    if period.previous() != period.year_before():
        found.insert(0, ("previous", cut(period.previous().window)))
    near = Window(window.first - NEAR_TET, window.last + NEAR_TET)
    is_near = any(
        near.first <= tet(year) <= near.last for year in {near.first.year, near.last.year}
    )
    # A year holds its own Tết, wherever it lies.
    if is_near and window.days < 100:
        found.append(("tet", tet_aligned(window)))
    return found


@dataclass(frozen=True)
class Compared:
    """A window beside an earlier one."""

    against: str
    now: Received
    then: Received
    left_out: Collection[date]
    """Holidays of both."""

    @classmethod
    def of(cls, against: str, now: Received, then: Received) -> "Compared":
        return cls(against, now, then, holidays_in(now.window) | holidays_in(then.window))

    def views(
        self,
        areas: Mapping[str, Collection[int]],
        names: Mapping[int, str],
        told: Told,
        hidden_then: Mapping[str, str],
        rule: ProductRule,
        holdings: Mapping[int, str],
    ) -> dict[str, GrowthView]:
        """Return by area how its money grew.

        Args:
            areas: ids of markets by the code of the area.
            names: of markets.
            hidden_then: the mark of areas whose money of the earlier window may not be told.
        """
        hidden = {a.market_code: a["U8"].hidden.value for a in told.areas}
        by_market = _ByMarket.of(self)
        return {
            code: self._view(
                set(ids),
                names,
                by_market,
                hidden[code] or hidden_then.get(code, ""),
                rule,
                holdings,
            )
            for code, ids in areas.items()
        }

    def _view(
        self,
        ids: set[int],
        names: Mapping[int, str],
        by_market: "_ByMarket",
        hidden: str,
        rule: ProductRule,
        holdings: Mapping[int, str],
    ) -> GrowthView:
        now, then = (
            {market: value for market, value in side.items() if market in ids}
            for side in by_market.values
        )
        grown = growth(now, then)
        days = [sum(side.get(market, 0) for market in ids) for side in by_market.days]
        matched = [sum(side.get(market, 0) for market in ids) for side in by_market.matched]
        each_day = (
            _growth(Fraction(grown.now, days[0]), Fraction(grown.then, days[1]))
            if all(days)
            else None
        )
        on_days = _growth(Fraction(matched[0]), Fraction(matched[1]))
        apart = {*grown.opened, *grown.closed}
        few = not rule.shows_all and self._tells_few(apart, rule, holdings)
        receiving = min(sum(side.get(market, 0) for market in ids) for side in by_market.receiving)
        thin = not rule.shows_all and receiving < rule.rate_base_min
        number = _number if rule.shows_all else _rounded
        # Of few vendors, days less than the whole window would be told by what they leave out.
        of_matched = hidden or _withheld(grown.matched, is_unsafe=few)
        of_days = hidden or _withheld(on_days, is_unsafe=few or thin)
        return GrowthView(
            against=self.against,
            window_first=self.then.window.first,
            window_last=self.then.window.last,
            raw=None if hidden else number(grown.raw),
            per_market_day=None if hidden else number(each_day),
            matched=None if of_matched else number(grown.matched),
            matched_days=None if of_days else number(on_days),
            matched_markets=len(grown.matched_markets),
            market_days=sum(by_market.openings.get(market, 0) for market in ids),
            opened=[names[market] for market in grown.opened],
            closed=[names[market] for market in grown.closed],
            hidden=hidden,
            matched_hidden=of_matched,
            matched_days_hidden=of_days,
        )

    def _tells_few(
        self, markets: Collection[int], rule: ProductRule, holdings: Mapping[int, str]
    ) -> bool:
        """Say whether all money less that of the matched markets is the money of few."""
        for side in (self.now, self.then):
            by: dict[str, int] = {}
            for who, where, value in side.vendors:
                if where in markets:
                    holding = holdings.get(who) or f"#{who}"
                    by[holding] = by.get(holding, 0) + value
            if rule.cell.is_unsafe(by):
                return True
        return False


Sums = Mapping[int, int]
"""By market."""


@dataclass(frozen=True)
class _ByMarket:
    """Both windows by market, this one first: areas are sums of markets."""

    values: tuple[Sums, Sums]
    days: tuple[Sums, Sums]
    matched: tuple[Sums, Sums]
    """Values on the openings that match."""
    openings: Sums
    """How many openings match."""
    receiving: tuple[Sums, Sums]
    """Vendors who received anything."""

    @classmethod
    def of(cls, compared: Compared) -> "_ByMarket":
        now, then = compared.now, compared.then
        keys = ["market_id", "day_on"]
        both = pd.concat([now.days, then.days])
        matched = matched_days(
            both.loc[~both["is_disturbed"], keys],
            now.window,
            then.window,
            left_out=compared.left_out,
        )
        sides = [
            side.merge(received.days, on=keys, validate="one_to_one")
            for side, received in ((matched.now, now), (matched.then, then))
        ]
        return cls(
            values=(_sums(now.days), _sums(then.days)),
            days=(_counts(now.days), _counts(then.days)),
            matched=(_sums(sides[0]), _sums(sides[1])),
            openings=_counts(sides[0]),
            receiving=(_receiving(now), _receiving(then)),
        )


def _sums(days: pd.DataFrame) -> Sums:
    told = days.groupby("market_id")["value_vnd"].sum()
    return dict(zip(told.index.tolist(), told.tolist(), strict=True))


def _counts(days: pd.DataFrame) -> Sums:
    told = days.groupby("market_id").size()
    return dict(zip(told.index.tolist(), told.tolist(), strict=True))


def _receiving(received: Received) -> Sums:
    return Counter(where for _who, where, _value in received.vendors)


def hidden_in(
    received: Received,
    members: Mapping[str, Collection[str]],
    codes: Mapping[int, str],
    holdings: Mapping[int, str],
    rule: ProductRule,
) -> frozenset[str]:
    """Return the areas whose money of a window may not be told, whether it was published or not."""
    if rule.shows_all:
        return frozenset()
    takings = [
        Takings(codes[where], "", holdings.get(who) or f"#{who}", value, ())
        for who, where, value in received.vendors
    ]
    markets = sorted(codes.values())
    same = same_areas(markets, members)
    groups = {(0, code): sorted(own) for code, own in members.items() if code not in same}
    tables = linked_tables(
        [((one.market_code,), one.holding, one.value_vnd) for one in takings],
        [frozenset({0})],
        groups,
    )
    hidden = {key[0] for key in protect(tables, rule.cell).hidden}
    return frozenset(code for code in (ALL, *markets, *members) if same.get(code, code) in hidden)


def _withheld(value: Fraction | None, *, is_unsafe: bool) -> str:
    """Return the mark of a growth that would tell of few by what it leaves out; nothing has none."""
    return Hidden.SECONDARY.value if is_unsafe and value is not None else ""


def _growth(now: Fraction, then: Fraction) -> Fraction | None:
    return (now - then) / then if then else None


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _rounded(value: Fraction | None) -> float | None:
    """Return a growth in tenths of a per cent: with all its digits a quotient tells both its sums."""
    return None if value is None else round(float(value), 3)
