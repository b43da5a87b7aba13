"""Webhooks: what providers push. Their own signature is the key of this door."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from market.security.bodies import webhook_body
from market.security.sessions import Writing
from reconciliation.inbox import receive_sepay

router = APIRouter(include_in_schema=False)


@router.post("/hooks/sepay")
def sepay(
    request: Request, session: Writing, body: Annotated[bytes, Depends(webhook_body)]
) -> JSONResponse:
    """Take in one SePay notification; the answer leaves after the commit."""
    state = request.app.state
    reply = receive_sepay(
        session,
        state.raw_store,
        body=body,
        headers=request.headers,
        sealer=state.sealer,
        secrets=state.sepay_secrets,
        now=state.now(),
    )
    return JSONResponse(reply.body, status_code=reply.status)
