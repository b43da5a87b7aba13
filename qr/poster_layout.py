"""Every text of a poster given its size on a paper, or the poster refused: nothing is cut off."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from qr.errors import PosterRefused
from qr.poster_type import MM_PER_PT, SPARE, Fitted, Room, fit, text_width

if TYPE_CHECKING:
    from qr.poster_paper import Art

_SHARE_OF_NAME = 0.9
"""The holder's name is the largest type on every paper; what would be larger is set smaller."""
_TAIL_TO_BANK = 1.1

Texts = dict[str, Fitted | None]


class SignTexts(Protocol):
    """What a market's sign says."""

    @property
    def market_name(self) -> str: ...
    @property
    def verify_url(self) -> str | None: ...


class FaceTexts(SignTexts, Protocol):
    """What a stall's poster says in type of changing size."""

    @property
    def stall_code(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def holder_name(self) -> str: ...
    @property
    def holder_name_folded(self) -> str: ...
    @property
    def bank_name(self) -> str: ...


@dataclass(frozen=True)
class FittedFace:
    """The texts of one poster as they are set on one paper; ``tail_size`` in points."""

    texts: Texts
    tail_size: float


def fit_face(face: FaceTexts, art: "Art", *, title: str | None = None) -> FittedFace:
    """Return the poster's texts fitted to the rooms of a paper.

    Raises:
        PosterRefused: a text is too long to be read on this paper.
    """
    stall = face.stall_code
    holder = _fit(stall, "holder_name", face.holder_name_folded, art.rooms["holder"])
    most = holder.size * _SHARE_OF_NAME
    has_accents = face.holder_name != face.holder_name_folded
    lines = {
        "title": ("title", title),
        "accented": ("holder_name", face.holder_name if has_accents else None),
        "bank": ("bank_name", face.bank_name),
        "stall": ("stall_code", face.stall_code),
        "display": ("display_name", face.display_name),
        "market": ("market_name", face.market_name),
        "url": ("verify_url", face.verify_url),
    }
    texts: Texts = {"holder": holder}
    for name, (field, text) in lines.items():
        room = _smaller(art.rooms[name], most)
        texts[name] = None if text is None else _fit(stall, field, text, room)
    return FittedFace(texts, min(most, art.rooms["bank"].size_max * _TAIL_TO_BANK))


def fit_sign(sign: SignTexts, art: "Art", *, title: str) -> Texts:
    """Return the texts of a market's sign fitted to its rooms.

    Raises:
        PosterRefused: a text is too long to be read on the sign.
    """
    texts = {"title": title, "market": sign.market_name, "url": sign.verify_url}
    fields = {"title": "title", "market": "market_name", "url": "verify_url"}
    return {
        name: None if text is None else _fit(sign.market_name, fields[name], text, art.rooms[name])
        for name, text in texts.items()
    }


def tight_width_mm(text: Fitted | None, room: Room) -> float:
    """Return the width of a fitted text's longest line, no more than its room's."""
    if text is None:
        return 0
    widest = max(text_width(line, room.weight) for line in text.lines)
    return min(widest * SPARE * text.size * MM_PER_PT, room.width)


def _fit(stall_code: str, field: str, text: str, room: Room) -> Fitted:
    fitted = fit(text, room)
    if fitted is None:
        raise PosterRefused(
            stall_code,
            field,
            f"{text!r} does not fit {room.width:.0f} mm on {room.lines_max} line(s) at "
            f"{room.size_min:g} points, the smallest that is read",
            f"“{text}” dài quá, khổ giấy này in chữ nhỏ nhất {room.size_min:g} point cũng không vừa; "
            "chọn khổ lớn hơn hoặc viết ngắn lại",
        )
    return fitted


def _smaller(room: Room, most: float) -> Room:
    return replace(room, size_max=max(min(room.size_max, most), room.size_min))
