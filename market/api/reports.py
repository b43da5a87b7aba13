"""Adoption and campaigns for machines: the same models as the pages, as JSON and as CSV."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from market.api.adoption_answers import AskedPeriod, How, asked_report, csv_answer, json_answer
from market.api.adoption_examples import AS_CSV, AS_JSON
from market.reports import (
    AdoptionReport,
    CampaignReport,
    Report,
    campaign_report,
    to_csv,
)
from market.reports.tidy_row import TidyRow
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.campaigns.programmes import WAVE_NUMBER_MAX
from merchants.days import market_day as day_at_market

router = APIRouter(prefix="/api/v1")

ProgrammeCode = Annotated[str, Path(pattern=r"^[A-Z0-9][A-Z0-9-]{0,19}$")]
WaveAsked = Annotated[int | None, Query(ge=1, le=WAVE_NUMBER_MAX)]

# The CSV routes come first: ``{month}`` would take "2026-10.csv" for a month.


@router.get(
    "/markets/{market_code}/adoption/{month}.csv", response_class=Response, responses=AS_CSV
)
def market_adoption_csv(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    month: AskedPeriod,
    how: How,
) -> Response:
    """Return one market's adoption in a period as CSV."""
    report = asked_report(
        request,
        session,
        caller,
        month,
        how,
        market_code=market_code,
        with_closes=False,
    )
    return csv_answer(request, report, how)


@router.get(
    "/markets/{market_code}/adoption/{month}",
    response_model=AdoptionReport | list[TidyRow],
    responses=AS_JSON,
)
def market_adoption(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    month: AskedPeriod,
    how: How,
) -> Response:
    """Return how far vendors of one market were paid by QR in a period."""
    return json_answer(
        request,
        asked_report(request, session, caller, month, how, market_code=market_code),
        how,
    )


@router.get("/programmes/{programme_code}/comparison.csv", response_class=Response)
def campaign_csv(
    request: Request,
    session: Reading,
    caller: Caller,
    programme_code: ProgrammeCode,
    wave: WaveAsked = None,
) -> Response:
    """Return a programme, or one wave, before, during and after its window as CSV."""
    report = _campaign(request, session, caller, programme_code, wave)
    return _csv(report, f"truoc-trong-sau-{programme_code}" + (f"-{wave}" if wave else ""))


@router.get("/programmes/{programme_code}/comparison")
def campaign(
    request: Request,
    session: Reading,
    caller: Caller,
    programme_code: ProgrammeCode,
    wave: WaveAsked = None,
) -> CampaignReport:
    """Return a programme, or one wave, before, during and after, beside the markets not in it."""
    return _campaign(request, session, caller, programme_code, wave)


@router.get("/adoption/{month}.csv", response_class=Response, responses=AS_CSV)
def adoption_csv(
    request: Request,
    session: Reading,
    caller: Caller,
    month: AskedPeriod,
    how: How,
) -> Response:
    """Return the adoption of the reader's markets in a period as CSV."""
    report = asked_report(request, session, caller, month, how, with_closes=False)
    return csv_answer(request, report, how)


@router.get(
    "/adoption/{month}",
    response_model=AdoptionReport | list[TidyRow],
    responses=AS_JSON,
)
def adoption(
    request: Request,
    session: Reading,
    caller: Caller,
    month: AskedPeriod,
    how: How,
) -> Response:
    """Return how far vendors were paid by QR in a period, in every market and together."""
    return json_answer(request, asked_report(request, session, caller, month, how), how)


def _campaign(
    request: Request, session: Session, caller: Principal, programme_code: str, wave: int | None
) -> CampaignReport:
    today = day_at_market(request.app.state.now())
    return campaign_report(
        session,
        programme_code,
        wave,
        today=today,
        within=caller.market_codes,
        p_percent=request.app.state.disclosure_p_percent,
    )


def _csv(report: Report, name: str) -> Response:
    return Response(
        to_csv(report),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
