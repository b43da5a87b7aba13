"""A form that comes after its session has ended: what was typed waits, sealed, for its page.

It goes into a cookie that only the form's own page is sent: encrypted, small, for a quarter of an
hour, without passwords and files. Nothing is ever sent again by itself. Whoever signs in on this
browser and may open the page finds the form filled in and presses the button again, with the token
of the new session.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from market.security.bodies import form_of
from market.security.csrf import comes_from_own_page
from market.security.errors import SecurityError
from market.security.return_paths import CHANGE_PASSWORD, page_path
from merchants.sealing import SealBroken

COOKIE = "cho40_kept_form"
KEPT_FOR = timedelta(minutes=15)
SEALED_BYTES_MAX = 3_600
"""Browsers keep four thousand bytes a cookie, its name and path among them."""
_TEXT_BYTES_MAX = 32 * 1024
_NOT_TYPED = frozenset({"csrf", "once", "lang"})


class _Form(Protocol):
    values: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class KeptForm:
    """What was typed into a form that came too late."""

    action: str
    """The last part of the path it was sent to, empty for the page's own."""
    had_files: bool
    values: Mapping[str, list[str]]

    def fill(self, form: _Form) -> None:
        """Put what was typed into the form of the page; ``once`` and what it did not ask stay."""
        shown = dict(form.values)
        if not self.action:  # the page is this form: a box that was not ticked is not ticked now
            shown = {name: value for name, value in shown.items() if name == "once"}
        form.values = {**shown, **self.values}


async def keep_form(request: Request, answer: Response) -> bool:
    """Let the browser keep the form of a refused request; return whether it does.

    Only a form that the browser itself says was sent from a page of ours is kept.
    """
    path = page_path(request)
    if not path or path == CHANGE_PASSWORD or not comes_from_own_page(request):
        return False
    try:
        sent = await form_of(request)
    except (HTTPException, SecurityError):  # it is too large, or no form
        return False
    values: dict[str, list[str]] = {}
    had_files = False
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            had_files = had_files or bool(value.filename)
        elif name not in _NOT_TYPED:
            values.setdefault(name, []).append(value)
    await request.close()  # the files are of no use any more
    sealed = _seal(request, path, values, had_files=had_files)
    if sealed is None:
        return False
    answer.set_cookie(
        COOKIE,
        sealed,
        max_age=int(KEPT_FOR.total_seconds()),
        path=quote(path, safe="/"),
        httponly=True,
        samesite="lax",
        secure=request.app.state.is_production,
    )
    return True


def kept_form(request: Request) -> KeptForm | None:
    """Return what was typed into the form of the page asked for; ``None`` = nothing is kept."""
    sealed = request.cookies.get(COOKIE, "")
    if request.method != "GET" or not sealed.isascii() or not sealed:
        return None
    try:
        padded = sealed.encode() + b"=" * (-len(sealed) % 4)
        told: dict[str, Any] = json.loads(
            zlib.decompress(request.app.state.sealer.open_bytes(padded))
        )
    except SealBroken:
        return None
    if told["path"] != request.url.path or told["until"] < request.app.state.now().timestamp():
        return None
    return KeptForm(told["action"], told["had_files"], told["values"])


def forget_form(request: Request, answer: Response) -> None:
    """Let the browser drop the form that was kept for this page."""
    answer.delete_cookie(
        COOKIE,
        path=quote(request.url.path, safe="/"),
        httponly=True,
        samesite="lax",
        secure=request.app.state.is_production,
    )


def _seal(
    request: Request, path: str, values: Mapping[str, list[str]], *, had_files: bool
) -> str | None:
    state = request.app.state
    told = {
        "path": path,
        "action": request.url.path.removeprefix(path).strip("/"),
        "until": (state.now() + KEPT_FOR).timestamp(),
        "had_files": had_files,
        "values": values,
    }
    text = json.dumps(told).encode()
    if len(text) > _TEXT_BYTES_MAX:
        return None
    sealed: bytes = state.sealer.seal_bytes(zlib.compress(text, 9)).rstrip(b"=")
    return sealed.decode() if len(sealed) <= SEALED_BYTES_MAX else None
