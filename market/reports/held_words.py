"""How kinds and states are named to a vendor who reads what is held about them."""

from collections.abc import Mapping

from market.i18n.vendor_words import CONSENTS

PURPOSES_VI: Mapping[str, str] = {purpose.value: words for purpose, words in CONSENTS.items()}
CHANNELS_VI: Mapping[str, str] = {
    "signature": "ký giấy",
    "spoken": "nói trước người làm chứng",
    "pin": "bấm mã PIN",
    "sheet": "ký danh sách giấy",
}
REQUEST_KINDS_VI: Mapping[str, str] = {
    "access": "Xem thông tin",
    "correction": "Sửa thông tin",
    "deletion": "Xoá thông tin",
    "restriction": "Ngừng dùng thông tin",
    "withdrawal": "Rút lại sự đồng ý",
}
REQUEST_STATES_VI: Mapping[str, str] = {
    "received": "Đã nhận, chờ trả lời",
    "answered": "Đã trả lời, đang làm",
    "completed": "Đã xong",
    "refused": "Không làm",
}


def actor_vi(actor: str, vendor_code: str) -> str:
    """Return who acted, as far as a vendor is told: staff by number, never by name."""
    kind, _, name = actor.partition(":")
    match kind:
        case "vendor":
            return "cô/bác" if name == vendor_code else f"người bán {name}"
        case "staff":
            return f"cán bộ số {name}" if name else "cán bộ"
        case "command":
            return "người vận hành máy"
        case "renewed":
            return "thay bằng bản mới"
    return "máy tự làm"
