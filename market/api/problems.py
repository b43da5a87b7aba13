"""Refusals for machines: RFC 9457 problem documents, in the language the client reads."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse

from market.api.paging import View
from market.i18n import Lang
from market.problems import Problem, problem_of
from merchants.errors import FieldChange

MEDIA_TYPE = "application/problem+json"


class ChangeView(View):
    """What somebody else changed meanwhile."""

    field: str
    actor: str
    at: datetime
    old: str
    new: str

    @classmethod
    def of(cls, change: FieldChange) -> "ChangeView":
        """Return the view of a change."""
        return cls(**{name: getattr(change, name) for name in cls.model_fields})


def language_of(request: Request) -> Lang:
    """Return the language asked for: ``?lang=en``, else as ``Accept-Language`` weighs the two.

    Vietnamese unless English is liked better. Source: RFC 9110, 12.5.4.
    """
    if asked := request.query_params.get("lang"):
        return Lang.EN if asked == Lang.EN else Lang.VI
    liked = {Lang.VI: 0.0, Lang.EN: 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, rest = part.strip().partition(";")
        name = tag.strip().lower().partition("-")[0]
        if name in {one.value for one in Lang}:
            liked[Lang(name)] = max(liked[Lang(name)], _weight(rest))
    return Lang.EN if liked[Lang.EN] > liked[Lang.VI] else Lang.VI


def title_of(problem: Problem, lang: Lang) -> str:
    """Return the title of a refusal in a language."""
    return problem.title_en if lang is Lang.EN else problem.title_vi


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


def problem_of_changes(
    request: Request, error: Exception, changes: Sequence[FieldChange]
) -> JSONResponse:
    """Return the refusal of a change that came second, with what the first one changed."""
    problem = problem_of(error)
    assert problem is not None
    return problem_document(
        problem.status,
        kind=type(error).__name__,
        title=title_of(problem, language_of(request)),
        detail=str(error),
        more={"changes": [ChangeView.of(one).model_dump(mode="json") for one in changes]},
    )


def _weight(parameters: str) -> float:
    """Return the ``q`` of a language, 1 when it has none and 0 when it cannot be read."""
    if not parameters.strip():
        return 1.0
    found = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", parameters)
    return float(found[1]) if found else 0.0


def _kebab_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
