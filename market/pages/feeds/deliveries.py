"""What came through the doors: as a list, one by one, read again, taken back, as it came."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BeforeValidator
from sqlmodel import Session

from market.feed_deeds import (
    FeedTools,
    ask_void,
    look_at_line,
    read_again,
    settle_void,
    take_file,
)
from market.i18n.feed_words import PROVIDERS, tell_replayed
from market.pages.actors import actor_names
from market.pages.campaigns.forms import kind_in
from market.pages.days import now_of
from market.pages.entries import carry_out, once_of
from market.pages.feeds.shown import HOME, feed_words
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import EntryRefused, SecondPersonNeeded
from reconciliation.errors import DeliveryForgotten, DeliveryVoided, VoidRefused
from reconciliation.operations.listing import (
    WAITING_STATES,
    DeliveryFilter,
    delivery_file,
    find_delivery,
    list_deliveries,
    list_rejects,
)
from reconciliation.records import SourceChannel
from reconciliation.tables import Decision, DeliveryState

router = APIRouter()

LIST = f"{HOME}/luot"
ONE = LIST + "/{delivery_id}"
ROWS = 50
Before = Annotated[int | None, Query(alias="truoc", ge=1, le=ROW_ID_MAX)]
After = Annotated[int | None, Query(alias="sau", ge=1, le=ROW_ID_MAX)]
# A form that is sent with a day left empty sends the empty word.
_Day = Annotated[date | None, BeforeValidator(lambda text: text or None), Query(alias="ngay")]
DECISION_NAMES = {
    Decision.APPROVED: "Huỷ lượt nhận này",
    Decision.REFUSED: "Không huỷ",
    Decision.WITHDRAWN: "Rút đề nghị",
}
DONE = {
    "xin-huy": "Đã ghi đề nghị huỷ. Cần người thứ hai xem và quyết định.",
    Decision.APPROVED.value: "Đã huỷ lượt nhận. Các khoản của lượt này không tính nữa.",
    Decision.REFUSED.value: "Đã ghi là không huỷ.",
    Decision.WITHDRAWN.value: "Đã rút đề nghị huỷ.",
}


class Shown(StrEnum):
    """Which deliveries a list shows."""

    ALL = "tat-ca"
    WAITING = "cho"
    ROWS_WAIT = "con-dong"
    VOIDED = "huy"


SECTIONS = {
    Shown.ALL: "Tất cả",
    Shown.WAITING: "Chờ xử lý",
    Shown.ROWS_WAIT: "Còn dòng chờ",
    Shown.VOIDED: "Lượt đã huỷ",
}
_STATES_SHOWN: dict[Shown, tuple[DeliveryState, ...]] = {
    Shown.WAITING: WAITING_STATES,
    Shown.VOIDED: (DeliveryState.VOIDED,),
}


def _asked(
    muc: Shown = Shown.ALL,
    nguon: Annotated[str, Query(max_length=20)] = "",
    kenh: SourceChannel | Literal[""] = "",
    tinh_trang: DeliveryState | Literal[""] = "",
    ngay: _Day = None,
    truoc: Before = None,
) -> tuple[Shown, DeliveryFilter]:
    return muc, DeliveryFilter(
        provider=nguon,
        channel=kenh or None,
        states=(tinh_trang,) if tinh_trang else _STATES_SHOWN.get(muc, ()),
        received_on=ngay,
        has_rejects=muc is Shown.ROWS_WAIT,
        before=truoc,
        limit=ROWS,
    )


@router.get(LIST, response_class=HTMLResponse)
def deliveries(
    request: Request,
    session: Reading,
    caller: Caller,
    asked: Annotated[tuple[Shown, DeliveryFilter], Depends(_asked)],
    tinh_trang: str = "",
) -> HTMLResponse:
    """Show what came, the newest first."""
    shown, wanted = asked
    found, next_id = list_deliveries(session, wanted)
    return page(
        request,
        "feeds/deliveries",
        caller=caller,
        here=LIST,
        section="deliveries",
        found=found,
        next_id=next_id,
        shown=shown.value,
        shown_sections=SECTIONS,
        provider=wanted.provider,
        channel=wanted.channel or "",
        state=tinh_trang,
        on=wanted.received_on,
        providers=PROVIDERS,
        **feed_words(caller),
    )


@router.get(ONE, response_class=HTMLResponse)
def delivery(
    request: Request,
    session: Reading,
    caller: Caller,
    delivery_id: RowId,
    sau: After = None,
    da: str = "",
) -> HTMLResponse:
    """Show one delivery: what it is, what became of it, its totals and the rows that wait."""
    return _shown(request, session, caller, delivery_id, Form(), after=sau, done=DONE.get(da, ""))


@router.post(f"{ONE}/doc-lai", response_class=HTMLResponse)
def read_delivery_again(
    request: Request, session: Writing, caller: Caller, delivery_id: RowId, form: Sent
) -> HTMLResponse:
    """Read one delivery again and say what came of it."""
    told = ""
    try:
        (result,) = read_again(
            session,
            FeedTools.of_app(request.app.state),
            [delivery_id],
            actor=caller.actor,
            now=now_of(request),
        )
        told = tell_replayed(result)
    except DeliveryForgotten:
        form.refuse("doc-lai", "Bản gốc đã hết hạn giữ, không đọc lại được nữa")
    except DeliveryVoided:
        form.refuse("doc-lai", "Lượt này đã huỷ: gửi lại tệp thay vì đọc lại")
    # Asking again changes nothing, so the answer may be the page itself.
    return _shown(request, session, caller, delivery_id, form, done=told)


@router.post(f"{ONE}/huy", response_class=HTMLResponse)
def send_void(
    request: Request, session: Writing, caller: Caller, delivery_id: RowId, form: Sent
) -> Response:
    """Ask to take a delivery back."""

    def act() -> None:
        try:
            ask_void(
                session,
                delivery_id,
                reason=form.value("ly_do"),
                actor=caller.actor,
                now=now_of(request),
            )
        except VoidRefused:
            raise EntryRefused({"ly_do": "Lượt này đã huỷ, hoặc đã có người đề nghị"}) from None

    answer = carry_out(
        request, session, caller, form, act=act, location=f"{LIST}/{delivery_id}",
        query={"da": "xin-huy"}, fields={"reason": "ly_do"},
    )  # fmt: skip
    return answer or _shown(request, session, caller, delivery_id, form)


@router.post(f"{ONE}/huy/quyet-dinh", response_class=HTMLResponse)
def send_void_decision(
    request: Request, session: Writing, caller: Caller, delivery_id: RowId, form: Sent
) -> Response:
    """Approve, refuse or withdraw what was asked."""
    decision = kind_in(form, "buoc", Decision, needed="Chọn một việc")

    def act() -> None:
        assert decision is not None
        try:
            settle_void(
                session, FeedTools.of_app(request.app.state), delivery_id, decision,
                actor=caller.actor, now=now_of(request),
            )  # fmt: skip
        except VoidRefused:
            raise EntryRefused({"buoc": "Không còn đề nghị nào chờ quyết định"}) from None
        except SecondPersonNeeded:
            raise EntryRefused(
                {"buoc": "Người đề nghị chỉ rút được; duyệt phải là người thứ hai"}
            ) from None

    answer = carry_out(
        request, session, caller, form, act=act, location=f"{LIST}/{delivery_id}",
        query={"da": decision.value if decision else ""},
    )  # fmt: skip
    return answer or _shown(request, session, caller, delivery_id, form)


@router.get(f"{ONE}/dong/{{reject_id}}", response_class=HTMLResponse)
def raw_line(
    request: Request,
    session: Writing,
    caller: Caller,
    delivery_id: RowId,
    reject_id: RowId,
) -> HTMLResponse:
    """Show what a rejected row said; that somebody looked is noted."""
    text = look_at_line(
        session,
        FeedTools.of_app(request.app.state),
        delivery_id,
        reject_id,
        actor=caller.actor,
        now=now_of(request),
    )
    return page(
        request,
        "feeds/line",
        caller=caller,
        here=f"{LIST}/{delivery_id}/dong/{reject_id}",
        section="deliveries",
        back=f"{LIST}/{delivery_id}",
        one=find_delivery(session, delivery_id),
        text=text,
        **feed_words(caller),
    )


@router.get(f"{ONE}/ban-goc", response_class=Response)
def raw_file(request: Request, session: Writing, caller: Caller, delivery_id: RowId) -> Response:
    """Return what came, byte for byte; that somebody took it is noted."""
    _entry, content = take_file(
        session,
        FeedTools.of_app(request.app.state),
        delivery_id,
        actor=caller.actor,
        now=now_of(request),
    )
    return raw_answer(delivery_id, content)


def raw_answer(delivery_id: int, content: bytes) -> Response:
    """Return bytes that no browser takes for a page, under a name that tells nobody's account."""
    name = f"luot-{delivery_id}.bin"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    delivery_id: int,
    form: Form,
    *,
    after: int | None = None,
    done: str = "",
) -> HTMLResponse:
    file = delivery_file(session, delivery_id)
    rejects, next_reject = list_rejects(session, delivery_id, after=after, limit=ROWS)
    waiting = next((one for one in file.voids if one.decision is Decision.OPEN), None)
    people = [one.proposed_by for one in file.voids] + [one.decided_by for one in file.voids]
    values: dict[str, Any] = feed_words(caller)
    return page(
        request,
        "feeds/delivery",
        caller=caller,
        status_code=422 if form.errors else 200,
        here=f"{LIST}/{delivery_id}",
        section="deliveries",
        one=file.entry,
        file=file,
        rejects=rejects,
        next_reject=next_reject,
        waiting=waiting,
        is_own=waiting is not None and waiting.proposed_by == str(caller.actor),
        decision_names=DECISION_NAMES,
        names=actor_names(session, people),
        Decision=Decision,
        DeliveryState=DeliveryState,
        form=form,
        once=once_of(form),
        done=done,
        **values,
    )
