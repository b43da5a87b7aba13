"""The English of the pages, by the Vietnamese text that stands in the templates."""

from collections.abc import Mapping
from types import MappingProxyType

_FRAME = {
    "Chính": "Main",
    "Chợ 4.0, phần mềm nguồn mở": "Chợ 4.0, open-source software",
    "Cách tính": "Definitions",
    "Giới thiệu": "About",
    "Mức độ dùng": "Adoption",
    "Ngày chợ": "Market day",
    "So sánh chợ": "Compare markets",
    "Thử lại": "Try again",
    "Trang": "Pages",
    "Về trang đầu": "First page",
    "Xem": "Show",
    "Xem ngày khác": "Show another day",
    "Đến nội dung chính": "Skip to main content",
    "Thứ Hai": "Monday",
    "Thứ Ba": "Tuesday",
    "Thứ Tư": "Wednesday",
    "Thứ Năm": "Thursday",
    "Thứ Sáu": "Friday",
    "Thứ Bảy": "Saturday",
    "Chủ Nhật": "Sunday",
    "T2": "Mon",
    "T3": "Tue",
    "T4": "Wed",
    "T5": "Thu",
    "T6": "Fri",
    "T7": "Sat",
    "CN": "Sun",
    "chưa có": "none yet",
    "chưa chốt": "not closed",
    "chính thức": "final",
    "sơ bộ": "provisional",
    "đến": "to",
    "Chưa gồm tiền mặt.": "Cash is not in it.",
}

_HOME = {
    "Ban quản lý và cán bộ theo dõi số liệu": "Management and economists",
    "Chợ 4.0 giúp mỗi gian hàng nhận tiền qua mã QR, đối chiếu từng khoản với ngân hàng và ví, và "
    "báo cáo mức độ dùng. Chợ 4.0 không giữ tiền của ai.": "Chợ 4.0 helps every stall to be paid by "
    "QR, compares each receipt with bank and wallet, and reports adoption. It never holds money.",
    "Chợ không tiền mặt, sổ sách rõ từng đồng.": "Markets without cash, books clear to the đồng.",
    "Cô/bác bán hàng không cần mật khẩu": "Vendors need no password",
    "Mã QR cho từng gian hàng, đối chiếu từng khoản.": "A QR code for every stall, every receipt "
    "compared.",
    "Mở bằng đường dẫn riêng": "Opens with your own link",
    "Mở trang": "Open the page",
    "Mở đường dẫn ban quản lý đã gửi qua Zalo hoặc tin nhắn. Không tìm thấy thì hỏi ban quản lý "
    "chợ, ban quản lý gửi lại ngay.": "Open the link that the management sent by Zalo or SMS. If "
    "you cannot find it, ask the management to send it again.",
    "Người vận hành cấp đường dẫn theo chợ hoặc theo khu vực.": "The operator gives out links for a "
    "market or for the area.",
    "Trang của {whom}": "Page of {whom}",
    "Trang này mở bằng đường dẫn riêng": "This page opens with your own link",
    "ban quản lý chợ {code}": "the management of market {code}",
    "cán bộ theo dõi số liệu": "the economist",
    "người bán {code}": "vendor {code}",
    "Đường dẫn dùng được đến hết {until}.": "The link holds until {until}.",
}

