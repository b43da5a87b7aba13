"""What the money of a period does beyond its indicators: growth, concentration, channels, speed, spread."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from market.adoption.definitions import DICTIONARY
from market.adoption.periods import Scheme
from market.i18n import Lang, Translator, num, pct, translator
from market.i18n.campaign_names import EXIT_REASONS
from market.pages.adoption_asked import Asked, product_for, read_study
from market.pages.adoption_choice import choices
from market.pages.adoption_heading import place_of, state_words
from market.pages.adoption_index import shown_components
from market.pages.adoption_periods import period_label
from market.pages.rendering import lang_of, page
from market.pages.study_charts import (
    activation_picture,
    channel_picture,
    fan_of,
    fan_picture,
    lorenz_picture,
    season_picture,
)
from market.reports.index_words import component_name
from market.reports.market_changes import change_words
from market.reports.models import AdoptionReport
from market.reports.national_words import national_words
from market.reports.plans import milli_text
from market.reports.study_models import CardView, FanView, GrowthView
from market.reports.study_words import (
    AGAINST,
    GROUPS,
    activation_words,
    break_name,
    channel_name,
    concentration_words,
    fan_words,
    index_words,
    missing_words,
    refusal_words,
    season_words,
    signed_pct,
    unmatched_words,
    why_hidden,
    width_words,
)
from market.reports.wording import change_text, coverage_text, value_text
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.kinds import ExitReason, TargetUnit

router = APIRouter()

COHORTS_SHOWN, MONTHS_SHOWN = 12, 12
_CURVES = ("BASS", "LOGISTIC")


@router.get("/muc-do-dung/phan-tich", response_class=HTMLResponse)
def study(request: Request, session: Reading, caller: Caller, asked: Asked) -> HTMLResponse:
    """Show what is studied of a period: each figure with its definition, or why there is none."""
    from market.reports.revisions import revisions_of

    reading = read_study(request, session, caller, asked)
    report, lang = reading.report, lang_of(request)
    _ = translator(lang)
    area_code = report.area.code if report.area else None
    lines = revisions_of(
        session,
        reading.period,
        product_for(caller, report.market_code),
        market_code=report.market_code,
        area_code=area_code,
    )
    return page(
        request,
        "adoption_study",
        caller=caller,
        report=report,
        main=report.main,
        study=report.study,
        headline=_headline(report, period_label(reading.period, _), _),
        place=place_of(report, _),
        state=state_words(report, _),
        month_label=period_label(reading.period, _),
        query={
            "ky": report.period,
            "cho": report.market_code,
            "dia-ban": area_code,
            "chot": report.scheme if report.scheme != Scheme.CALENDAR else None,
            "luc": asked.as_of.isoformat() if asked.as_of else None,
        },
        changes=change_words(report.markets, _),
        national=national_words(reading.period, report.study.growths if report.study else [], _),
        sees_all=caller.may(Right.READ_ALL_ADOPTION),
        lines=lines,
        lorenz=lorenz_picture(report, _),
        channels=channel_picture(report, _),
        activation=activation_picture(report, _),
        fans=_fans(report, _),
        seasons=season_picture(report, _),
        season_words=season_words(report.seasons, _) if report.seasons else "",
        groups=GROUPS,
        components=shown_components(report, lang, _),
        cohorts=_returns(report),
        **choices(reading, caller, _),
        **_words(lang, _, is_rounded=report.is_rounded),
    )


def _words(lang: Lang, _: Translator, *, is_rounded: bool) -> dict[str, Any]:
    english = lang is Lang.EN

    def name_of(id_: str) -> str:
        return DICTIONARY[id_].name_en if english else DICTIONARY[id_].name_vi

    def formula_of(id_: str) -> str:
        one = DICTIONARY[id_]
        text = one.formula_en if english else one.formula_vi
        note = one.note_en if english else one.note_vi
        # A formula in letters is no sentence: n/(n−1) is not N/(n−1).
        begins = text[:1].upper() if text[1:2].isalpha() else text[:1]
        return f"{begins}{text[1:]}. {note}"

    def compared(one: GrowthView) -> str:
        return _(AGAINST[one.against])

    def goals(card: CardView) -> list[str]:
        return [
            _(
                "{name}: {target} đến {due}",
                name=DICTIONARY[goal.indicator].label_en
                if english
                else DICTIONARY[goal.indicator].label_vi,
                target=milli_text(goal.target_milli, TargetUnit(goal.unit)),
                due=f"{goal.due_on:%d/%m/%Y}",
            )
            for goal in card.objectives
            if goal.indicator in DICTIONARY
        ]

    return {
        "name_of": name_of,
        "formula_of": formula_of,
        "compared": compared,
        "goals": goals,
        "signed": partial(signed_pct, _=_),
        "unmatched": partial(unmatched_words, _=_),
        "why_hidden": partial(why_hidden, _=_),
        "channel_name": partial(channel_name, _=_),
        "break_name": partial(break_name, _=_),
        "concentration_words": partial(concentration_words, _=_),
        "activation_words": partial(activation_words, _=_),
        "reason_name": lambda reason: _(EXIT_REASONS[ExitReason(reason)]),
        "index_words": partial(index_words, _=_),
        "missing_words": lambda one: missing_words(one, lambda id_: component_name(id_, lang), _),
        "width_words": partial(width_words, _=_),
        "value_text": partial(value_text, lang=lang),
        "coverage_text": partial(coverage_text, lang=lang, is_rounded=is_rounded),
        "change_text": partial(change_text, lang=lang),
    }


def _headline(report: AdoptionReport, label: str, _: Translator) -> str:
    found = report.study
    if report.is_rounded and report.main is not None and report.main.closes:
        return _("{period}: phân tích có khi công bố", period=label)
    if found is None or report.main is None or not report.main.closes:
        return _("{period}: chưa có số đối soát để phân tích", period=label)
    told = found.concentration
    if told.hidden or told.hhi is None:
        return _("{period}: phần lớn phân tích phải ẩn", period=label)
    words = concentration_words(told, _)
    return _("{period}: {words}", period=label, words=f"{words[:1].lower()}{words[1:]}".rstrip("."))


@dataclass(frozen=True)
class _Fan:
    """One curve as the page shows it."""

    id: str
    file: str
    words: str
    picture: object
    parameters: tuple[str, ...]


def _fans(report: AdoptionReport, _: Translator) -> list[_Fan]:
    found = []
    for curve in _CURVES:
        one = fan_of(report, curve)
        if one is not None:
            found.append(
                _Fan(
                    id=curve,
                    file=curve.lower(),
                    words=refusal_words(one, _) if one.refused else fan_words(one, _),
                    picture=fan_picture(one, _),
                    parameters=_parameters(one),
                )
            )
    return found


def _parameters(one: FanView) -> tuple[str, ...]:
    names = ("p", "q") if one.curve == "BASS" else ("a", "b")
    return tuple(
        f"{name} = {num(value, 3)} ({num(low, 3)}–{num(high, 3)})"
        for name, (value, low, high) in zip(names, one.parameters, strict=False)
    )


@dataclass(frozen=True)
class _Cohort:
    month: str
    size: str
    cells: tuple[tuple[str, str, int], ...]
    """Share still paid, who returned, and the place on the ramp; empty texts = hidden."""


def _returns(report: AdoptionReport) -> list[_Cohort]:
    rows = []
    for one in report.cohorts[-COHORTS_SHOWN:]:
        cells = []
        for active, returned in list(zip(one.active, one.returned, strict=True))[:MONTHS_SHOWN]:
            share = active / one.size if one.size and active is not None else None
            back = num(returned) if returned else ""
            cells.append(
                (
                    "" if share is None else pct(share, 0),
                    "" if returned is None else back,
                    0 if share is None else 1 + sum(share >= floor for floor in _FLOORS),
                )
            )
        month = f"{one.month[5:]}/{one.month[:4]}"
        rows.append(_Cohort(month, "<5" if one.size is None else num(one.size), tuple(cells)))
    return rows


_FLOORS = (0.7, 0.75, 0.8, 0.85, 0.9)
