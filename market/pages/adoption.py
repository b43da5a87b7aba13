"""Adoption of a period: the headline is the answer, and every figure stands beside its definition."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from market.adoption.definitions import DICTIONARY
from market.adoption.periods import Period, Scheme
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
from market.pages.adoption_asked import Asked, Compared, Reading, read_adoption
from market.pages.adoption_bars import band_name
from market.pages.adoption_charts import events_of, interval_rows, trend_of
from market.pages.adoption_choice import choices
from market.pages.adoption_earlier import moved_words, why_not_words
from market.pages.adoption_heading import place_of, state_words
from market.pages.adoption_periods import period_inside, period_label
from market.pages.cohort_heat import heat_rows
from market.pages.rendering import lang_of, page
from market.reports import AdoptionReport
from market.reports.cashless import cashless_text
from market.reports.ladder import Step, ladder_steps
from market.reports.market_changes import change_words
from market.reports.models import AreaView, IndicatorView
from market.reports.plans import figure_text
from market.reports.wording import (
    about_text,
    coverage_text,
    interval_text,
    parts_text,
    value_text,
)
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading as ReadingSession

router = APIRouter()

KPIS = ("S3", "U1", "U3", "U7", "U8")
BANDS = ("U9.band_1", "U9.band_2", "U9.band_3", "U9.band_4", "U9.band_5")
QUALITY = ("S1", "S6", "S5", "S7", "S8")
# The figures about money: how much of it we see stands beside each.
COVERED = ("U7", "U8")


@router.get("/muc-do-dung", response_class=HTMLResponse)
def adoption(
    request: Request, session: ReadingSession, caller: Caller, asked: Asked
) -> HTMLResponse:
    """Show how far vendors were paid by QR in a period, in one market, an area or all markets."""
    reading = read_adoption(request, session, caller, asked)
    report, lang = reading.report, lang_of(request)
    _ = translator(lang)
    where = f"/markets/{report.market_code}" if report.market_code else ""
    if report.area is not None:
        where = f"/areas/{report.area.code}"
    scheme = report.scheme if report.scheme != Scheme.CALENDAR else None
    as_of = asked.as_of.isoformat() if asked.as_of else None
    query = {
        "ky": report.period,
        "cho": report.market_code,
        "dia-ban": report.area.code if report.area else None,
        "chot": scheme,
        "luc": as_of,
    }
    api_query = {
        name: value for name, value in (("scheme", scheme), ("as_of", as_of)) if value is not None
    }
    return page(
        request,
        "adoption",
        caller=caller,
        report=report,
        main=report.main,
        query=query,
        sees_all=caller.may(Right.READ_ALL_ADOPTION),
        api=f"/api/v1{where}/adoption/{report.period}",
        api_query=f"?{urlencode(api_query)}" if api_query else "",
        schemes=[
            (Scheme.CALENDAR.value, _("Theo tháng dương lịch")),
            (Scheme.ADMIN_15_14.value, _("Chốt ngày 14 hằng tháng")),
        ],
        comparisons=[
            (Compared.PREVIOUS.value, _("Kỳ trước")),
            (Compared.YEAR_BEFORE.value, _("Cùng kỳ năm trước")),
            (Compared.NOTHING.value, _("Không so sánh")),
        ],
        compared=asked.compared.value,
        place=place_of(report, _),
        month_label=period_label(reading.period, _),
        cashless=cashless_text(report.cashless, _),
        changes=change_words(report.markets, _),
        trend=trend_of(report, events_of(session, report), _),
        intervals=interval_rows(report, _),
        cohorts=heat_rows(report),
        **_words(report, lang, _, reading.period),
        **_figures(report, lang, _),
        **_changes(reading, lang, _),
        **choices(reading, caller, _),
    )


def _words(report: AdoptionReport, lang: Lang, _: Translator, period: Period) -> dict[str, Any]:
    """Return the sentences of the page: what it shows first, and on what it rests."""
    area, label = report.main, period_label(period, _)
    if area is None:
        return {
            "headline": label,
            "lede": "",
            "main_name": "",
            "ladder_title": "",
            "bands_title": "",
        }
    active = area["U1"]
    if not area.closes:
        headline = _("{month} chưa chốt ngày nào", month=label)
    elif active.value is None or active.numerator is None:
        headline = _("{month}: chưa công bố được tỷ lệ hoạt động", month=label)
    else:
        headline = _(
            "{month}: khoảng {n} tiểu thương nhận tiền qua QR trong 30 ngày, bằng {share}"
            if report.is_rounded
            else "{month}: {n} tiểu thương nhận tiền qua QR trong 30 ngày, bằng {share}",
            month=label,
            n=num(active.numerator),
            share=pct(active.value, 0 if report.is_rounded else 1),
        )
    lede = _(
        "{place}. Số đã đối soát từ {first} đến hết {last}, {state}."
        if area.closes
        else "{place}. Chưa chốt ngày nào, chỉ có số trong danh sách, đến ngày {last}.",
        place=place_of(report, _),
        first=day(report.window_first),
        last=day(report.window_last),
        state=state_words(report, _),
    )
    return {
        "headline": headline,
        "lede": lede,
        "main_name": _(area.market_name),
        "ladder_title": _ladder_title(area, lang, _),
        "bands_title": _bands_title(area, _),
    }


def _ladder_title(area: AreaView, lang: Lang, _: Translator) -> str:
    started = area["U5"]
    if started.value is None:
        return _("Từ danh sách đến nhận tiền")
    return _first_upper(_("{share} người có QR đã từng nhận tiền", share=value_text(started, lang)))


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
    text: str
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
        return DICTIONARY[id_].label_en if english else DICTIONARY[id_].label_vi

    return {
        "kpis": [area[id_] for id_ in KPIS] if area else [],
        "quality": [area[id_] for id_ in QUALITY] if area else [],
        "interval_text": interval_text,
        "ladder": _ladder(area, lang, _, label_of) if area else [],
        "label_of": label_of,
        "bands": _bands(area, _, english=english) if area else [],
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
        "value_text": partial(value_text, lang=lang),
        "parts_text": partial(parts_text, lang=lang),
        "about_text": partial(about_text, lang=lang),
        "coverage_text": partial(coverage_text, lang=lang, is_rounded=report.is_rounded),
    }


def _ladder(
    area: AreaView, lang: Lang, _: Translator, label_of: Callable[[str], str]
) -> list[_Step]:
    def text(step: Step) -> str:
        if step.share is None:
            return _(NOTHING)
        return about_text(step.share, lang) if step.is_rounded else pct(step.share)

    return [
        _Step(
            label_of(step.indicator) if step.indicator else _("Trong khung"),
            step.count,
            step.share,
            text(step),
            step.hidden,
        )
        for step in ladder_steps(area)
    ]


def _bands(area: AreaView, _: Translator, *, english: bool) -> list[_Band]:
    cells = [area[id_] for id_ in BANDS]
    counts = [int(cell.numerator or 0) for cell in cells]
    # Together they add up to 100; beside a hidden one each stands for itself, as in the table below.
    is_whole = all(cell.value is not None for cell in cells)
    texts = (
        shares_pct(counts)
        if is_whole
        else [_(NOTHING) if cell.value is None else pct(cell.value) for cell in cells]
    )
    return [
        _Band(
            name=band_name(cell.name_en if english else cell.name_vi),
            count=cell.numerator if cell.value is not None else None,
            share=cell.value,
            text=texts[i],
            hidden=cell.hidden,
        )
        for i, cell in enumerate(cells)
    ]


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
    return _("{planned}, đạt {share}", planned=planned, share=pct(one.plan.attainment))


def _first_upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _changes(reading: Reading, lang: Lang, _: Translator) -> dict[str, Any]:
    """Return how each figure moved since the period compared with, in words."""
    earlier = reading.earlier
    period = period_inside(earlier.period, _) if earlier else ""
    return {
        "moved": lambda one: moved_words(one, earlier, period, lang, _),
        "uncompared": why_not_words(earlier, period, _),
    }
