"""What somebody wrote about one stall, as the register takes it."""

from dataclasses import dataclass
from enum import StrEnum

from merchants.imports.held_stall import SeenStall
from merchants.kinds import ConsentChannel, ConsentPurpose

OTHER_PERSON = "other"
"""The answer that a phone or an account is another person's too."""


class LinkBy(StrEnum):
    """How a vendor is given the link to the own page."""

    ZALO = "zalo"
    SMS = "sms"
    PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardingEntry:
    """What somebody wrote about one stall; texts as they were typed, empty = not told.

    ``bank`` is any name or the BIN of a participant, or ``MOMO_STORE`` with the store code as
    account. ``same_as`` answers the question who has this phone or account already: a vendor code,
    or ``OTHER_PERSON``. ``seen`` is what the writer had before their eyes: only then an emptied name
    of the business or the poster is taken away, and another name corrects the holder's.
    """

    stall_code: str
    zone: str = ""
    goods_group: str = ""
    full_name: str = ""
    phone: str = ""
    link_by: LinkBy | None = None
    business_name: str = ""
    bank: str = ""
    account: str = ""
    holder_name: str = ""
    display_name: str = ""
    is_poster_only: bool | None = None
    purposes: frozenset[ConsentPurpose] = frozenset()
    is_read_aloud: bool = False
    channel: ConsentChannel | None = None
    notice_version: str = ""
    language: str = "vi"
    evidence_sha256: str = ""
    witness: str = ""
    same_as: str = ""
    is_new_stall: bool = False
    is_draft: bool = False
    seen: SeenStall | None = None
