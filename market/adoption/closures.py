"""Markets that closed: their stalls, accounts and cash points are there to the day of the last session.

Nobody ends each holding when a market closes, so the spans of the register run on past it; here they
are cut to the days the market was held. Of a period in which it was not, it is in no denominator.
"""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from market.adoption.indicator import Window

_ONE_DAY = pd.Timedelta(days=1)
_STILL = pd.Timestamp(date.max)


def held_parts(spans: pd.DataFrame, closures: pd.DataFrame) -> pd.DataFrame:
    """Return spans without the days their market was closed; two where it met again meanwhile.

    Args:
        spans: rows with ``market_id, from_on, to_on``, both ends included, ``NaT`` = still.
        closures: as ``facts.CLOSURE_COLUMNS``.
    """
    touched = spans["market_id"].isin(closures["market_id"])
    if not touched.any():
        return spans
    rows = [
        {**row, "from_on": first, "to_on": last}
        for row in spans[touched].fillna({"to_on": _STILL}).to_dict("records")
        for first, last in _parts(
            row["from_on"], row["to_on"], closures[closures["market_id"] == row["market_id"]]
        )
    ]
    parts = pd.DataFrame(rows, columns=list(spans.columns)).astype(dict(spans.dtypes))
    parts = parts.assign(to_on=parts["to_on"].mask(parts["to_on"] == _STILL))
    return pd.concat([spans[~touched], parts], ignore_index=True)


def closed_through(closures: pd.DataFrame, window: Window) -> list[int]:
    """Return the markets that were closed on every day of a window."""
    begun = closures["from_on"] <= pd.Timestamp(window.first)
    last = pd.Timestamp(window.last)
    return closures.loc[begun & _reaches(closures, last), "market_id"].tolist()


def closed_in(closures: pd.DataFrame, window: Window) -> dict[int, date]:
    """Return the last market day of each market that closed in a window and did not meet again in it."""
    begun = closures["from_on"].between(
        pd.Timestamp(window.first) + _ONE_DAY, pd.Timestamp(window.last)
    )
    ended = closures[begun & _reaches(closures, pd.Timestamp(window.last))]
    return {
        market: (first - _ONE_DAY).date()
        for market, first in zip(ended["market_id"].tolist(), ended["from_on"], strict=True)
    }


def _reaches(closures: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    return closures["to_on"].isna() | (closures["to_on"] >= day)


def _parts(
    first: pd.Timestamp, last: pd.Timestamp, closures: pd.DataFrame
) -> Iterator[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return what is left of a span; ``_STILL`` = it has no end."""
    ordered = closures.fillna({"to_on": _STILL}).sort_values("from_on")
    for closed_from, closed_to in zip(ordered["from_on"], ordered["to_on"], strict=True):
        if last < closed_from:
            break
        if first < closed_from:
            yield first, closed_from - _ONE_DAY
        if closed_to == _STILL:
            return
        first = max(first, closed_to + _ONE_DAY)
    if first <= last:
        yield first, last
