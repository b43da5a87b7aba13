"""Bodies are bounded before they are read: nobody fills the memory through a door."""

from fastapi import Request
from starlette.datastructures import FormData, Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from market.security.errors import BodyTooLarge

WEBHOOK_BYTES_MAX = 256 * 1024


async def webhook_body(request: Request) -> bytes:
    """Return the raw body of a webhook.

    Raises:
        BodyTooLarge: it is, or says it is, larger than ``WEBHOOK_BYTES_MAX``.
    """
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > WEBHOOK_BYTES_MAX:
        raise BodyTooLarge(WEBHOOK_BYTES_MAX)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > WEBHOOK_BYTES_MAX:
            raise BodyTooLarge(WEBHOOK_BYTES_MAX)
    return bytes(body)


QUERY_BYTES_MAX = 16 * 1024


def query_string(request: Request) -> bytes:
    """Return the raw query string of a webhook that comes as a GET.

    Raises:
        BodyTooLarge: it is longer than ``QUERY_BYTES_MAX``.
    """
    query: bytes = request.scope["query_string"]
    if len(query) > QUERY_BYTES_MAX:
        raise BodyTooLarge(QUERY_BYTES_MAX)
    return query


FORM_FIELDS_MAX = 2_000
FORM_FIELD_BYTES_MAX = 64 * 1024


async def form_of(request: Request) -> FormData:
    """Return the form of a request, read once however often it is asked for; at most one file."""
    return await request.form(
        max_files=1, max_fields=FORM_FIELDS_MAX, max_part_size=FORM_FIELD_BYTES_MAX
    )


BODY_BYTES_MAX = 1024 * 1024
UPLOAD_BYTES_MAX = 10 * 1024 * 1024
_UPLOADS = ("multipart/form-data", "image/", "text/csv", "application/vnd.", "application/pdf")
"""Content types of sheets and photos; nothing else is ever larger than a long form."""


class BoundedBodies:
    """ASGI wrapper that lets no route read more than its kind of body may hold.

    The refusal is raised where the body is read, so that it becomes a page or a problem document
    like any other; a body that nobody reads is nobody's business.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a ``receive`` that counts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_upload = headers.get("content-type", "").lower().startswith(_UPLOADS)
        bytes_max = UPLOAD_BYTES_MAX if is_upload else BODY_BYTES_MAX
        declared = headers.get("content-length", "")
        is_declared_over = declared.isascii() and declared.isdigit() and int(declared) > bytes_max
        received = 0

        async def counting_receive() -> Message:
            nonlocal received
            if is_declared_over:
                raise BodyTooLarge(bytes_max)
            message = await receive()
            received += len(message.get("body", b""))
            if received > bytes_max:
                raise BodyTooLarge(bytes_max)
            return message

        await self.app(scope, counting_receive, send)
