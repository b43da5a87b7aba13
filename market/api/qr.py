"""Payment codes for machines: a payload judged, the codes of a picture read, the rules they break.

Nothing is kept and nothing is written: what is sent here is forgotten with the answer.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field
from starlette.datastructures import UploadFile

from market.api.paging import Body, View
from market.security.bodies import form_of
from qr.findings import Finding
from qr.participants import participants
from qr.payload import PayloadReading, read_payload
from qr.rules import RULES
from qr.wrappers import Network, networks, read_linked_payload

router = APIRouter(prefix="/api/v1/qr", tags=["qr"])

PAYLOAD_CHARACTERS_MAX = 3000
"""More than the largest symbol holds: 2953 bytes. Source: ISO/IEC 18004:2015, table 7, page 38."""
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
_PICTURE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "image/jpeg": _BINARY,
            "image/png": _BINARY,
            "image/webp": _BINARY,
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
        },
    }
}


class RuleView(View):
    """A rule payloads are judged by; ``fatal`` ones reject, others only flag."""

    code: str
    fatal: bool
    title_vi: str
    title_en: str
    facts: list[str]


class FindingView(View):
    """One rule a payload breaks, at one place; ``code`` and ``fact`` never change their meaning."""

    code: str
    fact: str
    path: str
    message_vi: str
    message_en: str

    @classmethod
    def of(cls, finding: Finding) -> "FindingView":
        """Return the view of a finding."""
        return cls(
            code=finding.code,
            fact=finding.fact,
            path=finding.path,
            message_vi=finding.message_vi,
            message_en=finding.message,
        )


class BeneficiaryView(View):
    """Whom a VietQR pays; ``bank`` null = the BIN is in no table."""

    bin: str
    bank: str | None
    account: str
    service: str


class ReadingView(View):
    """A payload, judged. ``amount_vnd`` null = none, or not whole đồng; fields in their order."""

    payload: str
    valid: bool
    errors: list[FindingView]
    deviations: list[FindingView]
    networks: list[Network]
    beneficiary: BeneficiaryView | None
    amount_vnd: int | None
    fields: dict[str, Any]

    @classmethod
    def of(cls, reading: PayloadReading) -> "ReadingView":
        """Return the view of a reading."""
        payee = reading.beneficiary
        participant = participants().get(payee.bin) if payee else None
        return cls(
            payload=reading.text,
            valid=reading.is_valid,
            errors=[FindingView.of(each) for each in reading.errors],
            deviations=[FindingView.of(each) for each in reading.deviations],
            networks=sorted(networks(reading)),
            beneficiary=BeneficiaryView(
                bin=payee.bin,
                bank=participant.short_name if participant else None,
                account=payee.account,
                service=payee.service,
            )
            if payee
            else None,
            amount_vnd=reading.amount_vnd,
            fields=reading.fields,
        )


class PictureView(View):
    """The codes of a picture, top to bottom."""

    codes: list[ReadingView]


class ReadingBody(Body):
    """A payload exactly as the code holds it; a deep link's percent signs are undone if need be."""

    payload: Annotated[str, Field(max_length=PAYLOAD_CHARACTERS_MAX)]
    require_vietqr: bool = False


@router.get("/rules")
def rules() -> list[RuleView]:
    """Return every rule, fatal ones first."""
    return [
        RuleView(
            code=rule.code,
            fatal=rule.is_fatal,
            title_vi=rule.title_vi,
            title_en=rule.title,
            facts=list(rule.facts),
        )
        for rule in RULES.values()
    ]


@router.post("/readings")
def judge(body: ReadingBody) -> ReadingView:
    """Judge a payload: whom it pays, how much, and what is wrong with it. A rejected one is an answer too."""
    reading = read_linked_payload(body.payload)
    return ReadingView.of(read_payload(reading.text, require_vietqr=body.require_vietqr))


async def sent_picture(request: Request) -> AsyncIterator[bytes]:
    """Give the picture of a request, as the form's `file` or as the whole body; empty without one."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        yield await request.body()
        return
    form = await form_of(request)
    try:
        upload = form.get("file")
        yield await upload.read() if isinstance(upload, UploadFile) else b""
    finally:
        await form.close()


@router.post("/pictures", openapi_extra=_PICTURE_BODY)
def read_picture(content: Annotated[bytes, Depends(sent_picture)]) -> PictureView:
    """Read every code of a photo: JPEG, PNG or WebP, at most 10 MB and 9 codes; at least one must show."""
    from qr.scan import decode_photo

    return PictureView(codes=[ReadingView.of(read_payload(text)) for text in decode_photo(content)])
