"""Teams, visits and the league of helpers for machines."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field
from sqlmodel import Session

from market.api.paging import LIMIT, AfterId, Body, Limit, Page, View
from market.api.people import Once
from market.api.plans import PlanDay
from market.reports.team_evidence import take_evidence, take_evidence_book
from market.security.errors import ScopeRefused
from market.security.helper_sign_ins import helper_sign_ins, link_helper
from market.security.once import earlier_answer, remember_answer
from market.security.rights import Right
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.campaigns.helped import helper_league, refusal_reasons
from merchants.campaigns.team_zones import list_team_zones, set_team_zones
from merchants.campaigns.teams import (
    MemberEntry,
    NewMember,
    NewTeam,
    TeamEntry,
    add_member,
    add_team,
    end_member,
    end_team,
    find_team,
    list_teams,
)
from merchants.campaigns.visits import (
    MINUTES_MAX,
    NewVisit,
    VisitEntry,
    VisitFilter,
    find_visit,
    list_visits,
    record_visit,
)
from merchants.days import market_day
from merchants.errors import TeamNotFound
from merchants.kinds import ExitReason, TeamKind, VisitOutcome

router = APIRouter(prefix="/api/v1/markets/{market_code}", tags=["teams"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Month = Annotated[str, Path(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
FEW = 5
"""Economists are not told counts of 1 to 4 vendors, nor what would tell them by subtraction."""
_DAY_MIN, _DAY_MAX = date(2000, 1, 1), date(2199, 12, 31)
First = Annotated[date | None, Query(alias="from", ge=_DAY_MIN, le=_DAY_MAX)]
Last = Annotated[date | None, Query(alias="to", ge=_DAY_MIN, le=_DAY_MAX)]


class MemberView(View):
    """A member of a team; of the phone the last three digits."""

    id: int
    full_name: str
    phone_tail: str
    user_id: int | None
    from_on: date
    to_on: date | None


class TeamView(View):
    """A team with everyone who ever was in it."""

    id: int
    kind: TeamKind
    name: str
    place: str
    from_on: date
    to_on: date | None
    members: list[MemberView]


class TeamZoneView(View):
    """A zone a team has or had; ``zone_id`` is ``null`` when the zone is no more."""

    zone_id: int | None
    zone_name: str
    from_on: date
    to_on: date | None
    is_held: bool


class TeamZonesBody(Body):
    """The zones a team is to have, all of them; ``seen`` is what it had when they were chosen."""

    zone_ids: Annotated[list[Annotated[int, Field(ge=1, le=ROW_ID_MAX)]], Field(max_length=500)]
    seen: (
        Annotated[list[Annotated[int, Field(ge=1, le=ROW_ID_MAX)]], Field(max_length=500)] | None
    ) = None


class TeamBody(Body):
    """A team to be added."""

    kind: TeamKind
    name: Annotated[str, Field(max_length=120)]
    place: Annotated[str, Field(max_length=120)] = ""
    from_on: PlanDay


class MemberBody(Body):
    """A member to be added; the phone may be empty and is sealed at once."""

    full_name: Annotated[str, Field(max_length=80)]
    phone: Annotated[str, Field(max_length=30)] = ""
    from_on: PlanDay


class EndBody(Body):
    """The last day."""

    to_on: PlanDay


class SignInBody(Body):
    """The helper's user account a member signs in with; ``null`` = none."""

    user_id: Annotated[int, Field(ge=1, le=2**31 - 1)] | None


class SignInView(View):
    """A helper's user account that may be a member's."""

    user_id: int
    full_name: str


class TeamMonthView(View):
    """What one team did in a month; counts only, no money."""

    team_id: int
    name: str
    kind: TeamKind
    place: str
    members: int
    visits: int
    minutes: int
    vendors_helped: int
    activated: int
    market_days_attended: int


class EvidenceView(View):
    """A month's evidence of a market's teams, for whoever decides on their support."""

    market_code: str
    first: date
    last: date
    market_days: int
    teams: list[TeamMonthView]


class VisitView(View):
    """A visit to a stall; ``vendor_code`` empty = nobody held it that day."""

    id: int
    visited_on: date
    stall_code: str
    vendor_code: str
    member_id: int
    member_name: str
    team_id: int
    team_name: str
    minutes: int
    outcome: VisitOutcome
    reason: ExitReason | None


class VisitBody(Body):
    """A visit to be recorded; ``member_id`` is not asked of a helper: it is their own."""

    member_id: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    stall_code: Annotated[str, Field(pattern=r"^[^\x00-\x1f]{1,12}$")]
    visited_on: PlanDay
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MAX)]
    outcome: VisitOutcome
    reason: ExitReason | None = None
    note: Annotated[str, Field(max_length=300)] = ""


class PlaceView(View):
    """One helper's place in the league."""

    rank: int
    member_id: int
    member_name: str
    team_name: str
    activated: int
    helped: int


