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
from qr.text import fold_to_ascii
from qr.wrappers import Network, networks

PAGE_WIDTH_MM, PAGE_HEIGHT_MM = 148, 210
CODE_WIDTH_MM = 100
"""Width of the modules; fixed, the module varies from 2.4 mm (version 6) to 1.5 mm (version 12)."""
PANEL_WIDTH_MM = 120
"""Width of the white around the code: 4 modules on each side even at version 6."""
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

_TAIL_LENGTH_MAX = 4

PRINTABLE = re.compile(r"[ -~·À-ÖØ-öø-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ–—‘’“”…]")
"""What Be Vietnam Pro has glyphs for, less what no Vietnamese name holds (tests/qr/test_poster.py)."""
_TAIL = re.compile(rf"[A-Za-z0-9]{{1,{_TAIL_LENGTH_MAX}}}")
_URL = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, kw_only=True)
class PosterFace:
    """Everything printed on one stall's poster.

    ``holder_name`` is the account holder as the bank shows it, with or without diacritics;
    ``account_tail`` the last four characters of the account in the payload; ``display_name`` what
    the stall calls itself.

    Raises:
        PosterRefused: a text cannot be printed, or contradicts the payload.
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
                self._check_text(field, text, limit=limit)
        if self.verify_url is not None and not _URL.fullmatch(self.verify_url):
            self._refuse("verify_url", f"is {self.verify_url!r}, must be an http(s) address")
        if not _TAIL.fullmatch(self.account_tail):
            self._refuse("account_tail", f"is {self.account_tail!r}, must be the last 4 characters")
        self._check_payload()

    @property
    def holder_name_folded(self) -> str:
        """Return the holder's name in the capitals a payer's app shows."""
        return fold_to_ascii(self.holder_name)

    def _check_text(self, field: str, text: str, *, limit: int) -> None:
        if not text.strip():
            self._refuse(field, "is empty")
        if len(text) > limit:
            self._refuse(field, f"holds {len(text)} characters, at most {limit} fit")
        for place, character in enumerate(text, start=1):
            if not PRINTABLE.match(character):
                self._refuse(
                    field,
                    f"character {place} of {text!a} is U+{ord(character):04X}, which is not printed",
                )

    def _check_payload(self) -> None:
        reading = read_payload(self.payload)
        if not reading.is_valid:
            self._refuse("payload", f"is rejected: {reading.errors[0]}")
        if reading.beneficiary is None:
            return
        if not reading.beneficiary.account.endswith(self.account_tail):
            self._refuse(
                "account_tail", f"{self.account_tail!r} does not end the payload's account"
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
            )

    def _refuse(self, field: str, reason: str) -> None:
        raise PosterRefused(self.stall_code, field, reason)
