"""Accounts for machines: proposals and decisions, accounts with contracts, codes at stalls."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from sqlmodel import Session

from market.api.account_views import (
    AccountChangeView,
    AccountView,
    CodeView,
    ConfirmationBody,
    ContractBody,
    DecisionBody,
    DecisionView,
    ProposalBody,
    SeenBody,
    UpkeepView,
    WithdrawalBody,
)
from market.api.paging import LIMIT, AfterId, Limit, Page
from market.security.once import earlier_answer, remember_answer
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.acceptance.changes import (
    PosterKeys,
    Verdict,
    confirm_account,
    decide_account,
    propose_account,
    withdraw_account,
)
from merchants.acceptance.code_lists import CodeLink, list_codes
from merchants.acceptance.displayed_codes import end_code, see_code
from merchants.acceptance.entry import read_contract, read_proposed_account
from merchants.acceptance.lists import ChangeEntry, find_change, open_changes, vendor_accounts
from merchants.acceptance.upkeep import expired_page, migration_page, set_contract
from merchants.days import market_day
from merchants.errors import DisplayedCodeNotFound
from merchants.find import find_vendor
from merchants.kinds import AccountChangeState
from merchants.tables import Market
from merchants.vendors.file import vendor_in_market

router = APIRouter(prefix="/api/v1", tags=["accounts"])
CHANGES = "/markets/{market_code}/account-changes"
CODES = "/markets/{market_code}/stalls/{stall_code:path}/displayed-codes"

Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key carries a write out once.",
    ),
]
StallPath = Annotated[str, Path(max_length=12, pattern=r"^[^\x00-\x1f]+$")]
Offset = Annotated[int, Query(ge=0, le=10**6, description="`next` of the page before.")]


@router.get(CHANGES)
def list_changes(
    request: Request,
    session: Reading,
    market_code: str,
    state: Annotated[list[AccountChangeState] | None, Query()] = None,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[AccountChangeView]:
    """Return a market's proposals by number; without ``state`` all of them."""
    found = open_changes(
        session,
        market_code,
        _today(request),
        states=state or list(AccountChangeState),
        after=after,
        limit=limit,
    )
    return Page(
        items=[AccountChangeView.of(one) for one in found.entries], next=_next(found.next_id)
    )


@router.post(CHANGES, status_code=HTTPStatus.CREATED)
def post_change(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: ProposalBody,
    once: Once = "",
) -> AccountChangeView:
    """Propose an account for a vendor; it changes nothing before vendor and second person agree."""
    content = f"{request.url.path}\n{body.model_dump_json()}"
    location = earlier_answer(session, caller, once, content)
    if location is None:
        vendor = vendor_in_market(session, market_code, body.vendor_code.upper())
        proposed = read_proposed_account(
            bank=body.bank,
            number=body.number,
            holder_name=body.holder_name,
            contract_no=body.contract_no,
            contract_from=_written(body.contract_from),
        )
        made = propose_account(
            session,
            vendor.code or "",
            proposed,
            replaces_id=body.replaces_id,
            reason=body.reason,
            sealer=request.app.state.sealer,
            actor=caller.actor,
            now=request.app.state.now(),
        )
        location = f"/api/v1/markets/{market_code}/account-changes/{made.change.id}"
        remember_answer(session, caller, once, content, location, request.app.state.now())
    response.headers["Location"] = location
    return AccountChangeView.of(
        find_change(session, market_code, int(location.rpartition("/")[2]), _today(request))
    )


@router.get(CHANGES + "/{change_id}")
def read_change(
    request: Request, session: Reading, market_code: str, change_id: RowId
) -> AccountChangeView:
    """Return one proposal."""
    return AccountChangeView.of(find_change(session, market_code, change_id, _today(request)))


