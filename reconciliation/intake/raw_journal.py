"""Small contents that keep coming, one behind the other in one file: one flush for all that came together.

A record is a line ``sha256 length`` and the content. What a crash tore off in the middle is passed
over: a record counts only when its bytes have its digest, and the next one is found by its first line.
Every process that takes deliveries appends to the same file, one at a time (``flock``).
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_FIRST_LINE = re.compile(rb"\n([0-9a-f]{64}) ([0-9]{1,9})\n")


class RawJournal:
    """The file of the small contents that no bundle holds yet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._contents: dict[str, bytes] = {}

    def append(self, contents: Mapping[str, bytes]) -> int:
        """Add contents by their SHA-256, durable when this returns; return the size of the file.

        Its folder must exist.
        """
        records = b"".join(
            b"\n%s %d\n%s" % (sha256.encode(), len(content), content)
            for sha256, content in contents.items()
        )
        with self._locked() as file:
            _write_all(file, records)
            os.fsync(file)
            return os.fstat(file).st_size

    def contents(self) -> Mapping[str, bytes]:
        """Return all sound contents by their SHA-256."""
        try:
            told = self._path.stat()
        except FileNotFoundError:
            self._seen, self._contents = None, {}
            return self._contents
        seen = told.st_ino, told.st_size, told.st_mtime_ns
        if self._seen != seen:
            self._contents = dict(_records(self._path.read_bytes()))
            self._seen = seen
        return self._contents

    @contextmanager
    def emptied(self) -> Iterator[Mapping[str, bytes]]:
        """Give all contents and remove the file when the block ends; who raises keeps it.

        Nobody appends meanwhile, so what the block has put elsewhere is all there was.
        """
        with self._locked():
            # Not what was read before: a new file may have the number and size of one that is gone.
            yield dict(_records(self._path.read_bytes()))
            self._path.unlink()
            _flush(self._path.parent)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Give the file, open and ours alone; it is made when there is none."""
        while True:
            is_new = not self._path.exists()
            file = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if os.fstat(file).st_nlink == 0:
                    continue  # somebody emptied it between our opening and our lock
                if is_new:
                    _flush(self._path.parent)
                yield file
                return
            finally:
                os.close(file)


def _records(journal: bytes) -> Iterator[tuple[str, bytes]]:
    place = 0
    while found := _FIRST_LINE.search(journal, place):
        sha256, length = found[1].decode(), int(found[2])
        content = journal[found.end() : found.end() + length]
        is_sound = hashlib.sha256(content).hexdigest() == sha256
        if is_sound:
            yield sha256, content
        place = found.end() + length if is_sound else found.start() + 1


def _write_all(file: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest) :]


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
