"""Words that several rows of the catalogue share."""

SOURCE = "domain.md 11.3"
FRAME_VI = "Khung: tiểu thương giữ ít nhất một điểm kinh doanh đang dùng vào ngày chợ cuối của kỳ."
FRAME_EN = (
    "Frame: vendors who hold at least one occupied stall on the last market day of the period."
)
RECEIPT_VI = (
    "Khoản nhận: tiền vào điểm nhận tiền đã đăng ký, từ 1.000\N{NO-BREAK SPACE}₫, không phải thử, "
    "không bị đảo."
)
RECEIPT_EN = (
    "Receipt: money in at a registered acceptance point, 1.000\N{NO-BREAK SPACE}₫ or more, no test, "
    "not reversed."
)
