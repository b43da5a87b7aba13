"""Bodies are bounded before they are read: nobody fills the memory through a door."""

from fastapi import Request
from starlette.datastructures import FormData

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


FORM_FIELDS_MAX = 2_000
FORM_FIELD_BYTES_MAX = 64 * 1024


async def form_of(request: Request) -> FormData:
    """Return the form of a request, read once however often it is asked for; at most one file."""
    return await request.form(
        max_files=1, max_fields=FORM_FIELDS_MAX, max_part_size=FORM_FIELD_BYTES_MAX
    )
