"""The rules of matching and fees: what is in force, proposing a change, trying it, a second person."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.i18n.break_words import ALL_OUTCOMES
from market.i18n.rule_words import BOOK_WORDS
from market.pages.actors import actor_names
from market.pages.days import now_of, today_of
from market.pages.entries import once_of, read_day
from market.pages.forms import Form, Sent, see_other
from market.pages.rendering import address, lang_of, page
from market.reports.money_words import net_before_fees_of
from market.reports.rules import (
    TRIAL_DAYS,
    base_rules,
    change_view,
    change_views,
    field_views,
    row_text,
    rules_view,
    trial_text,
)
from market.reports.sources import source_name
from market.security.everywhere import EverywhereCaller
from market.security.once import earlier_answer, new_once, remember_answer
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from reconciliation.errors import (
    DayOutOfRange,
    DaysRefused,
    NamedPersonNeeded,
    NoClosedDays,
    ProfilesRefused,
    RuleChangeRefused,
)
from reconciliation.rules import changing

router = APIRouter()

PATH = "/quy-tac"
OUTCOMES = {**ALL_OUTCOMES, "paid": "tiền về đủ", "late": "tiền về đủ mà muộn"}
DECISIONS = {
    "open": "Chờ quyết",
    "approved": "Đã duyệt",
    "refused": "Không duyệt",
    "withdrawn": "Đã rút",
}
DONE = {
    "de-xuat": "Đã ghi đề xuất. Thử trên các ngày đã chốt, rồi người khác duyệt.",
    "thu": "Đã thử xong. Kết quả ở dưới.",
    "duyet": "Đã duyệt. Từ ngày đã ghi, các lần chốt dùng quy tắc này.",
    "tu-choi": "Đã ghi không duyệt.",
    "rut": "Đã rút lại đề xuất.",
}


@router.get(PATH, response_class=HTMLResponse)
def rules_page(
    request: Request,
    session: Reading,
    caller: Caller,
    xong: str = "",
    tu: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Show the rules in force, every change, and the form to propose one, begun with a row of ``tu``."""
    today = today_of(request)
    begun = row_text(session, request.app.state.contracts, tu, today) if tu else ""
    form = Form.showing(tu_ngay=today, noi_dung=begun, once=new_once())
    return _list(request, session, caller, form, done=DONE.get(xong, ""))


@router.post(PATH, response_class=HTMLResponse)
def propose(request: Request, session: Writing, caller: EverywhereCaller, form: Sent) -> Response:
    """Propose rows, kept word for word; nothing changes until somebody else approves."""
    once = form.value("once")
    content = "\n".join([PATH, form.value("tu_ngay"), form.exactly("noi_dung")])
    if (earlier := earlier_answer(session, caller, once, content)) is not None:
        return see_other(earlier)
    valid_from = read_day(form, "tu_ngay", is_needed=True)
    if not form.value("ly_do"):
        form.refuse("ly_do", "Ghi lý do đổi quy tắc.")
    if not form.errors and valid_from is not None:
        try:
            change = changing.propose_change(
                session,
                form.exactly("noi_dung").replace("\r\n", "\n"),
                file="nội dung",
                valid_from=valid_from,
                reason=form.value("ly_do"),
                base=base_rules(request.app.state.contracts),
                actor=caller.actor,
                now=now_of(request),
            )
        except ProfilesRefused as refusal:
            form.refuse("noi_dung", refusal.told)
        except DayOutOfRange:
            form.refuse("tu_ngay", "Ngày quá xa, xem lại năm.")
        except RuleChangeRefused as refusal:
            form.refuse("noi_dung", refusal.reason)
        except NamedPersonNeeded:
            form.refuse("noi_dung", "Cần đăng nhập bằng tên của mình.")
        else:
            location = address(request, f"{PATH}/{change.id}", xong="de-xuat")
            remember_answer(session, caller, once, content, location, now_of(request))
            return see_other(location)
    return _list(request, session, caller, form, status_code=422)


@router.get(f"{PATH}/{{change_id}}", response_class=HTMLResponse)
def change_page(
    request: Request, session: Reading, caller: Caller, change_id: RowId, xong: str = ""
) -> HTMLResponse:
    """Show one change: its rows, what it would have done on closed days, who decided."""
    return _one(request, session, caller, change_id, Form(), done=DONE.get(xong, ""))


