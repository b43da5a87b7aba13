"""The feeds for machines: how each stands, what came, read again, taken back, and nobody's money."""

import calendar as days_of_months
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from market.api.feed_views import (
    ClaimView,
    ContradictionView,
    DeliveryFileView,
    DeliveryView,
    DriftView,
    FeedView,
    LedgerDayView,
    NobodysPaymentView,
    RejectView,
    ReplayedView,
    RereadView,
    SharedAccountView,
    VoidResultView,
)
from market.api.paging import LIMIT, LIMIT_MAX, AfterId, Body, Limit, Page, View
from market.api.vendor_answers import Once, is_first, remember
from market.feed_deeds import (
    FeedTools,
    ask_void,
    claim,
    look_at_line,
    read_again,
    read_feed_again,
    reread_feed,
    settle_claim,
    settle_void,
    take_file,
)
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.days import market_day
from reconciliation.errors import UnknownProvider
from reconciliation.feeds.catalogue import READERS
from reconciliation.intake.schemas import newest_drifts
from reconciliation.operations.listing import (
    DeliveryFilter,
    delivery_file,
    list_deliveries,
    list_rejects,
)
from reconciliation.operations.rereading import Reread
from reconciliation.operations.shared_accounts import contradictions, shared_accounts
from reconciliation.operations.standing import feeds_today
from reconciliation.operations.unattributed import (
    NobodysFilter,
    claims_of,
    find_unattributed,
    list_unattributed,
)
from reconciliation.operations.voiding import REASON_CHARS_MAX
from reconciliation.records import SourceChannel
from reconciliation.tables import Decision, DeliveryState

router = APIRouter(prefix="/api/v1/feeds", tags=["feeds"])

DELIVERY = "/deliveries/{delivery_id}"
PAYMENT = "/unattributed/{transaction_id}"
Provider = Annotated[str, Query(max_length=20)]
Month = Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
Taken = Literal[Decision.APPROVED, Decision.REFUSED, Decision.WITHDRAWN]


class StandingView(View):
    """Every feed today, files with new columns, and accounts that several sources tell of."""

    today: date
    feeds: list[FeedView]
    column_drifts: list[DriftView]
    shared_accounts: list[SharedAccountView]
    """A page of them, those that do not agree first."""
    shared_accounts_total: int
    contradictions: list[ContradictionView]


class RawLineView(View):
    """What a rejected row said, without the payer's name and account."""

    text: str


class ReplayFeedBody(Body):
    """Whose waiting deliveries are read again, and after which one."""

    provider: Annotated[str, Field(max_length=20)]
    after: Annotated[int, Field(ge=0, le=ROW_ID_MAX)] = 0


class ReplayFeedView(View):
    """What came of each, and how many were not tried yet."""

    replayed: list[ReplayedView]
    left: int


class RereadBody(Body):
    """What is read again; ``apply`` writes what differs."""

    provider: Annotated[str, Field(max_length=20)] = ""
    first: date | None = None
    last: date | None = None
    after: Annotated[int, Field(ge=0, le=ROW_ID_MAX)] = 0
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = LIMIT
    apply: bool = False


class RereadPage(View):
    """What each delivery came to; ``next`` is passed as ``after``, ``null`` = that was all."""

    deliveries: list[RereadView]
    next: int | None


class ReasonBody(Body):
    """Why; read by whoever decides. No account, no phone."""

    reason: Annotated[str, Field(max_length=REASON_CHARS_MAX)]


class ClaimBody(ReasonBody):
    """Whose money a row is, and why."""

    vendor_code: Annotated[str, Field(max_length=19)]


class DecisionBody(Body):
    """What a second person decides; who asked may only withdraw."""

    decision: Taken


