"""A campaign before, during and after its window, beside the markets that were not in it."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from market.i18n import Lang, num, pct, translator
from market.pages.days import today_of
from market.pages.rendering import lang_of, page
from market.reports import CampaignReport, campaign_report
from market.reports.models import AreaView, PhaseView
from market.reports.wording import coverage_text, parts_text, value_text
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.campaigns.programmes import WAVE_NUMBER_MAX, Phase, find_programme

router = APIRouter()

MARKETS_PER_PAGE = 25
PHASES = {
    Phase.BEFORE.value: "Trước",
    Phase.DURING.value: "Trong",
    Phase.AFTER.value: "Sau",
}
# The figures about money: how much of it we see stands beside each.
COVERED = ("U7", "U8")


@router.get("/ke-hoach/chuong-trinh/{programme_code}/so-sanh", response_class=HTMLResponse)
def comparison(
    request: Request,
    session: Reading,
    caller: Caller,
    programme_code: str,
    dot: Annotated[str, Query(pattern=r"^([1-9][0-9]?)?$")] = "",
    chi_so: Annotated[str, Query(max_length=20)] = "",
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show a programme, or one of its waves, before, during and after."""
    programme = find_programme(session, programme_code)
    number = int(dot) if dot else None
    assert number is None or number <= WAVE_NUMBER_MAX
    report = campaign_report(
        session, programme_code, number, today=today_of(request), within=caller.market_codes
    )
    lang = lang_of(request)
    _ = translator(lang)
    english = lang is Lang.EN
    definitions = {one.id: one for one in report.definitions}
    chosen = chi_so if chi_so in definitions else report.definitions[0].id
    lines = _market_lines(report)
    pages = max(1, -(-len(lines) // MARKETS_PER_PAGE))
    shown = min(trang, pages)
    return page(
        request,
        "comparison",
        caller=caller,
        programme=programme,
        report=report,
        api=f"/api/v1/programmes/{programme_code}/comparison",
        wave=number,
        wave_options=[("", _("Cả chương trình"))]
        + [(str(one.number), _wave_label(one.number, one.name, _)) for one in programme.waves],
        phases=PHASES,
        name_of=lambda one: one.name_en if english else one.name_vi,
        formula_of=lambda one: _first_upper(one.formula_en if english else one.formula_vi),
        note_of=lambda one: one.note_en if english else one.note_vi,
        covered=COVERED,
        indicator=chosen,
        lines=lines[(shown - 1) * MARKETS_PER_PAGE : shown * MARKETS_PER_PAGE],
        page=shown,
        pages=pages,
        has_hidden=_has_hidden(report),
        change_text=partial(_change_text, report, _),
        value_text=partial(value_text, lang=lang),
        parts_text=partial(parts_text, lang=lang),
        coverage_text=partial(coverage_text, lang=lang),
    )


def _wave_label(number: int, name: str, _: Any) -> str:
    label: str = _("Đợt {n}", n=number)
    return f"{label}: {name}" if name else label


def _market_lines(report: CampaignReport) -> list[list[AreaView]]:
    """Return for each market of the campaign its figures, phase by phase."""
    return [list(areas) for areas in zip(*(phase.markets for phase in report.phases), strict=True)]


def _has_hidden(report: CampaignReport) -> bool:
    return any(
        one.hidden
        for phase in report.phases
        for area in (*_sides(phase), *phase.markets)
        for one in area.indicators
    )


def _sides(phase: PhaseView) -> list[AreaView]:
    return [phase.inside, *([phase.outside] if phase.outside else [])]


def _change_text(report: CampaignReport, _: Any, indicator: str, phase: str, side: str) -> str:
    """Return how a figure moved from the weeks before; empty = it cannot be told."""
    change = report.change(indicator, phase)
    moved = None if change is None else change.inside if side == "in" else change.outside
    if moved is None:
        return ""
    unit = next(one.unit for one in report.definitions if one.id == indicator)
    sign = "+" if moved > 0 else ""
    if unit == "ratio":
        told: str = _("{n} điểm phần trăm", n=f"{sign}{num(moved * 100, 1)}")
        return told
    return f"{sign}{pct(moved)}".replace("+\N{MINUS SIGN}", "\N{MINUS SIGN}")


def _first_upper(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
