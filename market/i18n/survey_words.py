"""What the surveys' outcomes, doubts and designs are called, in Vietnamese; the pages translate on."""

from collections.abc import Mapping
from types import MappingProxyType

from market.survey_kinds import Allocation, Answer

OUTCOMES: Mapping[Answer, str] = MappingProxyType(
    {
        Answer.ANSWERED: "Đã trả lời",
        Answer.REFUSED: "Từ chối",
        Answer.REFUSED_FOR_TAX: "Từ chối vì e ngại thuế",
        Answer.ABSENT: "Vắng hoặc nghỉ bán hôm đó",
        Answer.CLOSED_FOR_GOOD: "Không còn gian hàng này",
    }
)
ALLOCATIONS: Mapping[Allocation, str] = MappingProxyType(
    {
        Allocation.PROPORTIONAL: "Chia đều theo số gian hàng",
        Allocation.NEYMAN: "Nhóm bán chênh nhau nhiều thì hỏi nhiều hơn (theo đợt trước)",
    }
)
BIASES: Mapping[str, str] = MappingProxyType(
    {
        "tax_refusal": "Có người từ chối vì e ngại thuế. Những người này có thể thu tiền mặt nhiều "
        "hơn, nên tỷ trọng thật có thể thấp hơn con số ở đây.",
        "low_response": "Dưới 70% số lượt hỏi có trả lời. Người không trả lời có thể khác người đã "
        "trả lời.",
        "uneven_response": "Có nhóm trả lời ít hơn hẳn nhóm khác (chênh từ 20 điểm phần trăm).",
        "frame_error": "Trên 5% số gian bốc được không còn nữa: danh sách gian hàng đã cũ.",
        "cash_out": "Tiền chuyển đến có thể là khách đổi lấy tiền mặt, không phải tiền mua hàng: "
        "tỷ trọng có thể cao hơn thật.",
        "personal_transfer": "Tiền chuyển đến có thể là tiền của người nhà: tỷ trọng có thể cao hơn "
        "thật.",
        "uncovered_codes": "Số cô bác nói gồm cả những mã QR không gửi số liệu về đây, nên không "
        "khớp với giá trị nhận qua QR đã đối soát.",
    }
)
UNTOLD: Mapping[str, str] = MappingProxyType(
    {
        "not_begun": "Chưa ghi phiếu nào, nên chưa có ước lượng.",
        "nobody_answered": "Chưa ai trả lời, nên không có ước lượng.",
        "too_few": "Chưa đủ hai phiếu trả lời, nên chưa ước lượng được.",
        "no_takings": "Các phiếu đều ghi không bán được đồng nào, nên không có tỷ trọng.",
        "unsafe": "Quá ít người trả lời, hoặc một người bán quá lớn so với số còn lại: công bố sẽ "
        "lộ doanh số của họ.",
    }
)
SIZES: Mapping[str, str] = MappingProxyType({"lớn": "gian lớn, hỏi hết", "thường": "gian thường"})
