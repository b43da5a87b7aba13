"""The raw store gives back exactly what was put, or says which file is damaged."""

import gzip
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.errors import RawDamaged, RawMissing
from reconciliation.intake.raw_store import APART_FROM_BYTES, BUNDLED_FROM_COUNT, RawStore

MANY = [b"body %d" % number for number in range(BUNDLED_FROM_COUNT)]


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path / "var" / "raw")


def files(store: RawStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_the_name_is_the_sha256_of_the_content(store: RawStore) -> None:
    # Source of the digest: FIPS 180-4 example "abc".
    digest = store.put(b"abc")

    assert digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert store.get(digest) == b"abc"


def test_a_stored_file_is_readable_with_zcat(store: RawStore) -> None:
    digest = store.put(b"abc")

    assert gzip.decompress((store.folder / "ba" / "7" / f"{digest}.gz").read_bytes()) == b"abc"


@given(contents=st.lists(st.binary(max_size=50), max_size=2 * BUNDLED_FROM_COUNT))
def test_what_is_put_comes_back(
    contents: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("raw")

    digests = RawStore(folder).put_many(contents)

    assert [RawStore(folder).get(digest) for digest in digests] == contents


def test_the_same_content_is_stored_once(store: RawStore) -> None:
    store.put(b"abc")
    store.put_many([b"abc", b"abc"])

    assert len(files(store)) == 1


def test_many_small_contents_share_a_file(store: RawStore) -> None:
    store.put_many(MANY)

    assert len(files(store)) == 1


def test_a_large_content_among_many_is_a_file_of_its_own(store: RawStore) -> None:
    large = bytes(APART_FROM_BYTES)

    digests = store.put_many([*MANY, large])

    assert len(files(store)) == 2
    assert store.get(digests[-1]) == large


def test_a_bundle_is_never_larger_than_its_limit(
    store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciliation.intake.raw_store.BUNDLE_MAX_BYTES", 100)

    digests = store.put_many(MANY)

    assert len(files(store)) > 1
    assert [store.get(digest) for digest in digests] == MANY


def test_a_bundle_put_by_another_process_is_found(store: RawStore) -> None:
    reader = RawStore(store.folder)
    with pytest.raises(RawMissing):
        reader.get("0" * 64)

    digests = store.put_many(MANY)

    assert reader.get(digests[7]) == MANY[7]


def test_nothing_is_readable_by_others(store: RawStore) -> None:
    store.put(b"abc")
    store.put_many(MANY)

    folders = [store.folder, *(path for path in store.folder.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(store)} == {0o600}


def test_what_was_never_put_is_missing(store: RawStore) -> None:
    with pytest.raises(RawMissing, match="0000"):
        store.get("0" * 64)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other_content(path: Path) -> None:
    path.write_bytes(gzip.compress(b"abd"))


def _flipped_bit(path: Path) -> None:
    packed = bytearray(path.read_bytes())
    packed[len(packed) // 2] ^= 0x10
    path.write_bytes(packed)


DAMAGES = [_cut, _empty, _other_content, _flipped_bit]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named(store: RawStore, damage: Callable[[Path], None]) -> None:
    digest = store.put(b"abc")
    damage(files(store)[0])

    with pytest.raises(RawDamaged, match=digest):
        store.get(digest)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_bundle_is_named(store: RawStore, damage: Callable[[Path], None]) -> None:
    digests = store.put_many(MANY)
    bundle = files(store)[0]
    damage(bundle)

    with pytest.raises(RawDamaged, match=bundle.name.removesuffix(".gz")):
        store.get(digests[3])


@pytest.mark.parametrize("damage", DAMAGES)
def test_putting_again_mends_a_damaged_file(
    store: RawStore, damage: Callable[[Path], None]
) -> None:
    digest = store.put(b"abc")
    damage(files(store)[0])

    store.put(b"abc")

    assert store.get(digest) == b"abc"


def test_a_write_that_fails_leaves_no_name(
    store: RawStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reconciliation.intake.raw_store.gzip.compress", full)

    with pytest.raises(OSError, match="No space left"):
        store.put(b"abc")
    assert files(store) == []
