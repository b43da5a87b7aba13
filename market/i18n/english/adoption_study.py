"""English: the study of a period."""

WORDS = {
    "Cạnh tăng trưởng của cả nước": "Beside the growth of the whole country",
    "Cả nước, từ {first} đến {last} so với cùng kỳ năm trước: số giao dịch QR Code {count}, giá trị {value} "
    "(định nghĩa {definition}; {source}).": "Whole country, {first} to {last} against the same days a year "
    "before: QR Code payments {count}, their value {value} (definition {definition}; {source}).",
    "Chưa có số tăng trưởng của cả nước cho kỳ này.": "No growth of the whole country is known for this "
    "period.",
    "Chưa có số tăng trưởng của cả nước cho kỳ này; dưới đây là số gần nhất.": "No growth of the whole "
    "country is known for this period; below is the newest.",
    "Ở đây chưa so được với cùng kỳ năm trước: chưa có ngày chợ đã chốt của kỳ đó, hoặc số phải ẩn.": "Here "
    "nothing compares with the same period a year before: it has no closed market day, or a figure is hidden.",
    "Ở đây, giá trị nhận qua QR so với cùng kỳ năm trước: {raw}; riêng các chợ có ở cả hai kỳ: {matched}.": "Here, "
    "value received by QR against the same period a year before: {raw}; of markets in both periods: "
    "{matched}.",
    "Hai bên không cùng định nghĩa: số của Ngân hàng Nhà nước có vẻ chỉ gồm QR thanh toán, ít hơn khoảng "
    "mười lần số lệnh chuyển tiền VietQR mà NAPAS đếm; số ở đây là tiền vào tài khoản tiểu thương, phần lớn "
    "qua QR chuyển tiền. Đặt cạnh để biết chiều, không lấy hiệu.": "The two are not defined alike: the State "
    "Bank's figure is apparently of payment QR alone, about a tenth of the VietQR transfers that NAPAS counts; "
    "ours is money into vendors' accounts, most of it by transfer QR. Read them for the direction, never for "
    "the difference.",
    "Ngân hàng Nhà nước (Vụ Thanh toán), theo VnEconomy ngày 19/11/2025": "State Bank of Vietnam (Payment "
    "Department), as read in VnEconomy of 19/11/2025",
    "Ngân hàng Nhà nước, số liệu thanh toán năm 2025, theo báo chí": "State Bank of Vietnam, payment figures "
    "of 2025, as read in the press",
    "% còn nhận tiền theo số tháng kể từ khoản đầu; dưới: số người trở lại sau 90 ngày không có khoản "
    "nào": "% still paid, by months since the first receipt; below: how many came back after 90 days "
    "without one",
    "Bản, số liệu đến": "Edition, data up to",
    "Bảng 4 câu hỏi của các chợ": "The markets' 4-G cards",
    "Chưa chợ nào trong phạm vi này có bảng 4 câu hỏi.": "No market in this scope has a 4-G card.",
    "Chưa có ai có khoản nhận đầu tiên, nên chưa có nhóm nào để theo dõi.": "Nobody has had a first "
    "receipt yet, so there is no cohort to follow.",
    "Chưa có khoản nhận nào trong kỳ, nên chưa có gì để chia.": "There were no receipts in the period, "
    "so there is nothing to divide.",
    "Chưa có tiểu thương nào đồng ý tham gia trước cuối kỳ.": "No vendor had consented by the end of "
    "the period.",
    "Chưa so được: các kỳ trước chưa có ngày chợ đã chốt, hoặc số phải ẩn.": "Nothing to compare yet: "
    "earlier periods have no closed market day, or the figure is hidden.",
    "Chưa vẽ đường Lorenz: mỗi phần năm phải có ít nhất 5 tiểu thương.": "No Lorenz curve: each fifth "
    "must hold at least 5 vendors.",
    "Chưa đến một nửa trong {n} người đã đồng ý có khoản nhận đầu tiên.": "Fewer than half of the {n} "
    "who consented have had a first receipt.",
    "Chưa đủ số ngày hoặc số người để vẽ.": "Too few days or vendors to draw.",
    "Chỉ có số liệu kỳ trước đó: {markets}.": "With figures in the earlier period only: {markets}.",
    "Chỉ tính cho tất cả các chợ chung: ở từng chợ, số người bắt đầu mỗi tháng quá ít để công bố.": "For "
    "all markets together only: in a single market too few begin each month to be told.",
    "Chợ có ở cả hai kỳ": "Markets in both periods",
    "Chợ, chương trình": "Market, programme",
    "Các bản đã công bố của kỳ này": "Editions published of this period",
    "Các chỉ số": "Indicators",
    "Tiểu thương có khoản nhận": "Vendors with receipts",
    "Có khoản đang chờ, nhưng của quá ít tiểu thương để công bố.": "Some money is still open, but of too "
    "few vendors to be told.",
    "Cùng chợ, cùng số phiên": "Same markets, as many openings",
    "Cùng số phiên: mỗi thứ trong tuần lấy bằng nhau ở hai kỳ, bỏ ngày lễ và ngày họp khác "
    "thường đã ghi lý do trong lịch chợ (bão, lũ). Tết canh theo số tuần đến Tết.": "As many openings: the "
    "same number of each weekday in both periods, without holidays and without market days the calendar "
    "gives a reason for (a storm, a flood). Tết is "
    "aligned by weeks to it.",
    "Khoản đang chờ": "Open money",
    "Khoảng tin cậy 95%: {low} đến {high}": "95% interval: {low} to {high}",
    "Không có khoản nào đang chờ: số đã xác nhận cũng là số cao nhất.": "Nothing is open: what is "
    "confirmed is also the highest.",
    "Không công bố: {why}.": "Not told: {why}.",
    "Kênh": "Channel",
    "Kỳ này chưa công bố bản nào. Số trên trang là số tính từ các lần chốt mới nhất, và có thể đổi.": "No "
    "edition of this period is published. Figures are measured from the newest closes and may change.",
    "Kỳ này chưa công bố; số tính lúc {at}, có thể đổi.": "This period is not published; measured at "
    "{at}, figures may change.",
    "Kỳ trước": "Previous period",
    "Cùng kỳ năm trước": "Same period last year",
    "Năm trước, cùng số tuần đến Tết": "Last year, as many weeks from Tết",
    "Lan tỏa đến đâu": "How far it spreads",
    "Liền: đã thấy. Đứt: giữa chùm. Đậm: một nửa số đường; nhạt: 9 trên 10 đường.": "Solid: observed. "
    "Dashed: middle of the fan. Dark: half of the paths; light: 9 in 10.",
    "Một nửa có khoản nhận đầu tiên trong {days} ngày sau khi đồng ý.": "Half have a first receipt "
    "within {days} days of consent.",
    "Mới có số liệu kỳ này: {markets}.": "With figures in this period only: {markets}.",
    "Mục tiêu gì, phải làm gì, điều kiện gì, ai làm": "Objectives, tasks, conditions, owners",
    "Ngày sau khi đồng ý": "Days after consent",
    "Như công bố đến ngày": "As published by",
    "Như đã công bố đến hết ngày {on}.": "As published by the end of {on}.",
    "Những khoản làm nên khoảng": "What makes the width",
    "Phân tích": "Study",
    "Phân tích cần tiền đã đối soát. Chọn kỳ khác, hoặc chờ ban quản lý chợ chốt ngày đầu tiên của "
    "kỳ.": "The study needs reconciled money. Choose another period, or wait for the first day to be closed.",
    "Phân tích mức độ dùng": "Study of adoption",
    "Phần": "Share",
    "Phần của số tiền đã xác nhận; vạch nhạt: từ thấp nhất đến cao nhất nếu tính cả khoản đang chờ": "Share "
    "of confirmed money; light line: lowest to highest with open money",
    "Phần số tiền": "Share of the money",
    "Phần tiểu thương, từ người nhận ít nhất": "Share of vendors, smallest first",
    "Sau {n} tháng nữa: từ {low} đến {high} trong {market} tiểu thương đã từng nhận tiền (9 trên 10 "
    "đường).": "In {n} months: {low} to {high} of {market} vendors will have been paid (9 in 10 paths).",
    "So cùng chợ, cùng số phiên": "Same markets, as many openings",
    "Số tiền trong kỳ": "Money in the period",
    "Số tiểu thương tương đương": "Equivalent vendors",
    "Theo số khoản": "By receipts",
    "Theo tiền": "By value",
    "Tiền nhận qua QR chia cho tiểu thương trong khung, cả người chưa nhận khoản nào": "Money received by "
    "QR over the vendors of the frame, those without receipts too",
    "Tiền nhận qua QR tăng hay giảm": "Does the money received by QR grow?",
    "Tiền đến qua kênh nào": "By which channel the money comes",
    "Tiểu thương đã từng nhận tiền, theo tháng": "Vendors ever paid, by month",
    "Tăng trưởng giá trị nhận qua QR": "Growth of the value received by QR",
    "Tải số:": "Data:",
    "Tổng": "Total",
    "Từ {low} (đã xác nhận) đến {high} (nếu mọi khoản đang chờ đều đúng) mỗi ngày chợ.": "From {low} "
    "(confirmed) to {high} (if all open money is right) per market day.",
    "Từ – đến": "From – to",
    "Việc trễ hạn": "Late tasks",
    "Việc xong": "Done",
    "Vì sao số tiền còn một khoảng": "Why the value is a range",
    "Xác nhận: có trong sao kê. Cao nhất: cộng cả tiền đã báo mà chưa xác nhận, từng loại như "
    "trên.": "Confirmed: in a statement. Highest: with all money announced and not confirmed, by kind as above.",
    "chưa biết": "not known yet",
    "chưa rõ loại": "kind not known",
    "chưa đặt": "not set",
    "có quá ít tiểu thương đứng sau con số, hoặc một người chiếm gần hết": "too few vendors stand behind "
    "the figure, or one of them nearly alone",
    "dữ liệu thấy được dưới một nửa số mã QR đang treo, hoặc chưa kiểm tra gian nào": "the data cover less than half of the QR "
    "codes on display, or no stall has been audited",
    "mới nhất": "newest",
    "máy quẹt thẻ": "card terminal",
    "QR chuyển tiền": "transfer QR",
    "QR thanh toán": "payment QR",
    "sẽ suy ngược ra số phải ẩn": "it would tell a hidden figure",
    "tiền di động": "mobile money",
    "trở lại": "returned",
    "{names} và {n} chợ nữa": "{names} and {n} more markets",
    "{name}: {target} đến {due}": "{name}: {target} by {due}",
    "{n} bản đã công bố, từng số đổi thế nào": "{n} editions published, and how each figure moved",
    "{n} phiên": "{n} openings",
    "{n} tiểu thương nhận tiền; mức tập trung như {equal} người nhận bằng nhau.": "{n} vendors were paid; "
    "as concentrated as {equal} equal ones.",
    "{n} đã nhận tiền trên {all} người đã đồng ý; người chưa nhận vẫn được tính là đang chờ": "{n} paid of "
    "{all} who consented; who waits still is counted as waiting",
    "{part} tiểu thương nhận nhiều nhất có {share} số tiền.": "The top {part} of vendors have {share} of "
    "the money.",
    "{period}: chưa có số đối soát để phân tích": "{period}: nothing reconciled to study yet",
    "{period}: phần lớn phân tích phải ẩn": "{period}: most of the study is hidden",
    "{period}: {words}": "{period}: {words}",
    "{place}. Từ {first} đến hết {last}, {state}; {coverage}.": "{place}. From {first} to {last}, "
    "{state}; {coverage}.",
    "Điều kiện còn thiếu": "Conditions missing",
    "Đã có khoản nhận": "With a first receipt",
    "Phần tiểu thương đã có khoản nhận": "Share of vendors with a first receipt",
    "Tiểu thương đã từng nhận tiền": "Vendors ever paid",
    "Đường Lorenz": "Lorenz curve",
    "Đổi kỳ, phạm vi, ngày công bố": "Change period, scope, edition",
    "Ở lại, và trở lại sau khi ngủ": "Staying, and coming back",
    "Chưa có tiểu thương nào trong khung.": "There is no vendor in the frame.",
    "Số người đã bắt đầu lớn hơn số tiểu thương trong khung, vì khung đã đổi.": "More vendors began than "
    "are in the frame: the frame has changed.",
    "Mới có {months} tháng trọn; cần ít nhất 8 tháng.": "Only {months} whole months; at least 8 are needed.",
    "Quá ít người bắt đầu, hoặc họ bắt đầu trong chưa đến 3 tháng.": "Too few began, or within fewer than "
    "3 months.",
    "Số người mới mỗi tháng còn đang tăng: lúc này trần nào cũng khớp.": "More begin every month: any "
    "ceiling would fit.",
    "Đường khớp nhất không đi lên: số liệu không theo luật này.": "The best curve does not rise: the data "
    "do not follow this law.",
    "Lấy mẫu lại cho kết quả quá khác nhau: không đủ chắc.": "Resampled histories differ too much to be "
    "sure.",
    "{period} chưa bắt đầu: kỳ tính từ ngày {on}": "{period} has not begun: it counts from {on}",
    "Chưa có ngày chợ nào, nên chưa có số liệu. Chọn kỳ đang chạy hoặc kỳ đã qua.": (
        "It has no market day yet, so there are no figures. Choose the running period or one that ended."
    ),
    "Ngày {on} chưa tới: hôm nay là {today}": "{on} has not come: today is {today}",
    "Chọn hôm nay hoặc một ngày đã qua, hoặc bỏ ngày để xem bản mới nhất.": "Choose today or a day before, or "
    "take the day away to read the newest edition.",
    "{period} chưa được công bố vào ngày {on}": "{period} was not published by {on}",
    "{period} chưa được công bố": "{period} is not published",
    "Xem kỳ mới nhất": "See the newest period",
    "Chọn ngày muộn hơn, hoặc bỏ ngày để xem bản mới nhất. Số cũ không tính lại, vì tính lại sẽ để lộ "
    "phần chốt muộn.": "Choose a later day, or none for the newest edition. Old figures are not measured "
    "anew: that would tell what late closes changed.",
    "Điều kiện": "Enablers",
    "Phía khách": "Demand",
    "Hạ tầng": "Infrastructure",
    "Kết quả": "Performance",
    "Bảo vệ người dùng": "User protection",
    "Chưa tính được chỉ số chung: chưa công bố được con số nào về kết quả.": "No composite index: no "
    "figure of performance may be told.",
    "so với {base} thì chưa có gì chung để so": "nothing is common with {base} to compare by",
    "chưa có mốc 100, vì chưa quý trọn nào được công bố": "there is no base of 100 yet, because no whole "
    "quarter was published",
    "Mức {level} trên 100; {why}.": "Level {level} of 100; {why}.",
    "Chỉ số chung {index}, lấy {base} là 100; mức {level} trên 100.": "Composite index {index}, with "
    "{base} as 100; level {level} of 100.",
    "Chưa có kết quả khảo sát, nên chỉ số không gồm tỷ trọng không dùng tiền mặt và phía khách; trọng "
    "số của chúng chia cho các nhóm khác.": "There is no survey result, so the index is without the "
    "cashless share and the demand side; the other groups carry their weight.",
    "Không gồm: {names}.": "Without: {names}.",
    "Chỉ một trong hai kỳ có, nên không dùng để so với mốc: {names}.": "Known in one of the two periods "
    "only, so not compared by: {names}.",
    "Chưa tính được mùa vụ: có {n} tháng đã công bố liền nhau, cần ít nhất {least}.": "No seasons yet: "
    "{n} published months in a row, at least {least} are needed.",
    "Tháng {high} cao nhất, {over} so với xu hướng; tháng {low} thấp nhất, {under}.": "Month {high} is "
    "highest, {over} against the trend; month {low} lowest, {under}.",
    "So với xu hướng": "Against the trend",
    "Làm từ các con số đã công bố dưới đây, không từ số nào khác; xin đừng xếp hạng các chợ có khoảng "
    "tin cậy chồng nhau": "Made of the published figures below and of nothing else; please rank no "
    "markets whose confidence intervals overlap",
    "Thành phần": "Component",
    "Hai mốc": "Goalposts",
    "Điểm, 0–100": "Score, 0–100",
    "trọng số {n}": "weight {n}",
    "bỏ qua": "left out",
    "{worst} đến {best}": "{worst} to {best}",
    "Giá trị nhận qua QR mỗi ngày chợ, theo tháng dương lịch, so với xu hướng": "Value received by QR "
    "per market day, by calendar month, against the trend",
    "{period} chưa được tính sẵn": "{period} is not measured yet",
    "Kỳ cũ chưa công bố của nhiều chợ phải tính lâu; máy tính dần vài kỳ mỗi đêm, bắt đầu từ kỳ mới "
    "nhất. Mời xem lại ngày mai, hoặc chọn kỳ đã công bố.": "Older periods of many markets that nobody "
    "published take long to measure; the machine does some each night, the newest first. Please come "
    "back tomorrow, or choose a published period.",
    "Chợ thay đổi ngay trong kỳ": "Markets that changed inside the period",
    "Còn {n} thay đổi nữa, xem trong bảng tính.": "{n} more changes stand in the workbook.",
    "{market} mở ngày {on}: số liệu chỉ gồm những ngày từ đó.": "{market} opened on {on}: its figures are "
    "of the days since.",
    "{market} họp phiên cuối trước khi đóng, ngày {on}: số liệu chỉ gồm những ngày đến đó.": "{market} "
    "was open for the last time on {on}: its figures are of the days until then.",
    "{market} đã đóng, phiên cuối ngày {on}: kỳ này không còn điểm kinh doanh và tiểu thương nào ở chợ.": "{market} "
    "has closed, its last market day was {on}: it has no stalls and no vendors in this period.",
    "{market} thuộc {left} đến hết {before}, thuộc {joined} từ {on}; kỳ này xếp theo đơn vị mới.": "{market} "
    "lay in {left} until {before}, in {joined} from {on}; this period is told by the new unit.",
    "Vì sao từ chối hoặc thôi dùng": "Why vendors refuse or leave",
    "Gian từ chối": "Stalls refusing",
    "Tạm ngưng, thôi": "Suspended, gone",
    "Chỉ nêu cho tất cả các chợ chung: ở từng chợ, mỗi lý do có quá ít người.": "Told of all markets "
    "together only: in one market too few give each reason.",
    "Trong kỳ chưa ghi nhận lý do từ chối hoặc thôi dùng nào.": "No reason for refusing or leaving was "
    "written down in the period.",
    "CSV để xem: dấu chấm phẩy, số thập phân dấu phẩy": "CSV to look at: semicolons, decimal commas",
    "Bên cạnh các chợ cùng hạng {n}": "Beside the markets of class {n}",
    "Số ở giữa của {n} chợ khác cùng hạng": "The median of {n} other markets of the class",
    "Chợ này": "This market",
    "Ở giữa": "Median",
    "Chỉ lấy số đã công bố của từng chợ; dưới 3 chợ thì không nêu số ở giữa.": "Of what is told of each "
    "market only; of fewer than 3 no median is told.",
    "kỳ này chưa công bố": "this period is not published yet",
    "Kỳ này chưa công bố": "This period is not published yet",
    "Kỳ này chưa công bố bản nào.": "No edition of this period was published yet.",
    "{period}: phân tích có khi công bố": "{period}: studied when it is published",
    "Phân tích cần số tiền, mà số tiền có khi công bố; nếu có số đúng mỗi ngày, lấy ngày sau trừ ngày "
    "trước là lộ tiền của từng người.": "The study rests on money, which is told when the period is "
    "published; exact figures every day would give away, by subtraction, what one person received.",
    "Kỳ này chưa công bố: lấy số làm tròn của từng chợ, có thể đổi; dưới 3 chợ thì không nêu số ở giữa.": "Not published yet: of the rounded figures of each market, which may change; of fewer than 3 no median is told.",
    "Không có chợ nào khác cùng hạng để đặt bên cạnh.": "No other market is of the class.",
}
