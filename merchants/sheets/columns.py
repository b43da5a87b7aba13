"""The columns of a vendor sheet and how their headers are recognised."""

import difflib
import re
from dataclasses import dataclass

from merchants.files.csv_text import clean_text
from qr.text import fold_to_ascii


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in code, the header people write, other headers seen for it."""

    key: str
    title: str
    also: tuple[str, ...] = ()
    is_required: bool = False


COLUMNS = (
    Column("market_code", "Mã chợ"),
    Column("zone", "Khu vực", ("Khu", "Dãy", "Khu vực, dãy")),
    Column("stall_code", "Mã gian hàng", ("Mã gian", "Gian hàng"), is_required=True),
    Column("goods_group", "Ngành hàng", ("Nhóm hàng", "Mặt hàng")),
    Column("stall_state", "Tình trạng gian hàng", ("Tình trạng", "Tình trạng gian")),
    Column("full_name", "Họ tên", ("Họ và tên", "Tên người bán"), is_required=True),
    Column("phone", "Điện thoại", ("Số điện thoại", "SĐT")),
    Column("business_name", "Tên hộ kinh doanh", ("Hộ kinh doanh", "Tên HKD")),
    Column("consented_on", "Ngày đồng ý"),
    Column("bank", "Ngân hàng", ("Tên ngân hàng",), is_required=True),
    Column("account", "Số tài khoản", ("STK", "Số TK"), is_required=True),
    Column("holder_name", "Tên chủ tài khoản", ("Chủ tài khoản",), is_required=True),
    Column("wallet", "Ví / cổng thanh toán", ("Ví", "Cổng thanh toán", "Ví điện tử")),
    Column("wallet_point", "Mã điểm ví", ("Mã cửa hàng",)),
    Column("contract_no", "Số hợp đồng"),
    Column("contract_from", "Ngày hợp đồng"),
    Column("displayed_codes", "Số mã QR đang treo"),
    Column("audited_on", "Ngày kiểm tra"),
    Column("installed_on", "Ngày treo bảng mã", ("Ngày treo tấm mã",)),
)
TITLES = {column.key: column.title for column in COLUMNS}

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NOT_A_LETTER = re.compile(r"[^A-Z0-9]+")
# A running number and remarks say nothing the register keeps.
_UNREAD = frozenset({"STT", "TT", "SO THU TU", "GHI CHU"})
RESULT_TITLES = ("Kết quả", "Lý do / lưu ý", "Cách sửa")
"""What a result file adds to the columns of a sheet; sent in again they are left aside."""

EXAMPLE_NAME = "Nguyễn Thị Ví Dụ"
EXAMPLE_STALLS = frozenset({"VIDU", "VI DU"})
"""The stall of the template's example row, which is nobody's."""


def column_of(header: str) -> Column | None:
    """Return the column a header names; marks, case, order, brackets and punctuation do not count."""
    return _BY_HEADER.get(_folded(header))


def is_unread(header: str) -> bool:
    """Return whether a header is empty or names a column that is left aside on purpose."""
    folded = _folded(header)
    return not folded or folded in _UNREAD or is_result(header)


def is_result(header: str) -> bool:
    """Return whether a header is one of those a result file adds."""
    return _folded(header) in _RESULT


def nearest_title(header: str) -> str | None:
    """Return the title that an unknown header may have been meant for."""
    near = difflib.get_close_matches(_folded(header), _BY_HEADER, n=1, cutoff=0.7)
    return _BY_HEADER[near[0]].title if near else None


def _folded(header: str) -> str:
    spaced = _IN_BRACKETS.sub(" ", clean_text(header)).replace("/", " ")
    return " ".join(_NOT_A_LETTER.sub(" ", fold_to_ascii(spaced)).split())


_RESULT = frozenset(map(_folded, RESULT_TITLES))
_BY_HEADER = {
    _folded(header): column for column in COLUMNS for header in (column.title, *column.also)
}