_VENDOR = {
    "7 ngày qua: {amount}": "Last 7 days: {amount}",
    "7 ngày đến {on}: {amount}": "7 days to {on}: {amount}",
    "Chưa có khoản nào": "No receipts yet",
    "Chưa có khoản nào được báo về": "Nothing announced yet",
    "Chưa thấy trong sao kê {provider}, chưa cộng vào": "Not on the {provider} statement, not added",
    "Còn lại": "Left",
    "Cô/bác gặp ban quản lý chợ, mang theo mã {code}.": "See the market's management and bring the "
    "code {code}.",
    "Cần người giúp?": "Need help?",
    "Gian hàng chưa có tấm mã. Ban quản lý chợ sẽ cấp cho cô/bác.": "The stall has no poster yet. "
    "The management will issue one.",
    "Gian hàng {stalls}": "Stall {stalls}",
    "Hôm nay": "Today",
    "Hôm nay chưa chốt sổ": "Today's books are not closed yet",
    "Hôm nay cô/bác nhận được": "Today you received",
    "Khi khách quét mã, tiền vào tài khoản của cô/bác như thường. Sổ chợ ghi sau khi đối chiếu với "
    "ngân hàng.": "When a customer scans, the money reaches your account as usual. The market's "
    "books follow after comparing with the bank.",
    "Khách trả": "Customers paid",
    "Khách trả ngày {on}": "Paid by customers on {on}",
    "Khách vừa trả": "Just paid by customers",
    "Không có khách trả qua QR": "No customer paid by QR",
    "Mỗi cột một ngày, tính bằng nghìn đồng.": "One bar a day, in thousand đồng.",
    "Chỉ cộng những ngày đã chốt.": "Only closed days are added up.",
    "7 ngày này chưa chốt ngày nào": "None of these 7 days is closed yet",
    "Nay": "Today",
    "Ngày {on} chưa chốt sổ": "The books of {on} are not closed yet",
    "Ngày {on} cô/bác nhận được": "On {on} you received",
    "Phí": "Fees",
    "Theo lần chốt thứ {version}, mã {root}.": "From close number {version}, root {root}.",
    "Thuế": "Tax",
    "Trả lại khách": "Given back",
    "Tải PDF": "Get the PDF",
    "Tải sổ ngày này:": "Get this day's books:",
    "Tải ảnh": "Get the picture",
    "Tấm mã QR của gian hàng": "The stall's QR poster",
    "Tấm mã QR gian hàng {stall}": "QR poster of stall {stall}",
    "Về tài khoản còn {amount}": "{amount} is left for your account",
    "Xem lại": "Look again",
    "Xem ngày đã chốt gần nhất: {on}": "Show the newest closed day: {on}",
    "Xem {n} khoản còn lại": "Show the other {n} receipts",
    "chưa cộng vào, tính đến {at}": "not added yet, as of {at}",
    "tính đến {at}": "as of {at}",
    "{n} khoản mới báo": "{n} receipts announced",
    "{n} khoản, {amount}, còn chờ nên chưa cộng.": "{n} receipts, {amount}, still wait and are not "
    "added.",
    "{n} lần khách trả": "{n} payments",
    "{provider} vừa báo, chưa cộng vào": "Announced by {provider}, not added yet",
    "{provider} đã báo, chưa cộng vào": "Announced by {provider}, waiting, not added",
    "Đã chốt, còn kiểm tra lại": "Closed, still being checked",
    "Đã chốt, số chính thức": "Closed, final",
    "Đã trả lại khách từ {provider}": "Given back from {provider}",
    "Đã vào {provider}": "Received at {provider}",
    "Đã vào {provider}, số tiền đang hỏi lại": "Received at {provider}, amount being checked",
    "Đã vào {provider}, đang kiểm tra lại": "Received at {provider}, being checked",
    "Đưa hàng khi điện thoại báo tiền vào": "Hand over goods when your phone tells of the money",
    "Đường dẫn này của riêng cô/bác, xin đừng gửi cho người khác.": "This link is yours alone; "
    "please do not pass it on.",
    "Ảnh chụp màn hình của khách có thể là giả. Điện thoại chưa báo thì cô/bác cứ chờ thêm.": "A "
    "customer's screenshot can be fake. Until your phone tells you, wait.",
    "Ảnh để gửi Zalo. PDF để mang ra tiệm in, khổ A5.": "The picture is for Zalo, the PDF (A5) for "
    "the print shop.",
}

_POSTER = {
    "Báo ngay cho người bán hoặc ban quản lý chợ.": "Tell the vendor or the market's management at "
    "once.",
    "Chủ tài khoản": "Account holder",
    "Cấp ngày": "Issued on",
    "Khác tên hoặc khác số cuối thì đừng trả.": "Do not pay if the name or the last digits differ.",
    "Không có tấm mã nào mang số này": "No poster carries this number",
    "Kiểm tra tấm mã {serial}": "Check of poster {serial}",
    "Số trên tấm mã có thể gõ thiếu. Nếu quét từ tấm mã mà ra trang này thì tấm mã không phải do "
    "chợ cấp.": "The number may be mistyped. If a scan of the poster led here, the market did not "
    "issue that poster.",
    "Trước khi trả tiền, xem trên điện thoại có đúng người nhận này không:": "Before you pay, check "
    "that your phone shows this recipient:",
    "Tài khoản": "Account",
    "Tấm mã của gian hàng {stall}, {market} đã được thay hoặc thu hồi ngày {on}.": "The poster of "
    "stall {stall}, {market}, was replaced or revoked on {on}.",
    "Tấm mã này không còn dùng nữa": "This poster is no longer in use",
    "Tấm mã này đang dùng ở gian hàng {stall}": "This poster is in use at stall {stall}",
    "Xin đừng trả tiền theo tấm mã này.": "Please do not pay with this poster.",
}

