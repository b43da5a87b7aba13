"""What feeds, deliveries and what became of them are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from merchants.sentences import Sentence
from reconciliation.operations.candidates import Hint
from reconciliation.records import Book, SignatureStatus, SourceChannel, TransactionType
from reconciliation.tables import Decision, DeliveryState

if TYPE_CHECKING:
    from reconciliation.operations.replaying import Replayed

PROVIDERS: Mapping[str, str] = MappingProxyType(
    {
        "stripe": "Stripe",
        "sepay": "SePay",
        "casso": "Casso",
        "payos": "payOS",
        "momo": "MoMo",
        "zalopay": "ZaloPay",
        "vnpay": "VNPAY",
        "viettel": "Viettel Money",
        "shopeepay": "ShopeePay",
        "gsma": "GSMA Mobile Money",
        "mtn": "MTN MoMo",
        "mpesa": "M-Pesa",
        "bank_vcb": "Vietcombank",
        "bank_mb": "MB",
        "bank_tcb": "Techcombank",
        "bank_agribank": "Agribank",
        "bank_acb": "ACB",
        "bank_msb": "MSB",
        "bank_camt": "ISO 20022 camt",
        "bank_mt940": "MT940",
        "napas": "NAPAS",
        "generic": "Mẫu chung",
    }
)
"""Names of providers stay what they are in every language."""
CHANNELS: Mapping[SourceChannel, str] = MappingProxyType(
    {
        SourceChannel.WEBHOOK: "báo ngay",
        SourceChannel.POLL: "hỏi định kỳ",
        SourceChannel.FILE: "tệp",
    }
)
STATES: Mapping[DeliveryState, str] = MappingProxyType(
    {
        DeliveryState.RECEIVED: "đã nhận, chưa đọc",
        DeliveryState.PROCESSED: "đã đọc",
        DeliveryState.DUPLICATE: "gửi lặp",
        DeliveryState.QUARANTINED: "chữ ký sai",
        DeliveryState.REJECTED: "không nhận tệp",
        DeliveryState.FAILED: "lỗi của máy chủ",
        DeliveryState.VOIDED: "lượt đã huỷ",
    }
)
STATE_FLAGS: Mapping[DeliveryState, tuple[str, str]] = MappingProxyType(
    {
        DeliveryState.RECEIVED: ("attn", "clock"),
        DeliveryState.PROCESSED: ("ok", "check"),
        DeliveryState.DUPLICATE: ("calm", "refresh"),
        DeliveryState.QUARANTINED: ("bad", "lock"),
        DeliveryState.REJECTED: ("attn", "warn"),
        DeliveryState.FAILED: ("bad", "warn"),
        DeliveryState.VOIDED: ("calm", "undo"),
    }
)
"""Kind and icon of the flag that stands for a state."""
SIGNATURES: Mapping[SignatureStatus, str] = MappingProxyType(
    {
        SignatureStatus.VALID: "chữ ký đúng",
        SignatureStatus.INVALID: "chữ ký sai",
        SignatureStatus.UNSIGNED: "bên gửi không ký, địa chỉ riêng thay chữ ký",
        SignatureStatus.NOT_CHECKED: "tệp không có chữ ký",
    }
)
FILE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "empty": "tệp trống",
        "too_large": "tệp hoặc một dòng quá lớn",
        "unsupported_format": "không phải dạng tệp đọc được",
        "encrypted": "tệp còn mã hoá",
        "encoding": "bảng mã chữ lẫn lộn",
        "control_character": "có ký tự điều khiển",
        "xml_dtd": "XML có phần khai báo bị cấm",
        "not_parseable": "tệp hỏng cấu trúc",
        "schema": "cột của tệp đã đổi",
        "partial": "tệp bị cắt, thiếu dòng cuối",
        "control_totals": "số tổng không khớp các dòng",
        "checksum": "mã kiểm tra sai",
        "wrong_account": "tệp của tài khoản khác, hoặc không rõ của tài khoản nào",
        "signature": "chữ ký sai",
        "stale": "giờ gửi lệch quá mức cho phép",
        "reference": "thiếu mã tham chiếu",
        "fault": "máy chủ gặp lỗi khi đọc",
        "amount": "số tiền không đọc được",
        "amount_range": "số tiền quá lớn",
        "amount_sides": "cả hai cột ghi nợ, ghi có, hoặc không cột nào",
        "amount_sign": "dấu của số tiền sai",
        "date": "ngày không có thật hoặc sai dạng",
        "balance": "số dư không nối tiếp",
        "net": "thực nhận khác tổng trừ phí",
        "status": "trạng thái lạ",
        "ragged_row": "dòng thừa ô",
        "field_length": "một ô dài quá chỗ ghi",
    }
)
"""By the code of the reason; a code that is not here is shown as it is."""
_ANOTHER_FILE = "Tải lại tệp từ ngân hàng rồi nạp lại; bản cũ vẫn giữ để xem."
_ROW_REMEDY = (
    "Mở dòng gốc xem sai ở đâu. Xin ngân hàng tệp đúng rồi nạp lại: tệp đúng thay tệp này. "
    "Các dòng khác đã được ghi."
)
_ROW_REMEDIES: Mapping[SourceChannel, str] = MappingProxyType(
    {
        SourceChannel.FILE: _ROW_REMEDY,
        SourceChannel.WEBHOOK: (
            "Mở dòng gốc xem sai ở đâu, rồi nhờ bên gửi báo lại cho đúng. "
            "Nếu họ không báo lại: lấy sao kê của ngày đó."
        ),
        SourceChannel.POLL: (
            "Mở dòng gốc xem sai ở đâu, rồi báo bên gửi: họ sửa xong thì lần hỏi sau lấy được. "
            "Các dòng khác đã được ghi."
        ),
    }
)
"""Nobody takes a file in again for what came by itself."""
REMEDIES: Mapping[str, str] = MappingProxyType(
    {
        "empty": _ANOTHER_FILE,
        "too_large": "Xin tệp theo từng ngày, hoặc nạp bằng cho40 feed ingest với --mib-max lớn hơn.",
        "unsupported_format": "Tải sao kê dạng CSV hoặc XLSX, không phải PDF hay XLS kiểu cũ.",
        "encrypted": "Giải mã bằng khoá đã hẹn với bên gửi rồi nạp lại.",
        "encoding": "Mở tệp, lưu lại dạng CSV UTF-8 rồi nạp lại.",
        "control_character": _ANOTHER_FILE,
        "xml_dtd": "Xin bên gửi tệp XML không có khai báo DOCTYPE.",
        "not_parseable": _ANOTHER_FILE,
        "schema": "Trang Hôm nay ghi cột nào đã đổi. Xin tệp theo mẫu cũ, hoặc cập nhật bộ đọc rồi bấm Đọc lại.",
        "partial": "Thiếu dòng cuối nên không biết đã đủ chưa: tải lại trọn tệp rồi nạp lại.",
        "control_totals": "Đừng sửa tay. Tải lại tệp rồi nạp lại; nếu vẫn lệch, hỏi ngân hàng.",
        "checksum": "Tải lại tệp rồi nạp lại; nếu vẫn sai, báo bên gửi.",
        "wrong_account": "Nạp lại và ghi đúng, đủ số tài khoản của tệp: ô kiểu số của Excel mất số 0 ở đầu.",
        "signature": "Xem khoá trong CHO40_HOOKS có đúng khoá của bên gửi, rồi bấm Đọc lại. Nếu không phải bên gửi thật: huỷ lượt này.",
        "stale": "Xem giờ của máy chủ. Bên gửi thường tự gửi lại; nếu không, lấy sao kê của ngày đó.",
        "fault": "Lỗi của phần mềm, bản gốc vẫn giữ: cập nhật rồi bấm Đọc lại.",
        **dict.fromkeys(
            ("amount", "amount_range", "amount_sides", "amount_sign", "date", "balance", "net",
             "status", "ragged_row", "field_length", "reference"),
            _ROW_REMEDY,
        ),
    }
)  # fmt: skip
"""By the code of the reason: what a person does about it."""
CONTROLS: Mapping[str, str] = MappingProxyType(
    {
        "agree": "khớp",
        "differ": "lệch, vì có dòng chưa đọc được",
        "absent": "tệp không ghi số tổng",
    }
)
COMPLETENESS: Mapping[str, str] = MappingProxyType(
    {
        "complete": "đủ",
        "partial": "còn dòng chờ",
        "unknown": "không rõ đủ chưa",
    }
)
DECISIONS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.OPEN: "chờ người thứ hai",
        Decision.APPROVED: "đã duyệt",
        Decision.REFUSED: "không duyệt",
        Decision.WITHDRAWN: "đã rút",
    }
)
BOOKS: Mapping[Book, str] = MappingProxyType({Book.PAYMENTS: "báo ngay", Book.STATEMENT: "sao kê"})
HINTS: Mapping[Hint, str] = MappingProxyType(
    {
        Hint.ACCOUNT: "tài khoản của người này ngày đó",
        Hint.ACCOUNT_ELSEWHEN: "tài khoản của người này vào ngày khác",
        Hint.CODE: "lời nhắn có mã người này",
        Hint.REQUEST: "lời nhắn nêu số tiền người này đã yêu cầu",
    }
)
KINDS: Mapping[TransactionType, str] = MappingProxyType(
    {
        TransactionType.PAYMENT: "khách trả",
        TransactionType.REFUND: "trả lại khách",
        TransactionType.REFUND_REVERSAL: "huỷ trả lại",
        TransactionType.REVERSAL: "đảo khoản",
        TransactionType.CHARGEBACK: "khách đòi lại",
        TransactionType.CHARGEBACK_REVERSAL: "thôi đòi lại",
        TransactionType.FEE: "phí",
        TransactionType.TAX: "thuế",
        TransactionType.PAYOUT: "tiền ví chuyển về",
        TransactionType.PAYOUT_REVERSAL: "tiền ví bị trả lại",
        TransactionType.TRANSFER: "chuyển đi",
        TransactionType.TOPUP: "nạp tiền",
        TransactionType.ADJUSTMENT: "điều chỉnh",
        TransactionType.RESERVE: "giữ lại",
        TransactionType.OTHER: "khác",
    }
)
PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "raw": "Bản gốc bị mất hoặc hỏng, không đọc lại được. Khôi phục từ bản sao lưu rồi thử lại.",
        "signature": "Chữ ký vẫn chưa đúng với khoá đang dùng. Thêm khoá cũ vào cài đặt rồi thử lại.",
        "channel": "Nguồn này chưa mở trong cài đặt, nên chưa kiểm tra được chữ ký.",
        "reader": "Bộ đọc bây giờ không đọc được tệp này nữa. Những dòng đã ghi vẫn giữ nguyên.",
    }
)


def reason_words(reason: str) -> str:
    """Return a reason in words: its code told, what the reader added left as it stands."""
    code, colon, detail = reason.partition(":")
    words = FILE_REASONS.get(code.strip())
    return words if words is not None else (detail.strip() if colon else reason)


def reasons_told(reason: str) -> list[str]:
    """Return each reason of a delivery in words; a file may have rows that wait for several."""
    codes = reason.partition(":")[0].split(",")
    if len(codes) > 1 and all(code.strip() in FILE_REASONS for code in codes):
        return [FILE_REASONS[code.strip()] for code in codes]
    return [reason_words(reason)] if reason else []


def remedy_words(reason: str, channel: SourceChannel) -> str:
    """Return what a person does about a delivery or row with that reason; empty = nothing special."""
    remedy = REMEDIES.get(reason.partition(":")[0].split(",")[0].strip(), "")
    return _ROW_REMEDIES[channel] if remedy == _ROW_REMEDY else remedy


def detail_told(reason: str) -> str:
    """Return what the reader added for whoever mends it; empty = nothing, or nothing but words."""
    code, _, detail = reason.partition(":")
    return detail.strip() if code.split(",")[0].strip() in FILE_REASONS else ""


def tell_replayed(one: "Replayed") -> str:
    """Return in one sentence what came of reading a delivery again."""
    if one.problem:
        return PROBLEMS[one.problem]
    if not one.is_changed:
        return (
            Sentence("Đọc lại, chưa khác trước: còn {n} dòng chờ.", n=one.rows_waiting)
            if one.rows_waiting
            else "Đọc lại, chưa khác trước."
        )
    if one.after is DeliveryState.DUPLICATE:
        return "Chữ ký đúng. Nội dung này đã nhận ở lượt khác, không ghi thêm."
    if one.after is not DeliveryState.PROCESSED:
        return Sentence("Vẫn chưa đọc được: {why}.", why=Sentence(reason_words(one.reason)))
    if one.rows_waiting:
        return Sentence(
            "Đọc được: thêm {new} khoản mới, {revised} khoản đổi; còn {waiting} dòng chờ.",
            new=one.rows_new,
            revised=one.rows_revised,
            waiting=one.rows_waiting,
        )
    return Sentence(
        "Đọc được hết: thêm {new} khoản mới, {revised} khoản đổi.",
        new=one.rows_new,
        revised=one.rows_revised,
    )
