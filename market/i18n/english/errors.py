"""English: errors."""

WORDS = {
    "Hệ thống đang lỗi, tiền vẫn an toàn": "Something is broken here; your money is safe",
    "Không tìm thấy trang này": "This page cannot be found",
    "Mã lỗi để báo kỹ thuật: {error_id}.": "Number to tell a technician: {error_id}.",
    "Mỗi đường dẫn, mỗi tài khoản chỉ mở được phần việc của mình. Cần xem trang này thì hỏi ban "
    "quản lý chợ.": "Each link and each account opens its own part only. Ask the management if you "
    "need this page.",
    "Chưa ghi gì, xin gửi lại": "Nothing was written; please send it again",
    "Trang đã mở quá lâu hoặc mở từ nơi khác. Mở lại trang, điền rồi gửi lại.": "The page stood open "
    "too long or came from elsewhere. Open it again, fill it in and send it.",
    "Chưa ghi gì. Một lần gửi nhận tối đa {mb} MB: chọn tệp nhỏ hơn, hoặc chụp ảnh nhỏ hơn.": "Nothing "
    "was written. At most {mb} MB are taken at once: choose a smaller file or take a smaller photo.",
    "Quay lại trang trước, chọn lại.": "Go back and choose again.",
    "Hôm nay là {today}: chọn tháng khác.": "Today is {today}: choose another month.",
    "Chưa ghi gì. Quay lại trang trước, xem lại rồi gửi lại.": "Nothing was written. Go back, check "
    "and send it again.",
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
    "Thông tin gửi lên có chỗ chưa đọc được": "Part of what was sent cannot be read",
    "Quay lại trang trước, xem lại từng ô rồi gửi lại.": "Go back, look at each field and send it again.",
    "Chữ cần tìm dài {n} ký tự, tìm được tối đa {most}: ghi ngắn lại": (
        "The search has {n} characters, {most} at most are looked for: write less"
    ),
    "Đường dẫn có thể thiếu vài chữ khi gửi qua tin nhắn. Mở lại từ tin nhắn gốc, hoặc hỏi ban quản "
    "lý chợ.": "The link may have lost a few letters on its way. Open it from the first message, or "
    "ask the management.",
    "Mình không mở được trang này": "This page is not open to you",
    "Đường dẫn này đã hết hạn": "This link has expired",
    "Phần “{name}” trong địa chỉ chỉ nhận một trong các giá trị: {values}.": "“{name}” in the address takes one of these: {values}.",
    "Xem lại mã trong địa chỉ, hoặc chọn trong danh sách.": "Check the code in the address, or choose from the list.",
    "Máy tính lại kỳ chưa công bố mỗi đêm. Mời xem lại ngày mai.": "A period that is not published is measured again each night. Please come back tomorrow.",
    "Không có chợ nào mang mã {code}": "No market has the code {code}",
    "Không có địa bàn nào mang mã {code}": "No area has the code {code}",
    "Chợ này chưa có trong số liệu tính sẵn của {period}": "This market is not in what is kept of {period}",
    "Địa bàn này chưa có trong số liệu tính sẵn của {period}": "This area is not in what is kept of {period}",
    "Chợ này chưa có trong số liệu đã công bố của {period}": "This market is not in the published figures of {period}",
    "{name} được đăng ký sau bản công bố số {n}. Số đã công bố giữ nguyên, không tính lại.": "{name} was registered after edition {n}. Published figures stay as they are.",
    "Địa bàn này chưa có trong số liệu đã công bố của {period}": "This area is not in the published figures of {period}",
    "{name}: các chợ được xếp vào sau bản công bố số {n}. Số đã công bố giữ nguyên, không tính lại.": "{name}: its markets were put into it after edition {n}. Published figures stay as they are.",
    "Xem {period}": "See {period}",
}
