"""What each column of a vendor sheet means, in the words the template tells people."""

from collections.abc import Mapping

TITLE = "DANH SÁCH GIAN HÀNG VÀ NGƯỜI BÁN"
ADVICE = (
    "Mỗi dòng một gian hàng. Cột tiêu đề đậm là bắt buộc phải có. Ngày ghi ngày/tháng/năm. "
    "Ô để trống thì sổ chợ giữ như cũ, không xoá. Xem thêm trang tính Hướng dẫn."
)

HELP: Mapping[str, str] = {
    "market_code": "2–8 chữ. Trống khi nhập cho một chợ.",
    "zone": "Khu hoặc dãy. Tên mới thì khu mới.",
    "stall_code": "Bắt buộc từng dòng. Mỗi mã một dòng.",
    "goods_group": "Ví dụ: Rau củ, Thịt, Vải.",
    "stall_state": "Chọn trong danh sách.",
    "full_name": "Như trên giấy tờ. Gian trống thì để trống.",
    "phone": "10 số, ô dạng chữ.",
    "business_name": "Như giấy đăng ký hộ kinh doanh.",
    "consented_on": "Ngày ký danh sách đồng ý.",
    "bank": "Tên ngắn hoặc mã BIN 6 số.",
    "account": "Ô dạng chữ, giữ số 0 ở đầu.",
    "holder_name": "Như ngân hàng hiện khi chuyển khoản.",
    "wallet": "MoMo hoặc Stripe.",
    "wallet_point": "Mã cửa hàng MoMo hoặc acct_….",
    "contract_no": "Hợp đồng với ví, không có ví thì với ngân hàng.",
    "contract_from": "Ngày hợp đồng có hiệu lực.",
    "displayed_codes": "Số tấm mã đếm được tại gian, 0–50.",
    "audited_on": "Ngày đếm số mã đang treo.",
    "installed_on": "Ngày treo tấm mã của chợ.",
}
"""A few words for the line above the headers, by column key."""

MEANING: Mapping[str, str] = {
    "market_code": (
        "Mã của chợ trong sổ chợ, ví dụ MA. Nhập trên trang của một chợ thì có thể để trống; ghi "
        "mã của chợ khác thì dòng không được nhận."
    ),
    "zone": "Khu vực hoặc dãy của gian hàng. Tên chưa có trong sổ chợ thì khu mới được ghi thêm.",
    "stall_code": (
        "Mã gian hàng: 1 đến 12 ký tự gồm chữ không dấu, số và, ở giữa, các dấu . - /. Một mã chỉ đứng ở "
        "một dòng. Hai dòng cùng mã mà khác nội dung thì cả hai không được nhận."
    ),
    "goods_group": "Ngành hàng chính của gian hàng, bằng lời.",
    "stall_state": (
        "Đang bán, Trống, Đóng hoặc Dự kiến. Ghi Trống cho gian đang có người bán nghĩa là người "
        "đó trả gian: tấm mã đang treo bị thu hồi."
    ),
    "full_name": (
        "Họ và tên người bán. Cùng một người ở nhiều gian thì ghi giống nhau ở mọi dòng, kèm cùng "
        "số điện thoại hoặc cùng tài khoản."
    ),
    "phone": (
        "Số điện thoại Việt Nam của người bán. Đặt ô dạng chữ (Text) để Excel không cắt số 0 ở đầu."
    ),
    "business_name": "Tên hộ kinh doanh đã đăng ký; chưa đăng ký thì để trống.",
    "consented_on": (
        "Ngày người bán ký vào danh sách đồng ý tham gia. Chưa ký thì để trống: gian hàng vẫn ghi "
        "vào sổ nhưng chưa cấp tấm mã. Ngày đã ghi trong sổ thì tệp không đổi được."
    ),
    "bank": "Tên ngắn của ngân hàng (Vietcombank, Agribank, …) hoặc mã BIN 6 số.",
    "account": (
        "Số tài khoản nhận tiền. Khác với số đang dùng thì không đổi ngay: thành đề nghị đổi tài "
        "khoản, chờ người bán xác nhận và người thứ hai duyệt."
    ),
    "holder_name": (
        "Tên chủ tài khoản như ứng dụng ngân hàng hiện ra. Khác tên người bán và tên hộ kinh doanh "
        "thì chưa cấp tấm mã."
    ),
    "wallet": "MoMo hoặc Stripe, nếu người bán có hợp đồng nhận tiền qua ví hoặc cổng thanh toán.",
    "wallet_point": "Mã cửa hàng MoMo, hoặc mã tài khoản Stripe dạng acct_….",
    "contract_no": "Số hợp đồng với ví; không có ví thì với ngân hàng.",
    "contract_from": "Ngày hợp đồng có hiệu lực.",
    "displayed_codes": "Số tấm mã QR đếm được đang treo tại gian, kể cả mã của nơi khác. Không có thì ghi 0.",
    "audited_on": "Ngày đếm. Sổ chợ giữ lần đếm mới nhất.",
    "installed_on": "Ngày treo tấm mã do chợ cấp. Chỉ ghi khi tấm mã đã được cấp.",
}
"""The whole meaning, for the second sheet."""

RULES = (
    "Dòng có Mã gian hàng VIDU và họ tên Nguyễn Thị Ví Dụ là dòng ví dụ: không bao giờ được nhập.",
    "Tên cột viết hoa hay thường, có dấu hay không, đứng thứ tự nào cũng nhận.",
    "Cột STT, Ghi chú, Kết quả, Lý do / lưu ý và Cách sửa không đọc. Cột lạ khác thì cả tệp không nhận.",
    "Dòng bắt đầu bằng Tổng, Tổng cộng hoặc Cộng không đọc; dòng dưới đó có mã gian hàng vẫn đọc.",
    "Tệp tối đa 5 MB, 20.000 dòng. Nhập lại cùng một tệp không đổi gì thêm.",
)
