"""The teams of a market: who helps, whom they brought to receiving money, and why some refuse."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n.campaign_names import EXIT_REASONS, TEAM_KINDS
from market.pages.campaigns.forms import content_of, day_in, kind_in, number_in, tell
from market.pages.campaigns.visits import market_named, own_day
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out
from market.pages.forms import Form, Sent, see_other
from market.pages.periods import Span, span_of
from market.pages.rendering import page
from market.reports.team_evidence import take_evidence_book
from market.security.helper_sign_ins import helper_sign_ins, link_helper
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.helped import helper_league, refusal_reasons
from merchants.campaigns.team_zones import TeamZoneEntry, list_team_zones, set_team_zones
from merchants.campaigns.teams import (
    NewMember,
    NewTeam,
    TeamEntry,
    add_member,
    add_team,
    end_member,
    end_team,
    list_teams,
)
from merchants.campaigns.visits import VisitFilter, next_stalls, sum_visits
from merchants.errors import EntryRefused, TeamNotFound
from merchants.find import find_market
from merchants.kinds import TeamKind
from merchants.stalls.zones import list_zones

router = APIRouter()

NEXT_SHOWN = 5
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEAM_FIELDS = {"name": "ten", "place": "noi"}
_MEMBER_FIELDS = {"full_name": "ho_ten", "phone": "dt", "from_on": "tu"}


@router.get("/cho/{market_code}/to-ho-tro", response_class=HTMLResponse)
def teams(
    request: Request, session: Reading, caller: Caller, market_code: str, span: Span
) -> HTMLResponse:
    """Show the league, the next stalls, why vendors refuse, and the teams."""
    today = today_of(request)
    first, last = span_of(span, today)
    found = helper_league(session, market_code, first=first, last=last)
    return page(
        request,
        "teams",
        caller=caller,
        market=market_named(session, market_code),
        here=f"/cho/{market_code}/to-ho-tro",
        first=first,
        last=last,
        today=today,
        month=f"{last:%Y-%m}",
        league=found.league,
        places=found.named(),
        told=sum_visits(session, market_code, VisitFilter(first=first, last=last)),
        own=own_day(session, market_code, caller, today),
        upcoming=next_stalls(
            session, market_code, on=today, limit=NEXT_SHOWN, member_id=caller.team_member_id
        ),
        zones_of=_zones_by_team(session, market_code, today),
        refusals=refusal_reasons(session, market_code, first=first, last=last),
        teams=list_teams(session, market_code),
        kinds=TEAM_KINDS,
        reasons=EXIT_REASONS,
        may_manage=caller.may(Right.MANAGE_MARKET),
        may_read=caller.may(Right.READ_MARKET),
    )


@router.get("/cho/{market_code}/to-ho-tro/bang-chung.xlsx", response_class=Response)
def evidence(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    thang: Annotated[str | None, Query(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")] = None,
    muc: Annotated[int | None, Query(ge=0, le=10**12)] = None,
) -> Response:
    """Return a month's evidence of the teams as XLSX; that it was taken away is remembered.

    ``muc`` is printed beside each team as it was entered.
    """
    month = date.fromisoformat(f"{thang}-01") if thang else today_of(request).replace(day=1)
    content = take_evidence_book(
        session,
        market_code,
        month,
        actor=caller.actor,
        now=now_of(request),
        support_vnd=muc,
    )
    name = f"to-ho-tro-{market_code}-{month:%Y-%m}.xlsx"
    return Response(
        content,
        media_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/cho/{market_code}/to-ho-tro/to/moi", response_class=HTMLResponse)
def team_form(request: Request, session: Reading, caller: Caller, market_code: str) -> HTMLResponse:
    """Show the form for a new team."""
    form = Form.showing(
        tu=today_of(request).isoformat(), cap=TeamKind.HAMLET.value, once=new_once()
    )
    return _team_form_page(request, session, caller, market_code, form)


@router.post("/cho/{market_code}/to-ho-tro/to/moi", response_class=HTMLResponse)
def send_team(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Add a team and show it."""
    once, content = form.value("once"), content_of(form, market_code)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    kind = kind_in(form, "cap", TeamKind, needed="Chọn cấp của tổ")
    from_on = day_in(form, "tu", needed="Ghi ngày tổ bắt đầu")
    if kind is not None and from_on is not None:
        new = NewTeam(kind=kind, name=form.value("ten"), place=form.value("noi"), from_on=from_on)
        try:
            team = add_team(session, market_code, new, actor=caller.actor, now=now_of(request))
        except EntryRefused as refusal:
            tell(form, refusal, _TEAM_FIELDS)
        else:
            path = f"/cho/{market_code}/to-ho-tro/to/{team.id}"
            remember_answer(session, caller, once, content, path, now_of(request))
            return see_other(path)
    return _team_form_page(request, session, caller, market_code, form, status_code=422)


