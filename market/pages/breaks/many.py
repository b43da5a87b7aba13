"""One thing done about many breaks: the ticked ones, or all that the list was narrowed to."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.breaks.queue import (
    LIST,
    Choice,
    Shown,
    digest_of,
    queue_page,
    told_counts,
)
from market.pages.breaks.shown import FIELDS, SEEN_PROPOSAL, read_proposal, told_refusals
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out
from market.pages.forms import Form, Sent
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.sentences import Sentence
from reconciliation.breaks.deciding import MANY_MAX, Passed, decide, propose, take
from reconciliation.breaks.listing import chosen_breaks

router = APIRouter()

WHOLE_LIST = "tat-ca"


class Meant(NamedTuple):
    """The breaks something is done about, and the proposals that were shown of them, by number."""

    breaks: list[int]
    proposals: list[int]


@router.post(LIST + "/de-xuat", response_class=HTMLResponse)
def propose_for_many(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Propose one resolution for all that are chosen."""
    made = read_proposal(form)

    def act(meant: Meant) -> Passed:
        now = now_of(request)
        return propose(session, market_code, meant.breaks, made(), actor=caller.actor, now=now)

    return _answer(request, session, caller, market_code, form, act, "de-xuat")


@router.post(LIST + "/duyet", response_class=HTMLResponse)
def decide_on_many(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Approve or reject the proposals of others among the chosen ones."""
    decision = form.value("quyet")
    if decision not in {"duyet", "tra"}:
        form.refuse("khoan", "Chọn duyệt hoặc trả lại")

    def act(meant: Meant) -> Passed:
        return decide(
            session,
            market_code,
            meant.breaks,
            seen=meant.proposals,
            approve=decision == "duyet",
            note=form.value("ghi_chu"),
            actor=caller.actor,
            now=now_of(request),
        )

    return _answer(request, session, caller, market_code, form, act, decision)


@router.post(LIST + "/nhan", response_class=HTMLResponse)
def take_many(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Make all that are chosen one's own task."""

    def act(meant: Meant) -> Passed:
        return take(session, market_code, meant.breaks, actor=caller.actor, now=now_of(request))

    return _answer(request, session, caller, market_code, form, act, "nhan")


def _answer(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    act: Callable[[Meant], Passed],
    done: str,
) -> Response:
    choice = _choice_of(form)
    meant = _meant(request, session, caller, market_code, choice, form)
    after = next(iter(form.numbers("sau")), None)
    query: dict[str, object] = {"da": done, "sau": after, **choice.query}

    def do() -> Passed:
        passed = act(meant)
        query.update(so=len(passed.done), vi_sao=told_counts(passed.refused.values()))
        return passed

    answer = carry_out(
        request,
        session,
        caller,
        form,
        act=told_refusals(do, "khoan"),
        location=f"/cho/{market_code}/khoan-lech",
        query=query,
        fields=FIELDS,
    )
    return answer or queue_page(request, session, caller, market_code, choice, form, after=after)


def _choice_of(form: Form) -> Choice:
    section = form.value("muc")
    return Choice(
        Shown(section) if section in list(Shown) else Shown.WAITING,
        form.value("nguon")[:20],
        form.value("loi")[:24],
        form.value("nguoi_ban")[:19].upper(),
        _day_in(form.value("ngay")),
    )


def _day_in(text: str) -> date | None:
    """Return the day a hidden field of the list tells; what is none narrows nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _meant(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    choice: Choice,
    form: Form,
) -> Meant:
    """Return what is meant; a whole list that is no longer what was shown is refused."""
    if form.value("chon") != WHOLE_LIST:
        return Meant(form.numbers("khoan"), form.numbers(SEEN_PROPOSAL))
    asked = choice.filter_for(caller)
    chosen = chosen_breaks(session, market_code, asked, today=today_of(request))
    if len(chosen) <= MANY_MAX and form.value("danh_sach") != digest_of(chosen):
        form.refuse(
            "khoan",
            Sentence("Danh sách vừa đổi, nay có {n} khoản: xem lại rồi bấm lần nữa", n=len(chosen)),
        )
    proposals = [one.proposal_number for one in chosen if one.proposal_number is not None]
    return Meant([one.id for one in chosen], proposals)
