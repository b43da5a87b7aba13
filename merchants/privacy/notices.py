"""The privacy notices as they were published: versioned texts whose every letter is vouched for."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from merchants.errors import NoticeAltered, NoticeNotFound
from merchants.kinds import ConsentPurpose

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")

_HEADING = re.compile(r"## (?P<title>.+?)(?: \{#(?P<purpose>[a-z_]+)\})?")


class Published(NamedTuple):
    """A row of ``notices.toml``."""

    version: str
    valid_from: date
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or the items of a list."""

    lines: tuple[str, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; ``purpose`` when it explains one of the purposes."""

    title: str
    purpose: ConsentPurpose | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A published notice in one language."""

    version: str
    language: Language
    valid_from: date
    sha256: str
    text: str
    title: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]

    def section_on(self, purpose: ConsentPurpose) -> Section:
        """Return the section that explains a purpose."""
        return next(each for each in self.sections if each.purpose is purpose)


def current_notice(on: date, language: Language = "vi") -> Notice:
    """Return the notice in force on a day.

    Raises:
        NoticeNotFound: none was published by then.
        NoticeAltered: its text is not the one that was published.
    """
    version = version_on(on)
    if version is None:
        raise NoticeNotFound(f"in force on {on:%d/%m/%Y}")
    return notice(version, language)


def version_on(on: date) -> str | None:
    """Return the version in force on a day; ``None`` before the first."""
    return next((row.version for row in reversed(published()) if row.valid_from <= on), None)


@cache
def notice(version: str, language: Language = "vi") -> Notice:
    """Return a version of the notice, read and checked.

    Raises:
        NoticeNotFound: there is no such version.
        NoticeAltered: its text is not the one that was published.
    """
    row = next((each for each in published() if each.version == version), None)
    if row is None:
        raise NoticeNotFound(f"of version {version!r}")
    content = (
        files("merchants.privacy").joinpath("published", f"{version}.{language}.md").read_bytes()
    )
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != row.sha256[language]:
        raise NoticeAltered(version, language)
    text = content.decode("utf-8")
    title, opening, sections = _taken_apart(text)
    return Notice(version, language, row.valid_from, sha256, text, title, opening, sections)


@cache
def published() -> tuple[Published, ...]:
    """Return the rows of ``notices.toml``, oldest first."""
    told = tomllib.loads(
        files("merchants.privacy").joinpath("published", "notices.toml").read_text("utf-8")
    )
    rows = [Published(row["version"], row["valid_from"], row["sha256"]) for row in told["notice"]]
    return tuple(sorted(rows, key=lambda row: row.valid_from))


def _taken_apart(text: str) -> tuple[str, tuple[Block, ...], tuple[Section, ...]]:
    """Return the title, what stands before the first section, and the sections."""
    title = ""
    opening: list[Block] = []
    sections: list[tuple[str, ConsentPurpose | None, list[Block]]] = []
    for part in filter(None, (each.strip() for each in text.split("\n\n"))):
        if part.startswith("# "):
            title = part.removeprefix("# ")
        elif heading := _HEADING.fullmatch(part):
            purpose = heading["purpose"]
            sections.append((heading["title"], ConsentPurpose(purpose) if purpose else None, []))
        else:
            (sections[-1][2] if sections else opening).append(_block(part))
    return (
        title,
        tuple(opening),
        tuple(Section(name, purpose, tuple(blocks)) for name, purpose, blocks in sections),
    )


def _block(part: str) -> Block:
    lines = part.split("\n")
    if all(line.startswith("- ") for line in lines):
        return Block(tuple(line.removeprefix("- ") for line in lines), is_list=True)
    return Block((" ".join(lines),))
