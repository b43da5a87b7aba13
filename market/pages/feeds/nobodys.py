"""Money that names nobody: the queue, and one row given to a vendor by two people."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BeforeValidator
from sqlmodel import Session

from market.feed_deeds import claim, settle_claim
from market.i18n.feed_words import PROVIDERS
from market.pages.actors import actor_names
from market.pages.campaigns.forms import kind_in
from market.pages.days import now_of
from market.pages.entries import carry_out, once_of
from market.pages.feeds.shown import HOME, feed_words
from market.pages.forms import Form, Sent
from market.pages.rendering import page
from market.security.errors import ScopeRefused
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import (
    EntryRefused,
    PaymentsNotSeen,
    SecondPersonNeeded,
    VendorNotFound,
)
from reconciliation.errors import AttributionRefused
from reconciliation.operations.unattributed import (
    NobodysFilter,
    claims_of,
    find_unattributed,
    list_unattributed,
    unattributed_totals,
)
from reconciliation.tables import Decision

router = APIRouter()

LIST = f"{HOME}/chua-ro"
ONE = LIST + "/{transaction_id}"
ROWS = 50
Before = Annotated[int | None, Query(alias="truoc", ge=1, le=ROW_ID_MAX)]
_Day = Annotated[date | None, BeforeValidator(lambda text: text or None), Query(alias="ngay")]
OTHER = "khac"
"""Chosen in place of a candidate: the code is typed."""
DECISION_NAMES = {
    Decision.APPROVED: "Duyệt, ghi tiền cho người này",
    Decision.REFUSED: "Không duyệt",
    Decision.WITHDRAWN: "Rút đề nghị",
}
DONE = {
    "de-nghi": "Đã ghi đề nghị. Cần người thứ hai xem và quyết định.",
    Decision.APPROVED.value: "Đã ghi tiền cho người bán. Lần chốt sau sẽ tính vào ngày đó.",
    Decision.REFUSED.value: "Đã ghi là không duyệt. Khoản này vẫn chưa rõ của ai.",
    Decision.WITHDRAWN.value: "Đã rút đề nghị.",
}


@router.get(LIST, response_class=HTMLResponse)
def unattributed(
    request: Request,
    session: Reading,
    caller: Caller,
    cho_duyet: bool = False,
    nguon: Annotated[str, Query(max_length=20)] = "",
    ngay: _Day = None,
    truoc: Before = None,
    da: str = "",
) -> HTMLResponse:
    """Show the money that names nobody, as far as it may be of the reader's markets."""
    asked = NobodysFilter(
        provider=nguon, business_date=ngay, is_claimed=cho_duyet, before=truoc, limit=ROWS
    )
    found, next_id = list_unattributed(
        session, asked, sealer=request.app.state.sealer, market_codes=caller.market_codes
    )
    return page(
        request,
        "feeds/nobodys",
        caller=caller,
        here=LIST,
        section="nobodys",
        found=found,
        next_id=next_id,
        is_claimed=cho_duyet,
        provider=nguon,
        on=ngay,
        providers=PROVIDERS,
        totals=unattributed_totals(session) if caller.market_codes is None else [],
        done=DONE.get(da, ""),
        **feed_words(caller),
    )


@router.get(ONE, response_class=HTMLResponse)
def one_payment(
    request: Request, session: Reading, caller: Caller, transaction_id: RowId, da: str = ""
) -> HTMLResponse:
    """Show one such row, whose it might be, and what was said about it."""
    return _shown(request, session, caller, transaction_id, Form(), done=DONE.get(da, ""))


@router.post(ONE, response_class=HTMLResponse)
def send_claim(
    request: Request, session: Writing, caller: Caller, transaction_id: RowId, form: Sent
) -> Response:
    """Say whose a row is."""
    chosen = form.value("nguoi_ban")
    code = form.value("ma").upper() if chosen in {"", OTHER} else chosen
    field = "ma" if chosen in {"", OTHER} else "nguoi_ban"
    if not code:
        form.refuse("ma", "Chọn một người, hoặc ghi mã người bán")

    def act() -> None:
        try:
            claim(
                session,
                transaction_id,
                code,
                reason=form.value("ly_do"),
                actor=caller.actor,
                now=now_of(request),
                sealer=request.app.state.sealer,
                market_codes=caller.market_codes,
            )
        except (VendorNotFound, ScopeRefused):
            raise EntryRefused(
                {field: "Không có người bán mang mã này ở chợ của anh/chị"}
            ) from None
        except PaymentsNotSeen:
            raise EntryRefused({field: "Người bán này không cho xem tiền ngày đó"}) from None
        except AttributionRefused:
            raise EntryRefused({field: "Đã có đề nghị, chờ người thứ hai quyết định"}) from None

    answer = carry_out(
        request, session, caller, form, act=act, location=f"{LIST}/{transaction_id}",
        query={"da": "de-nghi"}, fields={"reason": "ly_do"},
    )  # fmt: skip
    return answer or _shown(request, session, caller, transaction_id, form)


@router.post(f"{ONE}/quyet-dinh", response_class=HTMLResponse)
def send_claim_decision(
    request: Request, session: Writing, caller: Caller, transaction_id: RowId, form: Sent
) -> Response:
    """Approve, refuse or withdraw what was said."""
    decision = kind_in(form, "buoc", Decision, needed="Chọn một việc")

    def act() -> None:
        assert decision is not None
        try:
            settle_claim(
                session,
                transaction_id,
                decision,
                actor=caller.actor,
                now=now_of(request),
                market_codes=caller.market_codes,
            )
        except AttributionRefused:
            raise EntryRefused({"buoc": "Không còn đề nghị nào chờ quyết định"}) from None
        except PaymentsNotSeen:
            raise EntryRefused({"buoc": "Người bán này không cho xem tiền ngày đó"}) from None
        except SecondPersonNeeded:
            raise EntryRefused(
                {"buoc": "Người đề nghị chỉ rút được; duyệt phải là người thứ hai"}
            ) from None

    is_given = decision is Decision.APPROVED
    answer = carry_out(
        request, session, caller, form, act=act,
        # A row that has a vendor is in the queue no more.
        location=LIST if is_given else f"{LIST}/{transaction_id}",
        query={"da": decision.value if decision else ""},
    )  # fmt: skip
    return answer or _shown(request, session, caller, transaction_id, form)


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    transaction_id: int,
    form: Form,
    *,
    done: str = "",
) -> HTMLResponse:
    one = find_unattributed(
        session,
        transaction_id,
        sealer=request.app.state.sealer,
        market_codes=caller.market_codes,
    )
    said = claims_of(session, transaction_id)
    return page(
        request,
        "feeds/nobodys_one",
        caller=caller,
        status_code=422 if form.errors else 200,
        here=f"{LIST}/{transaction_id}",
        section="nobodys",
        back=LIST,
        one=one,
        said=said,
        claimed=_named(session, {each.vendor_id for each in said}),
        names=actor_names(
            session, [*(each.proposed_by for each in said), *(each.decided_by for each in said)]
        ),
        is_own=one.claim is not None and one.claim.proposed_by == str(caller.actor),
        decision_names=DECISION_NAMES,
        Decision=Decision,
        OTHER=OTHER,
        form=form,
        once=once_of(form),
        done=done,
        **feed_words(caller),
    )


def _named(session: Session, vendor_ids: set[int]) -> dict[int, tuple[str, str]]:
    """Return code and name of vendors, as those who decide about them see them."""
    from reconciliation.operations.candidates import vendors_by_id

    return {id_: (one.code, one.name) for id_, one in vendors_by_id(session, vendor_ids).items()}
