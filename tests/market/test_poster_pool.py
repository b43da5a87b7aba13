"""Books of posters drawn in the background: whole, resumed, refused, never by two at once."""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from market import poster_pool
from market.database import reading, writing
from market.poster_pool import ALTERED, NO_ROOM, BookDrawing, BookKeys, BookPool
from merchants.kinds import BookForm, BookState, PosterState
from merchants.posters import books
from merchants.posters.book_files import BookFiles
from merchants.posters.books import STALLED_AFTER, claim_book, left_out_of
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint, Poster, PosterBook
from qr.errors import PosterUnreadable
from qr.poster_paper import Look, Paper
from qr.print_code import PrintKeys
from qr.scan import decode_image
from tests.merchants.conftest import Register, fill
from tests.merchants.posters.poster_world import KEY, URL, ask, book_of, change, issued
from tests.qr.pdf_reading import read_pdf


@pytest.fixture
def register(engine: sa.Engine, sealer: Sealer) -> Register:
    return fill(engine, sealer)


@pytest.fixture
def files(tmp_path: Path) -> BookFiles:
    return BookFiles(tmp_path / "books")


@pytest.fixture
def keys(sealer: Sealer) -> BookKeys:
    return BookKeys(sealer, PrintKeys({date.min: KEY}), URL)


@pytest.fixture
def drawing(register: Register, files: BookFiles, keys: BookKeys) -> BookDrawing:
    return BookDrawing(register.engine, files, keys, lambda: register.now)


