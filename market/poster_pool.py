"""Draw books of posters in the background, one at a time, part by part; what is drawn is never lost.

A transaction is open only while a part's faces are read or noted, never while it is drawn. Whoever
draws a book holds it by a sign of life; when that stops, another process goes on with the next part.
"""

import os
import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Literal

import sqlalchemy as sa

from market.database import reading, writing
from market.job_pool import JobPool
from merchants.errors import PayloadAltered
from merchants.kinds import BookForm
from merchants.posters.book_files import BookFiles, pack
from merchants.posters.books import (
    PART_POSTERS,
    claim_book,
    find_book,
    look_of,
    note_beat,
    note_failure,
    note_part,
    note_ready,
    parts_of,
    read_part,
    release_book,
    sweep_books,
)
from merchants.sealing import Sealer
from merchants.tables import PosterBook
from qr.errors import QrError
from qr.poster import PosterFace
from qr.poster_paper import Paper
from qr.print_code import PrintKeys

WORKERS = 1
"""One book at a time: the other core is for whoever opens a page meanwhile."""
NO_ROOM = "Máy chủ không ghi được tệp (có thể hết chỗ trên đĩa): báo người quản trị"
ALTERED = "Có tấm mã trong sổ không còn nguyên như lúc cấp: báo người quản trị"
NOTHING_LEFT = "Không vẽ được tấm nào: {why}"

DRAWN_BY = version("cho40")
"""What a book's content is told with: another version may draw the same posters differently."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BookKeys:
    """What it takes to draw a poster: keys, and the address printed on it."""

    sealer: Sealer
    verification_key: PrintKeys
    base_url: str


class BookPool(JobPool):
    """The background workers of one application."""

    def __init__(
        self, engine: sa.Engine, files: BookFiles, keys: BookKeys, now: Callable[[], datetime]
    ) -> None:
        super().__init__("poster book", WORKERS)
        self.files = files
        self._draws = BookDrawing(engine, files, keys, now)

    def draw(self, market_code: str, book_id: int) -> None:
        """Draw a book soon, or go on with it."""

        def work() -> None:
            self._draws.run(
                market_code,
                book_id,
                tell=lambda done, total: self.tell(book_id, done, total),
                is_stopped=lambda: self.is_closing,
            )

        self.submit(book_id, work)


class BookDrawing:
    """Draws one book after the other, in whatever thread it is called."""

    def __init__(
        self, engine: sa.Engine, files: BookFiles, keys: BookKeys, now: Callable[[], datetime]
    ) -> None:
        self._engine, self._files, self._keys, self._now = engine, files, keys, now
        self._holder = f"{os.getpid()}-{secrets.token_hex(8)}"

    def run(
        self,
        market_code: str,
        book_id: int,
        *,
        tell: Tell = lambda _done, _total: None,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        """Draw what is missing of a book; leave it alone when another process draws it.

        What cannot be drawn is noted with the book. ``is_stopped`` is asked between two parts: a book
        that is left then is free at once for whoever goes on.
        """
        with writing(self._engine) as session:
            if not claim_book(session, book_id, self._holder, now=self._now()):
                return
            book = find_book(session, market_code, book_id)
        try:
            self._draw(market_code, book, tell, is_stopped)
        except QrError as refusal:
            self._fail(market_code, book_id, refusal.message_vi)
        except PayloadAltered:
            self._fail(market_code, book_id, ALTERED)
        except OSError:
            self._fail(market_code, book_id, NO_ROOM)
            raise
        # Nobody's when it is ready or failed. A fault comes out above, and the book waits until the
        # sign of life is old: it is not tried again at once.
        with writing(self._engine) as session:
            release_book(session, book_id, self._holder)
        with reading(self._engine) as session:
            sweep_books(session, self._files)

    def _draw(
        self, market_code: str, book: PosterBook, tell: Tell, is_stopped: Callable[[], bool]
    ) -> None:
        book_id, parts, why = book.id or 0, parts_of(book), ""
        tell(book.posters_done, book.posters_total)
        for number in range(parts):
            so_far = min((number + 1) * PART_POSTERS, book.posters_total)
            # Kept and not noted, it is drawn once more: who was left out of it is not known.
            if self._files.has_part(book_id, number) and so_far <= book.posters_done:
                continue
            if is_stopped():
                return
            told = self._draw_part(book, number)
            if told is None:
                return
            why = why or told
            tell(so_far, book.posters_total)
        whole = self._files.whole(book_id)
        if not whole.exists() and self._files.is_empty(book_id, parts):
            self._fail(market_code, book_id, NOTHING_LEFT.format(why=why))
            return
        size = self._files.assemble(
            book_id, parts, BookForm(book.form), on_part=lambda _: self._beat(book_id)
        )
        with writing(self._engine) as session:
            note_ready(session, market_code, book_id, bytes_total=size, now=self._now())

    def _draw_part(self, book: PosterBook, number: int) -> str | None:
        """Draw and keep a part; return why something is left out, ``None`` = the book was taken away."""
        with reading(self._engine) as session:
            part = read_part(
                session,
                book,
                number,
                sealer=self._keys.sealer,
                verification_key=self._keys.verification_key,
                base_url=self._keys.base_url,
            )
        left_out = undrawable(part.faces, book)
        faces = {place: face for place, face in part.faces.items() if place not in left_out}
        self._files.keep_part(book.id or 0, number, draw_faces(faces, book))
        with writing(self._engine) as session:
            is_ours = note_part(
                session, book, number, part, left_out, self._holder, now=self._now()
            )
        return next(iter(left_out.values()), "") if is_ours else None

    def _beat(self, book_id: int) -> None:
        with writing(self._engine) as session:
            note_beat(session, book_id, self._holder, now=self._now())

    def _fail(self, market_code: str, book_id: int, reason: str) -> None:
        with writing(self._engine) as session:
            note_failure(session, market_code, book_id, reason)


def undrawable(faces: Mapping[int, PosterFace], book: PosterBook) -> dict[int, str]:
    """Return why faces do not go on a book's paper, in Vietnamese, by their place."""
    from qr.poster_book import refusal_of

    found = {
        place: refusal_of(face, Paper(book.paper), look_of(book)) for place, face in faces.items()
    }
    return {place: refusal.message_vi for place, refusal in found.items() if refusal is not None}


def draw_faces(faces: Mapping[int, PosterFace], book: PosterBook) -> bytes:
    """Return a part of a book: a PDF, or a ZIP with a file a page; nothing for no face."""
    from qr.poster_book import draw_files, draw_part

    if not faces:
        return b""
    paper, look, ordered = Paper(book.paper), look_of(book), list(faces.values())
    if book.form is BookForm.PDF:
        return draw_part(ordered, paper, look)
    kind: Literal["pdf", "png"] = "png" if book.form is BookForm.ZIP_PNG else "pdf"
    places = {face.serial: place + 1 for place, face in faces.items()}
    return pack(
        (_file_name(page, places[page[0].serial], kind), content)
        for page, content in draw_files(ordered, paper, kind, look)
    )


def _file_name(page: Collection[PosterFace], place: int, kind: str) -> str:
    """Return a name by which the files lie in the order of the walk on any machine."""
    stalls = [face.stall_code for face in page]
    ends = dict.fromkeys((stalls[0], stalls[-1]))
    plain = "-".join("".join(c if c.isalnum() else "_" for c in code) for code in ends)
    return f"{place:05}-{plain}.{kind}"
