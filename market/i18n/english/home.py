"""English: the first page."""

WORDS = {
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
    "Đăng nhập bằng số điện thoại hoặc email. Người hỗ trợ tại chợ vào bằng mã do ban quản lý cấp.": ""
    "Sign in with a phone number or e-mail address. Field helpers come in with a code from the "
    "management.",
    "Nhập mã hỗ trợ": "Enter a helper code",
    "Đăng nhập": "Sign in",
    "Trang của {whom}": "Page of {whom}",
    "Trang này mở bằng đường dẫn riêng": "This page opens with your own link",
    "ban quản lý chợ {code}": "the management of market {code}",
    "cán bộ theo dõi số liệu": "the economist",
    "người bán {code}": "vendor {code}",
    "Đường dẫn dùng được đến hết {until}.": "The link holds until {until}.",
}
