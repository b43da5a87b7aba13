"""Where somebody goes on after signing in: never to another site."""

import re
from urllib.parse import quote, urlsplit

from fastapi import Request

from market.security.routes import ROUTES

SIGN_IN = "/dang-nhap"
CHANGE_PASSWORD = "/tai-khoan/mat-khau"  # noqa: S105
PATH_LETTERS_MAX = 400
FORM_STEPS_MAX = 2
"""How far below its page the path of a form may lie, such as ``…/tach/7`` below ``…``."""
_PLAIN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def sign_in_path(request: Request, why: str = "") -> str:
    """Return the sign-in page that leads back to the page that was asked for, or a form stands on.

    ``why`` says on the page what happened; it names nobody.
    """
    path = page_path(request)
    if path and request.method == "GET" and request.url.query:
        path = f"{path}?{request.url.query}"
    parts = [f"den={quote(path, safe='/')}"] if path else []
    parts += [f"vi={why}"] if why else []
    parts += ["lang=en"] if _is_english(request) else []
    return f"{SIGN_IN}?{'&'.join(parts)}" if parts else SIGN_IN


def page_path(request: Request) -> str:
    """Return the path of the page that is asked for, or that a form was sent from; empty = none.

    A form stands on the page of its own path, or of the nearest path above it that is a page.
    """
    route = request.scope.get("route")
    template = route.path if route is not None else ""
    path = request.url.path
    for _ in range(FORM_STEPS_MAX + 1):
        if ("GET", template) in ROUTES:
            return path
        template, _slash, last = template.rpartition("/")
        if request.method == "GET" or not template or last.endswith(":path}"):
            break
        path = path.rpartition("/")[0]
    return ""


def _is_english(request: Request) -> bool:
    lang = request.query_params.get("lang") or getattr(request.state, "form_lang", "")
    return lang == "en"


def own_path(text: str) -> str:
    """Return a path of this service as it was given, or empty for anything else.

    Browsers read ``//host`` and ``/\\host`` as another site, and leave out tabs and line breaks.
    """
    if len(text) > PATH_LETTERS_MAX or not _PLAIN.fullmatch(text):
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc else text
