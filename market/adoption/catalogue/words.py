"""Words that several rows of the catalogue share."""

OURS_VI = "Định nghĩa của Chợ 4.0"
"""The source of what the programme defines itself."""
OURS_EN = "Defined by Chợ 4.0"
WILSON = "Wilson, Journal of the American Statistical Association 22 (1927), 209–212"
ACTIVE_DAYS_VI = (
    "Theo cách GSMA đếm tài khoản hoạt động trong 30 và 90 ngày; khung và khoản nhận do Chợ 4.0 định "
    "nghĩa"
)
ACTIVE_DAYS_EN = (
    "After the GSMA's accounts active in 30 and 90 days; frame and receipt are defined by Chợ 4.0"
)
FRAME_VI = (
    "Khung: tiểu thương giữ ít nhất một điểm kinh doanh đang dùng vào ngày chợ cuối của kỳ; "
    "chợ chốt sổ chậm thì vào ngày chợ cuối tính đến ngày chốt mới nhất."
)
FRAME_EN = (
    "Frame: vendors who hold at least one occupied stall on the last market day of the period; of a "
    "market behind in closing, on the last one up to its newest closed day."
)
RECEIPT_VI = (
    "Khoản nhận: tiền vào điểm nhận tiền đã đăng ký, từ 1.000\N{NO-BREAK SPACE}₫, không phải thử, "
    "không bị đảo."
)
RECEIPT_EN = (
    "Receipt: money in at a registered acceptance point, 1.000\N{NO-BREAK SPACE}₫ or more, no test, "
    "not reversed."
)
REACH_VI = (
    "Chợ chốt sổ chậm thì tính đến ngày chốt mới nhất của chợ đó; các ngày sau đó chưa chốt, không "
    "coi là ngày không có khoản nhận."
)
REACH_EN = (
    "A market behind in closing is measured to its newest closed day; the days after it are not "
    "taken for days without receipts."
)
NOT_CLOSED_VI = "Tiểu thương của chợ chưa chốt ngày nào trong kỳ."
NOT_CLOSED_EN = "Vendors of markets without a closed day in the period."
