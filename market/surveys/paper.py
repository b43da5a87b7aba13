"""The lists of a survey in the words of the paper."""

from itertools import groupby

from sqlmodel import Session, col, select

from market.documents.survey_sheets import SheetRow, SurveySheet, survey_sheets_pdf
from market.i18n import day
from market.surveys.errors import SurveyNotFound
from market.surveys.visits import VisitEntry, visits_of_market, visits_of_survey
from market.tables import Survey
from merchants.tables import Market


def sheets_of(session: Session, survey: Survey, market_code: str | None = None) -> bytes:
    """Return the lists of a survey, or of one of its markets, as PDF.

    Raises:
        SurveyNotFound: nobody was drawn there.
    """
    assert survey.id is not None
    visits = (
        visits_of_survey(session, survey.id)
        if market_code is None
        else visits_of_market(session, market_code, survey.id)
    )
    if not visits:
        raise SurveyNotFound(survey.id)
    names = dict(session.exec(select(col(Market.code), col(Market.name))).all())
    last = {code: max(one.sheet for one in own) for code, own in _by_market(visits)}
    return survey_sheets_pdf(
        [
            _sheet(survey, names[code], number, last[code], list(own))
            for (code, number), own in groupby(visits, key=lambda one: (one.market_code, one.sheet))
        ]
    )


def _by_market(visits: list[VisitEntry]) -> list[tuple[str, list[VisitEntry]]]:
    return [(code, list(own)) for code, own in groupby(visits, key=lambda one: one.market_code)]


def _sheet(
    survey: Survey, market: str, number: int, last: int, visits: list[VisitEntry]
) -> SurveySheet:
    return SurveySheet(
        title=survey.name,
        market=market,
        label=f"Phiếu {number}/{last}",
        rows=[_row(one) for one in visits if not one.is_reserve],
        reserve=[_row(one) for one in visits if one.is_reserve],
        footer=f"Đợt khảo sát số {survey.id}, từ {day(survey.first_on)} đến {day(survey.last_on)}. "
        "Số ở cột đầu là số lượt hỏi, dùng khi nhập phiếu.",
    )


def _row(visit: VisitEntry) -> SheetRow:
    return SheetRow(
        number=str(visit.id),
        day=day(visit.asked_on),
        stall=visit.stall_code,
        zone=visit.zone,
        goods=visit.goods_group,
        quarter=visit.quarter,
    )
