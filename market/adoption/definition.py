"""What a row of the catalogue says about a measure: the words printed beside its value."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

FIRST_VALID = date(2026, 1, 1)
"""Before any period that was published."""


class Unit(StrEnum):
    """What a value counts."""

    RATIO = "ratio"
    VND = "vnd"
    VND_PER_MARKET_DAY = "vnd_per_market_day"
    RECEIPTS_PER_VENDOR_DAY = "receipts_per_vendor_day"
    DAYS = "days"
    PER_100_VENDORS = "per_100_vendors"
    VENDORS = "vendors"
    PAYERS = "payers"
    INDEX = "index"
    """A number without a unit: an index of concentration, a factor."""


class DisclosureClass(StrEnum):
    """Which rule of ``disclosure`` guards a value."""

    PUBLIC = "public"
    """Counts of stalls, codes and cash points: they say nothing about a person."""
    RATE = "rate"
    VALUE = "value"


class Span(StrEnum):
    """Which days a measure looks at."""

    REFERENCE_DAY = "reference_day"
    """The last market day of the period."""
    PERIOD = "period"
    DAYS_30 = "30_days"
    """The 30 days to the end of the period."""
    DAYS_90 = "90_days"
    EVER = "ever"
    """From the beginning to the end of the period."""
    SURVEY = "survey"
    """The days on which the survey asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One row of the data dictionary."""

    id: str
    name_vi: str
    name_en: str
    formula_vi: str
    formula_en: str
    note_vi: str
    note_en: str
    unit: Unit
    disclosure: DisclosureClass
    source_vi: str
    """Who defined it: a body, a paper, a standard, or this programme itself."""
    source_en: str
    short_vi: str = ""
    """The name where room is narrow, words of the name itself; empty = the name."""
    short_en: str = ""
    span: Span = Span.PERIOD
    exclusions_vi: str = ""
    """What is in neither part of the formula; empty = nothing beyond the note."""
    exclusions_en: str = ""
    legal_basis: str = ""
    valid_from: date = FIRST_VALID
    """The first day of periods that this definition speaks of."""
    valid_to: date | None = None
    change_log: tuple[str, ...] = ()
    """What changed in the definition, oldest first; empty = as it was first written."""

    @property
    def numerator_vi(self) -> str:
        """Return the part of the formula above the line; the whole formula where there is no line."""
        return _parts(self.formula_vi)[0]

    @property
    def numerator_en(self) -> str:
        """Return the same in English."""
        return _parts(self.formula_en)[0]

    @property
    def denominator_vi(self) -> str:
        """Return the part of the formula below the line; empty where there is no line."""
        return _parts(self.formula_vi)[1]

    @property
    def denominator_en(self) -> str:
        """Return the same in English."""
        return _parts(self.formula_en)[1]

    @property
    def label_vi(self) -> str:
        """Return the name for a heading or a narrow column."""
        return self.short_vi or self.name_vi

    @property
    def label_en(self) -> str:
        """Return the same in English."""
        return self.short_en or self.name_en


def _parts(formula: str) -> tuple[str, str]:
    """Split a formula at its line: the one slash with a space on both sides, outside brackets."""
    depth = 0
    for place, sign in enumerate(formula):
        depth += (sign in "([") - (sign in ")]")
        if depth == 0 and formula.startswith(" / ", place):
            return formula[:place], formula[place + 3 :]
    return formula, ""
