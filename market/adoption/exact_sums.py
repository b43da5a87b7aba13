"""Sums of int64 that may exceed 64 bits, as Python integers."""

import pandas as pd


def exact_sum(values: pd.Series) -> int:
    """Return a sum of int64 as a Python integer, which does not wrap around.

    The halves are summed apart: each stays within 64 bits for up to 2^31 rows.
    """
    numbers = values.to_numpy("int64")
    return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFFFFFF).sum())


def exact_sums(values: pd.Series, keys: pd.Series) -> dict[int, int]:
    """Return the exact sum for each key."""
    halves = pd.DataFrame(
        {"high": values.to_numpy("int64") >> 32, "low": values.to_numpy("int64") & 0xFFFFFFFF}
    )
    sums = halves.groupby(keys.to_numpy()).sum()
    return {
        int(key): (int(high) << 32) + int(low)
        for key, high, low in zip(sums.index, sums["high"], sums["low"], strict=True)
    }
