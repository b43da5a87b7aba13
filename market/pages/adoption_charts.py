"""The charts of the adoption page: what they show, as drawings, pictures and rows of data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from markupsafe import Markup
from sqlmodel import Session

from market.adoption.definitions import DICTIONARY
from market.adoption.indicator import Window
from market.adoption.periods import Period, Scheme
from market.charts.intervals import NARROW as INTERVAL_NARROW
from market.charts.intervals import Row, interval_chart
from market.charts.trend import NARROW, WIDE, Line, trend_chart
from market.exports import Value
from market.i18n import Lang, Translator, pct, translator
from market.pages.adoption_asked import Asked, read_adoption
from market.pages.adoption_bars import (
    BAR_FILES,
    INDICATOR_HEADER,
    MARKETS_DRAWN,
    ChartFile,
    indicator_row,
    left_out,
    most_active,
)
from market.pages.adoption_periods import ROMAN
from market.pages.chart_files import MEASURES, Table, picture_file, table_file
from market.pages.rendering import lang_of
from market.pages.trend_marks import event_rows, legend_of, marks_of
from market.reports import AdoptionReport
from market.reports.course import unbroken
from market.reports.models import TrendPoint
from market.reports.trend_events import TrendEvent, trend_events
from market.reports.wording import value_text
from market.security.scope import Caller
from market.security.sessions import Reading

router = APIRouter()

TREND = MEASURES["dien-bien"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart for wide and for narrow screens, its title, and the table it is made of."""

    title: str
    wide: Markup
    narrow: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remarks: tuple[str, ...] = ()


@router.get("/muc-do-dung/bieu-do/{name}.{kind}", response_class=Response)
def chart_file(
    request: Request,
    session: Reading,
    caller: Caller,
    asked: Asked,
    name: Annotated[str, Path(pattern="^(dien-bien|so-sanh|bac-thang|bac-tien|nhom-hang|cho)$")],
    kind: Annotated[str, Path(pattern="^(svg|png|csv)$")],
) -> Response:
    """Return a chart of the adoption page as SVG or PNG, or the data it is drawn from as CSV."""
    report = read_adoption(request, session, caller, asked).report
    lang = lang_of(request)
    _ = translator(lang)
    bars = BAR_FILES.get(name)
    found = bars(report, _, lang) if bars else _line_file(session, report, name, _)
    if kind == "csv":
        return table_file(report, name, found.table)
    return picture_file(report, name, kind, found.svg, _, lang, notes=found.notes)


def _line_file(session: Session, report: AdoptionReport, name: str, _: Translator) -> ChartFile:
    is_trend = name == "dien-bien"
    events = events_of(session, report) if is_trend else []
    drawn = trend_of(report, events, _) if is_trend else interval_rows(report, _)
    table = _trend_rows(report, events, _) if is_trend else _interval_data(report)
    return ChartFile(str(drawn.wide) if drawn else None, table, drawn.remarks if drawn else ())


def events_of(session: Session, report: AdoptionReport) -> list[TrendEvent]:
    """Return what happened in the periods of a report's trend; of one alone there is no trend."""
    periods = unbroken(one.period for one in _points(report))
    if len(periods) < 2:
        return []
    first, last = (Period.read(label, Scheme(report.scheme)) for label in (periods[0], periods[-1]))
    return trend_events(session, report, Window(first.window.first, last.window.last))


def trend_of(report: AdoptionReport, happened: Sequence[TrendEvent], _: Translator) -> Drawn | None:
    """Return the lines of the last periods; ``None`` = there is one period or none to draw."""
    points = _points(report)
    periods = unbroken(one.period for one in points)
    if len(periods) < 2 or all(one.value is None for one in points):
        return None
    by = {(one.period, one.indicator): one for one in points}
    lines = [
        Line(
            name=_label(id_, _),
            values=tuple(_value(by.get((period, id_))) for period in periods),
            texts=tuple(_text(by.get((period, id_)), _) for period in periods),
        )
        for id_ in TREND
    ]
    events = marks_of(periods, happened, Scheme(report.scheme), _)
    title = _trend_title(lines, periods, _)
    names = [_short(period) for period in periods]

    def draw(size: tuple[int, int]) -> Markup:
        return _svg(trend_chart(names, lines, label=title, size=size, events=events))

    return Drawn(
        title=title,
        wide=draw(WIDE),
        narrow=draw(NARROW),
        header=(_("Kỳ"), *(line.name for line in lines)),
        rows=tuple((name, *(line.texts[at] for line in lines)) for at, name in enumerate(names)),
        remarks=(*legend_of(names, events, _), *_not_drawn(report, _)),
    )


def _not_drawn(report: AdoptionReport, _: Translator) -> tuple[str, ...]:
    """Return why the period itself is not on the line; nothing where it is."""
    if not report.is_rounded:
        return ()
    period = _short(report.period)
    return (_("{period}: chưa công bố, số còn làm tròn nên chưa vẽ", period=period),)


