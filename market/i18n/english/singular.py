"""English where ``{n}`` is one: Vietnamese counts without a plural, English does not."""

from collections.abc import Mapping

ONE: Mapping[str, str] = {
    "{n} ngày": "{n} day",
    "{n} tháng": "{n} month",
    "{n} lần": "{n} time",
    "{n} khoản": "{n} payment",
    "{n} lần khách trả": "{n} payment",
    "{n} lần khách trả.": "{n} payment.",
    "{n} khoản mới báo": "{n} receipt announced",
    "{n} khoản, {amount}, chưa thấy trong sao kê nên chưa cộng.": (
        "{n} receipt, {amount}, is in no statement yet and is not added."
    ),
    "{n} người bán nhận tiền qua QR.": "{n} vendor was paid by QR.",
    "{n} người có khoản trong ngày": "{n} vendor with receipts",
    "{n} người có khoản trong tháng": "{n} vendor with money in the month",
    "Ngày {on}: {n} người bán nhận {amount} qua QR": "{on}: {n} vendor received {amount} by QR",
    "Tháng {month}: {n} người bán nhận {amount} qua QR": "{month}: {n} vendor received {amount} by QR",
    "{n} người khác chỉ có phí, hoặc tiền về tài khoản trong ngày.": (
        "{n} other has only fees or payouts on the day."
    ),
    "{n} người khác chỉ có phí, hoặc tiền về tài khoản trong tháng.": "{n} other has fees or payouts only.",
    "Theo {n} lần chốt ngày, mã {root}.": "Rests on {n} close of a day, hash {root}.",
    "{days} ({n} ngày)": "{days} ({n} day)",
    "Thu cao hơn, {n} khoản": "Charged above it, {n} payment",
    "Thu thấp hơn, {n} khoản": "Charged below it, {n} payment",
    "{hour} giờ, {n} khoản": "{hour} h, {n} payment",
    "{n} ngày, quá hạn": "{n} day, overdue",
    "đã chờ {n} ngày": "waiting for {n} day",
    "Đã chờ {n} ngày, hạn {on}.": "Waited {n} day, due {on}.",
    "Đã chờ {n} ngày, quá hạn {on}.": "Waited {n} day, overdue since {on}.",
    "{n} khoản lệch chờ xử lý, tổng {amount}": "{n} break waits, {amount} in all",
    "Còn {n} khoản lệch chờ xử lý, tổng {amount}.": "{n} break waits, {amount} in all.",
    "Hạn trả lời {on}, đã chờ {n} ngày": "Answer due {on}, {n} day so far",
    "Lâu nhất {n} ngày, hạn trả lời sớm nhất {on}": "Oldest {n} day, first answer due {on}",
    "Tháng {month}: {n} ngày còn thiếu sao kê": "Month {month}: {n} day lacks a statement",
    "{n} ngày thiếu": "{n} day missing",
    "{n} kết luận, {amount}": "{n} decision, {amount}",
    "{n} ô": "{n} field",
    "{n} dòng quy tắc đang dùng": "{n} row of rules in force",
    "{n} chợ": "{n} market",
    "{n} gian": "{n} stall",
    "{n} gian hàng": "{n} stall",
    "{n} người": "{n} vendor",
    "{n} dòng": "{n} line",
    "{n} tấm": "{n} poster",
    "{n} tấm mã": "{n} poster",
    "{n} khu": "{n} zone",
    "{n} tài khoản": "{n} account",
    "{n} máy đang đăng nhập": "{n} device signed in",
    "Đang chờ {n} ngày, hẹn {m} ngày": "Waiting for {n} day, due within {m}",
    "Đã chờ {n} ngày, hẹn {m} ngày": "Late: {n} day, due within {m}",
}
"""By the Vietnamese text, as in ``ENGLISH``; a text that is not here has one form for every number."""
