"""One thing done to many stalls: print, issue, note that posters hang, invite, export."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select
from starlette.background import BackgroundTask

from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.imports.exporting import PATH as EXPORT_PATH
from market.pages.imports.exporting import export_sheet
from market.pages.imports.start import Kind
from market.pages.offers import may_open
from market.pages.rendering import address
from market.pages.stalls.choice import Choice, ListChoice
from market.pages.stalls.listing import list_page, listed_stalls
from market.poster_pool import DRAWN_BY
from market.security.errors import ScopeRefused
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.actors import Actor
from merchants.kinds import PosterState, VendorState
from merchants.lifecycle.states import Move, move_vendors
from merchants.posters.books import BookWish, ask_book
from merchants.posters.issue import issue_posters, record_installations
from merchants.sentences import Sentence
from merchants.stalls.search import (
    LIMIT_MAX,
    StallEntry,
    StallPage,
    StallQuery,
    find_stalls,
    stall_codes_meant,
)
from merchants.tables import Vendor

router = APIRouter()

BULK_MAX = LIMIT_MAX
CODES_TOLD_MAX = 12
WHOLE_LIST = "loc"


class Task(StrEnum):
    """What may be done to many stalls at once; values stand in addresses."""

    PRINT = "in"
    ISSUE = "cap"
    INSTALLED = "treo"
    INVITE = "moi"
    EXPORT = "xuat"


@router.post("/cho/{market_code}/gian-hang", response_class=HTMLResponse)
def do_to_many(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    choice: Choice,
    form: Sent,
) -> Response:
    """Do one thing to the ticked stalls, or to all of the list; say how many and to which not."""
    here = f"/cho/{market_code}/gian-hang"
    task = next((each for each in Task if each.value == form.value("lam")), None)
    if task is Task.EXPORT:
        if not may_open(caller, EXPORT_PATH):
            raise ScopeRefused
        codes = _codes_meant(session, request, market_code, choice, form)
        if not form.errors:
            return export_sheet(request, session, caller, market_code, Kind.XLSX, codes)
        return _again(request, session, caller, market_code, choice, form)
    entries = _meant(session, request, market_code, choice, form)
    if task is None:
        form.refuse("lam", "Chọn việc cần làm")
    if task is Task.PRINT and not form.errors:
        codes = [entry.stall_code for entry in entries if entry.poster is not None]
        if codes:
            return _book(request, session, caller, market_code, codes)
        form.refuse("lam", "Các gian đã chọn chưa có tấm mã nào: cấp mã trước rồi in")
    if task is None or form.errors:
        return _again(request, session, caller, market_code, choice, form)
    content = f"{here}\n{task}\n{','.join(entry.stall_code for entry in entries)}"
    once = form.value("once")
    if (earlier := earlier_answer(session, caller, once, content)) is not None:
        return see_other(earlier)
    done = _do(request, session, market_code, task, entries, caller.actor)
    left = [entry.stall_code for entry in entries if entry.stall_code not in done]
    told = {"xong": task.value, "so": str(len(done)), "chua": _listed(left)}
    if form.value("ve") == "gian" and len(entries) == 1:
        target = address(request, f"{here}/{entries[0].stall_code}", **told)
    else:
        target = address(request, here, **choice.params(trang=choice.trang), **told)
    remember_answer(session, caller, once, content, target, now_of(request))
    return see_other(target)


def _meant(
    session: Session, request: Request, market_code: str, choice: ListChoice, form: Form
) -> Sequence[StallEntry]:
    """Return the stalls a form is about; too many or none are refused."""
    sealer = request.app.state.sealer
    if form.value("pham_vi") == WHOLE_LIST:
        asked = choice.query(sees_money=False)
        query = StallQuery(
            text=asked.text,
            zone=asked.zone,
            goods_group=asked.goods_group,
            progress=asked.progress,
            need=asked.need,
            limit=BULK_MAX,
        )
    else:
        codes = list(dict.fromkeys(form.all("chon")))
        if not codes:
            _refuse_none(form)
            return ()
        query = StallQuery(stall_codes=codes[: BULK_MAX + 1], limit=BULK_MAX)
    found: StallPage = find_stalls(session, market_code, query, sealer=sealer)
    if found.total > BULK_MAX:
        form.refuse(
            "chon",
            Sentence(
                "Có {total} gian, mỗi lần làm tối đa {most}: lọc theo khu rồi làm từng khu",
                total=found.total,
                most=BULK_MAX,
            ),
        )
    return found.entries


def _codes_meant(
    session: Session, request: Request, market_code: str, choice: ListChoice, form: Form
) -> Sequence[str]:
    """Return the codes of the stalls a form is about, however many; none are refused."""
    sealer = request.app.state.sealer
    if form.value("pham_vi") == WHOLE_LIST:
        query = choice.query(sees_money=False)
    else:
        query = StallQuery(stall_codes=form.all("chon"))
    codes = stall_codes_meant(session, market_code, query, sealer=sealer)
    if not codes:
        _refuse_none(form)
    return codes


def _refuse_none(form: Form) -> None:
    form.refuse("chon", "Chưa đánh dấu gian nào: đánh dấu ở đầu dòng, hoặc chọn cả danh sách")


def _do(
    request: Request,
    session: Session,
    market_code: str,
    task: Task,
    entries: Sequence[StallEntry],
    actor: Actor,
) -> Collection[str]:
    """Do the thing and return the codes of the stalls it was done to."""
    state, now = request.app.state, now_of(request)
    if task is Task.ISSUE:
        lacking = [entry.stall_code for entry in entries if entry.poster is None]
        issued = issue_posters(
            session,
            market_code,
            sealer=state.sealer,
            now=now,
            verification_key=state.verification_key,
            actor=actor,
            stall_codes=lacking,
        )
        stalls = {poster.stall_id for poster in issued}
        return {entry.stall_code for entry in entries if entry.id in stalls}
    if task is Task.INSTALLED:
        days = {
            entry.stall_code: today_of(request)
            for entry in entries
            if entry.poster and entry.poster.state in {PosterState.GENERATED, PosterState.PRINTED}
        }
        record_installations(session, market_code, days, now=now, actor=actor)
        return days.keys()
    return _invite(session, entries, request=request, actor=actor)


def _invite(
    session: Session, entries: Sequence[StallEntry], *, request: Request, actor: Actor
) -> Collection[str]:
    """Note that vendors who are only names on a list were invited."""
    holders = {
        entry.vendor.id: entry.stall_code
        for entry in entries
        if entry.vendor is not None and entry.vendor.state is VendorState.LISTED
    }
    locked = session.exec(
        select(Vendor.id, Vendor.market_id)
        .where(col(Vendor.id).in_(holders), col(Vendor.state) == VendorState.LISTED)
        .order_by(col(Vendor.id))
        .with_for_update()
    ).all()
    moves = [
        Move(
            vendor_id=vendor_id,
            market_id=market_id,
            current=VendorState.LISTED,
            wanted=VendorState.INVITED,
        )
        for vendor_id, market_id in locked
        if vendor_id is not None
    ]
    move_vendors(session, moves, actor=actor, now=now_of(request))
    return {holders[move.vendor_id] for move in moves}


def _book(
    request: Request, session: Session, caller: Principal, market_code: str, codes: Sequence[str]
) -> Response:
    """Have the posters of stalls drawn into one file, and lead to where it will be."""
    state = request.app.state
    book = ask_book(
        session,
        market_code,
        BookWish(stall_codes=codes, only_changed=False),
        sealer=state.sealer,
        base_url=state.base_url,
        drawn_by=DRAWN_BY,
        actor=caller.actor,
        now=now_of(request),
    )
    answer = see_other(address(request, f"/cho/{market_code}/bang-ma/tap/{book.id}"))
    answer.background = BackgroundTask(state.poster_books.draw, market_code, book.id)
    return answer


def _again(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    choice: ListChoice,
    form: Form,
) -> HTMLResponse:
    listed = listed_stalls(request, session, caller, market_code, choice)
    return list_page(request, session, caller, listed, form=form, status_code=422)


def _listed(codes: Sequence[str]) -> str:
    shown = ", ".join(codes[:CODES_TOLD_MAX])
    return f"{shown}, …" if len(codes) > CODES_TOLD_MAX else shown
