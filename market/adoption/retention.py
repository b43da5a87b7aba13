"""Retention: of those who began in the same period, how many are still paid by QR later on.

Source: domain.md 11.3. A cohort is the vendors whose first receipt fell into the same month; period
k of the cohort is the k-th month after it. Returned is who is paid again after 90 days without.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from market.adoption.definitions import DORMANT_DAYS
from market.adoption.facts import day_numbers
from market.adoption.indicator import Window
from market.adoption.periods import Length, Period, Scheme, month_numbers


@dataclass(frozen=True, slots=True)
class RetentionCell:
    """One cohort in one period after its first."""

    cohort: Period
    offset: int
    """0 = the period of the first receipts."""
    size: int
    """Vendors of the cohort, the same in each of its cells."""
    active: int
    returned: int
    """Of the active, those who had been without a receipt for 90 days before."""

    @property
    def share(self) -> Fraction:
        """Return the active as a share of the cohort."""
        return Fraction(self.active, self.size)


def retention_triangle(
    vendor_days: pd.DataFrame,
    first_receipts: pd.DataFrame,
    through: Window,
    *,
    scheme: Scheme = Scheme.CALENDAR,
) -> list[RetentionCell]:
    """Return the triangle, by cohort and offset, up to the period in which ``through`` ends.

    Every cohort has a cell for every period up to then, also where nobody is active. The last
    period is told as far as it goes.

    Args:
        vendor_days: ``vendor_id, day_on`` of receipts, all days since the first cohort.
        first_receipts: as ``frames.FIRST_RECEIPT_COLUMNS``; vendors whose first receipt is older
            than every vendor-day given form their own cohorts just the same.
    """
    last = pd.Timestamp(through.last)
    firsts = first_receipts[first_receipts["first_on"] <= last]
    if firsts.empty:
        return []
    begun = pd.Series(month_numbers(firsts["first_on"], scheme), firsts["vendor_id"].to_numpy())
    begun = begun.groupby(level=0).min()
    until = Period.holding(through.last, Length.MONTH, scheme).first_month
    paid = vendor_days[vendor_days["day_on"] <= last][["vendor_id", "day_on"]].drop_duplicates()
    active = _active_months(paid, begun, scheme)
    cells_of = active.groupby(["cohort", "month"])["returned"]
    counts, returned = cells_of.size().to_dict(), cells_of.sum().to_dict()
    sizes = begun.value_counts()
    return [
        RetentionCell(
            cohort=Period(cohort, Length.MONTH, scheme),
            offset=month - cohort,
            size=int(sizes[cohort]),
            active=int(counts.get((cohort, month), 0)),
            returned=int(returned.get((cohort, month), 0)),
        )
        for cohort in sorted(sizes.index.tolist())
        for month in range(cohort, until + 1)
    ]


def _active_months(paid: pd.DataFrame, begun: pd.Series, scheme: Scheme) -> pd.DataFrame:
    """Return ``vendor_id, month, cohort, returned``: one row for a vendor and month with receipts."""
    ordered = paid.sort_values(["vendor_id", "day_on"], ignore_index=True)
    numbers = day_numbers(ordered["day_on"])
    same = np.zeros(len(ordered), dtype="bool")
    vendors = ordered["vendor_id"].to_numpy("int64")
    same[1:] = vendors[1:] == vendors[:-1]
    gap = np.zeros(len(ordered), dtype="int64")
    gap[1:] = numbers[1:] - numbers[:-1]
    rows = pd.DataFrame(
        {
            "vendor_id": vendors,
            "month": month_numbers(ordered["day_on"], scheme),
            # Paid on day 0 and again on day 91: the 90 days between were without.
            "returned": same & (gap > DORMANT_DAYS),
        }
    )
    months = rows.groupby(["vendor_id", "month"])["returned"].any().reset_index()
    months["cohort"] = months["vendor_id"].map(begun)
    return months.dropna(subset="cohort").astype({"cohort": "int64"})
