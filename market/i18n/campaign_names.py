"""What kinds and states of campaigns are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import (
    ExitReason,
    ResourceKind,
    TargetArea,
    TargetUnit,
    TaskState,
    TeamKind,
    VisitOutcome,
)

TEAM_KINDS: Mapping[TeamKind, str] = MappingProxyType(
    {TeamKind.COMMUNE: "Tổ cấp xã", TeamKind.HAMLET: "Tổ thôn, bản, tổ dân phố"}
)
VISIT_OUTCOMES: Mapping[VisitOutcome, str] = MappingProxyType(
    {
        VisitOutcome.HELPED: "Đã hỗ trợ",
        VisitOutcome.FOLLOW_UP: "Hẹn quay lại",
        VisitOutcome.ABSENT: "Vắng người bán",
        VisitOutcome.REFUSED: "Từ chối",
    }
)
EXIT_REASONS: Mapping[ExitReason, str] = MappingProxyType(
    {
        ExitReason.NO_PHONE: "Không có điện thoại",
        ExitReason.NO_ACCOUNT: "Không có tài khoản",
        ExitReason.TAX_CONCERN: "Lo về thuế",
        ExitReason.LOW_TRADE: "Bán ít, thấy không cần",
        ExitReason.FRAUD_FEAR: "Sợ bị lừa",
        ExitReason.NO_TIME: "Không có thời gian",
        ExitReason.POOR_SIGNAL: "Sóng yếu",
        ExitReason.HAS_OTHER_QR: "Đã có mã QR khác",
        ExitReason.MOVED: "Chuyển đi nơi khác",
        ExitReason.CLOSED: "Nghỉ bán",
        ExitReason.OTHER: "Lý do khác",
    }
)
TARGET_UNITS: Mapping[TargetUnit, str] = MappingProxyType(
    {
        TargetUnit.PERCENT: "%",
        TargetUnit.VND: "₫",
        TargetUnit.VND_PER_MARKET_DAY: "₫ mỗi ngày chợ",
        TargetUnit.RECEIPTS_PER_VENDOR_DAY: "khoản mỗi tiểu thương, ngày chợ",
    }
)
TARGET_AREAS: Mapping[TargetArea, str] = MappingProxyType(
    {TargetArea.MARKET: "Chợ", TargetArea.WAVE: "Đợt", TargetArea.AREA: "Khu vực"}
)
RESOURCE_KINDS: Mapping[ResourceKind, str] = MappingProxyType(
    {
        ResourceKind.PEOPLE: "Con người",
        ResourceKind.MONEY: "Kinh phí",
        ResourceKind.TECHNIQUE: "Kỹ thuật",
        ResourceKind.INSTITUTIONS: "Cơ chế",
    }
)
TASK_STATES: Mapping[TaskState, str] = MappingProxyType(
    {TaskState.OPEN: "Đang làm", TaskState.DONE: "Đã xong", TaskState.DROPPED: "Đã bỏ"}
)
PHASES: Mapping[str, str] = MappingProxyType(
    {"before": "Sắp tới", "during": "Đang chạy", "after": "Đã xong"}
)
"""By ``merchants.campaigns.programmes.Phase``: where a day lies in a window."""
