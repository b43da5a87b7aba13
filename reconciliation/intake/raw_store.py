"""Keep what came through the doors, byte for byte: immutable files named by their SHA-256.

``ab/c/abc….gz`` is one content. ``bundles/ab/c/abc….gz`` holds many small ones that came together:
a first line of JSON ``[[sha256, length], …]``, then the contents in that order (25,000 webhook
bodies as files of their own take 2 to 20 s and 100 MB of disk, in bundles 0.2 s and 1 MB).
``zcat`` shows either. Webhook bodies come a few at a time and are acknowledged only when they are
durable: they are appended to ``journal`` (``raw_journal``), and bundled when it has grown.

A file is written under a temporary name, flushed and then renamed, so a name that exists holds the
whole content. Raw bytes hold payers' names: files are 0600 and folders 0700.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from reconciliation.errors import RawDamaged, RawMissing
from reconciliation.intake.raw_journal import RawJournal

BUNDLED_FROM_COUNT = 64
BUNDLE_MAX_BYTES = 8 << 20
APART_FROM_BYTES = 1 << 20
"""A content of this size is a file of its own, whatever it came with."""
JOURNAL_MAX_BYTES = 4 << 20
"""From this size on the journal is bundled; until then every look-up may read it."""


@contextmanager
def _damage_named(sha256: str) -> Iterator[None]:
    """Turn every way a packed file can be broken into ``RawDamaged`` with its name."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error, ValueError) as damage:
        raise RawDamaged(sha256) from damage


class _Place(NamedTuple):
    bundle: str
    start: int
    length: int


