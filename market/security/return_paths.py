"""Where somebody goes on after signing in: never to another site."""

import re
from urllib.parse import quote, urlsplit

from fastapi import Request

from market.security.routes import ROUTES

SIGN_IN = "/dang-nhap"
CHANGE_PASSWORD = "/tai-khoan/mat-khau"  # noqa: S105
PATH_LETTERS_MAX = 400
_PLAIN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def sign_in_path(request: Request) -> str:
    """Return the sign-in page that leads back to the page that was asked for."""
    route = request.scope.get("route")
    query = "lang=en" if request.query_params.get("lang") == "en" else ""
    # A form cannot be sent again after signing in; the page it stood on can be opened again.
    if route is not None and ("GET", route.path) in ROUTES:
        path = request.url.path
        if request.method == "GET" and request.url.query:
            path = f"{path}?{request.url.query}"
        query = "&".join(part for part in (f"den={quote(path, safe='/')}", query) if part)
    return f"{SIGN_IN}?{query}" if query else SIGN_IN


def own_path(text: str) -> str:
    """Return a path of this service as it was given, or empty for anything else.

    Browsers read ``//host`` and ``/\\host`` as another site, and leave out tabs and line breaks.
    """
    if len(text) > PATH_LETTERS_MAX or not _PLAIN.fullmatch(text):
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc else text
