"""Denominator surveys: planned, asked, estimated."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "lập khảo sát": "plan surveys",
        "ghi câu trả lời khảo sát": "write down answers of surveys",
        # beside the figures of adoption
        "Tỷ trọng không dùng tiền mặt trong tổng tiền bán: chưa có, vì hệ thống không thấy tiền mặt; "
        "chỉ khảo sát mẫu mới cho số này.": "Cashless share of all takings: not known, because cash is "
        "not seen here; only a sample survey tells it.",
        "Tỷ trọng không dùng tiền mặt: chưa công bố được từ {name}. {why}": "Cashless share: {name} "
        "cannot tell it. {why}",
        "Tỷ trọng không dùng tiền mặt trong tổng tiền bán: {share} (khoảng tin cậy 95%: {low} đến "
        "{high}). Nguồn: {name}, hỏi từ {first} đến {last} ở {markets} chợ, {n} gian trả lời, tỷ lệ "
        "trả lời {rate}. Là ước lượng từ mẫu, không tính từ giao dịch.": "Cashless share of all "
        "takings: {share} (95% interval: {low} to {high}). Source: {name}, asked from {first} to "
        "{last} in {markets} markets; {n} stalls answered, response rate {rate}. Estimated from a "
        "sample, not from transactions.",
        "Xin đừng suy tỷ trọng ấy từ số trên trang này.": "Please do not infer that share from the "
        "figures on this page.",
        # menus
        "Khảo sát": "Surveys",
        "Khảo sát tiền bán": "Survey of takings",
        "Hỏi các gian đã bốc thăm, ghi tại chỗ": "Ask the stalls drawn, write it down there",
        "Khảo sát tỷ trọng không dùng tiền mặt": "Surveys of the cashless share",
        # kinds
        "Từ chối vì e ngại thuế": "Refused for fear of tax",
        "Vắng hoặc nghỉ bán hôm đó": "Absent or not trading that day",
        "Không còn gian hàng này": "This stall is no more",
        "Chia đều theo số gian hàng": "In proportion to the stalls",
        "Nhóm bán chênh nhau nhiều thì hỏi nhiều hơn (theo đợt trước)": "More where takings differ "
        "more (by an earlier survey)",
        "gian lớn, hỏi hết": "large stalls, all asked",
        "gian thường": "other stalls",
        "Có người từ chối vì e ngại thuế. Những người này có thể thu tiền mặt nhiều hơn, nên tỷ trọng "
        "thật có thể thấp hơn con số ở đây.": "Some refused for fear of tax. They may take more cash, "
        "so the true share may be lower than the one here.",
        "Dưới 70% số lượt hỏi có trả lời. Người không trả lời có thể khác người đã trả lời.": "Fewer "
        "than 70% answered. Who did not may differ from who did.",
        "Có nhóm trả lời ít hơn hẳn nhóm khác (chênh từ 20 điểm phần trăm).": "One group answered far "
        "less than another (by 20 percentage points or more).",
        "Trên 5% số gian bốc được không còn nữa: danh sách gian hàng đã cũ.": "More than 5% of the "
        "stalls drawn were no more: the register of stalls is out of date.",
        "Tiền chuyển đến có thể là khách đổi lấy tiền mặt, không phải tiền mua hàng: tỷ trọng có thể "
        "cao hơn thật.": "Incoming transfers may be cash paid out to customers and no purchase: the "
        "share may be too high.",
        "Tiền chuyển đến có thể là tiền của người nhà: tỷ trọng có thể cao hơn thật.": "Incoming "
        "transfers may be family money: the share may be too high.",
        "Số cô bác nói gồm cả những mã QR không gửi số liệu về đây, nên không khớp với giá trị nhận "
        "qua QR đã đối soát.": "What vendors tell includes QR codes that send no data here, so it need "
        "not agree with the value received by QR.",
        "Chưa ghi phiếu nào, nên chưa có ước lượng.": "Nothing was written down yet, so there is no "
        "estimate.",
        "Chưa ai trả lời, nên không có ước lượng.": "Nobody answered, so there is no estimate.",
        "Chưa đủ hai phiếu trả lời, nên chưa ước lượng được.": "There are not even two answers, so "
        "nothing can be estimated.",
        "Các phiếu đều ghi không bán được đồng nào, nên không có tỷ trọng.": "All answers tell of no "
        "takings, so there is no share.",
        "Quá ít người trả lời, hoặc một người bán quá lớn so với số còn lại: công bố sẽ lộ doanh số "
        "của họ.": "Too few answered, or one vendor is too large beside the others: told, it would "
        "give their takings away.",
        # the list
        "Mới nhất: {name}, đã ghi {n} trên {all} lượt hỏi": "Newest: {name}, {n} of {all} stall days "
        "recorded",
        "Chưa có đợt khảo sát nào": "No survey yet",
        "Giá trị nhận qua QR không cho biết tiền mặt. Muốn biết tỷ trọng không dùng tiền mặt thì phải "
        "hỏi một mẫu gian hàng; câu trả lời giữ riêng, không ghép với giao dịch.": "The value received "
        "by QR says nothing about cash. To know the cashless share a sample of stalls must be asked; "
        "the answers are kept apart and never joined with transactions.",
        "Lập đợt khảo sát": "Plan a survey",
        "Các đợt khảo sát": "Surveys",
        "Lượt hỏi": "Stall days",
        "Đã ghi được": "Recorded",
        "Chưa có đợt nào": "None yet",
        "Lập một đợt: chọn chợ, khoảng ngày và sai số mong muốn; trang sẽ tính cỡ mẫu và bốc thăm gian "
        "hàng.": "Plan one: choose markets, days and the error you accept; the page computes the "
        "sample and draws the stalls.",
        # the design
        "Hỏi {n} trên {all} gian hàng": "Ask {n} of {all} stalls",
        "Lập đợt khảo sát tỷ trọng không dùng tiền mặt": "Plan a survey of the cashless share",
        "Nếu {rate} số người được hỏi trả lời, tỷ trọng sẽ biết được với sai số khoảng ±{half} (mức "
        "tin cậy 95%).": "If {rate} of those asked answer, the share will be known to about ±{half} "
        "(95% confidence).",
        "Mỗi gian bốc được hỏi một ngày: bán được bao nhiêu tiền mặt, bao nhiêu không tiền mặt.": "Each "
        "stall drawn is asked about one day: how much was taken in cash, how much without.",
        "Còn chỗ cần sửa, chưa tính được": "Something is to be mended before it can be worked out",
        "Mẫu theo chợ": "The sample by market",
        "Ngày họp": "Market days",
        "Sẽ hỏi": "To be asked",
        "Sai số chờ đợi": "Error expected",
        "quá ít để nói riêng": "too few to be told alone",
        "{market} chưa có gian hàng nào đang bán, nên không hỏi ai ở đó.": "{market} has no stall in "
        "use, so nobody is asked there.",
        "{market} không họp ngày nào trong khoảng này, nên không hỏi ai ở đó.": "{market} is not open "
        "on any of these days, so nobody is asked there.",
        "Xem {n} nhóm (tầng) của mẫu": "Show the {n} strata of the sample",
        "Các nhóm của mẫu": "Strata of the sample",
        "Nhóm": "Stratum",
        "mọi nhóm hàng": "any goods",
        "Sai số tính từ mức chênh lệch và tỷ trọng đoán trước, chưa kể phần lợi nhờ chia nhóm. Con số "
        "thật có sau khi thu phiếu.": "The error follows from the guessed variation and share, without "
        "what stratification gains. The true one is known when the answers are in.",
        "Muốn biết bao nhiêu phần trăm gian có mã QR, hay có nhận chuyển khoản, với sai số ±{margin}: ghé "
        "{n} trên {all} gian.": "To know what share of the stalls show a QR code, or take transfers, to "
        "±{margin}: visit {n} of {all} stalls.",
        "Tên đợt khảo sát": "Name of the survey",
        "In trên phiếu, ví dụ: Khảo sát tiền bán quý IV/2026": "Printed on the lists, such as: Khảo sát "
        "tiền bán quý IV/2026",
        "Chợ được hỏi": "Markets asked",
        "Cần chính xác đến đâu": "How exact",
        "Sai số mong muốn, điểm phần trăm": "Error accepted, percentage points",
        "5 nghĩa là ±5 điểm": "5 means ±5 points",
        "Hoặc số lượt hỏi định trước": "Or a number of stall days",
        "Để trống thì tính từ sai số": "Empty: computed from the error",
        "Tỷ trọng đoán trước, %": "Share guessed, %",
        "Từ đợt trước hoặc chợ tương tự": "From an earlier survey or a similar market",
        "Tiền bán chênh nhau, %": "How takings vary, %",
        "Độ lệch chuẩn so với trung bình, thường 100 đến 200": "Deviation over mean, usually 100 to 200",
        "Bao nhiêu % sẽ trả lời": "What % will answer",
        "Cách chia mẫu": "Allocation",
        "Cách đi hỏi": "How to ask",
        "Gian lớn từ, m²": "Large stalls from, m²",
        "Gian từ cỡ này trở lên đều được hỏi": "Stalls of this size and more are all asked",
        "Gian dự phòng mỗi nhóm": "Reserve in each stratum",
        "Hỏi thay khi có người từ chối": "Asked in place of who refuses",
        "Số người đi hỏi mỗi chợ": "People who ask, a market",
        "Mỗi người một phiếu, một phần chợ": "Each has a list and a part of the market",
        "Đếm từ giờ": "Count from hour",
        "đến giờ": "to hour",
        "Tính mẫu": "Compute the sample",
        "Bốc thăm {n} lượt hỏi": "Draw {n} stall days",
        "Bốc xong thì không sửa được đợt này: thiết kế, hạt giống và danh sách đều được giữ để ai cũng "
        "bốc lại được.": "Once drawn, a survey cannot be changed: design, seed and lists are kept, so "
        "that anybody can draw it again.",
        "Chưa có số": "No number yet",
        "Chưa có tên đợt khảo sát": "The survey has no name yet",
        "Tên dài {n} chữ, tối đa {most}": "The name has {n} characters, at most {most}",
        "Chưa chọn chợ nào": "No market is chosen yet",
        "Ngày cuối đang trước ngày đầu": "The last day is before the first",
        "{n} ngày quá dài cho một đợt, tối đa {most}": "{n} days are too long for one survey, at most "
        "{most}",
        "Giờ cuối phải sau giờ đầu": "The last hour must be after the first",
        "Ghi {n}, cần từ {low} đến {high}": "{n} was entered, from {low} to {high} are possible",
        "{n} lượt quá ít: {strata} nhóm cần ít nhất {least} lượt": "{n} stall days are too few: "
        "{strata} strata need at least {least}",
        "Không chợ nào đã chọn có ngày họp trong khoảng này": "None of the markets chosen is open on "
        "any of these days",
        "Không chợ nào đã chọn có gian hàng đang bán, nên chưa bốc được ai": "None of the markets "
        "chosen has a stall in use, so nobody can be drawn",
        # one survey
        "Khoảng {share} tiền bán không dùng tiền mặt": "About {share} of takings are cashless",
        "{name}: chưa công bố được tỷ trọng": "{name}: the share cannot be published yet",
        "từ {low} đến {high}": "from {low} to {high}",
        "Khoảng tin cậy 95%: {span}. Hỏi từ {first} đến {last}, {n} gian trả lời, đại diện cho {all} "
        "gian.": "95% interval: {span}. Asked from {first} to {last}; {n} stalls answered, speaking for "
        "{all}.",
        "Theo chợ": "By market",
        "Phiếu để in": "Lists to print",
        "Tỷ lệ trả lời": "Response rate",
        "{n} trả lời, trên {all} lượt hỏi đã đến ngày và còn gian hàng.": "{n} answered, of {all} stall "
        "days that were due and whose stall was there.",
        "{n} lượt đã qua ngày mà chưa ghi, tính như không gặp.": "{n} are past and not recorded: "
        "counted as not met.",
        "Sai số chuẩn": "Standard error",
        "{n} điểm": "{n} points",
        "Tuyến tính hóa tỷ số, phân tầng, mẫu hữu hạn (Cochran 1977).": "Linearised ratio, stratified, "
        "finite population (Cochran 1977).",
        "Khoảng bootstrap 95%": "95% bootstrap interval",
        "Bốc lại 1.000 lần trong từng nhóm; không dựa vào phân phối chuẩn.": "Drawn again 1,000 times "
        "within the strata; rests on no normal distribution.",
        "Theo số lượt khách trả": "By number of payments",
        "Đếm {n} lượt ở {stalls} gian trong giờ bốc thăm; {span}; hiệu ứng thiết kế {effect}.": "{n} "
        "payments counted at {stalls} stalls in quarter hours drawn by lot; {span}; design effect "
        "{effect}.",
        "Cần đếm ở ít nhất 10 gian thì mới công bố.": "Told when at least 10 stalls were counted.",
        "Lượt hỏi còn lại": "Stall days to come",
        "Chưa đến ngày hỏi, trên {n} lượt của mẫu.": "Not due yet, of {n} in the sample.",
        "Số gian trả lời": "Answered",
        "Tỷ trọng": "Share",
        "Khoảng 95%": "95% interval",
        "Kết quả các lượt hỏi": "What came of the stall days",
        "Số lượt hỏi": "Number",
        "{market} có quá ít phiếu trả lời, nên ước lượng không nói về chợ này.": "{market} gave too few "
        "answers: the estimate does not speak for it.",
        "{n} nhóm có quá ít phiếu, được tính gộp với nhóm bên cạnh.": "{n} strata with too few answers "
        "were estimated together with their neighbours.",
        "Câu trả lời của từng gian không hiện ở đâu. Chỉ ước lượng được công bố, khi có từ 10 hộ trở lên "
        "và không hộ nào chiếm gần hết.": "No stall's answer is shown anywhere. Only estimates are, "
        "when at least 10 households stand behind them and none has nearly all.",
        "Thiết kế và bốc thăm": "Design and draw",
        "Xem thiết kế, hạt giống và các nhóm": "Show design, seed and strata",
        "Bốc lúc": "Drawn at",
        "Gian lớn từ": "Large stalls from",
        "Mẫu": "Sample",
        # at the stall
        "Gian {stall}": "Stall {stall}",
        "Đếm {quarter}": "Count {quarter}",
        "Đã ghi gian {stall}: {outcome}": "Stall {stall} recorded: {outcome}",
        "Hôm nay còn hỏi {n} gian": "{n} stalls left to ask today",
        "Hôm nay không còn gian nào phải hỏi": "No stall left to ask today",
        "Đã ghi {n} trên {all} lượt hỏi của {place}.": "{n} of {all} stall days of {place} recorded.",
        "phiếu {n}": "list {n}",
        "Phiếu {n}": "List {n}",
        "Chợ chưa có đợt khảo sát nào": "The market has no survey yet",
        "Cán bộ theo dõi số liệu lập đợt và bốc thăm; danh sách gian hàng cần hỏi hiện ở đây.": "The "
        "economist plans and draws it; the stalls to ask are shown here.",
        "Đổi đợt, chọn phiếu": "Choose survey and list",
        "Phiếu": "List",
        "Mọi phiếu": "All lists",
        "Hỏi hôm nay, {on}": "To ask today, {on}",
        "Không có gian nào.": "None.",
        "Đã qua ngày mà chưa ghi: {n}": "Past and not recorded: {n}",
        "Có phiếu giấy thì nhập ở đây; không ghi thì tính như không gặp.": "Enter what stands on paper; "
        "what is not recorded counts as not met.",
        "Dự phòng: {n}": "Reserve: {n}",
        "Chỉ hỏi khi có gian cùng nhóm hàng từ chối, vắng hoặc không còn.": "Asked only where a stall "
        "of the same goods refused, was absent or is no more.",
        "Xem gian dự phòng": "Show the reserve",
        "Những ngày sau: {n}": "Days to come: {n}",
        "Xem các ngày sau": "Show the days to come",
        "Đã ghi: {n}": "Recorded: {n}",
        "Ghi nhầm thì mở lại gian đó và ghi lần nữa: lần sau cùng được tính.": "Written wrongly? Open "
        "the stall and write it again: the last one counts.",
        "Xem gian đã ghi": "Show the stalls recorded",
        "Hỏi gian {stall}": "Ask stall {stall}",
        "Hỏi về ngày {on}. Phiếu {sheet}: đã ghi {n} trên {all}.": "About {on}. List {sheet}: {n} of "
        "{all} recorded.",
        "Gian này đã ghi: {outcome}": "This stall is recorded: {outcome}",
        "Ghi lần nữa thì lần sau cùng được tính. Số đã ghi không hiện lại.": "Written again, the last "
        "one counts. What was written is not shown again.",
        "Gian dự phòng": "Reserve",
        "Cả ngày bán được, khi đã trả lời": "Taken in the whole day, if they answered",
        "Tiền mặt, nghìn đồng": "Cash, thousands of đồng",
        "1250 là 1.250.000 ₫": "1250 is 1.250.000 ₫",
        "Chuyển khoản, quét mã, ví, nghìn đồng": "Transfers, QR, wallets, thousands of đồng",
        "Không có thì ghi 0": "0 if there is none",
        "Đếm 15 phút, {quarter}": "Count for 15 minutes, {quarter}",
        "Khách trả tiền mặt": "Customers paying cash",
        "Khách trả không tiền mặt": "Customers paying without",
        "Ghi, sang gian tiếp theo": "Record, go to the next stall",
        "Chỉ dùng để tính tỷ lệ chung của chợ. Không ghi tên ai, không gửi cho ai khác.": "Only for the "
        "market's overall share. No name is written, nothing is sent to anybody.",
        "Chọn một kết quả": "Choose an outcome",
        "Gian {stall} hỏi ngày {on:%d/%m/%Y}, chưa tới ngày": "Stall {stall} is asked on "
        "{on:%d/%m/%Y}, which has not come yet",
        "Chưa có số tiền: không bán đồng nào thì ghi 0": "No amount yet: 0 if nothing was taken",
        "Chỉ ghi tiền khi người bán đã trả lời": "Amounts only where the vendor answered",
        "Đã đếm thì ghi cả hai số, không có lượt nào thì ghi 0": "If you counted, write both numbers, 0 "
        "if there was none",
        "Ghi {n}, cần từ 0 đến {most}": "{n} was entered, from 0 to {most} are possible",
        "“{text}” chưa phải số nguyên": "“{text}” is no whole number",
        "Đợt này không có lượt hỏi “{text}”": "This survey has no stall day “{text}”",
        "“{text}” chưa đúng, cần một trong: {words}": "“{text}” is none of: {words}",
    }
)
