"""A vendor says what went wrong with money, and sees what became of it. Nothing changes: no PIN."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.complaints.shown import FIELDS, form_words, read_complaint
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.complaints.listing import ComplaintFilter, list_complaints
from merchants.complaints.raising import raise_complaint, stalls_held
from merchants.complaints.steps import due_on
from merchants.find import find_vendor
from merchants.lifecycle.milestones import note_self_action
from merchants.tables import Market, Vendor

router = APIRouter()

PATH = "/nguoi-ban/{vendor_code}/phan-anh"
ROWS = 10
After = Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)]


@router.get(PATH, response_class=HTMLResponse)
def own_complaints(
    request: Request,
    session: Reading,
    caller: Caller,
    vendor_code: str,
    xong: str = "",
    sau: After = None,
) -> HTMLResponse:
    """Show the form, and what the vendor has raised so far with where it stands."""
    vendor = find_vendor(session, vendor_code)
    assert vendor.id is not None
    stalls = stalls_held(session, vendor.id)
    form = Form.showing(
        ngay=f"{today_of(request):%d/%m/%Y}", gian=stalls[0] if len(stalls) == 1 else ""
    )
    return _shown(request, session, caller, vendor, form, done=xong == "phan-anh", after=sau)


@router.post(PATH, response_class=HTMLResponse)
def send_own_complaint(
    request: Request, session: Writing, caller: Caller, vendor_code: str, form: Sent
) -> Response:
    """Keep the vendor's complaint."""
    vendor = find_vendor(session, vendor_code)
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
        note_self_action(session, vendor, actor=caller.actor, now=now_of(request), what="complaint")

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/nguoi-ban/{vendor_code}/phan-anh",
        query={"xong": "phan-anh"},
        fields=FIELDS,
    )
    return answer or _shown(request, session, caller, vendor, form)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    form: Form,
    *,
    done: bool = False,
    after: int | None = None,
) -> HTMLResponse:
    assert vendor.id is not None
    today = today_of(request)
    market = session.get_one(Market, vendor.market_id)
    asked = ComplaintFilter(vendor_id=vendor.id, after=after, limit=ROWS)
    found, next_id = list_complaints(session, market.code, asked, today=today)
    return page(
        request,
        "complaints/own",
        caller=caller,
        status_code=422 if form.errors else 200,
        here=f"/nguoi-ban/{vendor.code}/phan-anh",
        back=f"/nguoi-ban/{vendor.code}",
        market=market,
        form=form,
        once=once_of(form),
        done=done,
        found=found,
        next_id=next_id,
        answer_by=due_on(today, request.app.state.complaint_answer_days),
        **form_words(stalls_held(session, vendor.id)),
    )
