"""A market's posters: who has one, who may not yet and why, what to print, what no longer holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session, col, select
from starlette.background import BackgroundTask

from market.i18n import translator
from market.i18n.poster_words import BOOK_STATES, FAULTS, FORMS, PAPERS, REASONS, SHOWN, STATES
from market.pages.days import now_of
from market.pages.entries import carry_out, is_carried_out, once_of, options
from market.pages.forms import Form, Sent, see_other
from market.pages.posters.shown import book_words, may_end, may_print, told_of
from market.pages.rendering import address, lang_of, page
from market.poster_pool import DRAWN_BY
from market.security.principal import Principal
from market.security.scope import Caller
from market.security.sessions import Reading, Writing
from merchants.find import find_market
from merchants.kinds import BookForm
from merchants.posters.board import BoardQuery, Shown, poster_board
from merchants.posters.books import POSTERS_MAX, BookWish, ask_book, list_books
from merchants.posters.issue import issue_posters, poster_blocks
from merchants.tables import Market, PosterBook, Zone
from qr.poster_paper import Look, Paper

router = APIRouter()

PATH = "/cho/{market_code}/bang-ma"
ROWS = 30
PAGE_MAX = 10_000
BOOKS_SHOWN = 5
SHOWN_AS = {"co": Shown.ALL, "in": Shown.TO_PRINT, "sai": Shown.WRONG, "chua": Shown.WITHOUT}
WHOLE, BY_ZONE, TICKED = "cho", "khu", "chon"
NO_ZONE = "-"
"""Stands for the stalls without a zone, in addresses and forms."""
FIELDS = {"paper": "kho", "duplex": "hai_mat", "stalls": "pham_vi", "only_changed": "chi_moi"}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which part of the board an address asks for."""

    xem: str = "co"
    khu: str = ""
    trang: int = 1

    @property
    def zone_name(self) -> str | None:
        """Return the zone that is shown; ``None`` = all."""
        return zone_of(self.khu)

    def query(self) -> BoardQuery:
        """Return what to look for."""
        return BoardQuery(
            shown=SHOWN_AS[self.xem],
            zone_name=self.zone_name,
            skip=(self.trang - 1) * ROWS,
            limit=ROWS,
        )


def _choice(
    xem: Annotated[str, Query(max_length=10)] = "co",
    khu: Annotated[str, Query(max_length=80)] = "",
    trang: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 1,
) -> Choice:
    return Choice(xem if xem in SHOWN_AS else "co", khu, trang)


BoardChoice = Annotated[Choice, Depends(_choice)]


@router.get(PATH, response_class=HTMLResponse)
def show(
    request: Request, session: Reading, caller: Caller, market_code: str, choice: BoardChoice
) -> HTMLResponse:
    """Show how the market stands with its posters, and the form of a book."""
    return board_page(request, session, caller, market_code, choice, Form.showing(pham_vi=WHOLE))


@router.post(PATH, response_class=HTMLResponse)
def ask(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    choice: BoardChoice,
    form: Sent,
) -> Response:
    """Ask for a book of posters; asked twice it is the same book."""
    asked: list[PosterBook] = []
    wish = read_wish(form)

    def act() -> None:
        state = request.app.state
        asked.append(
            ask_book(
                session,
                market_code,
                wish,
                sealer=state.sealer,
                base_url=state.base_url,
                drawn_by=DRAWN_BY,
                actor=caller.actor,
                now=now_of(request),
            )
        )

    if not is_carried_out(session, form, act, FIELDS):
        return board_page(request, session, caller, market_code, choice, form, status_code=422)
    here = PATH.format(market_code=market_code)
    answer = see_other(address(request, f"{here}/tap/{asked[0].id}"))
    # After the commit: a worker that looks before it would find no such book.
    answer.background = BackgroundTask(
        request.app.state.poster_books.draw, market_code, asked[0].id
    )
    return answer


