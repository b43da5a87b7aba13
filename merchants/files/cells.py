"""What a single cell of a vendor sheet means: a text, a day, a phone, an account number.

Excel keeps numbers in floating point, cuts leading zeros and turns codes into dates. What it has
damaged is told, never guessed back. Reasons are Vietnamese: they go to whoever made the sheet.
"""

import re
from datetime import date, datetime, time, timedelta

from merchants.files.csv_text import clean_text, hostile_character
from merchants.files.workbook import Cell, Formula
from merchants.remedies import remedied, remedied_whole
from merchants.sentences import Sentence
from qr.poster import PRINTABLE

EXACT_NUMBER_MAX = 10**15
"""Excel keeps fifteen digits; from the sixteenth on it writes zeros."""

AS_TEXT = Sentence("đặt cột dạng chữ (Text) rồi gõ lại")

_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_ACCOUNT = re.compile(r"[A-Za-z0-9]+")
_FORMULA_STARTS = ("=", "+", "-", "@")
_MOBILE_DIGITS = 10
_IN_NAMES = frozenset(" .,'’‘&()/-–·")
_YEAR_MIN, _YEAR_MAX = 1990, 2199

# The eleven-digit mobile numbers that ended in 2018 and what their beginnings became
# (Ministry of Information and Communications, decision 798/QĐ-BTTTT of 2018).
_OLD_MOBILE = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036",
    "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


class CellRefused(Exception):
    """A cell cannot be taken; carries why, and what to do about it."""

    def __init__(self, why: str, fix: str) -> None:
        self.told = remedied(why, fix)
        super().__init__(self.told)


def read_text(cell: Cell, *, length_max: int) -> str:
    """Return a cell's text, whole numbers without ``.0``; empty for an empty cell.

    Raises:
        CellRefused: a formula, a date, TRUE/FALSE, a broken number, or too long.
    """
    text = _plain(cell)
    if text[:1] == "'" and text.lstrip("'").startswith(_FORMULA_STARTS):
        return _within(text[1:], length_max)  # our own exports keep such texts from being reckoned
    if text.startswith(_FORMULA_STARTS):
        raise CellRefused(
            Sentence(
                "“{text}” bắt đầu bằng dấu “{sign}” như công thức", text=text[:20], sign=text[0]
            ),
            "xoá dấu này",
        )
    return _within(text, length_max)


def read_name(cell: Cell, *, length_max: int) -> str:
    """Return a person's or a business's name; empty for an empty cell.

    Raises:
        CellRefused: as ``read_text``, or a character no name holds, an emoji for one.
    """
    name = read_text(cell, length_max=length_max)
    if name and not any(character.isalpha() for character in name):
        raise CellRefused(Sentence("ghi “{name}”, chưa có chữ nào", name=name[:20]), "ghi tên")
    for character in name:
        if not (character.isalnum() or character in _IN_NAMES):
            raise CellRefused(
                Sentence("có ký tự “{character}” không có trong tên người", character=character),
                "xoá ký tự này",
            )
    return name


def read_printed(cell: Cell, *, length_max: int) -> str:
    """Return a text that is to stand on a poster; empty for an empty cell.

    Raises:
        CellRefused: as ``read_text``, or a character posters are not printed with, an emoji for one.
    """
    text = read_text(cell, length_max=length_max)
    for character in text:
        if not PRINTABLE.match(character):
            raise CellRefused(
                Sentence("có ký tự “{character}” không in được lên tấm mã", character=character),
                "xoá ký tự này",
            )
    return text


def read_day(cell: Cell) -> date | None:
    """Return a cell's day: a real date of Excel, or ``dd/mm/yyyy``; ``None`` for an empty cell.

    Raises:
        CellRefused: another way of writing a day, or a day that does not exist.
    """
    if isinstance(cell, datetime):
        return _known_year(cell.date())
    if isinstance(cell, date):
        return _known_year(cell)
    if isinstance(cell, str) and _is_blank(cell):
        return None
    found = _DAY.fullmatch(cell) if isinstance(cell, str) else None
    if found is None:
        raise CellRefused(
            Sentence("ghi “{shown}”, chưa phải ngày", shown=_shown(cell)),
            "ghi ngày/tháng/năm như 05/03/2026",
        )
    day, month, year = (int(part) for part in found.groups())
    try:
        return _known_year(date(year, month, day))
    except ValueError:
        raise CellRefused(
            Sentence("không có ngày {found} trong lịch", found=found[0]),
            "xem lại, thứ tự là ngày/tháng/năm",
        ) from None


def read_count(cell: Cell, *, count_max: int) -> int | None:
    """Return a whole number from 0 to ``count_max``; ``None`` for an empty cell.

    Raises:
        CellRefused: anything else.
    """
    text = _plain(cell)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > count_max:
        raise CellRefused(
            Sentence("ghi “{text}”, chưa phải số đếm", text=text[:20]),
            Sentence("ghi số từ 0 đến {most}", most=count_max),
        )
    return int(text)


