"""Sign-in names: a phone number or an e-mail address, in one form however it is typed."""

import re

from market.security.errors import UserRefused
from merchants.files.cells import CellRefused, read_phone
from merchants.files.csv_text import clean_text
from merchants.sealing import Sealer
from merchants.sentences import Sentence

LETTERS_MAX = 120
_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(\.[^\s@.]+)+")
FIELD = "login"


def read_login_name(text: str) -> str:
    """Return a sign-in name in its one form: ``+84…`` or an address in lower case.

    Raises:
        UserRefused: it is neither; the reason is Vietnamese.
    """
    written = clean_text(text)
    if "@" in written:
        if len(written) > LETTERS_MAX or not _EMAIL.fullmatch(written):
            raise UserRefused(FIELD, "Địa chỉ email cần dạng ten@noi.vn.")
        return written.casefold()
    if not written:
        raise UserRefused(FIELD, "Điền số điện thoại hoặc email để đăng nhập.")
    try:
        number, _remark = read_phone(written)
    except CellRefused as refusal:
        raise UserRefused(
            FIELD, Sentence("Số điện thoại {refusal}.", refusal=refusal.told)
        ) from None
    return number


def login_fingerprint(sealer: Sealer, name: str) -> str:
    """Return what a sign-in name is looked up by."""
    return sealer.fingerprint(f"login|{name}")


def shown_login_name(name: str) -> str:
    """Return a sign-in name as it is printed: a phone number starts with 0."""
    return f"0{name[3:]}" if name.startswith("+84") else name


def masked_login_name(name: str) -> str:
    """Return a sign-in name for lists: enough to tell two apart, not enough to call."""
    if "@" in name:
        local, _, host = name.partition("@")
        return f"{local[:2]}···@{host}"
    return f"···{name[-3:]}"
