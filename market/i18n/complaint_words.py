"""What complaints about money are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import ComplaintKind, ComplaintState

KINDS: Mapping[ComplaintKind, str] = MappingProxyType(
    {
        ComplaintKind.WRONG_AMOUNT: "khách trả sai số tiền",
        ComplaintKind.PAID_TWICE: "khách trả hai lần",
        ComplaintKind.NOT_RECEIVED: "khách nói đã trả, tiền chưa vào",
        ComplaintKind.WRONG_RECEIVER: "tiền vào tài khoản người khác",
        ComplaintKind.REFUND_ASKED: "khách xin lại tiền",
        ComplaintKind.OTHER: "việc khác",
    }
)
STATES: Mapping[ComplaintState, str] = MappingProxyType(
    {
        ComplaintState.OPEN: "chờ trả lời",
        ComplaintState.ANSWERED: "đã trả lời",
        ComplaintState.SETTLED: "đã xong",
        ComplaintState.DROPPED: "bỏ, không phải sai sót",
    }
)
STATE_FLAGS: Mapping[ComplaintState, tuple[str, str]] = MappingProxyType(
    {
        ComplaintState.OPEN: ("attn", "clock"),
        ComplaintState.ANSWERED: ("calm", "user"),
        ComplaintState.SETTLED: ("ok", "check"),
        ComplaintState.DROPPED: ("calm", "close"),
    }
)
"""Kind and icon of the flag that stands for a state."""
NO_MONEY_MOVES = (
    "Ghi ở đây không chuyển, không hoàn tiền. Tiền do ngân hàng và hai bên tự trả lại cho nhau."
)
"""Said wherever a complaint is written or read."""
