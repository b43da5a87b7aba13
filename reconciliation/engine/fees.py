"""The fee a schedule expects, in whole đồng, and how far the fee charged is from it."""

import numpy as np
from numpy.typing import NDArray

from reconciliation.profiles import FeeSchedule

_BASIS = 10_000


def expected_fee(amounts: NDArray[np.int64], schedule: FeeSchedule) -> NDArray[np.int64]:
    """Return the fee of each amount: basis points rounded half up, plus fixed, within bounds.

    The product with basis points is split so that amounts near 2^60 do not overflow.
    """
    whole, rest = np.divmod(amounts, _BASIS)
    fees = whole * schedule.bps + (rest * schedule.bps + _BASIS // 2) // _BASIS
    fees += schedule.fixed_vnd
    largest = np.iinfo(np.int64).max if schedule.max_vnd is None else schedule.max_vnd
    bounded: NDArray[np.int64] = np.clip(fees, schedule.min_vnd, largest)
    return bounded


def expected_tax(fees: NDArray[np.int64], schedule: FeeSchedule) -> NDArray[np.int64]:
    """Return the tax on each fee, rounded half up."""
    whole, rest = np.divmod(fees, _BASIS)
    tax: NDArray[np.int64] = whole * schedule.vat_bps
    tax += (rest * schedule.vat_bps + _BASIS // 2) // _BASIS
    return tax
