"""Whether an asker has an answer already: the tags it names, as RFC 9110 has them compared."""

from fastapi import Request


def has_already(request: Request, tag: str) -> bool:
    """Say whether ``If-None-Match`` names a tag, in its quotes: strong, weak, or ``*`` for any.

    Tags are compared whole and weakly, as Source: RFC 9110, 13.1.2 asks; ours hold no comma.
    """
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    return tag in known or f"W/{tag}" in known or "*" in known
