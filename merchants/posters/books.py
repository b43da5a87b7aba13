"""Books of posters: what was asked for, drawn once, resumed where it stopped, remembered as printed.

The caller commits after each function, so that another process can go on from there. A book keeps
which posters it held and a keyed fingerprint of each one's content, never a name; its files are
``merchants.posters.book_files``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from merchants.actors import Actor
from merchants.columns import core_table
from merchants.entries import Faults
from merchants.errors import BookNotFound, StallNotFound
from merchants.find import find_market
from merchants.kinds import ENDED_POSTER_STATES, BookForm, BookState
from merchants.posters.book_files import BookFiles
from merchants.posters.issue import faces_by_poster
from merchants.posters.printed import LivePoster, live_posters_of
from merchants.sealing import Sealer
from merchants.sentences import Sentence
from merchants.tables import Market, Poster, PosterBook, PosterBookItem, Stall
from qr.poster import PosterFace
from qr.poster_paper import Look, Paper
from qr.print_code import PrintKey

POSTERS_MAX = 10_000
PART_POSTERS = 40
"""Posters drawn and kept together; a multiple of what any sheet holds."""
STALLED_AFTER = timedelta(seconds=60)
"""Without a sign of life for so long whoever drew a book is taken for dead."""
KEPT_BOOKS = 6
"""Finished books a market keeps; with the next one the files of the oldest go."""
ENDED_MEANWHILE = "tấm mã đã thôi dùng"
KEPT_DAYS = 7
"""For so long at most (``merchants/privacy/retention.toml``)."""

_KEPT = (BookState.DRAWING, BookState.READY)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookWish:
    """Which posters of a market are wanted, and how they are to be printed.

    ``zone_name`` = only a zone, empty for the stalls without one; ``stall_codes`` = only these
    stalls; both ``None`` = the whole market. ``only_changed`` leaves out what is printed already on
    this paper, word for word.
    """

    paper: Paper = Paper.A5
    form: BookForm = BookForm.PDF
    look: Look = field(default_factory=Look)
    zone_name: str | None = None
    stall_codes: Collection[str] | None = None
    only_changed: bool = True


@dataclass(frozen=True, slots=True)
class DrawnPart:
    """One part of a book: the faces to draw, by place, and what is told of those left out."""

    faces: Mapping[int, PosterFace]
    contents: Mapping[int, str]
    """By place: the keyed fingerprint of what is drawn there."""


def ask_book(
    session: Session,
    market_code: str,
    wish: BookWish,
    *,
    sealer: Sealer,
    base_url: str,
    drawn_by: str,
    actor: Actor,
    now: datetime,
) -> PosterBook:
    """Return the book of a wish, which waits to be drawn; the same book asked for again is the same.

    It is the same as long as nothing that stands on its posters, and nothing of how they are
    printed, is different, and its files are still kept. The posters come in the order of the walk.

    Args:
        drawn_by: the version of the program: another one may draw the same differently.

    Raises:
        MarketNotFound: there is no such market.
        StallNotFound: one of the stalls does not exist.
        EntryRefused: there is nothing to print, too much, or the paper does not go with the form.
    """
    market = find_market(session, market_code, for_update=True)
    _check_wish(session, market, wish)
    live = live_posters_of(
        session, market_code, stall_codes=wish.stall_codes, zone_name=wish.zone_name
    )
    contents = {each.poster_id: each.content_hash(sealer, base_url) for each in live}
    chosen: Sequence[LivePoster] = live
    if wish.only_changed:
        printed = printed_contents(session, market_code, wish.paper)
        chosen = [each for each in live if printed.get(each.poster_id) != contents[each.poster_id]]
    _check_count(live, chosen)
    told = (
        drawn_by,
        wish.form,
        wish.paper,
        str(wish.look),
        *(contents[p.poster_id] for p in chosen),
    )
    content_hash = sealer.fingerprint("poster book\x1f" + "\x1f".join(told))
    known = session.exec(
        select(PosterBook).where(
            PosterBook.market_id == market.id,
            PosterBook.content_hash == content_hash,
            col(PosterBook.state).in_(_KEPT),
        )
    ).first()
    if known is not None:
        return known
    assert market.id is not None
    book = PosterBook(
        market_id=market.id,
        content_hash=content_hash,
        form=wish.form,
        paper=wish.paper.value,
        is_eco=wish.look.is_eco,
        lang2=wish.look.lang2 or "",
        is_duplex=wish.look.is_duplex,
        only_changed=wish.only_changed,
        zone_name=wish.zone_name or "",
        is_chosen=wish.stall_codes is not None,
        state=BookState.DRAWING,
        actor=str(actor),
        asked_at=now,
        posters_total=len(chosen),
    )
    session.add(book)
    session.flush()
    session.connection().execute(
        sa.insert(core_table(PosterBookItem)),
        [
            {
                "book_id": book.id,
                "place": place,
                "poster_id": each.poster_id,
                "content_hash": contents[each.poster_id],
                "left_out": "",
            }
            for place, each in enumerate(chosen)
        ],
    )
    return book


def find_book(
    session: Session, market_code: str, book_id: int, *, for_update: bool = False
) -> PosterBook:
    """Return one of a market's books.

    Raises:
        BookNotFound: the market has none of this number.
    """
    query = (
        select(PosterBook)
        .join(Market, col(Market.id) == PosterBook.market_id)
        .where(PosterBook.id == book_id, Market.code == market_code)
    )
    if for_update:
        query = query.with_for_update(of=PosterBook).execution_options(populate_existing=True)
    book = session.exec(query).first()
    if book is None:
        raise BookNotFound(book_id)
    return book


def list_books(
    session: Session, market_code: str, *, before_id: int | None = None, limit: int = 20
) -> Sequence[PosterBook]:
    """Return books of a market, newest first; ``before_id`` = only older ones."""
    query = (
        select(PosterBook)
        .join(Market, col(Market.id) == PosterBook.market_id)
        .where(Market.code == market_code)
        .order_by(col(PosterBook.id).desc())
        .limit(limit)
    )
    if before_id is not None:
        query = query.where(col(PosterBook.id) < before_id)
    return session.exec(query).all()


def look_of(book: PosterBook) -> Look:
    """Return how a book is printed."""
    return Look(
        is_eco=book.is_eco,
        lang2="en" if book.lang2 == "en" else None,
        is_duplex=book.is_duplex,
    )


def parts_of(book: PosterBook) -> int:
    """Return how many parts a book is drawn in."""
    return -(-book.posters_total // PART_POSTERS)


def is_stalled(book: PosterBook, now: datetime) -> bool:
    """Return whether a book waits and nobody draws it."""
    if book.state is not BookState.DRAWING:
        return False
    return book.beat_at is None or now - book.beat_at > STALLED_AFTER


def claim_book(session: Session, book_id: int, holder: str, *, now: datetime) -> bool:
    """Take a book to draw it and return whether one may: one process at a time draws it."""
    table = core_table(PosterBook)
    free = sa.or_(
        table.c.beat_at.is_(None),
        table.c.beat_at < now - STALLED_AFTER,
        table.c.holder == holder,
    )
    taken = session.connection().execute(
        sa.update(table)
        .where(table.c.id == book_id, table.c.state == BookState.DRAWING, free)
        .values(holder=holder, beat_at=now)
    )
    return taken.rowcount == 1


def release_book(session: Session, book_id: int, holder: str) -> None:
    """Give a book back that is not finished, for whoever goes on with it."""
    table = core_table(PosterBook)
    session.connection().execute(
        sa.update(table)
        .where(table.c.id == book_id, table.c.holder == holder)
        .values(holder="", beat_at=None)
    )


def read_part(
    session: Session,
    book: PosterBook,
    number: int,
    *,
    sealer: Sealer,
    verification_key: PrintKey,
    base_url: str,
) -> DrawnPart:
    """Return what is on the posters of one part as the register says it now.

    Raises:
        PayloadAltered: a stored payload is not the one that was issued.
    """
    query = (
        select(PosterBookItem.place, PosterBookItem.poster_id, Poster.serial)
        .join(Poster, col(Poster.id) == PosterBookItem.poster_id)
        .where(
            PosterBookItem.book_id == book.id,
            PosterBookItem.place >= number * PART_POSTERS,
            PosterBookItem.place < (number + 1) * PART_POSTERS,
        )
        .order_by(col(PosterBookItem.place))
    )
    rows = session.exec(query).all()
    ids = [poster_id for _, poster_id, _ in rows]
    faces = faces_by_poster(
        session, ids, sealer=sealer, verification_key=verification_key, base_url=base_url
    )
    serials = [serial or "" for _, poster_id, serial in rows if poster_id in faces]
    now_on = {
        each.poster_id: each.content_hash(sealer, base_url)
        for each in live_posters_of(session, serials=serials)
    }
    return DrawnPart(
        {place: faces[poster_id] for place, poster_id, _ in rows if poster_id in faces},
        {place: now_on[poster_id] for place, poster_id, _ in rows if poster_id in faces},
    )


def note_part(
    session: Session,
    book: PosterBook,
    number: int,
    part: DrawnPart,
    left_out: Mapping[int, str],
    holder: str,
    *,
    now: datetime,
) -> bool:
    """Note a part that was drawn; return whether the book is still the holder's to draw.

    Args:
        left_out: by place, why a poster is not in it, in Vietnamese.
    """
    done = min((number + 1) * PART_POSTERS, book.posters_total)
    table, item = core_table(PosterBook), core_table(PosterBookItem)
    connection = session.connection()
    held = connection.execute(
        sa.update(table)
        .where(
            table.c.id == book.id,
            table.c.holder == holder,
            table.c.state == BookState.DRAWING,
        )
        .values(posters_done=done, beat_at=now)
    )
    if held.rowcount != 1:
        return False
    rows = [
        {
            "at_place": place,
            "told": left_out.get(place, "" if place in part.contents else ENDED_MEANWHILE)[:300],
            "content": part.contents.get(place, ""),
        }
        for place in range(number * PART_POSTERS, done)
    ]
    connection.execute(
        sa.update(item)
        .where(item.c.book_id == book.id, item.c.place == sa.bindparam("at_place"))
        .values(left_out=sa.bindparam("told"), content_hash=sa.bindparam("content")),
        rows,
    )
    return True


def note_beat(session: Session, book_id: int, holder: str, *, now: datetime) -> None:
    """Note a sign of life of whoever draws a book."""
    table = core_table(PosterBook)
    session.connection().execute(
        sa.update(table).where(table.c.id == book_id, table.c.holder == holder).values(beat_at=now)
    )


def note_ready(
    session: Session, market_code: str, book_id: int, *, bytes_total: int, now: datetime
) -> None:
    """Note that a book's file is there; the market's oldest books beyond those kept are gone."""
    book = find_book(session, market_code, book_id, for_update=True)
    if book.state is not BookState.DRAWING:
        return
    book.state, book.ready_at, book.bytes_total = BookState.READY, now, bytes_total
    book.holder, book.beat_at = "", None
    session.add(book)
    session.flush()
    kept = session.exec(
        select(PosterBook)
        .where(PosterBook.market_id == book.market_id, PosterBook.state == BookState.READY)
        .order_by(col(PosterBook.id).desc())
    ).all()
    for old in kept[KEPT_BOOKS:]:
        old.state = BookState.GONE
        session.add(old)
    session.flush()


def note_failure(session: Session, market_code: str, book_id: int, reason: str) -> None:
    """Note why a book cannot be drawn, in Vietnamese."""
    book = find_book(session, market_code, book_id, for_update=True)
    if book.state is BookState.DRAWING:
        book.state, book.refusal = BookState.FAILED, reason[:1000]
        book.holder, book.beat_at = "", None
        session.add(book)
        session.flush()


def note_fetched(session: Session, market_code: str, book_id: int, *, now: datetime) -> bool:
    """Note that a book is downloaded: its posters count as printed; return whether it is the first time."""
    book = find_book(session, market_code, book_id, for_update=True)
    if book.fetched_at is not None:
        return False
    book.fetched_at = now
    session.add(book)
    session.flush()
    return True


def left_out_of(session: Session, book_id: int) -> list[tuple[str, str, str]]:
    """Return stall, serial and reason of the posters that are not in a book, in its order."""
    query = (
        select(Stall.code, Poster.serial, PosterBookItem.left_out)
        .join(Poster, col(Poster.id) == PosterBookItem.poster_id)
        .join(Stall, col(Stall.id) == Poster.stall_id)
        .where(PosterBookItem.book_id == book_id, PosterBookItem.left_out != "")
        .order_by(col(PosterBookItem.place))
    )
    return [(stall, serial or "", reason) for stall, serial, reason in session.exec(query)]


def ended_since(session: Session, book_id: int) -> list[str]:
    """Return the serials of posters that stand in a book and are no longer in use."""
    query = (
        select(Poster.serial)
        .join(PosterBookItem, col(PosterBookItem.poster_id) == col(Poster.id))
        .where(
            PosterBookItem.book_id == book_id,
            PosterBookItem.left_out == "",
            col(Poster.state).in_(ENDED_POSTER_STATES),
        )
        .order_by(col(PosterBookItem.place))
    )
    return [serial or "" for serial in session.exec(query)]


def printed_contents(session: Session, market_code: str, paper: Paper) -> dict[int, str]:
    """Return what was on each poster when it was last printed on a paper: of books that were fetched."""
    newest = (
        sa.select(
            col(PosterBookItem.poster_id).label("poster_id"),
            sa.func.max(col(PosterBookItem.book_id)).label("book_id"),
        )
        .join(PosterBook, col(PosterBook.id) == col(PosterBookItem.book_id))
        .join(Market, col(Market.id) == col(PosterBook.market_id))
        .where(
            col(Market.code) == market_code,
            col(PosterBook.paper) == paper.value,
            col(PosterBook.fetched_at).is_not(None),
            col(PosterBookItem.left_out) == "",
        )
        .group_by(col(PosterBookItem.poster_id))
        .subquery()
    )
    query = sa.select(col(PosterBookItem.poster_id), col(PosterBookItem.content_hash)).join(
        newest,
        sa.and_(
            newest.c.poster_id == col(PosterBookItem.poster_id),
            newest.c.book_id == col(PosterBookItem.book_id),
        ),
    )
    return {row.poster_id: row.content_hash for row in session.execute(query)}


def forget_books(session: Session, before: datetime) -> int:
    """Let the books asked for before an instant go; their files are removed afterwards."""
    table = core_table(PosterBook)
    gone = session.connection().execute(
        sa.update(table)
        .where(table.c.asked_at < before, table.c.state != BookState.GONE)
        .values(state=BookState.GONE, holder="", beat_at=None)
    )
    return gone.rowcount


def sweep_books(session: Session, files: BookFiles) -> int:
    """Remove the files of books that are gone or failed; return how many books' files went."""
    there = files.kept()  # looked at first: a book that is asked for meanwhile is not among them
    query = select(PosterBook.id).where(col(PosterBook.state).in_(_KEPT))
    unwanted = there - {str(book_id) for book_id in session.exec(query)}
    files.remove(unwanted)
    return len(unwanted)