@router.get("/cho/{market_code}/to-ho-tro/to/{team_id}", response_class=HTMLResponse)
def team(
    request: Request, session: Reading, caller: Caller, market_code: str, team_id: RowId
) -> HTMLResponse:
    """Show a team with its members, and the form for another one."""
    form = Form.showing(tu=today_of(request).isoformat(), once=new_once())
    return _team_page(request, session, caller, market_code, team_id, form)


@router.post("/cho/{market_code}/to-ho-tro/to/{team_id}", response_class=HTMLResponse)
def send_member(
    request: Request, session: Writing, caller: Caller, market_code: str, team_id: RowId, form: Sent
) -> Response:
    """Add a member to a team."""
    path = f"/cho/{market_code}/to-ho-tro/to/{team_id}"
    once, content = form.value("once"), content_of(form, path)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    from_on = day_in(form, "tu", needed="Ghi ngày vào tổ")
    if from_on is not None:
        new = NewMember(full_name=form.value("ho_ten"), phone=form.value("dt"), from_on=from_on)
        try:
            add_member(
                session,
                market_code,
                team_id,
                new,
                sealer=request.app.state.sealer,
                actor=caller.actor,
                now=now_of(request),
            )
        except EntryRefused as refusal:
            tell(form, refusal, _MEMBER_FIELDS)
        else:
            remember_answer(session, caller, once, content, path, now_of(request))
            return see_other(path)
    return _team_page(request, session, caller, market_code, team_id, form, status_code=422)


@router.post("/cho/{market_code}/to-ho-tro/to/{team_id}/thoi", response_class=HTMLResponse)
def send_team_end(
    request: Request, session: Writing, caller: Caller, market_code: str, team_id: RowId, form: Sent
) -> Response:
    """Say on which day a team last works."""
    path = f"/cho/{market_code}/to-ho-tro/to/{team_id}"
    once, content = form.value("once"), content_of(form, request.url.path)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    to_on = day_in(form, "den", needed="Ghi ngày cuối của tổ")
    if to_on is not None:
        try:
            end_team(
                session, market_code, team_id, to_on=to_on, actor=caller.actor, now=now_of(request)
            )
        except EntryRefused as refusal:
            tell(form, refusal, {"to_on": "den"})
        else:
            remember_answer(session, caller, once, content, path, now_of(request))
            return see_other(path)
    return _team_page(request, session, caller, market_code, team_id, form, status_code=422)


@router.post(
    "/cho/{market_code}/to-ho-tro/to/{team_id}/thanh-vien/{member_id}",
    response_class=HTMLResponse,
)
def send_member_change(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    team_id: RowId,
    member_id: RowId,
    form: Sent,
) -> Response:
    """End a membership, or say which sign-in is the member's own."""
    now, sent = now_of(request), caller.actor
    path = f"/cho/{market_code}/to-ho-tro/to/{team_id}"
    once, content = form.value("once"), content_of(form, request.url.path)
    if done := earlier_answer(session, caller, once, content):
        return see_other(done)
    try:
        if form.is_ticked("thoi"):
            to_on = day_in(form, "den", needed="Ghi ngày cuối ở tổ")
            if to_on is not None:
                end_member(session, market_code, member_id, to_on=to_on, actor=sent, now=now)
        else:
            user_id = number_in(form, "tai_khoan")
            if not form.errors:
                link_helper(session, market_code, member_id, user_id, actor=sent, now=now)
    except EntryRefused as refusal:
        tell(form, refusal, {"to_on": "den", "user_id": "tai_khoan"})
    if form.errors:
        return _team_page(request, session, caller, market_code, team_id, form, status_code=422)
    remember_answer(session, caller, once, content, path, now)
    return see_other(path)


