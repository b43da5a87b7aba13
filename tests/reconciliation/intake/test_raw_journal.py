"""The journal gives back what was appended, whatever a crash tore off, and leaves into bundles."""

import os
import stat
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.errors import RawMissing
from reconciliation.intake import raw_store
from reconciliation.intake.raw_store import APART_FROM_BYTES, BUNDLED_FROM_COUNT, RawStore


def journal(store: RawStore) -> Path:
    return store.folder / "journal"


some_contents = st.lists(st.binary(max_size=60), max_size=6)


@given(groups=st.lists(some_contents, max_size=4))
def test_what_is_appended_comes_back(
    groups: list[list[bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("raw")

    digests = [RawStore(folder).append_many(group) for group in groups]

    reader = RawStore(folder)
    assert [[reader.get(digest) for digest in group] for group in digests] == groups


def test_what_came_together_is_flushed_once(
    store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append_many([b"the file is there"])
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)

    store.append_many([b"body %d" % number for number in range(BUNDLED_FROM_COUNT - 1)])

    assert len(flushed) == 1


@given(before=some_contents, torn=st.binary(min_size=1, max_size=60), data=st.data())
def test_a_torn_record_takes_nothing_else_with_it(
    before: list[bytes],
    torn: bytes,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    store = RawStore(tmp_path_factory.mktemp("raw"))
    kept = store.append_many([*before, b"sound"])
    size = journal(store).stat().st_size
    store.append_many([torn])
    os.truncate(journal(store), data.draw(st.integers(size, journal(store).stat().st_size - 1)))

    after = store.append_many([b"after the crash"])

    reader = RawStore(store.folder)
    assert [reader.get(digest) for digest in kept] == [*before, b"sound"]
    assert reader.get(after[0]) == b"after the crash"


def test_a_content_that_looks_like_a_record_is_one_content(store: RawStore) -> None:
    [inner] = store.append_many([b"abc"])
    disguised = b"\n%s 3\nabc" % inner.encode()

    [digest] = store.append_many([disguised])

    assert store.get(digest) == disguised
    assert store.get(inner) == b"abc"


def test_a_grown_journal_is_bundled(store: RawStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raw_store, "JOURNAL_MAX_BYTES", 1000)

    digests = [store.append_many([b"%d" % number * 40])[0] for number in range(20)]

    assert journal(store).stat().st_size < 1000
    reader = RawStore(store.folder)
    assert [reader.get(one) for one in digests] == [b"%d" % number * 40 for number in range(20)]


def test_many_at_once_and_large_contents_pass_the_journal_by(store: RawStore) -> None:
    many = [b"body %d" % number for number in range(BUNDLED_FROM_COUNT)]

    digests = store.append_many([*many, bytes(APART_FROM_BYTES)])
    [large] = store.append_many([b"1" * APART_FROM_BYTES])

    assert not journal(store).exists()
    assert [store.get(digest) for digest in digests[:-1]] == many
    assert len(store.get(large)) == APART_FROM_BYTES


def test_what_is_removed_has_left_the_journal_too(store: RawStore) -> None:
    going, staying = store.append_many([b"going", b"staying"])

    assert store.remove([going]) == 1

    assert store.get(staying) == b"staying"
    with pytest.raises(RawMissing):
        store.get(going)
    assert store.remove([going]) == 0
    assert b"going" not in b"".join(p.read_bytes() for p in store.folder.rglob("*") if p.is_file())


def test_another_process_s_contents_are_found_and_neither_loses_any(store: RawStore) -> None:
    context = get_context("fork")
    others = [
        context.Process(target=_append_many_times, args=(store.folder, name)) for name in "abc"
    ]

    for other in others:
        other.start()
    for other in others:
        other.join(60)

    assert [other.exitcode for other in others] == [0, 0, 0]
    for name in "abc":
        for digest, content in _contents(name):
            assert store.get(digest) == content


def test_a_new_journal_of_the_old_ones_size_is_read_anew(store: RawStore) -> None:
    """File systems give the number of a removed file to the next one."""
    another = RawStore(store.folder)
    for round_ in range(4):
        old, new = f"old {round_}".encode(), f"new {round_}".encode()
        store.append_many([old])
        assert another.get(raw_store._sha256(old)) == old
        store._bundle_journal()
        store.append_many([new])
        another._bundle_journal()

        assert store.get(raw_store._sha256(new)) == new
        assert RawStore(store.folder).get(raw_store._sha256(new)) == new


def _append_many_times(folder: Path, name: str) -> None:
    raw_store.JOURNAL_MAX_BYTES = 2000  # bundled while the others append
    store = RawStore(folder)
    for _, content in _contents(name):
        store.append_many([content])


def _contents(name: str) -> list[tuple[str, bytes]]:
    bodies = [f"{name} {number}".encode() * 5 for number in range(25)]
    return [(raw_store._sha256(body), body) for body in bodies]


def test_the_journal_is_not_readable_by_others(store: RawStore) -> None:
    store.append_many([b"abc"])

    assert stat.S_IMODE(journal(store).stat().st_mode) == 0o600
