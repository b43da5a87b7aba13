"""One thing done about many breaks: the ticked ones, or all that the list was narrowed to."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.pages.breaks.queue import LIST, Choice, Shown, queue_page
from market.pages.breaks.shown import FIELDS, read_proposal, told_refusals
from market.pages.days import now_of, today_of
from market.pages.entries import carry_out
from market.pages.forms import Form, Sent
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX
from market.security.scope import Caller
from market.security.sessions import Writing
from merchants.sentences import Sentence
from reconciliation.breaks.deciding import Passed, decide, propose
from reconciliation.breaks.listing import chosen_ids

router = APIRouter()

WHOLE_LIST = "tat-ca"


@router.post(LIST + "/de-xuat", response_class=HTMLResponse)
def propose_for_many(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Propose one resolution for all that are chosen."""
    made = read_proposal(form)

    def act(numbers: list[int]) -> Passed:
        now = now_of(request)
        return propose(session, market_code, numbers, made(), actor=caller.actor, now=now)

    return _answer(request, session, caller, market_code, form, act, "de-xuat")


@router.post(LIST + "/duyet", response_class=HTMLResponse)
def decide_on_many(
    request: Request, session: Writing, caller: Caller, market_code: str, form: Sent
) -> Response:
    """Approve or reject the proposals of others among the chosen ones."""
    decision = form.value("quyet")
    if decision not in {"duyet", "tra"}:
        form.refuse("khoan", "Chọn duyệt hoặc trả lại")

    def act(numbers: list[int]) -> Passed:
        return decide(
            session,
            market_code,
            numbers,
            approve=decision == "duyet",
            note=form.value("ghi_chu"),
            actor=caller.actor,
            now=now_of(request),
        )

    return _answer(request, session, caller, market_code, form, act, decision)


def _answer(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    form: Form,
    act: Callable[[list[int]], Passed],
    done: str,
) -> Response:
    choice = _choice_of(form)
    numbers = _numbers(request, session, caller, market_code, choice, form)
    query: dict[str, object] = {"da": done, **choice.query}

    def do() -> Passed:
        passed = act(numbers)
        query.update(so=len(passed.done), sot=len(passed.refused))
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
    return answer or queue_page(request, session, caller, market_code, choice, form)


def _choice_of(form: Form) -> Choice:
    section = form.value("muc")
    return Choice(
        Shown(section) if section in list(Shown) else Shown.WAITING,
        form.value("nguon")[:20],
        form.value("loi")[:24],
        form.value("nguoi_ban")[:19],
    )


def _numbers(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    choice: Choice,
    form: Form,
) -> list[int]:
    """Return the chosen breaks; a whole list that is no longer as long as it was shown is refused."""
    if form.value("chon") != WHOLE_LIST:
        told = [text for text in form.all("khoan") if text.isascii() and text.isdigit()]
        return [number for number in map(int, told) if 0 < number <= ROW_ID_MAX]
    asked = choice.filter_for(caller)
    numbers = chosen_ids(session, market_code, asked, today=today_of(request))
    if form.value("so_khoan") != str(len(numbers)):
        form.refuse(
            "khoan",
            Sentence(
                "Danh sách vừa đổi, nay có {n} khoản: xem lại rồi bấm lần nữa", n=len(numbers)
            ),
        )
    return numbers
