"""The page of published figures that is open to everybody."""

from collections.abc import Mapping
from types import MappingProxyType

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "Số liệu công khai": "Public figures",
        "Bản công khai": "What the public sees",
        "Từ {first} đến {last}, bản số {n}, {state}, số liệu đến {on}.": "From {first} to {last}, "
        "edition {n}, {state}, data up to {on}.",
        "Số liệu của một kỳ hiện ở đây sau khi kỳ đó được công bố.": "The figures of a period stand "
        "here once it is published.",
        "Đổi kỳ": "Choose a period",
        "quá ít tiểu thương đứng sau con số, hoặc một người chiếm gần hết.": "too few vendors stand "
        "behind the figure, or one of them has nearly all of it.",
        "Mọi con số của kỳ này đều phải ẩn": "Every figure of this period is hidden",
        "Có quá ít tiểu thương đứng sau từng con số: công bố sẽ lộ doanh số của họ. Số liệu này có thể "
        "hiện trong kỳ dài hơn.": "Too few vendors stand behind each figure: told, it would give their "
        "takings away. A longer period may show them.",
        "khoảng {n} trên {all} tiểu thương, làm tròn đến {base}": "about {n} of {all} vendors, rounded "
        "to multiples of {base}",
        "làm tròn đến {amount}; chưa gồm tiền mặt": "rounded to {amount}; cash is not in it",
        "Tỷ trọng không dùng tiền mặt": "Cashless share of takings",
        "Ước lượng từ khảo sát {name}: từ {low} đến {high} (95%), {n} gian trả lời, {rate} số lượt "
        "hỏi.": "Estimated by the survey {name}: from {low} to {high} (95%), {n} stalls answered, "
        "{rate} of those asked.",
        "Giao dịch không cho biết tiền mặt; chỉ khảo sát mẫu mới cho số này.": "Transactions say "
        "nothing about cash; only a sample survey does.",
        "Theo địa bàn và chợ": "By area and market",
        "Nơi": "Place",
        "Theo ngày chợ": "By market day",
        "Nhận qua QR mỗi ngày chợ": "Received by QR a market day",
        "Số người làm tròn đến {base} sao cho các hàng vẫn cộng đúng; tỷ lệ tính từ số đã làm tròn. "
        "“ẩn” là số không công bố để không lộ doanh số của ai.": "Counts are rounded to multiples of "
        "{base} such that rows still add up; shares follow from the rounded counts. What is hidden is "
        "not published, so that nobody's takings can be told.",
        "Phần trong tổng giá trị nhận qua QR của mọi chợ": "Part of the value received by QR in all "
        "markets",
        "Tiền nhận qua QR không phải doanh thu: có thể là tiền đổi tiền mặt hoặc tiền người nhà gửi, "
        "và không gồm tiền mặt.": "Money received by QR is no turnover: it may be paid out in cash or "
        "come from family, and cash is not in it.",
        "Mỗi kỳ chỉ hiện bản công bố mới nhất. Số sơ bộ còn thay đổi khi có thêm sao kê.": "Only the "
        "newest edition of a period is shown. Provisional figures change with later statements.",
        "Chưa có số liệu": "No figures yet",
        "Cơ quan theo dõi số liệu công bố từng tháng, quý, năm.": "Months, quarters and years are "
        "published by the office that follows the figures.",
        "{month}: khoảng {share} tiểu thương nhận tiền qua QR trong 30 ngày": "{month}: about {share} of "
        "vendors were paid by QR within 30 days",
    }
)
