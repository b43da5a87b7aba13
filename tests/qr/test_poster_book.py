"""A market's book: one PDF in the order given, joined from bounded parts, or none."""

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr.errors import PosterUnreadable
from qr.poster_book import draw_book
from qr.poster_join import _renumbered, join_pdfs
from qr.poster_paper import LAYOUTS, Look, Paper
from qr.reach import draw_symbol_for
from qr.typeset import draw_page
from tests.qr.papers import faces
from tests.qr.pdf_reading import Pdf, read_pdf


def book(count: int, paper: Paper = Paper.A5, look: Look | None = None, at_once: int = 2) -> bytes:
    return b"".join(draw_book(iter(faces(count)), paper, look, pages_at_once=at_once))


def stalls(pdf: Pdf) -> list[list[str]]:
    """Return the stall codes on each page."""
    return [[run for run in pdf.texts(page) if re.fullmatch(r"A\d{3}", run)] for page in pdf.pages]


def test_a_book_has_a_page_for_each_poster_in_the_order_given() -> None:
    pdf = read_pdf(book(5))

    assert stalls(pdf) == [["A001"], ["A002"], ["A003"], ["A004"], ["A005"]]


def test_a_sheets_places_follow_the_order_given_too() -> None:
    pdf = read_pdf(book(25, Paper.SHEET))

    codes = [f"A{number:03d}" for number in range(1, 26)]
    assert stalls(pdf) == [codes[:10], codes[10:20], codes[20:]]


def test_a_page_of_a_book_says_what_the_page_alone_says() -> None:
    pdf = read_pdf(book(3))
    alone = read_pdf(draw_page(faces(3)[2:], Paper.A5))

    assert pdf.texts(pdf.pages[2]) == alone.texts(alone.pages[0])


def test_for_a_printer_of_both_sides_every_second_page_is_blank() -> None:
    pdf = read_pdf(book(3, look=Look(is_duplex=True)))

    assert stalls(pdf) == [["A001"], [], ["A002"], [], ["A003"], []]
    contents = [
        pdf.streams[int(re.search(rb"/Contents (\d+) 0 R", pdf.bodies[page])[1])]  # type: ignore[index]
        for page in pdf.pages[1::2]
    ]
    assert not any(b"BT" in content or b" c\n" in content for content in contents)


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_a_joined_book_is_a_whole_pdf(at_once: int) -> None:
    pdf = read_pdf(book(7, at_once=at_once))
    references = {
        int(number) for body in pdf.bodies.values() for number in re.findall(rb"\b(\d+) 0 R", body)
    }

    assert references <= set(pdf.bodies)
    assert len(pdf.pages) == 7
    assert b"/Lang(vi)" in pdf.root
    assert b"/Duplex/Simplex" in pdf.root
    assert all(pdf.fonts.values())
    assert " ".join(pdf.tags).count("H1") == 7
    assert " ".join(pdf.tags).count("Figure+Alt") == 7


def test_every_page_keeps_its_own_tags() -> None:
    pdf = read_pdf(book(5, at_once=2))
    parents = [
        int(re.search(rb"/StructParents (\d+)", pdf.bodies[page])[1])  # type: ignore[index]
        for page in pdf.pages
    ]
    tree = next(body for body in pdf.bodies.values() if b"/ParentTree<<" in body)
    nums = re.search(rb"/Nums\[(.*?)\]", tree)
    assert nums

    of = {int(key): int(to) for key, to in re.findall(rb"(\d+) (\d+) 0 R", nums[1])}

    assert parents == list(range(5))
    assert b"/ParentTreeNextKey 5" in tree
    for page, key in zip(pdf.pages, parents, strict=True):
        elements = {int(number) for number in re.findall(rb"(\d+) 0 R", pdf.bodies[of[key]])}
        assert all(b"/Pg %d 0 R" % page in pdf.bodies[element] for element in elements)


def test_the_same_faces_give_the_same_book() -> None:
    assert book(4) == book(4)


def test_progress_counts_the_posters_that_left() -> None:
    seen: list[int] = []

    b"".join(draw_book(faces(7), on_progress=seen.append, pages_at_once=3))
    b"".join(draw_book(faces(12), Paper.SHEET, on_progress=seen.append, pages_at_once=1))

    assert seen == [3, 6, 7, 10, 12]


def test_a_book_without_posters_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one poster"):
        book(0)
    with pytest.raises(ValueError, match="at least one part"):
        list(join_pdfs([]))
    with pytest.raises(ValueError, match="draw_sign"):
        book(1, Paper.SIGN)


def test_what_is_no_pdf_is_not_joined() -> None:
    with pytest.raises(ValueError, match="no PDF with a table"):
        list(join_pdfs([b"%PDF-1.7\nstartxref\n3\n%%EOF"]))


def test_one_wrong_page_stops_the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong, right = faces(5)[3], faces(5)[2]
    monkeypatch.setattr(
        "qr.poster_inputs.draw_symbol_for",
        lambda text, code_mm: draw_symbol_for(
            right.payload if text == wrong.payload else text, code_mm=code_mm
        ),
    )

    with pytest.raises(PosterUnreadable, match="stall 'A004'"):
        book(5)


@given(st.text("ab 0R()\\", max_size=30))
def test_what_looks_like_a_reference_in_a_text_stays(text: str) -> None:
    escaped = re.sub(r"([()\\])", r"\\\1", text).encode()

    body = b"<</Alt(%s 7 0 R)/P 7 0 R>>" % escaped

    assert _renumbered(body, {7: 99}) == b"<</Alt(%s 7 0 R)/P 99 0 R>>" % escaped


def test_brackets_that_match_inside_a_text_hide_nothing() -> None:
    assert _renumbered(b"<</T(a (7 0 R) b)/P 7 0 R>>", {7: 9}) == b"<</T(a (7 0 R) b)/P 9 0 R>>"


def test_memory_is_that_of_a_part_and_not_of_the_book() -> None:
    script = (
        "import resource, sys; from qr.poster_book import draw_book; from tests.qr.papers import faces;"
        "sum(map(len, draw_book(faces(int(sys.argv[1])), pages_at_once=10)));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    peak_mb = [
        int(
            subprocess.run(
                [sys.executable, "-c", script, count],
                capture_output=True,
                text=True,
                check=True,
                env=dict(os.environ),
            ).stdout
        )
        for count in ("30", "150")
    ]

    # A page in memory, drawn and compiled, takes more than a megabyte: 120 more would show.
    assert peak_mb[1] - peak_mb[0] < 90
    assert LAYOUTS[Paper.A5].per_page == 1
