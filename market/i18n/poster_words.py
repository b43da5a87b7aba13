"""What is told of posters: why they end, what is wrong with them, papers, books."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import BookForm, BookState, PosterEnd, PosterState
from merchants.posters.board import Shown
from merchants.posters.printed import PosterFault
from merchants.posters.reissue import GIVEN_REASONS

END_WORDS: Mapping[str, str] = MappingProxyType(
    {
        PosterEnd.ACCOUNT: "Người bán đã đổi tài khoản nhận tiền.",
        PosterEnd.NAME: "Tên in trên tấm mã đã đổi.",
        PosterEnd.LEFT: "Người bán này thôi bán ở gian đó.",
        PosterEnd.CONSENT: "Người bán đã thôi dùng mã QR.",
        PosterEnd.INCIDENT: "Tấm mã bị nghi dán đè hoặc làm giả.",
        PosterEnd.LOST: "Tấm mã được báo mất.",
        PosterEnd.DAMAGED: "Tấm mã hỏng, đã in tấm khác.",
        PosterEnd.OUTDATED: "Thông tin trên tấm mã đã cũ.",
        PosterEnd.OTHER: "",
        "": "",
    }
)
"""What whoever checks the serial of an ended poster is told."""

REASONS = MappingProxyType(GIVEN_REASONS)
"""What may be given as a reason."""

FAULTS: Mapping[PosterFault, str] = MappingProxyType(
    {
        PosterFault.NOT_HELD: "Người bán không còn giữ gian này",
        PosterFault.NO_CONSENT: "Người bán đã rút lại đồng ý",
        PosterFault.ACCOUNT_CLOSED: "Tài khoản in trên tấm đã thôi dùng",
        PosterFault.NAME_UNMATCHED: "Tên chủ tài khoản không còn khớp tên người bán",
        PosterFault.ACCOUNT: "Số tài khoản đã sửa sau khi cấp",
        PosterFault.HOLDER_NAME: "Tên chủ tài khoản đã sửa sau khi cấp",
        PosterFault.DISPLAY_NAME: "Tên gian hàng đã sửa sau khi cấp",
        PosterFault.MARKET_NAME: "Tên chợ đã sửa sau khi cấp",
    }
)

STATES: Mapping[PosterState, str] = MappingProxyType(
    {
        PosterState.GENERATED: "Đã cấp, chưa treo",
        PosterState.PRINTED: "Đã in, chưa treo",
        PosterState.INSTALLED: "Đang treo",
        PosterState.CHECKED: "Đang treo, đã kiểm tra",
        PosterState.REPLACED: "Đã thay tấm khác",
        PosterState.REVOKED: "Đã thu hồi",
    }
)

PAPERS: Mapping[str, str] = MappingProxyType(
    {
        "a5": "A5, treo ở gian",
        "a4": "A4, treo cao",
        "tent": "Để bàn, gập đôi",
        "card": "Thẻ đeo",
        "check": "Thẻ tự kiểm tra mỗi sáng",
        "sheet": "Nhiều thẻ đeo trên giấy A4",
        "sheet-a5": "Hai tấm A5 trên giấy A4",
        "sheet-tent": "Hai tấm để bàn trên giấy A4",
        "sheet-check": "Bốn thẻ tự kiểm tra trên giấy A4",
    }
)
"""Papers of a book; the first five hold one poster."""

FORMS: Mapping[BookForm, str] = MappingProxyType(
    {
        BookForm.PDF: "Một tệp PDF, in liền một lần",
        BookForm.ZIP_PDF: "Tệp ZIP, mỗi tấm một PDF",
        BookForm.ZIP_PNG: "Tệp ZIP, mỗi tấm một ảnh",
    }
)

BOOK_STATES: Mapping[BookState, str] = MappingProxyType(
    {
        BookState.DRAWING: "đang vẽ",
        BookState.READY: "xong, tải được",
        BookState.FAILED: "chưa vẽ được",
        BookState.GONE: "đã xóa tệp",
    }
)

SHOWN: Mapping[Shown, str] = MappingProxyType(
    {
        Shown.ALL: "Có tấm mã",
        Shown.TO_PRINT: "Cần in",
        Shown.WRONG: "Không còn đúng",
        Shown.WITHOUT: "Chưa có",
    }
)
