"""The dials and the pushing of webhooks over HTTP, while the sandbox runs; from this machine only."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException

from market.sandbox.faults import CONTROL, DialRefused, Dials
from market.sandbox.pushing import TIMEOUT_S, Push, Pusher, PushReport
from market.sandbox.shelves import Json
from market.sandbox.signing import SIGNERS, Fact
from market.sandbox.tellings import TELLINGS
from reconciliation.errors import ChannelRefused
from reconciliation.feeds.catalogue import DOORS

_LOOPBACK = frozenset({"127.0.0.1", "::1"})


class AskedFact(BaseModel):
    """One webhook before it is signed."""

    model_config = ConfigDict(extra="forbid")

    body: str
    reference: str = ""


class AskedPush(BaseModel):
    """Which webhooks go where; without ``facts`` those of the sandbox's own day."""

    model_config = ConfigDict(extra="forbid")

    provider: str
    url: str
    secrets: list[str]
    options: dict[str, str] = {}
    facts: list[AskedFact] | None = None


def control_router(dials: Dials, objects: Mapping[str, Sequence[Json]]) -> APIRouter:
    """Return the control of a running sandbox."""
    router = APIRouter(prefix=CONTROL.rstrip("/"), dependencies=[Depends(_check_local)])
    reports: list[PushReport] = []
    pusher = Pusher(dials, now=lambda: datetime.now(UTC))

    @router.get("/dials")
    def read_dials() -> dict[str, int | float]:
        return dials.read()

    @router.put("/dials", response_model=None)
    def turn_dials(
        told: Annotated[dict[str, Any], Body()],
    ) -> dict[str, int | float] | JSONResponse:
        try:
            dials.turn(told)
        except DialRefused as refusal:
            return JSONResponse({"error": {"message": str(refusal)}}, status_code=422)
        return dials.read()

    @router.get("/pushes")
    def read_pushes() -> list[dict[str, Any]]:
        return [asdict(report) for report in reports]

    @router.post("/pushes", response_model=None, status_code=202)
    def push(asked: AskedPush) -> dict[str, int] | JSONResponse:
        try:
            pushed = _push_of(asked, objects)
        except (ChannelRefused, ValueError) as refusal:
            return JSONResponse({"error": {"message": str(refusal)}}, status_code=422)
        report = PushReport(pushed.provider, len(pushed.facts))
        reports.append(report)
        threading.Thread(target=_run, args=(pusher, pushed, report), daemon=True).start()
        return {"push": len(reports) - 1}

    return router


def _push_of(asked: AskedPush, objects: Mapping[str, Sequence[Json]]) -> Push:
    if asked.provider not in SIGNERS:
        raise ValueError(f"{asked.provider[:40]!r} is none of {', '.join(SIGNERS)}")
    if asked.facts is not None:
        facts = [Fact(body=one.body.encode(), reference=one.reference) for one in asked.facts]
    elif asked.provider in TELLINGS:
        facts = TELLINGS[asked.provider](objects)
    else:
        told = ", ".join(TELLINGS)
        raise ValueError(f"the sandbox's own day is told by {told} only: name the facts")
    channel = DOORS[asked.provider].channel(tuple(asked.secrets), asked.options)
    return Push(provider=asked.provider, url=asked.url, channel=channel, facts=facts)


def _run(pusher: Pusher, pushed: Push, report: PushReport) -> None:
    with httpx.Client(timeout=TIMEOUT_S) as client:
        pusher.push(client, pushed, report)


def _check_local(request: Request) -> None:
    """Let in who is on this machine: pushing sends requests to any address."""
    if request.client is None or request.client.host not in _LOOPBACK:
        raise HTTPException(HTTPStatus.NOT_FOUND)
