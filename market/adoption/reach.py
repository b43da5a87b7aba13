"""How far figures reach: as far as books are closed, and of each market as far as its own are.

A day nobody has closed is no day without receipts. So the days a figure looks back over end where the
market's books do: one that is behind is measured to its own newest close, whatever day the others have
come to. A day left open before that close stays among them, as one nobody knows of; readers are told
how many there are. A market without a closed day in the window says nothing of what its vendors receive.
"""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from market.adoption.closures import closed_in
from market.adoption.facts import Facts
from market.adoption.frames import DAY, DAY_COLUMNS, within
from market.adoption.indicator import Window


def closed_days(facts: Facts) -> pd.DataFrame:
    """Return each market and day with what became of it, as ``frames.DAY_COLUMNS``.

    Days that are in no calendar but closed are there too, as days the market was not open.
    """
    keys = ["market_id", "day_on"]
    closes = facts.closes[[*keys, "is_final"]].assign(is_closed=True)
    days = facts.openings.merge(closes, on=keys, how="outer", validate="one_to_one")
    flags = ["is_open", "is_closed", "is_final"]
    known = days[flags].astype("boolean").fillna(value=False).astype("bool")
    return days[keys].join(known).astype(dict(DAY_COLUMNS))


def reach(days: pd.DataFrame, window: Window, until: date | None = None) -> date:
    """Return the last day figures speak of: the end of the window when its market days are closed.

    Else the newest closed day of any market; where none is closed, the end of the window, or
    ``until`` if that comes before: nobody stands on a list on a day that has not come.
    """
    last = window.last if until is None else max(window.first, min(window.last, until))
    inside = days[within(days["day_on"], window)]
    closed = inside.loc[inside["is_closed"], "day_on"]
    waiting = inside["is_open"] & ~inside["is_closed"]
    if closed.empty or not waiting.any():
        return last
    return pd.Timestamp(closed.max()).date()


def last_days(days: pd.DataFrame, reached: Window, closures: pd.DataFrame) -> dict[int, date]:
    """Return the last day known of each market with a closed day in the window.

    Its newest closed day where market days after it wait to be closed, its last market day where it
    closed in the window, else the end of the window.

    Args:
        days: as ``closed_days`` returns them.
        reached: to the day that ``reach`` tells of all markets together.
        closures: as ``facts.CLOSURE_COLUMNS``.
    """
    inside = days[within(days["day_on"], reached)]
    newest = inside[inside["is_closed"]].groupby("market_id")["day_on"].max()
    waiting = inside[inside["is_open"] & ~inside["is_closed"]]
    is_behind = waiting["day_on"] > newest.reindex(waiting["market_id"]).to_numpy()
    behind = set(waiting.loc[is_behind, "market_id"].tolist())
    ended = closed_in(closures, reached)
    return {
        market: pd.Timestamp(day).date() if market in behind else ended.get(market, reached.last)
        for market, day in zip(newest.index.tolist(), newest.tolist(), strict=True)
    }


def last_day_of(market_ids: pd.Series, lasts: Mapping[int, date]) -> pd.Series:
    """Return the last day known of the market of each row, ``NaT`` = of no market that has one.

    Args:
        lasts: as ``last_days`` returns them.
    """
    known = pd.Series(list(lasts.values()), pd.Index(list(lasts), dtype="int64"), dtype=DAY)
    return known.reindex(market_ids.to_numpy()).set_axis(market_ids.index)
