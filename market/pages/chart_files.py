"""A chart as a file: a picture that says what it is of, or the rows it is drawn from with their window."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fastapi.responses import Response

from market.adoption.definitions import DICTIONARY
from market.adoption.periods import Period, Scheme
from market.charts import painted, png_of
from market.charts.frame import framed, in_words
from market.exports import Value, csv_bytes
from market.i18n import Lang, Translator, day
from market.pages.adoption_heading import place_of, state_words
from market.pages.adoption_periods import period_label
from market.reports.file_names import file_stem
from market.reports.models import AdoptionReport

Table = tuple[Sequence[str], Sequence[Sequence[Value]]]

MEASURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "dien-bien": ("U1", "S3"),
        "so-sanh": ("U1",),
        "nhom-hang": ("GOODS",),
        "cho": ("S3", "U1"),
        "tap-trung": ("LORENZ",),
        "kenh": ("U11",),
        "kich-hoat": ("S8",),
        "bass": ("BASS",),
        "logistic": ("LOGISTIC",),
        "mua-vu": ("SEASON",),
        "o-lai": ("RETENTION",),
        "tang-truong": ("GROWTH",),
        "chi-so-chung": ("INDEX",),
    }
)
"""Which measures a picture is of."""
TITLES = {"bac-thang": "Từ danh sách đến nhận tiền", "bac-tien": "Giá trị giao dịch"}
"""Of pictures of many measures, each named in it."""
MEDIA_TYPES = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}
CONTEXT = ("period", "scheme", "window_first", "window_last", "area", "coverage")
SOURCE = "Chợ 4.0"


def table_file(report: AdoptionReport, name: str, table: Table) -> Response:
    """Return the rows of a chart as CSV."""
    return _file(csv_bytes(*table), report, name, "csv")


def picture_file(
    report: AdoptionReport,
    name: str,
    kind: str,
    svg: str | None,
    _: Translator,
    lang: Lang,
    *,
    notes: Sequence[str] = (),
) -> Response:
    """Return a chart as SVG or PNG, with its title, its source, and what to know of it between.

    Args:
        svg: ``None`` = there is nothing to draw, which the picture says in words.
    """
    measures = "; ".join(_measure(id_, lang) for id_ in MEASURES.get(name, ()))
    whole = framed(
        svg or in_words(_("Chưa có gì để vẽ")),
        title=measures or _(TITLES[name]),
        head=[_where_and_when(report, _)],
        foot=[*(notes if svg else ()), _source(report, _)],
    )
    content = painted(whole).encode() if kind == "svg" else png_of(whole)
    return _file(content, report, name, kind)


def in_context(report: AdoptionReport, table: Table, unit: str | None) -> Table:
    """Return the rows of one period and area, each with both, the window and the coverage before it.

    Args:
        unit: of every row; ``None`` = each row says its own.
    """
    main = report.main
    context: list[Value] = [
        report.period,
        report.scheme,
        report.window_first.isoformat(),
        report.window_last.isoformat(),
        main.market_code if main else "",
        main["U8"].coverage if main else None,
        *([unit] if unit else []),
    ]
    header, rows = table
    names = [*CONTEXT, *(["unit"] if unit else []), *header]
    return names, [[*context, *row] for row in rows]


def _measure(id_: str, lang: Lang) -> str:
    definition = DICTIONARY[id_]
    return f"{id_} {definition.name_en if lang is Lang.EN else definition.name_vi}"


def _where_and_when(report: AdoptionReport, _: Translator) -> str:
    period = Period.read(report.period, Scheme(report.scheme))
    return _(
        "{place}. {period}, từ {first} đến hết {last}, {state}.",
        place=place_of(report, _),
        period=period_label(period, _),
        first=day(report.window_first),
        last=day(report.window_last),
        state=state_words(report, _),
    )


def _source(report: AdoptionReport, _: Translator) -> str:
    is_calendar = report.scheme == Scheme.CALENDAR
    return _(
        "Nguồn: {source}. {cut_off}; {edition}.",
        source=SOURCE,
        cut_off=_("Theo tháng dương lịch") if is_calendar else _("Chốt ngày 14 hằng tháng"),
        edition=_("bản số {n}", n=report.version) if report.is_published else _("chưa công bố"),
    )


def _file(content: bytes, report: AdoptionReport, name: str, kind: str) -> Response:
    where = report.market_code or (report.area.code if report.area else "")
    stem = file_stem(name, report.period, report.scheme, where)
    return Response(
        content,
        media_type=MEDIA_TYPES[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{stem}.{kind}"',
            "Cache-Control": "private, no-cache",
        },
    )