def _check_wish(session: Session, market: Market, wish: BookWish) -> None:
    faults = Faults()
    if wish.paper is Paper.SIGN:
        faults.say("paper", "Biển ở cổng chợ không nằm trong tập tấm mã: tải riêng")
    if wish.look.is_duplex and wish.form is not BookForm.PDF:
        faults.say("duplex", "Mặt sau trắng chỉ dùng khi in chung một tệp PDF")
    faults.refuse_any()
    if wish.stall_codes is None:
        return
    known = set(session.exec(select(Stall.code).where(Stall.market_id == market.id)))
    for stall_code in wish.stall_codes:
        if stall_code not in known:
            raise StallNotFound(market.code, stall_code)


def _check_count(live: Collection[LivePoster], chosen: Collection[LivePoster]) -> None:
    faults = Faults()
    if not live:
        faults.say("stalls", "Chưa có tấm mã nào ở đây: cấp tấm mã trước rồi in")
    elif not chosen:
        faults.say(
            "only_changed",
            Sentence(
                "Cả {n} tấm mã đã in khổ này rồi và chưa đổi gì: bỏ dấu để in lại", n=len(live)
            ),
        )
    elif len(chosen) > POSTERS_MAX:
        faults.say(
            "stalls",
            Sentence(
                "Có {n} tấm mã, mỗi tập tối đa {most}: chia theo khu",
                n=len(chosen),
                most=POSTERS_MAX,
            ),
        )
    faults.refuse_any()
