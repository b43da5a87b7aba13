"""Tell in words what the log of the doors notes for itself: roles, markets, counts, numbers of rows."""

import re

from market.i18n.event_words import stored
from market.i18n.role_names import ROLE_NAMES
from market.i18n.words import Translator

RIGHTS = {
    "anyone": "ai cũng được",
    "signed in": "đã đăng nhập",
    "vendor read": "xem trang người bán",
    "vendor act": "làm việc của người bán",
    "help": "hỗ trợ tại chợ",
    "read market": "xem sổ chợ",
    "write register": "ghi sổ chợ",
    "decide": "quyết định về tài khoản, tấm mã",
    "manage market": "quản lý chợ",
    "manage users": "quản lý người dùng",
    "read plan": "xem kế hoạch",
    "set plan": "đặt kế hoạch",
    "read adoption": "xem số liệu",
    "read all adoption": "xem số liệu mọi chợ",
    "read log": "xem nhật ký",
    "read feeds": "xem nguồn tiền",
    "work feeds": "xử lý nguồn tiền",
    "read nobody's money": "xem tiền chưa rõ của ai",
    "assign money": "ghi tiền là của ai",
    "plan surveys": "lập khảo sát",
    "enter surveys": "ghi câu trả lời khảo sát",
    "read rules": "xem quy tắc",
    "reconcile": "xử lý khoản lệch",
    "administer": "quản trị",
}
"""By ``market.security.rights.Right``: in whose name somebody acted at the terminal."""
_ROLES = stored(ROLE_NAMES)
_SHAPES = (
    (re.compile(r"(\d+) rows"), "{n} dòng"),
    (re.compile(r"vendor sheet(?: (?:xlsx|csv))?, (\d+) stalls"), "danh sách người bán, {n} gian"),
    (re.compile(r"team evidence .*?, (\d+) teams, .*"), "hồ sơ hỗ trợ của {n} tổ"),
    (re.compile(r"token:(\d+)"), "mã API số {n}"),
    (re.compile(r"market:\S+ login:(\d+)"), "mã hỗ trợ số {n}"),
    (re.compile(r"(?:market:\S+ )?row (\d+)"), "dòng thứ {n}"),
    (re.compile(r"(\d+) rows counted anew"), "{n} dòng tính lại"),
    (re.compile(r"(\d+) rows read"), "đọc thêm {n} dòng"),
    (re.compile(r"market:\S+ payment:(\d+)"), "khoản số {n}"),
)


def tell_door_note(note: str, _: Translator) -> str:
    """Return a note in words; codes of markets and vendors stay what they are."""
    for shape, words in _SHAPES:
        if found := shape.fullmatch(note):
            return _(words, n=found[1])
    right, comma, market_code = note.partition(", ")
    if comma and right in RIGHTS:
        return f"{_(RIGHTS[right])}, {market_code}"
    role, _gap, places = note.replace(":", " ", 1).partition(" ")
    if role in _ROLES:
        where = _("mọi chợ") if places in {"", "*"} else places.replace(",", ", ")
        return f"{_(_ROLES[role])}: {where}"
    return note


def tell_door_subject(subject: str, _: Translator) -> str:
    """Return what something was done to, where it is nobody with a name."""
    kind, _colon, number = subject.partition(":")
    match kind:
        case "market":
            return _("chợ {code}", code=number)
        case "link":
            return _("đường dẫn số {n}", n=number)
        case "delivery":
            return _("lượt nhận số {n}", n=number)
        case "feed":
            return number
        case "user" | "staff":
            return _("người dùng số {n}", n=number)
    return subject
