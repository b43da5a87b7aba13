"""Surveys that were drawn: how far they have come, what they came to, and their lists on paper."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from market.adoption.survey.strata import StratumName
from market.i18n.survey_words import ALLOCATIONS, BIASES, OUTCOMES, SIZES, UNTOLD
from market.pages.actors import actor_names
from market.pages.days import today_of
from market.pages.rendering import page
from market.security.rights import Right
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading
from market.surveys.results import market_days_of, survey_result
from market.surveys.visits import find_survey, list_surveys, strata_of

router = APIRouter()

PATH = "/khao-sat"
ROWS = 25


@router.get(PATH, response_class=HTMLResponse)
def surveys(
    request: Request,
    session: Reading,
    caller: Caller,
    truoc: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
) -> HTMLResponse:
    """Show the surveys of the reader's markets, the newest first."""
    found = list_surveys(session, within=caller.market_codes, before_id=truoc, limit=ROWS + 1)
    shown = found[:ROWS]
    return page(
        request,
        "surveys/list",
        caller=caller,
        surveys=shown,
        following=shown[-1].id if len(found) > ROWS else None,
        may_plan=caller.may(Right.PLAN_SURVEYS),
    )


@router.get(PATH + "/{survey_id}", response_class=HTMLResponse)
def one_survey(
    request: Request, session: Reading, caller: Caller, survey_id: RowId
) -> HTMLResponse:
    """Show what a survey came to, how sure that is, and everything it takes to draw it again."""
    survey = find_survey(session, survey_id, caller.market_codes)
    found = survey_result(
        session,
        survey,
        today=today_of(request),
        p_percent=request.app.state.disclosure_p_percent,
    )
    return page(
        request,
        "surveys/one",
        caller=caller,
        survey=survey,
        found=found,
        strata=[(StratumName.read(one.name), one) for one in strata_of(session, survey_id)],
        open_days=market_days_of(survey),
        drawn_by=actor_names(session, [survey.drawn_by])[survey.drawn_by],
        may_plan=caller.may(Right.PLAN_SURVEYS),
        read_stratum=StratumName.read,
        names={one.code: one.name for one in found.markets},
        outcomes=OUTCOMES,
        biases=BIASES,
        untold=UNTOLD,
        sizes=SIZES,
        allocations=ALLOCATIONS,
    )


@router.get(PATH + "/{survey_id}/phieu.pdf", response_class=Response)
def sheets(session: Reading, caller: Caller, survey_id: RowId) -> Response:
    """Return all lists of a survey on paper, one a market and person."""
    from market.surveys.paper import sheets_of

    survey = find_survey(session, survey_id, caller.market_codes)
    return pdf_answer(sheets_of(session, survey), f"phieu-khao-sat-{survey_id}")


def pdf_answer(content: bytes, name: str) -> Response:
    """Return a PDF to be opened; it is nobody's business what was asked for."""
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}.pdf"',
            "Cache-Control": "private, no-store",
        },
    )