def interval_rows(report: AdoptionReport, _: Translator) -> Drawn | None:
    """Return the markets' shares of active vendors with their intervals; ``None`` = of one market."""
    if len(report.markets) < 2:
        return None
    told = most_active(report.markets)
    shown = told[:MARKETS_DRAWN]
    rows = [
        Row(
            name=area.market_name,
            text=value_text(area["U1"], _lang(_)),
            value=area["U1"].value,
            low=area["U1"].low,
            high=area["U1"].high,
        )
        for area in shown
    ]
    label = (
        _("Tiểu thương hoạt động 30 ngày theo chợ, tính từ số làm tròn")
        if report.is_rounded
        else _("Tiểu thương hoạt động 30 ngày theo chợ, kèm khoảng tin cậy 95%")
    )
    return Drawn(
        title=_interval_title(rows, _, is_rounded=report.is_rounded),
        wide=_svg(interval_chart(rows, label=label)),
        narrow=_svg(interval_chart(rows, label=label, width=INTERVAL_NARROW)),
        header=(),
        rows=(),
        remarks=left_out(len(shown), len(told) - len(shown), _),
    )


def _points(report: AdoptionReport) -> list[TrendPoint]:
    """Return what was published before, and the period itself where it is not among it.

    A period of rounded counts adds no point: the line to it would be mostly what rounding moved.
    """
    points = [one for one in report.trend if one.indicator in TREND]
    main = None if report.is_rounded else report.main
    if main is not None and all(one.period != report.period for one in points):
        points += [
            TrendPoint(
                period=report.period,
                area_code=main.market_code,
                indicator=id_,
                value=main[id_].value,
                hidden=main[id_].hidden,
                is_provisional=main[id_].is_provisional,
            )
            for id_ in TREND
        ]
    return points


def _trend_rows(report: AdoptionReport, happened: Sequence[TrendEvent], _: Translator) -> Table:
    header = (
        *("period", "scheme", "window_first", "window_last", "area_code"),
        *("indicator", "value", "unit", "flag", "event"),
    )
    periods = unbroken(one.period for one in _points(report))
    points: list[list[Value]] = [
        [
            one.period,
            report.scheme,
            *_window_of(report, one.period),
            one.area_code,
            one.indicator,
            one.value,
            DICTIONARY[one.indicator].unit.value,
            f"{one.hidden}{'p' if one.is_provisional else ''}",
            "",
        ]
        for one in _points(report)
    ]
    return header, points + event_rows(report, periods, happened, _)


def _window_of(report: AdoptionReport, label: str) -> tuple[str, str]:
    """Return the days of a period; of the report's own, those that were closed."""
    if label == report.period:
        return report.window_first.isoformat(), report.window_last.isoformat()
    window = Period.read(label, Scheme(report.scheme)).window
    return window.first.isoformat(), window.last.isoformat()


def _interval_data(report: AdoptionReport) -> Table:
    rows = [indicator_row(report, area.market_code, area["U1"]) for area in report.markets]
    return INDICATOR_HEADER, rows


def _trend_title(lines: list[Line], periods: list[str], _: Translator) -> str:
    known = [at for at, value in enumerate(lines[0].values) if value is not None]
    if len(known) < 2:
        return _("Hoạt động và có QR theo kỳ")
    return _(
        "Hoạt động từ {first} ({start}) đến {last} ({end})",
        first=lines[0].texts[known[0]],
        start=_short(periods[known[0]]),
        last=lines[0].texts[known[-1]],
        end=_short(periods[known[-1]]),
    )


def _interval_title(rows: list[Row], _: Translator, *, is_rounded: bool) -> str:
    known = [row for row in rows if row.value is not None]
    if not known:
        return _("Chưa công bố được tỷ lệ của chợ nào")
    if is_rounded:
        return _("Hoạt động theo chợ, chưa so hơn kém khi số còn làm tròn")
    apart = [row for row in known[1:] if row.high is not None and row.high < (known[0].low or 0)]
    if not apart:
        return _("Chưa chợ nào cao hơn hẳn: các khoảng tin cậy chồng nhau")
    return _("{name} cao hơn hẳn {n} chợ", name=known[0].name, n=len(apart))


def _value(one: TrendPoint | None) -> float | None:
    return one.value if one else None


def _text(one: TrendPoint | None, _: Translator) -> str:
    if one is not None and one.value is not None:
        return pct(one.value)
    return _("ẩn") if one is not None and one.hidden else _("chưa có")


def _short(period: str) -> str:
    """Return ``10/26``, ``IV/26`` or ``2026``."""
    year, _, part = period.partition("-")
    if not part:
        return year
    return f"{ROMAN[int(part[1]) - 1] if part.startswith('Q') else part}/{year[2:]}"


def _label(id_: str, _: Translator) -> str:
    definition = DICTIONARY[id_]
    return definition.label_en if _lang(_) is Lang.EN else definition.label_vi


def _lang(_: Translator) -> Lang:
    return Lang.EN if _("Kỳ") != "Kỳ" else Lang.VI


def _svg(text: str) -> Markup:
    return Markup(text)  # noqa: S704 (drawn by market.charts, which escapes every text)
