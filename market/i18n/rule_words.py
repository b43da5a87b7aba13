"""When a rule lets money arrive, and which book a trial speaks of, for the page and the terminal."""

from collections.abc import Mapping
from types import MappingProxyType

PAYOUT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "none": "chưa có nguồn nào báo",
        "listing": "theo bảng kê của nguồn",
        "cut_off_run": "theo đợt chốt của nguồn",
        "learned": "theo các lần tiền về trước",
    }
)
"""By how payouts are found (``Profile.payouts``), where no number of days is agreed on."""
PAID_AT_ONCE = "vào thẳng tài khoản"
"""Said of a source whose account the vendor draws on herself: nobody pays it out later."""
BOOK_WORDS: Mapping[str, str] = MappingProxyType(
    {"payments": "thông báo", "statement": "sao kê", "payouts": "tiền về"}
)
