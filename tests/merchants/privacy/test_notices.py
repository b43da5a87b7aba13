"""The published notices: what people consented to is never changed afterwards."""

import hashlib
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import pytest

from merchants.errors import NoticeAltered, NoticeNotFound
from merchants.kinds import ConsentPurpose
from merchants.privacy import notices
from merchants.privacy.notices import (
    LANGUAGES,
    Language,
    current_notice,
    notice,
    published,
    version_on,
)

PUBLISHED = {
    "2026-11.vi": "4bca766ff1f07beef045f0e66fb845051f779429c80a048a4b627439bc39fd84",
    "2026-11.en": "dfb54f49bc1bc61d874296fc91fe7809c7cb606720812866d5e5af76a5b2849c",
}
"""Written down a second time on purpose: a published text is not changed, a new version is added."""


def test_a_published_text_is_never_changed() -> None:
    texts = {
        path.name.removesuffix(".md"): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files("merchants.privacy").joinpath("published").iterdir()
        if path.name.endswith(".md")
    }

    assert texts == PUBLISHED


def test_every_published_text_is_in_the_table() -> None:
    told = {f"{row.version}.{lang}": row.sha256[lang] for row in published() for lang in LANGUAGES}

    assert told == PUBLISHED


@pytest.fixture
def fresh_cache() -> Iterator[None]:
    notice.cache_clear()
    yield
    notice.cache_clear()


@pytest.mark.usefixtures("fresh_cache")
def test_an_altered_text_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    row = published()[0]
    altered = row._replace(sha256={"vi": "0" * 64, "en": "0" * 64})
    monkeypatch.setattr(notices, "published", lambda: (altered,))

    with pytest.raises(NoticeAltered, match=r"2026-11\.vi"):
        notice("2026-11")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_purpose_is_explained_apart(language: Language) -> None:
    told = [s.purpose for s in notice("2026-11", language).sections if s.purpose]

    assert told == list(ConsentPurpose)
    section = notice("2026-11", language).section_on(ConsentPurpose.RECONCILIATION)
    words = " ".join(line for block in section.blocks for line in block.lines)
    assert ("chỉ dùng tấm mã" if language == "vi" else "poster only") in words


def test_the_notice_says_what_is_never_done() -> None:
    never = next(s for s in notice("2026-11").sections if "không bao giờ" in s.title)
    words = " ".join(line for block in never.blocks for line in block.lines)

    assert all(each in words for each in ("Không báo thuế", "ảnh căn cước", "dân tộc"))
    assert never.blocks[0].is_list


def test_both_languages_tell_the_same_things() -> None:
    vi, en = notice("2026-11", "vi"), notice("2026-11", "en")

    assert [s.purpose for s in vi.sections] == [s.purpose for s in en.sections]
    for ours, theirs in zip(vi.sections, en.sections, strict=True):
        assert [len(b.lines) for b in ours.blocks] == [len(b.lines) for b in theirs.blocks]


def test_the_notice_in_force_is_the_newest_that_has_begun() -> None:
    assert current_notice(date(2026, 11, 21)).version == "2026-11"
    assert version_on(date(2026, 10, 31)) is None
    with pytest.raises(NoticeNotFound, match="31/10/2026"):
        current_notice(date(2026, 10, 31))
    with pytest.raises(NoticeNotFound, match="2020-01"):
        notice("2020-01")
