"""The files of books of posters: parts as they are drawn, then the whole; the service's eyes only.

``<folder>/<book>/part-00003`` while it is drawn, ``<folder>/<book>/whole`` when it is done. A file is
there whole or not at all (written beside its place, then renamed), so that whoever goes on after a
crash draws only what is missing. They name people and accounts: folders are 0700, files 0600.
"""

import os
import shutil
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from io import BytesIO
from pathlib import Path

from merchants.kinds import BookForm
from qr.poster_join import join_pdfs

_ZIP_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest a ZIP can tell, always: the same book gives the same bytes."""
_UNFINISHED = ".unfinished"


class BookFiles:
    """The folder of all books; it is made when the first part comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def whole(self, book_id: int) -> Path:
        """Return where a finished book's file lies."""
        return self._of(book_id) / "whole"

    def has_part(self, book_id: int, number: int) -> bool:
        """Return whether a part was drawn; with the whole book there every part was."""
        return self._part(book_id, number).exists() or self.whole(book_id).exists()

    def keep_part(self, book_id: int, number: int, content: bytes) -> None:
        """Keep a part; an empty one says that none of its posters could be drawn."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self._folder, self._of(book_id)):
            folder.mkdir(mode=0o700, exist_ok=True)
        _write(self._part(book_id, number), [content])

    def assemble(
        self, book_id: int, parts: int, form: BookForm, *, on_part: Callable[[int], None]
    ) -> int:
        """Make the whole of all parts, one part in memory at a time; return its size in bytes.

        The parts go once the whole is there; done before, nothing is done again. ``on_part`` is told
        how many parts are in.
        """
        whole = self.whole(book_id)
        if not whole.exists():
            drawn = self._drawn(book_id, parts, on_part)
            if form is BookForm.PDF:
                _write(whole, join_pdfs(drawn))
            else:
                _write_zip(whole, drawn)
        for number in range(parts):
            self._part(book_id, number).unlink(missing_ok=True)
        return whole.stat().st_size

    def is_empty(self, book_id: int, parts: int) -> bool:
        """Return whether no poster of a book could be drawn."""
        return not any(self._part(book_id, number).stat().st_size for number in range(parts))

    def kept(self) -> set[str]:
        """Return the names of the folders that are there, a book's number each."""
        if not self._folder.is_dir():
            return set()
        return {each.name for each in self._folder.iterdir()}

    def remove(self, names: Collection[str]) -> None:
        """Remove folders with all they hold."""
        for name in names:
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def _drawn(self, book_id: int, parts: int, on_part: Callable[[int], None]) -> Iterator[bytes]:
        for number in range(parts):
            content = self._part(book_id, number).read_bytes()
            if content:
                yield content
            on_part(number + 1)

    def _of(self, book_id: int) -> Path:
        return self._folder / str(book_id)

    def _part(self, book_id: int, number: int) -> Path:
        return self._of(book_id) / f"part-{number:05}"


def pack(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return files as a ZIP without compression: PDF and PNG are compressed already."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as packed:
        for name, file in files:
            packed.writestr(zipfile.ZipInfo(name, _ZIP_DAY), file)
    return content.getvalue()


def _write_zip(path: Path, parts: Iterable[bytes]) -> None:
    unfinished = path.with_name(path.name + _UNFINISHED)
    with (
        os.fdopen(_opened(unfinished), "wb") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed,
    ):
        for part in parts:
            with zipfile.ZipFile(BytesIO(part)) as inner:
                for each in inner.infolist():
                    packed.writestr(zipfile.ZipInfo(each.filename, _ZIP_DAY), inner.read(each))
    unfinished.replace(path)


def _write(path: Path, content: Iterable[bytes]) -> None:
    unfinished = path.with_name(path.name + _UNFINISHED)
    with os.fdopen(_opened(unfinished), "wb") as file:
        file.writelines(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _opened(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
