"""A market's privacy requests for its staff: what waits, until when, and what becomes of it."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import Translator, day, translator
from market.pages.actors import actor_names
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, lang_of, page
from market.privacy import complete_request
from market.reports.held_words import REQUEST_KINDS_VI, REQUEST_STATES_VI
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.days import market_day
from merchants.errors import PrivacyStepRefused
from merchants.find import find_market, find_vendor
from merchants.kinds import PrivacyRequestKind, RequestsShown
from merchants.privacy.clocks import due_days, latest_extension
from merchants.privacy.listing import ROWS, count_requests, list_requests
from merchants.privacy.requests import (
    OPEN_STATES,
    WISH_LENGTH_MAX,
    answer,
    extend,
    find_request,
    open_request,
    open_requests,
    refuse,
)
from merchants.tables import Market, PrivacyRequest, Vendor

router = APIRouter()

LIST = "/cho/{market_code}/quyen-rieng-tu"
ONE = f"{LIST}/{{request_id}}"
NEW = "/cho/{market_code}/nguoi-ban/{vendor_code}/yeu-cau"
KINDS_ASKED = tuple(kind for kind in PrivacyRequestKind if kind != PrivacyRequestKind.WITHDRAWAL)
SHOWN_WORDS = {
    RequestsShown.OPEN: "Đang chờ",
    RequestsShown.LATE: "Quá hạn",
    RequestsShown.CLOSED: "Đã đóng",
    RequestsShown.ALL: "Tất cả",
}
DONE = {
    "tra-loi": "Đã ghi là đã trả lời.",
    "gia-han": "Đã gia hạn.",
    "tu-choi": "Đã đóng yêu cầu, có ghi lý do.",
    "xong": "Đã làm xong yêu cầu.",
    "moi": "Đã nhận yêu cầu.",
}
WHAT_COMPLETING_DOES = {
    PrivacyRequestKind.ACCESS: "Lập một bản PDF đầy đủ để đưa cho người bán. Anh/chị in ra hoặc gửi, "
    "rồi xoá tệp khỏi máy.",
    PrivacyRequestKind.CORRECTION: "Sửa ở trang người bán trước, rồi ghi ở đây đã sửa gì.",
    PrivacyRequestKind.RESTRICTION: "Ngừng xem tiền, ngừng đếm vào số liệu chung, ngừng gọi điện. Danh "
    "sách và tấm mã giữ nguyên.",
    PrivacyRequestKind.WITHDRAWAL: "Dọn nốt những gì sự đồng ý đã rút còn để lại. Rút khỏi danh sách thì "
    "xoá tên, điện thoại, tài khoản; không lấy lại được.",
    PrivacyRequestKind.DELETION: "Xoá tên, điện thoại, tài khoản, nội dung mã; thu hồi tấm mã. Gian hàng "
    "và số đếm ở lại. Không lấy lại được.",
}


@router.get(LIST, response_class=HTMLResponse)
def requests(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    xem: RequestsShown = RequestsShown.OPEN,
    loai: PrivacyRequestKind | Literal[""] = "",
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show the market's requests, the next one due first."""
    market, today = find_market(session, market_code), today_of(request)
    assert market.id is not None
    found = list_requests(
        session,
        today=today,
        market_id=market.id,
        shown=xem,
        kind=loai or None,
        offset=(trang - 1) * ROWS,
    )
    return page(
        request,
        "privacy/list",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/quyen-rieng-tu",
        found=found,
        counts=count_requests(session, market.id, today=today),
        shown=xem.value,
        shown_words=[(each.value, words) for each, words in SHOWN_WORDS.items()],
        kind=loai,
        kind_words=REQUEST_KINDS_VI,
        state_words=REQUEST_STATES_VI,
        page_number=trang,
        pages=max(1, -(-found.total // ROWS)),
    )


@router.get(ONE, response_class=HTMLResponse)
def one_request(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    request_id: RowId,
    xong: str = "",
) -> HTMLResponse:
    """Show one request with what can be done about it."""
    market, asked = _find(session, market_code, request_id)
    return _shown(request, session, caller, market, asked, Form(), done=DONE.get(xong, ""))


@router.post(f"{ONE}/tra-loi", response_class=HTMLResponse)
def answer_request(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    market_code: str,
    request_id: RowId,
) -> Response:
    """Note that the vendor was told whether and until when it will be done."""
    market, asked = _find(session, market_code, request_id)
    _ = translator(lang_of(request))
    _bounded(form, "tra_loi", _)
    if not form.errors:
        try:
            answer(
                session, asked, told=form.value("tra_loi"), actor=caller.actor, now=now_of(request)
            )
        except PrivacyStepRefused:
            form.refuse("tra_loi", _("Yêu cầu này đã trả lời hoặc đã đóng."))
    return _next(request, session, caller, market, asked, form, "tra-loi")


@router.post(f"{ONE}/gia-han", response_class=HTMLResponse)
def extend_request(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    market_code: str,
    request_id: RowId,
) -> Response:
    """Give a difficult request more time, once."""
    market, asked = _find(session, market_code, request_id)
    _ = translator(lang_of(request))
    until_on = _day_of(form.value("den"))
    latest = latest_extension(market_day(asked.received_at), asked.due_on)
    told = _(
        "Chọn một ngày sau {due}, chậm nhất {latest}.", due=day(asked.due_on), latest=day(latest)
    )
    if until_on is None:
        form.refuse("den", told)
    if not form.value("ly_do"):
        form.refuse("ly_do", _("Ghi vì sao cần thêm thời gian: phải nói cho người bán biết."))
    _bounded(form, "ly_do", _, most=200)
    if not form.errors:
        assert until_on is not None
        try:
            extend(
                session,
                asked,
                until_on,
                reason=form.value("ly_do"),
                actor=caller.actor,
                now=now_of(request),
            )
        except PrivacyStepRefused as refusal:
            form.refuse(
                "den",
                told
                if refusal.field == "until_on" and not asked.is_extended
                else _("Mỗi yêu cầu chỉ gia hạn được một lần, khi còn trong hạn."),
            )
    return _next(request, session, caller, market, asked, form, "gia-han")


@router.post(f"{ONE}/tu-choi", response_class=HTMLResponse)
def refuse_request(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    market_code: str,
    request_id: RowId,
) -> Response:
    """Close a request that is not carried out, with the reason."""
    market, asked = _find(session, market_code, request_id)
    _ = translator(lang_of(request))
    if not form.value("vi_sao"):
        form.refuse("vi_sao", _("Ghi vì sao không làm: phải nói cho người bán biết."))
    _bounded(form, "vi_sao", _)
    if not form.errors:
        try:
            refuse(
                session, asked, reason=form.value("vi_sao"), actor=caller.actor, now=now_of(request)
            )
        except PrivacyStepRefused:
            form.refuse(
                "vi_sao",
                _("Yêu cầu này đã đóng, hoặc là rút lại sự đồng ý nên không từ chối được."),
            )
    return _next(request, session, caller, market, asked, form, "tu-choi")


@router.post(f"{ONE}/xong", response_class=HTMLResponse)
def finish_request(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    market_code: str,
    request_id: RowId,
) -> Response:
    """Carry a request out; what asks for a copy gives it as the answer."""
    market, asked = _find(session, market_code, request_id)
    _ = translator(lang_of(request))
    if asked.kind is PrivacyRequestKind.CORRECTION and not form.value("ket_qua"):
        form.refuse("ket_qua", _("Ghi đã sửa gì."))
    _bounded(form, "ket_qua", _)
    if _needs_tick(asked) and not form.is_ticked("chac"):
        form.refuse("chac", _("Đánh dấu là đã hiểu: xoá rồi không lấy lại được."))
    export = None
    if not form.errors:
        try:
            export = complete_request(
                session,
                asked,
                outcome=form.value("ket_qua"),
                sealer=request.app.state.sealer,
                actor=caller.actor,
                now=now_of(request),
            )
        except PrivacyStepRefused:
            form.refuse("ket_qua", _("Yêu cầu này đã đóng."))
    if export is not None:
        vendor = session.get_one(Vendor, asked.vendor_id)
        name = f"cho-giu-gi-{vendor.code}-{today_of(request).isoformat()}.pdf"
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return Response(export.pdf, media_type="application/pdf", headers=headers)
    return _next(request, session, caller, market, asked, form, "xong")


@router.get(NEW, response_class=HTMLResponse)
def new_request_page(
    request: Request, session: Reading, caller: Caller, market_code: str, vendor_code: str
) -> HTMLResponse:
    """Show the form of a request a vendor makes by word of mouth."""
    form = Form.showing(once=new_once(), loai=KINDS_ASKED[0].value)
    vendor = find_vendor(session, vendor_code)
    return _new(request, caller, find_market(session, market_code), vendor, form)


@router.post(NEW, response_class=HTMLResponse)
def new_request(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    market_code: str,
    vendor_code: str,
) -> Response:
    """Receive a request on a vendor's behalf."""
    market, vendor = find_market(session, market_code), find_vendor(session, vendor_code)
    _, now = translator(lang_of(request)), now_of(request)
    kind, wish, once = form.value("loai"), form.value("muon"), form.value("once")
    content = f"{request.url.path}\n{kind}\n{wish}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        return see_other(earlier)
    _check_new(form, session, vendor, _)
    if form.errors:
        return _new(request, caller, market, vendor, form, status_code=422)
    made = open_request(
        session, vendor, PrivacyRequestKind(kind), wish=wish, actor=caller.actor, now=now
    )
    if caller.may(Right.READ_MARKET):
        location = address(request, f"/cho/{market_code}/quyen-rieng-tu/{made.id}", xong="moi")
    else:  # a helper hands it in and goes on at the stall
        location = address(request, f"/cho/{market_code}/nguoi-ban/{vendor_code}", da="yeu-cau")
    remember_answer(session, caller, once, content, location, now)
    return see_other(location)


def _check_new(form: Form, session: Session, vendor: Vendor, _: Translator) -> None:
    kind = form.value("loai")
    assert vendor.id is not None
    if kind not in set(KINDS_ASKED):
        form.refuse("loai", _("Chọn một việc người bán muốn nhờ."))
    elif open_requests(session, vendor.id, PrivacyRequestKind(kind)):
        form.refuse("loai", _("Người bán này đã có yêu cầu như vậy đang chờ."))
    if kind == PrivacyRequestKind.CORRECTION and not form.value("muon"):
        form.refuse("muon", _("Ghi chỗ nào sai và phải sửa thế nào."))
    _bounded(form, "muon", _)


def _find(session: Session, market_code: str, request_id: RowId) -> tuple[Market, PrivacyRequest]:
    market = find_market(session, market_code)
    return market, find_request(session, request_id, market_id=market.id)


def _needs_tick(asked: PrivacyRequest) -> bool:
    return asked.kind in {PrivacyRequestKind.DELETION, PrivacyRequestKind.WITHDRAWAL}


def _bounded(form: Form, name: str, _: Translator, *, most: int = WISH_LENGTH_MAX) -> None:
    length = len(form.value(name))
    if length > most:
        form.refuse(name, _("Dài {n} chữ, ghi được tối đa {most}.", n=length, most=most))


def _day_of(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    return None


def _next(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    asked: PrivacyRequest,
    form: Form,
    done: str,
) -> Response:
    """Return to the request: with the faults of the form, or with what was done."""
    if form.errors:
        return _shown(request, session, caller, market, asked, form, status_code=422)
    return see_other(address(request, f"/cho/{market.code}/quyen-rieng-tu/{asked.id}", xong=done))


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    market: Market,
    asked: PrivacyRequest,
    form: Form,
    *,
    status_code: int = 200,
    done: str = "",
) -> HTMLResponse:
    vendor = session.get_one(Vendor, asked.vendor_id)
    today = today_of(request)
    return page(
        request,
        "privacy/one",
        caller=caller,
        status_code=status_code,
        market=market,
        here=f"/cho/{market.code}/quyen-rieng-tu",
        asked=asked,
        vendor=vendor,
        form=form,
        done=done,
        is_open=asked.state in OPEN_STATES,
        is_late=asked.state in OPEN_STATES and asked.due_on < today,
        latest=latest_extension(market_day(asked.received_at), asked.due_on),
        kind_words=REQUEST_KINDS_VI[asked.kind.value],
        state_words=REQUEST_STATES_VI[asked.state.value],
        what_it_does=WHAT_COMPLETING_DOES[asked.kind],
        needs_tick=_needs_tick(asked),
        may_decide=caller.may(Right.DECIDE),
        received_by=actor_names(session, [asked.received_by])[asked.received_by],
        age_days=(today - market_day(asked.received_at)).days,
    )


def _new(
    request: Request,
    caller: Principal,
    market: Market,
    vendor: Vendor,
    form: Form,
    **options: Any,
) -> HTMLResponse:
    today = today_of(request)
    return page(
        request,
        "privacy/new",
        caller=caller,
        market=market,
        vendor=vendor,
        here=f"/cho/{market.code}/quyen-rieng-tu",
        form=form,
        kinds=[
            (kind.value, REQUEST_KINDS_VI[kind.value], due_days(kind, today))
            for kind in KINDS_ASKED
        ],
        wish_max=WISH_LENGTH_MAX,
        **options,
    )
