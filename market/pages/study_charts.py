"""The charts of the study page: what they show, as drawings, pictures and rows of data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from markupsafe import Markup

from market.adoption.definitions import DICTIONARY
from market.charts.intervals import NARROW as ROWS_NARROW
from market.charts.intervals import WIDE as ROWS_WIDE
from market.charts.intervals import Row, interval_chart
from market.charts.plane import NARROW, WIDE, Axis, Band, Curve, Point, plane_chart
from market.exports import Value
from market.i18n import Translator, num, pct, translator
from market.pages.adoption_asked import Asked, read_study
from market.pages.chart_files import in_context, picture_file, table_file
from market.pages.cohort_heat import heat_drawing
from market.pages.rendering import lang_of
from market.reports.models import AdoptionReport
from market.reports.study_models import FanView
from market.reports.study_words import (
    activation_words,
    channel_name,
    concentration_words,
    fan_words,
    season_words,
)
from market.security.scope import Caller
from market.security.sessions import Reading

router = APIRouter()

UNITS = {
    "tap-trung": "ratio",
    "kenh": "ratio",
    "kich-hoat": "ratio",
    "bass": "vendors",
    "logistic": "vendors",
    "mua-vu": "index",
    "o-lai": "vendors",
    "tang-truong": "ratio",
}
"""What the figures in the rows of a chart count; those of the composite index say it row by row."""
_SHARES = tuple((share, pct(share, 0)) for share in (0, 0.25, 0.5, 0.75, 1))
_BAND_OPACITY = (0.35, 0.6)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart for wide and for narrow screens, and the rows it is drawn from."""

    wide: Markup
    narrow: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


@router.get("/muc-do-dung/phan-tich/bieu-do/{name}.{kind}", response_class=Response)
def study_chart_file(
    request: Request,
    session: Reading,
    caller: Caller,
    asked: Asked,
    name: Annotated[
        str,
        Path(
            pattern="^(tap-trung|kenh|kich-hoat|bass|logistic|mua-vu|o-lai|tang-truong|chi-so-chung)$"
        ),
    ],
    kind: Annotated[str, Path(pattern="^(svg|png|csv)$")],
) -> Response:
    """Return a chart of the study page as SVG or PNG, or what it is drawn from as CSV."""
    report = read_study(request, session, caller, asked).report
    lang = lang_of(request)
    _ = translator(lang)
    drawn = PICTURES[name](report, _) if name in PICTURES else None
    if kind == "csv":
        table = TABLES[name](report) if name in TABLES else _rows_of(drawn)
        return table_file(report, name, in_context(report, table, UNITS.get(name)))
    return picture_file(report, name, kind, str(drawn.wide) if drawn else None, _, lang)


def lorenz_picture(report: AdoptionReport, _: Translator) -> Picture | None:
    """Return the Lorenz curve beside the line of equality; ``None`` = too few vendors, or hidden."""
    found = report.study.concentration if report.study else None
    if found is None or not found.lorenz:
        return None
    points = tuple(found.lorenz)

    def draw(size: tuple[int, int]) -> Markup:
        return _svg(
            plane_chart(
                [
                    Curve(((0, 0), (1, 1)), "--chart-ref", is_dashed=True),
                    Curve(points, has_dots=True),
                ],
                across=Axis(_("Phần tiểu thương, từ người nhận ít nhất"), _SHARES),
                up=Axis(_("Phần số tiền"), _SHARES),
                label=concentration_words(found, _),
                size=size,
            )
        )

    return Picture(draw(WIDE), draw(NARROW), ("share_of_vendors", "share_of_value"), points)


def channel_picture(report: AdoptionReport, _: Translator) -> Picture | None:
    """Return the channels with the bounds of their shares; ``None`` = there is none to tell."""
    channels = report.study.channels if report.study else []
    if not any(one.value_share is not None for one in channels):
        return None
    rows = [
        Row(
            channel_name(one, _),
            _("ẩn") if one.value_share is None else pct(one.value_share),
            one.value_share,
            one.low,
            one.high,
        )
        for one in channels
    ]
    label = "; ".join(f"{row.name}: {row.text}" for row in rows)
    return Picture(
        _svg(interval_chart(rows, label=label, width=ROWS_WIDE)),
        _svg(interval_chart(rows, label=label, width=ROWS_NARROW)),
        ("acceptance_type", "provider", "value_share", "low", "high", "receipts_share", "flag"),
        tuple(
            (
                one.acceptance_type,
                one.provider,
                one.value_share,
                one.low,
                one.high,
                one.receipts_share,
                one.hidden,
            )
            for one in channels
        ),
    )


