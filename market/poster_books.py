"""The file of a book of posters handed out: whole or in ranges, noted, and never with what has ended."""

from datetime import datetime

from fastapi.responses import FileResponse
from sqlmodel import Session

from market.security.security_log import SecurityAction, record_security_event
from merchants.actors import Actor
from merchants.errors import BookGone, BookNotReady
from merchants.kinds import BookForm, BookState
from merchants.posters.book_files import BookFiles
from merchants.posters.books import ended_since, find_book, note_fetched
from merchants.tables import PosterBook

_MEDIA_TYPES = {
    BookForm.PDF: "application/pdf",
    BookForm.ZIP_PDF: "application/zip",
    BookForm.ZIP_PNG: "application/zip",
}


def book_answer(
    files: BookFiles,
    session: Session,
    market_code: str,
    book_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> FileResponse:
    """Return the file of a book, with its length, a tag, and ranges for whoever lost the line.

    The first download is logged, and makes the posters in it count as printed.

    Raises:
        BookNotFound: the market has no such book.
        BookNotReady: it is not drawn.
        BookGone: its file is gone, or posters in it are no longer in use: nobody is to hang them.
    """
    book = find_book(session, market_code, book_id)
    if book.state in {BookState.DRAWING, BookState.FAILED}:
        raise BookNotReady(book_id)
    whole = files.whole(book_id)
    if book.state is BookState.GONE or not whole.is_file():
        raise BookGone(book_id)
    ended = ended_since(session, book_id)
    if ended:
        raise BookGone(book_id, ended)
    if note_fetched(session, market_code, book_id, now=now):
        record_security_event(
            session,
            SecurityAction.DATA_EXPORTED,
            actor=actor,
            now=now,
            subject=f"market:{market_code}",
            note=f"poster book {book_id}, {book.posters_total} posters",
        )
    return FileResponse(
        whole,
        media_type=_MEDIA_TYPES[book.form],
        filename=book_file_name(market_code, book),
        headers={
            "Cache-Control": "private, no-cache",
            "ETag": f'"{book.content_hash[:32]}"',
        },
    )


def book_file_name(market_code: str, book: PosterBook) -> str:
    """Return the name under which a book is saved."""
    kind = "pdf" if book.form is BookForm.PDF else "zip"
    return f"tam-ma-{market_code}-{book.paper}-{book.posters_total}-{book.id}.{kind}"