def read_phone(cell: Cell) -> tuple[str, str]:
    """Return a Vietnamese phone number as ``+84…`` and a remark; both may be empty.

    A number whose leading zero Excel has cut, or somebody left out, is mended and remarked upon:
    nine digits have no other reading.

    Raises:
        CellRefused: not a phone number of Vietnam.
    """
    written = _plain(cell)
    if not written:
        return "", ""
    digits, is_mended = re.sub(r"[ .\-()]", "", written), False
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    elif digits.startswith("84") and len(digits) in {11, 12}:
        digits = "0" + digits[2:]
    elif digits.isdigit() and not digits.startswith("0"):
        digits, is_mended = "0" + digits, True
    if not re.fullmatch(r"0[0-9]+", digits):
        raise CellRefused(
            Sentence("ghi “{written}”, chưa phải số điện thoại", written=written[:20]),
            "ghi 10 chữ số bắt đầu bằng 0",
        )
    remark = ""
    if len(digits) == 11 and digits[:4] in _OLD_MOBILE:
        old, digits = digits, _OLD_MOBILE[digits[:4]] + digits[4:]
        remark = remedied_whole(
            Sentence("Số điện thoại kiểu cũ, đầu số {old}", old=old[:4]),
            Sentence("đổi thành {digits}…{tail}", digits=digits[:3], tail=digits[-3:]),
        )
    if re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{9}", digits):
        if is_mended and not remark:
            remark = remedied_whole(
                "Số điện thoại thiếu số 0 ở đầu",
                Sentence("đã thêm lại: {digits}…{tail}", digits=digits[:3], tail=digits[-3:]),
            )
        return "+84" + digits[1:], remark
    given = digits[1:] if is_mended else digits
    if len(digits) != _MOBILE_DIGITS:
        raise CellRefused(
            Sentence("có {n} chữ số, số di động cần 10", n=len(given)),
            "hỏi lại người bán rồi ghi đủ số",
        )
    raise CellRefused(
        Sentence("bắt đầu bằng {digits}, không phải đầu số di động nào", digits=given[:3]),
        "hỏi lại người bán rồi ghi đúng số",
    )


def read_account(cell: Cell) -> tuple[str, bool]:
    """Return an account number without spaces, and whether it came as a number and not as text.

    Raises:
        CellRefused: damaged by Excel, or with characters no account number has.
    """
    if isinstance(cell, str) and _SCIENTIFIC.fullmatch(cell) and not cell.isalnum():
        raise CellRefused(
            Sentence("Excel đã đổi thành {cell}, mất các chữ số cuối", cell=cell), AS_TEXT
        )
    written = _plain(cell)
    account = written.replace(" ", "")
    if account and not _ACCOUNT.fullmatch(account):
        wrong = next(character for character in account if not _ACCOUNT.fullmatch(character))
        raise CellRefused(
            Sentence("có ký tự “{wrong}”, số tài khoản chỉ gồm chữ và số không dấu", wrong=wrong),
            "xoá ký tự này",
        )
    if len(account) > 19:
        raise CellRefused(
            Sentence("dài {n} ký tự, mã VietQR nhận tối đa 19", n=len(account)),
            "xem lại số tài khoản",
        )
    return account, isinstance(cell, float | int)


def _within(text: str, length_max: int) -> str:
    if len(text) > length_max:
        raise CellRefused(
            Sentence("dài {n} ký tự, nhận tối đa {most}", n=len(text), most=length_max),
            "ghi ngắn lại",
        )
    return text


def _plain(cell: Cell) -> str:
    match cell:
        case str():
            if hostile := hostile_character(cell):
                raise CellRefused(
                    Sentence("có ký tự ẩn {hostile} làm chữ hiện sai", hostile=hostile),
                    "xoá ô này rồi gõ lại",
                )
            return "" if _is_blank(cell) else cell
        case Formula():
            raise CellRefused("là công thức", "chép ô rồi dán giá trị (Paste Values)")
        case bool():
            raise CellRefused(Sentence("là {value}", value=str(cell).upper()), AS_TEXT)
        case int() | float():
            return _whole_number(cell)
        case _:
            raise CellRefused(Sentence("Excel đã đổi thành {shown}", shown=_shown(cell)), AS_TEXT)


def _is_blank(text: str) -> bool:
    """Return whether a cell is empty or holds only the dash people write for "none"."""
    return not text.strip("-–—")


def _whole_number(number: float) -> str:
    if not float(number).is_integer():
        raise CellRefused(
            Sentence("là số lẻ {number}", number=str(number).replace(".", ",")), AS_TEXT
        )
    if abs(number) >= EXACT_NUMBER_MAX:
        raise CellRefused(
            Sentence(
                "là số dài quá 15 chữ số ({number:.5E}), Excel đã thay các chữ số cuối",
                number=number,
            ),
            AS_TEXT,
        )
    return str(int(number))


def _known_year(day: date) -> date:
    if not _YEAR_MIN <= day.year <= _YEAR_MAX:
        raise CellRefused(Sentence("năm {year} quá xa", year=day.year), "xem lại năm")
    return day


def _shown(cell: Cell) -> str:
    match cell:
        case datetime() | date():
            return Sentence("ngày {cell:%d/%m/%Y}", cell=cell)
        case time() | timedelta():
            return Sentence("giờ {cell}", cell=cell)
        case Formula():
            return Sentence("công thức")
        case _:
            return clean_text(str(cell))[:20]
