"""English: errors."""

WORDS = {
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
