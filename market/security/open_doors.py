"""What is open to everybody: asked for only so often, answered so that caches may keep it."""

import hashlib
import math

from fastapi import Request, Response

from market.etags import has_already
from market.security.errors import AskedTooOften

KEPT_S = 600
"""For how long a cache may answer by itself; then it asks whether anything changed."""


def meter_public(request: Request) -> None:
    """Let an address ask only so often.

    Each process counts for itself: with n of them behind one address, n times as much gets through. What
    is answered is the same for everybody and kept by caches, so that is no danger, only less thrift.

    Raises:
        AskedTooOften: it has asked more than it may.
    """
    state = request.app.state
    address = request.client.host if request.client else ""
    wait_s = state.public_meter.wait_s(address, state.now())
    if wait_s:
        raise AskedTooOften(math.ceil(wait_s))


def kept_answer(request: Request, content: bytes, media_type: str) -> Response:
    """Return an answer that any cache may keep; 304 where the asker has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {
        "ETag": tag,
        "Cache-Control": f"public, max-age={KEPT_S}",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if has_already(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
