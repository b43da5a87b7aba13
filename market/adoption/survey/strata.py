"""Which stalls are asked and estimated together: those of one market, goods group and size.

A stratum is named ``market/goods/size``. The largest stalls of a market are one stratum and asked
with certainty, because takings are skewed; a goods group with few stalls is told together with the
next smallest one, because two answers of five stalls say little and name somebody. What a stall
receives by QR decides nothing here: the survey knows no transaction. Source: domain.md 11.5.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LARGE, USUAL = "lớn", "thường"
OTHERS = "khác"
STALLS_MIN = 10
"""A goods group of fewer stalls is no stratum of its own."""


@dataclass(frozen=True, slots=True)
class FrameStall:
    """A stall that may be asked. ``is_large`` = its area is at least what the design says."""

    market_code: str
    code: str
    goods_group: str
    is_large: bool


@dataclass(frozen=True, slots=True)
class StratumName:
    """The parts a stratum's name is made of; ``goods_group`` empty = of any kind."""

    market_code: str
    goods_group: str
    size: str

    def __str__(self) -> str:
        """Return the name as it is kept beside a draw."""
        return f"{self.market_code}/{self.goods_group}/{self.size}"

    @classmethod
    def read(cls, text: str) -> "StratumName":
        """Return the parts of a name; a goods group may hold a slash itself."""
        market, _, rest = text.partition("/")
        goods, _, size = rest.rpartition("/")
        return cls(market, goods, size)


def stratify(
    stalls: Iterable[FrameStall], stalls_min: int = STALLS_MIN
) -> dict[str, list[FrameStall]]:
    """Return the stalls by the name of their stratum; every stall is in exactly one.

    A market whose groups are all small is one stratum, and one small group beside large ones takes
    the smallest of them with it: merged with nobody it would only change its name.
    """
    found: dict[str, list[FrameStall]] = defaultdict(list)
    by_market: dict[str, list[FrameStall]] = defaultdict(list)
    for one in stalls:
        if one.is_large:
            found[str(StratumName(one.market_code, "", LARGE))].append(one)
        else:
            by_market[one.market_code].append(one)
    for market, own in by_market.items():
        merged = _merged(own, stalls_min)
        for one in own:
            goods = OTHERS if one.goods_group in merged else one.goods_group
            found[str(StratumName(market, goods, USUAL))].append(one)
    return {name: sorted(found[name], key=lambda one: one.code) for name in sorted(found)}


def _merged(stalls: Sequence[FrameStall], stalls_min: int) -> frozenset[str]:
    """Return the goods groups that are told together as others."""
    sizes: dict[str, int] = defaultdict(int)
    for one in stalls:
        sizes[one.goods_group] += 1
    by_size = sorted(sizes, key=lambda name: (sizes[name], name))
    # A stall whose goods nobody noted belongs to no group.
    small = [name for name in by_size if not name or sizes[name] < stalls_min]
    rest = [name for name in by_size if name not in small]
    while small and rest and sum(sizes[name] for name in small) < stalls_min:
        small.append(rest.pop(0))
    return frozenset(small)
