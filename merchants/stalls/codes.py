"""What a stall may be called: short, in plain capitals, and safe to stand in an address."""

import re

from merchants.sentences import Sentence

STALL_CODE_LENGTH_MAX = 12
STALL_CODE_RULE = Sentence(
    "cần 1 đến {most} ký tự gồm chữ không dấu và số; dấu . - / chỉ đứng ở giữa",
    most=STALL_CODE_LENGTH_MAX,
)
"""Why a code is refused, for whoever wrote it."""

# A sign at an end, or two in a row, would make "A/.." or "A//1", which browsers rewrite on the way.
_STALL_CODE = re.compile(r"[A-Z0-9]+(?:[./\-][A-Z0-9]+)*")


def is_stall_code(text: str) -> bool:
    """Return whether a text, in capitals already, may be a stall's code."""
    return len(text) <= STALL_CODE_LENGTH_MAX and _STALL_CODE.fullmatch(text) is not None
