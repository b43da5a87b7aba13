"""What is on a poster, and what may be: a face that exists can be printed truly.

Text that a reader could not check is refused: emoji, control characters, marks that turn the
writing direction, letters the poster's font does not have.
"""

import re
from dataclasses import dataclass
from datetime import date

from qr.errors import PosterRefused, UnknownParticipant
from qr.participants import find_participant
from qr.payload import read_payload
from qr.poster_layout import fit_face
from qr.poster_paper import LAYOUTS, Paper
from qr.text import fold_to_ascii
from qr.wrappers import Network, networks

_LENGTH_MAX = {
    "display_name": 120,
    "holder_name": 120,
    "bank_name": 80,
    "stall_code": 20,
    "market_name": 120,
    "serial": 16,
    "verification_code": 16,
    "verify_url": 80,
}

_FIELDS_VI = {
    "display_name": "tên gian hàng",
    "holder_name": "tên chủ tài khoản",
    "bank_name": "tên ngân hàng",
    "stall_code": "mã gian hàng",
    "market_name": "tên chợ",
    "serial": "số tấm mã",
    "verification_code": "mã kiểm tra",
    "verify_url": "địa chỉ kiểm tra",
}

_TAIL_LENGTH_MAX = 4

PRINTABLE = re.compile(r"[ -~·À-ÖØ-öø-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ–—‘’“”…]")
"""What Be Vietnam Pro has glyphs for, less what no Vietnamese name holds (tests/qr/test_poster.py)."""
_TAIL = re.compile(rf"[A-Za-z0-9]{{1,{_TAIL_LENGTH_MAX}}}")
_URL = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, kw_only=True)
class PosterFace:
    """Everything printed on one stall's poster; it fits at least the poster of A5.

    ``holder_name`` is the account holder as the bank shows it, with or without diacritics;
    ``account_tail`` the last four characters of the account in the payload; ``display_name`` what
    the stall calls itself.

    Raises:
        PosterRefused: a text cannot be printed, is too long, or contradicts the payload.
    """

    payload: str
    display_name: str
    holder_name: str
    bank_name: str
    account_tail: str
    stall_code: str
    market_name: str
    serial: str
    issued_on: date
    verification_code: str
    verify_url: str | None = None

    def __post_init__(self) -> None:
        for field, limit in _LENGTH_MAX.items():
            text = getattr(self, field)
            if text is not None:
                check_text(self.stall_code, field, text, limit=limit)
        check_address(self.stall_code, self.verify_url)
        if not _TAIL.fullmatch(self.account_tail):
            self._refuse(
                "account_tail",
                f"is {self.account_tail!r}, must be the last 4 characters",
                "cần đúng bốn ký tự cuối của số tài khoản",
            )
        self._check_payload()
        fit_face(self, LAYOUTS[Paper.A5].art)

    @property
    def holder_name_folded(self) -> str:
        """Return the holder's name in the capitals a payer's app shows."""
        return fold_to_ascii(self.holder_name)

    def _check_payload(self) -> None:
        reading = read_payload(self.payload)
        if not reading.is_valid:
            error = reading.errors[0]
            self._refuse("payload", f"is rejected: {error}", f"nội dung mã sai: {error}")
        if reading.beneficiary is None:
            return
        if not reading.beneficiary.account.endswith(self.account_tail):
            self._refuse(
                "account_tail",
                f"{self.account_tail!r} does not end the payload's account",
                f"tài khoản trong mã không tận cùng bằng {self.account_tail}",
            )
        try:
            named = find_participant(self.bank_name)
        except UnknownParticipant:
            return
        # A wallet may receive through a bank's BIN; its own name on the poster is then right.
        if named.bin != reading.beneficiary.bin and networks(reading) == {Network.VIETQR}:
            self._refuse(
                "bank_name",
                f"{self.bank_name!r} has BIN {named.bin}, the payload pays {reading.beneficiary.bin}",
                f"in tên {self.bank_name} mà mã trả vào ngân hàng có BIN {reading.beneficiary.bin}",
            )

    def _refuse(self, field: str, reason: str, reason_vi: str) -> None:
        raise PosterRefused(self.stall_code, field, reason, reason_vi)


@dataclass(frozen=True, kw_only=True)
class MarketSign:
    """What is printed on the sign at a market's gate; ``verify_url`` tells real posters from forged.

    Raises:
        PosterRefused: a text cannot be printed; the market's name stands for the stall's code.
    """

    market_name: str
    verify_url: str | None = None

    def __post_init__(self) -> None:
        check_text(
            self.market_name, "market_name", self.market_name, limit=_LENGTH_MAX["market_name"]
        )
        if self.verify_url is not None:
            check_text(
                self.market_name, "verify_url", self.verify_url, limit=_LENGTH_MAX["verify_url"]
            )
        check_address(self.market_name, self.verify_url)


def check_text(stall_code: str, field: str, text: str, *, limit: int) -> None:
    """Check that a text can be printed, character by character.

    Raises:
        PosterRefused: it is empty, too long, or holds a character the font lacks.
    """
    label = _FIELDS_VI[field]
    if not text.strip():
        raise PosterRefused(stall_code, field, "is empty", f"{label} còn trống")
    if len(text) > limit:
        raise PosterRefused(
            stall_code,
            field,
            f"holds {len(text)} characters, at most {limit} fit",
            f"{label} dài {len(text)} ký tự, nhiều nhất {limit}",
        )
    for place, character in enumerate(text, start=1):
        if not PRINTABLE.match(character):
            raise PosterRefused(
                stall_code,
                field,
                f"character {place} of {text!a} is U+{ord(character):04X}, which is not printed",
                f"{label} có ký tự thứ {place} (U+{ord(character):04X}) không in được",
            )


def check_address(stall_code: str, url: str | None) -> None:
    """Check that an address is one a browser opens.

    Raises:
        PosterRefused: it is not.
    """
    if url is not None and not _URL.fullmatch(url):
        raise PosterRefused(
            stall_code,
            "verify_url",
            f"is {url!r}, must be an http(s) address",
            "địa chỉ kiểm tra phải bắt đầu bằng http:// hoặc https://",
        )
