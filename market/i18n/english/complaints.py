"""English: complaints about money, and the zones of teams."""

WORDS: dict[str, str] = {
    # kinds and states
    "khách trả sai số tiền": "a customer paid a wrong amount",
    "khách trả hai lần": "a customer paid twice",
    "khách nói đã trả, tiền chưa vào": "a customer says it is paid, no money came",
    "tiền vào tài khoản người khác": "the money went to somebody else's account",
    "khách xin lại tiền": "a customer wants money back",
    "việc khác": "something else",
    "chờ trả lời": "waits for an answer",
    "đã trả lời": "answered",
    "đã xong": "settled",
    "bỏ, không phải sai sót": "dropped, nothing went wrong",
    "Ghi ở đây không chuyển, không hoàn tiền. Tiền do ngân hàng và hai bên tự trả lại cho nhau.": (
        "What is written here moves no money and refunds none. The bank and the two sides give it back."
    ),
    # the form
    "Việc gì đã xảy ra": "What happened",
    "Chọn một việc": "Choose what",
    "Ngày nào": "On which day",
    "Ngày/tháng/năm, như 21/11/2026": "Day/month/year, such as 21/11/2026",
    "Bao nhiêu đồng": "How many đồng",
    "Để trống nếu không nhớ": "Leave empty if you do not remember",
    "Ở gian nào": "At which stall",
    "Không rõ": "Not known",
    "Kể lại ngắn gọn": "Tell it briefly",
    "Đừng ghi tên, số điện thoại, số tài khoản của khách. Tối đa {n} chữ.": (
        "Do not write the customer's name, phone or account number. At most {n} characters."
    ),
    "Chọn một việc đã xảy ra": "Choose what happened",
    # the vendor's page
    "Phản ánh về tiền": "Complaints about money",
    "Tiền trả qua mã có gì sai": "What is wrong with money paid by the code",
    "Đã nhận phản ánh của cô/bác": "Your complaint is received",
    "Ngày trả lời chậm nhất ghi ở dưới.": "The last day for an answer stands below.",
    "Chưa gửi, cô/bác xem lại giúp": "Not sent, please look again",
    "Báo một việc": "Tell us about something",
    "Ban quản lý chợ trả lời chậm nhất {on}.": "The market answers by {on}.",
    "Gửi phản ánh": "Send",
    "Những việc đã báo": "What you told us",
    "Ngày {on}": "On {on}",
    "Xem các việc cũ hơn": "Older ones",
    "Cô/bác chưa báo việc nào.": "You have not told us about anything.",
    "Báo tiền sai, khách xin lại tiền": "Wrong money, a customer wants it back",
    # the market's pages
    "Sai tiền, xin hoàn tiền": "Wrong amounts, refunds asked for",
    "Ghi phản ánh về tiền": "Write down a complaint about money",
    "Ghi phản ánh của người bán": "Write down a vendor's complaint",
    "Ghi phản ánh này": "Save this complaint",
    "Đã ghi phản ánh của người bán. Quản lý chợ trả lời.": (
        "The vendor's complaint is saved. The manager answers it."
    ),
    "{n} phản ánh quá hạn trên {all} đang chờ": "{n} of {all} waiting complaints are late",
    "{n} phản ánh chờ trả lời, chưa việc nào quá hạn": "{n} complaints wait, none is late",
    "Không có phản ánh nào chờ trả lời": "No complaint waits for an answer",
    "Người bán báo sai tiền, trả hai lần, tiền chưa vào, khách xin lại tiền.": (
        "Vendors tell of wrong amounts, double payments, missing money, customers who want it back."
    ),
    "Lọc phản ánh": "Filter complaints",
    "Chờ trả lời": "Waiting",
    "Đã trả lời": "Answered",
    "Số tiền": "Amount",
    "Hạn trả lời": "Answer due",
    "Không có phản ánh nào ở mục này": "No complaints here",
    "Người bán gửi từ trang của mình. Ai nói bằng lời thì mở trang của người bán đó và ghi hộ.": (
        "Vendors send them from their own page. For what is said aloud, open the vendor's page and "
        "write it down."
    ),
    "Phản ánh số {n}": "Complaint {n}",
    "Phản ánh số {n}: {what}": "Complaint {n}: {what}",
    "Người bán báo gì": "What the vendor says",
    "Ngày xảy ra": "Day it happened",
    "theo lời kể": "as told",
    "Lời kể": "In their words",
    "không ghi": "nothing written",
    "Nhận lúc": "Received",
    "Hạn trả lời {on}, đã chờ {n} ngày": "Answer due {on}, {n} days so far",
    "Trả lời": "Answer",
    "Phản ánh này đã đóng, không còn việc gì.": "This complaint is closed, nothing is left to do.",
    "Làm gì với phản ánh này": "What to do with this complaint",
    "Trả lời, còn theo dõi": "Answer and keep an eye on it",
    "Xong việc": "Settled",
    "Bỏ, không phải sai sót": "Drop, nothing went wrong",
    "Người bán đọc được câu này. Đừng ghi tên, số điện thoại, số tài khoản của khách.": (
        "The vendor can read this. Do not write a customer's name, phone or account number."
    ),
    "Ghi": "Save",
    "Nói gì với người bán": "What the vendor is told",
    "Quản lý chợ trả lời phản ánh.": "The manager answers complaints.",
    "Đã nhận phản ánh.": "The complaint is received.",
    "Đã ghi câu trả lời.": "The answer is saved.",
    "Đã ghi là xong.": "Saved as settled.",
    "Đã bỏ phản ánh này.": "The complaint is dropped.",
    "Phản ánh về tiền, chờ trả lời": "Complaints about money that wait for an answer",
    "Lâu nhất {n} ngày, hạn trả lời sớm nhất {on}": "Oldest {n} days, first answer due {on}",
    # refusals
    "Ghi việc gì đã xảy ra, một câu là đủ": "Say what happened, one sentence will do",
    "Ngày {on:%d/%m/%Y} chưa tới, ghi ngày việc xảy ra": (
        "{on:%d/%m/%Y} has not come yet, give the day it happened"
    ),
    "Ngày {on:%d/%m/%Y} đã quá hai năm, sổ không còn khoản nào để tra": (
        "{on:%d/%m/%Y} is more than two years ago, no payment is kept that long"
    ),
    "Ghi số tiền từ 1 đồng, hoặc để trống nếu không nhớ": (
        "Give an amount from 1 đồng up, or leave it empty"
    ),
    "Gian {stall} không phải của người bán này": "Stall {stall} is not this vendor's",
    "Đang có {n} phản ánh chờ trả lời, gặp ban quản lý chợ": (
        "{n} complaints wait already, please see the market's office"
    ),
    "Ghi một câu: người bán đọc được câu này": "Write a sentence: the vendor can read it",
    "Phản ánh này còn chờ trả lời": "This complaint still waits for an answer",
    "Người khác đã trả lời phản ánh này": "Somebody else has answered this complaint",
    "Người khác đã ghi phản ánh này là xong": "Somebody else has settled this complaint",
    "Người khác đã bỏ phản ánh này": "Somebody else has dropped this complaint",
    "Không có phản ánh này": "No such complaint",
    "Phản ánh chưa tới bước này": "The complaint may not take this step",
    # events
    "Nhận phản ánh về tiền": "Complaint about money received",
    "Xử lý phản ánh về tiền": "Complaint about money dealt with",
    "Giao khu cho tổ hỗ trợ": "Zone given to a team",
    "Thôi giao khu cho tổ hỗ trợ": "Zone taken from a team",
    "tự gửi phản ánh về tiền": "sent a complaint about money",
    # zones of teams
    "Khu của tổ": "Zones of the team",
    "Người của tổ được mời ghé các khu này trước": "Its helpers are shown these zones first",
    "Giao những khu nào": "Which zones it has",
    "đang giao cho {team}": "{team} has it",
    "Ghi khu của tổ": "Save the zones",
    "Chợ chưa có khu nào. Thêm khu ở mục Mặt bằng.": "The market has no zones yet. Add them under Floor.",
    "Các khu trước đây": "Earlier zones",
    "Khu của tổ mình: {zone}": "Your team's zone: {zone}",
    "Khu của tổ mình trước, rồi các khu khác": "Your team's zones first, then the others",
    "Khu: {zones}": "Zones: {zones}",
    "Tổ đã thôi hoạt động, không giao khu được nữa": "The team has ended, it gets no zones any more",
    "Chợ không có khu này, chọn lại trong danh sách": "The market has no such zone, choose from the list",
    "{zone} đang giao cho {team}, bỏ khu ở tổ đó trước": (
        "{team} has {zone}, take it from that team first"
    ),
    "Người khác vừa đổi khu của tổ này, nay là: {zones}": (
        "Somebody else has just changed this team's zones, now: {zones}"
    ),
}
