"""English: posters."""

WORDS = {
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