def activation_picture(report: AdoptionReport, _: Translator) -> Picture | None:
    """Return the share of vendors paid by so many days after consent; ``None`` = not enough to draw.

    Between two of the days nothing is told, so the line stays where it was: Kaplan and Meier's has steps.
    """
    found = report.study.activation if report.study else None
    waits = found.waits if found else []
    told = [(one.day, one.paid) for one in waits if one.paid is not None]
    if found is None or len(told) < 2:
        return None
    longest = waits[-1].day
    points = stepped(told, longest)
    band = Band(
        stepped([(one.day, one.low) for one in waits if one.low is not None], longest),
        stepped([(one.day, one.high) for one in waits if one.high is not None], longest),
        _BAND_OPACITY[0],
    )

    def draw(size: tuple[int, int]) -> Markup:
        return _svg(
            plane_chart(
                [Curve(points, text=pct(points[-1][1], 0))],
                bands=[band],
                across=Axis(
                    _("Ngày sau khi đồng ý"),
                    tuple((one.day / longest, num(one.day)) for one in waits),
                ),
                up=Axis(_("Phần tiểu thương đã có khoản nhận"), _SHARES),
                label=activation_words(found, _),
                size=size,
            )
        )

    return Picture(
        draw(WIDE),
        draw(NARROW),
        ("days_after_consent", "share_paid", "ci_low", "ci_high", "flag"),
        tuple(
            (one.day, one.paid, one.low, one.high, "c" if one.paid is None else "") for one in waits
        ),
    )


def stepped(told: Sequence[tuple[int, float]], longest: int) -> tuple[Point, ...]:
    """Return the corners of a curve that stays until the next day it is told of."""
    points: list[Point] = []
    for day, value in told:
        if points:
            points.append((day / longest, points[-1][1]))
        points.append((day / longest, value))
    return tuple(points)


