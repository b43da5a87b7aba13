"""Refusals for machines: RFC 9457 problem documents."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


def problem_document(
    status: HTTPStatus,
    *,
    kind: str,
    title: str,
    detail: str = "",
    more: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """Return a problem document; ``kind`` is the name of the refusal's class, or empty.

    ``type`` is a URN, so that a client can tell refusals apart without reading prose.
    """
    document: dict[str, Any] = {
        "type": f"urn:cho40:problem:{_kebab_case(kind)}" if kind else "about:blank",
        "title": title,
        "status": int(status),
    }
    if detail:
        document["detail"] = detail
    return JSONResponse(document | dict(more or {}), status_code=status, media_type=MEDIA_TYPE)


def _kebab_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
