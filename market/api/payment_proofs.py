"""Proofs of a vendor's payments, and what they are compared with: the roots of closed days."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from market.api.public_examples import ROOTS_AS_JSON
from market.reports.payment_proofs import SealedDay, payment_proof, sealed_days
from market.security.open_doors import kept_answer, meter_public
from market.security.sessions import Reading
from merchants.find import find_market

router = APIRouter(prefix="/api/v1", tags=["proofs"])

Month = Annotated[str, Path(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$", description="2026-10")]


@router.get("/vendors/{vendor_code}/days/{on}/proof", response_class=Response)
def vendor_proof(
    request: Request,
    session: Reading,
    vendor_code: str,
    on: date,
    payment: Annotated[
        int | None, Query(ge=1, lt=10**9, description="One payment; without it all of the day.")
    ] = None,
    version: Annotated[int | None, Query(ge=1, lt=10**6)] = None,
) -> Response:
    """Return a file that proves a vendor's payments to be in her market's closed day."""
    name, content = payment_proof(
        session,
        vendor_code,
        on,
        sealer=request.app.state.sealer,
        number=payment,
        version=version,
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/json", headers=headers)


@router.get(
    "/public/markets/{market_code}/roots/{month}",
    response_model=list[SealedDay],
    responses=ROOTS_AS_JSON,
    dependencies=[Depends(meter_public)],
)
def read_roots(request: Request, session: Reading, market_code: str, month: Month) -> Response:
    """Return what seals the days of a market's month: no figures, for anybody to keep and compare."""
    market = find_market(session, market_code)
    found = sealed_days(session, market.code, date.fromisoformat(f"{month}-01"))
    content = "[" + ",".join(one.model_dump_json() for one in found) + "]"
    return kept_answer(request, content.encode(), "application/json")
