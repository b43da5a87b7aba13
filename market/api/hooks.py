"""Webhooks: what providers push, one door each, as its own file declares it.

A door's key is the signature; where a provider signs nothing, a secret part of its address. A
provider that is not configured has no door: nothing of it is read or kept.
"""

import ipaddress
import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from market.security.bodies import query_string, webhook_body
from market.security.errors import ScopeRefused
from market.security.rights import Right
from market.security.routes import ROUTES
from reconciliation.feeds.catalogue import DOORS
from reconciliation.feeds.reading.doors import Channel, Delivered, Door
from reconciliation.intake.inbox import WebhookReply, checked
from reconciliation.signatures import token_verdict


class HookRoute(APIRoute):
    """A route that is handed the bare request.

    Nobody is signed in at these doors, so the checks of other routes would decide nothing: they only
    open a database session and change threads four times, which takes longer than a delivery itself.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint itself."""
        [method] = self.methods or set()
        if ROUTES.get((method, self.path)) is not Right.ANYONE:
            raise ScopeRefused
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


router = APIRouter(include_in_schema=False, route_class=HookRoute)


def _handler(door: Door) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    async def deliver(request: Request) -> Response:
        state = request.app.state
        channel = _channel_of(door, request)
        content = query_string(request) if door.method == "GET" else await webhook_body(request)
        delivered = Delivered(
            content=content,
            headers=request.headers,
            reference=request.path_params.get("reference", ""),
        )
        push = checked(door, channel, delivered, now=state.now())
        return _response(await state.hook_inbox.receive(push))

    return deliver


def _response(reply: WebhookReply) -> Response:
    if reply.body is None:
        return Response(status_code=reply.status)
    body = json.dumps(reply.body, separators=(",", ":"))
    return Response(body, status_code=reply.status, media_type="application/json")


def _channel_of(door: Door, request: Request) -> Channel:
    """Return a door's channel, or that nothing is to be found at this address."""
    found: Channel | None = request.app.state.channels.get(door.provider)
    if found is None or not _is_from(request, found.options.get("networks", "")):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if not door.is_signed:
        address = request.path_params["address"]
        if not token_verdict(address, found.secrets).is_accepted:
            raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


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