@pytest.fixture
def pool(register: Register, files: BookFiles, keys: BookKeys) -> Iterator[BookPool]:
    opened = BookPool(register.engine, files, keys, lambda: register.now)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two posters a part, so that a book of five has three."""
    monkeypatch.setattr(books, "PART_POSTERS", 2)
    monkeypatch.setattr(poster_pool, "PART_POSTERS", 2)


def run(drawing: BookDrawing, book: PosterBook, **options: Any) -> None:
    drawing.run("MA", book.id or 0, **options)


def stop_after(parts: int) -> Callable[[], bool]:
    asked = iter(range(parts))
    return lambda: next(asked, None) is None


def end(poster: Any) -> None:
    poster.state, poster.ended_on = PosterState.REVOKED, date(2026, 11, 21)


def test_a_book_is_drawn_in_the_background(
    register: Register, pool: BookPool, files: BookFiles
) -> None:
    issued(register, 5)
    book = ask(register)

    pool.draw("MA", book.id or 0)
    pool.draw("MA", book.id or 0)
    pool.settle(120)

    drawn = book_of(register, book.id or 0)
    content = files.whole(book.id or 0).read_bytes()
    assert (drawn.state, drawn.posters_done) == (BookState.READY, 5)
    assert drawn.bytes_total == len(content)
    assert (drawn.holder, drawn.beat_at) == ("", None)
    pdf = read_pdf(content)
    stalls = [[f"B00{n}" in pdf.texts(page) for n in range(1, 6)].index(True) for page in pdf.pages]
    assert stalls == [0, 1, 2, 3, 4]
    assert not pool.holds(book.id or 0)


@pytest.mark.parametrize(("form", "suffix"), [(BookForm.ZIP_PNG, "png"), (BookForm.ZIP_PDF, "pdf")])
def test_a_zip_holds_a_file_a_poster(
    register: Register, drawing: BookDrawing, files: BookFiles, form: BookForm, suffix: str
) -> None:
    issued(register, 3)
    book = ask(register, form=form)

    run(drawing, book)

    with zipfile.ZipFile(io.BytesIO(files.whole(book.id or 0).read_bytes())) as packed:
        names = packed.namelist()
        assert names == [f"0000{n}-B00{n}.{suffix}" for n in (1, 2, 3)]
        if form is BookForm.ZIP_PNG:
            assert all(len(decode_image(packed.read(name))) == 1 for name in names)


def test_a_zip_of_sheets_holds_a_file_a_page(
    register: Register, drawing: BookDrawing, files: BookFiles
) -> None:
    issued(register, 3)
    book = ask(register, form=BookForm.ZIP_PDF, paper=Paper.SHEET_A5)

    run(drawing, book)

    with zipfile.ZipFile(io.BytesIO(files.whole(book.id or 0).read_bytes())) as packed:
        assert packed.namelist() == ["00001-B001-B002.pdf", "00003-B003.pdf"]


def test_what_stopped_goes_on_with_the_parts_that_are_missing(
    register: Register, drawing: BookDrawing, files: BookFiles, keys: BookKeys,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    issued(register, 5)
    book = ask(register)
    run(drawing, book, is_stopped=stop_after(2))
    stopped = book_of(register, book.id or 0)
    drawn: list[int] = []
    draw = poster_pool.draw_faces
    monkeypatch.setattr(
        poster_pool, "draw_faces", lambda faces, b: drawn.append(len(faces)) or draw(faces, b)
    )
    told: list[tuple[int, int]] = []

    another = BookDrawing(register.engine, files, keys, lambda: register.now)
    run(another, book, tell=lambda done, total: told.append((done, total)))

    assert (stopped.state, stopped.posters_done, stopped.beat_at) == (BookState.DRAWING, 4, None)
    assert drawn == [1]
    assert told == [(4, 5), (5, 5)]
    assert book_of(register, book.id or 0).state is BookState.READY
    assert len(read_pdf(files.whole(book.id or 0).read_bytes()).pages) == 5


def test_resumed_or_not_the_bytes_are_the_same(
    register: Register, drawing: BookDrawing, files: BookFiles
) -> None:
    issued(register, 5)
    at_once, in_steps = ask(register), ask(register, drawn_by="again")

    run(drawing, at_once)
    for _ in range(4):
        run(drawing, in_steps, is_stopped=stop_after(1))

    assert files.whole(at_once.id or 0).read_bytes() == files.whole(in_steps.id or 0).read_bytes()


def test_a_part_kept_and_not_noted_is_drawn_again(
    register: Register, drawing: BookDrawing, files: BookFiles
) -> None:
    """The process died between the two: who was left out of the part is not known."""
    posters = issued(register, 3)
    book = ask(register)
    files.keep_part(book.id or 0, 0, b"half a thought")
    change(register, Poster, end, id=posters[0].id)

    run(drawing, book)

    with reading(register.engine) as session:
        assert [stall for stall, _, _ in left_out_of(session, book.id or 0)] == ["B001"]
    assert len(read_pdf(files.whole(book.id or 0).read_bytes()).pages) == 2


def test_who_died_holds_a_book_for_a_minute(
    register: Register, files: BookFiles, keys: BookKeys
) -> None:
    issued(register, 1)
    book = ask(register)
    with writing(register.engine) as session:
        claim_book(session, book.id or 0, "dead", now=register.now)

    at = register.now + timedelta(seconds=1)
    BookDrawing(register.engine, files, keys, lambda: at).run("MA", book.id or 0)
    too_early = book_of(register, book.id or 0).state
    later = register.now + STALLED_AFTER + timedelta(seconds=1)
    BookDrawing(register.engine, files, keys, lambda: later).run("MA", book.id or 0)

    assert too_early is BookState.DRAWING
    assert book_of(register, book.id or 0).state is BookState.READY


def test_a_book_taken_away_is_left_to_whoever_has_it(
    register: Register, drawing: BookDrawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(register, 3)
    book = ask(register)
    draw = poster_pool.draw_faces

    def steal(faces: Any, of: PosterBook) -> bytes:
        with writing(register.engine) as session:
            row = session.get_one(PosterBook, of.id)
            row.holder = "another"
        return draw(faces, of)

    monkeypatch.setattr(poster_pool, "draw_faces", steal)

    run(drawing, book)

    left = book_of(register, book.id or 0)
    assert (left.state, left.holder, left.posters_done) == (BookState.DRAWING, "another", 0)


def test_no_transaction_is_open_while_posters_are_drawn(
    register: Register, drawing: BookDrawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(register, 3)
    book = ask(register)
    out: list[int] = []
    draw = poster_pool.draw_faces

    def counting(faces: Any, of: PosterBook) -> bytes:
        out.append(register.engine.pool.checkedout())  # type: ignore[attr-defined]
        return draw(faces, of)

    monkeypatch.setattr(poster_pool, "draw_faces", counting)

    run(drawing, book)

    assert out == [0, 0]


def test_who_does_not_fit_the_paper_is_left_out_and_told(
    register: Register, drawing: BookDrawing, files: BookFiles
) -> None:
    issued(register, 3)

    def lengthen(point: Any) -> None:
        point.holder_name = "CONG TY TRACH NHIEM HUU HAN THUONG MAI DICH VU TONG HOP MAU A YEN BAI"

    change(register, AcceptancePoint, lengthen, id=2)
    book = ask(register, paper=Paper.CARD)

    run(drawing, book)

    with reading(register.engine) as session:
        ((stall, _, why),) = left_out_of(session, book.id or 0)
    assert stall == "B002"
    assert "dài quá" in why
    assert len(read_pdf(files.whole(book.id or 0).read_bytes()).pages) == 2


def test_a_book_of_nobody_fails_and_says_why(
    register: Register, drawing: BookDrawing, files: BookFiles
) -> None:
    posters = issued(register, 1)
    book = ask(register)
    change(register, Poster, end, id=posters[0].id)

    run(drawing, book)

    failed = book_of(register, book.id or 0)
    assert failed.state is BookState.FAILED
    assert "Không vẽ được tấm nào" in failed.refusal
    assert files.kept() == set()


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (PosterUnreadable("B001", expected="a", found=[]), "tấm mã gian B001"),
        (OSError(28, "No space left on device"), NO_ROOM),
    ],
)
def test_what_cannot_be_drawn_is_noted(
    register: Register, drawing: BookDrawing, monkeypatch: pytest.MonkeyPatch,
    fault: Exception, told: str,
) -> None:  # fmt: skip
    issued(register, 1)
    book = ask(register)

    def refuse(*_: object) -> bytes:
        raise fault

    monkeypatch.setattr(poster_pool, "draw_faces", refuse)

    if isinstance(fault, OSError):
        with pytest.raises(OSError, match="No space"):
            run(drawing, book)
    else:
        run(drawing, book)

    failed = book_of(register, book.id or 0)
    assert failed.state is BookState.FAILED
    assert told in failed.refusal


def test_an_altered_payload_never_goes_into_a_book(
    register: Register, drawing: BookDrawing
) -> None:
    issued(register, 1)
    book = ask(register)

    def alter(poster: Any) -> None:
        poster.payload_sealed = register.sealer.seal("000201")

    change(register, Poster, alter)

    run(drawing, book)

    assert book_of(register, book.id or 0).refusal == ALTERED


def test_a_fault_is_not_tried_again_at_once(
    register: Register, drawing: BookDrawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued(register, 1)
    book = ask(register)

    def fault(*_: object) -> bytes:
        raise AssertionError("a bug")

    monkeypatch.setattr(poster_pool, "draw_faces", fault)

    with pytest.raises(AssertionError, match="a bug"):
        run(drawing, book)

    assert not books.is_stalled(book_of(register, book.id or 0), register.now)
    assert books.is_stalled(book_of(register, book.id or 0), register.now + 2 * STALLED_AFTER)


def test_closing_leaves_a_book_free_for_whoever_goes_on(
    register: Register, files: BookFiles, keys: BookKeys
) -> None:
    issued(register, 1)
    book = ask(register)
    pool = BookPool(register.engine, files, keys, lambda: register.now)

    pool.close()
    pool.draw("MA", book.id or 0)

    assert not pool.holds(book.id or 0)
    assert books.is_stalled(book_of(register, book.id or 0), register.now)


def test_a_book_is_drawn_as_it_was_asked_for(
    register: Register, drawing: BookDrawing, files: BookFiles
) -> None:
    issued(register, 2)
    book = ask(register, look=Look(is_duplex=True, lang2="en"))

    run(drawing, book)

    pdf = read_pdf(files.whole(book.id or 0).read_bytes())
    assert len(pdf.pages) == 4
    assert any("Scan to pay" in text for text in pdf.texts(pdf.pages[0]))