@router.post(CHANGES + "/{change_id}/confirmation")
def post_confirmation(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    change_id: RowId,
    body: ConfirmationBody,
) -> AccountChangeView:
    """Record the vendor's signature or spoken word; whoever does cannot decide."""
    confirm_account(
        session,
        _change(request, session, market_code, change_id).vendor_code,
        change_id,
        body.how,
        evidence_sha256=body.evidence_sha256,
        witness=body.witness,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return AccountChangeView.of(_change(request, session, market_code, change_id))


@router.post(CHANGES + "/{change_id}/decision")
def post_decision(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    change_id: RowId,
    body: DecisionBody,
) -> DecisionView:
    """Approve or reject, as a second person."""
    state = request.app.state
    approval = decide_account(
        session,
        _change(request, session, market_code, change_id).vendor_code,
        change_id,
        Verdict(approve=body.approve, note=body.note, posters=body.posters),
        keys=PosterKeys(state.sealer, state.verification_key),
        actor=caller.actor,
        now=state.now(),
    )
    return DecisionView.of(_change(request, session, market_code, change_id), approval)


@router.post(CHANGES + "/{change_id}/withdrawal")
def post_withdrawal(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    change_id: RowId,
    body: WithdrawalBody,
) -> AccountChangeView:
    """Take one's own proposal back."""
    withdraw_account(
        session,
        _change(request, session, market_code, change_id).vendor_code,
        change_id,
        reason=body.reason,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return AccountChangeView.of(_change(request, session, market_code, change_id))


@router.get("/markets/{market_code}/account-migrations")
def list_migrations(
    request: Request,
    session: Reading,
    market_code: str,
    after: Offset = 0,
    limit: Limit = LIMIT,
) -> Page[UpkeepView]:
    """Return the accounts registered businesses may not use any more, by the vendors' names."""
    found = migration_page(session, market_code, _today(request), offset=after, limit=limit)
    end = after + limit
    items = [UpkeepView.of(one) for one in found.entries]
    return Page(items=items, next=_next(end if end < found.total else None))


@router.get("/markets/{market_code}/expired-contracts")
def list_expired(
    request: Request,
    session: Reading,
    market_code: str,
    after: Offset = 0,
    limit: Limit = LIMIT,
) -> Page[UpkeepView]:
    """Return the open accounts whose contract with the provider has run out."""
    found = expired_page(session, market_code, _today(request), offset=after, limit=limit)
    end = after + limit
    items = [UpkeepView.of(one) for one in found.entries]
    return Page(items=items, next=_next(end if end < found.total else None))


@router.get("/vendors/{vendor_code}/accounts")
def list_accounts(
    request: Request,
    session: Reading,
    vendor_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[AccountView]:
    """Return a vendor's accounts by number, open and ended."""
    found = sorted(vendor_accounts(session, vendor_code, _today(request)), key=lambda one: one.id)
    rest = [one for one in found if after is None or one.id > after]
    following = rest[limit - 1].id if len(rest) > limit else None
    return Page(items=[AccountView.of(one) for one in rest[:limit]], next=_next(following))


@router.put("/vendors/{vendor_code}/accounts/{point_id}/contract")
def put_contract(
    request: Request,
    session: Writing,
    caller: Caller,
    vendor_code: str,
    point_id: RowId,
    body: ContractBody,
) -> AccountView:
    """Write an open account's contract with its provider."""
    contract = read_contract(
        body.contract_no, _written(body.contract_from), _written(body.contract_to)
    )
    set_contract(
        session,
        vendor_code,
        point_id,
        contract,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    found = vendor_accounts(session, vendor_code, _today(request))
    return next(AccountView.of(one) for one in found if one.id == point_id)


@router.get("/markets/{market_code}/displayed-codes")
def list_market_codes(
    session: Reading,
    market_code: str,
    stall: Annotated[str | None, Query(max_length=12)] = None,
    link: CodeLink | None = None,
    with_ended: bool = False,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[CodeView]:
    """Return the codes recorded at a market's stalls, by number."""
    found = list_codes(
        session,
        market_code,
        stall_code=stall,
        link=link,
        with_ended=with_ended,
        after=after,
        limit=limit,
    )
    return Page(items=[CodeView.of(one) for one in found.entries], next=_next(found.next_id))


@router.get("/vendors/{vendor_code}/displayed-codes")
def list_vendor_codes(
    session: Reading,
    vendor_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[CodeView]:
    """Return the codes hanging at a vendor's stalls, by number."""
    market_code = _market_of(session, vendor_code)
    found = list_codes(session, market_code, vendor_code=vendor_code, after=after, limit=limit)
    return Page(items=[CodeView.of(one) for one in found.entries], next=_next(found.next_id))


@router.post(CODES, status_code=HTTPStatus.CREATED)
def post_code(
    request: Request,
    response: Response,
    session: Writing,
    caller: Caller,
    market_code: str,
    stall_code: StallPath,
    body: SeenBody,
) -> CodeView:
    """Record a code seen at a stall; seen again it is the same."""
    if body.is_own_wallet_code:
        from merchants.acceptance.own_codes import take_own_code as record
    else:
        record = see_code
    result = record(
        session,
        market_code,
        stall_code,
        body.payload,
        sealer=request.app.state.sealer,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    assert result.code is not None
    code_id = result.code.id or 0
    response.headers["Location"] = (
        f"/api/v1/markets/{market_code}/stalls/{stall_code}/displayed-codes/{code_id}"
    )
    return _code(session, market_code, stall_code, code_id)


@router.get(CODES + "/{code_id}")
def read_code(
    session: Reading, market_code: str, stall_code: StallPath, code_id: RowId
) -> CodeView:
    """Return one code of a stall."""
    return _code(session, market_code, stall_code, code_id)


@router.delete(CODES + "/{code_id}")
def delete_code(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    stall_code: StallPath,
    code_id: RowId,
) -> CodeView:
    """Note that a code hangs no more."""
    end_code(
        session,
        market_code,
        stall_code,
        code_id,
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return _code(session, market_code, stall_code, code_id)


def _change(request: Request, session: Session, market_code: str, change_id: int) -> ChangeEntry:
    session.flush()
    return find_change(session, market_code, change_id, _today(request))


def _code(session: Session, market_code: str, stall_code: str, code_id: int) -> CodeView:
    found = list_codes(
        session, market_code, stall_code=stall_code, with_ended=True, after=code_id - 1, limit=1
    )
    if not found.entries or found.entries[0].id != code_id:
        raise DisplayedCodeNotFound(stall_code, code_id)
    return CodeView.of(found.entries[0])


def _market_of(session: Session, vendor_code: str) -> str:
    return session.get_one(Market, find_vendor(session, vendor_code).market_id).code


def _today(request: Request) -> date:
    return market_day(request.app.state.now())


def _next(number: int | None) -> str | None:
    return None if number is None else str(number)


def _written(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
