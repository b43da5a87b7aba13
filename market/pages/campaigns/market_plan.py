"""A market against its plan: what is planned, what is reached, and in which wave it began."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from market.adoption.definitions import CATALOGUE
from market.adoption.periods import Period
from market.i18n import Lang, Translator, pct, translator
from market.i18n.campaign_names import PHASES, TARGET_AREAS
from market.pages.adoption_asked import product_for
from market.pages.campaigns.visits import market_named
from market.pages.days import today_of
from market.pages.rendering import lang_of, page
from market.reports import adoption_report
from market.reports.errors import check_begun
from market.reports.models import IndicatorView
from market.reports.plans import expected_text, figure_text
from market.reports.wording import parts_text, value_text
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.campaigns.model_cards import cards_of_market
from merchants.campaigns.programmes import list_programmes
from merchants.campaigns.targets import list_targets

router = APIRouter()


@dataclass(frozen=True, slots=True)
class PlannedFigure:
    """One planned indicator as the page shows it; empty texts where nothing may be told."""

    one: IndicatorView
    name: str
    definition: str
    value: str
    parts: str
    planned: str
    expected: str
    attainment: str
    is_behind: bool
    """Below where the plan's line stands; never said of a hidden figure."""


@router.get("/cho/{market_code}/ke-hoach", response_class=HTMLResponse)
def market_plan(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    ky: Annotated[str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")] = None,
) -> HTMLResponse:
    """Show what is planned for a market and how far it has come."""
    today = today_of(request)
    lang = lang_of(request)
    market = market_named(session, market_code)
    month = ky or f"{today:%Y-%m}"
    check_begun(Period.read(month), today)
    figures = planned_figures(session, caller, market_code, month, lang)
    programmes = [
        (programme, wave)
        for programme in list_programmes(session)
        if (wave := programme.wave_of(market_code)) is not None
    ]
    return page(
        request,
        "market_plan",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/ke-hoach",
        period=ky or f"{today:%Y-%m}",
        today=today,
        headline=_headline(figures, translator(lang)),
        figures=figures,
        targets=list_targets(session, on=today, market_codes=[market_code]),
        programmes=programmes,
        cards=cards_of_market(session, market_code),
        areas=TARGET_AREAS,
        phases=PHASES,
        may_set=caller.may(Right.SET_PLAN),
        may_manage=caller.may(Right.MANAGE_MARKET),
        name_of=lambda indicator: _name(indicator, lang),
    )


def planned_figures(
    session: Session, caller: Principal, market_code: str, month: str, lang: Lang
) -> list[PlannedFigure]:
    """Return a market's planned indicators in the order of the catalogue.

    Whoever works for the market sees its figures whole; others as the report discloses them.
    """
    report = adoption_report(session, month, market_code, product=product_for(caller, market_code))
    indicators = report.main.indicators if report.main else []
    return [_figure(one, lang) for one in indicators if one.plan is not None]


def _figure(one: IndicatorView, lang: Lang) -> PlannedFigure:
    plan, definition = one.plan, CATALOGUE[one.id]
    assert plan is not None
    is_known = plan.attainment is not None and one.value is not None
    return PlannedFigure(
        one=one,
        name=_name(one.id, lang),
        definition=definition.formula_en if lang is Lang.EN else definition.formula_vi,
        value=value_text(one, lang),
        parts=parts_text(one, lang),
        planned=figure_text(plan.value, one.unit),
        expected=expected_text(plan.expected, one.unit),
        attainment=pct(plan.attainment) if plan.attainment is not None else "",
        is_behind=is_known and one.value is not None and one.value < plan.expected,
    )


def _headline(figures: list[PlannedFigure], _: Translator) -> str:
    known = [one for one in figures if one.attainment]
    if not figures:
        return _("Chợ chưa có mục tiêu nào")
    if not known:
        return _("{n} mục tiêu, chưa có số để so", n=len(figures))
    behind = sum(one.is_behind for one in known)
    if len(known) == 1:
        return _(
            "Mục tiêu duy nhất đang chậm hơn kế hoạch"
            if behind
            else "Mục tiêu duy nhất đang kịp kế hoạch"
        )
    if behind:
        return _("{n} trên {all} mục tiêu đang chậm hơn kế hoạch", n=behind, all=len(known))
    return _("Cả {n} mục tiêu đang kịp kế hoạch", n=len(known))


def _name(indicator: str, lang: Lang) -> str:
    definition = CATALOGUE.get(indicator)
    if definition is None:
        return indicator
    return definition.name_en if lang is Lang.EN else definition.name_vi


def plan_year(today: date) -> tuple[date, date]:
    """Return the period a new target's form begins with: the year."""
    return today.replace(month=1, day=1), today.replace(month=12, day=31)
