"""How administrative units are called: kinds in front of names, levels, lengths of codes."""

from collections.abc import Mapping
from types import MappingProxyType

from merchants.kinds import AdminLevel

CITY = "thành phố"
CENTRAL_CITY = "thành phố trung ương"
KINDS: tuple[tuple[str, AdminLevel | None], ...] = (
    (CENTRAL_CITY, AdminLevel.PROVINCE),
    ("tỉnh", AdminLevel.PROVINCE),
    ("huyện", AdminLevel.DISTRICT),
    ("quận", AdminLevel.DISTRICT),
    ("thị xã", AdminLevel.DISTRICT),
    ("thị trấn", AdminLevel.COMMUNE),
    ("phường", AdminLevel.COMMUNE),
    ("xã", AdminLevel.COMMUNE),
    ("đặc khu", AdminLevel.COMMUNE),
    (CITY, None),  # of a province or in one: the code's length tells
)
DIGITS: Mapping[AdminLevel, int] = MappingProxyType(
    {AdminLevel.PROVINCE: 2, AdminLevel.DISTRICT: 3, AdminLevel.COMMUNE: 5}
)
LEVEL_VI: Mapping[AdminLevel, str] = MappingProxyType(
    {AdminLevel.PROVINCE: "tỉnh", AdminLevel.DISTRICT: "huyện", AdminLevel.COMMUNE: "xã"}
)
_LEVEL_OF_LENGTH = {digits: level for level, digits in DIGITS.items()}


def level_of(code: str) -> AdminLevel | None:
    """Return the level that codes of this length have; ``None`` = no code has it."""
    return _LEVEL_OF_LENGTH.get(len(code)) if code.isascii() and code.isdigit() else None


def full_name(kind_name: str, name: str) -> str:
    """Return a unit's name as it is written, such as ``Xã Mậu A``; without a kind the bare name."""
    return f"{kind_name[:1].upper()}{kind_name[1:]} {name}" if kind_name else name


def split_kind(text: str) -> tuple[str, str]:
    """Return kind and name of a full name: ``Thị trấn Mậu A`` is ``thị trấn`` and ``Mậu A``."""
    for kind, _ in KINDS:
        head, rest = text[: len(kind)], text[len(kind) :]
        if head.casefold() == kind and rest.startswith(" "):
            return plain_kind(kind), rest.strip()
    return "", text


def plain_kind(word: str) -> str:
    """Return the kind a word means, empty when it means none; cities of both levels are cities."""
    known = next((kind for kind, _ in KINDS if kind == word.casefold()), "")
    return CITY if known == CENTRAL_CITY else known


def level_of_kind(word: str) -> AdminLevel | None:
    """Return the level of a kind; ``None`` when the word does not tell."""
    return next((level for kind, level in KINDS if kind == word.casefold()), None)
