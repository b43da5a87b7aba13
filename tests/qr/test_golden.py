"""Posters look, and say, what they did when somebody last looked at them."""

import io
from importlib.resources import files

import pytest
from PIL import Image, ImageChops

from qr.poster import PosterFace
from qr.poster_paper import LAYOUTS, Look, Paper
from qr.typeset import draw_page, draw_poster, draw_sign
from tests.golden_files import GOLDEN, Compare
from tests.qr.faces import face
from tests.qr.papers import SIGN, URL, faces
from tests.qr.pdf_reading import read_pdf

LONG_SIDE_PX = 900
COLOURS = 128
FACE = face(verify_url=URL)
LONG = face(
    holder_name="Nguyễn Hoàng Phương Quỳnh Thuỳ Dương",
    display_name="Hàng khô và gia vị vùng cao gia đình bà Phương Quỳnh",
    verify_url=URL,
)


def drawn(paper: Paper, poster: PosterFace, look: Look) -> bytes:
    if paper is Paper.SIGN:
        return draw_sign(SIGN, "png", look)
    holds = LAYOUTS[paper].per_page
    return draw_page([poster] if holds == 1 else faces(holds), paper, "png", look)


@pytest.mark.parametrize(
    ("name", "paper", "poster", "look"),
    [
        ("poster.png", Paper.A5, FACE, Look(lang2="en")),
        ("poster-long-name.png", Paper.A5, LONG, Look()),
        ("poster-a4-eco.png", Paper.A4, FACE, Look(is_eco=True)),
        ("poster-tent.png", Paper.TENT, FACE, Look()),
        ("poster-card.png", Paper.CARD, FACE, Look()),
        ("poster-check.png", Paper.CHECK, FACE, Look()),
        ("poster-sign.png", Paper.SIGN, FACE, Look(lang2="en")),
        ("poster-sheet.png", Paper.SHEET, FACE, Look()),
    ],
)
def test_a_paper_looks_as_before(
    name: str, paper: Paper, poster: PosterFace, look: Look, request: pytest.FixtureRequest
) -> None:
    with Image.open(io.BytesIO(drawn(paper, poster, look))) as opened:
        page = opened.convert("RGB")
    page.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX), Image.Resampling.LANCZOS)
    path = GOLDEN / name
    if request.config.getoption("--update-golden"):
        page.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)

    with Image.open(path) as opened:
        before = opened.convert("RGB")

    # The kept picture has few colours, so each pixel may be a little off; few may be far off.
    assert page.size == before.size
    difference = ImageChops.difference(page, before).convert("L").histogram()
    assert sum(difference[48:]) < 0.003 * page.width * page.height
    assert sum(value * count for value, count in enumerate(difference)) < 4 * sum(difference)


@pytest.mark.parametrize("paper", [Paper.A5, Paper.TENT, Paper.CARD, Paper.CHECK])
def test_a_paper_says_what_it_said_before(paper: Paper, golden: Compare) -> None:
    pdf = read_pdf(draw_poster(FACE, paper, "pdf", Look(lang2="en")))
    said = ["\n".join([*pdf.texts(page), ""]) for page in pdf.pages]
    tags = "\n".join([*pdf.tags, ""])

    golden(f"poster-{paper.value}.txt", "\n".join([*said, tags]).encode())


def test_no_template_is_without_a_paper() -> None:
    templates = {
        each.name.removesuffix(".typ")
        for each in files("qr").joinpath("templates").iterdir()
        if each.name.endswith(".typ")
    }

    drawn_by = {layout.art.template for layout in LAYOUTS.values()}
    assert templates == drawn_by | {"poster-lib", "posters", "own_code"}
