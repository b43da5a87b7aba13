"""The Vietnamese words for the states of an import and for what becomes of its rows."""

from collections.abc import Mapping

from merchants.kinds import ImportState

STATES: Mapping[ImportState, str] = {
    ImportState.CHECKING: "đang kiểm tra",
    ImportState.CHECKED: "đã kiểm tra, chưa ghi",
    ImportState.WRITING: "đang ghi",
    ImportState.WRITTEN: "đã ghi",
    ImportState.FAILED: "không đọc được",
    ImportState.UNDONE: "đã hoàn tác",
}
CHANGES: Mapping[str, str] = {
    "created": "Gian mới",
    "taken": "Có người bán",
    "changed": "Thay đổi",
    "same": "Như cũ",
    "none": "Không ghi",
}
TO_DO: Mapping[str, str] = {
    "created": "Ghi gian hàng mới vào sổ chợ",
    "taken": "Ghi người bán vào gian đang trống",
    "changed": "Ghi chỗ khác với sổ chợ",
    "same": "Không đổi gì",
    "none": "Bỏ qua dòng này",
}