@router.post(f"{PATH}/{{change_id}}/thu", response_class=HTMLResponse)
def try_change(
    request: Request, session: Reading, caller: EverywhereCaller, form: Sent, change_id: RowId
) -> Response:
    """Try a change on closed days; trying again takes the place of the trial before."""
    first, last = (read_day(form, name) for name in ("tu", "den"))
    if (first is None) != (last is None) and not form.errors:
        form.refuse("tu", "Ghi cả hai ngày, hoặc để trống cả hai.")
    if not form.errors:
        try:
            trial, first_on, last_on, against = trial_text(
                session,
                changing.find_change(session, change_id),
                request.app.state.contracts,
                first=first,
                last=last,
            )
            # The trial takes its time: only what it found is written under the lock.
            with request.app.state.writing() as writing:
                tried = changing.find_change(writing, change_id)
                changing.note_trial(
                    writing, tried, trial, first=first_on, last=last_on, against=against
                )
        except RuleChangeRefused as refusal:
            form.refuse("tu", refusal.reason)
        except NoClosedDays:
            form.refuse("tu", "Trong các ngày này chưa chốt ngày nào.")
        except DaysRefused:
            form.refuse("den", "Ngày cuối nằm trước ngày đầu.")
        else:
            return see_other(address(request, f"{PATH}/{change_id}", xong="thu"))
    return _one(request, session, caller, change_id, form, status_code=422)


@router.post(f"{PATH}/{{change_id}}/quyet", response_class=HTMLResponse)
def decide(
    request: Request, session: Writing, caller: EverywhereCaller, form: Sent, change_id: RowId
) -> Response:
    """Approve or turn down as a second person; take back as the proposer."""
    change, now = changing.find_change(session, change_id), now_of(request)
    once, deed, note = form.value("once"), form.value("viec"), form.value("ghi_chu")
    content = "\n".join([f"{PATH}/{change_id}/quyet", deed, note])
    if (earlier := earlier_answer(session, caller, once, content)) is not None:
        return see_other(earlier)
    try:
        if deed == "duyet":
            base = base_rules(request.app.state.contracts)
            changing.approve_change(
                session, change, base=base, actor=caller.actor, now=now, note=note
            )
        elif deed == "tu-choi":
            changing.refuse_change(session, change, actor=caller.actor, now=now, note=note)
        elif deed == "rut":
            changing.withdraw_change(session, change, actor=caller.actor, now=now)
        else:
            form.refuse("viec", "Chọn duyệt, không duyệt hoặc rút lại.")
    except RuleChangeRefused as refusal:
        form.refuse("viec", refusal.reason)
    except NamedPersonNeeded:
        form.refuse("viec", "Cần đăng nhập bằng tên của mình.")
    if form.errors:
        return _one(request, session, caller, change_id, form, status_code=409)
    location = address(request, f"{PATH}/{change_id}", xong=deed)
    remember_answer(session, caller, once, content, location, now)
    return see_other(location)


def _list(
    request: Request, session: Session, caller: Principal, form: Form, **options: Any
) -> HTMLResponse:
    changes = change_views(changing.list_changes(session))
    return page(
        request,
        "rules",
        caller=caller,
        here=PATH,
        form=form,
        once=once_of(form),
        rules=rules_view(session, request.app.state.contracts),
        changes=changes,
        names=actor_names(
            session, [who for one in changes for who in (one.proposed_by, one.decided_by) if who]
        ),
        decisions=DECISIONS,
        may_change=_may_change(caller),
        **{"done": "", **options},
    )


def _one(
    request: Request,
    session: Session,
    caller: Principal,
    change_id: int,
    form: Form,
    **options: Any,
) -> HTMLResponse:
    found = changing.find_change(session, change_id)
    change = change_view(found)
    in_force = rules_view(session, request.app.state.contracts)
    named = {row.provider for row in change.rows}
    return page(
        request,
        "rule_change",
        caller=caller,
        here=f"{PATH}/{change_id}",
        form=form,
        change=change,
        once=once_of(form),
        source_name=source_name,
        trial=change.trial,
        net_words=net_before_fees_of(
            map(source_name, change.trial["fees_to_come_off"]) if change.trial else (),
            translator(lang_of(request)),
        ),
        is_tried=change.tried_against == in_force.rules_sha256,
        fields=field_views(session, found, request.app.state.contracts),
        rows_now=[row for row in in_force.rows if row.provider in named],
        is_own=str(caller.actor) == change.proposed_by,
        may_change=_may_change(caller),
        names=actor_names(session, [who for who in (change.proposed_by, change.decided_by) if who]),
        decisions=DECISIONS,
        outcomes=OUTCOMES,
        books=BOOK_WORDS,
        trial_days=TRIAL_DAYS,
        day_of=date.fromisoformat,
        **{"done": "", **options},
    )


def _may_change(caller: Principal) -> bool:
    """Return whether the reader answers for all markets; rules hold everywhere."""
    return caller.may(Right.ADMINISTER) and caller.market_codes is None
