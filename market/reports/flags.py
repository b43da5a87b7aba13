"""What the flags of downloads say: letters after figures, in the manner of Eurostat. Source: domain.md 13.2."""

from collections.abc import Mapping
from types import MappingProxyType

FLAGS: Mapping[str, str] = MappingProxyType(
    {
        "c": "dưới 5 tiểu thương đứng sau con số, một người chiếm phần quá lớn của số tiền, hoặc tỷ lệ tính trên "
        "dưới 20 tiểu thương",
        "s": "ẩn thêm để không suy ngược ra ô ẩn (1)",
        "u": "dữ liệu thấy được dưới một nửa số mã QR đang treo, hoặc chưa kiểm tra gian nào",
        "w": "chờ công bố: con số dựa trên số tiền, hoặc trên quá ít tiểu thương, nên có khi kỳ được công bố",
        "k": "khoảng: kỳ chưa công bố, số người làm tròn đến bội của 5, tỷ lệ tính từ số ấy",
        "p": "sơ bộ: còn ngày chưa chốt, hoặc chốt chưa chính thức",
        "n": "không có gì để tính: mẫu số bằng 0",
        "e": "ước lượng từ khảo sát mẫu",
        "b": "đứt chuỗi: chợ mở, đóng hoặc đổi xã ngay trong kỳ",
    }
)
"""What each flag says, in the order they are explained. The letter k stands for "khoảng": r, which Eurostat
has for revised figures, would be misread."""

HIDDEN_TEXT: Mapping[str, str] = MappingProxyType(
    {"c": "ẩn (1)", "s": "ẩn (2)", "u": "ẩn (3)", "w": "chờ công bố"}
)
"""What stands in a printed cell instead of a figure that is not told."""
