"""Drawing a survey: the plan carried out by lot, recorded so that anyone can draw the same again."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from market.adoption.survey.design import METHOD, DrawnDay, draw_days, quarter_hour
from market.adoption.survey.strata import StratumName, stratify
from market.surveys.errors import SurveyNotFound
from market.surveys.planning import Plan, Wish, plan_survey
from market.tables import Survey, SurveyStratum, SurveyVisit
from merchants.actors import Actor
from merchants.reserved_ids import reserve_ids
from merchants.tables import Stall

Strata = Mapping[str, Sequence[str]]
OpenDays = Mapping[str, Sequence[date]]


def draw_survey(session: Session, wish: Wish, *, seed: str, actor: Actor, now: datetime) -> Survey:
    """Plan a survey and draw it.

    Args:
        seed: anything nobody could know before; recorded with the draw.

    Raises:
        EntryRefused: as ``plan_survey``.
        MarketNotFound: one of the markets does not exist.
    """
    plan = plan_survey(session, wish)
    strata, open_days = _frame_of(plan)
    survey = Survey(
        name=wish.name,
        first_on=wish.first_on,
        last_on=wish.last_on,
        allocation=wish.allocation,
        margin_permille=wish.margin_permille,
        expected_permille=wish.expected_permille,
        variation_percent=wish.variation_percent,
        response_percent=wish.response_percent,
        large_m2=wish.large_m2,
        reserve=wish.reserve,
        sheets=wish.sheets,
        first_hour=wish.first_hour,
        last_hour=wish.last_hour,
        population=plan.population,
        size=plan.size,
        method=METHOD,
        seed=seed,
        frame=json.dumps(
            {
                "strata": strata,
                "open_days": {
                    code: [day.isoformat() for day in days] for code, days in open_days.items()
                },
            },
            ensure_ascii=False,
            sort_keys=True,
        ),
        drawn_at=now,
        drawn_by=str(actor),
    )
    session.add(survey)
    session.flush()
    assert survey.id is not None
    ids = _add_strata(session, survey.id, plan)
    sizes = {str(one.name): one.sample_size for one in plan.strata}
    drawn = draw_again(seed, strata, open_days, sizes, wish.reserve)
    _add_visits(session, plan, drawn, ids, seed)
    return survey


def draw_again(
    seed: str, strata: Strata, open_days: OpenDays, sizes: Mapping[str, int], reserve: int
) -> dict[str, list[DrawnDay]]:
    """Return by market the stall days that a seed draws from a frame."""
    found: dict[str, list[DrawnDay]] = {}
    for market, days in sorted(open_days.items()):
        own = {
            name: codes
            for name, codes in strata.items()
            if StratumName.read(name).market_code == market
        }
        found[market] = draw_days(
            own,
            days,
            {name: sizes[name] for name in own},
            seed=f"{seed}|{market}",
            reserve=reserve,
        )
    return found


def differs_from_record(session: Session, survey_id: int) -> list[str]:
    """Return the stall days on which a record and its own draw do not agree; empty = they do.

    Raises:
        SurveyNotFound: there is no such survey.
    """
    survey = session.get(Survey, survey_id)
    if survey is None:
        raise SurveyNotFound(survey_id)
    told = json.loads(survey.frame)
    rows = session.exec(
        select(SurveyStratum.name, SurveyStratum.sample_size).where(
            SurveyStratum.survey_id == survey_id
        )
    ).all()
    drawn = draw_again(
        survey.seed,
        told["strata"],
        {code: [date.fromisoformat(d) for d in days] for code, days in told["open_days"].items()},
        dict(rows),
        survey.reserve,
    )
    again = {f"{one.stratum} {one.stall_code} {one.on}" for own in drawn.values() for one in own}
    listed = session.exec(
        select(col(SurveyStratum.name), col(Stall.code), col(SurveyVisit.asked_on))
        .join(SurveyVisit, col(SurveyVisit.stratum_id) == col(SurveyStratum.id))
        .join(Stall, col(Stall.id) == col(SurveyVisit.stall_id))
        .where(SurveyStratum.survey_id == survey_id)
    )
    return sorted(again ^ {f"{name} {code} {on}" for name, code, on in listed})


def _frame_of(plan: Plan) -> tuple[dict[str, list[str]], dict[str, list[date]]]:
    open_days = {code: list(days) for code, days in plan.frame.open_days.items() if days}
    stalls = stratify(one for one in plan.frame.stalls if one.market_code in open_days)
    return {name: [one.code for one in own] for name, own in stalls.items()}, open_days


def _add_strata(session: Session, survey_id: int, plan: Plan) -> dict[str, int]:
    ids = reserve_ids(session, SurveyStratum, len(plan.strata))
    markets = plan.frame.markets
    session.add_all(
        SurveyStratum(
            id=id_,
            survey_id=survey_id,
            market_id=markets[one.name.market_code].id or 0,
            name=str(one.name),
            population=one.population,
            sample_size=one.sample_size,
            takes_all=one.takes_all,
        )
        for id_, one in zip(ids, plan.strata, strict=True)
    )
    session.flush()
    return {str(one.name): id_ for id_, one in zip(ids, plan.strata, strict=True)}


def _add_visits(
    session: Session,
    plan: Plan,
    drawn: Mapping[str, Sequence[DrawnDay]],
    strata: Mapping[str, int],
    seed: str,
) -> None:
    wish = plan.wish
    rows = []
    for market, days in drawn.items():
        for number, sheet in enumerate(_sheets(plan, market, days), start=1):
            for row, one in enumerate(sheet, start=1):
                stall_id, _ = plan.frame.walk[market, one.stall_code]
                rows.append(
                    SurveyVisit(
                        stratum_id=strata[one.stratum],
                        stall_id=stall_id,
                        asked_on=one.on,
                        quarter_minute=quarter_hour(
                            f"{seed}|{market}", one.stall_code, wish.first_hour, wish.last_hour
                        ),
                        place=one.place,
                        is_reserve=one.is_reserve,
                        sheet=number,
                        row=row,
                    )
                )
    for id_, visit in zip(reserve_ids(session, SurveyVisit, len(rows)), rows, strict=True):
        visit.id = id_
    session.add_all(rows)
    session.flush()


def _sheets(plan: Plan, market: str, days: Sequence[DrawnDay]) -> list[list[DrawnDay]]:
    """Return a market's lists: each a part of the walk, so that nobody crosses the whole market."""

    def walk(one: DrawnDay) -> int:
        return plan.frame.walk[market, one.stall_code][1]

    told: dict[int, list[DrawnDay]] = defaultdict(list)
    for place, one in enumerate(sorted(days, key=walk)):
        told[place * plan.wish.sheets // len(days)].append(one)
    return [
        sorted(own, key=lambda one: (one.is_reserve, one.on, walk(one))) for own in told.values()
    ]