class ReasonView(View):
    """How often a reason was given: by stalls that refused, by vendors who left."""

    reason: ExitReason
    refused: int
    ended: int


class LeagueView(View):
    """Vendors activated within the days, and for whom they count.

    Whoever does not work for the market gets the two totals alone, ``null`` when they are few.
    """

    first: date
    last: date
    activated: int | None
    unaided: int | None
    places: list[PlaceView]
    reasons: list[ReasonView]


@router.get("/teams")
def teams(session: Reading, market_code: str) -> Page[TeamView]:
    """Return a market's teams, those that ended last; they are few, so always on one page."""
    return Page(items=[_team_view(team) for team in list_teams(session, market_code)], next=None)


@router.post("/teams", status_code=201)
def make_team(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: TeamBody,
    once: Once = "",
) -> TeamView:
    """Add a team."""
    content = f"api-team|{market_code}|{body.model_dump_json()}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        now = request.app.state.now()
        new = NewTeam(**body.model_dump())
        row = add_team(session, market_code, new, actor=caller.actor, now=now)
        location = f"/api/v1/markets/{market_code}/teams/{row.id}"
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return _team(session, market_code, int(location.rpartition("/")[2]))


@router.get("/teams/{team_id}")
def team(session: Reading, market_code: str, team_id: RowId) -> TeamView:
    """Return one team."""
    return _team(session, market_code, team_id)


@router.post("/teams/{team_id}/members", status_code=201)
def make_member(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    team_id: RowId,
    body: MemberBody,
    once: Once = "",
) -> TeamView:
    """Add a member to a team."""
    content = f"api-member|{market_code}|{team_id}|{body.model_dump_json()}"
    location = f"/api/v1/markets/{market_code}/teams/{team_id}"
    if earlier_answer(session, caller, once, content) is None:
        now = request.app.state.now()
        add_member(
            session,
            market_code,
            team_id,
            NewMember(**body.model_dump()),
            sealer=request.app.state.sealer,
            actor=caller.actor,
            now=now,
        )
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return _team(session, market_code, team_id)


@router.post("/teams/{team_id}/end")
def stop_team(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    team_id: RowId,
    body: EndBody,
) -> TeamView:
    """Say on which day a team last works; its members end with it."""
    now = request.app.state.now()
    end_team(session, market_code, team_id, to_on=body.to_on, actor=caller.actor, now=now)
    return _team(session, market_code, team_id)


@router.get("/teams/{team_id}/zones")
def team_zones(
    request: Request, session: Reading, market_code: str, team_id: RowId
) -> Page[TeamZoneView]:
    """Return the zones a team has and had, by the day they were given; few, always on one page."""
    return _zones(session, market_code, team_id, market_day(request.app.state.now()))


@router.put("/teams/{team_id}/zones")
def put_team_zones(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    team_id: RowId,
    body: TeamZonesBody,
) -> Page[TeamZoneView]:
    """Let a team have exactly these zones from today; sent twice it changes nothing more."""
    now = request.app.state.now()
    set_team_zones(
        session,
        market_code,
        team_id,
        body.zone_ids,
        seen=body.seen,
        actor=caller.actor,
        now=now,
    )
    return _zones(session, market_code, team_id, market_day(now))


@router.post("/team-members/{member_id}/end", status_code=204)
def stop_member(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    member_id: RowId,
    body: EndBody,
) -> None:
    """Say on which day somebody was last in the team."""
    now = request.app.state.now()
    end_member(session, market_code, member_id, to_on=body.to_on, actor=caller.actor, now=now)


@router.put("/team-members/{member_id}/sign-in", status_code=204)
def put_sign_in(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    member_id: RowId,
    body: SignInBody,
) -> None:
    """Say which sign-in is a member's own: what is done with it counts for the member."""
    now = request.app.state.now()
    link_helper(session, market_code, member_id, body.user_id, actor=caller.actor, now=now)


@router.get("/helper-sign-ins")
def sign_ins(request: Request, session: Reading, market_code: str) -> Page[SignInView]:
    """Return the helpers whose sign-in may be a member's; they are few, so always on one page."""
    today = market_day(request.app.state.now())
    found = helper_sign_ins(session, market_code, today)
    items = [SignInView(user_id=one.user_id, full_name=one.full_name) for one in found]
    return Page(items=items, next=None)


@router.get("/team-evidence/{month}.xlsx", response_class=Response)
def evidence_book(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    month: Month,
    support_vnd: Annotated[int | None, Query(ge=0, le=10**12)] = None,
) -> Response:
    """Return a month's evidence as XLSX; that it was taken is logged.

    ``support_vnd`` is printed beside each team as it is, neither checked nor summed.
    """
    content = take_evidence_book(
        session,
        market_code,
        _first_of(month),
        actor=caller.actor,
        now=request.app.state.now(),
        support_vnd=support_vnd,
    )
    name = f"to-ho-tro-{market_code}-{month}.xlsx"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=XLSX, headers=headers)


