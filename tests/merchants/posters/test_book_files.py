"""The files of a book: private, whole or absent, one part in memory, the same bytes again."""

import io
import stat
import zipfile
from pathlib import Path

import pytest

from merchants.kinds import BookForm
from merchants.posters.book_files import BookFiles, pack
from qr.poster_book import draw_part
from tests.qr.papers import faces
from tests.qr.pdf_reading import read_pdf


@pytest.fixture
def files(tmp_path: Path) -> BookFiles:
    return BookFiles(tmp_path / "data" / "books")


def told(_: int) -> None:
    return None


def test_nobody_else_reads_what_names_people(files: BookFiles, tmp_path: Path) -> None:
    files.keep_part(7, 0, pack([("a.pdf", b"A")]))
    files.assemble(7, 1, BookForm.ZIP_PDF, on_part=told)

    modes = {
        path.relative_to(tmp_path).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in tmp_path.rglob("*")
    }
    assert modes["data/books"] == modes["data/books/7"] == 0o700
    assert modes["data/books/7/whole"] == 0o600


def test_parts_become_one_pdf_and_go(files: BookFiles) -> None:
    for number, group in enumerate((faces(3)[:2], faces(3)[2:])):
        files.keep_part(1, number, draw_part(group))
    seen: list[int] = []

    size = files.assemble(1, 2, BookForm.PDF, on_part=seen.append)

    content = files.whole(1).read_bytes()
    assert len(read_pdf(content).pages) == 3
    assert size == len(content)
    assert seen == [1, 2]
    assert [path.name for path in files.whole(1).parent.iterdir()] == ["whole"]
    assert files.has_part(1, 0)
    assert files.assemble(1, 2, BookForm.PDF, on_part=told) == size


def test_parts_become_one_zip_with_the_same_bytes_each_time(files: BookFiles) -> None:
    for book in (1, 2):
        files.keep_part(book, 0, pack([("00001-A.png", b"one"), ("00002-B.png", b"two")]))
        files.keep_part(book, 1, b"")
        files.keep_part(book, 2, pack([("00081-C.png", b"three")]))
        files.assemble(book, 3, BookForm.ZIP_PNG, on_part=told)

    content = files.whole(1).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.namelist() == ["00001-A.png", "00002-B.png", "00081-C.png"]
        assert packed.read("00002-B.png") == b"two"
        assert packed.testzip() is None
    assert content == files.whole(2).read_bytes()


def test_what_was_cut_off_is_not_there(files: BookFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("merchants.posters.book_files.os.fsync", full)

    with pytest.raises(OSError, match="No space"):
        files.keep_part(1, 0, b"half")

    assert not files.has_part(1, 0)


def test_a_book_of_nothing_is_told(files: BookFiles) -> None:
    files.keep_part(1, 0, b"")
    files.keep_part(1, 1, b"")
    assert files.is_empty(1, 2)

    files.keep_part(1, 1, b"x")
    assert not files.is_empty(1, 2)


def test_folders_are_listed_and_removed(files: BookFiles) -> None:
    assert files.kept() == set()
    files.keep_part(1, 0, b"a")
    files.keep_part(2, 0, b"b")

    files.remove({"1", "9"})

    assert files.kept() == {"2"}
