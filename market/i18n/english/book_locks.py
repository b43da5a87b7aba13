"""English of locking the books."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "Khoá sổ": "Lock the books",
    "Hai người khoá, hai người mở": "Two people lock, two people open",
    "khoá sổ": "lock the books",
    "mở sổ": "open the books again",
    "{n} ngày đã khoá có dữ liệu mới": "New data came for {n} locked days",
    "Một đề xuất chờ người thứ hai": "One proposal waits for a second person",
    "Ngày đã khoá không tự đổi nữa: tiền báo muộn được giữ lại và hiện ở đây, hai người mở sổ thì lần chốt sau mới tính vào.": (
        "A locked day no longer changes by itself: money told late is kept and shown here; once two"
        " people open the books the next close counts it."
    ),
    "Dữ liệu mới của ngày đã khoá": "New data for locked days",
    "Nhận qua QR sẽ đổi": "Takings by QR would change by",
    "Thực nhận sẽ đổi": "Net would change by",
    "đang dùng phiên bản {n}": "version {n} stands",
    "Các lần khoá, mở": "Locked and opened",
    "{what} từ {first} đến {last}": "{what}, {first} to {last}",
    "Quyết: {who}": "Decided by {who}",
    "Chưa khoá ngày nào: ngày có dữ liệu mới thì tự có phiên bản mới và nói rõ vì sao.": (
        "No day is locked: a day to which data comes gets a new version by itself and says why."
    ),
    "Bắt buộc nếu không duyệt": "Needed when turning down",
    "Đề xuất khoá hoặc mở sổ": "Propose to lock or open the books",
    "Làm gì": "What",
    "Ngày nào cũng phải đã chốt chính thức": "Every day of it must be final",
    "Như 01/10/2026": "Such as 01/10/2026",
    "Như: đã nộp báo cáo tháng 10": "Such as: the report of October is handed in",
    "Chọn khoá sổ hoặc mở sổ": "Choose to lock or to open",
    "Chọn duyệt hoặc không duyệt": "Choose to approve or to turn down",
    "Cần đăng nhập bằng tên của mình": "Sign in by name for this",
    "Ghi vì sao, người sau đọc lại được": "Write why, for those who read it later",
    "Ngày cuối phải sau ngày đầu": "The last day must not lie before the first",
    "Mỗi lần tối đa {n} ngày": "At most {n} days at a time",
    "Chỉ khoá những ngày đã qua": "Only days that are over are locked",
    "Đề xuất số {n} còn chờ, quyết xong mới đề xuất tiếp": (
        "Proposal {n} waits; decide on it before proposing another"
    ),
    "Ghi vì sao không duyệt": "Write why not",
    "Chỉ người đề xuất rút lại được": "Only who proposed can take it back",
    "Các ngày này chưa khoá, không cần mở": "These days are not locked",
    "Trong các ngày này chưa chốt ngày nào": "None of these days is closed",
    "Ngày {on:%d/%m/%Y} còn là sơ bộ, chưa khoá được": (
        "{on:%d/%m/%Y} is provisional still and cannot be locked"
    ),
    "Các ngày này đã khoá rồi": "These days are locked already",
    "Đề xuất số {n} đã quyết rồi": "Proposal {n} is decided already",
    "Đã xem lại. Sổ đã khoá nên dữ liệu mới được giữ lại, chưa tính vào.": (
        "Looked again. The books are locked, so new data is kept and not counted yet."
    ),
    "Ngày này đã khoá sổ và có dữ liệu mới": "This day is locked and new data came",
    "Nếu mở sổ: nhận qua QR đổi {amount}.": "If opened: takings by QR change by {amount}.",
    "Xem và đề xuất mở sổ": "Look and propose to open the books",
    "Đã khoá sổ, không tự đổi nữa": "Locked: no longer changes by itself",
    "Khoá sổ bởi hai người": "Lock the books, by two people",
}
