"""U11: by which channel the money comes, by value with bounds and by number of receipts."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from market.adoption.bounds import Bounds, OpenBreak, Side, share_bounds
from market.adoption.exact_sums import exact_sum
from market.adoption.facts import Facts
from market.adoption.frames import within
from market.adoption.indicator import Window, ratio

_CHANNEL = ["acceptance_type", "provider"]


@dataclass(frozen=True, slots=True)
class ChannelShare:
    """One channel's share in the receipts of a window."""

    acceptance_type: str
    provider: str
    value_vnd: int
    receipts: int
    vendors: int
    """Who received money by it."""
    of_value: Bounds | None
    """``None`` = there is no money at all, not even announced."""
    of_receipts: float | None


def channel_shares(facts: Facts, window: Window) -> list[ChannelShare]:
    """Return every channel of the window by type and provider; facts of one version of each day.

    A break of a known channel may add to that channel and to no other; one of an unknown channel to
    any. Channels that have nothing but breaks are told too.
    """
    told = facts.channel_days[within(facts.channel_days["day_on"], window)]
    open_ = facts.breaks[within(facts.breaks["day_on"], window)]
    by_channel = {_key(key): rows for key, rows in _grouped(told, _CHANNEL)}
    values = {key: exact_sum(rows["value_vnd"]) for key, rows in by_channel.items()}
    receipts = {key: int(rows["receipts"].sum()) for key, rows in by_channel.items()}
    vendors = {key: rows["vendor_id"].nunique() for key, rows in by_channel.items()}
    breaks = [
        (str(name), _key(key), exact_sum(rows["value_vnd"]))
        for (name, *key), rows in _grouped(open_, ["break_name", *_CHANNEL])
    ]
    known = values.keys() | {key for _, key, _ in breaks if all(key)}
    everything, count = sum(values.values()), sum(receipts.values())
    return [
        ChannelShare(
            acceptance_type=key[0],
            provider=key[1],
            value_vnd=values.get(key, 0),
            receipts=receipts.get(key, 0),
            vendors=vendors.get(key, 0),
            of_value=share_bounds(
                values.get(key, 0),
                everything - values.get(key, 0),
                [OpenBreak(name, value, _side(of, key)) for name, of, value in breaks],
            ),
            of_receipts=ratio(receipts.get(key, 0), count),
        )
        for key in sorted(known)
    ]


def open_breaks(facts: Facts, window: Window) -> list[OpenBreak]:
    """Return the breaks of the window by name: each may join the sum of the money received."""
    told = facts.breaks[within(facts.breaks["day_on"], window)]
    return [
        OpenBreak(str(name), exact_sum(rows["value_vnd"]))
        for (name,), rows in _grouped(told, ["break_name"])
    ]


def _grouped(rows: pd.DataFrame, keys: list[str]) -> list[tuple[tuple[Any, ...], pd.DataFrame]]:
    return [(tuple(key), group) for key, group in rows.groupby(keys)]


def _key(key: Any) -> tuple[str, str]:
    acceptance_type, provider = key
    return str(acceptance_type), str(provider)


def _side(of: tuple[str, str], key: tuple[str, str]) -> Side:
    """Return on which side of a channel's share a break lies; half-known ones on either."""
    if all(mine in {"", theirs} for mine, theirs in zip(of, key, strict=True)):
        return Side.PART if of == key else Side.UNKNOWN
    return Side.REST