@router.post("/cho/{market_code}/to-ho-tro/to/{team_id}/khu", response_class=HTMLResponse)
def send_team_zones(
    request: Request, session: Writing, caller: Caller, market_code: str, team_id: RowId, form: Sent
) -> Response:
    """Give a team the zones that are ticked, and no others."""
    chosen, seen = _zone_ids(form, "khu"), _zone_ids(form, "cu_khu")

    def act() -> None:
        set_team_zones(
            session,
            market_code,
            team_id,
            chosen,
            seen=seen,
            actor=caller.actor,
            now=now_of(request),
        )

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/to-ho-tro/to/{team_id}",
        fields={"zones": "khu"},
    )
    if answer is not None:
        return answer
    return _team_page(request, session, caller, market_code, team_id, form, status_code=422)


def _zone_ids(form: Form, field: str) -> set[int]:
    """Return the numbers of the zones in a field; what is none is refused."""
    texts = [text for text in form.all(field) if text]
    numbers = {int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10}
    if len(numbers) != len(set(texts)) or any(number > ROW_ID_MAX for number in numbers):
        form.refuse("khu", "Chợ không có khu này, chọn lại trong danh sách")
    return numbers


def _zones_by_team(session: Session, market_code: str, today: date) -> dict[int, list[str]]:
    """Return by team the names of the zones it has, for the list of teams."""
    held: dict[int, list[str]] = {}
    for entry in list_team_zones(session, market_code):
        if entry.is_held(today):
            held.setdefault(entry.team_id, []).append(entry.zone_name)
    return held


@dataclass(frozen=True, slots=True)
class _ZoneChoice:
    """A zone to tick on a team's page."""

    id: int
    name: str
    is_ticked: bool
    held_by: str
    """Another team that has it; empty = nobody else."""


def _zone_choices(
    session: Session, market_code: str, team_id: int, held: Sequence[TeamZoneEntry], form: Form
) -> list[_ZoneChoice]:
    holders = {entry.zone_id: entry for entry in held}
    is_sent = "cu_khu" in form.values
    return [
        _ZoneChoice(
            id=zone.id,
            name=zone.name,
            is_ticked=str(zone.id) in form.all("khu")
            if is_sent
            else zone.id in holders and holders[zone.id].team_id == team_id,
            held_by=holders[zone.id].team_name
            if zone.id in holders and holders[zone.id].team_id != team_id
            else "",
        )
        for zone in list_zones(session, find_market(session, market_code))
    ]


def _team_form_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    return page(
        request,
        "team_new",
        caller=caller,
        status_code=status_code,
        market=market_named(session, market_code),
        here=f"/cho/{market_code}/to-ho-tro",
        form=form,
        once=form.value("once"),
        kinds=TEAM_KINDS,
    )


def _team_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    team_id: int,
    form: Form,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    found = _team_of(session, market_code, team_id)
    today = today_of(request)
    zones = list_team_zones(session, market_code)
    held = [entry for entry in zones if entry.is_held(today)]
    return page(
        request,
        "team",
        caller=caller,
        status_code=status_code,
        market=market_named(session, market_code),
        here=f"/cho/{market_code}/to-ho-tro",
        team=found,
        form=form,
        once=form.value("once") or new_once(),
        kinds=TEAM_KINDS,
        today=today,
        zones=_zone_choices(session, market_code, team_id, held, form),
        zones_seen=[entry.zone_id for entry in held if entry.team_id == team_id],
        zones_before=[
            entry for entry in zones if entry.team_id == team_id and not entry.is_held(today)
        ],
        sign_ins=[
            (one.user_id, one.full_name) for one in helper_sign_ins(session, market_code, today)
        ],
    )


def _team_of(session: Session, market_code: str, team_id: int) -> TeamEntry:
    for found in list_teams(session, market_code):
        if found.id == team_id:
            return found
    raise TeamNotFound(market_code, team_id)
