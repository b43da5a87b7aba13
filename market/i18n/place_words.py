"""How kinds of markets, operators, stalls and calendar rules are called; Vietnamese, to be translated."""

from collections.abc import Mapping
from types import MappingProxyType

from market.i18n.words import Lang, Translator, translator
from merchants.calendars.open_days import BRANCHES, CalendarRuleSpan
from merchants.kinds import (
    AdminLevel,
    CalendarRule,
    CashPointKind,
    CashService,
    MarketKind,
    OperatorKind,
    StallKind,
    StallState,
)

MARKET_KINDS: Mapping[MarketKind, str] = MappingProxyType(
    {
        MarketKind.CIVIC: "chợ dân sinh",
        MarketKind.WHOLESALE: "chợ đầu mối",
        MarketKind.RURAL: "chợ nông thôn",
        MarketKind.NIGHT: "chợ đêm",
        MarketKind.COMMUNITY: "chợ cộng đồng",
        MarketKind.TEMPORARY: "chợ tạm",
    }
)
OPERATOR_KINDS: Mapping[OperatorKind, str] = MappingProxyType(
    {
        OperatorKind.MANAGEMENT_BOARD: "ban quản lý chợ",
        OperatorKind.COMMUNE_COMMITTEE: "Ủy ban nhân dân xã, phường",
        OperatorKind.COOPERATIVE: "hợp tác xã",
        OperatorKind.ENTERPRISE: "doanh nghiệp",
        OperatorKind.OTHER: "đơn vị khác",
    }
)
STALL_KINDS: Mapping[StallKind, str] = MappingProxyType(
    {
        StallKind.COUNTER: "quầy, sạp",
        StallKind.KIOSK: "ki-ốt",
        StallKind.SHOP: "cửa hàng",
        StallKind.OPEN_PLACE: "chỗ bán ngoài trời",
    }
)
STALL_STATES: Mapping[StallState, str] = MappingProxyType(
    {
        StallState.PLANNED: "dự kiến",
        StallState.VACANT: "trống",
        StallState.OCCUPIED: "đang bán",
        StallState.CLOSED: "đóng",
    }
)
CASH_POINT_KINDS: Mapping[CashPointKind, str] = MappingProxyType(
    {
        CashPointKind.MOBILE_MONEY: "điểm kinh doanh tiền di động",
        CashPointKind.WALLET_AGENT: "đại lý ví điện tử",
        CashPointKind.BANK: "phòng giao dịch ngân hàng",
        CashPointKind.BANK_AGENT: "đại lý thanh toán của ngân hàng",
        CashPointKind.ATM: "cây ATM",
    }
)
CASH_SERVICES: Mapping[CashService, str] = MappingProxyType(
    {
        CashService.BOTH: "nạp và rút",
        CashService.IN: "chỉ nạp",
        CashService.OUT: "chỉ rút",
    }
)
ADMIN_LEVELS: Mapping[AdminLevel, str] = MappingProxyType(
    {AdminLevel.PROVINCE: "tỉnh", AdminLevel.DISTRICT: "huyện", AdminLevel.COMMUNE: "xã"}
)
CALENDAR_RULES: Mapping[CalendarRule, str] = MappingProxyType(
    {
        CalendarRule.DAILY: "hằng ngày",
        CalendarRule.WEEKLY: "theo thứ trong tuần",
        CalendarRule.LUNAR_DAY: "theo ngày âm lịch",
        CalendarRule.BRANCH_DAY: "theo ngày chi (Tý đến Hợi)",
        CalendarRule.EXPLICIT: "theo danh sách ngày",
    }
)
# ISO weekday 3 is Wednesday, which in Vietnamese is "the fourth".
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
NO_RULE = "chưa có"


def rule_words(rule: CalendarRuleSpan | None, _: Translator | None = None) -> str:
    """Return a calendar rule in words; ``None`` = the market has none."""
    _ = _ or translator(Lang.VI)
    if rule is None:
        return _(NO_RULE)
    values = rule.params.partition("=")[2].split("|")
    match rule.rule_type:
        case CalendarRule.DAILY:
            return _("hằng ngày")
        case CalendarRule.WEEKLY:
            return ", ".join(_(WEEKDAYS[int(value) - 1]) for value in values)
        case CalendarRule.LUNAR_DAY:
            return _("ngày {days} âm lịch", days=", ".join(values))
        case CalendarRule.BRANCH_DAY:
            return _("ngày {days}", days=", ".join(_branch(value) for value in values))
        case CalendarRule.EXPLICIT:
            return ", ".join("/".join(reversed(value.split("-"))) for value in values)


def _branch(value: str) -> str:
    return BRANCHES[int(value)] if value.isdigit() else value
