"""How the result of a row is told to people: the outcome and what changes."""

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
    "taken": "có người bán",
    "changed": "thay đổi",
    "same": "như cũ",
    "none": "",
}
