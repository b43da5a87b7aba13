"""Every paper with something on it, for tests: pages, expected codes, pictures."""

import io

from PIL import Image

from qr.poster import MarketSign, PosterFace
from qr.poster_paper import LAYOUTS, Look, Paper
from qr.typeset import Format, PosterDocument, draw_page, draw_sign
from tests.qr.faces import face

URL = "https://cho40.example/p/MA-00012-E"
SIGN = MarketSign(market_name="Chợ trung tâm Mậu A", verify_url="https://cho40.example/p")
STALL_PAPERS = [paper for paper in Paper if paper is not Paper.SIGN]


def faces(count: int) -> list[PosterFace]:
    """Return as many faces of different stalls."""
    return [
        face(
            account=f"000000000{number:04d}",
            stall_code=f"A{number:03d}",
            serial=f"MA-{number:05d}-E",
            verify_url=f"https://cho40.example/p/MA-{number:05d}-E",
        )
        for number in range(1, count + 1)
    ]


def full_page(paper: Paper, format_: Format, look: Look | None = None) -> bytes:
    """Return a page of a paper with all its places taken."""
    if paper is Paper.SIGN:
        return draw_sign(SIGN, format_, look)
    return draw_page(faces(LAYOUTS[paper].per_page), paper, format_, look)


def codes_of(paper: Paper) -> list[str]:
    """Return what the codes of such a page say, sorted."""
    if paper is Paper.SIGN:
        return [SIGN.verify_url or ""]
    layout = LAYOUTS[paper]
    is_check = layout.art.template == "check"
    return sorted(
        (each.verify_url or "") if is_check else each.payload
        for each in faces(layout.per_page)
        for _ in layout.art.panels
    )


def grey_page(
    poster: PosterFace, paper: Paper, ppi: float, look: Look | None = None
) -> Image.Image:
    """Return a page with one poster in grey."""
    document = PosterDocument.of_faces([poster], LAYOUTS[paper], look or Look())
    return picture(document.pages(ppi)[0])


def picture(content: bytes) -> Image.Image:
    """Return a picture in grey."""
    with Image.open(io.BytesIO(content)) as opened:
        return opened.convert("L")
