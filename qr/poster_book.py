"""The posters of a whole market as one PDF, drawn, read back and handed on in bounded pieces."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from qr.errors import PosterRefused, QrError, SymbolTooLarge
from qr.poster import PosterFace
from qr.poster_check import check_pages
from qr.poster_inputs import expected_code, title_of
from qr.poster_join import join_pdfs
from qr.poster_layout import fit_face
from qr.poster_paper import Layout, Look, Paper
from qr.poster_words import poster_words
from qr.typeset import Format, PosterDocument, draw_page, stall_layout

PAGES_AT_ONCE = 20
"""Pages compiled together: more saves little time and costs memory."""
_DRAWERS = 2


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


def draw_part(
    faces: Sequence[PosterFace],
    paper: Paper = Paper.A5,
    look: Look | None = None,
) -> bytes:
    """Return posters as one PDF, each page read back; ``qr.poster_join`` puts such parts together.

    All of it lies in memory at once: a few dozen posters at a time.

    Raises:
        ValueError: there is no face, or the paper is a market's sign.
        PosterRefused, SymbolTooLarge, PosterUnreadable: as ``draw_poster``.
    """
    if not faces:
        raise ValueError("a part needs at least one poster")
    layout = stall_layout(paper)
    return _part(faces, layout, look or Look())


def refusal_of(face: PosterFace, paper: Paper, look: Look | None = None) -> QrError | None:
    """Return why a face does not go on a paper; ``None`` = it does. Nothing is set in type for it."""
    layout = stall_layout(paper)
    title = poster_words((look or Look()).lang2)[title_of(layout.art)]
    try:
        fit_face(face, layout.art, title=title)
        expected_code(face, layout)
    except (PosterRefused, SymbolTooLarge) as refusal:
        return refusal
    return None


def draw_files(
    faces: Sequence[PosterFace],
    paper: Paper = Paper.A5,
    format: Format = "pdf",  # noqa: A002
    look: Look | None = None,
) -> Iterator[tuple[Sequence[PosterFace], bytes]]:
    """Yield one file a page, each read back, with the faces that are on it.

    Raises:
        ValueError: the paper is a market's sign.
        PosterRefused, SymbolTooLarge, PosterUnreadable: as ``draw_poster``.
    """
    for page in _chunks(faces, stall_layout(paper).per_page):
        yield page, draw_page(page, paper, format, look)


def _parts(
    faces: Iterable[PosterFace],
    layout: Layout,
    look: Look,
    on_progress: Callable[[int], None] | None,
    size: int,
) -> Iterator[bytes]:
    """Yield the parts in their order, two of them drawn at a time: Typst and the decoder leave the lock."""
    done = 0
    with ThreadPoolExecutor(_DRAWERS) as pool:
        waiting: deque[tuple[int, Future[bytes]]] = deque()
        chunks = _chunks(faces, size)
        try:
            while True:
                for chunk in islice(chunks, _DRAWERS - len(waiting)):
                    waiting.append((len(chunk), pool.submit(_part, chunk, layout, look)))
                if not waiting:
                    break
                count, part = waiting.popleft()
                yield part.result()
                done += count
                if on_progress is not None:
                    on_progress(done)
        finally:
            for _, part in waiting:
                part.cancel()
    if not done:
        raise ValueError("a book needs at least one poster")


def _part(faces: Sequence[PosterFace], layout: Layout, look: Look) -> bytes:
    document = PosterDocument.of_faces(faces, layout, look)
    check_pages(document.check_pages(), layout, document.expected)
    return document.pdf()


def _chunks(faces: Iterable[PosterFace], size: int) -> Iterator[list[PosterFace]]:
    chunk: list[PosterFace] = []
    for face in faces:
        chunk.append(face)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
