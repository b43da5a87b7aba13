"""Adoption for machines: one report in two forms, each with a tag that tells whether it changed."""

import hashlib
from typing import Annotated

from fastapi import Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from market.adoption.periods import Scheme
from market.reports import AdoptionReport, Product, adoption_report, to_csv
from market.security.principal import Principal
from market.security.rights import Right

AskedPeriod = Annotated[
    str,
    Path(
        pattern=r"^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$",
        description="A month, a quarter or a year.",
        openapi_examples={
            "month": {"value": "2026-10"},
            "quarter": {"value": "2026-Q4"},
            "year": {"value": "2026"},
        },
    ),
]


def asked_report(
    request: Request,
    session: Session,
    caller: Principal,
    period: str,
    scheme: Scheme,
    *,
    market_code: str | None = None,
    area_code: str | None = None,
) -> AdoptionReport:
    """Return the report of a period for whoever asks, controlled as the reader's pages are."""
    sees_whole = market_code is not None and caller.may(Right.READ_MARKET)
    return adoption_report(
        session,
        period,
        market_code,
        product=Product.MANAGER if sees_whole else Product.ECONOMIST,
        scheme=scheme,
        within=None if market_code else caller.market_codes,
        area_code=area_code,
        p_percent=request.app.state.disclosure_p_percent,
    )


def json_answer(request: Request, report: AdoptionReport) -> Response:
    """Return the report as JSON; 304 where the reader has it already."""
    return _tagged(request, report.model_dump_json().encode(), "application/json")


def csv_answer(request: Request, report: AdoptionReport, name: str) -> Response:
    """Return the report as a tidy table; 304 where the reader has it already."""
    answer = _tagged(request, to_csv(report), "text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _tagged(request: Request, content: bytes, media_type: str) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known or f"W/{tag}" in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
