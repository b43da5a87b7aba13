"""What the fine print promises, looked at by a camera: every paper, turned, out of focus, stained."""

import pytest

from qr.poster_paper import LAYOUTS, Paper
from qr.reach import reach_of
from qr.scan_distance import BRIGHT_PX_PER_MODULE, DIM_PX_PER_MODULE
from qr.symbol import draw_symbol
from tests.qr.camera import View, is_read, px_at
from tests.qr.papers import faces

PAPERS = [Paper.A5, Paper.A4, Paper.TENT, Paper.CARD]
FACES = faces(3)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("px", [BRIGHT_PX_PER_MODULE, DIM_PX_PER_MODULE, 6])
def test_every_paper_reads_from_the_distances_it_promises(paper: Paper, px: int) -> None:
    assert all(
        is_read(face, paper, View(px, angle=angle), seed=seed)
        for seed, face in enumerate(FACES)
        for angle in (-12, 0, 5)
    )


@pytest.mark.parametrize("angle", [0, 12, 30, 45, 60, 90, 180])
def test_a_phone_held_askew_reads_from_where_it_is_promised_under_a_roof(angle: int) -> None:
    assert all(is_read(face, Paper.A5, View(DIM_PX_PER_MODULE, angle=angle)) for face in FACES)


@pytest.mark.parametrize("blur", [0.0, 0.25, 0.35])
@pytest.mark.parametrize("px", [DIM_PX_PER_MODULE, 6])
def test_a_third_of_a_module_out_of_focus_reads(blur: float, px: int) -> None:
    assert all(is_read(face, Paper.A5, View(px, blur)) for face in FACES)


@pytest.mark.parametrize("seed", range(4))
def test_a_stain_here_and_there_reads(seed: int) -> None:
    assert all(
        is_read(face, Paper.A5, View(DIM_PX_PER_MODULE, stained=0.01), seed=seed) for face in FACES
    )


def test_from_too_far_or_under_too_much_dirt_nothing_is_read() -> None:
    """The camera is no oracle: what a phone could not read, it does not."""
    too_far, too_dirty = View(1.2), View(DIM_PX_PER_MODULE, stained=0.15)

    assert not any(is_read(face, Paper.A5, too_far) for face in FACES)
    assert not any(is_read(face, Paper.A5, too_dirty) for face in FACES)


@pytest.mark.parametrize("paper", PAPERS)
def test_the_pixels_at_a_distance_are_those_the_fine_print_counts_with(paper: Paper) -> None:
    symbol = draw_symbol(FACES[0].payload)
    reach = reach_of(symbol, code_mm=LAYOUTS[paper].art.code_mm)

    assert px_at(paper, reach.dim_mm / 1000, symbol.modules) == pytest.approx(DIM_PX_PER_MODULE)
    assert px_at(paper, reach.bright_mm / 1000, symbol.modules) == pytest.approx(
        BRIGHT_PX_PER_MODULE
    )
