"""The charts of the printed report: ladder, markets, trend, Lorenz curve or ticket bands, small multiples.

Small charts stand two in a row. Everything drawn is told elsewhere under the same rules, so a chart
shows nothing new. Source: domain.md 13.1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from market.adoption.definitions import DICTIONARY, TICKET_BAND_IDS
from market.adoption.lunar_year import tet
from market.adoption.periods import Length, Period, Scheme
from market.charts import painted
from market.charts.bars import Bar, bar_chart
from market.charts.intervals import Row, interval_chart
from market.charts.multiples import COLUMNS, Panel, multiples_chart
from market.charts.plane import WIDE, Axis, Curve, plane_chart
from market.charts.trend import WIDE as TREND_WIDE
from market.charts.trend import Event, Line, trend_chart
from market.documents.adoption_paper import FONT, ChartRow, Note, PaperChart, Part
from market.i18n import Lang, num, pct, translator
from market.reports.course import unbroken
from market.reports.flags import HIDDEN_TEXT
from market.reports.ladder import Step, ladder_steps
from market.reports.models import AdoptionReport, AreaView, TrendPoint
from market.reports.paper_cells import ROMAN, figure_cell
from market.reports.study_words import concentration_words

MARKETS_DRAWN = 8
"""More of them make a chart that is taller than what stands beside it."""
ROWS_OF_PANELS = {Length.MONTH: 2, Length.QUARTER: 2, Length.YEAR: 1}
_MARKET = "Chợ "
_SHARES = tuple((share, pct(share, 0)) for share in (0, 0.25, 0.5, 0.75, 1))
_WIDE, _NARROW = 640, 320
SMALL = (320, 200)
"""A chart with axes that stands beside another: lower than on a phone, for four pages hold all."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A chart that can be drawn at half the width of the paper, or at all of it."""

    caption: str
    alt: str
    draw: Callable[[bool], str]
    """With whether it stands alone."""

    def chart(self, *, alone: bool) -> PaperChart:
        return PaperChart(self.caption, self.alt, painted(self.draw(alone), FONT))


def chart_parts(
    report: AdoptionReport, period: Period, courses: Sequence[TrendPoint]
) -> list[Part]:
    """Return the charts of a report, as far as there is anything to draw.

    Args:
        courses: what the markets' figures were published with, oldest first.
    """
    main = report.main
    if main is None:
        return []
    points = [one for one in report.trend if one.indicator == "U1"]
    trend = _trend(points, period)
    drawings = [_ladder(main), _markets(report), trend, _spread(report, main)]
    rows = _in_rows([one for one in drawings if one is not None])
    panels, shaded = _multiples(report, period, courses)
    # Low as they are, the panels fill what the first row leaves of the first page; a higher row does not.
    parts = [*rows[:1], *panels, *rows[1:]]
    if shaded or (trend and _tet_places(unbroken(one.period for one in points), period)):
        parts.append(Note("Nền xám: tháng có Tết Nguyên đán, chợ nghỉ nhiều ngày."))
    return parts


def _in_rows(drawings: Sequence[_Drawing]) -> list[Part]:
    """Return them two in a row in their order, what is left over alone."""
    rows = [drawings[at : at + 2] for at in range(0, len(drawings), 2)]
    return [
        row[0].chart(alone=True)
        if len(row) == 1
        else ChartRow(tuple(one.chart(alone=False) for one in row))
        for row in rows
    ]


def _ladder(main: AreaView) -> _Drawing | None:
    steps = ladder_steps(main)
    if all(step.share is None for step in steps):
        return None
    bars = [Bar(_step_name(step), _step_text(step), step.share) for step in steps]
    caption = "Từ danh sách đến dùng thường xuyên"
    alt = "; ".join(f"{bar.name}: {bar.text}" for bar in bars)
    return _Drawing(
        caption, alt, lambda alone: bar_chart(bars, label=alt, width=_WIDE if alone else _NARROW)
    )


def _step_name(step: Step) -> str:
    return DICTIONARY[step.indicator].label_vi if step.indicator else "Trong khung"


def _step_text(step: Step) -> str:
    if step.hidden:
        return HIDDEN_TEXT[step.hidden]
    if step.count is None:
        return "chưa có"
    count = num(step.count)
    return f"{count}; {pct(step.share, 0)}" if step.share is not None and step.indicator else count


def _markets(report: AdoptionReport) -> _Drawing | None:
    if len(report.markets) < 2 or all(a["U1"].value is None for a in report.markets):
        return None
    shown = sorted(
        _largest(report.markets)[:MARKETS_DRAWN],
        key=lambda a: (a["U1"].value is None, -(a["U1"].value or 0)),
    )
    rows = [
        Row(_short_name(a), figure_cell(a["U1"]), a["U1"].value, a["U1"].low, a["U1"].high)
        for a in shown
    ]
    alt = "; ".join(f"{row.name}: {row.text}" for row in rows)
    more = f", {num(len(rows))} chợ lớn nhất" if len(report.markets) > len(rows) else ""
    return _Drawing(
        f"Hoạt động 30 ngày theo chợ, kèm khoảng tin cậy 95%{more}",
        alt,
        lambda alone: interval_chart(rows, label=alt, width=_WIDE if alone else _NARROW),
    )