@router.get("/team-evidence/{month}")
def evidence(
    request: Request, session: Writing, caller: Caller, market_code: str, month: Month
) -> EvidenceView:
    """Return a month's evidence, team by team; that it was taken is logged."""
    told = take_evidence(
        session,
        market_code,
        _first_of(month),
        kind="json",
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return EvidenceView(
        market_code=told.market_code,
        first=told.first,
        last=told.last,
        market_days=told.market_days,
        teams=[
            TeamMonthView(**{name: getattr(one, name) for name in TeamMonthView.model_fields})
            for one in told.teams
        ],
    )


@router.get("/visits")
def visits(
    session: Reading,
    market_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
    first: First = None,
    last: Last = None,
    outcome: VisitOutcome | None = None,
) -> Page[VisitView]:
    """Return the visits of some days, the newest recorded first."""
    asked = VisitFilter(first=first or _DAY_MIN, last=last or _DAY_MAX, outcome=outcome)
    found = list_visits(session, market_code, asked, after_id=after, limit=limit + 1)
    items = [_visit_view(visit) for visit in found[:limit]]
    return Page(items=items, next=str(items[-1].id) if len(found) > limit else None)


@router.post("/visits", status_code=201)
def make_visit(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: VisitBody,
    once: Once = "",
) -> VisitView:
    """Record a visit; a helper records only their own."""
    content = f"api-visit|{market_code}|{body.model_dump_json()}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        member_id = caller.team_member_id or body.member_id
        if member_id is None or body.member_id not in {None, member_id}:
            raise ScopeRefused
        now = request.app.state.now()
        new = NewVisit(**body.model_dump() | {"member_id": member_id})
        row = record_visit(session, market_code, new, actor=caller.actor, now=now)
        location = f"/api/v1/markets/{market_code}/visits/{row.id}"
        remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    number = int(location.rpartition("/")[2])
    return _visit(session, market_code, number)


@router.get("/visits/{visit_id}")
def visit(session: Reading, market_code: str, visit_id: RowId) -> VisitView:
    """Return one visit."""
    return _visit(session, market_code, visit_id)


@router.get("/league")
def league(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    first: First = None,
    last: Last = None,
) -> LeagueView:
    """Return the league of helpers for some days, the month so far unless asked."""
    today = market_day(request.app.state.now())
    first = first or (last or today).replace(day=1)
    last = last or max(today, first)
    found = helper_league(session, market_code, first=first, last=last)
    activated, unaided = found.league.activated, found.league.unaided
    if not caller.may(Right.READ_MARKET):
        is_few = any(0 < count < FEW for count in (activated, unaided, activated - unaided))
        return LeagueView(
            first=first,
            last=last,
            activated=None if is_few else activated,
            unaided=None if is_few else unaided,
            places=[],
            reasons=[],
        )
    return LeagueView(
        first=first,
        last=last,
        activated=activated,
        unaided=unaided,
        places=[
            PlaceView(
                rank=row.rank,
                member_id=member.id,
                member_name=member.full_name,
                team_name=member.team_name,
                activated=row.activated,
                helped=row.helped,
            )
            for row, member in found.named()
        ],
        reasons=[
            ReasonView(reason=one.reason, refused=one.refused, ended=one.ended)
            for one in refusal_reasons(session, market_code, first=first, last=last)
        ],
    )


def _first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _team(session: Session, market_code: str, team_id: int) -> TeamView:
    for entry in list_teams(session, market_code):
        if entry.id == team_id:
            return _team_view(entry)
    raise TeamNotFound(market_code, team_id)


def _zones(session: Session, market_code: str, team_id: int, on: date) -> Page[TeamZoneView]:
    find_team(session, market_code, team_id)
    items = [
        TeamZoneView(
            zone_id=entry.zone_id,
            zone_name=entry.zone_name,
            from_on=entry.from_on,
            to_on=entry.to_on,
            is_held=entry.is_held(on),
        )
        for entry in list_team_zones(session, market_code)
        if entry.team_id == team_id
    ]
    return Page(items=items, next=None)


def _team_view(entry: TeamEntry) -> TeamView:
    return TeamView(
        id=entry.id,
        kind=entry.kind,
        name=entry.name,
        place=entry.place,
        from_on=entry.from_on,
        to_on=entry.to_on,
        members=[_member_view(member) for member in entry.members],
    )


def _member_view(member: MemberEntry) -> MemberView:
    return MemberView(
        id=member.id,
        full_name=member.full_name,
        phone_tail=member.phone_tail,
        user_id=member.user_id,
        from_on=member.from_on,
        to_on=member.to_on,
    )


def _visit(session: Session, market_code: str, visit_id: int) -> VisitView:
    return _visit_view(find_visit(session, market_code, visit_id))


def _visit_view(entry: VisitEntry) -> VisitView:
    return VisitView(**{name: getattr(entry, name) for name in VisitView.model_fields})