def fan_picture(one: FanView | None, _: Translator) -> Picture | None:
    """Return what was observed and the fan of what may come; ``None`` = the data allow no curve."""
    if one is None or not one.ahead:
        return None
    last = len(one.months) - 1
    top = max(one.market, 1)
    seen = [(at, count) for at, count in enumerate(one.observed) if count is not None]
    begin = (len(one.observed) - 1) / last
    start = (seen[-1][1] if seen else 0) / top
    places = [begin, *((len(one.observed) + at) / last for at in range(len(one.ahead)))]

    def level(number: int) -> tuple[tuple[float, float], ...]:
        values = [start, *(row[number] / top for row in one.ahead)]
        return tuple(zip(places, values, strict=True))

    outer, inner = (0, len(one.levels) - 1), (1, len(one.levels) - 2)
    marks = tuple((at / last, _month(label)) for at, label in enumerate(one.months))

    def draw(size: tuple[int, int]) -> Markup:
        return _svg(
            plane_chart(
                [
                    Curve(tuple((at / last, count / top) for at, count in seen)),
                    Curve(level(len(one.levels) // 2), "--chart-2", is_dashed=True),
                ],
                bands=[
                    Band(level(low), level(high), opacity)
                    for (low, high), opacity in zip((outer, inner), _BAND_OPACITY, strict=True)
                ],
                across=Axis(_("Tháng"), marks),
                up=Axis(
                    _("Tiểu thương đã từng nhận tiền"),
                    tuple((share, num(round(share * top))) for share, _text in _SHARES),
                ),
                label=fan_words(one, _),
                size=size,
            )
        )

    told: list[tuple[Value, ...]] = [
        (month, count, *([None] * len(one.levels)))
        for month, count in zip(one.months, one.observed, strict=False)
    ]
    told += [
        (month, None, *row)
        for month, row in zip(one.months[len(one.observed) :], one.ahead, strict=True)
    ]
    header = ("month", "observed", *(f"p{round(level * 100):02}" for level in one.levels))
    return Picture(draw(WIDE), draw(NARROW), header, tuple(told))


def season_picture(report: AdoptionReport, _: Translator) -> Picture | None:
    """Return the twelve months beside their trend; ``None`` = there are not months enough."""
    found = report.seasons
    if found is None or not found.factors:
        return None
    # From 0, so that a month twice as high stands twice as high.
    top = max(1.25, *found.factors)
    points = tuple((at / 11, factor / top) for at, factor in enumerate(found.factors))

    def draw(size: tuple[int, int]) -> Markup:
        return _svg(
            plane_chart(
                [
                    Curve(((0, 1 / top), (1, 1 / top)), "--chart-ref", is_dashed=True),
                    Curve(points, has_dots=True),
                ],
                across=Axis(_("Tháng"), tuple((at / 11, num(at + 1)) for at in range(12))),
                up=Axis(
                    _("So với xu hướng"),
                    tuple(
                        (mark / top, pct(mark, 0)) for mark in (0, 0.5, 1, 1.5, 2) if mark <= top
                    ),
                ),
                label=season_words(found, _),
                size=size,
            )
        )

    return Picture(
        draw(WIDE),
        draw(NARROW),
        ("month", "factor", "months_used", "first", "last"),
        tuple(
            (at + 1, factor, found.months, found.first, found.last)
            for at, factor in enumerate(found.factors)
        ),
    )


def fan_of(report: AdoptionReport, curve: str) -> FanView | None:
    """Return a fan of the report by the name of its curve."""
    fans = report.study.fans if report.study else []
    return next((one for one in fans if one.curve == curve), None)


def cohort_picture(report: AdoptionReport, _: Translator) -> Picture | None:
    """Return who of each month stayed; ``None`` = nothing may be told of any."""
    wide, narrow = (heat_drawing(report, _, width) for width in (ROWS_WIDE, ROWS_NARROW))
    if wide is None or narrow is None:
        return None
    header, rows = cohort_rows(report)
    return Picture(_svg(wide), _svg(narrow), header, tuple(rows))


def cohort_rows(report: AdoptionReport) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
    """Return the retention triangle as rows."""
    rows: list[tuple[Value, ...]] = [
        (one.month, at, one.size, active, returned)
        for one in report.cohorts
        for at, (active, returned) in enumerate(zip(one.active, one.returned, strict=True))
    ]
    return ("cohort", "months_since", "size", "active", "returned"), rows


def growth_rows(report: AdoptionReport) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
    """Return the growths as rows."""
    header = (
        *("against", "window", "raw", "per_market_day", "matched", "matched_days"),
        *("matched_markets", "market_days", "flag", "matched_flag", "matched_days_flag"),
    )
    growths = report.study.growths if report.study else []
    return header, [
        (
            one.against,
            f"{one.window_first.isoformat()}/{one.window_last.isoformat()}",
            one.raw,
            one.per_market_day,
            one.matched,
            one.matched_days,
            one.matched_markets,
            one.market_days,
            one.hidden,
            one.matched_hidden,
            one.matched_days_hidden,
        )
        for one in growths
    ]


def index_rows(report: AdoptionReport) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
    """Return the composite index, its groups and its components as rows."""
    header = ("part", "group", "weight", "value", "unit", "worst", "best", "score")
    found = report.index
    if found is None:
        return header, []
    rows: list[tuple[Value, ...]] = [
        ("INDEX", found.base, None, found.index, "index", None, None, None),
        ("LEVEL", "", None, found.level, "index", 0, 100, None),
    ]
    rows += [
        ("GROUP", group, weight, found.groups.get(group), "index", 0, 100, None)
        for group, weight in found.weights.items()
    ]
    rows += [
        (
            *(one.id, one.group, None, one.value, DICTIONARY[one.id].unit.value),
            *(one.worst, one.best, one.score),
        )
        for one in found.components
    ]
    return header, rows


PICTURES: dict[str, Callable[[AdoptionReport, Translator], Picture | None]] = {
    "tap-trung": lorenz_picture,
    "kenh": channel_picture,
    "kich-hoat": activation_picture,
    "mua-vu": season_picture,
    "o-lai": cohort_picture,
    "bass": lambda report, _: fan_picture(fan_of(report, "BASS"), _),
    "logistic": lambda report, _: fan_picture(fan_of(report, "LOGISTIC"), _),
}
TABLES = {"o-lai": cohort_rows, "tang-truong": growth_rows, "chi-so-chung": index_rows}


def _rows_of(drawn: Picture | None) -> tuple[tuple[str, ...], list[tuple[Value, ...]]]:
    return (drawn.header, list(drawn.rows)) if drawn else (("nothing_to_tell",), [])


def _month(label: str) -> str:
    return f"{label[5:]}/{label[2:4]}"


def _svg(text: str) -> Markup:
    return Markup(text)  # noqa: S704 (drawn by market.charts, which escapes every text)
