"""The papers: sizes that exist, quiet zones that suffice, pieces that do not touch."""

import itertools

import pytest

from qr.poster_paper import LAYOUTS, Box, Paper
from qr.reach import version_max
from qr.symbol import QUIET_MODULES, VERSION_MIN
from tests.qr.papers import STALL_PAPERS

COARSEST = 17 + 4 * VERSION_MIN


@pytest.mark.parametrize(
    ("paper", "size", "code"),
    [
        (Paper.A5, (148, 210), 100),
        (Paper.A4, (210, 297), 140),
        (Paper.TENT, (148, 210), 60),
        (Paper.CARD, (85.6, 54), 30),
        (Paper.CHECK, (105, 148), 24),
        (Paper.SIGN, (297, 420), 84),
        (Paper.SHEET, (210, 297), 30),
    ],
)
def test_papers_have_the_sizes_of_the_trade(
    paper: Paper, size: tuple[float, float], code: float
) -> None:
    assert LAYOUTS[paper].page_mm == size
    assert LAYOUTS[paper].art.code_mm == code


@pytest.mark.parametrize("paper", list(Paper))
def test_the_panel_leaves_a_quiet_zone_even_around_the_coarsest_symbol(paper: Paper) -> None:
    art = LAYOUTS[paper].art

    for panel in art.panels:
        assert panel.width == panel.height
        assert art.code_mm * (1 + 2 * QUIET_MODULES / COARSEST) <= panel.width
        assert 0 <= panel.x <= art.width_mm - panel.width
        assert 0 <= panel.y <= art.height_mm - panel.height


@pytest.mark.parametrize("paper", list(Paper))
def test_every_paper_takes_a_posters_usual_symbol(paper: Paper) -> None:
    # 130 characters, version 8 at level M, is the poster payload of the specification.
    assert (version_max(code_mm=LAYOUTS[paper].art.code_mm) or 0) >= 8


@pytest.mark.parametrize(
    ("paper", "holds"),
    [
        (Paper.A5, 1),
        (Paper.SHEET, 10),
        (Paper.SHEET_A5, 2),
        (Paper.SHEET_TENT, 2),
        (Paper.SHEET_CHECK, 4),
    ],
)
def test_a_sheet_holds_many(paper: Paper, holds: int) -> None:
    assert LAYOUTS[paper].per_page == len(LAYOUTS[paper].cells()) == holds


@pytest.mark.parametrize("paper", STALL_PAPERS)
def test_pieces_lie_on_the_sheet_and_not_on_each_other(paper: Paper) -> None:
    layout = LAYOUTS[paper]
    width, height = layout.page_mm
    cells = layout.cells()

    for cell in cells:
        assert cell.x >= 0
        assert cell.y >= 0
        assert cell.x + cell.width <= width
        assert cell.y + cell.height <= height
        for panel in layout.panels(cell):
            assert cell.x <= panel.x <= cell.x + cell.width - panel.width
            assert cell.y <= panel.y <= cell.y + cell.height - panel.height
    assert not any(overlap(one, other) for one, other in itertools.combinations(cells, 2))


def overlap(one: Box, other: Box) -> bool:
    apart = 1e-6
    return (
        one.x + one.width > other.x + apart
        and other.x + other.width > one.x + apart
        and one.y + one.height > other.y + apart
        and other.y + other.height > one.y + apart
    )


def test_cards_leave_a_printers_margin_and_a_gap_for_the_knife() -> None:
    layout = LAYOUTS[Paper.SHEET]
    first, *_, last = layout.cells()

    assert layout.bleed_mm == 1.5
    assert first.x - layout.bleed_mm >= 5
    assert first.y - layout.bleed_mm >= 5
    assert last.y + last.height + layout.bleed_mm <= 292


def test_the_order_on_a_sheet_is_that_of_reading() -> None:
    cells = LAYOUTS[Paper.SHEET].cells()

    assert cells == sorted(cells, key=lambda cell: (cell.y, cell.x))
