"""What the API tells and takes about posters and their books."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from market.api.paging import Body, Page, View
from merchants.kinds import BookForm, BookState, PosterEnd, PosterState
from merchants.posters.board import BoardRow, Shown
from merchants.posters.books import is_stalled
from merchants.posters.making import PosterBlock
from merchants.posters.printed import PosterFault
from merchants.posters.reissue import AT_ONCE_MAX
from merchants.tables import Poster, PosterBook

STALLS_MAX = 10_000
Serial = Annotated[str, Field(min_length=1, max_length=16)]
StallCode = Annotated[str, Field(min_length=1, max_length=12)]
BookPaper = Literal[
    "a5", "a4", "tent", "card", "check", "sheet", "sheet-a5", "sheet-tent", "sheet-check"
]


class BoardView(View):
    """A stall's live poster, or a stall without one and why it may not have one yet (Vietnamese)."""

    stall_code: str
    zone: str
    vendor_code: str
    vendor_name: str
    serial: str | None
    state: PosterState | None
    issued_on: date | None
    installed_on: date | None
    faults: list[PosterFault]
    is_printed: bool
    block: str


class BoardList(Page[BoardView]):
    """A page of the board; `counts` are of the whole market or zone."""

    counts: dict[Shown, int]


class PosterView(View):
    """How one poster stands; `end_reason` empty = it has not ended."""

    serial: str
    state: PosterState
    stall_code: str
    holder_name: str
    account_tail: str
    issued_on: date
    ended_on: date | None
    end_reason: str
    faults: list[PosterFault]


class IssueBody(Body):
    """The stalls to issue posters to; `null` = every one that may have one."""

    stall_codes: list[StallCode] | None = Field(default=None, max_length=STALLS_MAX)


class NewPoster(View):
    """A poster just issued."""

    serial: str


class BlockView(View):
    """A stall that gets no poster, and why, in Vietnamese."""

    stall_code: str
    reason: str


class IssuedView(View):
    """The posters issued, and the stalls that may not have one."""

    posters: list[NewPoster]
    blocked: list[BlockView]


class EndBody(Body):
    """Posters to end; the reason is told to whoever checks them, the note stays in the history."""

    serials: list[Serial] = Field(min_length=1, max_length=AT_ONCE_MAX)
    reason: PosterEnd
    note: str = Field(default="", max_length=200)


class EndedView(View):
    """The serials of the posters that were ended."""

    ended: list[str]


class BookBody(Body):
    """A book that is wanted; `zone` "" = the stalls without one.

    `only_changed` leaves out posters that are printed on this paper already, word for word.
    """

    paper: BookPaper = "a5"
    form: BookForm = BookForm.PDF
    is_eco: bool = False
    lang2: Literal["en"] | None = None
    is_duplex: bool = False
    zone: str | None = Field(default=None, max_length=80)
    stall_codes: list[StallCode] | None = Field(default=None, max_length=STALLS_MAX)
    only_changed: bool = True


class LeftOutView(View):
    """A poster that could not go into a book, and why, in Vietnamese."""

    stall_code: str
    serial: str
    reason: str


class BookView(View):
    """A book of posters. `stalled`: whoever drew it has died; asking for it again lets it go on."""

    id: int
    state: BookState
    stalled: bool
    form: BookForm
    paper: str
    is_eco: bool
    lang2: str | None
    is_duplex: bool
    zone: str | None
    only_changed: bool
    asked_at: datetime
    ready_at: datetime | None
    fetched_at: datetime | None
    posters_total: int
    posters_done: int
    bytes_total: int
    refusal: str


class OneBookView(BookView):
    """A book with the posters that are not in it."""

    left_out: list[LeftOutView]


def row_view(row: BoardRow) -> BoardView:
    """Return a row of the board as it goes out."""
    poster = row.poster
    return BoardView(
        stall_code=row.stall_code,
        zone=row.zone,
        vendor_code=row.vendor_code,
        vendor_name=row.vendor_name,
        serial=poster.serial if poster else None,
        state=poster.state if poster else None,
        issued_on=poster.issued_on if poster else None,
        installed_on=poster.installed_on if poster else None,
        faults=list(row.faults),
        is_printed=row.is_printed,
        block=row.block,
    )


def issued_view(posters: Sequence[Poster], blocks: Sequence[PosterBlock]) -> IssuedView:
    """Return what was issued and what was not."""
    return IssuedView(
        posters=[NewPoster(serial=poster.serial or "") for poster in posters],
        blocked=[BlockView(stall_code=each.stall_code, reason=each.reason) for each in blocks],
    )


def book_view(book: PosterBook, now: datetime) -> BookView:
    """Return a book as it goes out."""
    return BookView(
        id=book.id or 0,
        state=book.state,
        stalled=is_stalled(book, now),
        form=book.form,
        paper=book.paper,
        is_eco=book.is_eco,
        lang2=book.lang2 or None,
        is_duplex=book.is_duplex,
        zone=book.zone_name or None,
        only_changed=book.only_changed,
        asked_at=book.asked_at,
        ready_at=book.ready_at,
        fetched_at=book.fetched_at,
        posters_total=book.posters_total,
        posters_done=book.posters_done,
        bytes_total=book.bytes_total,
        refusal=book.refusal,
    )
