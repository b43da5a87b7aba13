"""One book of posters: how far it is, what is in it, its file; and all of a market's books."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from market.i18n import translator
from market.i18n.poster_words import BOOK_STATES, FORMS
from market.pages.actors import actor_names
from market.pages.days import now_of
from market.pages.posters.shown import book_words, may_print
from market.pages.rendering import lang_of, page
from market.poster_books import book_answer
from market.security.principal import Principal
from market.security.row_ids import ROW_ID_MAX, RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.kinds import BookState
from merchants.posters.books import (
    KEPT_BOOKS,
    KEPT_DAYS,
    ended_since,
    find_book,
    is_stalled,
    left_out_of,
    list_books,
)
from merchants.tables import PosterBook

router = APIRouter()

PATH = "/cho/{market_code}/bang-ma/tap"
REFRESH_S = 2
ROWS = 20
MEGABYTE = 1024 * 1024

After = Annotated[int | None, Query(alias="sau", ge=1, le=ROW_ID_MAX)]


@router.get(PATH, response_class=HTMLResponse)
def books(
    request: Request, session: Reading, caller: Caller, market_code: str, sau: After = None
) -> HTMLResponse:
    """Show the books of a market, newest first."""
    _ = translator(lang_of(request))
    found = list_books(session, market_code, before_id=sau, limit=ROWS + 1)
    return page(
        request,
        "posters/books",
        caller=caller,
        market=find_market(session, market_code),
        here=PATH.format(market_code=market_code),
        books=[(book, book_words(book, _)) for book in found[:ROWS]],
        actors=actor_names(session, [book.actor for book in found[:ROWS]]),
        next_id=found[ROWS - 1].id if len(found) > ROWS else None,
        BOOK_STATES=BOOK_STATES,
        kept_books=KEPT_BOOKS,
        kept_days=KEPT_DAYS,
    )


@router.get(PATH + "/{book_id}", response_class=HTMLResponse)
def show(
    request: Request, session: Reading, caller: Caller, market_code: str, book_id: RowId
) -> Response:
    """Show a book as it stands; one whose drawing stopped half-way goes on."""
    book = find_book(session, market_code, book_id)
    if book.state is BookState.DRAWING:
        return _progress_page(request, session, caller, market_code, book)
    ended = ended_since(session, book_id) if book.state is BookState.READY else []
    return page(
        request,
        "posters/book",
        caller=caller,
        market=find_market(session, market_code),
        here=PATH.format(market_code=market_code) + f"/{book_id}",
        book=book,
        words=book_words(book, translator(lang_of(request))),
        form_words=FORMS[book.form],
        megabytes=book.bytes_total / MEGABYTE,
        left_out=left_out_of(session, book_id),
        ended=ended,
        kept_days=KEPT_DAYS,
        may_print=may_print(caller),
        actor=actor_names(session, [book.actor])[book.actor],
    )


@router.get(PATH + "/{book_id}/tai", response_class=Response)
def fetch(
    request: Request, session: Writing, caller: Caller, market_code: str, book_id: RowId
) -> FileResponse:
    """Return a book's file, whole or the range that is asked for; from then on it counts as printed."""
    return book_answer(
        request.app.state.poster_books.files,
        session,
        market_code,
        book_id,
        actor=caller.actor,
        now=now_of(request),
    )


def _progress_page(
    request: Request, session: Session, caller: Principal, market_code: str, book: PosterBook
) -> Response:
    pool, book_id = request.app.state.poster_books, book.id or 0
    known = pool.how_far(book_id)
    answer = page(
        request,
        "posters/progress",
        caller=caller,
        market=find_market(session, market_code),
        here=PATH.format(market_code=market_code) + f"/{book_id}",
        book=book,
        words=book_words(book, translator(lang_of(request))),
        done=known.done if known else book.posters_done,
        total=book.posters_total,
    )
    if not pool.holds(book_id) and is_stalled(book, now_of(request)):
        # Whoever drew it is gone; the work was asked for, so it goes on where it stopped.
        answer.background = BackgroundTask(pool.draw, market_code, book_id)
    answer.headers["Refresh"] = str(REFRESH_S)
    answer.headers["Cache-Control"] = "no-store"
    return answer