@router.get("")
def standing(
    request: Request, session: Reading, shared_page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> StandingView:
    """Return how each feed stands today, and a page of the accounts that several sources tell of."""
    now = request.app.state.now()
    today = market_day(now)
    shared = shared_accounts(session, today=today)
    offset = (shared_page - 1) * LIMIT
    configured = request.app.state.feeds_configured
    return StandingView(
        today=today,
        feeds=[
            FeedView.of(one) for one in feeds_today(session, today=today, configured=configured)
        ],
        column_drifts=[DriftView.of(one) for one in newest_drifts(session, now=now)],
        shared_accounts=[SharedAccountView.of(one) for one in shared[offset : offset + LIMIT]],
        shared_accounts_total=len(shared),
        contradictions=[ContradictionView.of(one) for one in contradictions(session, today=today)],
    )


@router.get("/calendar")
def calendar(request: Request, session: Reading, month: Month) -> list[LedgerDayView]:
    """Return each ledger's days of a month: of how many accounts a statement is here, late, missing."""
    # The close's own definitions bring pandas with them.
    from reconciliation.operations.calendar import ledger_days
    from reconciliation.operations.expected_files import load_expected_files
    from reconciliation.profiles import load_profiles

    now = request.app.state.now()
    first = date.fromisoformat(f"{month}-01")
    end = first.replace(day=days_of_months.monthrange(first.year, first.month)[1])
    last = min(end, market_day(now))
    if last < first:
        return []
    found = ledger_days(
        session,
        first,
        last,
        profiles=load_profiles(request.app.state.contracts),
        expected=load_expected_files(request.app.state.expected_files),
        now=now,
    )
    return [LedgerDayView.of(one) for one in found]


@router.get("/deliveries")
def deliveries(
    session: Reading,
    provider: Provider = "",
    channel: SourceChannel | None = None,
    state: Annotated[list[DeliveryState] | None, Query()] = None,
    received_on: date | None = None,
    with_rejects: bool = False,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[DeliveryView]:
    """Return what came, the newest first."""
    asked = DeliveryFilter(
        provider=provider,
        channel=channel,
        states=tuple(state or ()),
        received_on=received_on,
        has_rejects=with_rejects,
        before=after,
        limit=limit,
    )
    found, following = list_deliveries(session, asked)
    return Page(items=[DeliveryView.of(one) for one in found], next=_next(following))


@router.get(DELIVERY)
def delivery(session: Reading, caller: Caller, delivery_id: RowId) -> DeliveryFileView:
    """Return one delivery; amounts of its totals only to who sees every market."""
    file = delivery_file(session, delivery_id)
    return DeliveryFileView.of(file, has_amounts=caller.market_codes is None)


@router.get(f"{DELIVERY}/rejects")
def rejects(
    session: Reading, delivery_id: RowId, after: AfterId = None, limit: Limit = LIMIT
) -> Page[RejectView]:
    """Return the rows of a delivery that could not be read, in their order."""
    found, following = list_rejects(session, delivery_id, after=after, limit=limit)
    return Page(items=[RejectView.of(one) for one in found], next=_next(following))


@router.get(f"{DELIVERY}/rejects/{{reject_id}}/raw")
def raw_line(
    request: Request, session: Writing, caller: Caller, delivery_id: RowId, reject_id: RowId
) -> RawLineView:
    """Return what a rejected row said; that somebody looked is noted."""
    tools, now = FeedTools.of_app(request.app.state), request.app.state.now()
    text = look_at_line(session, tools, delivery_id, reject_id, actor=caller.actor, now=now)
    return RawLineView(text=text)


@router.get(f"{DELIVERY}/raw", response_class=Response)
def raw_file(request: Request, session: Writing, caller: Caller, delivery_id: RowId) -> Response:
    """Return what came, byte for byte; that somebody took it is noted."""
    tools, now = FeedTools.of_app(request.app.state), request.app.state.now()
    _entry, content = take_file(session, tools, delivery_id, actor=caller.actor, now=now)
    headers = {"Content-Disposition": f'attachment; filename="luot-{delivery_id}.bin"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@router.post(f"{DELIVERY}/replay")
def replay_one(
    request: Request, session: Writing, caller: Caller, delivery_id: RowId
) -> ReplayedView:
    """Read one delivery again after a fix; repeating it changes nothing."""
    tools, now = FeedTools.of_app(request.app.state), request.app.state.now()
    (result,) = read_again(session, tools, [delivery_id], actor=caller.actor, now=now)
    return ReplayedView.of(result)


@router.post("/replay")
def replay_feed(
    request: Request, session: Writing, caller: Caller, body: ReplayFeedBody
) -> ReplayFeedView:
    """Read what waits of a provider again, some at a time; ``left`` says how many are to come."""
    tools, now = FeedTools.of_app(request.app.state), request.app.state.now()
    result = read_feed_again(
        session, tools, body.provider, actor=caller.actor, now=now, after=body.after
    )
    items = [ReplayedView.of(one) for one in result.replayed]
    return ReplayFeedView(replayed=items, left=result.left)


@router.post("/reparse")
def reparse(request: Request, session: Writing, caller: Caller, body: RereadBody) -> RereadPage:
    """Read deliveries again from the raw bytes and return what differs from the books."""
    if body.provider and body.provider not in READERS:
        raise UnknownProvider(body.provider, sorted(READERS))
    found, following = reread_feed(
        session,
        FeedTools.of_app(request.app.state),
        Reread(**body.model_dump(exclude={"apply"})),
        actor=caller.actor,
        now=request.app.state.now(),
        is_applied=body.apply,
    )
    return RereadPage(deliveries=[RereadView.of(one) for one in found], next=following)


@router.post(f"{DELIVERY}/void")
def void(
    request: Request,
    session: Writing,
    caller: Caller,
    delivery_id: RowId,
    body: ReasonBody,
    once: Once = "",
) -> DeliveryFileView:
    """Ask to take a delivery back; a second person decides."""
    content = body.model_dump_json()
    if is_first(session, caller, once, request, content):
        now = request.app.state.now()
        ask_void(session, delivery_id, reason=body.reason, actor=caller.actor, now=now)
        remember(session, caller, once, request, content)
    file = delivery_file(session, delivery_id)
    return DeliveryFileView.of(file, has_amounts=caller.market_codes is None)


@router.post(f"{DELIVERY}/void/decision")
def void_decision(
    request: Request, session: Writing, caller: Caller, delivery_id: RowId, body: DecisionBody
) -> VoidResultView:
    """Approve, refuse or withdraw what was asked."""
    tools, now = FeedTools.of_app(request.app.state), request.app.state.now()
    result = settle_void(session, tools, delivery_id, body.decision, actor=caller.actor, now=now)
    return VoidResultView(
        delivery_id=result.delivery_id,
        decision=result.decision,
        rows_out=result.recount.out,
        rows_in_again=result.recount.in_again,
        rows_told_elsewhere=result.told_elsewhere,
    )


@router.get("/unattributed")
def unattributed(
    request: Request,
    session: Reading,
    caller: Caller,
    provider: Provider = "",
    business_date: date | None = None,
    claimed: bool = False,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[NobodysPaymentView]:
    """Return money that names nobody, as far as it may be of the caller's markets."""
    asked = NobodysFilter(
        provider=provider,
        business_date=business_date,
        is_claimed=claimed,
        before=after,
        limit=limit,
    )
    found, following = list_unattributed(
        session, asked, sealer=request.app.state.sealer, market_codes=caller.market_codes
    )
    return Page(items=[NobodysPaymentView.of(one) for one in found], next=_next(following))


@router.get(PAYMENT)
def one_payment(
    request: Request, session: Reading, caller: Caller, transaction_id: RowId
) -> NobodysPaymentView:
    """Return one row that names nobody."""
    found = find_unattributed(
        session,
        transaction_id,
        sealer=request.app.state.sealer,
        market_codes=caller.market_codes,
    )
    return NobodysPaymentView.of(found)


@router.post(f"{PAYMENT}/claim", status_code=201)
def make_claim(
    request: Request,
    session: Writing,
    caller: Caller,
    transaction_id: RowId,
    body: ClaimBody,
    once: Once = "",
) -> ClaimView:
    """Say whose a row is; a second person decides."""
    content = body.model_dump_json()
    if is_first(session, caller, once, request, content):
        claim(
            session,
            transaction_id,
            body.vendor_code,
            reason=body.reason,
            actor=caller.actor,
            now=request.app.state.now(),
            sealer=request.app.state.sealer,
            market_codes=caller.market_codes,
        )
        remember(session, caller, once, request, content)
    return ClaimView.of(claims_of(session, transaction_id)[0])


@router.post(f"{PAYMENT}/claim/decision")
def decide(
    request: Request, session: Writing, caller: Caller, transaction_id: RowId, body: DecisionBody
) -> ClaimView:
    """Approve, refuse or withdraw what was said about whose a row is."""
    settle_claim(
        session,
        transaction_id,
        body.decision,
        actor=caller.actor,
        now=request.app.state.now(),
        market_codes=caller.market_codes,
    )
    return ClaimView.of(claims_of(session, transaction_id)[0])


def _next(following: int | None) -> str | None:
    return None if following is None else str(following)
