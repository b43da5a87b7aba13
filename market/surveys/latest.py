"""The newest cashless share there is for some markets, to stand beside figures that say nothing of cash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.surveys.results import survey_result
from market.tables import Survey, SurveyStratum
from merchants.days import market_day
from merchants.tables import Market


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestShare:
    """What the newest survey says of the cashless share; ``share`` ``None`` = ``untold`` says why."""

    survey_id: int
    name: str
    first_on: date
    last_on: date
    market_codes: Sequence[str]
    share: float | None
    low: float | None
    high: float | None
    answers: int
    response_rate: float | None
    untold: str
    counted: float | None
    """Of payments by number; ``None`` = too few stalls were counted, or the survey is of more markets."""


def latest_share(
    session: Session,
    market_codes: Sequence[str],
    *,
    by: date,
    p_percent: int | None,
    known_at: datetime | None = None,
) -> LatestShare | None:
    """Return the newest survey of some markets that was over by a day; ``None`` = there is none.

    Of one market that is what a survey says of it. Of several it is the newest survey that asked in
    none but these; its own markets are told with it, because they may be fewer. Three queries.

    Args:
        known_at: surveys drawn and answers written down later are left out.
    """
    if not market_codes:
        return None
    wanted = select(Survey).where(col(Survey.last_on) <= by).order_by(col(Survey.id).desc())
    if known_at is not None:
        wanted = wanted.where(col(Survey.drawn_at) <= known_at)
    asked = sa.select(col(SurveyStratum.survey_id)).join(
        Market, col(Market.id) == col(SurveyStratum.market_id)
    )
    inside = asked.where(col(Market.code).in_(sorted(market_codes)))
    wanted = wanted.where(col(Survey.id).in_(inside))
    if len(market_codes) > 1:
        beyond = asked.where(col(Market.code).not_in(sorted(market_codes)))
        wanted = wanted.where(col(Survey.id).not_in(beyond))
    survey = session.exec(wanted.limit(1)).first()
    if survey is None:
        return None
    found = survey_result(
        session,
        survey,
        today=max(by, market_day(known_at)) if known_at else by,
        p_percent=p_percent,
        known_at=known_at,
    )
    told, response = found.result, found.response
    codes = [one.code for one in found.markets]
    counted = found.counted.share if found.counted and set(codes) <= set(market_codes) else None
    if len(market_codes) == 1:
        (own,) = (one for one in found.markets if one.code == market_codes[0])
        told, response, codes = own.result, own.response, [own.code]
    return LatestShare(
        survey_id=survey.id or 0,
        name=survey.name,
        first_on=survey.first_on,
        last_on=survey.last_on,
        market_codes=codes,
        share=told.share,
        low=told.interval.low if told.interval else None,
        high=told.interval.high if told.interval else None,
        answers=told.answers,
        response_rate=None if response.rate is None else float(response.rate),
        untold=told.untold.value if told.untold else "",
        counted=counted,
    )
