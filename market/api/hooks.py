"""Webhooks: what providers push, one door each, as its own file declares it.

A door's key is the signature; where a provider signs nothing, a secret part of its address. A
provider that is not configured has no door: nothing of it is read or kept.
"""

import ipaddress
import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from market.security.bodies import query_string, webhook_body
from market.security.sessions import Writing
from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.reading.doors import Channel, Delivered, Door
from reconciliation.inbox import receive
from reconciliation.signatures import token_verdict

router = APIRouter(include_in_schema=False)


def _channel_of(door: Door) -> Callable[[Request], Channel]:
    """Return what finds a door's channel, or that nothing is to be found at this address."""

    def channel(request: Request) -> Channel:
        found: Channel | None = request.app.state.channels.get(door.provider)
        if found is None or not _is_from(request, found.options.get("networks", "")):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        if not door.is_signed:
            address = request.path_params["address"]
            if not token_verdict(address, found.secrets).is_accepted:
                raise HTTPException(HTTPStatus.NOT_FOUND)
        return found

    return channel


def _handler(door: Door) -> Callable[..., Response]:
    content_of = query_string if door.method == "GET" else webhook_body

    def deliver(
        request: Request,
        channel: Annotated[Channel, Depends(_channel_of(door))],
        session: Writing,
        content: Annotated[bytes, Depends(content_of)],
    ) -> Response:
        state = request.app.state
        reply = receive(
            session,
            state.raw_store,
            door=door,
            channel=channel,
            delivered=Delivered(
                content=content,
                headers=request.headers,
                reference=request.path_params.get("reference", ""),
            ),
            sealer=state.sealer,
            now=state.now(),
            rules=state.feed_rules,
        )
        if reply.body is None:
            return Response(status_code=reply.status)
        body = json.dumps(reply.body, separators=(",", ":"))
        return Response(body, status_code=reply.status, media_type="application/json")

    return deliver


def _is_from(request: Request, networks: str) -> bool:
    """Tell whether the caller is in one of the networks, a blank apart; none named = anybody is."""
    if not networks:
        return True
    try:
        caller = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return False
    return any(caller in ipaddress.ip_network(one) for one in networks.split())


for _door in DOORS.values():
    router.add_api_route(
        f"/hooks/{_door.path}",
        _handler(_door),
        methods=[_door.method],
        name=f"hook of {_door.provider}",
        response_model=None,
    )
