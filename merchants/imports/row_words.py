"""How the result of a row is told to people: the outcome, why, and what to do about it."""

import re
from collections.abc import Mapping

from merchants.imports.plan_rows import Change
from merchants.imports.row_results import Outcome

OUTCOMES_VI: Mapping[Outcome, str] = {
    "rejected": "Không nhận",
    "warned": "Nhận, có lưu ý",
    "accepted": "Nhận",
}
CHANGES_VI: Mapping[Change, str] = {
    "created": "gian mới",
    "changed": "thay đổi",
    "same": "như cũ",
    "none": "",
}

_QUOTED = re.compile("“[^”]*”")
_TURN = re.compile(r"(?:: |\. |, (?=cần ))(?=\S)")
_HAS_FIX = re.compile(
    r"(?:cần|điền|ghi(?! người bán)|giữ|xoá|đặt|sửa|nhập|thu hồi|xem|gỡ|hỏi|duyệt|chép|gần nhất|người cũ|nên)\b",
    re.IGNORECASE,
)


def split_message(message: str) -> tuple[str, str]:
    """Return why, and what to do, of one of the register's sentences; the second may be empty.

    What people wrote stands in quotation marks and is never taken apart.
    """
    masked = _QUOTED.sub(lambda found: "“" + "x" * (len(found[0]) - 2) + "”", message)
    for turn in _TURN.finditer(masked):
        if _HAS_FIX.match(masked, turn.end()):
            why, fix = message[: turn.start()], message[turn.end() :]
            return why.rstrip(".") + ".", fix[:1].upper() + fix[1:]
    return message, ""
