"""What the strict reader says of a payload: stable codes, a place, a sentence in two languages."""

from collections.abc import Mapping
from dataclasses import dataclass

_SHOWN_MAX = 40


@dataclass(frozen=True)
class Finding:
    """One rule a payload breaks.

    ``code`` is ``F1`` to ``F19`` (fatal) or ``D1`` to ``D9`` (deviation), as in ``qr.rules``, and
    ``fact`` the one of the rule's cases, such as ``fee-missing``; neither ever changes its meaning.
    ``path`` names the place, such as ``38.01.00``, or ``payload`` for the whole.
    """

    code: str
    fact: str
    path: str
    message: str
    message_vi: str

    def __str__(self) -> str:
        return f"{self.code} {self.path}: {self.message}"

    @property
    def sentence_vi(self) -> str:
        """Return code, place and message in Vietnamese, as ``str`` does in English."""
        return f"{self.code} {self.path}: {self.message_vi}"


def finding(fact: str, path: str, **values: object) -> Finding:
    """Return the finding named ``fact`` at a place, its sentences filled with the values."""
    code, message, message_vi = SENTENCES[fact]
    shown = {name: shorten(v) if isinstance(v, str) else v for name, v in values.items()}
    return Finding(code, fact, path, message.format(**shown), message_vi.format(**shown))


def shorten(value: str) -> str:
    """Return the value in quotes, unprintable characters escaped, its middle left out when long."""
    half = _SHOWN_MAX // 2
    return repr(value if len(value) <= _SHOWN_MAX else f"{value[:half]}…{value[-half:]}")


