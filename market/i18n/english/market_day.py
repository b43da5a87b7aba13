"""English: a market's day."""

WORDS = {
    "Chưa chính thức vì: {why}.": "Not final because: {why}.",
    "Chưa có sao kê {accounts} cho ngày này": "No statement of {accounts} for this day yet",
    "Sao kê {accounts} còn dòng đang chờ người xem": "The statement of {accounts} has rows that wait for somebody",
    "{named} và {rest} tài khoản khác": "{named} and {rest} more",
    "Dữ liệu {ledger} nhận ngày {on} chưa đọc được": "Data of {ledger} received on {on} could not be read",
    "Dữ liệu {ledger} nhận ngày {on} chưa đọc được: {name}": (
        "Data of {ledger} received on {on} could not be read: {name}"
    ),
    "Còn chờ khoản báo muộn đến hết ngày {on}": "Late payments are waited for to the end of {on}",
    "Chưa chốt": "Not closed",
    "Chưa có số cho ngày này": "No figures for this day yet",
    "Chưa rõ": "Unexplained",
    "Chắc đến đâu": "How sure it is",
    "Chốt sơ bộ {at}": "Closed provisionally {at}",
    "Cả chợ": "Whole market",
    "Gian hàng": "Stall",
    "Khoản": "Receipts",
    "Không ai có khoản nào trong ngày.": "Nobody had a receipt that day.",
    "Lệch chưa rõ nguyên nhân": "Difference without a known cause",
    "Ngày {on} chưa chốt": "{on} is not closed yet",
    "Ngày {on}: {n} người bán nhận {amount} qua QR": "{on}: {n} vendors received {amount} by QR",
    "Nhận qua QR": "Received by QR",
    "Sổ của ngày được chốt sau khi nhận đủ sao kê. Số chưa chốt không hiện ở đây.": "A day is "
    "closed when its statements are in. Figures that are not closed are not shown.",
    "Thực nhận": "Net",
    "Từ khách trả đến thực nhận": "From what customers paid to the net",
    "Từng người bán": "Each vendor",
    "Không theo dõi riêng": "Not tracked one by one",
    "người bán không cho xem khoản nhận, gộp chung": (
        "vendors who let nobody see receipts, together"
    ),
    "không phải ngày chợ": "no market day",
    "trang {page} trên {pages}": "page {page} of {pages}",
    "{n} người có khoản trong ngày": "{n} vendors with receipts",
    "{n} người khác chỉ có phí, hoặc tiền về tài khoản trong ngày.": "{n} others have only fees or "
    "payouts on the day.",
    "Đang chờ": "Waiting",
    "Đang chờ, chưa cộng vào": "Waiting, not added",
    "Đã chốt {at}": "Closed {at}",
    "Đã khớp": "Matched",
    "Ví, cổng thanh toán chuyển về trong ngày": "Paid out by wallets and gateways on the day",
}
