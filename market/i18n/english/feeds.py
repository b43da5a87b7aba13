"""English: the feeds, what came through them, and money that names nobody."""

WORDS: dict[str, str] = {
    # the frame
    "Nguồn tiền": "Feeds",
    "Lịch sao kê": "Statement calendar",
    "Lượt nhận": "Deliveries",
    "Tiền chưa rõ của ai": "Money of nobody known",
    "Sao kê, tin báo tiền, tiền chưa rõ của ai": "Statements, notices, money of nobody known",
    # today
    "{n} lượt nhận và {rows} dòng đang chờ người xem": (
        "{n} deliveries and {rows} rows wait for a person"
    ),
    "Hôm nay nhận {n} lượt, không có gì chờ xử lý": "{n} deliveries came today, nothing waits",
    "Hôm nay chưa nhận gì": "Nothing has come today",
    "Ngày {on}. “Chưa có gì” khác với “có tệp, không khoản nào”.": (
        "Day {on}. “Nothing yet” is not the same as “a file that holds no payment”."
    ),
    "{n} lượt hôm nay mang chữ ký sai.": "{n} deliveries today bear a wrong signature.",
    "Đã đọc lại các lượt chờ của {name}": "What waited of {name} was read again",
    "Còn {n} lượt vẫn chưa đọc được: mở từng lượt để xem vì sao. Mỗi lần đọc lại tối đa 100 lượt.": (
        "{n} deliveries still cannot be read: open each to see why. At most 100 are read at a time."
    ),
    "Không còn lượt nào chờ.": "Nothing waits any more.",
    "Chưa đọc lại được": "Not read again",
    "{name}: cột của tệp đã đổi": "{name}: the columns of the file changed",
    "Tệp mới nhất không được đọc.": "The newest file was not read.",
    "Tệp mới nhất vẫn đọc được.": "The newest file was read all the same.",
    "“{was}” thành “{now}”.": "“{was}” became “{now}”.",
    "Cột mới: {names}.": "New columns: {names}.",
    "{name}: dữ liệu gửi đến có trường mới": "{name}: what is sent has new fields",
    "Lượt đầu tiên có trường mới không được đọc.": "The first delivery with them was not read.",
    "Vẫn đọc được; trường mới chưa được dùng vào việc gì.": (
        "It is still read; nothing is done with the new fields yet."
    ),
    "Trường mới: {names}.": "New fields: {names}.",
    "Xem lượt này": "See this delivery",
    "Mất cột: {names}.": "Columns gone: {names}.",
    "Thứ tự cột đã đổi.": "The columns changed places.",
    "Xem tệp này": "See this file",
    "Từng nguồn hôm nay": "Each feed today",
    "Lượt hôm nay": "Deliveries today",
    "Khoản mới": "New payments",
    "Chờ người xem": "Waits for a person",
    "đang mở": "open",
    "Phải có": "Due",
    "{here} trên {all} tài khoản": "{here} of {all} accounts",
    "mỗi khi có tiền": "whenever money comes",
    "mỗi 5 phút": "every 5 minutes",
    "chưa mở": "not open",
    "Chưa bao giờ": "Never",
    "chưa có tệp": "no file yet",
    "chưa có gì": "nothing yet",
    "{n} chữ ký sai": "{n} wrong signatures",
    "{n} không nhận": "{n} not taken",
    "{n} lỗi máy chủ": "{n} faults of the server",
    "{n} lượt, từ {at}": "{n} deliveries, since {at}",
    "Không có": "None",
    "Chưa có nguồn nào": "No feeds yet",
    "Mở nguồn trong cài đặt của máy chủ, hoặc nạp tệp đầu tiên bằng lệnh cho40 feed ingest.": (
        "Open a feed in the server's settings, or take in the first file with cho40 feed ingest."
    ),
    "Đọc lại sau khi sửa": "Read again after a fix",
    "Sửa bộ đọc, khoá hoặc cài đặt rồi đọc lại tất cả lượt chờ của một nguồn. Làm nhiều lần cũng không ghi trùng.": (
        "Mend the reader, a key or a setting, then read everything that waits of a feed again. "
        "Doing it twice doubles nothing."
    ),
    "Đọc lại {name}": "Read {name} again",
    # deliveries
    "Những gì đã nhận, mới nhất đứng trước": "What came, the newest first",
    "Mỗi tệp, mỗi trang hỏi được, mỗi tin báo là một lượt. Bản gốc giữ nguyên từng byte.": (
        "Each file, each page asked for, each notice is one delivery. What came is kept byte for byte."
    ),
    "Lọc lượt nhận": "Filter the deliveries",
    "Mọi tình trạng": "Every state",
    "Nhận ngày": "Received on",
    "Lượt": "Delivery",
    "Tệp, tài khoản": "File, account",
    "Mới": "New",
    "Đổi": "Changed",
    "Lặp": "Repeated",
    "Chờ": "Waiting",
    "Chờ xử lý": "Waiting",
    "Còn dòng chờ": "Rows wait",
    "Lượt đã huỷ": "Taken back",
    "bản sửa của lượt {n}": "corrects delivery {n}",
    "Không có lượt nhận nào như thế": "No such deliveries",
    "không có tên": "without a name",
    # one delivery
    "Lượt nhận {name}": "Delivery {name}",
    "{name}: còn {n} dòng chờ người xem": "{name}: {n} rows wait for a person",
    "{name}: đọc hết, {n} khoản đang tính": "{name}: read whole, {n} payments count",
    "nhận lúc {at}": "received {at}",
    "Đọc lại": "Read again",
    "Bản gốc, {n} byte": "What came, {n} bytes",
    "Lượt này là gì": "What this delivery is",
    "Tệp": "File",
    "Chữ ký": "Signature",
    "{new} mới, {revised} đổi, {repeated} lặp": "{new} new, {revised} changed, {repeated} repeated",
    "Đang tính": "Counting now",
    "{n} khoản khác đã có bản sau hoặc bị bỏ ra": "{n} others have a later version or were taken out",
    "Sửa cho": "Corrects",
    "lượt {n}": "delivery {n}",
    "Đã có bản sửa": "Corrected by",
    "Mã bản gốc": "Digest of what came",
    "Bản gốc đã hết hạn giữ.": "What came is not kept any more.",
    "Số tổng để kiểm tra": "Control totals",
    "Đối chiếu": "Compared",
    "Đủ chưa": "Whole",
    "Số dòng": "Rows",
    "tệp ghi {n}": "the file says {n}",
    "Tiền vào": "Money in",
    "Tiền ra": "Money out",
    "Chỉ người xem được mọi chợ thấy, vì tệp có tiền của chợ khác.": (
        "Shown to who sees every market, for a file holds other markets' money."
    ),
    "Huỷ lượt nhận": "Take the delivery back",
    "Hai người: một người đề nghị, người khác quyết định. Không xoá gì.": (
        "Two people: one asks, another decides. Nothing is deleted."
    ),
    "{who} đề nghị huỷ lúc {at}: {why}": "{who} asked to take it back at {at}: {why}",
    "Quyết định": "Decision",
    "Anh/chị là người đề nghị, nên chỉ rút được. Người khác duyệt.": (
        "You asked for it, so you may only withdraw. Somebody else approves."
    ),
    "Nếu huỷ: {n} khoản đang tính của lượt này không tính nữa; khoản mà lượt này đã thay sẽ tính lại.": (
        "If taken back: {n} payments of this delivery count no more; what it replaced counts again."
    ),
    "Ghi quyết định": "Record the decision",
    "Lượt này đã huỷ. Gửi lại tệp đúng thì tính như tệp mới.": (
        "This delivery was taken back. The right file, sent again, counts as a new one."
    ),
    "Người quyết định đọc câu này. Đừng ghi số tài khoản, số điện thoại.": (
        "Whoever decides reads this. Do not write account or phone numbers."
    ),
    "Vì sao huỷ": "Why take it back",
    "Đề nghị huỷ lượt này": "Ask to take it back",
    "Quản trị viên đề nghị và quyết định.": "Administrators ask and decide.",
    "{n} dòng không đọc được, {open} còn chờ": "{n} rows could not be read, {open} still wait",
    "Mở dòng gốc được ghi vào nhật ký.": "Opening a row as it came is noted in the log.",
    "Chữ trong dòng chỉ quản trị viên mở được.": "Only administrators open what a row says.",
    "Dòng không đọc được": "Rows that could not be read",
    "Dòng": "Row",
    "Dòng gốc": "The row as it came",
    "dòng {n}": "row {n}",
    "Vì sao": "Why",
    "Đã đọc được {at}": "Read {at}",
    "Còn chờ": "Still waiting",
    "Mở dòng gốc": "Open the row",
    "Dòng này ghi như sau": "What this row says",
    "Tên và tài khoản người trả đã bỏ. Lần mở này đã ghi vào nhật ký.": (
        "The payer's name and account are left out. That you opened it is in the log."
    ),
    "Huỷ lượt nhận này": "Take this delivery back",
    "Không huỷ": "Do not take it back",
    "Rút đề nghị": "Withdraw",
    "Đã ghi đề nghị huỷ. Cần người thứ hai xem và quyết định.": (
        "Asked. A second person has to look and decide."
    ),
    "Đã huỷ lượt nhận. Các khoản của lượt này không tính nữa.": (
        "Taken back. What it told counts no more."
    ),
    "Đã ghi là không huỷ.": "Recorded: it is not taken back.",
    "Đã rút đề nghị huỷ.": "Withdrawn.",
    "Bản gốc đã hết hạn giữ, không đọc lại được nữa": "What came is not kept any more",
    "Lượt này đã huỷ: gửi lại tệp thay vì đọc lại": "Taken back: send the file again instead",
    "Lượt này đã huỷ, hoặc đã có người đề nghị": "It is taken back, or somebody asked already",
    "Không còn đề nghị nào chờ quyết định": "Nothing waits for a decision",
    "Người đề nghị chỉ rút được; duyệt phải là người thứ hai": (
        "Who asked may only withdraw; a second person approves"
    ),
    "Chưa có bộ đọc cho nguồn này": "There is no reader for this feed",
    "Ghi rõ lý do, ít nhất 5 chữ cái": "Say why, in 5 letters or more",
    # the calendar
    "Tháng {month}: {n} ngày còn thiếu sao kê": "Month {month}: {n} days lack a statement",
    "Tháng {month}: không thiếu sao kê nào đã đến hạn": (
        "Month {month}: no statement that was due is missing"
    ),
    "Tháng {month}: chưa có sao kê nào phải đến": "Month {month}: no statement is due yet",
    "Mỗi ô là một ngày của một nguồn: bao nhiêu tài khoản đã có sao kê trên bao nhiêu tài khoản phải có. Ngày chỉ chốt chính thức khi đủ.": (
        "Each box is a day of a feed: of how many accounts a statement is here, of how many it is due. "
        "A day becomes final only when all are here."
    ),
    "{n} ngày thiếu": "{n} days missing",
    "không thiếu ngày nào đã đến hạn": "no day that was due is missing",
    "không phải có": "nothing is due",
    "Chưa có tài khoản nào phải có sao kê": "No account has to have a statement yet",
    "Một tài khoản vào lịch từ ngày nó báo khoản đầu tiên.": (
        "An account enters the calendar on the day it tells its first payment."
    ),
    "Thiếu": "Missing",
    "Đến muộn": "Came late",
    "Chưa đến hạn": "Not due yet",
    "Có sao kê": "Here",
    "Có tệp, không khoản nào": "A file, no payment in it",
    # nobody's money
    "{n} khoản chưa rõ của ai": "{n} payments of nobody known",
    "Những khoản có thể của chợ anh/chị": "Payments that may be your market's",
    "Không có khoản nào chưa rõ của ai": "Every payment has its vendor",
    "Không khoản nào bị bỏ: vẫn nằm trong sổ, chưa tính cho ai. Một người đề nghị, người thứ hai duyệt.": (
        "None is dropped: each stays in the books as nobody's. One person says whose, a second approves."
    ),
    "Một khoản có thể nằm ở cả hai sổ.": "One payment may stand in both books.",
    "Lọc khoản": "Filter the payments",
    "Chờ người thứ hai": "Waits for a second person",
    "Tiền ngày": "Money of",
    "Lời nhắn": "Remark",
    "Có thể của": "May be of",
    "và {n} người khác": "and {n} others",
    "chưa có manh mối": "no hint",
    "Không có khoản nào như thế": "No such payments",
    "Khoản của người không cho xem tiền không hiện ở đây.": (
        "Money of those who let nobody see it is not shown here."
    ),
    "Khoản chưa rõ của ai": "A payment of nobody known",
    "{amount} ngày {on} chưa rõ của ai": "{amount} on {on} is nobody's yet",
    "Ghi cho ai thì lần chốt sau mới tính vào ngày đó.": (
        "Given to somebody, it counts on that day from the next close on."
    ),
    "Khoản này ghi gì": "What the payment says",
    "Tiền của ai": "Whose money",
    "{who} đề nghị ghi cho {vendor}: {why}": "{who} says it is {vendor}'s: {why}",
    "người bán chợ khác": "a vendor of another market",
    "Chọn người bán": "Choose the vendor",
    "Người khác, ghi mã bên dưới": "Somebody else, write the code below",
    "Mã người bán": "Vendor code",
    "Ví dụ CC2222ADC, in trên tấm mã": "Such as CC2222ADC, printed on the poster",
    "Người duyệt đọc câu này. Đừng ghi tên, số tài khoản của khách.": (
        "Whoever approves reads this. Do not write a customer's name or account."
    ),
    "Vì sao biết": "How it is known",
    "Đề nghị ghi cho người này": "Say it is this vendor's",
    "Quản lý chợ và quản trị viên ghi được.": "Managers and administrators may say whose it is.",
    "Duyệt, ghi tiền cho người này": "Approve: it is this vendor's",
    "Không duyệt": "Do not approve",
    "Đã ghi đề nghị. Cần người thứ hai xem và quyết định.": (
        "Recorded. A second person has to look and decide."
    ),
    "Đã ghi tiền cho người bán. Lần chốt sau sẽ tính vào ngày đó.": (
        "It is the vendor's now. The next close counts it on that day."
    ),
    "Đã ghi là không duyệt. Khoản này vẫn chưa rõ của ai.": "Not approved. It is still nobody's.",
    "Đã rút đề nghị.": "Withdrawn.",
    "Chọn một người, hoặc ghi mã người bán": "Choose somebody, or write a vendor code",
    "Không có người bán mang mã này ở chợ của anh/chị": "No vendor of your markets has this code",
    "Người bán này không cho xem tiền ngày đó": "This vendor lets nobody see that day's money",
    "Đã có đề nghị, chờ người thứ hai quyết định": "Somebody said whose it is; a second person decides",
    # feeds and what became of them
    "Mẫu chung": "General form",
    "báo ngay": "notices",
    "hỏi định kỳ": "asked regularly",
    "tệp": "file",
    "đã nhận, chưa đọc": "received, not read",
    "đã đọc": "read",
    "gửi lặp": "sent twice",
    "chữ ký sai": "wrong signature",
    "không nhận tệp": "file not taken",
    "lỗi của máy chủ": "fault of the server",
    "lượt đã huỷ": "taken back",
    "chữ ký đúng": "right signature",
    "bên gửi không ký, địa chỉ riêng thay chữ ký": "not signed; a secret address stands for it",
    "tệp không có chữ ký": "files are not signed",
    "tệp trống": "the file is empty",
    "tệp hoặc một dòng quá lớn": "the file or a line is too large",
    "không phải dạng tệp đọc được": "not a format that is read",
    "tệp còn mã hoá": "the file is still encrypted",
    "bảng mã chữ lẫn lộn": "mixed encodings",
    "có ký tự điều khiển": "holds control characters",
    "XML có phần khai báo bị cấm": "XML with a forbidden declaration",
    "tệp hỏng cấu trúc": "the file's structure is broken",
    "cột của tệp đã đổi": "the columns changed",
    "tệp bị cắt, thiếu dòng cuối": "the file is cut, its last line is missing",
    "số tổng không khớp các dòng": "the totals do not agree with the rows",
    "mã kiểm tra sai": "wrong checksum",
    "tệp của tài khoản khác, hoặc không rõ của tài khoản nào": (
        "the file is of another account, or of no account one can tell"
    ),
    "giờ gửi lệch quá mức cho phép": "sent at a time too far off",
    "thiếu mã tham chiếu": "the reference is missing",
    "máy chủ gặp lỗi khi đọc": "the server failed to read it",
    "số tiền không đọc được": "the amount cannot be read",
    "số tiền quá lớn": "the amount is too large",
    "cả hai cột ghi nợ, ghi có, hoặc không cột nào": "both debit and credit, or neither",
    "dấu của số tiền sai": "wrong sign of the amount",
    "ngày không có thật hoặc sai dạng": "no such day, or not in the form",
    "số dư không nối tiếp": "the running balance breaks",
    "thực nhận khác tổng trừ phí": "net is not gross less fee",
    "trạng thái lạ": "unknown status",
    "dòng thừa ô": "the row has too many cells",
    "một ô dài quá chỗ ghi": "a cell is too long to keep",
    "lệch, vì có dòng chưa đọc được": "differs, because rows cannot be read",
    "tệp không ghi số tổng": "the file states no totals",
    "đủ": "whole",
    "còn dòng chờ": "rows wait",
    "không rõ đủ chưa": "not known whether whole",
    "chờ người thứ hai": "waits for a second person",
    "đã duyệt": "approved",
    "không duyệt": "not approved",
    "đã rút": "withdrawn",
    "sao kê": "statement",
    "tài khoản của người này ngày đó": "her account on that day",
    "tài khoản của người này vào ngày khác": "her account on other days",
    "lời nhắn có mã người này": "the remark holds her code",
    "lời nhắn nêu số tiền người này đã yêu cầu": "the remark names an amount she asked for",
    "khách trả": "payment",
    "trả lại khách": "refund",
    "huỷ trả lại": "refund undone",
    "đảo khoản": "reversal",
    "khách đòi lại": "chargeback",
    "thôi đòi lại": "chargeback undone",
    "phí": "fee",
    "thuế": "tax",
    "tiền ví chuyển về": "payout",
    "tiền ví bị trả lại": "payout returned",
    "chuyển đi": "transfer",
    "nạp tiền": "top-up",
    "điều chỉnh": "adjustment",
    "giữ lại": "reserve",
    "khác": "other",
    # what came of reading again
    "Bản gốc bị mất hoặc hỏng, không đọc lại được. Khôi phục từ bản sao lưu rồi thử lại.": (
        "What came is lost or damaged. Restore it from a backup and try again."
    ),
    "Chữ ký vẫn chưa đúng với khoá đang dùng. Thêm khoá cũ vào cài đặt rồi thử lại.": (
        "The signature still does not hold with the keys in use. Add the old key and try again."
    ),
    "Nguồn này chưa mở trong cài đặt, nên chưa kiểm tra được chữ ký.": (
        "This feed is not open in the settings, so its signature cannot be checked."
    ),
    "Bộ đọc bây giờ không đọc được tệp này nữa. Những dòng đã ghi vẫn giữ nguyên.": (
        "The reader of now does not read this file any more. What was recorded stays."
    ),
    "Chữ ký đúng. Nội dung này đã nhận ở lượt khác, không ghi thêm.": (
        "The signature holds. The same came in another delivery, nothing is added."
    ),
    "Đọc được hết: thêm {new} khoản mới, {revised} khoản đổi.": (
        "Read whole: {new} payments added, {revised} changed."
    ),
    "Đọc lại, chưa khác trước.": "Read again, as before.",
    "Vẫn chưa đọc được: {why}.": "Still not readable: {why}.",
    "Đọc được: thêm {new} khoản mới, {revised} khoản đổi; còn {waiting} dòng chờ.": (
        "Read: {new} payments added, {revised} changed; {waiting} rows still wait."
    ),
    "Đọc lại, chưa khác trước: còn {n} dòng chờ.": "Read again, as before: {n} rows still wait.",
    "Tài khoản có nhiều nguồn báo": "Accounts that several sources tell of",
    "Khoản cùng mã tham chiếu của ngân hàng chỉ tính một lần, theo nguồn đứng trước. Tính trong 7 ngày gần đây.": (
        "Payments under one bank reference count once, as the first source tells them. The last 7 days."
    ),
    "{n} khoản cùng mã tham chiếu mà hai nguồn báo khác số tiền hoặc khác ngày": (
        "{n} payments with one reference of which two sources tell other amounts or days"
    ),
    "Cả hai đang tính. Xem sao kê của ngân hàng, rồi huỷ lượt sai hoặc nhờ bên gửi báo lại.": (
        "Both count. Look at the bank's statement, then take the wrong delivery back or ask its sender to tell anew."
    ),
    "{name}, tài khoản ···{tail}, ngày {on}, dòng {row}": "{name}, account ···{tail}, on {on}, row {row}",
    "Đây là {n} khoản mới nhất; sửa xong thì các khoản cũ hơn hiện ra.": (
        "These are the newest {n}; older ones show when these are put right."
    ),
    "{n} trên {total} tài khoản": "{n} of {total} accounts",
    "So với nhau": "Compared",
    "{n} khoản tính, {checks} khoản để đối chiếu": "{n} count, {checks} are a check",
    "Khớp, tính một lần": "Agree, counted once",
    "Có thể tính hai lần": "May count twice",
    "{n} khoản không có mã tham chiếu để so.": "{n} payments name no reference to compare by.",
    "Mỗi nguồn có khoản mà nguồn kia không báo.": "Each tells payments that the other does not.",
    "Nếu cùng là một tiền: ghi nguồn được tính vào CHO40_TOLD_BY của máy chủ, rồi đọc lại các lượt cũ bằng lệnh cho40 feed reparse --apply.": (
        "If it is the same money: name the source that counts in the server's CHO40_TOLD_BY, then read older deliveries again by cho40 feed reparse --apply."
    ),
    "Cùng mã, khác số tiền hoặc ngày": "One reference, other amount or day",
    "{n} khoản nguồn khác cũng báo: tính ở nguồn đó, đây để đối chiếu": (
        "{n} that another source tells as well: counted there, here they are a check"
    ),
    "{name}: đọc hết, {n} khoản đang tính, {checks} khoản để đối chiếu": (
        "{name}: read whole, {n} payments count, {checks} are a check"
    ),
    "{n} khoản ở đây cùng mã tham chiếu với nguồn khác mà khác số tiền hoặc khác ngày": (
        "{n} payments here have the reference of another source and another amount or day"
    ),
    "Làm gì tiếp": "What to do",
    "Bộ đọc ghi: {detail}": "The reader notes: {detail}",
    "tin báo": "message",
    "Tải lại tệp từ ngân hàng rồi nạp lại; bản cũ vẫn giữ để xem.": (
        "Get the file from the bank again and take it in anew; the old one is kept to look at."
    ),
    "Xin tệp theo từng ngày, hoặc nạp bằng cho40 feed ingest với --mib-max lớn hơn.": (
        "Ask for files by the day, or take it in by cho40 feed ingest with a larger --mib-max."
    ),
    "Tải sao kê dạng CSV hoặc XLSX, không phải PDF hay XLS kiểu cũ.": (
        "Get the statement as CSV or XLSX, not as PDF or old XLS."
    ),
    "Giải mã bằng khoá đã hẹn với bên gửi rồi nạp lại.": (
        "Decrypt it with the key agreed with the sender, then take it in anew."
    ),
    "Mở tệp, lưu lại dạng CSV UTF-8 rồi nạp lại.": "Open it, save it as CSV UTF-8, take it in anew.",
    "Xin bên gửi tệp XML không có khai báo DOCTYPE.": "Ask the sender for XML without a DOCTYPE.",
    "Trang Hôm nay ghi cột nào đã đổi. Xin tệp theo mẫu cũ, hoặc cập nhật bộ đọc rồi bấm Đọc lại.": (
        "The page Today names the changed columns. Ask for the former form, or update the reader and press Read again."
    ),
    "Thiếu dòng cuối nên không biết đã đủ chưa: tải lại trọn tệp rồi nạp lại.": (
        "Without its last line nobody knows whether it is whole: get the whole file and take it in anew."
    ),
    "Đừng sửa tay. Tải lại tệp rồi nạp lại; nếu vẫn lệch, hỏi ngân hàng.": (
        "Mend nothing by hand. Get the file again and take it in anew; if it still differs, ask the bank."
    ),
    "Tải lại tệp rồi nạp lại; nếu vẫn sai, báo bên gửi.": (
        "Get the file again and take it in anew; if it is still wrong, tell its sender."
    ),
    "Nạp lại và ghi đúng, đủ số tài khoản của tệp: ô kiểu số của Excel mất số 0 ở đầu.": (
        "Take it in again and name the file's account in full: a number cell of Excel loses leading zeros."
    ),
    "Xem khoá trong CHO40_HOOKS có đúng khoá của bên gửi, rồi bấm Đọc lại. Nếu không phải bên gửi thật: huỷ lượt này.": (
        "See whether the secret in CHO40_HOOKS is the sender's, then press Read again. If it was not the sender: take this delivery back."
    ),
    "Xem giờ của máy chủ. Bên gửi thường tự gửi lại; nếu không, lấy sao kê của ngày đó.": (
        "Look at the server's clock. Senders usually try again; otherwise get the statement of that day."
    ),
    "Lỗi của phần mềm, bản gốc vẫn giữ: cập nhật rồi bấm Đọc lại.": (
        "A fault of the software, the original is kept: update it and press Read again."
    ),
    "Mở dòng gốc xem sai ở đâu. Xin ngân hàng tệp đúng rồi nạp lại: tệp đúng thay tệp này. Các dòng khác đã được ghi.": (
        "Open the row to see what is wrong. Ask the bank for the right file and take it in: it replaces this one. The other rows are in the books."
    ),
    "Mở dòng gốc xem sai ở đâu, rồi nhờ bên gửi báo lại cho đúng. Nếu họ không báo lại: lấy sao kê của ngày đó.": (
        "Open the row to see what is wrong, and ask the sender to send it again. If they do not, get the statement of that day."
    ),
    "Mở dòng gốc xem sai ở đâu, rồi báo bên gửi: họ sửa xong thì lần hỏi sau lấy được. Các dòng khác đã được ghi.": (
        "Open the row to see what is wrong, and tell the sender: once they mended it, the next poll gets it. The other rows are in the books."
    ),
    # the log
    "Mở dòng gốc của sao kê": "Opened a statement's row as it came",
    "Tải bản gốc đã nhận": "Took what came, byte for byte",
    "Đọc lại dữ liệu nguồn tiền": "Read a feed's data again",
    "Đề nghị huỷ lượt nhận": "Asked to take a delivery back",
    "Không huỷ lượt nhận": "Did not take a delivery back",
    "Rút đề nghị huỷ lượt nhận": "Withdrew asking to take a delivery back",
    "Đề nghị ghi tiền cho người bán": "Said whose money it is",
    "Ghi tiền cho người bán": "Gave money to a vendor",
    "Không ghi tiền cho người bán": "Did not give money to a vendor",
    "Rút đề nghị ghi tiền": "Withdrew saying whose money it is",
    "xem nguồn tiền": "see the feeds",
    "xử lý nguồn tiền": "work on the feeds",
    "xem tiền chưa rõ của ai": "see money of nobody known",
    "ghi tiền là của ai": "say whose money it is",
    "dòng thứ {n}": "row {n}",
    "{n} dòng tính lại": "{n} rows counted anew",
    "đọc thêm {n} dòng": "{n} more rows read",
    "khoản số {n}": "payment no. {n}",
    "lượt nhận số {n}": "delivery no. {n}",
}
