"""The queue of proposals of a market, and one proposal with both sides compared."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session

from market.i18n import day, translator
from market.pages.accounts.shown import GOOD, WORDS
from market.pages.actors import actor_names
from market.pages.days import now_of, today_of
from market.pages.forms import Form
from market.pages.offers import may_open
from market.pages.rendering import lang_of, page
from market.security.once import new_once
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading
from merchants.acceptance.change_rules import OPEN_STATES, ChangeStanding, why_not_second
from merchants.acceptance.changes import sharing_vendors, who_reset_pin
from merchants.acceptance.lists import ChangeEntry, count_changes, find_change, open_changes
from merchants.acceptance.name_rule import EXPLANATIONS, judge_account_name
from merchants.find import find_market, find_vendor
from merchants.kinds import AccountChangeState
from merchants.tables import Vendor

router = APIRouter()

ROWS = 30
SECTIONS: Mapping[str, tuple[AccountChangeState, ...]] = {
    "": OPEN_STATES,
    "cho-duyet": (AccountChangeState.CONFIRMED,),
    "cho-xac-nhan": (AccountChangeState.PROPOSED,),
    "xong": (
        AccountChangeState.APPROVED,
        AccountChangeState.REJECTED,
        AccountChangeState.WITHDRAWN,
    ),
}
NAMES = {
    "": "Đang chờ",
    "cho-duyet": "Chờ duyệt",
    "cho-xac-nhan": "Chờ người bán xác nhận",
    "xong": "Đã xong",
}
DONE = {
    "de-nghi": "Đã ghi đề nghị. Người bán xác nhận, rồi người thứ hai duyệt.",
    "xac-nhan": "Đã ghi lời xác nhận của người bán.",
    "rut": "Đã rút lại đề nghị.",
    "tra": "Đã trả lại đề nghị.",
    "duyet": "Đã duyệt. Tài khoản mới dùng từ hôm nay.",
}


@router.get("/cho/{market_code}/duyet", response_class=HTMLResponse)
def queue(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    muc: Annotated[str, Query(pattern="^(|cho-duyet|cho-xac-nhan|xong)$")] = "",
    sau: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
) -> HTMLResponse:
    """Show the proposals that wait, the longest waiting first; or those that are over."""
    found = open_changes(
        session,
        market_code,
        today_of(request),
        states=SECTIONS[muc],
        newest_first=muc == "xong",
        after=sau,
        limit=ROWS,
    )
    counts = count_changes(session, market_code)
    return page(
        request,
        "accounts/queue",
        caller=caller,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/duyet",
        changes=found.entries,
        next_id=found.next_id,
        names=actor_names(session, (change.proposed_by for change in found.entries)),
        section=muc,
        sections=[
            (key, NAMES[key], sum(counts[state] for state in states))
            for key, states in SECTIONS.items()
        ],
        waiting=counts[AccountChangeState.CONFIRMED],
        open_count=sum(counts[state] for state in OPEN_STATES),
        now=now_of(request),
        may_see_names=may_open(caller, "/cho/{market_code}/doi-ten-tai-khoan"),
        words=WORDS,
        good=GOOD,
    )


@router.get("/cho/{market_code}/duyet/{change_id}", response_class=HTMLResponse)
def change(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    change_id: RowId,
    da: str = "",
) -> HTMLResponse:
    """Show one proposal: both sides, who stands behind it, and what the reader may do."""
    return change_page(
        request, session, caller, market_code, change_id, Form(), done=DONE.get(da, "")
    )


def change_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    change_id: int,
    form: Form,
    *,
    done: str = "",
    status_code: int = 200,
) -> HTMLResponse:
    """Return the page of a proposal; with faults in ``form`` as what was refused, values kept."""
    entry = find_change(session, market_code, change_id, today_of(request))
    vendor = find_vendor(session, entry.vendor_code)
    judged = judge_account_name(
        entry.holder_name, vendor.full_name, vendor.business_name, today_of(request)
    )
    _ = translator(lang_of(request))
    is_open = entry.state in OPEN_STATES
    people = [entry.proposed_by, entry.confirmed_by, entry.decided_by]
    return page(
        request,
        "accounts/change",
        caller=caller,
        status_code=422 if form.errors and status_code == 200 else status_code,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/duyet",
        change=entry,
        names=actor_names(session, (actor for actor in people if actor)),
        judged=judged,
        explanation=_(EXPLANATIONS[judged.ground], day=day(judged.rule.effective_from)),
        sharing=sharing_vendors(session, vendor.id or 0, entry.account_hash, entry.feed_provider)
        if is_open
        else 0,
        is_open=is_open,
        is_confirmed=entry.state is AccountChangeState.CONFIRMED,
        may=_may(session, caller, entry, vendor),
        form=form,
        once=new_once(),
        done=done,
        words=WORDS,
        good=GOOD,
    )


def _may(
    session: Session, caller: Principal, entry: ChangeEntry, vendor: Vendor
) -> dict[str, bool]:
    """Return what the reader may do with a proposal, and why not what they may not."""
    is_open = entry.state in OPEN_STATES and caller.user_id is not None
    writes = is_open and caller.may(Right.WRITE_REGISTER)
    reset_by = who_reset_pin(session, vendor.id or 0, entry.confirmed_how, entry.confirmed_at)
    standing = ChangeStanding(
        id=entry.id,
        vendor_code=entry.vendor_code,
        state=entry.state,
        proposed_by=entry.proposed_by,
        confirmed_by=entry.confirmed_by,
        pin_reset_by=reset_by,
    )
    actor = str(caller.actor)
    return {
        "confirm": writes and entry.state is AccountChangeState.PROPOSED,
        "decide": is_open
        and caller.may(Right.DECIDE)
        and not why_not_second(standing, caller.actor),
        "is_proposer": writes and actor == entry.proposed_by,
        "is_recorder": writes and actor == entry.confirmed_by,
        "is_pin_resetter": writes and actor in reset_by,
    }
