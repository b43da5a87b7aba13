"""Rows of a query as a frame of declared kinds: how facts come out of the database."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

Rows = Sequence[Any]


def frame_of(rows: Rows, columns: Mapping[str, str]) -> pd.DataFrame:
    """Return rows as a frame of the declared kinds; days go in as they come from the driver."""
    told = zip(*rows, strict=True) if rows else ([] for _ in columns)
    frame = pd.DataFrame(
        {
            name: pd.Series(list(values), dtype="object")
            for name, values in zip(columns, told, strict=True)
        }
    )
    days = {
        name: pd.to_datetime(frame[name], utc="UTC" in kind)
        for name, kind in columns.items()
        if kind.startswith("datetime")
    }
    return frame.assign(**days).astype(dict(columns))