_MARKET_DAY = {
    "Chưa chính thức vì: {why}.": "Not final because: {why}.",
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
    "Nhận qua QR, {n} khoản": "Received by QR, {n} receipts",
    "Sổ của ngày được chốt sau khi nhận đủ sao kê. Số chưa chốt không hiện ở đây.": "A day is "
    "closed when its statements are in. Figures that are not closed are not shown.",
    "Thực nhận": "Net",
    "Từ khách trả đến thực nhận": "From what customers paid to the net",
    "Từng người bán": "Each vendor",
    "không phải ngày chợ": "no market day",
    "trang {page} trên {pages}": "page {page} of {pages}",
    "{n} người có khoản trong ngày": "{n} vendors with receipts",
    "{n} người khác chỉ có phí, hoặc tiền về tài khoản trong ngày.": "{n} others have only fees or "
    "payouts on the day.",
    "Đang chờ": "Waiting",
    "Đang chờ, chưa cộng vào": "Waiting, not added",
    "Đã chốt {at}": "Closed {at}",
    "Đã khớp": "Matched",
    "Đã về tài khoản trong ngày": "Paid out on the day",
}

_ADOPTION = {
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
    "Mỗi ngày chợ: tiểu thương có khoản nhận trong ngày trên tiểu thương bán trong ngày, trung bình "
    "các ngày chợ.": "Per market day: vendors with a receipt that day out of vendors trading that "
    "day, mean over market days.",
    "Một người có nhiều gian hàng tính là một tiểu thương.": "A person with several stalls is one "
    "vendor.",
    "Một nửa số khoản từ {median} trở xuống": "Half of the receipts are {median} or less",
    "Mức độ dùng thanh toán không tiền mặt": "Cashless adoption",
    "Nhận trong 30 ngày": "Received in 30 days",
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
    "Từng nhận tiền": "Ever received",
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

_ERRORS = {
    "Hệ thống đang lỗi, tiền vẫn an toàn": "Something is broken here; your money is safe",
    "Không tìm thấy trang này": "This page cannot be found",
    "Mã lỗi để báo kỹ thuật: {error_id}.": "Number to tell a technician: {error_id}.",
    "Mỗi đường dẫn chỉ mở trang của một người bán, một chợ hoặc số liệu chung. Cần xem trang này "
    "thì hỏi ban quản lý chợ.": "Each link opens the pages of one vendor, one market or the area's "
    "figures. Ask the management if you need this page.",
    "Mở từ đường dẫn ban quản lý đã gửi qua Zalo hoặc tin nhắn. Không tìm thấy thì hỏi ban quản lý "
    "chợ.": "Open it from the link the management sent by Zalo or SMS, or ask the management.",
    "Ngày viết dạng 2026-11-21, tháng viết dạng 2026-10.": "Write a day as 2026-11-21 and a month "
    "as 2026-10.",
    "Tiền của cô/bác vẫn vào tài khoản bình thường, tấm mã ở gian hàng vẫn dùng được. Xin ban quản "
    "lý chợ gửi đường dẫn mới.": "Money still reaches your account as usual and the poster still "
    "works. Ask the management for a new link.",
    "Tiền khách trả vẫn vào tài khoản ngân hàng như thường. Trang này thử lại được sau vài phút.": ""
    "What customers pay still reaches the bank account. Try this page again in a few minutes.",
    "Địa chỉ có chỗ chưa đọc được": "Part of the address cannot be read",
    "Đường dẫn có thể thiếu vài chữ khi gửi qua tin nhắn. Mở lại từ tin nhắn gốc, hoặc hỏi ban quản "
    "lý chợ.": "The link may have lost a few letters on its way. Open it from the first message, or "
    "ask the management.",
    "Đường dẫn của mình không mở được trang này": "Your link does not open this page",
    "Đường dẫn này đã hết hạn": "This link has expired",
}

ENGLISH: Mapping[str, str] = MappingProxyType(
    _FRAME | _HOME | _VENDOR | _POSTER | _MARKET_DAY | _ADOPTION | _ERRORS
)
