"""The pages that bear bad news; what is safe comes first."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.responses import HTMLResponse

from market.i18n import translator
from market.pages.rendering import lang_of, page

NOT_FOUND = (
    "Không tìm thấy trang này",
    (
        "Đường dẫn có thể thiếu vài chữ khi gửi qua tin nhắn. Mở lại từ tin nhắn gốc, hoặc hỏi ban "
        "quản lý chợ."
    ),
)
BROKEN = (
    "Hệ thống đang lỗi, tiền vẫn an toàn",
    "Tiền khách trả vẫn vào tài khoản ngân hàng như thường. Trang này thử lại được sau vài phút.",
)
EXPIRED = (
    "Đường dẫn này đã hết hạn",
    (
        "Tiền của cô/bác vẫn vào tài khoản bình thường, tấm mã ở gian hàng vẫn dùng được. Xin ban quản "
        "lý chợ gửi đường dẫn mới."
    ),
)
LINK_NEEDED = (
    "Trang này mở bằng đường dẫn riêng",
    (
        "Mở từ đường dẫn ban quản lý đã gửi qua Zalo hoặc tin nhắn. Không tìm thấy thì hỏi ban quản lý "
        "chợ."
    ),
)
REFUSED = (
    "Mình không mở được trang này",
    (
        "Mỗi đường dẫn, mỗi tài khoản chỉ mở được phần việc của mình. Cần xem trang này thì hỏi ban "
        "quản lý chợ."
    ),
)
FORM_REFUSED = (
    "Chưa ghi gì, xin gửi lại",
    "Trang đã mở quá lâu hoặc mở từ nơi khác. Mở lại trang, điền rồi gửi lại.",
)
NOTHING_WRITTEN = "Chưa ghi gì. Quay lại trang trước, xem lại rồi gửi lại."
NOTHING_SHOWN = "Quay lại trang trước, chọn lại."
"""Of a page that was only opened: nobody meant to write anything."""
OTHER_MONTH = "Hôm nay là {today}: chọn tháng khác."
FILE_TOO_LARGE = (
    "Chưa ghi gì. Một lần gửi nhận tối đa {mb} MB: chọn tệp nhỏ hơn, hoặc chụp ảnh nhỏ hơn."
)
FORM_MALFORMED = (
    "Thông tin gửi lên có chỗ chưa đọc được",
    "Quay lại trang trước, xem lại từng ô rồi gửi lại.",
)
MALFORMED = (
    "Địa chỉ có chỗ chưa đọc được",
    "Ngày viết dạng 2026-11-21, tháng viết dạng 2026-10.",
)

ONE_OF_THESE = "Phần “{name}” trong địa chỉ chỉ nhận một trong các giá trị: {values}."


@dataclass(frozen=True, slots=True)
class Way:
    """Where to go on from an error: a path, what the button says, and what of the query is kept."""

    path: str
    words: str
    query: Mapping[str, str] = field(default_factory=dict)


def error_page(
    request: Request,
    status_code: int,
    told: tuple[str, str],
    *,
    error_id: str | None = None,
    may_retry: bool = False,
    way: Way | None = None,
) -> HTMLResponse:
    """Return the page of an error: its title, one sentence, and the number a helper may ask for."""
    _ = translator(lang_of(request))
    title, sentence = told
    lines = [_(sentence)]
    if error_id:
        lines.append(_("Mã lỗi để báo kỹ thuật: {error_id}.", error_id=error_id))
    return page(
        request,
        "error",
        status_code=status_code,
        title=title,
        lines=lines,
        may_retry=may_retry,
        way=way,
    )