def _largest(markets: Sequence[AreaView]) -> list[AreaView]:
    """Return markets by the vendors in their frames, as far as these are told."""
    return sorted(
        markets,
        key=lambda a: (a.vendors_in_frame is None, -(a.vendors_in_frame or 0), a.market_code),
    )


def _trend(points: Sequence[TrendPoint], period: Period) -> _Drawing | None:
    if len(points) < 2 or all(one.value is None for one in points):
        return None
    by = {one.period: one for one in points}
    labels = unbroken(by)
    values = tuple(by[label].value if label in by else None for label in labels)
    texts = [_point_text(by.get(label)) for label in labels]
    line = Line(DICTIONARY["U1"].label_vi, values, tuple(texts))
    events = [Event(at, "Tết") for at in _tet_places(labels, period)]
    alt = "; ".join(f"{label}: {text}" for label, text in zip(labels, texts, strict=True))
    return _Drawing(
        "Hoạt động 30 ngày, các kỳ đã công bố",
        alt,
        lambda alone: trend_chart(
            [_short(label) for label in labels],
            [line],
            label=alt,
            events=events,
            size=TREND_WIDE if alone else SMALL,
        ),
    )


def _point_text(one: TrendPoint | None) -> str:
    if one is None:
        return "chưa công bố"
    return "ẩn" if one.value is None else pct(one.value)


def _spread(report: AdoptionReport, main: AreaView) -> _Drawing | None:
    """Return the Lorenz curve, else receipts by value where these may be told."""
    found = report.study.concentration if report.study else None
    if found is None or not found.lorenz:
        return _bands(main)
    words = concentration_words(found, translator(Lang.VI))
    points = tuple(found.lorenz)
    return _Drawing(
        "Đường Lorenz của tiền nhận qua QR",
        words,
        lambda alone: plane_chart(
            [
                Curve(((0, 0), (1, 1)), "--chart-ref", is_dashed=True),
                Curve(points, has_dots=True),
            ],
            across=Axis("Phần tiểu thương, từ người nhận ít nhất", _SHARES),
            up=Axis("Phần số tiền", _SHARES),
            label=words,
            size=WIDE if alone else SMALL,
        ),
    )


def _bands(main: AreaView) -> _Drawing | None:
    cells = [main[id_] for id_ in TICKET_BAND_IDS]
    if all(cell.value is None for cell in cells):
        return None
    bars = [
        Bar(
            cell.name_vi.removeprefix("Khoản nhận "),
            figure_cell(cell),
            None if cell.value is None else float(cell.value),
        )
        for cell in cells
    ]
    alt = "; ".join(f"{bar.name}: {bar.text}" for bar in bars)
    return _Drawing(
        "Khoản nhận qua QR theo giá trị",
        alt,
        lambda alone: bar_chart(bars, label=alt, width=_WIDE if alone else _NARROW),
    )


def _multiples(
    report: AdoptionReport, period: Period, courses: Sequence[TrendPoint]
) -> tuple[list[Part], bool]:
    """Return U3 of each market over the published periods, and whether a Tết is remarked in it."""
    labels = unbroken(one.period for one in courses)
    values = {(o.area_code, o.period): o.value for o in courses if o.indicator == "U3"}
    told = [a for a in report.markets if any((a.market_code, at) in values for at in labels)]
    if len(labels) < 2 or len(told) < 2 or not any(v is not None for v in values.values()):
        return [], False
    panels = [
        Panel(
            _short_name(area),
            tuple(values.get((area.market_code, at)) for at in labels),
            f"đóng {area.closed_on:%d/%m}" if area.closed_on else figure_cell(area["U3"]),
        )
        for area in _largest(told)[: COLUMNS * ROWS_OF_PANELS[period.length]]
    ]
    shaded = _tet_places(labels, period)
    more = f", {num(len(panels))} chợ lớn nhất" if len(told) > len(panels) else ""
    caption = f"Hoạt động theo ngày chợ của từng chợ qua các kỳ đã công bố{more}"
    alt = "; ".join(f"{panel.name}: {panel.text}" for panel in panels)
    svg = multiples_chart(panels, [_short(at) for at in labels], label=alt, shaded=shaded)
    return [PaperChart(caption, alt, painted(svg, FONT))], bool(shaded)


def _short_name(area: AreaView) -> str:
    """Return a market's name without the word that all of them begin with."""
    name = area.market_name.removeprefix(_MARKET)
    return f"{name[:1].upper()}{name[1:]}"


def _short(label: str) -> str:
    """Return ``10/2026``, ``IV/2026`` or ``2026``."""
    year, _, part = label.partition("-")
    if not part:
        return year
    return f"{ROMAN[int(part[1]) - 1] if part.startswith('Q') else part}/{year}"


def _tet_places(labels: Sequence[str], period: Period) -> list[int]:
    """Return the places of months that hold Tết; in quarters and years it stands out of nothing."""
    if period.length is not Length.MONTH:
        return []
    return [at for at, label in enumerate(labels) if _holds_tet(label, period.scheme)]


def _holds_tet(label: str, scheme: Scheme) -> bool:
    window = Period.read(label, scheme).window
    return any(
        window.first <= tet(year) <= window.last for year in {window.first.year, window.last.year}
    )
