"""One table: what a refusal means on the web and on the command line.

Rows are keyed by the name of the exception's class, so that this table imports nothing heavy. A
test walks every exception of the packages below: each has a row of its own. The rows of the base
classes are what a stranger's subclass would get.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Problem:
    """How one kind of refusal is told."""

    status: HTTPStatus
    title_vi: str
    title_en: str
    exit_code: int = 1
    """1 refused, 3 some rows rejected, 4 the file rejected."""


_FILE_REJECTED = 4

PROBLEMS: Mapping[str, Problem] = MappingProxyType(
    {
        # qr
        "QrError": Problem(HTTPStatus.CONFLICT, "Mã QR bị từ chối", "QR code refused"),
        "PayloadRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Không tạo được mã QR", "The QR payload is not written"
        ),
        "UnknownParticipant": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Không nhận ra ngân hàng", "Bank not recognised"
        ),
        "ParticipantTableCorrupt": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Bảng ngân hàng bị hỏng",
            "The table of banks is damaged",
        ),
        "CodeNotImported": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không dùng lại được mã QR này",
            "This QR code cannot be taken over",
        ),
        "SerialRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không tạo được số sê-ri bảng QR",
            "The poster serial cannot be made",
        ),
        "SymbolTooLarge": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Nội dung mã QR quá dài", "The QR payload is too long"
        ),
        "PosterRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa in được tấm mã này", "This poster cannot be drawn"
        ),
        "PosterUnreadable": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Tấm mã in ra không đọc lại được",
            "The drawn poster does not read back",
        ),
        "ImageRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Không đọc được ảnh", "The picture cannot be read"
        ),
        # merchants
        "MerchantsError": Problem(
            HTTPStatus.CONFLICT, "Danh sách chợ từ chối", "The register refuses"
        ),
        "MarketNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có chợ này", "No such market"),
        "VendorNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có người bán này", "No such vendor"),
        "StallNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có gian hàng này", "No such stall"),
        "PosterNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có tấm mã này", "No such poster"),
        "PosterStepRefused": Problem(
            HTTPStatus.CONFLICT,
            "Tấm mã chưa làm được bước này",
            "The poster may not take this step",
        ),
        "MarketRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Thông tin chợ chưa đúng",
            "The market's details break a rule",
        ),
        "CalendarRuleRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không đọc được lịch chợ",
            "The market calendar cannot be read",
        ),
        "LunarDateOutOfRange": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Ngày nằm ngoài lịch âm đã tính",
            "No lunar date for this day",
        ),
        "MarketListRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không đọc được danh sách chợ",
            "The list of markets is not read",
            exit_code=_FILE_REJECTED,
        ),
        "SheetRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không đọc được bảng người bán",
            "The vendor sheet is not read",
            exit_code=_FILE_REJECTED,
        ),
        "BankNotRecognised": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Không nhận ra ngân hàng", "Bank not recognised"
        ),
        "PayloadAltered": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Mã QR đã lưu bị thay đổi",
            "A stored QR payload was altered",
        ),
        "SealBroken": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Không mở được dữ liệu đã niêm phong",
            "A sealed value cannot be opened",
        ),
        # reconciliation
        "ReconciliationError": Problem(
            HTTPStatus.CONFLICT, "Đối soát từ chối", "Reconciliation refuses"
        ),
        "BooksDoNotBalance": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Sổ không cân, không ghi gì",
            "The books do not balance",
        ),
        "RawMissing": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "Kho gốc thiếu tệp", "The raw store lacks a file"
        ),
        "RawDamaged": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Kho gốc có tệp hỏng",
            "The raw store holds a damaged file",
        ),
        "UnknownProvider": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không có bộ đọc cho nguồn này",
            "No reader for this provider",
        ),
        "FaultSpecRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Mô tả lỗi mô phỏng chưa đúng",
            "The fault specification is wrong",
        ),
        "EngineInputRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Sổ đầu vào chưa đúng dạng",
            "A book is not as the engine needs it",
        ),
        "ProfilesRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Hồ sơ nhà cung cấp chưa đúng",
            "The provider profiles cannot be used",
        ),
        "FeedRefused": Problem(
            HTTPStatus.BAD_GATEWAY, "Nhà cung cấp từ chối", "The provider refuses"
        ),
        "FeedUnreachable": Problem(
            HTTPStatus.BAD_GATEWAY, "Nhà cung cấp không trả lời", "The provider does not answer"
        ),
        "DaysRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Khoảng ngày bị ngược",
            "The span of days ends before it begins",
        ),
        "DayNotOver": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Ngày này chưa đến", "This day has not come yet"
        ),
        "DayOutOfRange": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Ngày quá xa", "This day is too far away"
        ),
        "VersionNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Ngày này chưa có lần chốt đó", "No such version of this day"
        ),
        # the doors
        "SecurityError": Problem(HTTPStatus.FORBIDDEN, "Không mở được", "Not allowed"),
        "LinkUnreadable": Problem(
            HTTPStatus.NOT_FOUND, "Đường dẫn thiếu hoặc sai", "The link is incomplete or not ours"
        ),
        "LinkExpired": Problem(
            HTTPStatus.FORBIDDEN, "Đường dẫn đã hết hạn", "The link has expired"
        ),
        "LinkNeeded": Problem(
            HTTPStatus.FORBIDDEN, "Trang này mở bằng đường dẫn riêng", "This page opens with a link"
        ),
        "ScopeRefused": Problem(
            HTTPStatus.FORBIDDEN,
            "Đường dẫn không mở được trang này",
            "The link does not open this page",
        ),
        "BodyTooLarge": Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Nội dung gửi lên quá lớn", "The body is too large"
        ),
    }
)
"""By the name of the exception's class."""


def problem_of(error: BaseException) -> Problem | None:
    """Return the row of the error's class or of its nearest base; ``None`` = a bug, not a refusal."""
    for kind in type(error).__mro__:
        if kind.__name__ in PROBLEMS:
            return PROBLEMS[kind.__name__]
    return None
