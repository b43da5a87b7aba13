"""What breaks, their steps and the ways to resolve them are called, in Vietnamese; pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciliation.breaks.resolutions import Resolution
from reconciliation.breaks.states import BreakAction, BreakState

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "matched_with_difference": "hai bên lệch nhau",
        "conflict": "một mã, hai số tiền",
        "missing_in_statement": "có thông báo, sao kê không có",
        "missing_in_payments": "sao kê có, không nhận được thông báo",
        "pending_cut_off": "quá hạn chờ sao kê",
        "ambiguous": "nhiều khoản cùng khớp, chưa phân định",
        "unattributed": "không rõ tài khoản nhận",
        "rejected": "không phải tiền Việt Nam",
        "short": "tiền về thiếu",
        "over": "tiền về thừa",
        "returned": "tiền về bị trả lại",
        "missing": "đến hạn, tiền chưa về",
        "ambiguous_payout": "đợt tiền về có nhiều cách giải thích",
    }
)
ALL_OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        **OUTCOMES,
        "matched": "khớp",
        "matched_in_class": "khớp theo nhóm",
        "duplicate": "báo lặp, chỉ tính một lần",
        "ignored": "bỏ ra theo quyết định của hai người",
        "not_applicable": "nguồn chỉ có một bên, không có gì để so",
    }
)
"""Outcomes of a day's sales, those that need nobody too."""
RESOLUTIONS: Mapping[Resolution, str] = MappingProxyType(
    {
        Resolution.ACCEPT: "chấp nhận, sổ để như sao kê",
        Resolution.ASK_PROVIDER: "gửi tra soát nhà cung cấp",
        Resolution.WAIT: "chờ thêm đến một ngày",
        Resolution.LEAVE_OUT: "không phải tiền bán hàng, bỏ ra khỏi sổ",
        Resolution.EXPLAINED: "đã tìm ra vì sao, ghi ở ghi chú",
        Resolution.REOPEN: "mở lại, không theo cách đã duyệt nữa",
    }
)
STATES: Mapping[BreakState, str] = MappingProxyType(
    {
        BreakState.OPEN: "chờ đề xuất",
        BreakState.PROPOSED: "chờ người thứ hai duyệt",
        BreakState.REJECTED: "bị trả lại, chờ đề xuất mới",
        BreakState.APPROVED: "đã duyệt",
        BreakState.UNDOING: "đã duyệt, có người xin mở lại",
        BreakState.RESOLVED_BY_DATA: "tự khớp khi có thêm dữ liệu",
    }
)
STATE_FLAGS: Mapping[BreakState, tuple[str, str]] = MappingProxyType(
    {
        BreakState.OPEN: ("todo", "file"),
        BreakState.PROPOSED: ("attn", "user"),
        BreakState.REJECTED: ("bad", "undo"),
        BreakState.APPROVED: ("ok", "check"),
        BreakState.UNDOING: ("attn", "undo"),
        BreakState.RESOLVED_BY_DATA: ("calm", "refresh"),
    }
)
"""Kind and icon of the flag that stands for a state."""
ACTIONS: Mapping[BreakAction, str] = MappingProxyType(
    {
        BreakAction.OPENED: "máy báo lệch",
        BreakAction.CHANGED: "dữ liệu mới làm khoản này khác đi, đề xuất cũ không còn dùng",
        BreakAction.RESOLVED: "dữ liệu mới giải thích được, tự đóng",
        BreakAction.REOPENED: "mở lại",
        BreakAction.PROPOSED: "đề xuất",
        BreakAction.WITHDRAWN: "rút lại đề xuất",
        BreakAction.APPROVED: "duyệt",
        BreakAction.REJECTED: "trả lại",
        BreakAction.TAKEN: "nhận việc này",
        BreakAction.COMMENTED: "ghi chú",
    }
)
BOOKS: Mapping[str, str] = MappingProxyType(
    {"payments": "Thông báo", "statement": "Sao kê", "payouts": "Đợt tiền về"}
)
MONEY_STATES: Mapping[str, str] = MappingProxyType(
    {
        "succeeded": "thành công",
        "pending": "đang chờ",
        "failed": "không thành công",
        "cancelled": "đã huỷ",
        "reversed": "đã hoàn",
        "authorised": "đã giữ tiền",
        "unknown": "chưa rõ",
        "paid": "đã chi trả",
        "in_transit": "đang về",
        "canceled": "đã huỷ",
    }
)
CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "late": "khoản đến muộn",
        "correction": "bên báo sửa lại",
        "dispute": "khách đòi lại hoặc thôi đòi lại",
        "gone": "chuyển sang ngày hoặc chợ khác",
        "match": "kết quả đối soát đổi",
        "rule": "quy tắc đối soát đổi",
        "decision": "hai người thống nhất bỏ ra hoặc tính lại",
    }
)
"""Why a record moves a figure from one version of a day to the next."""
PROVIDERS: Mapping[str, str] = MappingProxyType(
    {
        "bank_vcb": "Vietcombank",
        "bank_mb": "MB",
        "bank_acb": "ACB",
        "bank_tcb": "Techcombank",
        "bank_msb": "MSB",
        "bank_agribank": "Agribank",
        "sepay": "SePay",
        "casso": "Casso",
        "payos": "payOS",
        "momo": "MoMo",
        "zalopay": "ZaloPay",
        "vnpay": "VNPAY",
        "viettel": "Viettel Money",
        "shopeepay": "ShopeePay",
        "napas": "Napas",
        "stripe": "Stripe",
        "gsma": "Mobile Money",
        "mtn": "MTN MoMo",
        "mpesa": "M-Pesa",
    }
)