@router.post(PATH + "/cap", response_class=HTMLResponse)
def issue(
    request: Request,
    session: Writing,
    caller: Caller,
    market_code: str,
    choice: BoardChoice,
    form: Sent,
) -> Response:
    """Issue a poster to every stall that may have one and has none, or to those that are ticked."""
    told: dict[str, object] = {"xong": "cap"}

    def act() -> None:
        state, chosen = request.app.state, form.all("gian")
        posters = issue_posters(
            session,
            market_code,
            sealer=state.sealer,
            now=now_of(request),
            verification_key=state.verification_key,
            actor=caller.actor,
            stall_codes=chosen or None,
        )
        told["so"] = len(posters)
        if chosen:
            blocks = poster_blocks(session, market_code, sealer=state.sealer, stall_codes=chosen)
            told["chua"] = ", ".join(block.stall_code for block in blocks)

    here = PATH.format(market_code=market_code)
    answer = carry_out(request, session, caller, form, act=act, location=here, query=told)
    return answer or board_page(
        request, session, caller, market_code, choice, form, status_code=422
    )


def board_page(
    request: Request,
    session: Session,
    caller: Principal,
    market_code: str,
    choice: Choice,
    form: Form,
    *,
    status_code: int = 200,
) -> HTMLResponse:
    """Return the board with whatever form was sent."""
    market = find_market(session, market_code)
    state, _ = request.app.state, translator(lang_of(request))
    board = poster_board(
        session, market_code, choice.query(), sealer=state.sealer, base_url=state.base_url
    )
    zones = zones_of(session, market)
    return page(
        request,
        "posters/board",
        caller=caller,
        status_code=status_code,
        market=market,
        here=PATH.format(market_code=market_code),
        choice=choice,
        zone_name=choice.zone_name,
        board=board,
        tabs=[(key, SHOWN[kind], board.counts[kind]) for key, kind in SHOWN_AS.items()],
        shown=SHOWN_AS[choice.xem],
        zones=[
            ("", _("Tất cả các khu")),
            *((name, name) for name in zones),
            (NO_ZONE, _("Chưa xếp khu")),
        ],
        number=choice.trang,
        pages=max(-(-board.total // ROWS), 1),
        total=board.total,
        books=[
            (book, book_words(book, _))
            for book in list_books(session, market_code, limit=BOOKS_SHOWN)
        ],
        form=form,
        only_changed=form.is_ticked("chi_moi")
        if form.value("once")
        else bool(board.counts[Shown.TO_PRINT]),
        once=once_of(form),
        papers=options(PAPERS, _),
        forms=options({each.value: words for each, words in FORMS.items()}, _),
        reasons=options({each.value: words for each, words in REASONS.items()}, _),
        most=POSTERS_MAX,
        may_print=may_print(caller),
        may_end=may_end(caller),
        told=told_of(request),
        FAULTS=FAULTS,
        STATES=STATES,
        BOOK_STATES=BOOK_STATES,
    )


def read_wish(form: Form) -> BookWish:
    """Return what a form asks for; what cannot be read is refused."""
    paper, kind = form.value("kho") or Paper.A5.value, form.value("dang") or BookForm.PDF.value
    if paper not in PAPERS:
        form.refuse("kho", "Chọn khổ giấy trong danh sách")
    if kind not in set(BookForm):
        form.refuse("dang", "Chọn dạng tệp trong danh sách")
    scope, stalls = form.value("pham_vi") or WHOLE, tuple(dict.fromkeys(form.all("gian")))
    if scope == TICKED and not stalls:
        form.refuse("pham_vi", "Chưa đánh dấu gian nào: đánh dấu ở đầu dòng, hoặc chọn cả chợ")
    if form.errors:
        return BookWish()
    return BookWish(
        paper=Paper(paper),
        form=BookForm(kind),
        look=Look(
            is_eco=form.is_ticked("it_muc"),
            lang2="en" if form.is_ticked("tieng_anh") else None,
            is_duplex=form.is_ticked("hai_mat"),
        ),
        zone_name=zone_of(form.value("khu")) if scope == BY_ZONE else None,
        stall_codes=stalls if scope == TICKED else None,
        only_changed=form.is_ticked("chi_moi"),
    )


def zone_of(text: str) -> str | None:
    """Return the zone a form or address means; ``None`` = all, empty = the stalls without one."""
    if text == NO_ZONE:
        return ""
    return text or None


def zones_of(session: Session, market: Market) -> Sequence[str]:
    """Return the names of a market's zones."""
    query = select(Zone.name).where(Zone.market_id == market.id).order_by(col(Zone.name))
    return session.exec(query).all()