SENTENCES: Mapping[str, tuple[str, str, str]] = {
    "empty": ("F1", "holds no character", "không có ký tự nào"),
    "white-space": (
        "F1",
        "white space before or after it ({value}), none is allowed",
        "có khoảng trắng ở đầu hoặc cuối ({value}), phải bỏ đi",
    ),
    "no-crc-end": (
        "F2",
        "ends with {value}, not with 6304 and four hex digits",
        "kết thúc bằng {value}, phải là 6304 và bốn chữ số hex",
    ),
    "crc": (
        "F3",
        "checksum is {declared}, computed {computed}",
        "mã kiểm ghi {declared}, tính ra {computed}",
    ),
    "surrogate": (
        "F3",
        "character {offset} is half of a surrogate pair, which no checksum over UTF-8 can cover",
        "ký tự thứ {offset} là nửa cặp thay thế, UTF-8 không chứa được nên không thể có mã kiểm đúng",
    ),
    "id": (
        "F4",
        "ID {value} at character {offset} is not two digits 0-9",
        "mã trường {value} ở ký tự {offset} không phải hai chữ số 0-9",
    ),
    "length": (
        "F4",
        "length {value} of ID {id} at character {offset} is not two digits 0-9",
        "độ dài {value} của trường {id} ở ký tự {offset} không phải hai chữ số 0-9",
    ),
    "zero": (
        "F5",
        "length 00 of ID {id} at character {offset}, at least 01 is needed",
        "trường {id} ở ký tự {offset} có độ dài 00, ít nhất là 01",
    ),
    "past-end": (
        "F6",
        "ID {id} at character {offset} declares {value} characters, only {available} are left",
        "trường {id} ở ký tự {offset} khai {value} ký tự, chỉ còn {available}",
    ),
    "left-over": (
        "F6",
        "{available} characters {value} are left over at character {offset}",
        "thừa {available} ký tự {value} ở ký tự {offset}",
    ),
    "format-absent": ("F7", "is absent, must be first", "không có, phải đứng đầu"),
    "format-not-first": (
        "F7",
        "is not first: ID {first} stands before it",
        "không đứng đầu: trường {first} đứng trước",
    ),
    "format": ("F7", "is {value}, must be '01'", "là {value}, phải là '01'"),
    "crc-absent": (
        "F8",
        "is absent: the last eight characters belong to another object",
        "không có: tám ký tự cuối thuộc trường khác",
    ),
    "crc-not-last": (
        "F8",
        "is not last: ID {last} stands after it",
        "không đứng cuối: trường {last} đứng sau",
    ),
    "crc-length": ("F8", "holds {length} characters, must be 4", "có {length} ký tự, phải là 4"),
    "repeated": (
        "F9",
        "occurs {times} times, at most once is allowed",
        "xuất hiện {times} lần, chỉ được một lần",
    ),
    "no-account": (
        "F10",
        "no merchant account information: none of the IDs 02 to 51",
        "không có thông tin tài khoản nhận: không có trường nào từ 02 đến 51",
    ),
    "missing": ("F11", "is missing", "không có"),
    "currency": ("F11", "is {value}, must be three digits", "là {value}, phải là ba chữ số"),
    "country": (
        "F11",
        "is {value}, must be two letters A-Z",
        "là {value}, phải là hai chữ cái A-Z",
    ),
    "initiation": ("F12", "is {value}, must be '11' or '12'", "là {value}, phải là '11' hoặc '12'"),
    "mcc": ("F12", "is {value}, must be four digits", "là {value}, phải là bốn chữ số"),
    "amount": (
        "F13",
        "is {value}, must be digits with at most one '.' and not zero",
        "là {value}, phải là chữ số, nhiều nhất một dấu '.', và khác 0",
    ),
    "tip": (
        "F14",
        "is {value}, must be '01', '02' or '03'",
        "là {value}, phải là '01', '02', '03'",
    ),
    "fee-unasked": (
        "F14",
        "is present although 55 is not {needed}",
        "có mặt dù trường 55 không phải {needed}",
    ),
    "fee-missing": (
        "F14",
        "is missing although 55 is {needed}",
        "không có dù trường 55 là {needed}",
    ),
    "fixed-fee": (
        "F14",
        "is {value}, must be digits with at most one '.' and not zero",
        "là {value}, phải là chữ số, nhiều nhất một dấu '.', và khác 0",
    ),
    "percentage": (
        "F14",
        "is {value}, must be a number from 00.01 to 99.99 without '%'",
        "là {value}, phải là số từ 00.01 đến 99.99, không có '%'",
    ),
    "not-a-template": (
        "F15",
        "{value} is not made of whole data objects",
        "{value} không gồm các trường trọn vẹn",
    ),
    "consumer-data": (
        "F16",
        "is {value}, must be made of 'A', 'M', 'E', each at most once",
        "là {value}, phải gồm 'A', 'M', 'E', mỗi chữ nhiều nhất một lần",
    ),
    "language-missing": ("F17", "is missing in template 64", "không có trong mẫu 64"),
    "language": (
        "F17",
        "is {value}, must be two letters A-Z or a-z",
        "là {value}, phải là hai chữ cái A-Z hoặc a-z",
    ),
    "beneficiary-missing": ("F18", "is missing", "không có"),
    "beneficiary-broken": (
        "F18",
        "{value} is not made of whole data objects",
        "{value} không gồm các trường trọn vẹn",
    ),
    "bin": ("F18", "BIN is {value}, must be six digits", "BIN là {value}, phải là sáu chữ số"),
    "bin-missing": ("F18", "BIN is missing", "không có BIN"),
    "account-missing": ("F18", "account is missing", "không có số tài khoản"),
    "account-length": (
        "F18",
        "account holds {length} characters, at most 19 fit",
        "số tài khoản có {length} ký tự, nhiều nhất 19",
    ),
    "beneficiary-extra": (
        "F18",
        "only the IDs 00 and 01 may stand here",
        "ở đây chỉ được có trường 00 và 01",
    ),
    "service": (
        "F18",
        "service is {value}, must be QRIBFTTA, QRIBFTTC, QRPUSH or QRCASH",
        "dịch vụ là {value}, phải là QRIBFTTA, QRIBFTTC, QRPUSH hoặc QRCASH",
    ),
    "not-vietqr": (
        "F19",
        "no template 26 to 51 has the VietQR identifier A000000727",
        "không có mẫu 26 đến 51 nào mang mã VietQR A000000727",
    ),
    "emvco-missing": (
        "D1",
        "is missing: mandatory in EMVCo, optional in VietQR",
        "không có: bắt buộc theo EMVCo, tùy chọn theo VietQR",
    ),
    "over-length": (
        "D2",
        "holds {length} characters, at most {limit} fit",
        "có {length} ký tự, nhiều nhất {limit}",
    ),
    "over-size": (
        "D2",
        "holds {length} bytes, at most {limit} are advised",
        "dài {length} byte, nên nhiều nhất {limit}",
    ),
    "not-ascii": (
        "D3",
        "{value} has characters outside 0x20 to 0x7E",
        "{value} có ký tự ngoài 0x20 đến 0x7E",
    ),
    "not-nfc": (
        "D4",
        "{value} is not in precomposed form (NFC)",
        "{value} không ở dạng dựng sẵn (NFC)",
    ),
    "lower-case-crc": ("D5", "{value} has lower-case digits", "{value} có chữ số viết thường"),
    "undefined": ("D6", "is used but has no meaning yet", "được dùng dù chưa có nghĩa"),
    "no-guid": (
        "D7",
        "has no unique identifier in sub-ID 00",
        "không có mã định danh ở trường con 00",
    ),
    "opaque": (
        "D7",
        "{value} is not made of whole data objects",
        "{value} không gồm các trường trọn vẹn",
    ),
    "other-tag": ("D8", "VietQR stands here instead of in 38", "VietQR nằm ở đây thay vì ở 38"),
    "service-absent": (
        "D8",
        "service is absent, read as QRPUSH",
        "không có dịch vụ, hiểu là QRPUSH",
    ),
    "initiation-absent": ("D8", "is missing, mandatory in VietQR", "không có, VietQR bắt buộc"),
    "not-vnd": ("D8", "is {value}, VietQR uses '704'", "là {value}, VietQR dùng '704'"),
    "not-vn": ("D8", "is {value}, VietQR uses 'VN'", "là {value}, VietQR dùng 'VN'"),
    "account-letters": (
        "D8",
        "account {value} has characters other than A-Z, a-z and 0-9",
        "số tài khoản {value} có ký tự ngoài A-Z, a-z và 0-9",
    ),
    "static-amount": (
        "D9",
        "is '11' (many payments) although 54 gives an amount",
        "là '11' (dùng nhiều lần) dù trường 54 có số tiền",
    ),
    "dynamic-open": (
        "D9",
        "is '12' (one payment) although 54 gives no amount",
        "là '12' (dùng một lần) dù trường 54 không có số tiền",
    ),
    "decimals": (
        "D9",
        "{value} has {decimals} decimals, currency {currency} has {limit}",
        "{value} có {decimals} số lẻ, tiền tệ {currency} có {limit}",
    ),
}
"""Each fact with the code of its rule, its English and its Vietnamese sentence."""
