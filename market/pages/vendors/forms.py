"""What the forms of a vendor's file share: carried out once, refused on the same page."""

from collections.abc import Callable
from contextlib import suppress

from fastapi import Request
from fastapi.responses import Response
from sqlmodel import Session

from market.i18n.vendor_words import MISSING
from market.pages.campaigns.forms import content_of, tell
from market.pages.days import now_of
from market.pages.forms import Form, see_other
from market.pages.rendering import address
from market.pages.vendors.file import file_page, file_path
from market.security.once import earlier_answer, remember_answer
from market.security.principal import Principal
from merchants.errors import (
    EntryRefused,
    HoldingRefused,
    MergeChangedSince,
    MergeRefused,
    PosterShowsName,
    StallNotFound,
    StepRefused,
    VendorNotFound,
)
from merchants.find import find_vendor
from merchants.lifecycle.steps import Missing
from merchants.sentences import Sentence
from merchants.tables import Vendor

PATH = "/cho/{market_code}/nguoi-ban/{vendor_code}"

Deed = Callable[[Vendor], object]

_DETAIL_FIELDS = {
    "full_name": "ho_ten",
    "business_name": "ten_ho",
    "display_name": "ten_tam_ma",
    "phone": "dien_thoai",
    "id_number": "so_cccd",
}


def carried_out(
    request: Request,
    session: Session,
    caller: Principal,
    vendor: Vendor,
    form: Form,
    done: str,
    deed: Deed,
    *,
    again: Callable[[], Response] | None = None,
) -> Response:
    """Do what a form asks for, once; what is refused is told on the same page and undone whole.

    Args:
        again: the page the form stands on, where that is not the vendor's file.
    """
    path = file_path(request.path_params["market_code"], vendor)
    once, content = form.value("once"), content_of(form, request.url.path)
    if earlier := earlier_answer(session, caller, once, content):
        return see_other(earlier)
    if not form.errors:
        with suppress(_Refused), session.begin_nested():
            _do(deed, vendor, form)
    if form.errors:
        session.refresh(vendor)
        return again() if again else file_page(request, session, caller, vendor, form)
    led_to = address(request, path, da=done)
    remember_answer(session, caller, once, content, led_to, now_of(request))
    return see_other(led_to)


class _Refused(Exception):
    """What was asked is refused and told in the form; nothing of it is kept."""


def _do(deed: Deed, vendor: Vendor, form: Form) -> None:
    try:
        deed(vendor)
    except EntryRefused as refusal:
        fields = {**_DETAIL_FIELDS, "note": "ghi_chu", "amount": "so_tien"}
        tell(form, refusal, fields)
    except PosterShowsName as refusal:
        serials = ", ".join(refusal.serials)
        form.refuse(
            "thu_hoi",
            Sentence(
                "Tấm mã {serials} đang dùng in tên cũ. Đánh dấu ô thu hồi để đổi tên, rồi cấp tấm mới.",
                serials=serials,
            ),
        )
    except StepRefused as refusal:
        told = [Sentence(MISSING[Missing(each)]) for each in refusal.missing]
        field = "ly_do" if Missing.REASON.value in refusal.missing else "viec"
        form.refuse(
            field if form.value("viec") else "so_tien",
            Sentence("Chưa làm được: {missing}", missing=tuple(told)),
        )
    except HoldingRefused as refusal:
        form.refuse(_holding_field(form, refusal.field), refusal.reason)
    except StallNotFound as refusal:
        form.refuse(
            "gian_nhan",
            Sentence("Chợ không có gian hàng {stall_code}", stall_code=refusal.stall_code),
        )
    except MergeRefused as refusal:
        form.refuse("ho_so_trung", refusal.reason)
    except MergeChangedSince:
        form.refuse(
            "tach", "Có gian hàng, tài khoản hoặc giấy tờ đã đổi sau khi gộp: chưa tách được"
        )
    if form.errors:
        raise _Refused


def _holding_field(form: Form, field: str) -> str:
    """Return the field of whichever of the three stall forms was sent."""
    names = {
        "gian_nhan": {"on": "ngay_nhan", "contract_to": "hd_den"},
        "gian_tra": {"on": "ngay_tra"},
        "gian_chuyen": {"on": "ngay_chuyen", "vendor": "nguoi_nhan"},
    }
    stall_field = next(name for name in names if form.value(name))
    return names[stall_field].get(field, stall_field)


def other_vendor(session: Session, vendor: Vendor, form: Form, field: str) -> Vendor | None:
    """Return the other vendor of the same market named in a field; else say so."""
    code = form.value(field).upper()
    found = None
    with suppress(VendorNotFound):
        found = find_vendor(session, code)
    if found is None or found.market_id != vendor.market_id:
        form.refuse(field, "Ghi mã người bán của chợ này, bắt đầu bằng CC")
        return None
    return found
