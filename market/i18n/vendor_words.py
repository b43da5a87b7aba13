"""What a vendor's states, steps and history are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import (
    AcceptancePointState,
    AccountKind,
    ConsentPurpose,
    EventAction,
    NameMatch,
    PosterState,
    VendorState,
)
from merchants.lifecycle.steps import HandStep, Missing
from merchants.vendors.doubles import Sign

VENDOR_STATES: Mapping[VendorState, str] = MappingProxyType(
    {
        VendorState.LISTED: "có tên trong danh sách",
        VendorState.INVITED: "đã mời",
        VendorState.DATA_CAPTURED: "đã lấy thông tin",
        VendorState.CONSENTED: "đã đồng ý",
        VendorState.ACCOUNT_LINKED: "đã có tài khoản",
        VendorState.NAME_MATCHED: "tên tài khoản đã khớp",
        VendorState.TEST_PAYMENT_OK: "đã chuyển thử",
        VendorState.POSTER_ISSUED: "đã cấp tấm mã",
        VendorState.POSTER_INSTALLED: "đã treo tấm mã",
        VendorState.ACTIVE: "đang nhận tiền",
        VendorState.DORMANT: "lâu chưa nhận tiền",
        VendorState.SUSPENDED: "tạm dừng",
        VendorState.EXITED: "đã thôi",
    }
)
STATE_TICKS: Mapping[VendorState, str] = MappingProxyType(
    {
        VendorState.LISTED: "todo",
        VendorState.INVITED: "todo",
        VendorState.POSTER_INSTALLED: "ready",
        VendorState.ACTIVE: "active",
        VendorState.DORMANT: "ready",
        VendorState.SUSPENDED: "issue",
        VendorState.EXITED: "vacant",
    }
)
"""The tile of a state; all others are on the way (``doing``)."""
STAGE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "details": "Lấy thông tin",
        "consent": "Đồng ý tham gia",
        "account": "Tài khoản khớp tên",
        "poster": "Cấp tấm mã",
        "hung": "Treo tấm mã",
    }
)
"""By ``merchants.lifecycle.step_line.Stage.key``."""
MISSING: Mapping[Missing, str] = MappingProxyType(
    {
        Missing.STALL: "chưa giữ gian hàng nào",
        Missing.DETAILS: "chưa có điện thoại hoặc tài khoản",
        Missing.CONSENT: "chưa có sự đồng ý",
        Missing.ACCOUNT: "chưa có tài khoản nhận tiền",
        Missing.MATCHED_NAME: "tên chủ tài khoản chưa khớp",
        Missing.POSTER: "chưa cấp tấm mã",
        Missing.INSTALLED_POSTER: "tấm mã chưa treo",
        Missing.PAYMENTS: "chưa có khoản nhận",
        Missing.REASON: "chưa chọn lý do",
        Missing.NOT_FROM_HERE: "không đi được từ bước đang đứng",
        Missing.NOT_BY_HAND: "bước này tự có khi đủ giấy tờ",
    }
)
HAND_STEPS: Mapping[HandStep, str] = MappingProxyType(
    {
        HandStep.INVITE: "Ghi đã mời",
        HandStep.TEST_PAYMENT: "Ghi đã chuyển thử",
        HandStep.SUSPEND: "Tạm dừng",
        HandStep.RESUME: "Tiếp tục",
        HandStep.EXIT: "Cho thôi, trả hết gian hàng",
        HandStep.RETURN: "Nhận lại gian hàng",
    }
)
SIGNS: Mapping[Sign, str] = MappingProxyType(
    {
        Sign.ID_NUMBER: "cùng số căn cước",
        Sign.ACCOUNT: "cùng tài khoản",
        Sign.PHONE: "cùng số điện thoại",
        Sign.NAME_AND_ZONE: "cùng tên, cùng khu",
    }
)
CONSENTS: Mapping[ConsentPurpose, str] = MappingProxyType(
    {
        ConsentPurpose.ONBOARDING: "Có tên trong danh sách chợ",
        ConsentPurpose.POSTER: "Làm tấm mã QR",
        ConsentPurpose.RECONCILIATION: "Đối chiếu tiền vào",
        ConsentPurpose.AGGREGATE_STATISTICS: "Đếm vào số liệu chung",
        ConsentPurpose.CONTACT: "Gọi điện, nhắn tin",
    }
)
ACCOUNT_KINDS: Mapping[AccountKind, str] = MappingProxyType(
    {
        AccountKind.BANK_ACCOUNT: "Tài khoản ngân hàng",
        AccountKind.E_WALLET: "Ví điện tử",
        AccountKind.MOBILE_MONEY: "Tiền di động",
    }
)
POINT_STATES: Mapping[AcceptancePointState, str] = MappingProxyType(
    {
        AcceptancePointState.DECLARED: "mới khai",
        AcceptancePointState.VERIFIED: "đã kiểm tra tên",
        AcceptancePointState.LIVE: "đang nhận tiền",
        AcceptancePointState.TO_MIGRATE: "cần đổi sang tên hộ kinh doanh",
        AcceptancePointState.CLOSED: "đã đóng",
    }
)
NAME_MATCHES: Mapping[NameMatch, str] = MappingProxyType(
    {
        NameMatch.EXACT: "khớp từng chữ",
        NameMatch.NORMALISED: "khớp khi bỏ dấu",
        NameMatch.PARTIAL: "giống một phần",
        NameMatch.MISMATCH: "khác tên",
    }
)
POSTER_STATES: Mapping[PosterState, str] = MappingProxyType(
    {
        PosterState.GENERATED: "đã cấp, chưa treo",
        PosterState.PRINTED: "đã in, chưa treo",
        PosterState.INSTALLED: "đang treo",
        PosterState.CHECKED: "đang treo, đã kiểm tra",
        PosterState.REPLACED: "đã thay",
        PosterState.REVOKED: "đã thu hồi",
    }
)
FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "full_name": "Họ tên",
        "business_name": "Tên hộ kinh doanh",
        "display_name": "Tên trên tấm mã",
        "phone": "Số điện thoại",
        "id_number": "Số căn cước",
        "consented_on": "Ngày đồng ý",
        "state": "Bước",
    }
)
OWN_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "login": "tự mở trang của mình",
        "pin": "tự đặt mã PIN",
        "test_payment": "tự chuyển thử",
        "download": "tự tải tấm mã",
    }
)
"""The last word of the milestone "tự làm"."""
ACTIONS: Mapping[EventAction, str] = MappingProxyType(
    {
        EventAction.REGISTERED: "Vào danh sách",
        EventAction.CHANGED: "Sửa thông tin",
        EventAction.STATE_CHANGED: "Đổi bước",
        EventAction.STALL_TAKEN: "Nhận gian hàng",
        EventAction.STALL_LEFT: "Trả gian hàng",
        EventAction.MERGED: "Gộp hồ sơ trùng",
        EventAction.MERGE_UNDONE: "Tách lại hồ sơ",
        EventAction.SELF_PERFORMED: "Tự làm lần đầu",
        EventAction.TEST_PAYMENT_SEEN: "Chuyển thử, thấy tiền vào",
        EventAction.ACCOUNT_PROPOSED: "Đề nghị tài khoản",
        EventAction.ACCOUNT_CONFIRMED: "Người bán xác nhận tài khoản",
        EventAction.ACCOUNT_DECIDED: "Quyết định về tài khoản",
        EventAction.ACCOUNT_ADDED: "Thêm tài khoản",
        EventAction.ACCOUNT_CLOSED: "Đóng tài khoản",
        EventAction.CODE_SEEN: "Thấy mã QR tại gian",
        EventAction.CODE_GONE: "Mã QR không còn tại gian",
        EventAction.CONSENT_GIVEN: "Đồng ý",
        EventAction.CONSENT_WITHDRAWN: "Rút lại sự đồng ý",
        EventAction.PRIVACY_REQUESTED: "Yêu cầu về dữ liệu",
        EventAction.PRIVACY_ANSWERED: "Trả lời yêu cầu về dữ liệu",
        EventAction.PRIVACY_COMPLETED: "Xong yêu cầu về dữ liệu",
        EventAction.DATA_EXPORTED: "Xuất dữ liệu",
        EventAction.DATA_ERASED: "Xoá dữ liệu",
        EventAction.IMPORTED: "Nhập từ tệp",
        EventAction.IMPORT_UNDONE: "Huỷ lần nhập",
        EventAction.PIN_SET: "Đặt mã PIN",
        EventAction.PIN_RESET: "Ban quản lý bỏ mã PIN cũ",
        EventAction.LINK_ISSUED: "Cấp đường dẫn riêng",
        EventAction.LINK_REVOKED: "Thu hồi đường dẫn riêng",
        EventAction.POSTER_ISSUED: "Cấp tấm mã",
        EventAction.POSTER_INSTALLED: "Treo tấm mã",
        EventAction.POSTER_ENDED: "Tấm mã hết dùng",
        EventAction.VISITED: "Có người hỗ trợ ghé",
    }
)
"""Of a vendor's history; an action without a word of its own is shown as it is kept."""
