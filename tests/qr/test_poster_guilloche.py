"""The ground of a poster: another for every serial, to every edge, and no sticker hides on it."""

import re
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from qr.poster_guilloche import ACCENT_COLOUR, FIELD_COLOUR, WREATH_COLOUR, draw_guilloche
from qr.poster_paper import LAYOUTS, Box, Look, Paper
from tests.qr.faces import face
from tests.qr.papers import URL, grey_page

PANEL = Box(14, 21, 120, 120)
LIBRARY = files("qr").joinpath("templates", "poster-lib.typ").read_text("utf-8")
COLOURS = dict(re.findall(r'^#let ([\w-]+) = rgb\("(#[0-9a-f]{6})"\)', LIBRARY, re.MULTILINE))
GROUND = [FIELD_COLOUR, WREATH_COLOUR, ACCENT_COLOUR]
PPI = 150
PER_MM = PPI / 25.4
SEEN_FROM = 245
"""A grey of 245 or darker is a line on white paper (255)."""


def ground(serial: str = "MA-00012-E", **changes: Any) -> str:
    parts: dict[str, Any] = {
        "width_mm": 148,
        "height_mm": 210,
        "panels": [PANEL],
        "swing_mm": (12, 4),
    }
    return draw_guilloche(serial, **(parts | changes))


def grey(colour: str) -> float:
    """Return the luminance of a colour once it was printed in grey (Rec. 601, as Pillow does)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    value = (299 * red + 587 * green + 114 * blue) / 255_000
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours in grey. Source: WCAG 2.2, contrast ratio."""
    light, dark = sorted((grey(one), grey(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@given(st.integers(1, 99999), st.integers(1, 99999))
@settings(max_examples=30)
def test_a_ground_belongs_to_its_serial(one: int, other: int) -> None:
    first, second = f"MA-{one:05d}-E", f"MA-{other:05d}-E"

    assert ground(first) == ground(first)
    assert (ground(first) == ground(second)) == (one == other)


def test_its_lines_are_curves_and_nothing_else() -> None:
    commands = set(re.findall(r"[A-Za-z]", "".join(re.findall(r' d="([^"]*)"', ground()))))

    assert commands == {"M", "c", "s"}


def test_eco_draws_fewer_and_finer_lines() -> None:
    normal, eco = ground(), ground(is_eco=True)

    assert eco.count("M") < 0.7 * normal.count("M")
    assert float(re.findall(r'stroke-width="([\d.]+)"', eco)[0]) < 12


@pytest.mark.parametrize("is_eco", [False, True])
@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4, Paper.TENT, Paper.CARD, Paper.CHECK])
def test_the_ground_reaches_every_edge_of_the_paper(paper: Paper, is_eco: bool) -> None:
    page = grey_page(face(verify_url=URL), paper, PPI, Look(is_eco=is_eco))
    deep, window = int(2.5 * PER_MM), int(24 * PER_MM * max(LAYOUTS[paper].art.scale, 0.5))
    header = 0 if is_eco else page.height // 4
    edges = [
        *((0, y, deep, y + window) for y in range(header, page.height - window, window)),
        *(
            (page.width - deep, y, page.width, y + window)
            for y in range(header, page.height - window, window)
        ),
        *(
            (x, page.height - deep, x + window, page.height)
            for x in range(0, page.width - window, window)
        ),
    ]

    assert [edge for edge in edges if darkest(page, edge) > SEEN_FROM] == []


def darkest(page: Image.Image, box: tuple[int, int, int, int]) -> int:
    return int(page.crop(box).getextrema()[0])  # type: ignore[arg-type]


@given(
    left=st.floats(0, 12),
    right=st.floats(0, 12),
    above=st.floats(0.6, 3.4),
    below=st.floats(0.6, 40),
)
@settings(max_examples=40)
@pytest.mark.parametrize("is_eco", [False, True])
def test_a_white_sticker_over_the_code_shows_on_all_its_sides(
    is_eco: bool, left: float, right: float, above: float, below: float
) -> None:
    # Anybody sees it whose eye finds lines that stop: at least every 16 mm, with little ink every 32.
    page = PAGES[is_eco]
    x1, x2 = PANEL.x - left, PANEL.x + PANEL.width + right
    y1, y2 = PANEL.y - above, PANEL.y + PANEL.height + below
    # Beside the code stand two labels, white inside: their border or words lie within 2 mm.
    thick, beside, step = 1.2, 2, 32 if is_eco else 16
    sides = [
        *((x, y1 - thick, x + step, y1) for x in range(int(x1), int(x2) - step, step)),
        *((x, y2, x + step, y2 + thick) for x in range(int(x1), int(x2) - step, step)),
        *((x1 - beside, y, x1, y + step) for y in range(int(y1) + 3, int(y2) - step, step)),
        *((x2, y, x2 + beside, y + step) for y in range(int(y1) + 3, int(y2) - step, step)),
    ]
    inside = [
        side
        for side in sides
        if side[0] >= 0 and side[2] <= 148 and side[1] >= (0 if is_eco else 17)
    ]

    hidden = [side for side in inside if darkest(page, pixels(side)) > SEEN_FROM]

    assert hidden == []


def pixels(box: tuple[float, float, float, float]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (round(edge * PER_MM) for edge in box)
    return left, top, max(right, left + 1), max(bottom, top + 1)


PAGES = {is_eco: grey_page(face(), Paper.A5, PPI, Look(is_eco=is_eco)) for is_eco in (False, True)}


@pytest.mark.parametrize("line", GROUND)
def test_the_ground_is_seen_on_white_in_grey_and_no_more(line: str) -> None:
    assert 1.3 < contrast(line, "#ffffff") < 3.2


@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", ["#ffffff", *GROUND]),
        ("brand", ["#ffffff", FIELD_COLOUR]),
        ("ink-2", ["#ffffff", FIELD_COLOUR]),
        ("cinnamon-ink", ["#ffffff", FIELD_COLOUR, COLOURS["cinnamon-tint"]]),
        ("brand-line", [COLOURS["indigo"]]),
    ],
)
def test_all_type_is_read_in_grey(text: str, grounds: list[str]) -> None:
    assert min(contrast(COLOURS[text], ground) for ground in grounds) >= 4.5


def test_the_band_is_seen_in_grey_on_its_header() -> None:
    assert contrast(COLOURS["band-warm"], COLOURS["indigo"]) >= 3
    assert contrast(COLOURS["band-cool"], COLOURS["indigo"]) >= 3
