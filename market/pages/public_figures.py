"""The page for everybody: how far vendors are paid by QR, of published periods, without a sign-in.

It is the same for whoever opens it, so that caches may keep it; nobody's name or menu is on it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response

from market.adoption.periods import Period, Scheme
from market.i18n import Translator, pct, translator, vnd
from market.pages.adoption_asked import PERIOD
from market.pages.adoption_periods import period_label
from market.pages.rendering import lang_of, page
from market.reports.public_models import PublicArea, PublicFigure, PublicTables
from market.reports.public_reading import public_editions, public_tables_of
from market.security.open_doors import kept_answer, meter_public
from market.security.sessions import Reading

router = APIRouter(dependencies=[Depends(meter_public)])

KPIS = ("S3", "U1", "U3", "U8")


@router.get("/cong-khai", response_class=HTMLResponse)
def public_figures(
    request: Request,
    session: Reading,
    ky: Annotated[str | None, Query(pattern=PERIOD)] = None,
    chot: Scheme = Scheme.CALENDAR,
) -> Response:
    """Show the newest published period, or the one asked for."""
    _ = translator(lang_of(request))
    editions = [one for one in public_editions(session) if one.scheme == chot.value]
    label = ky or (editions[0].period if editions else None)
    tables = public_tables_of(session, Period.read(label, chot)) if label else None
    told = page(
        request,
        "public_figures",
        tables=tables,
        whole=tables.areas[0] if tables and tables.areas else None,
        period=period_label(Period.read(tables.period, chot), _) if tables else "",
        periods=[(one.period, period_label(Period.read(one.period, chot), _)) for one in editions],
        schemes=[
            (Scheme.CALENDAR.value, _("Theo tháng dương lịch")),
            (Scheme.ADMIN_15_14.value, _("Chốt ngày 14 hằng tháng")),
        ],
        scheme=chot.value,
        is_all_hidden=tables is not None and not any(_is_told(one) for one in tables.areas),
        kpis=KPIS,
        figure_of=figure_of,
        value_text=_values(_),
        headline=_headline(tables, _),
    )
    return kept_answer(request, bytes(told.body), "text/html; charset=utf-8")


def figure_of(area: PublicArea, indicator: str) -> PublicFigure | None:
    """Return a figure of an area; ``None`` = it has none of that kind."""
    return next((one for one in area.figures if one.id == indicator), None)


def _values(_: Translator) -> object:
    def text(one: PublicFigure) -> str:
        if one.value is None:
            return _("chưa có")
        if one.unit == "ratio":
            return pct(one.value, 0)
        if one.unit == "vnd_per_market_day":
            return vnd(int(one.value))
        return f"{one.value:.1f}".replace(".", ",")

    return text


def _is_told(area: PublicArea) -> bool:
    return any(one.value is not None for one in area.figures)


def _headline(tables: PublicTables | None, _: Translator) -> str:
    if tables is None:
        return _("Chưa công bố kỳ nào")
    period = period_label(Period.read(tables.period, Scheme(tables.scheme)), _)
    active = figure_of(tables.areas[0], "U1") if tables.areas else None
    if active is None or active.value is None:
        return _("{month}: chưa công bố được tỷ lệ hoạt động", month=period)
    return _(
        "{month}: khoảng {share} tiểu thương nhận tiền qua QR trong 30 ngày",
        month=period,
        share=pct(active.value, 0),
    )
