"""What the adoption page tells in tables with bars, as pictures of their own and as rows of data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from market.adoption.definitions import DICTIONARY, TICKET_BAND_IDS
from market.adoption.disclosure.hidden import Hidden
from market.charts.bars import Bar, bar_chart
from market.exports import Value
from market.i18n import NOTHING, Lang, Translator, num, pct
from market.pages.chart_files import Table, in_context
from market.reports.ladder import Step, ladder_steps
from market.reports.models import AdoptionReport, AreaView, IndicatorView
from market.reports.wording import about_text, value_text

MARKETS_DRAWN = 30
OF_MARKETS = ("S3", "U1", "U3")
INDICATOR_HEADER = (
    *("period", "scheme", "window_first", "window_last", "market", "indicator"),
    *("value", "unit", "ci_low", "ci_high", "numerator", "denominator", "coverage", "flag"),
)


@dataclass(frozen=True, slots=True)
class ChartFile:
    """A picture, the rows it is drawn from, and what to know of it."""

    svg: str | None
    """``None`` = there is nothing to draw."""
    table: Table
    notes: tuple[str, ...] = ()


def indicator_row(report: AdoptionReport, code: str, one: IndicatorView) -> list[Value]:
    """Return a figure of an area in the columns of ``INDICATOR_HEADER``, with its own window."""
    few = f"<{one.numerator_below}" if one.numerator_below else one.numerator
    return [
        report.period,
        report.scheme,
        one.window_first.isoformat() if one.window_first else "",
        one.window_last.isoformat(),
        code,
        one.id,
        one.value,
        one.unit,
        one.low,
        one.high,
        few,
        one.denominator,
        one.coverage,
        one.flags,
    ]


def most_active(areas: Sequence[AreaView]) -> list[AreaView]:
    """Return markets by their share of active vendors, those whose share is hidden last."""
    return sorted(areas, key=lambda one: (one["U1"].value is None, -(one["U1"].value or 0)))


def left_out(drawn: int, rest: int, _: Translator) -> tuple[str, ...]:
    """Return a sentence on the markets a picture has no room for; none where it has."""
    if not rest:
        return ()
    return (_("Vẽ {n} chợ có tỷ lệ cao nhất; còn {rest} chợ trong bảng.", n=drawn, rest=rest),)


def band_name(name: str) -> str:
    """Return a band without the word that heads its column, or its picture."""
    for word in ("Khoản nhận ", "Receipts "):
        name = name.removeprefix(word)
    return f"{name[:1].upper()}{name[1:]}"


def _ladder(report: AdoptionReport, _: Translator, lang: Lang) -> ChartFile:
    def name(step: Step) -> str:
        return f"{step.indicator} {_label(step.indicator, lang)}" if step.indicator else frame

    frame = _("Trong khung")
    steps = ladder_steps(report.main) if report.main else []
    bars = [
        Bar(name(step), _told(step.hidden, _) or _counted(step, _, lang), step.share)
        for step in steps
    ]
    rows = [
        [
            *(step.indicator or "FRAME", step.count, _as_far_as_carried(step)),
            f"{step.hidden}{'k' if step.is_rounded else ''}",
        ]
        for step in steps
    ]
    table = ("step", "vendors", "share_of_frame", "flag"), rows
    return ChartFile(_drawn(bars), in_context(report, table, "vendors"))


def _as_far_as_carried(step: Step) -> float | None:
    """Return a share; of rounded counts in whole per cents, as everywhere."""
    return round(step.share, 2) if step.is_rounded and step.share is not None else step.share


def _counted(step: Step, _: Translator, lang: Lang) -> str:
    if step.count is None:
        return _(NOTHING)
    count = num(step.count)
    if step.share is None:
        return count
    share = about_text(step.share, lang) if step.is_rounded else pct(step.share, 0)
    return f"{count}; {share}"


def _bands(report: AdoptionReport, _: Translator, lang: Lang) -> ChartFile:
    main = report.main
    cells = [main[id_] for id_ in TICKET_BAND_IDS] if main else []
    bars = [
        Bar(
            band_name(one.name_en if lang is Lang.EN else one.name_vi),
            value_text(one, lang),
            None if one.value is None else float(one.value),
        )
        for one in cells
    ]
    code = main.market_code if main else ""
    rows = [indicator_row(report, code, one) for one in cells]
    return ChartFile(_drawn(bars), (INDICATOR_HEADER, rows))


def _goods(report: AdoptionReport, _: Translator, _lang: Lang) -> ChartFile:
    goods = report.main.goods if report.main else []
    bars = [
        Bar(
            _(one.goods_group) if one.goods_group else _("chưa ghi nhóm hàng"),
            _told(one.hidden, _) or (pct(one.share) if one.share is not None else _("ẩn")),
            one.share,
        )
        for one in goods
    ]
    rows = [
        [one.goods_group, one.vendors, one.receipts, one.value_vnd, one.share, one.hidden]
        for one in goods
    ]
    header = ("goods_group", "vendors", "receipts", "value_vnd", "share_of_value", "flag")
    return ChartFile(_drawn(bars), in_context(report, (header, rows), "vnd"))


def _markets(report: AdoptionReport, _: Translator, lang: Lang) -> ChartFile:
    shown = most_active(report.markets)[:MARKETS_DRAWN]
    bars = [
        Bar(
            area.market_name,
            "; ".join(value_text(area[id_], lang) for id_ in ("S3", "U1")),
            area["U1"].value,
            area["S3"].value,
        )
        for area in shown
    ]
    areas = [*report.markets, *([report.total] if report.total else [])]
    rows = [
        indicator_row(report, area.market_code, area[id_]) for area in areas for id_ in OF_MARKETS
    ]
    rest = len(report.markets) - len(shown)
    notes = (_("Có QR (nhạt), hoạt động (đậm)"), *left_out(len(shown), rest, _))
    return ChartFile(_drawn(bars), (INDICATOR_HEADER, rows), notes)


BAR_FILES: Mapping[str, Callable[[AdoptionReport, Translator, Lang], ChartFile]] = MappingProxyType(
    {"bac-thang": _ladder, "bac-tien": _bands, "nhom-hang": _goods, "cho": _markets}
)


def _drawn(bars: Sequence[Bar]) -> str | None:
    if all(bar.share is None and bar.behind is None for bar in bars):
        return None
    return bar_chart(bars, label="; ".join(f"{bar.name}: {bar.text}" for bar in bars))


def _told(hidden: str, _: Translator) -> str:
    """Return why a figure is not told; empty where it is."""
    if hidden == Hidden.WAITING:
        return _("chờ công bố")
    return _("ẩn") if hidden else ""


def _label(id_: str, lang: Lang) -> str:
    definition = DICTIONARY[id_]
    return definition.label_en if lang is Lang.EN else definition.label_vi
