"""What is printed on every poster, in Vietnamese and in a second language if one is wanted."""

from collections.abc import Mapping
from typing import Literal

Lang2 = Literal["en"]

_VIETNAMESE = {
    "title": "Quét mã để trả tiền",
    "check": "Kiểm tra tên người nhận trước khi chuyển",
    "no_cover": "KHÔNG DÁN ĐÈ LÊN MÃ",
    "serial": "Số tấm mã",
    "issued": "Ngày cấp",
    "verification": "Mã kiểm tra",
    "stall": "Gian hàng",
    "verify": "Xem tấm mã thật tại",
    "vendor": "Cô/bác bán hàng: mỗi sáng quét thử, xem đúng tên mình. Không lồng vào kẹp mica rời.",
    "code_alt": "Mã QR để trả tiền",
    "fold": "gập ở đây",
    "check_title": "Mỗi sáng quét thử một lần",
    "check_1": "Mở ứng dụng ngân hàng, quét tấm mã ở gian hàng.",
    "check_2": "So với thẻ này: đúng tên và đúng bốn số cuối.",
    "check_3": "Chưa chuyển tiền: xem xong thì thoát ra.",
    "check_bad": "Khác một chữ cũng cất tấm mã đi, gọi ban quản lý chợ ngay.",
    "check_days": "Đã xem ngày",
    "check_code": "Quét để xem tấm mã còn dùng không",
    "check_alt": "Mã QR của trang kiểm tra tấm mã",
    "sign_title": "Chợ này nhận\ntrả tiền bằng mã QR",
    "sign_1": "Quét mã treo ở gian hàng",
    "sign_2": "Xem đúng tên người bán",
    "sign_3": "Gõ số tiền, chuyển, đưa người bán xem",
    "sign_1_more": "bằng ứng dụng ngân hàng hay ví điện tử nào cũng được",
    "sign_2_more": "tên hiện trên máy phải giống tên in to trên tấm mã",
    "sign_3_more": "người bán nhận được tiền rồi mới xong",
    "sign_bad": "Thấy mã bị dán đè, hay tên không giống: đừng chuyển, báo ban quản lý chợ.",
    "sign_code": "Tấm mã thật hay giả?\nQuét để xem",
    "sign_not": "Không phải mã trả tiền",
    "sign_alt": "Mã QR của trang kiểm tra, không phải mã trả tiền",
}

_ENGLISH = {
    "title": "Scan to pay",
    "check": "Check the name before you pay",
    "no_cover": "DO NOT COVER THE CODE",
    "stall": "Stall",
    "verify": "Check this poster at",
    "check_title": "Scan once every morning",
    "check_1": "Open your bank's app and scan the poster at your stall.",
    "check_2": "Compare with this card: same name, same last four digits.",
    "check_3": "Do not pay: look, then close.",
    "check_bad": "One letter differs? Take the poster down and call the market office.",
    "check_days": "Checked on day",
    "check_code": "Scan to see if the poster is in use",
    "sign_title": "This market takes QR payments",
    "sign_1": "Scan the code at the stall",
    "sign_2": "See that the name is the seller's",
    "sign_3": "Type the amount, pay, show the seller",
    "sign_bad": "Code pasted over, or another name? Do not pay. Tell the market office.",
    "sign_code": "Real or forged? Scan to see",
    "sign_not": "Not a code to pay with",
}

_SECOND: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH}


def poster_words(lang2: Lang2 | None) -> dict[str, str]:
    """Return the fixed texts; those of the second language have names that end in ``2``."""
    if lang2 is None:
        return dict(_VIETNAMESE)
    second = {f"{name}2": text for name, text in _SECOND[lang2].items()}
    return {**_VIETNAMESE, **second, "lang2": lang2}


def printer_note(*, code_mm: float, module_mm: float, dim_mm: float, bright_mm: float) -> str:
    """Return the fine print for whoever prints: exact size, and how far the code was measured to read."""
    return (
        f"Thợ in: in đúng 100 %, giấy mờ; mã rộng {_decimal(code_mm, 0)} mm, "
        f"ô {_decimal(module_mm, 2)} mm. Đọc được từ {_metres(dim_mm)} khi tối, "
        f"{_metres(bright_mm)} khi sáng."
    )


def _decimal(number: float, places: int) -> str:
    return f"{number:.{places}f}".replace(".", ",")


def _metres(distance_mm: float) -> str:
    """Return a distance rounded down to 5 cm: what is promised must hold."""
    return f"{_decimal(int(distance_mm / 50) * 0.05, 2)} m"
