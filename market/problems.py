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
        "NoCodeInPicture": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Trong ảnh không có mã QR đọc được",
            "The picture shows no readable QR code",
        ),
        "TooManyCodes": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Trong ảnh có quá nhiều mã QR",
            "The picture shows too many QR codes",
        ),
        # merchants
        "MerchantsError": Problem(
            HTTPStatus.CONFLICT, "Danh sách chợ từ chối", "The register refuses"
        ),
        "MarketNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có chợ này", "No such market"),
        "VendorNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có người bán này", "No such vendor"),
        "StallNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có gian hàng này", "No such stall"),
        "PosterNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có tấm mã này", "No such poster"),
        "PosterEnded": Problem(
            HTTPStatus.GONE, "Tấm mã này không còn dùng nữa", "This poster is no longer in use"
        ),
        "PostersBusy": Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Đang vẽ nhiều tấm mã, đợi vài giây rồi tải lại",
            "Many posters are being drawn, try again in a few seconds",
        ),
        "BookNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có tập tấm mã này", "No such book of posters"
        ),
        "BookGone": Problem(
            HTTPStatus.GONE,
            "Tập tấm mã này không tải được nữa",
            "This book of posters is gone",
        ),
        "BookNotReady": Problem(
            HTTPStatus.CONFLICT, "Tập tấm mã chưa vẽ xong", "The book of posters is not drawn yet"
        ),
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
        "ImportNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có lần nhập này", "No such import"),
        "ImportStepRefused": Problem(
            HTTPStatus.CONFLICT,
            "Lần nhập chưa tới hoặc đã qua bước này",
            "The import is not at this step",
        ),
        "ImportFileForgotten": Problem(
            HTTPStatus.GONE,
            "Tệp của lần nhập này không còn giữ",
            "The file of this import is no longer kept",
        ),
        "NewerImportStands": Problem(
            HTTPStatus.CONFLICT,
            "Hoàn tác lần nhập mới hơn trước",
            "Undo the newer import first",
        ),
        "ImportChangedSince": Problem(
            HTTPStatus.CONFLICT,
            "Sổ chợ đã đổi sau lần nhập này",
            "The register was changed after this import",
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
        "EntryRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Còn chỗ cần sửa, chưa ghi gì",
            "What was filled in breaks rules",
        ),
        "ProgrammeNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có chương trình này", "No such programme or wave"
        ),
        "ProgrammeChangedMeanwhile": Problem(
            HTTPStatus.CONFLICT,
            "Chương trình hoặc đợt này vừa được người khác sửa",
            "Somebody else changed this programme or wave meanwhile",
        ),
        "TargetNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có mục tiêu này", "No such target"),
        "TargetSetMeanwhile": Problem(
            HTTPStatus.CONFLICT,
            "Mục tiêu này vừa được người khác đặt lại",
            "Somebody else set this target meanwhile",
        ),
        "CashPointNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có điểm nạp, rút này", "No such cash point"
        ),
        "TeamNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có tổ này", "No such team"),
        "TeamMemberNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Tổ không có thành viên này", "No such team member"
        ),
        "VisitNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có lần ghé này", "No such visit"),
        "ModelCardNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Chợ chưa có bảng 4-G này", "No such model card"
        ),
        "ModelCardChangedMeanwhile": Problem(
            HTTPStatus.CONFLICT,
            "Bảng 4-G vừa được người khác sửa",
            "Somebody else changed the model card meanwhile",
        ),
        "AdminUnitNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có đơn vị hành chính này", "No such administrative unit"
        ),
        "AreaNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có địa bàn này", "No such area"),
        "ZoneNotFound": Problem(HTTPStatus.NOT_FOUND, "Chợ không có khu này", "No such zone"),
        "ListRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không nhận tệp này",
            "The file is not taken",
            exit_code=_FILE_REJECTED,
        ),
        "StepRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa làm được bước này", "The vendor may not take this step"
        ),
        "HoldingRefused": Problem(
            HTTPStatus.CONFLICT,
            "Chưa ghi được việc giữ gian hàng",
            "The stall does not change hands this way",
        ),
        "MergeRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa gộp được hai hồ sơ", "The two records are not merged"
        ),
        "MergeNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có lần gộp này", "No such standing merge"
        ),
        "MergeChangedSince": Problem(
            HTTPStatus.CONFLICT,
            "Hồ sơ đã đổi sau khi gộp, chưa tách được",
            "The merge was built upon since",
        ),
        "ChangedMeanwhile": Problem(
            HTTPStatus.CONFLICT,
            "Người khác vừa sửa hồ sơ này",
            "Somebody else changed this vendor meanwhile",
        ),
        "PosterShowsName": Problem(
            HTTPStatus.CONFLICT,
            "Tấm mã đang dùng còn in tên cũ",
            "Posters in use show the old name",
        ),
        "PaymentsNotSeen": Problem(
            HTTPStatus.FORBIDDEN,
            "Người bán không cho xem tiền",
            "The vendor lets nobody see payments",
        ),
        "NoticeNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có bản thông báo này", "No such privacy notice"
        ),
        "NoticeAltered": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Bản thông báo bị sửa",
            "A published privacy notice was altered",
        ),
        "ConsentRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Chưa ghi được sự đồng ý",
            "The consent cannot be recorded",
        ),
        "PrivacyRequestNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có yêu cầu này", "No such privacy request"
        ),
        "PrivacyStepRefused": Problem(
            HTTPStatus.CONFLICT,
            "Yêu cầu này chưa làm được bước đó",
            "The privacy request cannot take this step",
        ),
        "OnboardingRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Còn chỗ cần sửa, chưa lưu được",
            "Some fields need to be mended first",
        ),
        "CursorUnreadable": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không rõ xem tiếp từ đâu",
            "The place to go on from is not known",
        ),
        "AcceptancePointNotFound": Problem(
            HTTPStatus.NOT_FOUND,
            "Người bán không có tài khoản này đang dùng",
            "The vendor has no such open account",
        ),
        "AccountAlreadyOpen": Problem(
            HTTPStatus.CONFLICT,
            "Người bán đã có tài khoản này",
            "The vendor already has this account",
        ),
        "AccountChangeNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có đề nghị này", "No such proposal"
        ),
        "AccountChangeOpen": Problem(
            HTTPStatus.CONFLICT,
            "Đang có một đề nghị chưa duyệt xong",
            "A proposal of this vendor is not decided yet",
        ),
        "AlreadyDecided": Problem(
            HTTPStatus.CONFLICT, "Đề nghị này đã xong", "The proposal is decided already"
        ),
        "NotConfirmedYet": Problem(
            HTTPStatus.CONFLICT, "Người bán chưa xác nhận", "The vendor has not confirmed yet"
        ),
        "ConfirmationRefused": Problem(
            HTTPStatus.CONFLICT,
            "Chưa ghi được lời xác nhận",
            "The confirmation cannot be taken like this",
        ),
        "ProposerHeldTheKey": Problem(
            HTTPStatus.CONFLICT,
            "Người đề nghị cũng là người cấp đường dẫn: xác nhận bằng giấy có chữ ký",
            "Whoever proposed it also issued the link: confirm on paper, with a signature",
        ),
        "SecondPersonNeeded": Problem(
            HTTPStatus.FORBIDDEN, "Cần người thứ hai duyệt", "A second person must decide"
        ),
        "WithdrawalRefused": Problem(
            HTTPStatus.FORBIDDEN,
            "Chỉ người đề nghị hoặc người bán rút lại được",
            "Only who proposed it, or the vendor, takes it back",
        ),
        "DisplayedCodeNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Gian hàng không có mã QR này", "No such QR code at this stall"
        ),
        "CodeNotRecorded": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Chưa ghi được mã QR này",
            "The QR code is not recorded",
        ),
        "AuditRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa bốc được tấm mã để kiểm tra", "The round is not drawn"
        ),
        "RoundNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có đợt kiểm tra này", "No such round of checks"
        ),
        "CheckRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Chưa ghi được lần kiểm tra",
            "The check is not recorded",
        ),
        "CheckNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có lần kiểm tra này", "No such check"
        ),
        "ComplaintNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có phản ánh này", "No such complaint"
        ),
        "ComplaintStepRefused": Problem(
            HTTPStatus.CONFLICT,
            "Phản ánh chưa tới bước này",
            "The complaint may not take this step",
        ),
        "IncidentNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có sự cố này", "No such incident"),
        "IncidentStepRefused": Problem(
            HTTPStatus.CONFLICT, "Sự cố chưa tới bước này", "The incident may not take this step"
        ),
        "LedgerHoldsFingerprints": Problem(
            HTTPStatus.CONFLICT,
            "Sổ khoản nhận đang dùng khoá dấu vân tay này",
            "The ledger rests on this fingerprint key",
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
        "RulesDamaged": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Bộ quy tắc đã lưu không còn đúng mã băm",
            "Kept rules no longer have their hash",
        ),
        "UnknownProvider": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không có bộ đọc cho nguồn này",
            "No reader for this provider",
        ),
        "ChannelRefused": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Kênh của nhà cung cấp chưa được đặt đúng",
            "A provider's channel is not configured rightly",
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
        "WorkersLost": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Các tiến trình đối soát liên tiếp dừng giữa chừng",
            "The workers of a run died again and again",
        ),
        "ClusterUnreachable": Problem(
            HTTPStatus.BAD_GATEWAY, "Cụm máy không trả lời", "The cluster does not answer"
        ),
        "LakeRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Kho Parquet thiếu hoặc hỏng tệp",
            "The lake lacks a file or holds a damaged one",
        ),
        "LakeFolderTaken": Problem(
            HTTPStatus.CONFLICT,
            "Thư mục này đã có kho hoặc kết quả, chọn thư mục khác",
            "This folder holds a lake or results already, choose another",
        ),
        "LakeDisagrees": Problem(
            HTTPStatus.CONFLICT,
            "Kho đủ tệp nhưng không hợp với sổ ở đây, chưa nhập gì",
            "The lake is whole but does not fit this database, nothing was imported",
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
        "PollsRefused": Problem(
            HTTPStatus.BAD_GATEWAY,
            "Có nhà cung cấp không trả lời được",
            "Some providers could not be asked",
        ),
        "DaysRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Khoảng ngày bị ngược",
            "The span of days ends before it begins",
        ),
        "SpanTooLong": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Khoảng ngày quá dài",
            "The span of days is too long",
        ),
        "MonthNotBegun": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Tháng này chưa bắt đầu", "This month has not begun"
        ),
        "DayNotOver": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Ngày này chưa đến", "This day has not come yet"
        ),
        "DayOutOfRange": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Ngày quá xa", "This day is too far away"
        ),
        "BreakNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có khoản lệch này", "There is no such break"
        ),
        "BreakStepRefused": Problem(
            HTTPStatus.CONFLICT,
            "Khoản lệch này không làm bước đó được",
            "The break cannot take this step",
        ),
        "SecondPairNeeded": Problem(
            HTTPStatus.CONFLICT,
            "Người đề xuất không tự duyệt được",
            "Whoever proposed it does not decide on it",
        ),
        "NoClosedDays": Problem(
            HTTPStatus.CONFLICT,
            "Trong các ngày này chưa chốt ngày nào",
            "None of these days is closed",
        ),
        "RuleChangeNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có lần đổi quy tắc này", "No such change of the rules"
        ),
        "NothingToClaim": Problem(
            HTTPStatus.CONFLICT,
            "Không có khoản nào thu phí cao hơn hợp đồng",
            "No fee is above the contract",
        ),
        "NoFeeCompared": Problem(
            HTTPStatus.CONFLICT,
            "Chưa so được khoản phí nào của nguồn này với hợp đồng",
            "No fee of this source could be compared with a contract",
        ),
        "RuleSetNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không giữ quy tắc có mã này", "No rules with this hash are kept"
        ),
        "RuleChangeRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa đổi quy tắc được", "The rules are not changed"
        ),
        "NamedPersonNeeded": Problem(
            HTTPStatus.FORBIDDEN,
            "Cần người đăng nhập bằng tên của mình",
            "Somebody signed in by name is needed",
        ),
        "BookLockRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa khoá, mở sổ được", "The books are not locked or opened"
        ),
        "BookLockNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có đề xuất này", "No such proposal"
        ),
        "RunRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Tệp run.json không phải của một lần đối soát",
            "run.json is not that of a run",
        ),
        "RunFilesRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Sổ và kết quả không phải của cùng một lần đối soát",
            "The books are not those of the run",
        ),
        "RecordNotFound": Problem(
            HTTPStatus.NOT_FOUND,
            "Lần đối soát này không có dòng đó",
            "The run tells no such record",
        ),
        "ProofNotFound": Problem(
            HTTPStatus.NOT_FOUND,
            "Không có khoản này trong sổ đã chốt của ngày",
            "No such payment in the closed books of the day",
        ),
        "VersionNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Ngày này chưa có lần chốt đó", "No such version of this day"
        ),
        "DeliveryNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có lượt nhận này", "No such delivery"
        ),
        "RejectNotFound": Problem(
            HTTPStatus.NOT_FOUND,
            "Lượt này không có dòng đó",
            "The delivery has no such rejected row",
        ),
        "DeliveryForgotten": Problem(
            HTTPStatus.GONE, "Bản gốc đã hết hạn giữ", "The raw bytes are not kept any more"
        ),
        "RawLost": Problem(
            HTTPStatus.NOT_FOUND,
            "Bản gốc bị mất hoặc hỏng, khôi phục từ bản sao lưu",
            "The raw bytes are lost, restore a backup",
        ),
        "DeliveryVoided": Problem(
            HTTPStatus.CONFLICT, "Lượt nhận này đã huỷ", "This delivery was taken back"
        ),
        "VoidRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa huỷ được lượt nhận này", "The delivery is not taken back"
        ),
        "PaymentNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có khoản chưa rõ này", "No such unattributed payment"
        ),
        "AttributionRefused": Problem(
            HTTPStatus.CONFLICT, "Chưa ghi được tiền là của ai", "The payment is not attributed"
        ),
        "ExpectedFilesRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Quy định giờ có sao kê chưa đúng",
            "The rules of when files are due cannot be used",
        ),
        "RequestNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có mã đúng số tiền này", "No such request for an amount"
        ),
        "RequestNotOpen": Problem(
            HTTPStatus.CONFLICT,
            "Mã này đã có kết quả, không huỷ được nữa",
            "This request is not open any more",
        ),
        "NotPayable": Problem(
            HTTPStatus.CONFLICT,
            "Chưa có tài khoản ngân hàng đúng tên để làm mã",
            "No account that a code may pay",
        ),
        "RequestsNotKept": Problem(
            HTTPStatus.CONFLICT,
            "Khoản khách trả không báo về đây, nên mã này không được ghi lại",
            "Payments are not told here, so no request is kept",
        ),
        "TooManyOpenRequests": Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Đang có nhiều mã chờ khách trả. Cô/bác huỷ bớt, hoặc chờ mã cũ hết giờ",
            "Too many requests are open at once",
        ),
        "TooManyRequests": Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Vừa làm nhiều mã quá. Cô/bác chờ vài phút rồi làm tiếp",
            "Too many requests in a short time",
        ),
        # the doors
        "SecurityError": Problem(HTTPStatus.FORBIDDEN, "Không mở được", "Not allowed"),
        "AskedTooOften": Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Máy này hỏi quá nhanh. Đợi ít giây rồi mở lại",
            "This address asks too often; wait some seconds",
        ),
        "PeriodNotPublished": Problem(
            HTTPStatus.NOT_FOUND, "Kỳ này chưa được công bố", "This period is not published"
        ),
        "TooManyStreams": Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Nhiều trang đang chờ tin. Trang này tự xem lại sau ít giây",
            "Too many pages wait for news; this one asks again by itself",
        ),
        "HooksBusy": Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Đang có nhiều tin báo chờ ghi. Gửi lại sau ít phút",
            "Many deliveries wait to be stored; send it again later",
        ),
        "AddressUnreadable": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Địa chỉ có chỗ chưa đọc được",
            "Part of the request cannot be read",
        ),
        "LinkUnreadable": Problem(
            HTTPStatus.NOT_FOUND, "Đường dẫn thiếu hoặc sai", "The link is incomplete or not ours"
        ),
        "LinkExpired": Problem(
            HTTPStatus.FORBIDDEN, "Đường dẫn đã hết hạn", "The link has expired"
        ),
        "SignInNeeded": Problem(
            HTTPStatus.UNAUTHORIZED, "Cần đăng nhập hoặc mã API", "A sign-in or API token is needed"
        ),
        "LinkNeeded": Problem(
            HTTPStatus.UNAUTHORIZED,
            "Trang này mở bằng đường dẫn riêng",
            "This page opens with a link",
        ),
        "TokenRefused": Problem(
            HTTPStatus.UNAUTHORIZED, "Mã API không dùng được nữa", "The API token does not hold"
        ),
        "PasswordMustChange": Problem(
            HTTPStatus.FORBIDDEN, "Cần đổi mật khẩu trước", "The password has to be changed first"
        ),
        "MarketNotNamed": Problem(
            HTTPStatus.FORBIDDEN, "Cần chọn một chợ trước", "A market has to be chosen first"
        ),
        "ScopeRefused": Problem(
            HTTPStatus.FORBIDDEN,
            "Không mở được với vai trò này",
            "Not open to this role or this place",
        ),
        "CsrfRefused": Problem(
            HTTPStatus.FORBIDDEN,
            "Trang mở quá lâu hoặc gửi từ nơi khác",
            "The form was not sent from a page of this service",
        ),
        "SubmissionDiffers": Problem(
            HTTPStatus.CONFLICT,
            "Việc này đã ghi rồi, với nội dung khác",
            "Carried out already, with other content",
        ),
        "PinRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "Không dùng được mã PIN này", "This PIN is not taken"
        ),
        "PinNeeded": Problem(HTTPStatus.FORBIDDEN, "Cần mã PIN", "The PIN is needed"),
        "PinWrong": Problem(HTTPStatus.FORBIDDEN, "Mã PIN chưa đúng", "The PIN is wrong"),
        "PinLocked": Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Nhập sai mã PIN nhiều lần, tạm khoá",
            "Too many wrong PINs, locked for a while",
        ),
        "PasswordRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Không dùng được mật khẩu này",
            "This password is not taken",
        ),
        "UserNotFound": Problem(HTTPStatus.NOT_FOUND, "Không có tài khoản này", "No such user"),
        "UserRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Chưa ghi được tài khoản",
            "The user is not written",
        ),
        "AccessNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có mục này để thu hồi", "Nothing of the kind to revoke"
        ),
        "BodyTooLarge": Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Nội dung gửi lên quá lớn", "The body is too large"
        ),
        # adoption
        "AdoptionError": Problem(
            HTTPStatus.CONFLICT, "Chưa tính được số này", "This figure cannot be told"
        ),
        "ReportFileNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Bản báo cáo này không có tệp đó", "The edition has no such file"
        ),
        "RevisionTellsFew": Problem(
            HTTPStatus.CONFLICT,
            "Bản trước vẫn giữ: phần thay đổi là của quá ít tiểu thương để công bố",
            "The edition before stays: what changed is the money of too few vendors to be told",
        ),
        "MonthsNotPublished": Problem(
            HTTPStatus.CONFLICT,
            "Công bố các tháng trong kỳ trước: quý, năm không nói về tháng nào khi tháng ấy chưa công bố",
            "Publish the months first: a quarter or a year tells of no month before the month does",
        ),
        "NoMarketInPeriod": Problem(
            HTTPStatus.CONFLICT,
            "Kỳ này chưa có chợ nào: không có gì để công bố",
            "No market had opened in this period: there is nothing to publish",
        ),
        "NotMeasuredYet": Problem(
            HTTPStatus.CONFLICT,
            "Kỳ này chưa được tính sẵn: máy tính dần mỗi đêm",
            "This period is not measured yet: the machine does some of them each night",
        ),
        "NotPublishedBy": Problem(
            HTTPStatus.NOT_FOUND,
            "Đến ngày đó kỳ này chưa được công bố",
            "The period was not published by that day",
        ),
        "DayNotCome": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Ngày này chưa tới: số liệu chỉ đọc được theo ngày đã qua hoặc hôm nay",
            "This day has not come: figures are read as of a day until today",
        ),
        "PeriodNotBegun": Problem(
            HTTPStatus.NOT_FOUND, "Kỳ này chưa bắt đầu", "This period has not begun"
        ),
        "PlaceNotInPeriod": Problem(
            HTTPStatus.NOT_FOUND,
            "Số liệu của kỳ này có trước chợ hoặc địa bàn này",
            "The figures of this period are older than this market or area",
        ),
        "PeriodNotReadable": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Kỳ báo cáo ghi chưa đúng",
            "The reporting period is not readable",
        ),
        "CurveRefused": Problem(
            HTTPStatus.CONFLICT,
            "Chưa đủ dữ liệu để vẽ đường lan tỏa",
            "The data do not allow a diffusion curve",
        ),
        "SeasonsRefused": Problem(
            HTTPStatus.CONFLICT,
            "Chưa đủ hai năm để tính mùa vụ",
            "Two years of data are needed to see a season",
        ),
        "TablesNotProtectable": Problem(
            HTTPStatus.CONFLICT,
            "Bảng này cùng các bảng đã công bố sẽ làm lộ số của từng người",
            "With what is published already these tables would give somebody away",
        ),
        "RoundingNotPossible": Problem(
            HTTPStatus.CONFLICT,
            "Không làm tròn được bảng này mà các tổng vẫn khớp",
            "These counts cannot be rounded so that they add up",
        ),
        "DisclosureSecretRefused": Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            "Chưa đặt tham số bảo mật cho bảng công bố",
            "The secret parameter of the disclosure rules is not set",
        ),
        "SampleTooSmall": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Mẫu quá nhỏ cho các nhóm đã chia",
            "The sample is too small for its strata",
        ),
        "SurveyNotEstimable": Problem(
            HTTPStatus.CONFLICT,
            "Chưa đủ phiếu trả lời để ước lượng",
            "There are too few answers for an estimate",
        ),
        "NoTakings": Problem(
            HTTPStatus.CONFLICT,
            "Không phiếu nào ghi có tiền bán",
            "No answer tells of any takings",
        ),
        "SurveyNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có đợt khảo sát này", "There is no such survey"
        ),
        "SurveyVisitNotFound": Problem(
            HTTPStatus.NOT_FOUND, "Không có lượt hỏi này", "There is no such survey visit"
        ),
        "SurveyFileRefused": Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "Tệp phiếu khảo sát thiếu cột",
            "The file of answers lacks a column",
            _FILE_REJECTED,
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
