"""Why a step is not taken for a break: one Vietnamese sentence each; the names stand in addresses."""

from enum import StrEnum


class WhyNot(StrEnum):
    """The closed list of reasons; the first six follow from where the break stands."""

    NO_PROPOSAL = "Khoản này chưa có đề xuất"
    ANOTHER_WAITS = "Khoản này đang chờ duyệt một đề xuất khác"
    TURNED_DOWN = "Đề xuất đã bị trả lại, cần đề xuất mới"
    AGREED = "Khoản này đã duyệt xong; cần thì đề xuất mở lại"
    UNDOING = "Khoản này đang chờ duyệt mở lại"
    CLOSED_BY_DATA = "Khoản này đã tự khớp khi có thêm dữ liệu"
    NOT_AGREED = "Chỉ khoản đã duyệt mới mở lại được"
    NOT_LEFT_OUT = "Khoản này không bỏ ra khỏi sổ được, chọn cách khác"
    OWN = "Người đề xuất không tự duyệt được, cần người thứ hai"
    PROPOSED_ANEW = "Đề xuất vừa đổi, xem lại rồi duyệt"
    OF_ANOTHER = "Chỉ người đề xuất rút lại được, người khác thì trả lại"
    NOT_HERE = "Không có khoản lệch này"
