"""What a survey came to: the cashless share with its error, who answered, and what to beware of.

Only estimates are told, never an answer nor a sum of answers, and those under the tightest rule of
disclosure there is: so many holdings behind each, none of them nearly alone. Source: domain.md 11.5.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlmodel import Session, col

from market.adoption.disclosure.products import TableProduct, rules_or_strictest
from market.adoption.disclosure.rules import CellRule, grouped_by_holding
from market.adoption.survey.response import Bias, Response, bias_notes, response
from market.adoption.survey.strata import StratumName
from market.survey_kinds import Answer
from market.tables import Survey, SurveyAnswer, SurveyStratum, SurveyVisit
from merchants.tables import Market, StallHolding, Vendor

if TYPE_CHECKING:
    from market.adoption.intervals import Interval
    from market.adoption.survey.counts import CountedShare
    from market.adoption.survey.estimate import CashlessShare, StallDay


class Untold(StrEnum):
    """Why there is no estimate to tell."""

    NOT_BEGUN = "not_begun"
    """Nobody has written anything down."""
    NOBODY_ANSWERED = "nobody_answered"
    TOO_FEW = "too_few"
    """No market gave two answers."""
    NO_TAKINGS = "no_takings"
    UNSAFE = "unsafe"
    """Too few stand behind it, or one of them nearly alone: it would tell somebody's takings."""


@dataclass(frozen=True)
class ShareResult:
    """The cashless share of a survey, or of one of its markets; ``share`` ``None`` = see ``untold``."""

    share: float | None
    standard_error: float | None
    interval: "Interval | None"
    bootstrap: "Interval | None"
    answers: int
    """Answers it rests on."""
    population: int
    untold: Untold | None


@dataclass(frozen=True)
class MarketResult:
    """One market of a survey."""

    code: str
    name: str
    response: Response
    result: ShareResult


@dataclass(frozen=True)
class SurveyResult:
    """What a survey came to, as known at an instant."""

    survey: Survey
    response: Response
    """Of the stall days that are due; the reserve as far as it was asked."""
    overdue: int
    """Due and nothing written down: counted as nobody met."""
    waiting: int
    """Stall days that have not come yet."""
    result: ShareResult
    markets: Sequence[MarketResult]
    counted: "CountedShare | None"
    """By number, from the quarter hours of counting; ``None`` = too few stalls were counted."""
    biases: Sequence[Bias]
    together: Sequence[tuple[str, ...]]
    """Strata that were estimated as one, because too few of them answered."""
    silent: Sequence[str]
    """Markets that are not in the estimate, because too few of them answered."""


@dataclass(frozen=True, slots=True)
class _Visit:
    stratum: str
    population: int
    asked_on: date
    is_reserve: bool
    outcome: Answer | None
    cash_vnd: int
    digital_vnd: int
    counted_cash: int | None
    counted_digital: int | None
    vendor_id: int | None
    business_name: str

    @property
    def holding(self) -> str:
        """Return under which name contributions of one business count together."""
        return self.business_name.strip().casefold() or f"#{self.vendor_id}"

    @property
    def market_code(self) -> str:
        return StratumName.read(self.stratum).market_code


def survey_result(
    session: Session,
    survey: Survey,
    *,
    today: date,
    p_percent: int | None,
    known_at: datetime | None = None,
) -> SurveyResult:
    """Return what a survey came to, of answers written down up to ``known_at``; two queries."""
    assert survey.id is not None
    visits = _visits(session, survey.id, known_at)
    rule = rules_or_strictest(p_percent)[TableProduct.PUBLIC].cell
    names = _market_names(session, survey.id)
    outcomes, overdue, waiting = _outcomes(visits, today)
    seed = int(hashlib.sha256(survey.seed.encode()).hexdigest()[:8], 16)
    days = market_days_of(survey)
    overall, together, silent = _share(visits, days, rule, seed)
    return SurveyResult(
        survey=survey,
        response=response(one for own in outcomes.values() for one in own),
        overdue=overdue,
        waiting=waiting,
        result=overall,
        markets=[
            MarketResult(
                code=code,
                name=name,
                response=response(
                    one
                    for stratum, own in outcomes.items()
                    if StratumName.read(stratum).market_code == code
                    for one in own
                ),
                result=_share([one for one in visits if one.market_code == code], days, rule, seed)[
                    0
                ],
            )
            for code, name in names.items()
        ],
        counted=_counted(visits, rule),
        biases=bias_notes(outcomes),
        together=together,
        silent=silent,
    )


def market_days_of(survey: Survey) -> dict[str, int]:
    """Return by market code how many market days a survey's days were drawn from."""
    return {code: len(days) for code, days in json.loads(survey.frame)["open_days"].items()}


def _outcomes(visits: Sequence[_Visit], today: date) -> tuple[dict[str, list[Answer]], int, int]:
    """Return outcomes by stratum, how many are overdue, and how many have not come yet.

    Who was due and of whom nothing is written down counts as not met: else a list left in a drawer
    would raise the response. Of the reserve only who was asked was drawn, as it were.
    """
    found: dict[str, list[Answer]] = defaultdict(list)
    overdue = waiting = 0
    for one in visits:
        own = found[one.stratum]
        if one.outcome is not None:
            own.append(one.outcome)
        elif one.is_reserve:
            continue
        elif one.asked_on < today:
            own.append(Answer.ABSENT)
            overdue += 1
        else:
            waiting += 1
    return dict(found), overdue, waiting


