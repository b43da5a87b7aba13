"""Cells of areas: a figure, and whether it may be shown."""

from dataclasses import dataclass

from market.adoption.definitions import DisclosureClass
from market.adoption.disclosure.hidden import Hidden
from market.adoption.indicator import Indicator

VENDORS_MIN = 5
RATE_BASE_MIN = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """One indicator of one area, and whether it may be shown."""

    indicator: Indicator
    hidden: Hidden

    @property
    def numerator_is_few(self) -> bool:
        """Say that the numerator is told as "<5": hidden, because it counts 1 to 4 of 1 to 4 vendors."""
        return (
            self.hidden is Hidden.PRIMARY
            and self.indicator.definition.disclosure is DisclosureClass.RATE
            and is_few(self.indicator.contributors)
            # Vendors may have several accounts each.
            and self.indicator.numerator is not None
            and is_few(int(self.indicator.numerator))
        )


@dataclass(frozen=True, slots=True)
class DisclosedArea:
    """The cells of one market or of all markets together."""

    market_code: str
    cells: tuple[Cell, ...]

    def __getitem__(self, indicator_id: str) -> Cell:
        return next(cell for cell in self.cells if cell.indicator.id == indicator_id)


def is_few(count: int) -> bool:
    """Say whether a count of vendors is shown as "<5"."""
    return 1 <= count < VENDORS_MIN
