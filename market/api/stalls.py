"""A market's stalls for machines: listed, found, registered; and the market at a glance."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import Field
from sqlmodel import Session

from market.api.paging import LIMIT, LIMIT_MAX, Body, Page, View
from market.overview.figures import Figures
from market.overview.floor import floor_of
from market.overview.plan_progress import plan_progress
from market.overview.to_do import ToDoKind, to_do
from market.reports.takings import VendorTakings, closed_days, takings_of, takings_table
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.rights import Right
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.days import market_day
from merchants.errors import StallNotFound
from merchants.find import find_market
from merchants.imports.entry import LinkBy, OnboardingEntry
from merchants.imports.onboarding import onboard
from merchants.kinds import (
    AccountKind,
    ConsentChannel,
    ConsentPurpose,
    NameMatch,
    PosterState,
    StallState,
    VendorState,
)
from merchants.privacy.notices import version_on
from merchants.stalls.progress import Need, Progress
from merchants.stalls.search import StallEntry, StallPage, StallQuery, StallSort, find_stalls

router = APIRouter(prefix="/api/v1", tags=["stalls"])

BY_MONEY = frozenset({StallSort.LAST, StallSort.WEEK})
Once = Annotated[
    str,
    Header(alias="Idempotency-Key", max_length=200, description="Carries a write out once."),
]
Text = Annotated[str, Field(max_length=200)]


class AccountView(View):
    """A receiving account, never more than its last four characters."""

    kind: AccountKind
    bin: str | None
    tail: str
    holder_name: str
    name_match: NameMatch


class PosterView(View):
    """The newest live poster of a stall."""

    serial: str
    state: PosterState
    issued_on: date
    installed_on: date | None


class TakingsView(View):
    """What the closed days say; ``null`` for who may not see money and for the poster-only."""

    week_vnd: int
    last_on: date | None


class StallVendorView(View):
    """Who holds a stall; of the phone the last three digits."""

    code: str
    full_name: str
    business_name: str
    phone_tail: str
    state: VendorState
    is_poster_only: bool
    consented_on: date | None
    accounts: list[AccountView]
    takings: TakingsView | None


class StallView(View):
    """A stall of the list."""

    code: str
    zone: str
    goods_group: str
    state: StallState
    progress: Progress
    need: Need
    has_code: bool
    vendor: StallVendorView | None
    poster: PosterView | None


class StallList(Page[StallView]):
    """A page of stalls with the totals of the whole search."""

    total: int
    counts: dict[Progress, int]


class StallBody(Body):
    """One stall as a helper writes it; texts as typed, empty = not told."""

    stall_code: Text
    zone: Text = ""
    goods_group: Text = ""
    full_name: Text
    phone: Text = ""
    link_by: LinkBy | None = None
    business_name: Text = ""
    bank: Text = ""
    account: Text = ""
    holder_name: Text = ""
    display_name: Text = ""
    is_poster_only: bool | None = None
    purposes: list[ConsentPurpose] = Field(default=[], max_length=20)
    is_read_aloud: bool = False
    channel: Literal[ConsentChannel.SIGNATURE, ConsentChannel.SPOKEN] | None = None
    notice_version: Annotated[str, Field(max_length=20)] = ""
    language: Literal["vi", "en"] = "vi"
    evidence_sha256: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    """Of the signed paper or the recording; needed with purposes, as is who was there."""
    witness: Text = ""
    same_as: Annotated[str, Field(max_length=20)] = ""
    is_new_stall: bool = False
    is_draft: bool = False


class StallDone(View):
    """What became of a stall that was sent; ``remarks`` are Vietnamese, for people."""

    stall_code: str
    vendor_code: str
    change: str
    is_account_proposed: bool
    remarks: list[str]


class ToDoView(View):
    """One kind of thing to do."""

    kind: ToDoKind
    count: int
    days: int | None
    due_on: date | None
    is_urgent: bool


class OverviewView(View):
    """A market at a glance: the figures of its home page."""

    market_code: str
    on: date
    stalls: int
    in_frame: int
    with_code: int
    progress: dict[Progress, int]
    planned_now: int | None
    planned_end: int | None
    to_do: list[ToDoView]


class StallFilter(Body):
    """What to look for; ``after`` is the ``next`` of the page before."""

    q: Annotated[str, Field(max_length=200)] = ""
    zone: Annotated[str, Field(max_length=80)] = ""
    goods_group: Annotated[str, Field(max_length=60)] = ""
    progress: Progress | None = None
    need: Need | None = None
    sort: StallSort = StallSort.FLOOR
    after: Annotated[str, Field(max_length=2_000)] = ""
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT


@router.get("/markets/{market_code}/stalls")
def stalls(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    asked: Annotated[StallFilter, Query()],
) -> StallList:
    """Return stalls by code, name, phone, holder or poster serial; orders by money need the right."""
    query = StallQuery(
        text=asked.q,
        zone=asked.zone,
        goods_group=asked.goods_group,
        progress=asked.progress,
        need=asked.need,
        sort=asked.sort if _sees_money(caller) or asked.sort not in BY_MONEY else StallSort.FLOOR,
        after=asked.after,
        limit=asked.limit,
    )
    found, takings = _find(request, session, caller, market_code, query)
    return StallList(
        items=[_view(entry, takings) for entry in found.entries],
        next=found.next,
        total=found.total,
        counts=dict(found.counts),
    )


@router.post("/markets/{market_code}/stalls", status_code=201)
def register_stall(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: StallBody,
    once: Once = "",
) -> StallDone:
    """Register the vendor of one stall by the rules of the sheet; drafts too."""
    now = request.app.state.now()
    content = f"api-stall|{market_code}|{body.model_dump_json()}"
    earlier = earlier_answer(session, caller, once, content)
    if earlier is not None:
        response.headers["Location"] = earlier
        return _done_before(request, session, market_code, earlier.rsplit("/stalls/")[-1])
    told = body.model_dump() | {"purposes": frozenset(body.purposes)}
    told["notice_version"] = body.notice_version or version_on(market_day(now)) or ""
    done = onboard(
        session,
        market_code,
        OnboardingEntry(**told),
        sealer=request.app.state.sealer,
        actor=caller.actor,
        now=now,
    )
    location = f"/api/v1/markets/{market_code}/stalls/{done.stall_code}"
    remember_answer(session, caller, once, content, location, now)
    response.headers["Location"] = location
    return StallDone(
        stall_code=done.stall_code,
        vendor_code=done.vendor_code,
        change=done.change,
        is_account_proposed=done.is_account_proposed,
        remarks=list(done.remarks),
    )


def _done_before(
    request: Request, session: Session, market_code: str, stall_code: str
) -> StallDone:
    """Return what the first carrying out came to; who has left since is not named again."""
    query = StallQuery(stall_codes=[stall_code])
    (entry,) = find_stalls(session, market_code, query, sealer=request.app.state.sealer).entries
    return StallDone(
        stall_code=stall_code,
        vendor_code=entry.vendor.code if entry.vendor else "",
        change="same",
        is_account_proposed=entry.need is Need.ACCOUNT_CHANGE,
        remarks=[],
    )


@router.get("/markets/{market_code}/stalls/{stall_code:path}")
def stall(
    request: Request, session: Reading, caller: Caller, market_code: str, stall_code: str
) -> StallView:
    """Return one stall."""
    query = StallQuery(stall_codes=[stall_code])
    found, takings = _find(request, session, caller, market_code, query)
    if not found.entries:
        raise StallNotFound(market_code, stall_code)
    return _view(found.entries[0], takings)


@router.get("/markets/{market_code}/overview")
def overview(request: Request, session: Reading, market_code: str) -> OverviewView:
    """Return how far the market has come and what waits."""
    now = request.app.state.now()
    market, today = find_market(session, market_code), market_day(now)
    assert market.id is not None
    floor = floor_of(session, market.id)
    figures: Figures = floor.figures
    plan = plan_progress(
        session,
        market_code,
        market.id,
        in_frame=figures.in_frame,
        with_code=figures.with_code,
        on=today,
    )
    work = to_do(session, market, [stall for zone in floor.zones for stall in zone.stalls], now=now)
    return OverviewView(
        market_code=market_code,
        on=today,
        stalls=figures.all_stalls,
        in_frame=figures.in_frame,
        with_code=figures.with_code,
        progress=dict(figures.progress),
        planned_now=plan.planned_now,
        planned_end=plan.planned_end,
        to_do=[
            ToDoView(
                kind=each.kind,
                count=each.count,
                days=each.days,
                due_on=each.due_on,
                is_urgent=each.is_urgent,
            )
            for each in work
        ],
    )


def _sees_money(caller: Principal) -> bool:
    return caller.may(Right.READ_MARKET)


def _find(
    request: Request, session: Session, caller: Principal, market_code: str, query: StallQuery
) -> tuple[StallPage, Mapping[int, VendorTakings]]:
    sealer = request.app.state.sealer
    if not _sees_money(caller):
        return find_stalls(session, market_code, query, sealer=sealer), {}
    closed = closed_days(session, market_code, market_day(request.app.state.now()))
    of_week = query.sort is StallSort.WEEK
    table = takings_table(closed, of_week=of_week) if query.sort in BY_MONEY else None
    found = find_stalls(session, market_code, query, sealer=sealer, takings=table)
    shown = [
        entry.vendor.id
        for entry in found.entries
        if entry.vendor is not None and not entry.vendor.is_poster_only
    ]
    return found, takings_of(session, closed, shown)


def _view(entry: StallEntry, takings: Mapping[int, VendorTakings]) -> StallView:
    poster = entry.poster
    return StallView(
        code=entry.stall_code,
        zone=entry.zone,
        goods_group=entry.goods_group,
        state=entry.state,
        progress=entry.progress,
        need=entry.need,
        has_code=entry.has_code,
        vendor=_vendor_view(entry, takings),
        poster=None
        if poster is None
        else PosterView(
            serial=poster.serial,
            state=poster.state,
            issued_on=poster.issued_on,
            installed_on=poster.installed_on,
        ),
    )


def _vendor_view(entry: StallEntry, takings: Mapping[int, VendorTakings]) -> StallVendorView | None:
    vendor = entry.vendor
    if vendor is None:
        return None
    taken = takings.get(vendor.id)
    return StallVendorView(
        code=vendor.code,
        full_name=vendor.full_name,
        business_name=vendor.business_name,
        phone_tail=vendor.phone_tail,
        state=vendor.state,
        is_poster_only=vendor.is_poster_only,
        consented_on=vendor.consented_on,
        accounts=[
            AccountView(
                kind=account.kind,
                bin=account.bin,
                tail=account.tail,
                holder_name=account.holder_name,
                name_match=account.name_match,
            )
            for account in vendor.accounts
        ],
        takings=None
        if taken is None
        else TakingsView(week_vnd=taken.week_vnd, last_on=taken.last_on),
    )
