"""English of the rules of matching and fees, and of what is refused there."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "Quy tắc": "Rules",
    "xem quy tắc": "read the rules",
    "Hai người mới đổi được": "Changed by two people only",
    "Quy tắc đối soát và phí": "Rules of matching and fees",
    "{n} dòng quy tắc đang dùng": "{n} rows of rules in force",
    "Mỗi lần chốt ghi mã của quy tắc đã dùng. Đổi quy tắc phải thử trên các ngày đã chốt và do hai người quyết.": (
        "Every close names the hash of its rules. A change is tried on closed days and decided by two people."
    ),
    "Mã đang dùng: {root}.": "Hash in force: {root}.",
    "Các lần đổi": "Changes",
    "Lần đổi": "Change",
    "Dùng từ ngày": "In force from",
    "Người đề xuất": "Proposed by",
    "Số {n}": "Number {n}",
    "Chưa đổi lần nào: đang dùng quy tắc lúc cài đặt.": "No change yet: the rules are those of the installation.",
    "Đã thử trên {days} ngày chợ đã chốt, {first} đến {last}, với {records} kết luận.": (
        "Tried on {days} closed market days, {first} to {last}, with {records} decisions."
    ),
    "{n} kết luận sẽ khác.": "{n} of them would differ.",
    "Đề xuất đổi quy tắc": "Propose a change",
    "Như: phụ lục hợp đồng số 3, phí mới từ 01/12": "Such as: annex 3 of the contract, new fee from 01/12",
    "Các dòng mới, dạng TOML": "The new rows, as TOML",
    "Mỗi nguồn một bảng [[profile]] đủ các ô. Bấm “Đổi từ dòng này” ở bảng trên để có sẵn dòng đang dùng.": (
        "One whole [[profile]] table a source. “Change this row” in the table above begins with it."
    ),
    "Đổi từ dòng này": "Change this row",
    "Các ô sẽ khác": "Fields that would differ",
    "{n} ô": "{n} fields",
    "Ô": "Field",
    "không ghi": "not set",
    "Nguyên văn các dòng đề xuất": "The rows proposed, whole",
    "Ghi đề xuất": "Propose",
    "Lần đổi quy tắc số {n}": "Change of the rules {n}",
    "Lần đổi số {n}: {changed} trên {records} kết luận sẽ khác": (
        "Change {n}: {changed} of {records} decisions would differ"
    ),
    "Lần đổi số {n} chưa thử": "Change {n} was not tried yet",
    "Dùng từ {on}.": "In force from {on}.",
    "{who} đề xuất lúc {at}.": "Proposed by {who}, {at}.",
    "Chưa ghi được": "Not written",
    "Thử trên ngày đã chốt, {first} đến {last}": "Tried on closed days, {first} to {last}",
    "{n} kết luận, {amount}": "{n} decisions, {amount}",
    "Kết luận sẽ khác": "Decisions that would differ",
    "Đang là": "Now",
    "Sẽ là": "Would be",
    "Sổ": "Book",
    "lệch khác": "another difference",
    "Không kết luận nào khác đi.": "No decision would differ.",
    "Ngày chợ đã xem": "Market days looked at",
    "Ngày chợ sẽ chốt lại khác": "Market days that would be restated",
    "{was} thành {tried}": "{was} becomes {tried}",
    "{amount}, không đổi": "{amount}, unchanged",
    "Ví dụ": "Examples",
    "Các dòng đề xuất": "The rows proposed",
    "Mã {root}": "Hash {root}",
    "Đang dùng cho các nguồn này": "In force for these sources",
    "Thử trên ngày đã chốt": "Try it on closed days",
    "Để trống thì thử {n} ngày đã chốt gần nhất. Không ghi gì vào sổ.": (
        "Left empty, the newest {n} closed days. Nothing is written to the books."
    ),
    "Thử": "Try",
    "Người thứ hai quyết": "A second person decides",
    "Anh/chị là người đề xuất, nên cần một người khác duyệt.": "You proposed it, so somebody else approves.",
    "Chưa thử với quy tắc đang dùng: thử xong mới duyệt được.": (
        "Not tried against the rules in force: it is approved after its trial."
    ),
    "Duyệt, dùng từ {on}": "Approve, in force from {on}",
    "Chờ quyết": "Waits",
    "Đã rút": "Taken back",
    "Các dòng quy tắc": "Rows of rules",
    "Tiền về sau": "Money comes after",
    "Phí theo hợp đồng": "Fee by contract",
    "Các nguồn khác": "All other sources",
    "trừ cả đợt": "taken from the payout as a whole",
    "từng khoản": "of each payment",
    "ít nhất {amount}": "at least {amount}",
    "nhiều nhất {amount}": "at most {amount}",
    "thuế {share} của phí": "tax {share} of the fee",
    "vào thẳng tài khoản": "at once",
    "chưa có nguồn nào báo": "nobody tells",
    "theo bảng kê của nguồn": "as the source lists",
    "theo đợt chốt của nguồn": "by the source's cut-off",
    "theo các lần tiền về trước": "as money arrived before",
    "thông báo": "notices",
    "tiền về": "payouts",
    "tiền về đủ": "paid in full",
    "tiền về đủ mà muộn": "paid in full, late",
    "Đã ghi đề xuất. Thử trên các ngày đã chốt, rồi người khác duyệt.": (
        "Proposed. Try it on closed days, then somebody else approves."
    ),
    "Đã thử xong. Kết quả ở dưới.": "Tried. What it would change is below.",
    "Đã duyệt. Từ ngày đã ghi, các lần chốt dùng quy tắc này.": (
        "Approved. Closes go by it from the day on that it names."
    ),
    "Đã ghi không duyệt.": "Turned down.",
    # refusals
    "Ghi lý do đổi quy tắc.": "Say why the rules change.",
    "Lý do ghi tối đa {most} chữ, nội dung tối đa {most_text} chữ.": (
        "The reason has at most {most} letters, the text at most {most_text}."
    ),
    "Lần đổi quy tắc số {n} còn chờ, quyết xong mới đề xuất tiếp.": (
        "Change {n} waits; it is decided before another one is proposed."
    ),
    "Nội dung không có dòng [[profile]] nào.": "The text holds no [[profile]] row.",
    "Nội dung giống hệt quy tắc đang dùng.": "The text says what is in force already.",
    "Chưa thử trên các ngày đã chốt với quy tắc đang dùng, thử xong mới duyệt.": (
        "It was not tried on closed days against the rules in force; approve it after its trial."
    ),
    "Chỉ người đề xuất rút lại được.": "Only the proposer takes it back.",
    "Lần đổi quy tắc số {n} đã quyết rồi.": "Change {n} is decided already.",
    "Người đề xuất không tự quyết được, cần người thứ hai.": (
        "Whoever proposed it does not decide on it; a second person does."
    ),
    "Cần đăng nhập bằng tên của mình.": "Sign in by your own name.",
    "Ghi cả hai ngày, hoặc để trống cả hai.": "Give both days, or neither.",
    "Trong các ngày này chưa chốt ngày nào.": "None of these days is closed.",
    "Chọn duyệt, không duyệt hoặc rút lại.": "Choose to approve, to turn down or to take back.",
    "Ngày quá xa, xem lại năm.": "Too far away, check the year.",
    "Ngày cuối nằm trước ngày đầu.": "The last day lies before the first.",
}
