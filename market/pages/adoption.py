"""Adoption of a month: the headline is the answer, and every figure stands beside its definition."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from market.adoption.definitions import CATALOGUE
from market.i18n import (
    NOTHING,
    Lang,
    Translator,
    day,
    num,
    pct,
    shares_pct,
    translator,
    vnd,
)
from market.i18n import month as month_text
from market.pages.days import today_of
from market.pages.rendering import lang_of, page
from market.reports import AdoptionReport, Product, adoption_report
from market.reports.models import AreaView, IndicatorView
from market.reports.plans import attainment_text, figure_text
from market.reports.wording import coverage_text, parts_text, value_text
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.markets.areas import areas_within, list_areas
from merchants.tables import Market
from reconciliation.tables import DayClose

router = APIRouter()

KPIS = ("S3", "U1", "U3", "U7", "U8")
LADDER = ("S2", "S3", "U5", "U1")
BANDS = ("U9.band_1", "U9.band_2", "U9.band_3", "U9.band_4", "U9.band_5")
# The figures about money: how much of it we see stands beside each.
COVERED = ("U7", "U8")
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"


@router.get("/muc-do-dung", response_class=HTMLResponse)
def adoption(
    request: Request,
    session: Reading,
    caller: Caller,
    ky: Annotated[str | None, Query(pattern=MONTH)] = None,
    cho: str | None = None,
    dia_ban: Annotated[str | None, Query(alias="dia-ban", max_length=20)] = None,
) -> HTMLResponse:
    """Show how far vendors were paid by QR in a month, in one market, an area or all markets."""
    today = today_of(request)
    months = _months(session, today)
    within = caller.market_codes
    areas = areas_within(list_areas(session), within, today)
    if not cho and not dia_ban and within:
        # The total of all markets is not of this reader's area: that of the area is, or one market.
        own = [area.code for area in areas if set(area.markets_on(today)) == within]
        dia_ban, cho = (own[0], None) if own else (None, min(within))
    report = adoption_report(
        session,
        ky or months[0],
        cho or None,
        product=product_for(caller, cho),
        within=within,
        area_code=None if cho else dia_ban or None,
    )
    lang = lang_of(request)
    _ = translator(lang)
    markets = session.exec(select(Market.code, Market.name).order_by(col(Market.code))).all()
    scopes = [("", _("Tất cả các chợ")), *markets]
    if within is not None:
        scopes = [(code, name) for code, name in markets if code in within]
    where = f"/markets/{report.market_code}" if report.market_code else ""
    if report.area is not None:
        where = f"/areas/{report.area.code}"
    return page(
        request,
        "adoption",
        caller=caller,
        report=report,
        main=report.main,
        api=f"/api/v1{where}/adoption/{report.period}",
        months=[(month, _month_label(month, _)) for month in _with(report.period, months)],
        scopes=scopes,
        areas=[(area.code, _(area.name)) for area in areas],
        place=_place(report, _),
        month_label=_month_label(report.period, _),
        **_words(report, _),
        **_figures(report, lang, _),
    )


def product_for(caller: Principal, market_code: str | None) -> Product:
    """Return the table for the reader: whoever works for a market sees that market whole."""
    sees_whole = market_code and caller.may(Right.READ_MARKET)
    return Product.MANAGER if sees_whole else Product.ECONOMIST


def _months(session: Session, today: date) -> list[str]:
    """Return the months from the newest closed day back to the first one, newest first."""
    span = session.execute(
        sa.select(
            sa.func.min(col(DayClose.business_date)), sa.func.max(col(DayClose.business_date))
        ).where(col(DayClose.market_id).is_not(None))
    ).one()
    first, last = (day or today for day in span)
    months, month = [], last.replace(day=1)
    while month >= first.replace(day=1):
        months.append(f"{month:%Y-%m}")
        month = (month - timedelta(days=1)).replace(day=1)
    return months


def _with(month: str, months: list[str]) -> list[str]:
    return months if month in months else [month, *months]


def _month_label(month: str, _: Translator) -> str:
    return _("Tháng {month}", month=month_text(date.fromisoformat(f"{month}-01")))


def _place(report: AdoptionReport, _: Translator) -> str:
    if report.area is not None:
        return _first_upper(_(report.area.name))
    if report.market_code is None:
        return _("{n} chợ", n=len(report.markets))
    return report.markets[0].market_name


def _words(report: AdoptionReport, _: Translator) -> dict[str, Any]:
    """Return the sentences of the page: what it shows first, and on what it rests."""
    area, label = report.main, _month_label(report.period, _)
    if area is None:
        return {
            "headline": label,
            "lede": "",
            "main_name": "",
            "ladder_title": "",
            "bands_title": "",
        }
    active = area["U1"]
    if not report.closes:
        headline = _("{month} chưa chốt ngày nào", month=label)
    elif active.value is None or active.numerator is None:
        headline = _("{month}: chưa công bố được tỷ lệ hoạt động", month=label)
    else:
        headline = _(
            "{month}: {n} tiểu thương nhận tiền qua QR trong 30 ngày, bằng {share}",
            month=label,
            n=num(active.numerator),
            share=pct(active.value),
        )
    lede = _(
        "{place}. Số đã đối soát từ {first} đến hết {last}, {state}."
        if report.closes
        else "{place}. Chưa có số đối soát, chỉ có số trong danh sách.",
        place=_place(report, _),
        first=day(report.window_first),
        last=day(report.window_last),
        state=_("sơ bộ") if report.is_provisional else _("chính thức"),
    )
    return {
        "headline": headline,
        "lede": lede,
        "main_name": _(area.market_name),
        "ladder_title": _ladder_title(area, _),
        "bands_title": _bands_title(area, _),
    }


def _ladder_title(area: AreaView, _: Translator) -> str:
    started = area["U5"]
    if started.value is None:
        return _("Từ danh sách đến nhận tiền")
    return _("{share} người có QR đã từng nhận tiền", share=pct(started.value))


def _bands_title(area: AreaView, _: Translator) -> str:
    median = area["U9.median"]
    if median.value is None:
        return _("Giá trị giao dịch")
    return _("Một nửa số khoản từ {median} trở xuống", median=vnd(int(median.value)))


@dataclass(frozen=True)
class _Step:
    """A step of the ladder from the list to money received, out of the frame."""

    name: str
    count: float | None
    share: float | None
    hidden: str


@dataclass(frozen=True)
class _Band:
    """A band of receipts by value."""

    name: str
    count: float | None
    share: float | None
    text: str
    hidden: str


def _figures(report: AdoptionReport, lang: Lang, _: Translator) -> dict[str, Any]:
    area = report.main
    definitions = {definition.id: definition for definition in report.definitions}
    english = lang is Lang.EN

    def label_of(id_: str) -> str:
        return CATALOGUE[id_].label_en if english else CATALOGUE[id_].label_vi

    return {
        "kpis": [area[id_] for id_ in KPIS] if area else [],
        "ladder": _ladder(area, _, label_of) if area else [],
        "label_of": label_of,
        "bands": _bands(area, english=english) if area else [],
        "bands_lede": _bands_lede(area, _) if area else "",
        "COVERED": COVERED,
        "name_of": lambda one: one.name_en if english else one.name_vi,
        "formula_of": lambda one: _first_upper(
            definitions[one.id].formula_en if english else definitions[one.id].formula_vi
        ),
        "note_of": lambda one: (
            definitions[one.id].note_en if english else definitions[one.id].note_vi
        ),
        "has_plans": any(one.plan for one in area.indicators) if area else False,
        "plan_text": partial(_plan_text, _),
        "figure_text": figure_text,
        "attainment_text": attainment_text,
        "value_text": partial(value_text, lang=lang),
        "parts_text": partial(parts_text, lang=lang),
        "coverage_text": partial(coverage_text, lang=lang),
    }


def _ladder(area: AreaView, _: Translator, label_of: Callable[[str], str]) -> list[_Step]:
    frame = area.vendors_in_frame
    steps = [
        _Step(_("Trong khung"), frame, 1.0 if frame else None, "" if frame is not None else "c")
    ]
    for id_ in LADDER:
        one = area[id_]
        count = one.numerator if one.value is not None else None
        share = count / frame if frame and count is not None else None
        steps.append(_Step(label_of(id_), count, share, one.hidden))
    return steps


def _bands(area: AreaView, *, english: bool) -> list[_Band]:
    cells = [area[id_] for id_ in BANDS]
    counts = [int(cell.numerator or 0) for cell in cells]
    texts = shares_pct(counts) if all(cell.value is not None for cell in cells) else None
    return [
        _Band(
            name=_band_name(cell.name_en if english else cell.name_vi),
            count=cell.numerator if cell.value is not None else None,
            share=cell.value,
            text=texts[i] if texts else NOTHING,
            hidden=cell.hidden,
        )
        for i, cell in enumerate(cells)
    ]


def _band_name(name: str) -> str:
    """Return a band without the word that heads its column."""
    for word in ("Khoản nhận ", "Receipts "):
        name = name.removeprefix(word)
    return _first_upper(name)


def _bands_lede(area: AreaView, _: Translator) -> str:
    mean: IndicatorView = area["U9.mean"]
    if mean.value is None:
        return ""
    return _("Trung bình {mean} mỗi khoản", mean=vnd(int(mean.value)))


def _plan_text(_: Translator, one: IndicatorView) -> str:
    """Return what is planned for a figure, and how much of it is reached if that may be told."""
    assert one.plan is not None
    planned = _(
        "Kế hoạch {value} đến {until}",
        value=figure_text(one.plan.value, one.unit),
        until=day(one.plan.period_to),
    )
    if one.plan.attainment is None:
        return planned
    return _("{planned}, đạt {share}", planned=planned, share=attainment_text(one.plan.attainment))


def _first_upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
