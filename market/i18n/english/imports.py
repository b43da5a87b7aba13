"""English: sheets taken in."""

WORDS: dict[str, str] = {
    # choosing a file
    "Các bước nhập": "Steps of an import",
    "Chọn tệp": "Choose a file",
    "Xem kết quả kiểm tra": "Look at the check",
    "Ghi vào sổ chợ": "Write to the register",
    "Nhập gian hàng từ Excel": "Import stalls from Excel",
    "Từng dòng được đọc và kiểm tra trước. Chưa ghi gì cho đến khi anh/chị bấm đồng ý ở bước 3.": (
        "Each row is read and checked first. Nothing is written until you agree in step 3."
    ),
    "Không đọc được tệp {name}": "The file {name} cannot be read",
    "Tệp chưa được lưu lại.": "The file was not kept.",
    "Chưa nhận tệp": "No file was taken",
    "Chọn tệp danh sách gian hàng": "Choose the file with the list of stalls",
    "Excel (.xlsx) hoặc .csv, tối đa {megabytes} MB, {rows} dòng": (
        "Excel (.xlsx) or .csv, at most {megabytes} MB, {rows} rows"
    ),
    "Kiểm tra tệp": "Check the file",
    "Tệp mẫu": "Template",
    "Mỗi dòng một gian hàng. Cột bắt buộc: mã gian hàng, họ tên, ngân hàng, số tài khoản, tên chủ tài khoản. Các cột khác không có thì thôi.": (
        "One stall a row. Columns that must be there: stall code, full name, bank, account number, account holder. The others may be missing."
    ),
    "Tải tệp mẫu .xlsx": "Download the template .xlsx",
    "Tệp mẫu .csv": "Template .csv",
    "Tên cột viết hoa hay thường, có dấu hay không đều nhận. Số tài khoản nên để dạng chữ để Excel không cắt số 0 ở đầu. Nhập lại cùng một tệp không đổi gì thêm.": (
        "Headers are known in any case, with or without marks. Keep account numbers as text so that Excel does not cut leading zeros. The same file again changes nothing."
    ),
    "Các lần nhập gần đây": "Latest imports",
    "Xem cả {n} lần": "See all {n}",
    # lists of imports
    "Các lần nhập, mới nhất trước": "Imports, newest first",
    "Tệp": "File",
    "Người nhập": "Imported by",
    "đang kiểm tra": "being checked",
    "đã kiểm tra, chưa ghi": "checked, not written",
    "đang ghi": "being written",
    "đã ghi": "written",
    "không đọc được": "unreadable",
    "đã hoàn tác": "undone",
    "{new} mới, {changed} thay đổi, {same} như cũ, {bad} không nhận": (
        "{new} new, {changed} changed, {same} as before, {bad} rejected"
    ),
    "hoàn tác lúc {at}": "undone at {at}",
    "Các lần nhập": "Imports",
    "{n} lần nhập danh sách": "{n} lists imported",
    "Mở một lần nhập để xem kết quả từng dòng{undo}. Hoàn tác từ lần mới nhất trở về trước.": (
        "Open an import to see the result of each row{undo}. Undo from the newest backwards."
    ),
    " hoặc hoàn tác cả lần": " or to undo all of it",
    "Hoàn tác {name}": "Undo {name}",
    "Chưa nhập danh sách nào": "No list has been imported yet",
    "Tải tệp mẫu, điền gian hàng rồi gửi lại: xem kết quả trước, ghi sau.": (
        "Download the template, fill in the stalls and send it: look at the result first, write later."
    ),
    # on its way
    "Đang ghi": "Writing",
    "Đang kiểm tra": "Checking",
    "Dừng giữa chừng": "Stopped half-way",
    "Máy chủ đã dừng khi đang đọc tệp này": "The server stopped while it was reading this file",
    "Chưa ghi gì vào sổ chợ. Tệp vẫn còn, bấm nút dưới đây để kiểm tra lại từ đầu.": (
        "Nothing was written to the register. The file is still there: press the button to check it from the start."
    ),
    "Kiểm tra lại tệp này": "Check this file again",
    "Đang ghi vào sổ chợ": "Writing to the register",
    "Đang đọc và kiểm tra tệp": "Reading and checking the file",
    "Ghi tất cả cùng một lúc: hoặc xong hết, hoặc chưa ghi gì.": (
        "Everything is written at once: all of it, or nothing."
    ),
    "Chưa ghi gì vào sổ chợ.": "Nothing has been written to the register.",
    "{done} trên {total} dòng.": "{done} of {total} rows.",
    "Đang mở tệp.": "Opening the file.",
    "Trang tự xem lại sau 2 giây. Có thể để trang này mở và làm việc khác.": (
        "The page looks again every 2 seconds. You can leave it open and do something else."
    ),
    "Xem lại ngay": "Look again now",
    # what was found
    "Dòng": "Row",
    "Vì sao không nhận": "Why not accepted",
    "Lưu ý": "Remark",
    "Cách sửa": "What to do",
    "Việc ghi": "What is written",
    "không có mã": "no code",
    "Tải {n} dòng này để sửa (.xlsx)": "Download these {n} rows to correct them (.xlsx)",
    "Phân trang: {what}": "Pages: {what}",
    "Chưa hoàn tác gì: sổ chợ đã đổi sau lần nhập này": (
        "Nothing was undone: the register was changed after this import"
    ),
    "Các chỗ dưới đây đã có người sửa hoặc ghi thêm. Hoàn tác sẽ xoá mất việc đó, nên không làm phần nào. Sửa tay những chỗ cần, hoặc nhập lại một tệp đúng.": (
        "Somebody has corrected or added to the places below. Undoing would lose that, so no part of it was done. Correct what is needed by hand, or import a right file."
    ),
    "và {n} chỗ nữa": "and {n} more places",
    "Chưa hoàn tác gì: có lần nhập mới hơn": "Nothing was undone: there is a newer import",
    "Hoàn tác lần nhập mới hơn trước, rồi quay lại lần này.": (
        "Undo the newer import first, then come back to this one."
    ),
    "Đã ghi {n} trên {total} dòng": "{n} of {total} rows written",
    "Đã hoàn tác {n} dòng": "{n} rows undone",
    "Nhận được {n} trên {total} dòng": "{n} of {total} rows can be accepted",
    "Tệp {name}.": "File {name}.",
    "{who} ghi lúc {at}: {new} gian mới, {changed} thay đổi, {same} như cũ.": (
        "Written by {who} at {at}: {new} new stalls, {changed} changed, {same} as before."
    ),
    "{who} hoàn tác lúc {at}. Sổ chợ như trước khi nhập.": (
        "Undone by {who} at {at}. The register is as before the import."
    ),
    "Xem gian hàng": "See the stalls",
    "Chọn tệp khác": "Choose another file",
    "Nhận": "Accepted",
    "Nhận, có lưu ý": "Accepted with a remark",
    "Không nhận": "Rejected",
    "Lưu ý về cả tệp": "About the whole file",
    "Làm tiếp": "What next",
    "Cấp và in tấm mã": "Issue and print posters",
    "Cho người bán đã đồng ý và tên tài khoản đã khớp": (
        "For vendors who have consented and whose account name matches"
    ),
    "{n} đề nghị đổi tài khoản chờ duyệt": "{n} proposed accounts wait for approval",
    "Người bán xác nhận, người thứ hai duyệt": "The vendor confirms, a second person approves",
    "Kết quả từng dòng chỉ giữ {n} ngày.": "The results of rows are kept for {n} days only.",
    "Kết quả từng dòng": "Results row by row",
    "Không nhận: {n} dòng": "Rejected: {n} rows",
    "Các dòng không nhận": "Rows not accepted",
    "Nhận, có lưu ý: {n} dòng": "Accepted with a remark: {n} rows",
    "Các dòng nhận nhưng có lưu ý": "Rows accepted with a remark",
    "Nhận: {n} dòng": "Accepted: {n} rows",
    "Các dòng nhận": "Rows accepted",
    "Tải kết quả cả tệp (.xlsx)": "Download the result of the whole file (.xlsx)",
    "{n} dòng sẽ ghi, {bad} dòng bỏ qua.": "{n} rows will be written, {bad} left out.",
    "{new} gian mới, {changed} thay đổi.": "{new} new stalls, {changed} changed.",
    "Không dòng nào khác với sổ chợ.": "No row differs from the register.",
    "Ghi {n} dòng": "Write {n} rows",
    "Gian mới": "New stall",
    "Thay đổi": "Changed",
    "Như cũ": "As before",
    "Không ghi": "Not written",
    "Ghi gian hàng mới vào sổ chợ": "Writes a new stall to the register",
    "Ghi chỗ khác với sổ chợ": "Writes what differs from the register",
    "Có người bán": "Vendor taken in",
    "Ghi người bán vào gian đang trống": "Writes the vendor at a stall that was free",
    "Không đổi gì": "Changes nothing",
    "Bỏ qua dòng này": "Leaves this row out",
    "Hoàn tác cả lần nhập này": "Undo this whole import",
    "Gian hàng và người bán do lần nhập này ghi mới sẽ được xoá, chỗ đã thay đổi trở lại như trước. Người bán đã có tấm mã thì chuyển sang đã thôi, tấm mã bị thu hồi. Nếu sổ chợ đã đổi từ đó, không hoàn tác phần nào.": (
        "Stalls and vendors this import made are removed, what it changed comes back. A vendor who has a poster by now leaves, and the poster is revoked. If the register was changed since, no part is undone."
    ),
    "Hoàn tác {n} dòng": "Undo {n} rows",
    # the export
    "Xuất danh sách gian hàng": "Export the list of stalls",
    "Xuất {n} gian hàng ra tệp": "Export {n} stalls to a file",
    "Cùng các cột với tệp nhập: sửa trong Excel rồi nhập lại, dòng không sửa thì không đổi gì.": (
        "The same columns as the import: correct it in Excel and import it again; untouched rows change nothing."
    ),
    "Tệp có số điện thoại và số tài khoản đầy đủ": (
        "The file holds whole phone and account numbers"
    ),
    "Chỉ giữ trên máy của ban quản lý, xoá khi dùng xong, không gửi qua nhóm chat. Mỗi lần tải đều được ghi vào nhật ký.": (
        "Keep it on the management's computer only, delete it when done, never send it to a chat group. Each download is logged."
    ),
    "Tải Excel (.xlsx)": "Download Excel (.xlsx)",
    "Tải CSV": "Download CSV",
}
