"""Sums of đồng in 64 bits; ``BookColumns.refuse_beyond`` sees to it that none is larger."""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Codes

_LOW = np.int64(0xFFFFFFFF)


def exact_sum(values: NDArray[np.int64]) -> int:
    """Return the sum as a Python int, right for any 64-bit values."""
    return (int((values >> 32).sum()) << 32) + int((values & _LOW).sum())


def largest(values: NDArray[np.int64]) -> int:
    """Return the value farthest from 0, without its sign; 0 of none."""
    return max(int(values.max(initial=0)), -int(values.min(initial=0)))


def sum_by(codes: Codes, size: int, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of the values of each code from 0 to ``size`` - 1."""
    sums = np.zeros(size, np.int64)
    np.add.at(sums, codes, values)
    return sums
