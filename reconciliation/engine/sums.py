"""Sums of đồng that cannot overflow unnoticed: 64 bits are checked, never wrapped, never a float."""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.coded_text import Codes
from reconciliation.errors import EngineInputRefused

_LOW = np.int64(0xFFFFFFFF)
_SAFE = 2**62


def exact_sum(values: NDArray[np.int64]) -> int:
    """Return the sum as a Python int, right for any 64-bit values."""
    return (int((values >> 32).sum()) << 32) + int((values & _LOW).sum())


def sum_by(codes: Codes, size: int, values: NDArray[np.int64], *, what: str) -> NDArray[np.int64]:
    """Return the sum of the values of each code from 0 to ``size`` - 1.

    Raises:
        EngineInputRefused: a sum does not fit 64 bits; ``what`` says of what.
    """
    sums = np.zeros(size, np.int64)
    np.add.at(sums, codes, values)
    if len(values) and _reach(values) * len(values) >= _SAFE:
        high, low = np.zeros(size, np.int64), np.zeros(size, np.int64)
        np.add.at(high, codes, values >> 32)
        np.add.at(low, codes, values & _LOW)
        high += low >> 32
        if (np.abs(high) >= 2**31).any():
            raise EngineInputRefused(
                file=what, column="amount_vnd", problem="a sum is beyond 2^63 đồng"
            )
    return sums


def _reach(values: NDArray[np.int64]) -> int:
    return max(abs(int(values.max())), abs(int(values.min())))
