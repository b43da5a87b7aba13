"""What of a table may leave the house: nobody's own figure, not even by subtraction.

``figures`` guards the figures of a period, ``protect`` any tables that share cells. Source: domain.md
12; Hundepool and others, Handbook on Statistical Disclosure Control (sdcTools/HandbookSDC), chapter 4.
"""

from market.adoption.disclosure.areas import (
    RATE_BASE_MIN,
    VENDORS_MIN,
    Cell,
    DisclosedArea,
    is_few,
)
from market.adoption.disclosure.hidden import Hidden

__all__ = ["RATE_BASE_MIN", "VENDORS_MIN", "Cell", "DisclosedArea", "Hidden", "is_few"]
