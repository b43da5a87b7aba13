"""English of the money reports: days and months of vendors and markets, on pages and on paper."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    # sheets
    "Tiền nhận qua QR ngày {on}": "Money received by QR on {on}",
    "Ngày này chưa có số liệu, chưa có không phải là 0 ₫.": "No figures for this day yet; none is not 0 ₫.",
    "Tiền nhận qua QR tháng {month}": "Money received by QR in {month}",
    "Tháng này chưa có số liệu, chưa có không phải là 0 ₫.": "No figures for this month yet; none is not 0 ₫.",
    "Không phải ngày chợ.": "Not a market day.",
    "{market}, ngày {on}": "{market}, {on}",
    "Mã chợ {code}": "Market code {code}",
    "{market}, tháng {month}": "{market}, {month}",
    "Mã {code}, gian hàng {stalls}, {market}": "Code {code}, stall {stalls}, {market}",
    "Không có khách trả qua QR.": "Nobody paid by QR.",
    "{n} lần khách trả.": "{n} payments.",
    "{n} người bán nhận tiền qua QR.": "{n} vendors were paid by QR.",
    "Số liệu chưa đủ: {why}.": "The figures are not complete: {why}.",
    "Đã nhận đủ sao kê của các nguồn.": "The statements of all sources are here.",
    "Chưa có số liệu: {days}.": "No figures yet: {days}.",
    "Còn sơ bộ, số có thể đổi: {days}.": "Still provisional, figures may change: {days}.",
    "Tiền đang ở đâu": "Where the money is",
    "{source} trừ phí chung khi chuyển tiền về, phí đó chưa nằm trong các số này.": (
        "{source} takes its fee from each payout as a whole; it is not in these figures."
    ),
    "Theo nguồn": "By source",
    "Phí, thuế": "Fees, tax",
    "Còn về tài khoản": "Still to come to the account",
    "Đến hạn ngày": "Due on",
    "chưa rõ ngày": "day not known",
    "Ví và cổng đã chuyển về tài khoản": "Paid out to the account by wallets and gateways",
    "Ngày về": "Arrived on",
    "Cho ngày bán": "For sales of",
    "Tiền bán": "Sales",
    "Giữ lại": "Kept",
    "Về tài khoản": "To the account",
    "Cộng": "Sum",
    "Giữ lại: phí mà ví hoặc cổng trừ chung cho cả đợt chuyển tiền.": (
        "Kept: the fee that the wallet or gateway takes from the payout as a whole."
    ),
    "Từng khoản": "Each payment",
    "Giờ": "Time",
    "Từng ngày": "Each day",
    "Về tài khoản: tiền ví và cổng chuyển đến trong ngày, của những ngày bán trước đó.": (
        "To the account: what wallets and gateways paid out on the day, for sales of days before."
    ),
    "chưa có số liệu": "no figures yet",
    "{state}, không phải ngày chợ": "{state}, not a market day",
    "Việc còn phải xem": "What is not settled",
    "Không còn việc nào.": "Nothing is left.",
    "Không ai có khoản nào.": "Nobody received anything.",
    "Chưa chốt ngày này.": "This day is not closed.",
    "Theo {n} lần chốt ngày, mã {root}.": "Rests on {n} closes of days, hash {root}.",
    "Trang {page}/{pages}": "Page {page}/{pages}",
    # states
    "Chưa chốt sổ, còn kiểm tra lại.": "Not closed yet.",
    "Đã chốt, số sơ bộ, còn kiểm tra lại.": "Closed, provisional figures.",
    "Đã chốt, số chính thức.": "Closed, final figures.",
    "Chưa chốt ngày nào.": "No day is closed.",
    "Số sơ bộ, còn có thể đổi.": "Provisional figures, they may change.",
    "Cả tháng đã chốt, số chính thức.": "The whole month is closed, final figures.",
    "Đã vào tài khoản": "In the account",
    "Đã vào tài khoản dùng chung": "In an account shared with others",
    "Còn về, chưa có số liệu chi trả": "Still to come, no payout told yet",
    "Đến hạn mà chưa thấy về": "Due and not arrived",
    "Về không khớp, đang hỏi lại": "Arrived differently, being asked about",
    "Chưa có nguồn nào báo đã về": "Nobody tells whether it arrived",
    "đã khớp": "matched",
    "chưa khớp": "not matched",
    "khớp, lệch phí": "matched, fee differs",
    "khớp, lệch tiền": "matched, amounts differ",
    "hoàn lại": "given back",
    "đang chờ, chưa cộng": "waits, not added",
    "không có trong sao kê, chưa cộng": "not in the statement, not added",
    "mới báo, chưa cộng": "announced, not added",
    # is it matched
    "Không có khoản nào phải đối chiếu.": "There is nothing to match.",
    "Tất cả đã khớp với sao kê.": "Everything matches the statements.",
    "Tiền đã nhận đều khớp; {amount} được báo mà chưa rõ, đang kiểm tra lại.": (
        "All that was received matches; {amount} more was told of and is being looked into."
    ),
    "Đã khớp {matched} trên {gross}, còn {left} đang kiểm tra lại.": (
        "{matched} of {gross} match, {left} are being looked into."
    ),
    "{first} đến {last}": "{first} to {last}",
    "{days} ({n} ngày)": "{days} ({n} days)",
    # pages
    "Xem cả tháng": "See the month",
    "Xem trên điện thoại (PDF)": "To read on a phone (PDF)",
    "Bản in A4 (PDF)": "To print on A4 (PDF)",
    "Tháng {month} cô/bác nhận được": "In {month} you received",
    "Tháng {month} chưa có số liệu": "No figures for {month} yet",
    "Chưa có không phải là 0 ₫: sổ của các ngày này chưa chốt.": (
        "None is not 0 ₫: the books of these days are not closed."
    ),
    "Số liệu tháng này chưa đủ": "The month is not complete",
    "Lấy sổ tháng này về": "Take this month along",
    "Bảng tính (CSV)": "Spreadsheet (CSV)",
    "Tháng {month}: {n} người bán nhận {amount} qua QR": "{month}: {n} vendors received {amount} by QR",
    "Chưa có số cho tháng này": "No figures for this month",
    "{n} người có khoản trong tháng": "{n} vendors with money in the month",
    "Sổ tháng": "Month",
    "{source}, đến hạn {on}": "{source}, due {on}",
    "{source}, chưa rõ ngày": "{source}, day not known",
    "chưa rõ nguồn": "source not known",
    "bán ngày {on}": "sales of {on}",
    "bán từ {first} đến {last}": "sales from {first} to {last}",
    "ví giữ lại {amount}": "{amount} kept",
    "Thực nhận, chưa trừ phí {sources}": "Net before the fee of {sources}",
    "trừ khi tiền về": "taken from the payout",
    "{n} khoản": "{n} payments",
    "trả lại {amount}": "{amount} given back",
    "phí, thuế {amount}": "fees, tax {amount}",
    "thực nhận {amount}": "net {amount}",
    "đã khớp hết": "all matched",
    "đã khớp {amount}": "{amount} matched",
    "{n} lần": "{n} times",
    "trừ trả lại và phí, thuế {amount}": "less given back and fees, tax {amount}",
    "ví và cổng chuyển về {amount}": "{amount} paid out by wallets and gateways",
    "{n} người khác chỉ có phí, hoặc tiền về tài khoản trong tháng.": (
        "{n} others have fees or payouts only."
    ),
    "Tải số liệu:": "Figures:",
    # remarks
    "Nội dung chuyển khoản": "Remarks of payments",
    "Ngân hàng nào hay làm mất mã": "Which banks lose the code",
    "{n} trên {d} lần báo tiền không đọc được mã người bán ({share})": (
        "{n} of {d} tellings hold no readable vendor code ({share})"
    ),
    "Chưa có khoản nào để xem nội dung": "No payment to look at yet",
    "Không có mã có thể do ngân hàng làm mất, cũng có thể do khách tự gõ chuyển khoản.": (
        "A missing code may be lost by a bank, or the payer typed the transfer by hand."
    ),
    "Chỉ xem {n} ngày một lần.": "At most {n} days at a time.",
    "Theo ngân hàng của khách": "By the payer's bank",
    "Dạng nội dung": "Form of the remark",
    "Mã nguyên vẹn": "Code intact",
    "Mã bị chèn, đổi chữ": "Code bent",
    "Không đọc được": "Not readable",
    "Tỷ lệ": "Share",
    "Không rõ ngân hàng": "Bank not known",
    "báo về {ledger}": "told to {ledger}",
    "{n} khoản có cả thông báo và sao kê: sao kê làm mất mã {a} khoản, thông báo làm mất mã {b} khoản.": (
        "{n} payments told by notice and statement: the statement lost {a} codes, the notice {b}."
    ),
    "{n} khoản đã xoá nội dung theo thời hạn, không tính.": "{n} remarks are forgotten and not counted.",
    "Theo giờ trong ngày": "By hour of the day",
    "{hour} giờ, {n} khoản": "{hour} h, {n} payments",
    "{n} không đọc được ({share})": "{n} not readable ({share})",
    "Khi ngân hàng báo tiền về, trang này cho biết mã người bán có còn nguyên trong nội dung không.": (
        "When banks tell of money, this page says whether the vendor's code is still in the remark."
    ),
    # fees
    "Xem phí có đúng hợp đồng không": "See whether fees are those of the contract",
    "Phí tháng {month}": "Fees of {month}",
    "{span}, phí thu cao hơn hợp đồng {amount}": "{span}: fees above the contract come to {amount}",
    "{span}, không khoản nào thu phí cao hơn hợp đồng": "{span}: no fee is above the contract",
    "{span}, trong {n} khoản đã so, không khoản nào thu phí cao hơn hợp đồng": (
        "{span}: of the {n} fees compared, none is above the contract"
    ),
    "{span}, chưa so được khoản phí nào với hợp đồng": "{span}: no fee could be compared with the contract",
    "{span}, không có khoản phí nào để so với hợp đồng": "{span}: no fees to compare with a contract",
    "{n} lần khách trả không kèm phí của từng khoản, nên chưa so được với hợp đồng ({contract}).": (
        "{n} payments without a fee of their own, so there is nothing to compare with the contract ({contract})."
    ),
    "Hợp đồng trong sổ: {contract}.": "Contract on file: {contract}.",
    "Phí đã thu": "Fees charged",
    "Thu cao hơn, {n} khoản": "Charged above it, {n} payments",
    "Thu thấp hơn, {n} khoản": "Charged below it, {n} payments",
    "Đơn đề nghị {source} rà soát (PDF)": "Letter asking {source} to look again (PDF)",
    "Đơn chỉ nêu số đã thu và số theo hợp đồng, rồi hỏi lại. Cô/bác ký rồi gửi.": (
        "The letter states what was charged and what the contract comes to, and asks. Sign it and send it."
    ),
    "{n} khoản có phí nhưng sổ chưa có hợp đồng, nên chưa so được.": (
        "{n} payments with a fee, but no contract on file to compare with."
    ),
    "Phí thu riêng, không kèm khoản nào (như phí giữ tài khoản), có trong sổ tháng mà không so với hợp đồng.": (
        "Fees charged by themselves (as for keeping an account) are in the month's book and not compared."
    ),
    "Trong thời gian này không nguồn nào báo phí trên từng khoản.": "No source told a fee of single payments.",
    "Từ tháng {since} đến tháng {month}": "From {since} to {month}",
    "Số tháng": "Months",
    "{n} tháng": "{n} months",
    "Các khoản có phí khác hợp đồng": "Payments whose fee is not that of the contract",
    "thu {charged}, hợp đồng {contract}": "charged {charged}, contract {contract}",
    "Còn {n} khoản nữa trong tệp.": "{n} more are in the file.",
    "Bảng tính (XLSX)": "Spreadsheet (XLSX)",
    "Đợt tiền về thiếu, chưa rõ vì sao": "Payouts that came short, not known why",
    "về {amount}": "{amount} arrived",
    "Chưa biết có phải do phí hay không, nên không nằm trong đơn về phí.": (
        "Whether fees are the cause is not known, so it is in no letter about fees."
    ),
}
