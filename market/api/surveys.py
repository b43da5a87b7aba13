"""Denominator surveys for machines: how they were designed and what they came to; never an answer."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request

from market.adoption.survey.response import Bias
from market.api.paging import LIMIT, AfterId, Limit, Page, View
from market.i18n.survey_words import BIASES, UNTOLD
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading
from market.survey_kinds import Allocation, Answer
from market.surveys.results import MarketResult, ShareResult, SurveyResult, Untold, survey_result
from market.surveys.visits import find_survey, list_surveys, strata_of
from merchants.days import market_day

if TYPE_CHECKING:
    from market.adoption.intervals import Interval

router = APIRouter(prefix="/api/v1", tags=["surveys"])


class SurveyEntryView(View):
    """A survey of the list, as far as it has come."""

    id: int
    name: str
    first_on: date
    last_on: date
    size: int
    """Stall days of the sample."""
    drawn: int
    """With the reserve."""
    recorded: int


class RangeView(View):
    """A 95 % interval."""

    low: float
    high: float


class ShareView(View):
    """A cashless share of turnover; ``share`` ``null`` = ``untold`` says why, in words too."""

    share: float | None
    standard_error: float | None
    interval: RangeView | None
    bootstrap: RangeView | None
    answers: int
    population: int
    untold: Untold | None
    untold_words: str


class ResponseView(View):
    """Who answered; the rate is answers over stall days that were due and whose stall was there."""

    drawn: int
    eligible: int
    rate: float | None
    outcomes: dict[Answer, int]


class SurveyMarketView(View):
    """One market of a survey."""

    market_code: str
    market_name: str
    response: ResponseView
    result: ShareView


class StratumView(View):
    """A stratum as it was designed."""

    name: str
    population: int
    sample_size: int
    takes_all: bool


class CountedView(View):
    """The share by number of payments seen in the quarter hours of counting."""

    share: float | None
    payments: int
    stalls: int
    design_effect: float
    interval: RangeView | None


class BiasView(View):
    """What must be said beside the estimate."""

    id: Bias
    words: str


class SurveyView(View):
    """A survey: its design, who answered, the estimate and what to beware of."""

    id: int
    name: str
    first_on: date
    last_on: date
    allocation: Allocation
    method: str
    seed: str
    drawn_at: datetime
    population: int
    size: int
    strata: list[StratumView]
    response: ResponseView
    overdue: int
    waiting: int
    result: ShareView
    markets: list[SurveyMarketView]
    counted: CountedView | None
    biases: list[BiasView]
    estimated_together: list[list[str]]
    markets_not_spoken_for: list[str]


@router.get("/surveys")
def read_surveys(
    session: Reading, caller: Caller, after: AfterId = None, limit: Limit = LIMIT
) -> Page[SurveyEntryView]:
    """Return the surveys of the caller's markets, the newest first."""
    found = list_surveys(session, within=caller.market_codes, before_id=after, limit=limit + 1)
    shown = found[:limit]
    return Page(
        items=[
            SurveyEntryView(
                id=one.id,
                name=one.name,
                first_on=one.first_on,
                last_on=one.last_on,
                size=one.size,
                drawn=one.drawn,
                recorded=one.recorded,
            )
            for one in shown
        ],
        next=str(shown[-1].id) if len(found) > limit else None,
    )


@router.get("/surveys/{survey_id}")
def read_survey(request: Request, session: Reading, caller: Caller, survey_id: RowId) -> SurveyView:
    """Return one survey: its design and its estimate, as far as that may be told."""
    survey = find_survey(session, survey_id, caller.market_codes)
    state = request.app.state
    found = survey_result(
        session,
        survey,
        today=market_day(state.now()),
        p_percent=state.disclosure_p_percent,
    )
    return SurveyView(
        id=survey_id,
        name=survey.name,
        first_on=survey.first_on,
        last_on=survey.last_on,
        allocation=survey.allocation,
        method=survey.method,
        seed=survey.seed,
        drawn_at=survey.drawn_at,
        population=survey.population,
        size=survey.size,
        strata=[
            StratumView(
                name=one.name,
                population=one.population,
                sample_size=one.sample_size,
                takes_all=one.takes_all,
            )
            for one in strata_of(session, survey_id)
        ],
        response=_response(found),
        overdue=found.overdue,
        waiting=found.waiting,
        result=share_view(found.result),
        markets=[
            SurveyMarketView(
                market_code=one.code,
                market_name=one.name,
                response=_response(one),
                result=share_view(one.result),
            )
            for one in found.markets
        ],
        counted=_counted(found),
        biases=[BiasView(id=one, words=BIASES[one]) for one in found.biases],
        estimated_together=[list(group) for group in found.together],
        markets_not_spoken_for=list(found.silent),
    )


def share_view(found: ShareResult) -> ShareView:
    """Return an estimate as it is told, or why it is not."""
    return ShareView(
        share=found.share,
        standard_error=found.standard_error,
        interval=_range(found.interval),
        bootstrap=_range(found.bootstrap),
        answers=found.answers,
        population=found.population,
        untold=found.untold,
        untold_words=UNTOLD[found.untold] if found.untold else "",
    )


def _range(interval: "Interval | None") -> RangeView | None:
    return RangeView(low=interval.low, high=interval.high) if interval else None


def _response(found: SurveyResult | MarketResult) -> ResponseView:
    told = found.response
    return ResponseView(
        drawn=told.drawn,
        eligible=told.eligible,
        rate=None if told.rate is None else float(told.rate),
        outcomes=dict(told.outcomes),
    )


def _counted(found: SurveyResult) -> CountedView | None:
    if found.counted is None:
        return None
    return CountedView(
        share=found.counted.share,
        payments=found.counted.payments,
        stalls=found.counted.stalls,
        design_effect=found.counted.design_effect,
        interval=_range(found.counted.interval),
    )
