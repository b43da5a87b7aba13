"""Who trades where: the stalls and vendors of the simulated markets, drawn once from a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from merchants.markets.registration import MarketDetails
from merchants.vendor_code import write_vendor_code
from reconciliation.simulation.goods import GOODS, GoodsGroup
from reconciliation.simulation.people import SimVendor, draw_vendor
from reconciliation.simulation.seeds import Draw, stream

STALL_STATES = {"occupied": 0.9, "vacant": 0.07, "closed": 0.03}
SECOND_STALL_SHARE = 0.06
AUDITED_SHARE = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class SimStall:
    """One trading point; ``vendor`` is the number of its holder, ``None`` when nobody trades there."""

    market_code: str
    code: str
    goods: GoodsGroup
    state: str
    vendor: int | None
    displayed_codes: int | None
    audited_on: date | None


@dataclass(frozen=True, kw_only=True)
class SimRegister:
    """The drawn register; ``vendors[n].number == n``, codes are empty until ``with_codes``."""

    seed: int
    markets: tuple[MarketDetails, ...]
    stalls: tuple[SimStall, ...]
    vendors: tuple[SimVendor, ...]

    def with_codes(self, codes: Mapping[tuple[str, str], str]) -> "SimRegister":
        """Return the register with the vendor codes a real register gave.

        Args:
            codes: vendor code by (market code, stall code); a stall may be missing when its row
                was rejected, then its vendor stays without a code and receives nothing.
        """
        found: dict[int, str] = {}
        for stall in self.stalls:
            code = codes.get((stall.market_code, stall.code))
            if stall.vendor is not None and code:
                found[stall.vendor] = code
        vendors = tuple(replace(v, code=found.get(v.number, "")) for v in self.vendors)
        return replace(self, vendors=vendors)

    def with_codes_in_order(self) -> "SimRegister":
        """Return the register with the codes a fresh database gives when it takes the sheet in."""
        floor = sorted(self.stalls, key=lambda stall: (stall.market_code, stall.code))
        order = dict.fromkeys(s.vendor for s in floor if s.vendor is not None)
        codes = {vendor: write_vendor_code(n) for n, vendor in enumerate(order, start=1)}
        vendors = tuple(replace(v, code=codes[v.number]) for v in self.vendors)
        return replace(self, vendors=vendors)

    @cached_property
    def market_by_code(self) -> dict[str, MarketDetails]:
        """Return the markets by code."""
        return {market.code: market for market in self.markets}


def draw_register(markets: Sequence[MarketDetails], seed: int) -> SimRegister:
    """Return the stalls and vendors of ``markets``: as many stalls as each market counts."""
    stalls: list[SimStall] = []
    vendors: list[SimVendor] = []
    for market in markets:
        _draw_market(market, seed, stalls, vendors)
    return SimRegister(
        seed=seed, markets=tuple(markets), stalls=tuple(stalls), vendors=tuple(vendors)
    )


def _draw_market(
    market: MarketDetails, seed: int, stalls: list[SimStall], vendors: list[SimVendor]
) -> None:
    draw = stream(seed, "market", market.code)
    first_here = len(vendors)
    for goods, code in _floor_plan(market, draw):
        state = draw.choices(list(STALL_STATES), weights=list(STALL_STATES.values()))[0]
        holder: int | None = None
        if state == "occupied":
            holder = _holder(draw, market, goods, first_here, vendors, seed)
        audited = state == "occupied" and draw.random() < AUDITED_SHARE
        stalls.append(
            SimStall(
                market_code=market.code,
                code=code,
                goods=goods,
                state=state,
                vendor=holder,
                displayed_codes=_codes_seen(draw, vendors[holder])
                if audited and holder is not None
                else None,
                audited_on=date(2026, 10, draw.randint(20, 30)) if audited else None,
            )
        )


def _floor_plan(market: MarketDetails, draw: Draw) -> list[tuple[GoodsGroup, str]]:
    """Return goods and code of each stall, zone by zone: neighbours sell the same thing."""
    goods = draw.choices(GOODS, weights=[g.weight for g in GOODS], k=market.stalls_counted or 0)
    goods.sort(key=lambda group: (group.zone, GOODS.index(group)))
    numbers: dict[str, int] = {}
    plan = []
    for group in goods:
        letter = group.zone.split()[1]
        numbers[letter] = numbers.get(letter, 0) + 1
        plan.append((group, f"{letter}{numbers[letter]:02d}"))
    return plan


def _holder(
    draw: Draw,
    market: MarketDetails,
    goods: GoodsGroup,
    first_here: int,
    vendors: list[SimVendor],
    seed: int,
) -> int:
    neighbour = vendors[-1] if len(vendors) > first_here else None
    if neighbour and neighbour.goods is goods and draw.random() < SECOND_STALL_SHARE:
        return neighbour.number
    vendors.append(draw_vendor(market.code, goods, number=len(vendors), seed=seed, before=vendors))
    return vendors[-1].number


def _codes_seen(draw: Draw, vendor: SimVendor) -> int:
    """Return how many QR codes an auditor saw: also codes that feed nothing here."""
    if vendor.installed_on is None:
        return 1 if draw.random() < 0.25 else 0
    return 1 + (vendor.momo_store is not None) + (draw.random() < 0.12)
