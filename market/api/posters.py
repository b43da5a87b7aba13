"""A market's posters and the books they are printed in, for machines."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, JSONResponse
from starlette.background import BackgroundTask

from market.api.paging import LIMIT, AfterId, Limit, Page
from market.api.poster_views import (
    BoardList,
    BookBody,
    BookPaper,
    BookView,
    EndBody,
    EndedView,
    IssueBody,
    IssuedView,
    LeftOutView,
    OneBookView,
    PosterView,
    book_view,
    issued_view,
    row_view,
)
from market.etags import has_already
from market.poster_books import book_answer
from market.poster_files import MEDIA_TYPES, Kind, PosterDigests, PrintWish
from market.poster_pool import DRAWN_BY
from market.security.row_ids import RowId
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.errors import PosterNotFound
from merchants.find import PosterStanding, find_market, find_poster_standing
from merchants.posters.board import BoardQuery, Shown, poster_board
from merchants.posters.books import (
    BookWish,
    ask_book,
    find_book,
    left_out_of,
    list_books,
)
from merchants.posters.issue import faces_by_poster, issue_posters, poster_blocks
from merchants.posters.printed import live_posters_of
from merchants.posters.reissue import Why, reissue_posters, revoke_posters
from qr.poster_paper import Look, Paper

router = APIRouter(prefix="/api/v1/markets/{market_code}", tags=["posters"])


@router.get("/posters")
def board(
    request: Request,
    session: Reading,
    market_code: str,
    shown: Shown = Shown.ALL,
    zone: Annotated[str | None, Query(max_length=80)] = None,
    paper: BookPaper = "a5",
    skip: Annotated[int, Query(alias="after", ge=0, le=1_000_000)] = 0,
    limit: Limit = LIMIT,
) -> BoardList:
    """Return the stalls with or without a poster, in the order in which one walks the market."""
    find_market(session, market_code)
    query = BoardQuery(shown=shown, zone_name=zone, paper=Paper(paper), skip=skip, limit=limit)
    state = request.app.state
    found = poster_board(session, market_code, query, sealer=state.sealer, base_url=state.base_url)
    end = skip + len(found.rows)
    return BoardList(
        items=[row_view(row) for row in found.rows],
        next=str(end) if end < found.total else None,
        counts={kind: found.counts[kind] for kind in Shown},
    )


@router.post("/posters", status_code=201)
def issue(
    request: Request, session: Writing, caller: Caller, market_code: str, body: IssueBody
) -> IssuedView:
    """Issue a poster to every stall that may have one and has none; safe to repeat."""
    state = request.app.state
    codes = None if body.stall_codes is None else [code.upper() for code in body.stall_codes]
    posters = issue_posters(
        session,
        market_code,
        sealer=state.sealer,
        now=state.now(),
        verification_key=state.verification_key,
        actor=caller.actor,
        stall_codes=codes,
    )
    blocks = poster_blocks(session, market_code, sealer=state.sealer, stall_codes=codes)
    return issued_view(posters, blocks)


@router.get("/posters/{serial}")
def one(request: Request, session: Reading, market_code: str, serial: str) -> PosterView:
    """Return how a poster stands, live or ended."""
    standing = _standing(session, market_code, serial)
    live = live_posters_of(session, market_code, serials=[standing.serial])
    return PosterView(
        serial=standing.serial,
        state=standing.state,
        stall_code=standing.stall_code,
        holder_name=standing.holder_name,
        account_tail=standing.account_tail,
        issued_on=standing.issued_on,
        ended_on=standing.ended_on,
        end_reason=standing.end_reason,
        faults=live[0].faults(request.app.state.sealer) if live else [],
    )


@router.get("/posters/{serial}/file.{kind}", response_class=Response)
async def file(
    request: Request,
    session: Reading,
    market_code: str,
    serial: str,
    kind: Kind,
    wish: PrintWish,
) -> Response:
    """Return a live poster as PDF, PNG or SVG; drawing it again issues nothing."""
    state = request.app.state

    def look_up() -> tuple[str, partial[bytes] | None]:
        live = live_posters_of(session, market_code, serials=[serial.upper()])
        if not live:
            raise PosterNotFound(f"serial {serial[:20]} in market {market_code}")
        (poster,) = live
        digest = PosterDigests(state.sealer, state.base_url).digest(poster, wish, kind)
        if has_already(request, f'"{digest}"'):
            return digest, None
        faces = faces_by_poster(
            session,
            [poster.poster_id],
            sealer=state.sealer,
            verification_key=state.verification_key,
            base_url=state.base_url,
        )
        session.close()  # nothing is held while it is drawn
        from qr.typeset import draw_poster

        face = faces[poster.poster_id]
        return digest, partial(draw_poster, face, wish.paper, kind.value, wish.look)

    digest, draw = await run_in_threadpool(look_up)
    headers = {"ETag": f'"{digest}"', "Cache-Control": "private, no-cache"}
    if draw is None:
        return Response(status_code=304, headers=headers)
    content = await state.poster_drawers.draw(draw)
    return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


@router.post("/poster-revocations")
def revoke(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: EndBody,
) -> EndedView:
    """End live posters for good, all of them or none."""
    ended = revoke_posters(
        session,
        market_code,
        body.serials,
        Why.given(body.reason, body.note),
        actor=caller.actor,
        now=request.app.state.now(),
    )
    return EndedView(ended=[poster.serial or "" for poster in ended])


@router.post("/poster-reissues", status_code=201)
def reissue(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    body: EndBody,
) -> IssuedView:
    """Replace live posters by new ones, under new serials, that say what the register says now."""
    state = request.app.state
    fresh = reissue_posters(
        session,
        market_code,
        body.serials,
        Why.given(body.reason, body.note),
        sealer=state.sealer,
        verification_key=state.verification_key,
        actor=caller.actor,
        now=state.now(),
    )
    return issued_view(fresh.posters, fresh.blocks)


@router.post("/poster-books", status_code=202, response_model=BookView)
def ask(
    request: Request, session: Writing, caller: Caller, market_code: str, body: BookBody
) -> Response:
    """Ask for a book; it is drawn in the background, and the same book asked for twice is one."""
    state, now = request.app.state, request.app.state.now()
    wish = BookWish(
        paper=Paper(body.paper),
        form=body.form,
        look=Look(is_eco=body.is_eco, lang2=body.lang2, is_duplex=body.is_duplex),
        zone_name=body.zone,
        stall_codes=body.stall_codes and [code.upper() for code in body.stall_codes],
        only_changed=body.only_changed,
    )
    book = ask_book(
        session,
        market_code,
        wish,
        sealer=state.sealer,
        base_url=state.base_url,
        drawn_by=DRAWN_BY,
        actor=caller.actor,
        now=now,
    )
    location = f"/api/v1/markets/{market_code}/poster-books/{book.id}"
    content = book_view(book, now).model_dump(mode="json")
    answer = JSONResponse(content, status_code=202, headers={"Location": location})
    answer.background = BackgroundTask(state.poster_books.draw, market_code, book.id)
    return answer


@router.get("/poster-books")
def books(
    request: Request,
    session: Reading,
    market_code: str,
    after: AfterId = None,
    limit: Limit = LIMIT,
) -> Page[BookView]:
    """Return the books of a market, newest first."""
    now = request.app.state.now()
    found = list_books(session, market_code, before_id=after, limit=limit + 1)
    items = [book_view(book, now) for book in found[:limit]]
    return Page(items=items, next=str(items[-1].id) if len(found) > limit else None)


@router.get("/poster-books/{book_id}")
def one_book(request: Request, session: Reading, market_code: str, book_id: RowId) -> OneBookView:
    """Return how far a book is, and what could not go into it."""
    book = find_book(session, market_code, book_id)
    left_out = [
        LeftOutView(stall_code=stall, serial=serial, reason=reason)
        for stall, serial, reason in left_out_of(session, book_id)
    ]
    return OneBookView(**book_view(book, request.app.state.now()).model_dump(), left_out=left_out)


@router.get("/poster-books/{book_id}/file", response_class=Response)
def book_file(
    request: Request, session: Writing, caller: Caller, market_code: str, book_id: RowId
) -> FileResponse:
    """Return a book's file, whole or in ranges; from then on its posters count as printed."""
    state = request.app.state
    return book_answer(
        state.poster_books.files,
        session,
        market_code,
        book_id,
        actor=caller.actor,
        now=state.now(),
    )


def _standing(session: Reading, market_code: str, serial: str) -> PosterStanding:
    standing = find_poster_standing(session, serial.upper())
    if standing is None or standing.market_code != market_code:
        raise PosterNotFound(f"serial {serial[:20]} in market {market_code}")
    return standing
