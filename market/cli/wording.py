"""How states and calendar rules are named to people on the terminal."""

from merchants.calendar import BRANCHES
from merchants.kinds import CalendarRule, StallState, VendorState

STALL_STATES_VI = {
    StallState.PLANNED: "dự kiến",
    StallState.VACANT: "trống",
    StallState.OCCUPIED: "đang bán",
    StallState.CLOSED: "đóng",
}

VENDOR_STATES_VI = {
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

# ISO weekday 3 is Wednesday, which in Vietnamese is "the fourth".
_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def calendar_vi(rule_type: str | None, params: str | None) -> str:
    """Return a calendar rule in words; ``None`` = the market has none."""
    values = (params or "").partition("=")[2].split("|")
    match rule_type:
        case CalendarRule.DAILY:
            return "hằng ngày"
        case CalendarRule.WEEKLY:
            return ", ".join(_WEEKDAYS_VI[int(value) - 1] for value in values)
        case CalendarRule.LUNAR_DAY:
            return f"ngày {', '.join(values)} âm lịch"
        case CalendarRule.BRANCH_DAY:
            return f"ngày {', '.join(_branch_vi(value) for value in values)}"
        case CalendarRule.EXPLICIT:
            return ", ".join("/".join(reversed(value.split("-"))) for value in values)
    return "chưa có"


def _branch_vi(value: str) -> str:
    return BRANCHES[int(value)] if value.isdigit() else value
