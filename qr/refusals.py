"""Why a payload is not written, said in English and in Vietnamese; the facts never change."""

from collections.abc import Mapping

from qr.errors import PayloadRefused
from qr.findings import shorten

FIELDS_VI: Mapping[str, str] = {
    "bin": "mã ngân hàng (BIN)",
    "account": "số tài khoản",
    "merchant_name": "tên người nhận",
    "merchant_city": "nơi bán",
    "amount_vnd": "số tiền",
    "service": "dịch vụ",
    "mcc": "mã ngành hàng",
    "purpose": "nội dung chuyển khoản",
    "bill_number": "số hóa đơn",
    "store_label": "mã cửa hàng",
    "reference_label": "mã tham chiếu",
    "terminal_label": "mã quầy",
    "additional": "phần thông tin thêm (trường 62)",
    "bank_name": "tên ngân hàng",
    "with_accents": "tên có dấu",
    "stdin": "đầu vào",
    "payload": "nội dung mã",
}


def payload_refused(field: str, fact: str, **values: object) -> PayloadRefused:
    """Return the refusal named ``fact`` of a field, its sentences filled with the values.

    What was sent (``value``, ``folded``, ``character``) is shown quoted and never in full length.
    """
    reason, reason_vi = SENTENCES[fact]
    shown = {name: _quoted(v) if name in _QUOTED else v for name, v in values.items()}
    return PayloadRefused(
        field,
        reason.format(**shown),
        fact=fact,
        message_vi=f"{FIELDS_VI.get(field, field)}: {reason_vi.format(**shown)}",
    )


def _quoted(value: object) -> str:
    if isinstance(value, str):
        return shorten(value)
    written = repr(value)
    return written if len(written) <= _SHOWN_MAX else f"{written[:_SHOWN_MAX]}…"


_QUOTED = frozenset({"value", "folded", "character"})
_SHOWN_MAX = 60

SENTENCES: Mapping[str, tuple[str, str]] = {
    "no-text": ("is {value}, must be text", "là {value}, phải là chữ"),
    "no-flag": ("is {value}, must be true or false", "là {value}, phải là true hoặc false"),
    "no-integer": (
        "is {value} ({kind}), must be a plain int",
        "là {value} ({kind}), phải là số nguyên đồng",
    ),
    "amount-range": (
        "is {value}, must be 1 to {limit}",
        "là {value}, phải từ 1 đến {limit} đồng",
    ),
    "unknown-bin": (
        "{value} is not in the participant table",
        "{value} không có trong bảng ngân hàng nhận VietQR",
    ),
    "unverified-bin": (
        "{value} is listed as unverified, not to be paid",
        "{value} chưa được xác minh, không trả vào đó",
    ),
    "wallet": (
        "{value} is a wallet's: its own code is taken over from a photo, never built",
        "{value} là của ví điện tử: chụp mã do ví cấp để in lại, không tự tạo mã",
    ),
    "unknown-bank": ("{english}", "{vietnamese}"),
    "other-bin": (
        "{value} has BIN {named}, not {given}",
        "{value} có BIN {named}, không phải {given}",
    ),
    "account": (
        "{value} holds {length} characters, 1 to {limit} of A-Z, a-z, 0-9 are allowed",
        "{value} có {length} ký tự, chỉ nhận 1 đến {limit} chữ cái không dấu và chữ số, viết liền",
    ),
    "service": (
        "is {value}, must be QRIBFTTA (to an account), QRIBFTTC (to a card) or QRPUSH (to a merchant)",
        "là {value}, phải là QRIBFTTA (tài khoản), QRIBFTTC (thẻ) hoặc QRPUSH (điểm bán)",
    ),
    "mcc": ("is {value}, must be four digits", "là {value}, phải là bốn chữ số"),
    "lost-character": (
        "{value} has {character}, which no bank keeps and folding would lose",
        "{value} có {character}, ngân hàng không nhận và bỏ dấu sẽ mất",
    ),
    "folds-away": (
        "{value} folds to {folded}, empty or with outer spaces",
        "{value} bỏ dấu còn {folded}, trống hoặc thừa khoảng trắng ở đầu, cuối",
    ),
    "name-length": (
        "{value} holds {length} characters, at most {limit} fit",
        "{value} có {length} ký tự, nhiều nhất {limit}",
    ),
    "label": (
        "is {value}, may hold A-Z a-z 0-9 space _ - . without outer spaces",
        "là {value}, chỉ nhận chữ cái không dấu, chữ số, dấu cách _ - . và không thừa khoảng trắng",
    ),
    "label-length": (
        "holds {length} characters, at most {limit} fit",
        "có {length} ký tự, nhiều nhất {limit}",
    ),
    "template-length": (
        "holds {length} characters with its headers, at most {limit} fit",
        "dài {length} ký tự kể cả đầu mục, nhiều nhất {limit}",
    ),
    "doubled": ("is given more than once", "được ghi nhiều hơn một lần"),
    "no-json": ("is not JSON: {problem}", "không phải JSON: {problem}"),
    "no-object": (
        "is {kind}, must be a JSON object",
        "là {kind}, phải là một đối tượng JSON",
    ),
    "unknown-field": (
        "is no field of a request; those are {fields}",
        "không phải trường của yêu cầu; các trường là {fields}",
    ),
    "missing": ("is missing", "chưa có"),
    "no-utf8": ("is not UTF-8 at byte {place}", "không phải UTF-8 ở byte {place}"),
    "too-long": ("holds more than {limit} bytes", "dài hơn {limit} byte"),
    "empty": ("holds no character", "không có ký tự nào"),
    "surrogate": (
        "character {place} is half of a surrogate pair, which no code can carry",
        "ký tự thứ {place} là nửa cặp thay thế, mã QR không chứa được",
    ),
}
"""Each fact with its English and its Vietnamese sentence."""
