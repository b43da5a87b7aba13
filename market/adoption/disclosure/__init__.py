"""What of a table may leave the house: nobody's own figure, not even by subtraction.

``areas`` guards the month's report, ``protect`` any tables that share cells. Source: domain.md 12;
Hundepool and others, Handbook on Statistical Disclosure Control (sdcTools/HandbookSDC), chapter 4.
"""

from market.adoption.disclosure.areas import (
    BLOCKS,
    RATE_BASE_MIN,
    VENDORS_MIN,
    Cell,
    DisclosedArea,
    disclose,
    disclose_compared,
    disclose_group,
    is_few,
    show_all,
)
from market.adoption.disclosure.hidden import Hidden

__all__ = [
    "BLOCKS",
    "RATE_BASE_MIN",
    "VENDORS_MIN",
    "Cell",
    "DisclosedArea",
    "Hidden",
    "disclose",
    "disclose_compared",
    "disclose_group",
    "is_few",
    "show_all",
]
