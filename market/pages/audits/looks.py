"""A look at a poster as a form sends it: read before anything is written, carried out once.

A photo is decoded before the transaction begins: it takes a while, and nobody who writes shall wait
for it. A phone without a network sends the same form later; its ``once`` makes it count once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from market.pages.campaigns.forms import content_of, tell
from market.pages.days import now_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import STATIC, address
from market.security.headers import SCANNING_HEADERS
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from merchants.audits.checks import Checked, Looked, check_by_hand, check_payloads, check_photo
from merchants.audits.seen_photos import PHOTO_BYTES_MAX, SeenPhoto
from merchants.errors import CheckRefused, EntryRefused, StallNotFound
from merchants.kinds import CheckResult
from merchants.sentences import Sentence

FIELDS = {"photo": "anh", "payloads": "anh", "stall_code": "gian", "note": "ghi_chu"}
WORKER = STATIC / "audits" / "worker.js"


@dataclass(frozen=True, slots=True)
class SentLook:
    """The form with its photo read; what is wrong with the photo stands in the form."""

    form: Form
    photo: SeenPhoto | None


def _read_look(form: Sent) -> SentLook:
    upload = form.files.get("anh")
    if upload is None or not (upload.filename or upload.size):
        return SentLook(form, None)
    from merchants.audits.photos import read_photo  # brings the decoder

    try:
        return SentLook(form, read_photo(upload.file.read(PHOTO_BYTES_MAX + 1)))
    except CheckRefused as refusal:
        form.refuse("anh", _told(refusal.reason))
    return SentLook(form, None)


Look = Annotated[SentLook, Depends(_read_look)]
"""Stands before the transaction among a route's parameters."""


def carry_out_look(
    request: Request,
    session: Session,
    caller: Principal,
    sent: SentLook,
    place: Looked,
    *,
    location: str,
) -> RedirectResponse | None:
    """Record a look and return where its result is shown; ``None`` = refused, the form says why."""
    form, payloads = sent.form, [text for text in sent.form.values.get("noi_dung", []) if text]
    by_hand = next((each for each in CheckResult if each.value == form.value("ket_qua")), None)
    if sent.photo is None and not payloads and by_hand is None:
        form.refuse("anh", "Chưa có ảnh, cũng chưa chọn kết quả")
    once, content = form.value("once"), content_of(form, request.url.path)
    if (earlier := earlier_answer(session, caller, once, content)) is not None:
        return see_other(earlier)
    if form.errors:
        return None
    state = request.app.state
    sealer, actor, now = state.sealer, caller.actor, now_of(request)
    done: Checked | None = None
    try:
        with session.begin_nested():
            if payloads:
                done = check_payloads(session, place, payloads, sealer=sealer, actor=actor, now=now)
            elif sent.photo is not None:
                done = check_photo(session, place, sent.photo, sealer=sealer, actor=actor, now=now)
            else:
                assert by_hand is not None
                done = check_by_hand(session, place, by_hand, actor=actor, now=now)
    except EntryRefused as refusal:
        tell(form, refusal, FIELDS)
    except CheckRefused as refusal:
        form.refuse(FIELDS[refusal.field], _told(refusal.reason))
    except StallNotFound:
        form.refuse("gian", Sentence("Chợ không có gian hàng “{code}”", code=place.stall_code))
    if done is None:
        return None
    target = address(request, location, da=done.check.id)
    remember_answer(session, caller, once, content, target, now)
    return see_other(target)


def device_time(form: Form) -> datetime | None:
    """Return what the phone's clock said, as far as it said anything a database can hold."""
    try:
        at = datetime.fromisoformat(form.value("may_luc"))
        return at.astimezone(UTC) if at.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def round_number(form: Form) -> int | None:
    """Return the round the form was opened for; ``None`` = none."""
    text = form.value("lan")
    is_number = text.isascii() and text.isdigit() and len(text) <= 10
    return int(text) if is_number and 1 <= int(text) <= ROW_ID_MAX else None


def check_base(request: Request) -> str:
    """Return what the addresses of the pages about posters begin with."""
    return f"{request.app.state.base_url.rstrip('/')}/p/"


def scanning(answer: Response) -> Response:
    """Return a page that may run our own script files and open the camera."""
    answer.headers.update(SCANNING_HEADERS)
    return answer


def worker() -> Response:
    """Return the script that keeps the scanning page for when there is no network.

    Its address decides what it may see: the pages beside it, and no others.
    """
    return Response(
        WORKER.read_bytes(),
        media_type="text/javascript",
        headers={"Cache-Control": "no-cache", **SCANNING_HEADERS},
    )


def _told(reason: str) -> str:
    return Sentence("{reason}.", reason=Sentence.of(reason))
