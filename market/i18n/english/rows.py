"""English: what is wrong with a row of a sheet or with the whole file, and what to do about it."""

WORDS: dict[str, str] = {
    "{why}: {fix}": "{why}: {fix}",
    "{why}. {fix}.": "{why}. {fix}.",
    "{title} {fault}.": "{title} {fault}.",
    "{told}.": "{told}.",
    "{sums} {rest}": "{sums} {rest}",
    "(để trống)": "(empty)",
    "Tệp {name}, trang tính “{title}”.": "File {name}, worksheet “{title}”.",
    "Đổi tài khoản của {stalls} chờ người thứ hai duyệt.": (
        "A change of account of {stalls} waits for a second person."
    ),
    "Đổi tài khoản của {stalls} và {n} gian nữa chờ người thứ hai duyệt.": (
        "A change of account of {stalls} and {n} more stalls waits for a second person."
    ),
    # columns
    "Mã chợ": "Market code",
    "Tình trạng gian hàng": "State of the stall",
    "Ví / cổng thanh toán": "Wallet or gateway",
    "Ngày kiểm tra": "Day of the count",
    "Ngày treo bảng mã": "Day the poster was hung up",
    "Mã điểm ví": "Wallet point",
    "Ngày hợp đồng": "Contract's first day",
    "Số mã QR đang treo": "QR codes displayed",
    "Cách viết họ tên": "The spelling of the full name",
    # cells
    "để trống": "is empty",
    "là công thức": "is a formula",
    "là {value}": "is {value}",
    "là số lẻ {number}": "is the fraction {number}",
    "là số dài quá 15 chữ số ({number:.5E}), Excel đã thay các chữ số cuối": (
        "is a number of more than 15 digits ({number:.5E}), whose last digits Excel has replaced"
    ),
    "mới có {n} ký tự": "has only {n} characters",
    "có {count} chữ số, {bank} cần {usual}": "has {count} digits, {bank} needs {usual}",
    "có ký tự ẩn {hostile} làm chữ hiện sai": (
        "has the hidden character {hostile}, which shows the text wrongly"
    ),
    "có ký tự “{character}” không in được lên tấm mã": (
        "has the character “{character}”, which posters are not printed with"
    ),
    "có ký tự “{character}” không có trong tên người": (
        "has the character “{character}”, which no name has"
    ),
    "“{text}” bắt đầu bằng dấu “{sign}” như công thức": (
        "“{text}” begins with “{sign}” like a formula"
    ),
    "Excel đã đổi thành {cell}, mất các chữ số cuối": (
        "was changed by Excel to {cell}, the last digits are lost"
    ),
    "Excel đã đổi thành {shown}": "was changed by Excel to {shown}",
    "không có ngày {found} trong lịch": "reads {found}, which is no day of the calendar",
    "ghi “{shown}”, chưa phải ngày": "reads “{shown}”, which is no day",
    "ghi “{text}”, chưa phải số đếm": "reads “{text}”, which is no count",
    "ghi “{name}”, chưa có chữ nào": "reads “{name}”, without any letter",
    "ghi “{written}”, chưa phải số điện thoại": "reads “{written}”, which is no phone number",
    "ghi “{written}”, chưa có tình trạng này": "reads “{written}”, which is no known state",
    "ghi “{code}”, chưa phải mã gian hàng": "reads “{code}”, which is no stall code",
    "ghi “{code}”, chưa đúng dạng": "reads “{code}”, which has not the right shape",
    "ghi “{name}”, chưa nhận ví này": "reads “{name}”, a wallet that is not taken",
    "ghi “{name}”, không có trong danh sách VietQR": (
        "reads “{name}”, which is not on the VietQR list"
    ),
    "ghi {code} như dòng ví dụ": "reads {code} as the example does",
    # what to do with a cell
    "xoá dấu này": "delete this sign",
    "xoá ký tự này": "delete this character",
    "xoá ô này rồi gõ lại": "clear the cell and type it again",
    "chép ô rồi dán giá trị (Paste Values)": "copy the cell and paste its value (Paste Values)",
    "ghi tên": "write the name",
    "ghi ngắn lại": "write less",
    "ghi ngày/tháng/năm như 05/03/2026": "write day/month/year as 05/03/2026",
    "ghi số từ 0 đến {most}": "write a number from 0 to {most}",
    "ghi 10 chữ số bắt đầu bằng 0": "write 10 digits that begin with 0",
    "ghi một trong: {known}": "write one of: {known}",
    "ghi MoMo hoặc Stripe": "write MoMo or Stripe",
    "ghi mã cửa hàng MoMo, không dấu": "write the MoMo store code, without marks",
    "ghi như acct_1A2b3C": "write it as acct_1A2b3C",
    "ghi mã gian hàng thật": "write the real stall code",
    "ghi một số cho mọi gian hàng": "write one number for all stalls",
    "ghi sau khi đã treo": "write it once it hangs",
    "xem lại năm": "look at the year again",
    "xem lại số tài khoản": "look at the account number again",
    "xem lại, thứ tự là ngày/tháng/năm": "look again, the order is day/month/year",
    "xem lại ngày treo": "look at the day again",
    "xem lại dấu ngoặc kép ở dòng này": "look at the quotation marks of this line",
    "hỏi lại người bán rồi ghi đủ số": "ask the vendor and write all digits",
    "hỏi lại người bán rồi ghi đúng số": "ask the vendor and write the right number",
    "hỏi lại rồi ghi ngày đồng ý mới": "ask again and write the new day of consent",
    "gần nhất là {nearest}; ghi tên ngắn hoặc mã BIN 6 số": (
        "nearest is {nearest}; write the short name or the BIN of 6 digits"
    ),
    "sửa thành ngày đã qua": "make it a day that is past",
    "sửa tình trạng, hoặc xoá tên và tài khoản": "correct the state, or clear name and account",
    "sửa cột Mã chợ, hoặc ghi chợ này vào sổ trước": (
        "correct the market code, or register this market first"
    ),
    "xoá cột này, hoặc nhập dòng này vào chợ của nó": (
        "delete this column, or import the row into its own market"
    ),
    "điền mã chợ, ví dụ MA": "fill in the market code, such as MA",
    "điền mã gian hàng, ví dụ A012": "fill in the stall code, such as A012",
    "điền họ tên người bán": "fill in the vendor's full name",
    "điền số tài khoản ở {bank_name}": "fill in the account number at {bank_name}",
    "điền tên ngân hàng của số tài khoản này": "fill in the bank of this account number",
    "điền mã điểm của {name}": "fill in the point of {name}",
    "điền ngày đếm số mã QR đang treo": "fill in the day the QR codes were counted",
    "điền số mã đếm được, không có mã thì ghi 0": "fill in how many there are, 0 if none",
    "điền cột Tên chủ tài khoản": "fill in the account holder",
    "điền mỗi dòng một gian hàng": "fill in one stall a row",
    "đặt tiêu đề Ghi chú hoặc xoá ô này": "head the column Ghi chú, or clear this cell",
    # rows
    "Có “{text}” ở cột không có tiêu đề": "There is “{text}” in a column without a header",
    "Họ tên viết không dấu": "The full name is written without marks",
    "in trên tấm mã đúng như vậy": "the poster shows it just so",
    "Chưa có số điện thoại": "There is no phone number",
    "đường dẫn chỉ in giấy được": "the link can only be printed",
    "Chưa có tên chủ tài khoản nên chưa cấp tấm mã": (
        "Without the account holder no poster is issued"
    ),
    "Số điện thoại thiếu số 0 ở đầu": "The phone number lacks its leading 0",
    "đã thêm lại: {digits}…{tail}": "it was put back: {digits}…{tail}",
    "Số điện thoại kiểu cũ, đầu số {old}": "The phone number begins with {old}, as before 2018",
    "đổi thành {digits}…{tail}": "it becomes {digits}…{tail}",
    "Ngân hàng ghi “{text}”": "The bank reads “{text}”",
    "hiểu là {short_name}": "taken as {short_name}",
    "Số tài khoản ···{number} là ô số, nếu có số 0 ở đầu thì Excel đã cắt mất": (
        "The account ···{number} is a number cell, from which Excel has cut any leading 0"
    ),
    "nên đặt cột dạng chữ": "better make it a text column",
    "Số tài khoản ···{tail} có {n} ký tự, khác lệ thường của {bank}": (
        "The account ···{tail} has {n} characters, which is unusual for {bank}"
    ),
    "mở ứng dụng ngân hàng so lại từng số": "compare each digit with the bank's app",
    "Trùng dòng {rows}: cùng mã gian hàng {stall}, giống hệt": (
        "Double of row {rows}: the same stall code {stall}, quite equal"
    ),
    "Trùng dòng {rows}: cùng mã gian hàng {stall}, nhưng khác nội dung": (
        "Double of row {rows}: the same stall code {stall} with other contents"
    ),
    "giữ một dòng, xoá dòng kia": "keep one row, delete the other",
    "Mã chợ ghi {code}, sổ chợ không có (đang có: {known})": (
        "The market code reads {code}, which is not registered (known: {known})"
    ),
    "chưa có chợ nào": "no market yet",
    "Gian hàng {stall} đang do {name} giữ": "The stall {stall} is held by {name}",
    "người cũ đã trả gian thì nhập dòng có tình trạng “Trống” trước, rồi nhập lại dòng này": (
        "if that person has left, import a row with the state “Trống” first, then this one again"
    ),
    "Họ tên đổi từ {was} thành {name}, mà tấm mã in tên cũ đang dùng": (
        "The full name changes from {was} to {name}, and a poster with the old one is in use"
    ),
    "Tên chủ tài khoản đổi từ {was} thành {name}, mà tấm mã in tên cũ đang dùng": (
        "The account holder changes from {was} to {name}, and a poster with the old one is in use"
    ),
    "thu hồi tấm mã trước, rồi nhập lại dòng này": "revoke the poster first, then import the row again",
    "{name} có hai số tài khoản: ···{was} ở dòng {row} và ···{now} ở đây": (
        "{name} has two account numbers: ···{was} in row {row} and ···{now} here"
    ),
    "{column} khác dòng {row} của cùng người bán": (
        "{column} differs from row {row} of the same vendor"
    ),
    "giữ như dòng {row}": "kept as in row {row}",
    "Gian hàng đã có, tài khoản khác: ···{was} thành ···{now}": (
        "A known stall with another account: ···{was} becomes ···{now}"
    ),
    "chờ người bán xác nhận và người thứ hai duyệt": (
        "waits for the vendor's word and a second person"
    ),
    "Số tài khoản ···{tail} chưa ghi, đang có đề nghị đổi sang ···{other} chờ duyệt": (
        "The account ···{tail} is not written, a change to ···{other} is being decided"
    ),
    "duyệt hoặc bỏ đề nghị đó trước": "decide on that proposal first",
    "Tài khoản ···{tail} ghi cho {count} người bán": "The account ···{tail} stands for {count} vendors",
    "khoản nhận vào đây không biết của ai": "whose a payment to it is cannot be known",
    "Tên chủ tài khoản {holder} chỉ giống một phần {names}": (
        "The account holder {holder} is only partly like {names}"
    ),
    "Tên chủ tài khoản {holder} khác {names}": "The account holder {holder} is not {names}",
    "chưa cấp tấm mã, xem lại tên trên ứng dụng ngân hàng": (
        "no poster is issued, look at the name in the bank's app"
    ),
    "Ngày đồng ý đã ghi là {noted:%d/%m/%Y}, tệp ghi {told:%d/%m/%Y}": (
        "The consent is recorded for {noted:%d/%m/%Y}, the file reads {told:%d/%m/%Y}"
    ),
    "giữ ngày đã ghi": "the recorded day is kept",
    "Người bán đã rút lại sự đồng ý ngày {withdrew:%d/%m/%Y} nên không ghi ngày đồng ý {told:%d/%m/%Y}": (
        "The vendor withdrew the consent on {withdrew:%d/%m/%Y}, so {told:%d/%m/%Y} is not recorded"
    ),
    "Người trước giữ gian hàng đến hết ngày {until:%d/%m/%Y}": (
        "The holder before has the stall until the end of {until:%d/%m/%Y}"
    ),
    "{name} giữ từ {first:%d/%m/%Y}": "{name} holds it from {first:%d/%m/%Y}",
    "{name} giữ gian hàng đến hết ngày {last:%d/%m/%Y}.": (
        "{name} holds the stall until the end of {last:%d/%m/%Y}."
    ),
    "Thu hồi tấm mã {serial}": "The poster {serial} is revoked",
    "gỡ khỏi gian hàng": "take it off the stall",
    "Ngày treo {day:%d/%m/%Y} chưa tới": "The day {day:%d/%m/%Y} is still to come",
    "Ngày treo {day:%d/%m/%Y} trước ngày cấp tấm mã {issued:%d/%m/%Y} nên chưa ghi": (
        "The day {day:%d/%m/%Y} is before the poster was issued on {issued:%d/%m/%Y}, so it is not written"
    ),
    # the whole file
    "Dòng {rows} là dòng ví dụ của tệp mẫu: bỏ qua.": (
        "Row {rows} is the example of the template: left aside."
    ),
    "Dòng {rows} là dòng tổng cộng: bỏ qua.": "Row {rows} is a sum: left aside.",
    "{rows} và {n} dòng nữa": "{rows} and {n} more rows",
    "Sau dòng {row}: đọc {n} dòng có mã gian hàng, bỏ qua {more} dòng không có ({rows}).": (
        "After row {row}: {n} rows with a stall code were read, {more} without one left aside ({rows})."
    ),
    "Sau dòng {row}: đọc {n} dòng có mã gian hàng.": (
        "After row {row}: {n} rows with a stall code were read."
    ),
    "Sổ chợ đã đổi sau lần kiểm tra trước: đây là kết quả kiểm tra mới, chưa ghi gì. Xem lại rồi ghi.": (
        "The register has changed since the last check: this is a new check, nothing is written. Look again, then write."
    ),
    "tệp trống": "the file is empty",
    "chọn lại tệp danh sách gian hàng": "choose the list of stalls again",
    "tệp nặng {size} MB, nhận tối đa {most} MB": "the file has {size} MB, at most {most} MB are taken",
    "bỏ hình ảnh và trang tính thừa, hoặc chia thành nhiều tệp": (
        "remove pictures and spare sheets, or make several files of it"
    ),
    "chia thành nhiều tệp": "make several files of it",
    "tệp Excel kiểu cũ (.xls) hoặc có mật khẩu": "an old Excel file (.xls), or one with a password",
    "mở bằng Excel, chọn Lưu thành, kiểu .xlsx, không đặt mật khẩu": (
        "open it with Excel, choose Save As, type .xlsx, without a password"
    ),
    "đây là tệp PDF": "this is a PDF file",
    "đây là ảnh": "this is a picture",
    "cần tệp Excel đuôi .xlsx hoặc tệp .csv": "an Excel file (.xlsx) or a .csv file is needed",
    "đây là trang web (HTML) hoặc XML, dù tên tệp có thể ghi .xls": (
        "this is a web page (HTML) or XML, even if the file's name says .xls"
    ),
    "mở bằng Excel, chọn Lưu thành, kiểu .xlsx": "open it with Excel, choose Save As, type .xlsx",
    "mở bằng Excel hoặc LibreOffice, chọn Lưu thành, kiểu .xlsx, rồi gửi lại": (
        "open it with Excel or LibreOffice, choose Save As, type .xlsx, then send it again"
    ),
    "mở bằng Excel, chọn Lưu thành, kiểu “CSV UTF-8” hoặc .xlsx": (
        "open it with Excel, choose Save As, type “CSV UTF-8” or .xlsx"
    ),
    "không nhận ra bảng mã chữ Việt của tệp": "the encoding of the file is not known",
    "tệp Excel hỏng hoặc chưa tải xong": "the Excel file is damaged or not wholly downloaded",
    "tệp Excel hỏng ({damage})": "the Excel file is damaged ({damage})",
    "tệp Excel hỏng ở phần {member}": "the Excel file is damaged in its part {member}",
    "tệp Excel hỏng bên trong ({damage})": "the Excel file is damaged inside ({damage})",
    "tệp Excel có cấu trúc lạ ({count} phần)": "the Excel file has an odd structure ({count} parts)",
    "tệp Excel có phần khai báo không cho phép (DOCTYPE)": (
        "the Excel file declares what is not allowed (DOCTYPE)"
    ),
    "tệp Excel có số dòng lạ ({written})": "the Excel file has an odd row number ({written})",
    "tệp Excel có toạ độ ô lạ ({written})": "the Excel file has an odd cell address ({written})",
    "tệp Excel dùng bảng mã lạ{encoding}": "the Excel file uses an odd encoding{encoding}",
    "tệp Excel nén kiểu lạ": "the Excel file is packed in a rare way",
    "tệp có mật khẩu": "the file has a password",
    "bỏ mật khẩu rồi lưu lại": "take the password off and save it again",
    "đây không phải tệp Excel .xlsx": "this is no Excel file (.xlsx)",
    "đây là tệp Excel nhị phân (.xlsb)": "this is a binary Excel file (.xlsb)",
    "đây là tệp OpenDocument (.ods)": "this is an OpenDocument file (.ods)",
    "đây là tệp Word, cần bảng tính": "this is a Word file, a spreadsheet is needed",
    "tệp bung ra {megabytes} MB, nhận tối đa {megabytes_max} MB": (
        "the file unpacks to {megabytes} MB, at most {megabytes_max} MB are taken"
    ),
    "trang tính có ô ở dòng {row}, cột {column}, quá xa bảng": (
        "the sheet has a cell in row {row}, column {column}, too far from the table"
    ),
    "xoá các dòng, cột thừa rồi lưu lại": "delete the spare rows and columns and save it again",
    "dòng {line}: {damage}": "line {line}: {damage}",
    "tệp CSV hỏng ở {damage}": "the CSV file is damaged at {damage}",
    "tệp có {n} dòng, nhận tối đa {most}": "the file has {n} rows, at most {most} are taken",
    "có {n} trang tính cùng có dòng tiêu đề: {titles}": (
        "{n} worksheets have a header row: {titles}"
    ),
    "giữ một trang tính trong tệp rồi gửi lại": "keep one worksheet in the file and send it again",
    "không thấy dòng tiêu đề trong {most} dòng đầu": "there is no header in the first {most} rows",
    "cần các cột {columns}": "the columns {columns} are needed",
    "chỉ có dòng tiêu đề, chưa có gian hàng nào": "there is a header and no stall",
    "dòng tiêu đề {faults}": "the header {faults}",
    "thiếu cột {columns}": "lacks the columns {columns}",
    "thiếu cột “Mã chợ”": "the column “Mã chợ” is missing",
    "thêm cột này, hoặc chọn chợ khi nhập": "add this column, or choose the market when importing",
    "có cột lạ {columns}": "has unknown columns {columns}",
    "cột {columns} có hai lần": "has the columns {columns} twice",
    "“{header}” (có phải “{near}”?)": "“{header}” (is it “{near}”?)",
    "“{header}”": "“{header}”",
    "sửa dòng tiêu đề như tệp mẫu": "make the header as in the template",
    # files of places
    "tệp có hơn {most} dòng": "the file has more than {most} lines",
    "tệp CSV hỏng: {damage}": "the CSV file is damaged: {damage}",
    "chợ không có khu “{zone}”": "the market has no zone “{zone}”",
    "khu “{zone}” không có gian {code}": "the zone “{zone}” has no stall {code}",
    "khu {zone} ở dòng {line} ghi vị trí khác": "line {line} gives another place for the zone {zone}",
    "gian {code} đã có ở dòng {line}": "the stall {code} stands in line {line} already",
    "gian {code} cần đủ hai số: o_x, o_y": "the stall {code} needs both numbers: o_x, o_y",
    "vị trí khu cần đủ bốn số: {columns}": "the place of a zone needs all four numbers: {columns}",
    "cột {column}: “{text}” không phải số từ 0 đến 9999": (
        "column {column}: “{text}” is no number from 0 to 9999"
    ),
    "cột {key}: cần chữ, ở đây là {cell}": "column {key}: a text is needed, this is {cell}",
    "cột {key}: {n} ký tự, tối đa {most}": "column {key}: {n} characters, at most {most}",
    "cột {key}: “{text}” không phải ngày dd/mm/yyyy": (
        "column {key}: “{text}” is no day such as 01/07/2025"
    ),
    "mã {code} thiếu tên": "the code {code} has no name",
    "mã “{text}”: cần 2, 3 hoặc 5 chữ số": "code “{text}”: 2, 3 or 5 digits are needed",
    "mã “{text}”: {level} có {digits} chữ số, ở đây có {n}": (
        "code “{text}”: a {level} has {digits} digits, this has {n}"
    ),
    "thiếu ngày bắt đầu: thêm cột “Từ ngày” hoặc cho cả tệp một ngày": (
        "the first day is missing: add a column “Từ ngày”, or give the whole file a day"
    ),
    "thiếu ngày valid_from": "the day valid_from is missing",
    "thiếu tên cũ hoặc tên mới": "the old or the new name is missing",
    "cấp “{told}”: cần một trong {levels}": "level “{told}”: must be one of {levels}",
    "không thấy dòng tiêu đề trong {most} dòng đầu. Cần ít nhất các cột “Mã” và “Tên”": (
        "there is no header in the first {most} rows. At least the columns “Mã” and “Tên” are needed"
    ),
    "cần các cột “Mã” và “Tên”, hoặc “Mã PX” và “Phường Xã”": (
        "the columns “Mã” and “Tên” are needed, or “Mã PX” and “Phường Xã”"
    ),
    "mã {code} là {name}, dòng {line} ghi là {other}": (
        "the code {code} is {name}, line {line} says {other}"
    ),
    "mã {code} ({name}) chồng ngày với {other}, {span}. Mỗi ngày một mã chỉ thuộc một đơn vị": (
        "the code {code} ({name}) overlaps with {other}, {span}. On a day a code is one unit's only"
    ),
    "mã {code}: ngày cuối {last:%d/%m/%Y} đứng trước ngày đầu {first:%d/%m/%Y}": (
        "code {code}: the last day {last:%d/%m/%Y} is before the first {first:%d/%m/%Y}"
    ),
    "từ {first:%d/%m/%Y} {until}": "from {first:%d/%m/%Y} {until}",
    # why a stall has no poster
    "chưa có ngày đồng ý của người bán": "the vendor's day of consent is missing",
    "chưa có tài khoản ngân hàng; ví điện tử dùng mã do ví cấp": (
        "there is no bank account; a wallet gives out its own code"
    ),
    "tên chủ tài khoản “{holder}” chưa khớp “{name}”": (
        "the account holder “{holder}” does not match “{name}”"
    ),
    "không in được tấm mã ({reason})": "the poster cannot be printed ({reason})",
}
