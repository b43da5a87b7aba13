"""What a vendor's states, steps and history are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import (
    AcceptancePointState,
    AccountKind,
    ConsentPurpose,
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
