"""English: adoption."""

WORDS = {
    "Bản này dành cho ban quản lý chợ, không ẩn số. Xin đừng chuyển ra ngoài.": "This table is for "
    "the market's own management; nothing is hidden. Please do not pass it on.",
    "Bậc": "Step",
    "Chưa có chợ nào trong danh sách": "No market is registered yet",
    "Chỉ số": "Indicator",
    "Chỉ tính khoản đã có trong sổ đối soát.": "Only reconciled receipts count.",
    "Chợ": "Market",
    "Có QR": "Equipped",
    "Có QR (nhạt), hoạt động (đậm)": "Equipped (light), active (dark)",
    "Có QR và hoạt động 30 ngày, trong khung": "Equipped and active in 30 days, of the frame",
    "Dựa trên {n} lần chốt ngày, mã {root}.": "Rests on {n} day closes, root {root}.",
    "Giá trị": "Value",
    "Giá trị giao dịch": "Ticket size",
    "Hoạt động 30 ngày": "Active in 30 days",
    "Khoảng ngày": "Window",
    "Không đo được": "Not measured:",
    "Kỳ": "Period",
    "Mỗi bậc, trên số tiểu thương trong khung": "Each step, of the vendors in the frame",
    "Mỗi khoản": "Per receipt",
    "Mỗi ngày chợ": "Per market day",
    "{name}: tiểu thương có khoản nhận trong ngày trên tiểu thương bán trong ngày, trung bình các "
    "ngày chợ.": "{name}: vendors with a receipt that day out of vendors trading that day, mean over "
    "market days.",
    "Một người có nhiều gian hàng tính là một tiểu thương.": "A person with several stalls is one "
    "vendor.",
    "Một nửa số khoản từ {median} trở xuống": "Half of the receipts are {median} or less",
    "Mức độ dùng thanh toán không tiền mặt": "Cashless adoption",
    "Phạm vi": "Area",
    "So sánh các chợ": "Markets compared",
    "Số khoản": "Receipts",
    "Số liệu hiện sau khi đăng ký chợ và chốt ngày đầu tiên.": "Figures appear once a market is "
    "registered and its first day closed.",
    "Tháng {month}": "{month}",
    "Tiểu thương": "Vendors",
    "Trong khung": "In the frame",
    "Trung bình {mean} mỗi khoản": "Mean {mean} a receipt",
    "Trên khung": "Of the frame",
    "Tất cả chỉ số và cách tính": "All indicators and their definitions",
    "Tất cả các chợ": "All markets",
    "Từ danh sách đến nhận tiền": "From the list to receiving money",
    "Tỷ lệ": "Share",
    "Xuất số liệu": "Export",
    "có dưới 5 tiểu thương đứng sau con số, hoặc tỷ lệ tính trên dưới 20 tiểu thương.": "fewer than "
    "5 vendors stand behind the figure, or the share rests on fewer than 20 vendors.",
    "quá ít tiểu thương để công bố": "too few vendors to publish",
    "từ đầu đến {on}": "from the beginning to {on}",
    "tỷ trọng không tiền mặt trong tổng doanh thu, vì không thấy tiền mặt. Xin đừng suy từ số trên "
    "trang này.": "the cashless share of turnover, because cash is not seen. Please do not infer it "
    "from this page.",
    "{market}: {n} ngày chợ chưa chốt, không tính vào số liệu.": "{market}: {n} market days are not "
    "closed and not counted.",
    "{market}: {n} ngày chợ còn sơ bộ, số có thể đổi.": "{market}: {n} market days are provisional; "
    "figures may change.",
    "{month} chưa chốt ngày nào": "{month}: no day is closed yet",
    "{month}: chưa công bố được tỷ lệ hoạt động": "{month}: the share of active vendors cannot be "
    "published",
    "{month}: {n} tiểu thương nhận tiền qua QR trong 30 ngày, bằng {share}": "{month}: {n} vendors "
    "received money by QR in 30 days, {share}",
    "{n} chợ": "{n} markets",
    "{place}. Số đã đối soát từ {first} đến hết {last}, {state}.": "{place}. Reconciled figures from "
    "{first} to {last}, {state}.",
    "{place}. Chưa có số đối soát, chỉ có số trong danh sách.": "{place}. Nothing is reconciled yet; "
    "only the register speaks.",
    "{share} người có QR đã từng nhận tiền": "{share} of equipped vendors ever received money",
    "Đã đồng ý": "Consented",
    "Đọc số cho đúng": "Read the figures rightly",
    "Đổi kỳ, phạm vi": "Change period and area",
    "Ẩn": "Hidden",
    "ẩn": "hidden",
    "ẩn thêm để không suy ngược": "hidden so that no other cell can be worked out",
    "ẩn thêm để không suy ngược ra ô ẩn 1.": "hidden so that no cell hidden 1 can be worked out.",
}
