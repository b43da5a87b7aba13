"""A helper's day: whom to go to next, what was done, and the form a visit is written down with."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select

from market.i18n.campaign_names import EXIT_REASONS, VISIT_OUTCOMES
from market.pages.campaigns.forms import content_of, day_in, kind_in, number_in, tell
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.periods import Span, span_of
from market.pages.rendering import page
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.teams import MemberEntry, list_teams
from merchants.campaigns.visits import (
    NewVisit,
    VisitFilter,
    VisitSum,
    list_visits,
    next_stalls,
    record_visit,
    sum_visits,
)
from merchants.errors import EntryRefused, MarketNotFound
from merchants.kinds import ExitReason, VisitOutcome
from merchants.tables import Market

router = APIRouter()

VISITS_PER_PAGE = 50
MINUTES_OFFERED = 15

_FIELDS = {
    "member_id": "nguoi",
    "stall_code": "gian",
    "visited_on": "ngay",
    "minutes": "phut",
    "outcome": "ket_qua",
    "reason": "ly_do",
    "note": "ghi_chu",
}


@router.get("/cho/{market_code}/to-ho-tro/ghe", response_class=HTMLResponse)
def visit_form(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    gian: str = "",
    xong: str = "",
) -> HTMLResponse:
    """Show the form for a visit, the stall that comes next filled in unless another is asked for."""
    today = today_of(request)
    upcoming = next_stalls(session, market_code, on=today, limit=1, member_id=caller.team_member_id)
    form = Form.showing(
        gian=gian or (upcoming[0].stall_code if upcoming else ""),
        ngay=today.isoformat(),
        phut=MINUTES_OFFERED,
        nguoi=caller.team_member_id,
        once=new_once(),
    )
    return _form_page(request, session, caller, market_code, form, done=xong)


@router.post("/cho/{market_code}/to-ho-tro/ghe", response_class=HTMLResponse)
def send_visit(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Record a visit and go on to the next stall; a helper records only their own."""
    once, content = form.value("once"), content_of(form, market_code)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    new = _read_visit(form, caller)
    if new is not None:
        try:
            visit = record_visit(session, market_code, new, actor=caller.actor, now=now_of(request))
        except EntryRefused as refusal:
            tell(form, refusal, _FIELDS)
        else:
            path = f"/cho/{market_code}/to-ho-tro/ghe?xong={visit.id}"
            remember_answer(session, caller, once, content, path, now_of(request))
            return see_other(path)
    return _form_page(request, session, caller, market_code, form, status_code=422)


@router.get("/cho/{market_code}/to-ho-tro/lan-ghe", response_class=HTMLResponse)
def visits(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    span: Span,
    to: Annotated[int | None, Query(ge=1, le=ROW_ID_MAX)] = None,
    ket_qua: VisitOutcome | None = None,
    trang: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show the visits of some days, filtered and in pages."""
    first, last = span_of(span, today_of(request))
    asked = VisitFilter(first=first, last=last, team_id=to, outcome=ket_qua)
    told = sum_visits(session, market_code, asked)
    pages = max(1, -(-told.visits // VISITS_PER_PAGE))
    number = min(trang, pages)
    return page(
        request,
        "visits",
        caller=caller,
        market=market_named(session, market_code),
        here=f"/cho/{market_code}/to-ho-tro/lan-ghe",
        first=first,
        last=last,
        team_id=to,
        outcome=ket_qua,
        told=told,
        visits=list_visits(
            session,
            market_code,
            asked,
            offset=(number - 1) * VISITS_PER_PAGE,
            limit=VISITS_PER_PAGE,
        ),
        teams=[(team.id, team.name) for team in list_teams(session, market_code)],
        outcomes=VISIT_OUTCOMES,
        reasons=EXIT_REASONS,
        page=number,
        pages=pages,
    )


@dataclass(frozen=True, slots=True)
class MarketName:
    """A market as pages name it."""

    code: str
    name: str
    is_synthetic: bool


def market_named(session: Session, market_code: str) -> MarketName:
    """Return a market's code and name; raise ``MarketNotFound``."""
    found = session.exec(
        select(Market.code, Market.name, Market.is_synthetic).where(col(Market.code) == market_code)
    ).one_or_none()
    if found is None:
        raise MarketNotFound(market_code)
    return MarketName(*found)


def own_day(session: Session, market_code: str, caller: Principal, today: date) -> VisitSum | None:
    """Return what a helper did today; ``None`` for whoever is in no team."""
    if caller.team_member_id is None:
        return None
    asked = VisitFilter(first=today, last=today, member_id=caller.team_member_id)
    return sum_visits(session, market_code, asked)


def _read_visit(form: Form, caller: Principal) -> NewVisit | None:
    member_id = caller.team_member_id
    if member_id is None:
        member_id = number_in(form, "nguoi", needed="Chọn thành viên của tổ")
    if not form.value("gian"):
        form.refuse("gian", "Ghi mã gian hàng, như A27")
    visited_on = day_in(form, "ngay", needed="Ghi ngày ghé")
    minutes = number_in(form, "phut", needed="Ghi số phút ở gian hàng")
    outcome = kind_in(form, "ket_qua", VisitOutcome, needed="Chọn kết quả lần ghé")
    reason = kind_in(form, "ly_do", ExitReason)
    if form.errors or member_id is None or visited_on is None or minutes is None or outcome is None:
        return None
    return NewVisit(
        member_id=member_id,
        stall_code=form.value("gian").upper(),
        visited_on=visited_on,
        minutes=minutes,
        outcome=outcome,
        reason=reason,
        note=form.value("ghi_chu"),
    )


def _form_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    *,
    status_code: int = 200,
    done: str = "",
) -> HTMLResponse:
    today = today_of(request)
    own = own_day(session, market_code, caller, today)
    members = [
        member
        for team in list_teams(session, market_code)
        for member in team.members
        if member.is_member(today)
    ]
    return page(
        request,
        "visit",
        caller=caller,
        status_code=status_code,
        market=market_named(session, market_code),
        here=f"/cho/{market_code}/to-ho-tro/ghe",
        form=form,
        once=form.value("once"),
        members=[(member.id, _member_label(member)) for member in members],
        upcoming=next_stalls(
            session, market_code, on=today, limit=4, member_id=caller.team_member_id
        ),
        outcomes=VISIT_OUTCOMES,
        reasons=EXIT_REASONS,
        done=done.isascii() and done.isdigit(),
        today=today,
        own=own,
    )


def _member_label(member: MemberEntry) -> str:
    return f"{member.full_name} ({member.team_name})"
