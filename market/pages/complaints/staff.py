"""A market's complaints: what waits and since when, one with its answer, and the form for a vendor."""

from enum import StrEnum
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.complaint_words import STATES
from market.pages.actors import actor_names
from market.pages.campaigns.forms import kind_in
from market.pages.complaints.shown import FIELDS, form_words, list_words, read_complaint
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.roles import Role
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.complaints.deciding import NOTE_CHARS_MAX, move_complaint
from merchants.complaints.listing import (
    ComplaintFilter,
    count_waiting,
    find_complaint,
    list_complaints,
)
from merchants.complaints.raising import raise_complaint, stalls_held
from merchants.complaints.steps import CLOSED_STATES, NEXT, due_on
from merchants.errors import ComplaintStepRefused, EntryRefused
from merchants.find import find_market
from merchants.kinds import ComplaintKind, ComplaintState
from merchants.tables import Vendor
from merchants.vendors.file import vendor_in_market

router = APIRouter()

LIST = "/cho/{market_code}/phan-anh"
ONE = LIST + "/{complaint_id}"
NEW = "/cho/{market_code}/nguoi-ban/{vendor_code}/phan-anh"
ROWS = 50
DONE = {
    ComplaintState.ANSWERED: "Đã ghi câu trả lời.",
    ComplaintState.SETTLED: "Đã ghi là xong.",
    ComplaintState.DROPPED: "Đã bỏ phản ánh này.",
}
STEP_NAMES = {
    ComplaintState.ANSWERED: "Trả lời, còn theo dõi",
    ComplaintState.SETTLED: "Xong việc",
    ComplaintState.DROPPED: "Bỏ, không phải sai sót",
}


class Shown(StrEnum):
    """Which complaints a list shows."""

    OPEN = "cho"
    LATE = "qua-han"
    ANSWERED = "tra-loi"
    CLOSED = "dong"
    ALL = "tat-ca"


SECTIONS = {
    Shown.OPEN: "Chờ trả lời",
    Shown.LATE: "Quá hạn",
    Shown.ANSWERED: "Đã trả lời",
    Shown.CLOSED: "Đã đóng",
    Shown.ALL: "Tất cả",
}
_STATES_SHOWN: dict[Shown, tuple[ComplaintState, ...]] = {
    Shown.OPEN: (ComplaintState.OPEN,),
    Shown.LATE: (),
    Shown.ANSWERED: (ComplaintState.ANSWERED,),
    Shown.CLOSED: CLOSED_STATES,
    Shown.ALL: (),
}
After = Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)]


@router.get(LIST, response_class=HTMLResponse)
def complaints(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    muc: Shown = Shown.OPEN,
    loai: ComplaintKind | Literal[""] = "",
    sau: After = None,
) -> HTMLResponse:
    """Show the complaints, those that wait unless others are asked for."""
    market, today = find_market(session, market_code), today_of(request)
    assert market.id is not None
    asked = ComplaintFilter(
        states=_STATES_SHOWN[muc],
        kind=loai or None,
        is_late=muc is Shown.LATE,
        after=sau,
        limit=ROWS,
    )
    found, next_id = list_complaints(session, market_code, asked, today=today)
    return page(
        request,
        "complaints/list",
        caller=caller,
        market=market,
        here=f"/cho/{market_code}/phan-anh",
        found=found,
        next_id=next_id,
        counts=count_waiting(session, market.id, today=today),
        section=muc.value,
        sections=SECTIONS,
        kind=loai,
        **list_words(),
    )


@router.get(ONE, response_class=HTMLResponse)
def complaint(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    complaint_id: RowId,
    da: str = "",
) -> HTMLResponse:
    """Show one complaint with what may be done next."""
    done = DONE[ComplaintState(da)] if da in list(DONE) else ""
    done = "Đã nhận phản ánh." if da == "moi" else done
    return _shown(request, session, caller, (market_code, complaint_id), Form(), done)


@router.post(ONE, response_class=HTMLResponse)
def send_step(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    complaint_id: RowId,
    form: Sent,
) -> Response:
    """Answer, settle or drop a complaint."""
    to = kind_in(form, "buoc", ComplaintState, needed="Chọn một việc")

    def act() -> None:
        assert to is not None
        try:
            move_complaint(
                session,
                market_code,
                complaint_id,
                to,
                note=form.value("ghi_chu"),
                actor=caller.actor,
                now=now_of(request),
            )
        except ComplaintStepRefused as refusal:
            raise EntryRefused({"buoc": refusal.reason}) from None

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/phan-anh/{complaint_id}",
        query={"da": to.value if to else ""},
        fields={"note": "ghi_chu"},
    )
    return answer or _shown(request, session, caller, (market_code, complaint_id), form)


@router.get(NEW, response_class=HTMLResponse)
def complaint_form(
    request: Request, session: Reading, caller: Caller, market_code: str, vendor_code: str
) -> HTMLResponse:
    """Show the form for what a vendor says by word of mouth."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    form = Form.showing(ngay=f"{today_of(request):%d/%m/%Y}")
    return _form_page(request, session, caller, market_code, vendor, form)


@router.post(NEW, response_class=HTMLResponse)
def send_complaint(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    vendor_code: str,
    form: Sent,
) -> Response:
    """Keep a complaint on a vendor's behalf."""
    vendor = vendor_in_market(session, market_code, vendor_code)
    made = read_complaint(form)

    def act() -> None:
        raise_complaint(
            session,
            vendor,
            made(),
            answer_days=request.app.state.complaint_answer_days,
            actor=caller.actor,
            now=now_of(request),
        )

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/nguoi-ban/{vendor_code}",
        query={"da": "phan-anh"},
        fields=FIELDS,
    )
    return answer or _form_page(request, session, caller, market_code, vendor, form)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    place: tuple[str, int],
    form: Form,
    done: str = "",
) -> HTMLResponse:
    market_code, complaint_id = place
    found = find_complaint(session, market_code, complaint_id, today=today_of(request))
    following = [state for state in STATES if state in NEXT[found.state]]
    is_writer = caller.role is not Role.AUDITOR and caller.user_id is not None
    return page(
        request,
        "complaints/one",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/phan-anh/{complaint_id}",
        back=f"/cho/{market_code}/phan-anh",
        file=f"/cho/{market_code}/nguoi-ban/{found.vendor_code}",
        one=found,
        names=actor_names(session, [found.raised_by, found.answered_by, found.closed_by]),
        steps=[(state.value, STEP_NAMES[state]) for state in following],
        may_decide=caller.may(Right.DECIDE) and is_writer,
        NOTE_CHARS_MAX=NOTE_CHARS_MAX,
        form=form,
        once=once_of(form),
        done=done,
        **list_words(),
    )


def _form_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    vendor: Vendor,
    form: Form,
) -> HTMLResponse:
    assert vendor.id is not None
    return page(
        request,
        "complaints/new",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/nguoi-ban/{vendor.code}/phan-anh",
        back=f"/cho/{market_code}/nguoi-ban/{vendor.code}",
        vendor=vendor,
        form=form,
        once=once_of(form),
        answer_by=due_on(today_of(request), request.app.state.complaint_answer_days),
        **form_words(stalls_held(session, vendor.id)),
    )
