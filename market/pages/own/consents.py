"""One purpose at a time: what it means, and agreeing to it or taking it back with the PIN."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from market.i18n import translator
from market.pages.days import now_of, today_of
from market.pages.forms import Form, Sent, see_other
from market.pages.own.pin_field import asks_pin, note_own, pin_holds
from market.pages.rendering import address, lang_of, page
from market.reports.held_words import PURPOSES_VI
from market.security.pins import has_pin
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_vendor
from merchants.kinds import ConsentChannel, ConsentPurpose
from merchants.privacy.consents import BEFORE_THE_FIRST, ConsentProof, record_consents, standing
from merchants.privacy.notices import notice, published, version_on
from merchants.privacy.withdrawals import withdraw
from merchants.tables import Vendor

router = APIRouter()

PATH = "/nguoi-ban/{vendor_code}/cua-toi/dong-y/{purpose}"

CONSEQUENCES = {
    ConsentPurpose.ONBOARDING: "Rút việc này là rút hết. Tấm mã hết dùng ngay, tên cô/bác ra khỏi gian "
    "hàng; gian hàng vẫn ở trong sơ đồ chợ. Tên, số điện thoại, số tài khoản bị xoá, xoá xong "
    "không lấy lại được.",
    ConsentPurpose.POSTER: "Tấm mã đang treo hết dùng ngay. Cô/bác gỡ xuống giúp. Tiền khách đã trả vẫn "
    "nguyên trong tài khoản.",
    ConsentPurpose.RECONCILIATION: "Từ giờ chợ không nhận và không xem khoản nào của cô/bác. Tấm mã vẫn "
    "dùng được, tiền vẫn vào tài khoản như thường. Trang của cô/bác không còn số tiền.",
    ConsentPurpose.AGGREGATE_STATISTICS: "Từ giờ cô/bác không còn trong số liệu chung, cả số của các "
    "tháng trước. Gian hàng vẫn được đếm là một gian của chợ, không kèm tên ai.",
    ConsentPurpose.CONTACT: "Ban quản lý không gọi, không nhắn cô/bác nữa, trừ khi trả lời điều cô/bác "
    "hỏi.",
}
"""What withdrawing from a purpose does, said before the button is pressed."""


@router.get(PATH, response_class=HTMLResponse)
def consent_page(
    request: Request, session: Reading, caller: Caller, vendor_code: str, purpose: ConsentPurpose
) -> HTMLResponse:
    """Show what a purpose means and whether it stands."""
    vendor = find_vendor(session, vendor_code)
    return _shown(request, session, caller, vendor, purpose, Form())


@router.post(PATH, response_class=HTMLResponse)
def change_consent(
    request: Request,
    session: Writing,
    caller: Caller,
    form: Sent,
    vendor_code: str,
    purpose: ConsentPurpose,
) -> Response:
    """Agree to a purpose or withdraw from it; what is so already stays so."""
    vendor = find_vendor(session, vendor_code)
    now = now_of(request)
    if not pin_holds(session, caller, vendor, form, translator(lang_of(request)), now):
        return _shown(request, session, caller, vendor, purpose, form, status_code=422)
    assert vendor.id is not None
    if form.value("lam") == "rut":
        withdraw(session, vendor, [purpose], actor=caller.actor, now=now)
    elif form.value("lam") == "dong-y":
        proof = ConsentProof(
            channel=ConsentChannel.PIN,
            notice_version=version_on(today_of(request)) or BEFORE_THE_FIRST,
            language=lang_of(request).value,
        )
        record_consents(
            session, {vendor.id: now}, [purpose], proof=proof, actor=caller.actor, now=now
        )
    note_own(session, vendor, caller.actor, now, "consent")
    return see_other(address(request, f"/nguoi-ban/{vendor_code}/cua-toi", xong="dong-y"))


def _shown(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    purpose: ConsentPurpose,
    form: Form,
    **options: Any,
) -> HTMLResponse:
    assert vendor.id is not None
    lang = lang_of(request).value
    version = version_on(today_of(request)) or published()[0].version
    return page(
        request,
        "own/consent",
        caller=caller,
        here=f"/nguoi-ban/{vendor.code}/cua-toi",
        form=form,
        purpose=purpose.value,
        purpose_words=PURPOSES_VI[purpose.value],
        section=notice(version, "en" if lang == "en" else "vi").section_on(purpose),
        version=version,
        stands=standing(session, vendor.id).get(purpose),
        consequence=CONSEQUENCES[purpose],
        has_pin=has_pin(session, vendor.id),
        asks_pin=asks_pin(caller, now_of(request)),
        **options,
    )
