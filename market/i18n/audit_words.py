"""What results of looks, incidents and their ends are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import (
    CheckResult,
    CheckSource,
    IncidentOutcome,
    IncidentState,
    TellingWay,
)
from qr.print_code import TypedCode

RESULTS: Mapping[CheckResult, str] = MappingProxyType(
    {
        CheckResult.OK: "đúng mã",
        CheckResult.WORN: "đúng mã, đã mòn",
        CheckResult.MISSING: "không thấy tấm mã",
        CheckResult.REVOKED: "tấm mã đã thu hồi vẫn treo",
        CheckResult.MISMATCH: "có mã lạ",
    }
)
RESULT_FLAGS: Mapping[CheckResult, tuple[str, str]] = MappingProxyType(
    {
        CheckResult.OK: ("ok", "check"),
        CheckResult.WORN: ("attn", "refresh"),
        CheckResult.MISSING: ("attn", "search"),
        CheckResult.REVOKED: ("attn", "undo"),
        CheckResult.MISMATCH: ("attn", "warn"),
    }
)
"""Kind and icon of the flag that stands for a result."""
SOURCES: Mapping[CheckSource, str] = MappingProxyType(
    {
        CheckSource.PHOTO: "ảnh chụp",
        CheckSource.SCAN: "quét bằng điện thoại",
        CheckSource.MANUAL: "nhìn tận mắt",
    }
)
STATES: Mapping[IncidentState, str] = MappingProxyType(
    {
        IncidentState.OPEN: "chưa báo người bán",
        IncidentState.TOLD: "người bán đã biết",
        IncidentState.CLOSED: "đã đóng",
    }
)
TELLINGS: Mapping[TellingWay, str] = MappingProxyType(
    {
        TellingWay.IN_PERSON: "Nói trực tiếp tại gian hàng",
        TellingWay.PHONE: "Gọi điện thoại",
        TellingWay.OWN_PAGE: "Người bán tự đọc trên trang riêng",
    }
)
OUTCOMES: Mapping[IncidentOutcome, str] = MappingProxyType(
    {
        IncidentOutcome.CODE_REMOVED: "Đã gỡ mã lạ, tấm mã của chợ còn tốt",
        IncidentOutcome.POSTER_REPLACED: "Cấp tấm mã mới, thu hồi tấm cũ",
        IncidentOutcome.POSTER_REVOKED: "Thu hồi tấm mã, chưa cấp lại",
        IncidentOutcome.FALSE_ALARM: "Không phải mã giả",
    }
)
FOR_STAFF: Mapping[CheckResult, tuple[str, str]] = MappingProxyType(
    {
        CheckResult.OK: ("Gian {stall}: đúng tấm mã.", ""),
        CheckResult.WORN: (
            "Gian {stall}: đúng mã nhưng đã mòn.",
            "In tấm mới thay vào trước khi khách quét không ra.",
        ),
        CheckResult.MISSING: (
            "Gian {stall}: không thấy tấm mã.",
            "Tấm mã vẫn treo thì chụp lại: đủ sáng, thẳng, mã chiếm nửa ảnh.",
        ),
        CheckResult.REVOKED: (
            "Gian {stall}: tấm mã đã thu hồi vẫn treo.",
            "Gỡ xuống và mang về ban quản lý.",
        ),
        CheckResult.MISMATCH: (
            "Gian {stall}: có mã lạ.",
            "Che lại ngay, báo người bán đừng cho khách quét, giữ miếng dán làm bằng chứng.",
        ),
    }
)
"""What is said after a look, and what to do."""
FOR_VENDORS: Mapping[CheckResult, tuple[str, str]] = MappingProxyType(
    {
        CheckResult.OK: ("Đúng mã của cô/bác ở gian {stall}.", "Khách quét được rồi."),
        CheckResult.WORN: (
            "Đúng mã của cô/bác, nhưng tấm mã đã mòn.",
            "Nhờ ban quản lý in tấm mới. Trong lúc chờ, khách vẫn trả được.",
        ),
        CheckResult.MISSING: (
            "Ảnh này không thấy tấm mã của gian {stall}.",
            "Cô/bác chụp lại: đủ sáng, thẳng, mã chiếm nửa ảnh.",
        ),
        CheckResult.REVOKED: (
            "Tấm mã này đã thu hồi, không dùng nữa.",
            "Cô/bác gỡ xuống, gọi ban quản lý lấy tấm mới.",
        ),
        CheckResult.MISMATCH: (
            "Có mã lạ ở gian {stall}. Đừng cho khách quét.",
            "Cô/bác che mã lại, đừng gỡ vứt đi, gọi ban quản lý ngay.",
        ),
    }
)
TYPED: Mapping[TypedCode, tuple[str, str]] = MappingProxyType(
    {
        TypedCode.OURS: ("ok", "Đúng mã in: tấm này do chợ in ra."),
        TypedCode.NOT_OURS: (
            "bad",
            "Mã in này không phải của tấm mã số {serial}. Xin đừng trả tiền theo tấm này.",
        ),
        TypedCode.MISTYPED: ("warn", "Có một ký tự gõ chưa đúng. Xem lại trên tấm rồi gõ lại."),
        TypedCode.UNREADABLE: ("warn", "Mã in có 9 chữ và số. Xem lại trên tấm rồi gõ lại."),
    }
)
"""Kind of the alert and its sentence."""