def _share(
    visits: Sequence[_Visit], days: Mapping[str, int], rule: CellRule, seed: int
) -> tuple[ShareResult, Sequence[tuple[str, ...]], Sequence[str]]:
    """Return the share of some visits as far as it may be told."""
    from market.adoption.survey.collapse import collapse
    from market.adoption.survey.estimate import NoTakings, StallDay, estimate_share

    answered = [one for one in visits if one.outcome is Answer.ANSWERED]
    found = collapse(
        [StallDay(one.stratum, one.digital_vnd, one.cash_vnd) for one in answered],
        _still_there(visits),
    )
    estimate, why = None, _why_not(visits, answered, found.answers)
    if why is None:
        try:
            estimate = estimate_share(
                found.answers,
                found.populations,
                days={name: days[StratumName.read(name).market_code] for name in found.populations},
                seed=seed,
            )
        except NoTakings:
            why = Untold.NO_TAKINGS
    # A market that is not spoken for makes no number of those told.
    used = [one for one in answered if one.market_code not in found.silent]
    if why is None and _is_unsafe(used, rule):
        why = Untold.UNSAFE
    return (
        _told(estimate if why is None else None, found.answers, found.populations, why),
        found.together,
        found.silent,
    )


def _why_not(
    visits: Sequence[_Visit], answered: Sequence[_Visit], usable: "Sequence[StallDay]"
) -> Untold | None:
    if not any(one.outcome for one in visits):
        return Untold.NOT_BEGUN
    if not answered:
        return Untold.NOBODY_ANSWERED
    return None if usable else Untold.TOO_FEW


def _told(
    estimate: "CashlessShare | None",
    answers: "Sequence[StallDay]",
    populations: Mapping[str, int],
    why: Untold | None,
) -> ShareResult:
    return ShareResult(
        share=estimate.share if estimate else None,
        standard_error=estimate.standard_error if estimate else None,
        interval=estimate.interval if estimate else None,
        bootstrap=estimate.bootstrap if estimate else None,
        answers=len(answers),
        population=sum(populations.values()),
        untold=why,
    )


def _still_there(visits: Sequence[_Visit]) -> dict[str, int]:
    """Return the stalls of each stratum, less the share of those asked that were none any more."""
    drawn: dict[str, int] = defaultdict(int)
    gone: dict[str, int] = defaultdict(int)
    population: dict[str, int] = {}
    for one in visits:
        population[one.stratum] = one.population
        drawn[one.stratum] += one.outcome is not None
        gone[one.stratum] += one.outcome is Answer.CLOSED_FOR_GOOD
    return {
        stratum: round(total * (1 - gone[stratum] / drawn[stratum])) if drawn[stratum] else total
        for stratum, total in population.items()
    }


def _is_unsafe(answered: Sequence[_Visit], rule: CellRule) -> bool:
    """Say whether too few holdings stand behind the takings told, or one of them nearly alone."""
    names = {place: one.holding for place, one in enumerate(answered)}
    takings = grouped_by_holding(
        [(place, one.cash_vnd + one.digital_vnd) for place, one in enumerate(answered)], names
    )
    return rule.is_unsafe(takings)


def _counted(visits: Sequence[_Visit], rule: CellRule) -> "CountedShare | None":
    from market.adoption.survey.counts import counted_share

    tallies = [
        (one.counted_digital, one.counted_digital + one.counted_cash)
        for one in visits
        if one.counted_digital is not None and one.counted_cash is not None
    ]
    stalls = sum(payments > 0 for _, payments in tallies)
    return counted_share(tallies) if stalls >= max(2, rule.holdings_min) else None


def _visits(session: Session, survey_id: int, known_at: datetime | None) -> list[_Visit]:
    newest = sa.select(sa.func.max(col(SurveyAnswer.id))).where(
        col(SurveyAnswer.visit_id) == col(SurveyVisit.id)
    )
    if known_at is not None:
        newest = newest.where(col(SurveyAnswer.recorded_at) <= known_at)
    held = sa.and_(
        col(StallHolding.stall_id) == col(SurveyVisit.stall_id),
        col(StallHolding.from_on) <= col(SurveyVisit.asked_on),
        sa.or_(
            col(StallHolding.to_on).is_(None),
            col(StallHolding.to_on) >= col(SurveyVisit.asked_on),
        ),
    )
    rows: Sequence[Any] = session.execute(
        sa.select(
            col(SurveyStratum.name),
            col(SurveyStratum.population),
            col(SurveyVisit.asked_on),
            col(SurveyVisit.is_reserve),
            col(SurveyAnswer.outcome),
            sa.func.coalesce(col(SurveyAnswer.cash_vnd), 0),
            sa.func.coalesce(col(SurveyAnswer.digital_vnd), 0),
            col(SurveyAnswer.counted_cash),
            col(SurveyAnswer.counted_digital),
            sa.func.coalesce(col(Vendor.merged_into_id), col(Vendor.id)),
            sa.func.coalesce(col(Vendor.business_name), ""),
        )
        .join(SurveyStratum, col(SurveyStratum.id) == col(SurveyVisit.stratum_id))
        .outerjoin(
            SurveyAnswer,
            col(SurveyAnswer.id) == newest.correlate(SurveyVisit).scalar_subquery(),
        )
        .outerjoin(StallHolding, held)
        .outerjoin(Vendor, col(Vendor.id) == col(StallHolding.vendor_id))
        .where(col(SurveyStratum.survey_id) == survey_id)
        .order_by(col(SurveyVisit.id), col(StallHolding.id))
    ).all()
    names = _Visit.__slots__
    return [_Visit(**dict(zip(names, row, strict=True))) for row in rows]


def _market_names(session: Session, survey_id: int) -> dict[str, str]:
    rows = session.execute(
        sa.select(col(Market.code), col(Market.name))
        .join(SurveyStratum, col(SurveyStratum.market_id) == col(Market.id))
        .where(col(SurveyStratum.survey_id) == survey_id)
        .distinct()
        .order_by(col(Market.code))
    )
    return {code: str(name) for code, name in rows}
