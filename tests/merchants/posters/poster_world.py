"""A market with posters issued, and short ways to change what they rest on."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session, select

from market.database import reading, writing
from merchants.posters.board import Board, BoardQuery, poster_board
from merchants.posters.books import BookWish, ask_book, note_fetched
from merchants.posters.issue import issue_posters
from merchants.posters.printed import LivePoster, live_posters_of
from merchants.tables import Poster, PosterBook, PosterBookItem
from tests.merchants.conftest import Register
from tests.merchants.imports.import_world import CLERK
from tests.merchants.imports.test_register import other_row

KEY = "verification-key"
URL = "https://cho.example"


def issued(register: Register, count: int) -> list[Poster]:
    """Register as many stalls with one vendor each and issue their posters."""
    register.take(*(other_row(number) for number in range(1, count + 1)))
    with writing(register.engine) as session:
        return issue_posters(
            session, "MA", sealer=register.sealer, now=register.now, verification_key=KEY
        )


def live(register: Register, **options: Any) -> list[LivePoster]:
    """Return the live posters of the market."""
    with reading(register.engine) as session:
        return live_posters_of(session, "MA", **options)


def board(register: Register, **query: Any) -> Board:
    """Return a page of the market's board."""
    with reading(register.engine) as session:
        return poster_board(
            session, "MA", BoardQuery(**query), sealer=register.sealer, base_url=URL
        )


def ask(register: Register, drawn_by: str = "1.0", **wish: Any) -> PosterBook:
    """Ask for a book; as a person who printed nothing before, unless ``only_changed`` is told."""
    with writing(register.engine) as session:
        return ask_book(
            session,
            "MA",
            BookWish(**{"only_changed": False} | wish),
            sealer=register.sealer,
            base_url=URL,
            drawn_by=drawn_by,
            actor=CLERK,
            now=register.now,
        )


def fetch(register: Register, book: PosterBook) -> bool:
    """Note that a book was downloaded."""
    with writing(register.engine) as session:
        return note_fetched(session, "MA", book.id or 0, now=register.now)


def book_of(register: Register, book_id: int) -> PosterBook:
    """Return a book as it stands."""
    (found,) = [each for each in register.all(PosterBook) if each.id == book_id]
    return found


def items_of(register: Register, book: PosterBook) -> list[PosterBookItem]:
    """Return what is in a book, in its order."""
    with reading(register.engine) as session:
        query = select(PosterBookItem).where(PosterBookItem.book_id == book.id)
        rows = list(session.exec(query.order_by(PosterBookItem.place)).all())  # type: ignore[arg-type]
        session.expunge_all()
        return rows


def change(register: Register, table: type[Any], act: Callable[[Any], None], **where: Any) -> None:
    """Change the rows of a table in which columns have values."""
    with writing(register.engine) as session:
        _change(session, table, act, where)


def _change(
    session: Session, table: type[Any], act: Callable[[Any], None], where: dict[str, Any]
) -> None:
    query = select(table)
    for name, value in where.items():
        query = query.where(getattr(table, name) == value)
    rows = session.exec(query).all()
    assert rows
    for row in rows:
        act(row)
        session.add(row)
