"""What stands in the events of the register, in words: fields, values and reasons; Vietnamese."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from market.i18n.account_words import CONFIRMATIONS, SCHEMES
from market.i18n.audit_words import OUTCOMES, RESULTS, SOURCES, TELLINGS
from market.i18n.audit_words import STATES as INCIDENT_STATES
from market.i18n.campaign_names import EXIT_REASONS, VISIT_OUTCOMES
from market.i18n.complaint_words import KINDS as COMPLAINT_KINDS
from market.i18n.complaint_words import STATES as COMPLAINT_STATES
from market.i18n.place_words import MARKET_KINDS, STALL_KINDS, STALL_STATES
from market.i18n.vendor_words import (
    CONSENTS,
    FIELDS,
    NAME_MATCHES,
    POINT_STATES,
    POSTER_STATES,
    VENDOR_STATES,
)
from merchants.kinds import (
    AcceptanceType,
    AccountChangeState,
    PrivacyRequestKind,
    PrivacyRequestState,
)


def stored(words: Mapping[Any, str]) -> Mapping[str, str]:
    """Return words by what the database keeps of a kind or state."""
    return MappingProxyType({str(kind): text for kind, text in words.items()})


ACCOUNT_DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        AccountChangeState.APPROVED.value: "Duyệt tài khoản",
        AccountChangeState.REJECTED.value: "Không duyệt tài khoản",
        AccountChangeState.WITHDRAWN.value: "Rút lại đề nghị đổi tài khoản",
    }
)
"""Of a decided account: what is said instead of the name of the event."""
OWN_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "login": "tự mở trang của mình",
        "pin": "tự đặt mã PIN",
        "test_payment": "tự chuyển thử",
        "download": "tự tải về",
        "consent": "tự chọn điều đồng ý",
        "request": "tự gửi yêu cầu về dữ liệu",
        "account_confirmed": "tự xác nhận tài khoản",
        "poster_check": "tự soi tấm mã",
        "complaint": "tự gửi phản ánh về tiền",
    }
)
"""What a vendor did alone for the first time, as the milestone keeps it."""
ACCEPTANCE_TYPES = stored(
    {
        AcceptanceType.TRANSFER_QR: "mã QR chuyển tiền",
        AcceptanceType.MERCHANT_QR: "mã QR thanh toán",
        AcceptanceType.MOBILE_MONEY_MERCHANT: "tiền di động có hợp đồng",
        AcceptanceType.POS: "máy quẹt thẻ",
    }
)
LINK_WAYS: Mapping[str, str] = MappingProxyType(
    {
        "zalo": "gửi Zalo",
        "sms": "nhắn tin",
        "paper": "in ra giấy",
    }
)
REQUEST_KINDS = stored(
    {
        PrivacyRequestKind.ACCESS: "xem dữ liệu",
        PrivacyRequestKind.CORRECTION: "sửa dữ liệu",
        PrivacyRequestKind.DELETION: "xoá dữ liệu",
        PrivacyRequestKind.RESTRICTION: "ngừng dùng dữ liệu",
        PrivacyRequestKind.WITHDRAWAL: "rút lại sự đồng ý",
    }
)
REQUEST_STATES = stored(
    {
        PrivacyRequestState.RECEIVED: "đã nhận, chờ trả lời",
        PrivacyRequestState.ANSWERED: "đã trả lời, đang làm",
        PrivacyRequestState.COMPLETED: "đã xong",
        PrivacyRequestState.REFUSED: "không làm",
    }
)
MERGE_SIDES: Mapping[str, str] = MappingProxyType(
    {"kept": "hồ sơ này được giữ", "merged": "hồ sơ này được gộp vào hồ sơ kia"}
)
TEST_SEEN_BY: Mapping[str, str] = MappingProxyType(
    {"vendor": "người bán tự thấy", "helper": "người hỗ trợ thấy cùng"}
)
OPEN_OR_CLOSED: Mapping[str, str] = MappingProxyType({"open": "họp chợ", "closed": "nghỉ"})
YES_OR_NO: Mapping[str, str] = MappingProxyType({"True": "có", "False": "không"})
ACCOUNT_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "holder_name": "tên chủ tài khoản",
        "name_match": "khớp tên",
        "acceptance_type": "cách nhận tiền",
        "provider_contract_no": "số hợp đồng",
        "contract_from": "ngày hợp đồng",
        "contract": "hợp đồng",
    }
)
STALL_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "zone_id": "khu",
        "kind": "loại điểm kinh doanh",
        "is_fixed": "chỗ cố định",
        "area_m2": "diện tích (m²)",
        "goods_group": "ngành hàng",
        "plan_x": "ô ngang trên sơ đồ",
        "plan_y": "ô dọc trên sơ đồ",
        "state": "gian hàng",
        "displayed_codes": "số mã QR đang treo",
        "audited_on": "ngày đếm mã QR",
    }
)
MARKET_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "tên chợ",
        "kind": "loại chợ",
        "market_class": "hạng chợ",
        "stalls_counted": "số điểm kinh doanh đếm được",
        "stalls_counted_on": "ngày đếm",
        "contact_phone": "số gọi ban quản lý",
        "contact_note": "lúc có người nghe",
        "no_cash_points_on": "ngày xem thấy chợ chưa có điểm nạp, rút",
        "commune_code": "mã xã, phường",
        "commune_name": "xã, phường",
        "commune_valid_from": "ngày lập xã, phường",
        "is_synthetic": "chợ mẫu để thử",
    }
)
PROGRAMME_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "name": "tên",
        "legal_basis": "căn cứ",
        "from_on": "từ ngày",
        "to_on": "đến hết ngày",
        "market_codes": "các chợ",
    }
)
EXPORTS: Mapping[str, str] = MappingProxyType(
    {
        "": "mọi dữ liệu giữ về người bán",
        "account_statement": "bảng kê tài khoản",
        "incidents": "hồ sơ mã lạ",
        "incident": "nội dung mã lạ",
    }
)
"""What was exported, by the kind of the subject."""
CALENDAR_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "daily": "hằng ngày",
        "weekly": "theo thứ trong tuần",
        "lunar_day": "theo ngày âm lịch",
        "branch_day": "theo ngày chi (Tý đến Hợi)",
        "explicit": "theo danh sách ngày",
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "account": "tài khoản nhận tiền đổi",
        "name_changed": "tên trên tấm mã đổi",
        "consent_withdrawn": "người bán rút lại sự đồng ý",
        "left": "người bán thôi bán ở gian này",
        "incident": "bị dán đè, nghi mã giả",
        "lost": "tấm mã bị mất",
        "damaged": "tấm mã hỏng",
        "outdated": "thông tin trên tấm mã đã cũ",
        "same_day": "thay người ghi trong cùng ngày",
        **TEST_SEEN_BY,
        **stored(EXIT_REASONS),
        **stored(TELLINGS),
        **stored(OUTCOMES),
        **stored(SOURCES),
    }
)
"""Why, as it is kept beside an event; no two kinds of reasons share a word."""
VALUES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "state": stored(VENDOR_STATES),
        "vendor.state": stored(VENDOR_STATES),
        "account.state": stored(POINT_STATES),
        "account.name_match": stored(NAME_MATCHES),
        "account.acceptance_type": ACCEPTANCE_TYPES,
        "link_by": LINK_WAYS,
        "stall.state": stored(STALL_STATES),
        "stall.kind": stored(STALL_KINDS),
        "stall.is_fixed": YES_OR_NO,
        "market.kind": stored(MARKET_KINDS),
        "market.is_synthetic": YES_OR_NO,
        "poster.state": stored(POSTER_STATES),
        "check.result": stored(RESULTS),
        "incident.state": stored(INCIDENT_STATES),
        "complaint.kind": stored(COMPLAINT_KINDS),
        "complaint.state": stored(COMPLAINT_STATES),
        "visit.outcome": stored(VISIT_OUTCOMES),
        "code.scheme": stored(SCHEMES),
        "consent.purpose": stored(CONSENTS),
        "confirmed_how": stored(CONFIRMATIONS),
        "day": OPEN_OR_CLOSED,
        "merge.side": MERGE_SIDES,
        "own_action": OWN_ACTIONS,
        "request.kind": REQUEST_KINDS,
        "request.state": REQUEST_STATES,
    }
)
"""What values of a field are called; a field that is not here holds people's own words, days and numbers."""
LABELS: Mapping[str, str] = MappingProxyType(
    {
        **FIELDS,
        "link_by": "cách đưa đường dẫn",
        **{f"account.{name}": words for name, words in ACCOUNT_FIELDS.items()},
        **{f"stall.{name}": words for name, words in STALL_FIELDS.items()},
        **{f"market.{name}": words for name, words in MARKET_FIELDS.items()},
        **{f"programme.{name}": words for name, words in PROGRAMME_FIELDS.items()},
    }
)
"""What a changed field is called."""
