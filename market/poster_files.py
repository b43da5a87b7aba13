"""The files one poster comes as: papers, kinds, and the digest by which an address never changes.

The digest is known without drawing and without opening anything sealed: what has not changed is not
drawn again.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from fastapi import Depends, Query

from market.poster_pool import DRAWN_BY
from merchants.posters.printed import LivePoster
from merchants.sealing import Sealer
from qr.poster_paper import Look, Paper

_DIGEST_LENGTH = 24
_NAME = re.compile(
    rf"([A-Z0-9]+-[0-9]{{5,}}-[A-Z0-9])-([0-9a-f]{{{_DIGEST_LENGTH}}})\.(pdf|png|svg)"
)


class Kind(StrEnum):
    """The files a poster comes as."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"


MEDIA_TYPES = {Kind.PDF: "application/pdf", Kind.PNG: "image/png", Kind.SVG: "image/svg+xml"}

OnePaper = Literal["a5", "a4", "tent", "card", "check"]
"""Papers that hold one poster."""


@dataclass(frozen=True, slots=True)
class Print:
    """How one poster is wanted."""

    paper: Paper = Paper.A5
    look: Look = field(default_factory=Look)

    def query(self) -> dict[str, str]:
        """Return the parts of an address that ask for it; what is usual is not told."""
        told = {
            "kho": "" if self.paper is Paper.A5 else self.paper.value,
            "muc": "it" if self.look.is_eco else "",
            "lang2": self.look.lang2 or "",
        }
        return {name: value for name, value in told.items() if value}


def _print(
    kho: Annotated[OnePaper, Query(description="Paper.")] = "a5",
    muc: Annotated[Literal["it"] | None, Query(description="it = little ink.")] = None,
    lang2: Annotated[Literal["en"] | None, Query(description="Second language.")] = None,
) -> Print:
    return Print(Paper(kho), Look(is_eco=muc == "it", lang2=lang2))


PrintWish = Annotated[Print, Depends(_print)]


@dataclass(frozen=True, slots=True)
class NamedFile:
    """What the name of a file in an address says."""

    serial: str
    digest: str
    kind: Kind

    @classmethod
    def read(cls, name: str) -> "NamedFile | None":
        """Return what a name says; ``None`` = it is no name of ours."""
        found = _NAME.fullmatch(name)
        return cls(found[1], found[2], Kind(found[3])) if found else None


@dataclass(frozen=True, slots=True)
class PosterDigests:
    """Names everything that a poster's file holds: content, paper, look, kind, and what drew it."""

    sealer: Sealer
    base_url: str

    def digest(self, poster: LivePoster, wish: Print, kind: Kind) -> str:
        """Return the digest of one file of a poster."""
        told = (
            DRAWN_BY,
            poster.content_hash(self.sealer, self.base_url),
            wish.paper,
            str(wish.look),
            kind,
        )
        return self.sealer.fingerprint("poster file\x1f" + "\x1f".join(told))[:_DIGEST_LENGTH]

    def name(self, poster: LivePoster, wish: Print, kind: Kind) -> str:
        """Return the name of one file of a poster, as it stands in an address that never changes."""
        return f"{poster.serial}-{self.digest(poster, wish, kind)}.{kind}"
