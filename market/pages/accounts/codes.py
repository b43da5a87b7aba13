"""The QR codes hanging at a stall: shown, added by photo or as text, noted as gone."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.pages.accounts.shown import WORDS, carried_out
from market.pages.days import now_of
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.security.once import new_once
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.acceptance.code_lists import list_codes
from merchants.acceptance.code_reading import SeenCode
from merchants.acceptance.displayed_codes import end_code, see_code
from merchants.errors import (
    CodeNotRecorded,
    DisplayedCodeNotFound,
    MerchantsError,
    StallNotFound,
)
from merchants.find import find_market
from merchants.sentences import Sentence
from merchants.tables import Market, Stall, StallHolding, Vendor
from qr.errors import ImageRefused

router = APIRouter()
PATH = "/cho/{market_code}/gian-hang/{stall_code:path}/ma-qr"
ROWS = 50
DONE = {"them": "Đã ghi mã QR.", "go": "Đã ghi là mã không còn treo.", "vi": "Đã giữ mã của ví."}


@dataclass(frozen=True, slots=True)
class View:
    """Which stall's codes are shown, from where on, with those that are gone or without."""

    market_code: str
    stall_code: str
    after: int | None = None
    with_ended: bool = False


@router.get(PATH, response_class=HTMLResponse)
def codes(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    stall_code: str,
    da: str = "",
    sau: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    ca_cu: bool = False,
) -> HTMLResponse:
    """Show the codes of a stall; ``ca_cu`` also those that hang no more."""
    return codes_page(
        request,
        session,
        caller,
        View(market_code, stall_code, sau, ca_cu),
        Form(),
        done=DONE.get(da, ""),
    )


@router.post(PATH, response_class=HTMLResponse)
def add(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    stall_code: str,
    form: Sent,
) -> Response:
    """Record a code: typed or pasted, or read from a photo; of several in a photo people choose."""
    place = View(market_code, stall_code)
    is_own = form.is_ticked("ma_vi")
    choices = _read_photo(form)
    if len(choices) > 1:
        return codes_page(request, session, caller, place, form, choices=choices)
    # The very characters: cleaning them could make another code of it.
    payload = choices[0].payload if choices else (form.values.get("noi_dung") or [""])[0]
    if not payload.strip():
        form.refuse("anh", "Chưa có ảnh, cũng chưa có nội dung mã")

    def act() -> str:
        if is_own:
            from merchants.acceptance.own_codes import take_own_code

            record = take_own_code
        else:
            record = see_code
        record(
            session,
            market_code,
            stall_code,
            payload,
            sealer=request.app.state.sealer,
            actor=caller.actor,
            now=now_of(request),
        )
        return f"/cho/{market_code}/gian-hang/{stall_code}/ma-qr"

    try:
        answer = carried_out(request, session, caller, form, act, done="vi" if is_own else "them")
    except CodeNotRecorded as refusal:
        form.refuse(
            "anh" if "anh" in form.files else "noi_dung",
            Sentence("{reason}.", reason=Sentence.of(refusal.reason)),
        )
        answer = None
    if answer is not None:
        return answer
    return codes_page(request, session, caller, place, form)


@router.post(PATH + "/{code_id}/go", response_class=HTMLResponse)
def gone(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    stall_code: str,
    code_id: RowId,
    form: Sent,
) -> Response:
    """Note that a code hangs no more."""

    def act() -> str:
        end_code(session, market_code, stall_code, code_id, actor=caller.actor, now=now_of(request))
        return f"/cho/{market_code}/gian-hang/{stall_code}/ma-qr"

    refusals: dict[type[MerchantsError], tuple[str, str]] = {
        DisplayedCodeNotFound: ("noi_dung", "Mã này đã được ghi là không còn treo.")
    }
    answer = carried_out(request, session, caller, form, act, done="go", sentences=refusals)
    if answer is not None:
        return answer
    return codes_page(request, session, caller, View(market_code, stall_code), form)


def codes_page(
    request: Request,
    session: Session,
    caller: Principal,
    place: View,
    form: Form,
    *,
    choices: list[SeenCode] | None = None,
    done: str = "",
) -> HTMLResponse:
    """Return the page of a stall's codes; with ``choices`` one of a photo's codes is asked for."""
    market_code, stall_code = place.market_code, place.stall_code
    market = find_market(session, market_code)
    stall, vendor = _stall(session, market, stall_code)
    found = list_codes(
        session,
        market_code,
        stall_code=stall_code,
        with_ended=place.with_ended,
        after=place.after,
        limit=ROWS,
    )
    return page(
        request,
        "accounts/codes",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=market,
        stall=stall,
        vendor=vendor,
        here=f"/cho/{market_code}/gian-hang/{stall_code}/ma-qr",
        file=f"/cho/{market_code}/nguoi-ban/{vendor.code}" if vendor else "",
        codes=found.entries,
        next_id=found.next_id,
        with_ended=place.with_ended,
        choices=choices or [],
        may_write=caller.may(Right.WRITE_REGISTER) and caller.user_id is not None,
        form=form,
        once=new_once(),
        done=done,
        words=WORDS,
    )


def _read_photo(form: Form) -> list[SeenCode]:
    """Return the codes of the photo that was sent; what is wrong with it is said in the form."""
    photo = form.files.get("anh")
    if photo is None or not (photo.filename or photo.size):
        return []
    from merchants.acceptance.own_codes import PHOTO_BYTES_MAX, codes_in_photo

    try:
        return codes_in_photo(photo.file.read(PHOTO_BYTES_MAX + 1))
    except CodeNotRecorded as refusal:
        form.refuse("anh", Sentence("{reason}.", reason=Sentence.of(refusal.reason)))
    except ImageRefused as refusal:
        form.refuse(
            "anh",
            Sentence(
                "Không mở được ảnh này: {reason}. Gửi ảnh chụp dạng JPG hoặc PNG.",
                reason=Sentence(refusal.reason_vi),
            ),
        )
    return []


def _stall(session: Session, market: Market, stall_code: str) -> tuple[Stall, Vendor | None]:
    query = (
        select(Stall, Vendor)
        .outerjoin(
            StallHolding,
            (col(StallHolding.stall_id) == Stall.id) & col(StallHolding.to_on).is_(None),
        )
        .outerjoin(Vendor, col(Vendor.id) == StallHolding.vendor_id)
        .where(Stall.market_id == market.id, Stall.code == stall_code)
    )
    found = session.exec(query).first()
    if found is None:
        raise StallNotFound(market.code, stall_code)
    return found[0], found[1]
