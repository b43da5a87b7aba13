"""One break: both sides, why it is open, what is proposed, and the signatures of two people."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import Lang
from market.pages.actors import actor_names
from market.pages.breaks.shown import FIELDS, SEEN_PROPOSAL, WORDS, read_proposal, told_refusals
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out, once_of
from market.pages.forms import Form, Sent
from market.pages.rendering import lang_of, page
from market.roles import Role
from market.security.principal import Principal
from market.security.rights import Right
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from reconciliation.breaks.deciding import (
    Passed,
    asked_by,
    comment,
    decide,
    propose,
    take,
    withdraw,
)
from reconciliation.breaks.listing import BreakEntry, find_break, undecided_beside
from reconciliation.breaks.looking import alternatives, both_sides, differing, history
from reconciliation.breaks.resolutions import Resolution, may_resolve
from reconciliation.breaks.states import BreakAction, BreakState, is_second_person, state_after

router = APIRouter()

ONE = "/cho/{market_code}/khoan-lech/{break_id}"
DONE = {
    "de-xuat": "Đã ghi đề xuất. Người thứ hai duyệt.",
    "rut": "Đã rút lại đề xuất.",
    "ghi-chu": "Đã ghi.",
    "nhan": "Đã ghi: anh/chị làm khoản này.",
    "duyet": "Đã duyệt.",
    "tra": "Đã trả lại đề xuất.",
}


@router.get(ONE, response_class=HTMLResponse)
def one_break(
    request: Request,
    session: Reading,
    caller: Caller,
    market_code: str,
    break_id: RowId,
    da: str = "",
) -> HTMLResponse:
    """Show one break with what may be done about it."""
    return _shown(request, session, caller, (market_code, break_id), Form(), DONE.get(da, ""))


@router.post(ONE + "/de-xuat", response_class=HTMLResponse)
def send_proposal(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    break_id: RowId,
    form: Sent,
) -> Response:
    """Propose how the break is resolved."""
    made = read_proposal(form)

    def act() -> Passed:
        return propose(
            session, market_code, [break_id], made(), actor=caller.actor, now=now_of(request)
        )

    place = (market_code, break_id)
    return _answer(request, session, caller, place, form, told_refusals(act, "cach"), "de-xuat")


@router.post(ONE + "/nhan", response_class=HTMLResponse)
def make_it_ones_task(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    break_id: RowId,
    form: Sent,
) -> Response:
    """Make the break one's own task; who had it before is relieved."""

    def act() -> Passed:
        return take(session, market_code, [break_id], actor=caller.actor, now=now_of(request))

    place = (market_code, break_id)
    return _answer(request, session, caller, place, form, told_refusals(act, "nhan"), "nhan")


@router.post(ONE + "/rut", response_class=HTMLResponse)
def take_back(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    break_id: RowId,
    form: Sent,
) -> Response:
    """Take one's own proposal back."""

    def act() -> None:
        withdraw(
            session,
            market_code,
            break_id,
            note=form.value("ghi_chu"),
            actor=caller.actor,
            now=now_of(request),
        )

    place = (market_code, break_id)
    return _answer(request, session, caller, place, form, told_refusals(act, "ghi_chu"), "rut")


@router.post(ONE + "/ghi-chu", response_class=HTMLResponse)
def send_comment(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    break_id: RowId,
    form: Sent,
) -> Response:
    """Write something beside the break."""

    def act() -> Passed:
        return comment(
            session,
            market_code,
            [break_id],
            note=form.value("loi_ghi"),
            actor=caller.actor,
            now=now_of(request),
        )

    return _answer(
        request,
        session,
        caller,
        (market_code, break_id),
        form,
        told_refusals(act, "loi_ghi"),
        "ghi-chu",
        fields={"note": "loi_ghi"},
    )


@router.post(ONE + "/quyet", response_class=HTMLResponse)
def send_decision(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    break_id: RowId,
    form: Sent,
) -> Response:
    """Approve or reject, as a second person."""
    decision = form.value("quyet")
    if decision not in {"duyet", "tra"}:
        form.refuse("ghi_chu", "Chọn duyệt hoặc trả lại")

    def act() -> Passed:
        return decide(
            session,
            market_code,
            [break_id],
            seen=form.numbers(SEEN_PROPOSAL),
            approve=decision == "duyet",
            note=form.value("ghi_chu"),
            actor=caller.actor,
            now=now_of(request),
        )

    place = (market_code, break_id)
    return _answer(request, session, caller, place, form, told_refusals(act, "ghi_chu"), decision)


def _answer(
    request: Request,
    session: Session,
    caller: Principal,
    place: tuple[str, int],
    form: Form,
    act: Callable[[], object],
    done: str,
    *,
    fields: dict[str, str] | None = None,
) -> Response:
    market_code, break_id = place
    # Of another market it is not found, whatever else is wrong with the form.
    find_break(session, market_code, break_id, today=today_of(request))
    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=act,
        location=f"/cho/{market_code}/khoan-lech/{break_id}",
        query={"da": done},
        fields=fields or FIELDS,
    )
    return answer or _shown(request, session, caller, place, form)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    place: tuple[str, int],
    form: Form,
    done: str = "",
) -> HTMLResponse:
    market_code, break_id = place
    entry = find_break(session, market_code, break_id, today=today_of(request))
    steps = history(session, break_id)
    sides = both_sides(session, entry)
    people = {step.actor for step in steps}
    return page(
        request,
        "breaks/one",
        caller=caller,
        status_code=422 if form.errors else 200,
        market=find_market(session, market_code),
        here=f"/cho/{market_code}/khoan-lech/{break_id}",
        back=f"/cho/{market_code}/khoan-lech",
        one=entry,
        why=entry.sentence_en if lang_of(request) is Lang.EN else entry.sentence_vi,
        sides=sides,
        differs=differing(sides),
        others=alternatives(session, entry),
        beside=undecided_beside(session, entry, today=today_of(request)),
        steps=steps,
        proposal=next((s for s in reversed(steps) if s.resolution), None),
        names=actor_names(session, people | {entry.taken_by} - {""}),
        choices=[each for each in Resolution if may_resolve(entry.question, each)],
        may=_may(caller, entry),
        form=form,
        once=once_of(form),
        done=done,
        **WORDS,
    )


def _may(caller: Principal, entry: BreakEntry) -> dict[str, bool]:
    """Return what the reader may do with the break, and whether they proposed it themselves."""
    is_writer = caller.role is not Role.AUDITOR and caller.user_id is not None
    writes = is_writer and caller.may(Right.RECONCILE)
    is_asked = entry.state in {BreakState.PROPOSED, BreakState.UNDOING}
    is_own = is_asked and asked_by(entry) == str(caller.actor)
    is_second = is_asked and is_second_person(asked_by(entry), caller.actor)
    return {
        "propose": writes and state_after(entry.state, BreakAction.PROPOSED) is not None,
        "decide": is_writer and caller.may(Right.DECIDE) and is_second,
        "is_own": writes and is_own,
        "comment": writes,
        "take": writes
        and entry.taken_by != str(caller.actor)
        and state_after(entry.state, BreakAction.TAKEN) is not None,
    }