class RawStore:
    """The raw bytes of every delivery; what is put is never changed, and removed only by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bundles = folder / "bundles"
        self._journal = RawJournal(folder / "journal")
        self._places: dict[str, _Place] = {}
        self._bundles_read: set[str] = set()
        self._open_bundle = ("", b"")

    def put(self, content: bytes) -> str:
        """Store one content, durable when this returns, and return its SHA-256 in hex."""
        return self.put_many([content])[0]

    def put_many(self, contents: Iterable[bytes]) -> list[str]:
        """Store contents, durable when this returns; return their SHA-256s in the same order."""
        digests: list[str] = []
        named: dict[str, bytes] = {}
        for content in contents:
            digests.append(_sha256(content))
            named[digests[-1]] = content
        if len(named) >= BUNDLED_FROM_COUNT:
            small = {k: c for k, c in named.items() if len(c) < APART_FROM_BYTES}
            for bundle in _pack(small):
                _keep(_path(self._bundles, _sha256(bundle)), bundle, self.folder)
            named = {k: c for k, c in named.items() if k not in small}
        for digest, content in named.items():
            _keep(_path(self.folder, digest), content, self.folder)
        return digests

    def append_many(self, contents: Iterable[bytes]) -> list[str]:
        """Store small contents as ``put_many`` does, with one flush for all of them."""
        digests: list[str] = []
        named: dict[str, bytes] = {}
        for content in contents:
            digests.append(_sha256(content))
            named[digests[-1]] = content
        if len(named) >= BUNDLED_FROM_COUNT or any(
            len(content) >= APART_FROM_BYTES for content in named.values()
        ):
            return self.put_many([named[digest] for digest in digests])
        if named:
            _make_folders(self.folder, self.folder)
            if self._journal.append(named) >= JOURNAL_MAX_BYTES:
                self._bundle_journal()
        return digests

    def get(self, sha256: str) -> bytes:
        """Return the content with this SHA-256, verified.

        Raises:
            RawMissing: nothing with this digest was ever put.
            RawDamaged: the file that held it no longer does.
        """
        path = _path(self.folder, sha256)
        if path.exists():
            return _read(path)
        # The journal before the bundles: what leaves it is in a bundle by then.
        appended = self._journal.contents().get(sha256)
        if appended is not None:
            return appended
        place = self._place_of(sha256)
        if place is None:
            raise RawMissing(sha256)
        if self._open_bundle[0] != place.bundle:
            self._open_bundle = (place.bundle, _read(_path(self._bundles, place.bundle)))
        content = self._open_bundle[1][place.start : place.start + place.length]
        if _sha256(content) != sha256:
            raise RawDamaged(sha256)
        return content

    def remove(self, sha256s: Collection[str]) -> int:
        """Remove contents for good, and return how many were there; what is gone already is passed.

        A bundle is packed anew without them, durably, before the old one goes.
        """
        going = frozenset(sha256s)
        found = set(going & self._journal.contents().keys())
        if found:
            self._bundle_journal(without=found)
        for sha256 in going:
            path = _path(self.folder, sha256)
            if path.exists():
                path.unlink()
                _flush(path.parent)
                found.add(sha256)
        for path in sorted(self._bundles.glob("*/*/*.gz")) if going else ():
            members = _members(path)
            here = going & members.keys()
            if here:
                self._repack(path, members, here)
                found |= here
        return len(found)

    def _bundle_journal(self, without: Collection[str] = ()) -> None:
        with self._journal.emptied() as contents:
            kept = {sha256: each for sha256, each in contents.items() if sha256 not in without}
            for packed in _pack(kept):
                _keep(_path(self._bundles, _sha256(packed)), packed, self.folder)

    def _repack(self, path: Path, members: dict[str, _Place], going: frozenset[str]) -> None:
        whole = _read(path)
        kept = {
            sha256: whole[place.start : place.start + place.length]
            for sha256, place in members.items()
            if sha256 not in going
        }
        for packed in _pack(kept):
            _keep(_path(self._bundles, _sha256(packed)), packed, self.folder)
        path.unlink()
        _flush(path.parent)
        self._forget_bundle(_bundle_name(path))

    def _forget_bundle(self, bundle: str) -> None:
        self._places = {k: place for k, place in self._places.items() if place.bundle != bundle}
        self._bundles_read.discard(bundle)
        if self._open_bundle[0] == bundle:
            self._open_bundle = ("", b"")

    def _place_of(self, sha256: str) -> _Place | None:
        """Return where a bundle holds a content; another process may have packed it anew."""
        place = self._places.get(sha256)
        if place is not None and not _path(self._bundles, place.bundle).exists():
            self._forget_bundle(place.bundle)
            place = None
        return place or self._look_through_bundles().get(sha256)

    def _look_through_bundles(self) -> dict[str, _Place]:
        """Read the first lines of bundles not read yet; other processes add them at any time."""
        for path in sorted(self._bundles.glob("*/*/*.gz")):
            bundle = _bundle_name(path)
            if bundle not in self._bundles_read:
                self._places |= _members(path)
                self._bundles_read.add(bundle)
        return self._places


def _members(path: Path) -> dict[str, _Place]:
    """Return where a bundle holds each of its contents, from its first line."""
    bundle = _bundle_name(path)
    places: dict[str, _Place] = {}
    with _damage_named(bundle), gzip.open(path) as file:
        first_line = file.readline()
        start = len(first_line)
        for digest, length in json.loads(first_line):
            places[digest] = _Place(bundle, start, length)
            start += length
    return places


def _bundle_name(path: Path) -> str:
    return path.name.removesuffix(".gz")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _path(folder: Path, sha256: str) -> Path:
    # 4,096 leaf folders: ten million files are some 2,400 in each.
    return folder / sha256[:2] / sha256[2] / f"{sha256}.gz"


def _pack(contents: dict[str, bytes]) -> Iterator[bytes]:
    """Yield the plain bytes of bundles that together hold all the contents."""
    chosen: list[str] = []
    size = 0
    for digest, content in contents.items():
        if chosen and size + len(content) > BUNDLE_MAX_BYTES:
            yield _bundle(contents, chosen)
            chosen, size = [], 0
        chosen.append(digest)
        size += len(content)
    if chosen:
        yield _bundle(contents, chosen)


def _bundle(contents: dict[str, bytes], chosen: list[str]) -> bytes:
    first_line = json.dumps([[digest, len(contents[digest])] for digest in chosen])
    return b"".join([first_line.encode(), b"\n", *(contents[digest] for digest in chosen)])


def _keep(path: Path, content: bytes, root: Path) -> None:
    """Make ``path`` hold ``content``, durably; write only if it does not hold it already."""
    if not _is_sound(path):
        _make_folders(path.parent, root)
        apart = path.with_name(f".{uuid4().hex}")
        try:
            _write_new(apart, content)
            apart.rename(path)
        finally:
            apart.unlink(missing_ok=True)
    # Also when the file was there: whoever wrote it may not have come to this line yet.
    _flush(path.parent)


def _is_sound(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        _read(path)
    except RawDamaged:
        return False
    return True


def _read(path: Path) -> bytes:
    sha256 = path.name.removesuffix(".gz")
    with _damage_named(sha256):
        content = gzip.decompress(path.read_bytes())
    if _sha256(content) != sha256:
        raise RawDamaged(sha256)
    return content


def _make_folders(folder: Path, root: Path) -> None:
    if folder.exists():
        return
    if folder == root:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return
    _make_folders(folder.parent, root)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush(folder.parent)


def _write_new(path: Path, content: bytes) -> None:
    # No time of packing inside: the same content is the same file, to the byte.
    packed = gzip.compress(content, mtime=0, compresslevel=6)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(packed)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
