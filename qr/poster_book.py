"""The posters of a whole market as one PDF, drawn, read back and handed on in bounded pieces."""

from collections.abc import Callable, Iterable, Iterator

from qr.poster import PosterFace
from qr.poster_check import check_pages
from qr.poster_join import join_pdfs
from qr.poster_paper import Layout, Look, Paper
from qr.typeset import PosterDocument, stall_layout

PAGES_AT_ONCE = 20
"""Pages compiled together: more saves little time and costs memory."""


def draw_book(
    faces: Iterable[PosterFace],
    paper: Paper = Paper.A5,
    look: Look | None = None,
    *,
    on_progress: Callable[[int], None] | None = None,
    pages_at_once: int = PAGES_AT_ONCE,
) -> Iterator[bytes]:
    """Yield the bytes of one PDF with all posters in the order given, on as few pages as hold them.

    A page leaves only after it was read back; a refusal ends the file in its middle, so that whoever
    writes it must throw away what came before. The same faces give the same bytes.

    Args:
        faces: in the order in which a helper walks the market; taken a chunk at a time.
        on_progress: called with the number of posters read back so far.

    Raises:
        ValueError: there is no face, or the paper is a market's sign.
        PosterRefused, SymbolTooLarge, PosterUnreadable: as ``draw_poster``.
    """
    layout, look = stall_layout(paper), look or Look()
    return join_pdfs(_parts(faces, layout, look, on_progress, pages_at_once * layout.per_page))


def _parts(
    faces: Iterable[PosterFace],
    layout: Layout,
    look: Look,
    on_progress: Callable[[int], None] | None,
    size: int,
) -> Iterator[bytes]:
    done = 0
    for chunk in _chunks(faces, size):
        document = PosterDocument.of_faces(chunk, layout, look)
        pages = document.check_pages()
        check_pages(pages, layout, document.expected, on_progress=on_progress, done=done)
        yield document.pdf()
        done += len(chunk)
    if not done:
        raise ValueError("a book needs at least one poster")


def _chunks(faces: Iterable[PosterFace], size: int) -> Iterator[list[PosterFace]]:
    chunk: list[PosterFace] = []
    for face in faces:
        chunk.append(face)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
