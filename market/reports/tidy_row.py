"""The columns of the tidy table of adoption: one declaration for CSV, XLSX, JSON and the API's description.

Source: domain.md 13.2.
"""

from market.reports.view import View


class TidyRow(View):
    """One figure of one area in one window; the columns in their order."""

    period: str
    window: str
    """First and last day; nothing before the slash = from the beginning."""
    area_code: str
    """The commune's code on the window's last market day; empty = several communes."""
    area_valid_from: str
    """From which day the commune has that code."""
    market: str
    """``*`` = all markets together."""
    indicator: str
    name: str
    value: float | int | None
    unit: str
    numerator: float | int | str | None
    """``<5`` = 1 to 4 vendors."""
    denominator: int | None
    ci_low: float | None
    ci_high: float | None
    coverage: float | None
    flag: str
    """Letters, which the methods page explains; empty = none applies."""
    plan: float | None
    plan_attainment: float | None
    plan_from: str | None
    plan_to: str | None
    plan_area: str | None
    plan_legal_basis: str | None


class AreaTidyRow(TidyRow):
    """The same of an area, with what its borders leave unsaid."""

    group_code: str
    caveat: str


ADOPTION_HEADER = list(TidyRow.model_fields)
AREA_HEADER = list(AreaTidyRow.model_fields)
