"""The catalogue of rules a payload is judged by: stable codes, each named in two languages.

``F`` rules are fatal, ``D`` rules are deviations: accepted and flagged. Source: EMVCo QR Code
Specification, Merchant-Presented Mode, v1.1, chapters 3 and 4, and NAPAS "VietQR format in
NAPAS247", v1.0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qr.findings import SENTENCES


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its code, its names, and the facts by which a payload may break it."""

    code: str
    title: str
    title_vi: str
    facts: tuple[str, ...]

    @property
    def is_fatal(self) -> bool:
        """Return whether a payload that breaks the rule is rejected."""
        return self.code.startswith("F")


_TITLES = {
    "F1": (
        "empty, or white space around the payload",
        "trống, hoặc có khoảng trắng ở đầu hay cuối",
    ),
    "F2": ("no checksum at the end", "không kết thúc bằng mã kiểm"),
    "F3": ("wrong checksum", "mã kiểm sai"),
    "F4": ("an ID or a length is not two digits", "mã trường hoặc độ dài không phải hai chữ số"),
    "F5": ("an object of length 00", "trường có độ dài 00"),
    "F6": ("a length past the end, or characters left over", "độ dài vượt quá, hoặc thừa ký tự"),
    "F7": ("payload format not 01, or not first", "định dạng không phải 01, hoặc không đứng đầu"),
    "F8": ("checksum object missing or not last", "trường mã kiểm không có hoặc không đứng cuối"),
    "F9": ("the same ID twice", "một trường xuất hiện hai lần"),
    "F10": ("nobody to be paid", "không có nơi nhận tiền"),
    "F11": ("currency or country missing or wrong", "thiếu hoặc sai tiền tệ, quốc gia"),
    "F12": (
        "point of initiation or merchant category wrong",
        "sai kiểu dùng mã hoặc mã ngành hàng",
    ),
    "F13": ("amount wrong", "số tiền sai"),
    "F14": ("tip or fee wrong", "tiền thưởng hoặc phí sai"),
    "F15": ("a template is not made of whole objects", "mẫu không gồm các trường trọn vẹn"),
    "F16": ("wrong request for the payer's data", "sai yêu cầu dữ liệu người trả"),
    "F17": ("language template incomplete", "mẫu ngôn ngữ thiếu"),
    "F18": ("VietQR's beneficiary or service wrong", "sai người nhận hoặc dịch vụ VietQR"),
    "F19": ("no VietQR, although it is required", "không phải VietQR, trong khi phải là VietQR"),
    "D1": ("an EMVCo field is missing", "thiếu trường EMVCo bắt buộc"),
    "D2": ("longer than allowed", "dài hơn cho phép"),
    "D3": ("letters with diacritics in a plain field", "có chữ có dấu ở trường chỉ nhận ASCII"),
    "D4": ("not in precomposed form (NFC)", "không ở dạng dựng sẵn (NFC)"),
    "D5": ("checksum in lower case", "mã kiểm viết thường"),
    "D6": ("a reserved field is used", "dùng trường còn để dành"),
    "D7": ("a template without identifier", "mẫu không có mã định danh"),
    "D8": ("unusual for VietQR", "khác thông lệ VietQR"),
    "D9": ("amount and kind of code disagree", "số tiền và kiểu mã không khớp nhau"),
}

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        code: Rule(
            code,
            title,
            title_vi,
            tuple(fact for fact, (of, _, _) in SENTENCES.items() if of == code),
        )
        for code, (title, title_vi) in _TITLES.items()
    }
)
"""Every rule by its code, fatal ones first."""
