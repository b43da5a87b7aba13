"""Books of posters: the same asked twice is one, only what changed, resumed, remembered, forgotten."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from market.database import reading, writing
from merchants.errors import BookNotFound, EntryRefused, MarketNotFound, StallNotFound
from merchants.kinds import BookForm, BookState, PosterState
from merchants.posters import books
from merchants.posters.book_files import BookFiles
from merchants.posters.books import (
    PART_POSTERS,
    STALLED_AFTER,
    claim_book,
    ended_since,
    find_book,
    forget_books,
    is_stalled,
    left_out_of,
    list_books,
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
from merchants.tables import Poster, PosterBook, Vendor
from qr.poster_paper import LAYOUTS, Look, Paper
from tests.merchants.conftest import Register
from tests.merchants.posters.poster_world import (
    KEY,
    URL,
    ask,
    board,
    book_of,
    change,
    fetch,
    issued,
    items_of,
    live,
)
from tests.merchants.queries import counted


def claim(register: Register, book: PosterBook, holder: str, after_s: float = 0) -> bool:
    with writing(register.engine) as session:
        at = register.now + timedelta(seconds=after_s)
        return claim_book(session, book.id or 0, holder, now=at)


def draw(register: Register, book: PosterBook, holder: str = "me") -> None:
    """Note every part of a book as drawn, and the book as ready."""
    assert claim(register, book, holder)
    for number in range(parts_of(book)):
        with reading(register.engine) as session:
            part = read_part(
                session,
                book,
                number,
                sealer=register.sealer,
                verification_key=KEY,
                base_url=URL,
            )
        with writing(register.engine) as session:
            assert note_part(session, book, number, part, {}, holder, now=register.now)
    with writing(register.engine) as session:
        note_ready(session, "MA", book.id or 0, bytes_total=5, now=register.now)


def end(poster: Any) -> None:
    poster.state, poster.ended_on = PosterState.REVOKED, date(2026, 11, 21)


def rename(vendor: Any) -> None:
    vendor.display_name = "Rau sạch"


def test_a_book_holds_the_live_posters_in_the_order_of_the_walk(register: Register) -> None:
    posters = issued(register, 3)

    book = ask(register)

    assert (book.state, book.posters_total, book.posters_done) == (BookState.DRAWING, 3, 0)
    assert [each.poster_id for each in items_of(register, book)] == [p.id for p in posters]
    assert [each.place for each in items_of(register, book)] == [0, 1, 2]


def test_a_part_is_a_whole_number_of_sheets() -> None:
    assert all(PART_POSTERS % layout.per_page == 0 for layout in LAYOUTS.values())


def test_the_same_book_is_one_book(register: Register) -> None:
    issued(register, 2)

    first, again = ask(register), ask(register)
    draw(register, first)

    assert first.id == again.id == ask(register).id


@pytest.mark.parametrize(
    "wish",
    [
        {"paper": Paper.A4},
        {"form": BookForm.ZIP_PNG},
        {"look": Look(is_eco=True)},
        {"look": Look(lang2="en")},
        {"look": Look(is_duplex=True)},
        {"stall_codes": ["B001"]},
        {"drawn_by": "1.1"},
    ],
)
def test_whatever_is_drawn_otherwise_is_another_book(
    register: Register, wish: dict[str, Any]
) -> None:
    issued(register, 2)

    assert ask(register).id != ask(register, **wish).id


def test_a_changed_poster_makes_another_book_and_so_does_a_failed_one(register: Register) -> None:
    issued(register, 2)
    first = ask(register)
    change(register, Vendor, rename, id=1)
    second = ask(register)
    with writing(register.engine) as session:
        note_failure(session, "MA", second.id or 0, "hết giấy")

    third = ask(register)

    assert len({first.id, second.id, third.id}) == 3
    assert book_of(register, second.id or 0).refusal == "hết giấy"


def test_only_what_changed_since_the_last_print_on_this_paper(register: Register) -> None:
    issued(register, 3)
    first = ask(register, only_changed=True)
    draw(register, first)
    drawn_not_fetched = ask(register, only_changed=True)
    assert fetch(register, first)
    assert not fetch(register, first)

    with pytest.raises(EntryRefused, match="Cả 3 tấm mã đã in") as nothing_new:
        ask(register, only_changed=True)
    change(register, Vendor, rename, id=2)
    changed = ask(register, only_changed=True)
    on_cards = ask(register, only_changed=True, paper=Paper.CARD)

    assert drawn_not_fetched.id == first.id
    assert list(nothing_new.value.faults) == ["only_changed"]
    assert [each.poster_id for each in items_of(register, changed)] == [2]
    assert on_cards.posters_total == 3
    assert board(register).counts["to_print"] == 1


def test_a_name_changed_back_is_printed_again(register: Register) -> None:
    """The newest print counts, not any print: on the wall hangs the newest."""
    issued(register, 1)
    first = ask(register)
    draw(register, first)
    fetch(register, first)
    change(register, Vendor, rename, id=1)
    second = ask(register)
    draw(register, second)
    fetch(register, second)

    def back(vendor: Any) -> None:
        vendor.display_name = ""

    change(register, Vendor, back, id=1)

    assert ask(register, only_changed=True).posters_total == 1


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"zone_name": "Khu B"}, "stalls"),
        ({"paper": Paper.SIGN}, "paper"),
        ({"form": BookForm.ZIP_PDF, "look": Look(is_duplex=True)}, "duplex"),
        ({"stall_codes": []}, "stalls"),
    ],
)
def test_what_cannot_be_a_book_is_refused(
    register: Register, wish: dict[str, Any], field: str
) -> None:
    issued(register, 1)

    with pytest.raises(EntryRefused) as refused:
        ask(register, **wish)

    assert list(refused.value.faults) == [field]
    assert register.all(PosterBook) == []


def test_too_many_posters_are_refused(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    issued(register, 3)
    monkeypatch.setattr(books, "POSTERS_MAX", 2)

    with pytest.raises(EntryRefused, match="Có 3 tấm mã, mỗi tập tối đa 2"):
        ask(register)


def test_unknown_places_are_told(register: Register) -> None:
    issued(register, 1)
    book = ask(register)

    with pytest.raises(StallNotFound):
        ask(register, stall_codes=["Z9"])
    with reading(register.engine) as session:
        with pytest.raises(BookNotFound):
            find_book(session, "LG", book.id or 0)
        assert list_books(session, "LG") == []
        with pytest.raises(MarketNotFound):
            books.find_market(session, "XX")


def test_one_process_at_a_time_draws_a_book(register: Register) -> None:
    issued(register, 1)
    book = ask(register)
    late = STALLED_AFTER.total_seconds() + 1

    assert claim(register, book, "one")
    assert claim(register, book, "one", after_s=1)
    assert not claim(register, book, "two", after_s=2)
    assert claim(register, book, "two", after_s=1 + late)
    with writing(register.engine) as session:
        note_beat(session, book.id or 0, "two", now=register.now + timedelta(seconds=1 + late))
        release_book(session, book.id or 0, "one")
    assert not claim(register, book, "three", after_s=2 + late)
    with writing(register.engine) as session:
        release_book(session, book.id or 0, "two")
    assert claim(register, book, "three", after_s=2 + late)


def test_a_book_nobody_draws_is_stalled(register: Register) -> None:
    issued(register, 1)
    book = ask(register)

    assert is_stalled(book, register.now)
    claim(register, book, "one")
    claimed = book_of(register, book.id or 0)
    assert not is_stalled(claimed, register.now)
    assert is_stalled(claimed, register.now + 2 * STALLED_AFTER)
    with writing(register.engine) as session:
        note_failure(session, "MA", book.id or 0, "hỏng")
    assert not is_stalled(book_of(register, book.id or 0), register.now + 2 * STALLED_AFTER)


def test_who_lost_a_book_notes_nothing_more(register: Register) -> None:
    issued(register, 1)
    book = ask(register)
    claim(register, book, "one")
    with reading(register.engine) as session:
        part = read_part(
            session, book, 0, sealer=register.sealer, verification_key=KEY, base_url=URL
        )
    with writing(register.engine) as session:
        release_book(session, book.id or 0, "one")

    with writing(register.engine) as session:
        assert not note_part(session, book, 0, part, {}, "one", now=register.now)

    assert book_of(register, book.id or 0).posters_done == 0


def test_a_poster_that_ends_meanwhile_is_left_out_and_told(register: Register) -> None:
    posters = issued(register, 2)
    book = ask(register)
    change(register, Poster, end, id=posters[0].id)

    draw(register, book)

    with reading(register.engine) as session:
        left_out = left_out_of(session, book.id or 0)
        ended = ended_since(session, book.id or 0)
    assert left_out == [("B001", posters[0].serial, "tấm mã đã thôi dùng")]
    assert ended == []


def test_a_book_knows_which_of_its_posters_ended_since(register: Register) -> None:
    posters = issued(register, 2)
    book = ask(register)
    draw(register, book)
    change(register, Poster, end, id=posters[1].id)

    with reading(register.engine) as session:
        assert ended_since(session, book.id or 0) == [posters[1].serial]


def test_what_changes_while_it_is_drawn_is_drawn_and_remembered_as_it_is_then(
    register: Register,
) -> None:
    issued(register, 1)
    book = ask(register)
    change(register, Vendor, rename, id=1)

    draw(register, book)
    fetch(register, book)

    (item,) = items_of(register, book)
    (poster,) = live(register)
    assert item.content_hash == poster.content_hash(register.sealer, URL)
    with pytest.raises(EntryRefused):
        ask(register, only_changed=True)


def test_the_oldest_finished_books_go_when_a_new_one_is_done(
    register: Register, tmp_path: Path
) -> None:
    issued(register, 1)
    files = BookFiles(tmp_path / "books")
    made = [ask(register, drawn_by=str(number)) for number in range(books.KEPT_BOOKS + 2)]
    for book in made:
        files.keep_part(book.id or 0, 0, b"part")
        draw(register, book)

    with reading(register.engine) as session:
        removed = sweep_books(session, files)

    states = [book_of(register, book.id or 0).state for book in made]
    assert states == [BookState.GONE] * 2 + [BookState.READY] * books.KEPT_BOOKS
    assert removed == 2
    assert files.kept() == {str(book.id) for book in made[2:]}


def test_old_books_are_forgotten_and_their_prints_are_not(register: Register) -> None:
    issued(register, 1)
    book = ask(register)
    draw(register, book)
    fetch(register, book)

    with writing(register.engine) as session:
        early = forget_books(session, register.now)
        late = forget_books(session, register.now + timedelta(seconds=1))
        again = forget_books(session, register.now + timedelta(seconds=1))

    assert (early, late, again) == (0, 1, 0)
    assert book_of(register, book.id or 0).state is BookState.GONE
    with pytest.raises(EntryRefused):
        ask(register, only_changed=True)
    assert ask(register).id != book.id


def test_books_are_listed_newest_first(register: Register) -> None:
    issued(register, 1)
    made = [ask(register, drawn_by=str(number)).id for number in range(3)]

    with reading(register.engine) as session:
        first = [each.id for each in list_books(session, "MA", limit=2)]
        rest = [each.id for each in list_books(session, "MA", before_id=first[-1])]

    assert first + rest == made[::-1]


def test_how_a_book_is_printed_is_kept(register: Register) -> None:
    issued(register, 1)
    look = Look(is_eco=True, lang2="en", is_duplex=True)

    assert look_of(ask(register, look=look)) == look
    assert look_of(ask(register)) == Look()


def test_asking_costs_the_same_few_queries_for_any_market(register: Register) -> None:
    issued(register, 3)
    with counted(register.engine) as few:
        ask(register, only_changed=True)
    issued(register, 25)
    with counted(register.engine) as many:
        ask(register, only_changed=True)
    with counted(register.engine) as shown:
        board(register)

    assert len(many) <= len(few)
    assert len(shown) <= 4
