"""“Của tôi”: what the market holds about a vendor, masked, with a way to change each of it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlmodel import col

from market.pages.days import now_of
from market.pages.rendering import page
from market.reports.held_words import PURPOSES_VI, REQUEST_KINDS_VI, REQUEST_STATES_VI
from market.roles import Role
from market.security.pins import has_pin
from market.security.scope import Caller
from market.security.sessions import Reading
from market.security.vendor_links import pin_reset_at
from merchants.find import find_vendor
from merchants.kinds import AcceptancePointState, PosterState
from merchants.privacy.consent_rules import PURPOSES
from merchants.privacy.consents import standing
from merchants.privacy.held_data import held_in_register
from merchants.privacy.requests import OPEN_STATES
from reconciliation.tables import ProviderTransaction

router = APIRouter()

PIN_RESET_TOLD = timedelta(days=30)
"""For so long a vendor is told that the office voided the old PIN."""
ENDED_POSTERS = (PosterState.REPLACED.value, PosterState.REVOKED.value)


@router.get("/nguoi-ban/{vendor_code}/cua-toi", response_class=HTMLResponse)
def own(
    request: Request, session: Reading, caller: Caller, vendor_code: str, xong: str = ""
) -> HTMLResponse:
    """Show what is held about a vendor, what they agreed to and what they asked."""
    vendor = find_vendor(session, vendor_code)
    assert vendor.id is not None
    held = held_in_register(session, vendor_code)
    payments = session.execute(
        sa.select(sa.func.count())
        .select_from(ProviderTransaction)
        .where(col(ProviderTransaction.vendor_id) == vendor.id)
    ).scalar_one()
    stands = standing(session, vendor.id)
    return page(
        request,
        "own/overview",
        caller=caller,
        here=f"/nguoi-ban/{vendor_code}/cua-toi",
        day_page=f"/nguoi-ban/{vendor_code}",
        held=held,
        person=held.person,
        accounts=[
            each for each in held.accounts if each.state != AcceptancePointState.CLOSED.value
        ],
        posters=[each for each in held.posters if each.state not in ENDED_POSTERS],
        stalls=[each for each in held.stalls if each.to_on is None],
        payments=payments,
        purposes=[(each.value, PURPOSES_VI[each.value], stands.get(each)) for each in PURPOSES],
        requests=list(reversed(held.requests)),
        open_states=[state.value for state in OPEN_STATES],
        kind_words=REQUEST_KINDS_VI,
        state_words=REQUEST_STATES_VI,
        has_pin=has_pin(session, vendor.id),
        pin_reset_at=_recent(pin_reset_at(session, vendor.id), now_of(request)),
        is_own=caller.role is Role.VENDOR,
        done=DONE.get(xong, ""),
        today=now_of(request),
    )


def _recent(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and now - at < PIN_RESET_TOLD else None


DONE = {
    "dong-y": "Đã ghi. Cô/bác đổi lại lúc nào cũng được.",
    "yeu-cau": "Đã nhận yêu cầu của cô/bác. Ngày trả lời ghi ở dưới.",
    "rut-lai": "Đã rút lại yêu cầu.",
    "thu-tien": "Đã ghi: cô/bác thấy tiền thử vào tài khoản.",
    "ma-pin": "Đã đặt mã PIN. Cô/bác giữ kín, đừng cho ai biết.",
}
"""By ``?xong=``, the sentence that says what was just done."""
