"""Who of each month stayed, as cells on a ramp: the page's table and the picture of it agree."""

from dataclasses import dataclass

from market.charts.heat import Cell, Row, heat_chart
from market.i18n import Translator, num
from market.reports.models import AdoptionReport, CohortView

HEAT_FLOORS = (0.0, 0.7, 0.75, 0.8, 0.85, 0.9)
"""From which share on a month of a cohort has the next darker colour."""
SHOWN = 12


@dataclass(frozen=True)
class HeatCell:
    """One month of a cohort, as a share with its place on the ramp; ``None`` = hidden."""

    share: str | None
    step: int
    returned: int | None


@dataclass(frozen=True)
class HeatRow:
    """A cohort; without cells = fewer than 5 began."""

    month: str
    size: int | None
    cells: tuple[HeatCell, ...]


def heat_rows(report: AdoptionReport) -> list[HeatRow]:
    """Return the newest cohorts and their first months."""
    return [
        HeatRow(
            month=f"{one.month[5:]}/{one.month[:4]}",
            size=one.size,
            cells=tuple(_cells(one)),
        )
        for one in report.cohorts[-SHOWN:]
    ]


def heat_drawing(report: AdoptionReport, _: Translator, width: int) -> str | None:
    """Return the cohorts as SVG; ``None`` = nothing may be told of any."""
    rows = [
        Row(
            f"{row.month} ({num(row.size)})" if row.size is not None else f"{row.month} (<5)",
            tuple(
                Cell(_("ẩn") if cell.share is None else cell.share, cell.step) for cell in row.cells
            ),
        )
        for row in heat_rows(report)
    ]
    if not any(row.cells for row in rows):
        return None
    return heat_chart(rows, label=_("Tỷ lệ ở lại theo tháng bắt đầu"), width=width)


def _cells(one: CohortView) -> list[HeatCell]:
    if one.size is None:
        return []
    found = []
    for active, returned in list(zip(one.active, one.returned, strict=True))[:SHOWN]:
        share = None if active is None else active / one.size
        step = 0 if share is None else sum(share >= floor for floor in HEAT_FLOORS)
        found.append(HeatCell(None if share is None else num(share * 100), step, returned))
    return found