RULES: Mapping[str, str] = MappingProxyType(
    {
        "provider_id": "Tìm theo mã giao dịch.",
        "no_account_id": "Tìm theo mã giao dịch.",
        "reference": "Tìm theo mã tham chiếu.",
        "reference_amount": "Tìm theo mã tham chiếu và số tiền.",
        "code_repair": "Tìm theo mã tham chiếu sai một ký tự và số tiền.",
        "remark": "Tìm theo nội dung, số tiền và thời gian.",
        "bank_reference": "Tìm theo mã tham chiếu ngân hàng.",
        "amount_window": "Tìm theo tài khoản, số tiền và thời gian.",
        "class_by_code": "So theo nhóm các khoản giống hệt nhau.",
        "class": "So theo nhóm các khoản giống hệt nhau.",
        "residual": "Còn lại sau khi đã thử mọi cách so khớp.",
        "original": "Tìm theo khoản gốc được hoàn.",
        "request_reference": "Tìm theo mã yêu cầu.",
        "request_repair": "Tìm theo mã yêu cầu sai một ký tự và số tiền.",
        "request_split": "Cộng các lần trả của một yêu cầu.",
        "payout_listing": "Theo bảng kê của nhà cung cấp.",
        "cut_off_run": "Theo kỳ chốt của nhà cung cấp.",
        "held_back": "Theo kỳ chốt, có khoản giữ lại trả kỳ sau.",
        "payout_subset": "Thử các nhóm khoản cộng lại bằng số tiền về.",
    }
)
"""How a rule looked, by its name without the version; a rule that only reads a record says nothing."""


def rule_words(rule: str) -> str:
    """Return how a rule looked for the other side, as one sentence; empty = nothing to say."""
    return RULES.get(rule.partition("@")[0], "")


def account_tail(account: str) -> str:
    """Return the last digits of an account; empty where it is called by a word, not a number."""
    return account if account.removeprefix("···").isdecimal() else ""


def provider_name(provider: str) -> str:
    """Return what people call a provider or a ledger."""
    return PROVIDERS.get(provider, provider)
