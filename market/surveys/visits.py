"""The visits of a market's surveys as who asks sees them: where, when, and what came of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from market.survey_kinds import Answer
from market.surveys.errors import SurveyNotFound, SurveyVisitNotFound
from market.tables import Survey, SurveyAnswer, SurveyStratum, SurveyVisit
from merchants.tables import Market, Stall, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEntry:
    """One visit. What was answered is not in it: it is told to nobody again."""

    id: int
    survey_id: int
    survey_name: str
    market_code: str
    sheet: int
    row: int
    asked_on: date
    quarter_minute: int
    stall_code: str
    zone: str
    goods_group: str
    is_reserve: bool
    outcome: Answer | None
    """``None`` = nobody has written anything down yet."""

    @property
    def quarter(self) -> str:
        """Return the quarter hour of counting as it is printed: ``08:15–08:30``."""
        first, last = self.quarter_minute, self.quarter_minute + 15
        return f"{first // 60:02}:{first % 60:02}–{last // 60:02}:{last % 60:02}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyEntry:
    """A survey of a list, as far as it has come."""

    id: int
    name: str
    first_on: date
    last_on: date
    size: int
    drawn: int
    """With the reserve."""
    recorded: int
    """Visits of which something was written down."""


def list_surveys(
    session: Session,
    *,
    market_code: str | None = None,
    within: frozenset[str] | None = None,
    before_id: int | None = None,
    limit: int = 50,
) -> list[SurveyEntry]:
    """Return surveys, the newest first.

    Args:
        market_code: only of this market, and counted in it alone.
        within: only surveys all of whose markets are among these; ``None`` = all.
    """
    newest = _newest_answer()
    wanted: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            col(Survey.id),
            col(Survey.name),
            col(Survey.first_on),
            col(Survey.last_on),
            sa.func.sum(sa.case((col(SurveyVisit.is_reserve), 0), else_=1)),
            sa.func.count(col(SurveyVisit.id)),
            sa.func.count(newest),
        )
        .join(SurveyStratum, col(SurveyStratum.survey_id) == col(Survey.id))
        .join(SurveyVisit, col(SurveyVisit.stratum_id) == col(SurveyStratum.id))
        .group_by(col(Survey.id), col(Survey.name), col(Survey.first_on), col(Survey.last_on))
        .order_by(col(Survey.id).desc())
        .limit(limit)
    )
    if market_code is not None:
        wanted = wanted.join(Market, col(Market.id) == col(SurveyStratum.market_id)).where(
            col(Market.code) == market_code
        )
    if within is not None:
        wanted = wanted.where(col(Survey.id).not_in(_reaching_beyond(within)))
    if before_id is not None:
        wanted = wanted.where(col(Survey.id) < before_id)
    names = [one.name for one in fields(SurveyEntry)]
    return [SurveyEntry(**dict(zip(names, row, strict=True))) for row in session.execute(wanted)]


def find_survey(session: Session, survey_id: int, within: frozenset[str] | None = None) -> Survey:
    """Return a survey whose markets the reader sees all.

    Raises:
        SurveyNotFound: there is none, or it reaches beyond ``within``.
    """
    wanted = select(Survey).where(Survey.id == survey_id)
    if within is not None:
        wanted = wanted.where(col(Survey.id).not_in(_reaching_beyond(within)))
    found = session.exec(wanted).one_or_none()
    if found is None:
        raise SurveyNotFound(survey_id)
    return found


def strata_of(session: Session, survey_id: int) -> Sequence[SurveyStratum]:
    """Return the strata of a survey, by name."""
    wanted = select(SurveyStratum).where(SurveyStratum.survey_id == survey_id)
    return session.exec(wanted.order_by(col(SurveyStratum.name))).all()


def markets_of_survey(session: Session, survey_id: int) -> list[str]:
    """Return the codes of the markets a survey was drawn in."""
    wanted = (
        select(Market.code)
        .join(SurveyStratum, col(SurveyStratum.market_id) == col(Market.id))
        .where(SurveyStratum.survey_id == survey_id)
    )
    return sorted(set(session.exec(wanted)))


def visits_of_market(
    session: Session, market_code: str, survey_id: int, *, sheet: int | None = None
) -> list[VisitEntry]:
    """Return the visits of a survey in a market, list by list in the order they are printed."""
    wanted = _visits().where(
        col(Market.code) == market_code, col(SurveyStratum.survey_id) == survey_id
    )
    if sheet is not None:
        wanted = wanted.where(col(SurveyVisit.sheet) == sheet)
    return _entries(session.execute(wanted))


def visits_of_survey(session: Session, survey_id: int) -> list[VisitEntry]:
    """Return all visits of a survey, market by market, list by list."""
    return _entries(session.execute(_visits().where(col(SurveyStratum.survey_id) == survey_id)))


def find_visit(session: Session, market_code: str, visit_id: int) -> VisitEntry:
    """Return one visit of a market.

    Raises:
        SurveyVisitNotFound: the market has no such visit.
    """
    wanted = _visits().where(col(Market.code) == market_code, col(SurveyVisit.id) == visit_id)
    found = _entries(session.execute(wanted))
    if not found:
        raise SurveyVisitNotFound(market_code, visit_id)
    return found[0]


def next_visit(visits: Sequence[VisitEntry], after: VisitEntry, today: date) -> VisitEntry | None:
    """Return who comes next on the same list: the first one due of whom nothing is written down."""
    waiting = [
        one
        for one in visits
        if one.outcome is None and not one.is_reserve and one.asked_on <= today
    ]
    later = [one for one in waiting if (one.sheet, one.row) > (after.sheet, after.row)]
    return next(iter(later), next(iter(waiting), None))


def _visits() -> sa.Select[*tuple[Any, ...]]:
    answer = aliased(SurveyAnswer)
    return (
        sa.select(
            col(SurveyVisit.id),
            col(Survey.id),
            col(Survey.name),
            col(Market.code),
            col(SurveyVisit.sheet),
            col(SurveyVisit.row),
            col(SurveyVisit.asked_on),
            col(SurveyVisit.quarter_minute),
            col(Stall.code),
            sa.func.coalesce(col(Zone.name), ""),
            col(Stall.goods_group),
            col(SurveyVisit.is_reserve),
            col(answer.outcome),
        )
        .join(SurveyStratum, col(SurveyStratum.id) == col(SurveyVisit.stratum_id))
        .join(Survey, col(Survey.id) == col(SurveyStratum.survey_id))
        .join(Market, col(Market.id) == col(SurveyStratum.market_id))
        .join(Stall, col(Stall.id) == col(SurveyVisit.stall_id))
        .outerjoin(Zone, col(Zone.id) == col(Stall.zone_id))
        .outerjoin(answer, col(answer.id) == _newest_answer())
        .order_by(col(Market.code), col(SurveyVisit.sheet), col(SurveyVisit.row))
    )


def _newest_answer() -> sa.ScalarSelect[Any]:
    """Return the number of the answer of a visit that counts."""
    return (
        sa.select(sa.func.max(col(SurveyAnswer.id)))
        .where(col(SurveyAnswer.visit_id) == col(SurveyVisit.id))
        .correlate(SurveyVisit)
        .scalar_subquery()
    )


def _reaching_beyond(within: frozenset[str]) -> sa.Select[Any]:
    """Return the surveys that have a market outside of some."""
    return (
        sa.select(col(SurveyStratum.survey_id))
        .join(Market, col(Market.id) == col(SurveyStratum.market_id))
        .where(col(Market.code).not_in(sorted(within)))
    )


def _entries(rows: Iterable[Any]) -> list[VisitEntry]:
    names = [one.name for one in fields(VisitEntry)]
    return [VisitEntry(**dict(zip(names, row, strict=True))) for row in rows]
