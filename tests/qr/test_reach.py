"""Module, version bounds and scan distance of a code on paper."""

import pytest

from qr.errors import SymbolTooLarge
from qr.reach import (
    READ_AT_PX_PER_MODULE,
    Reach,
    draw_symbol_for,
    reach_of,
    version_max,
)
from qr.symbol import draw_symbol
from tests.qr.payloads import payload
from tests.qr.seen_from_afar import measured_px_per_module
from tests.qr.test_vectors import VECTORS

POSTER = next(each["payload"] for each in VECTORS if each["id"] == "V209")
DRAWABLE = [
    each["payload"] for each in VECTORS if each["valid"] and len(each["payload"].encode()) < 280
]


@pytest.mark.parametrize(
    ("code_mm", "module_mm", "bright_m", "dim_m"),
    [
        (30, 0.61, 0.28, 0.21),
        (50, 1.02, 0.47, 0.35),
        (75, 1.53, 0.71, 0.53),
        (100, 2.04, 0.94, 0.71),
        (140, 2.86, 1.32, 0.99),
    ],
)
def test_module_and_distance_of_the_poster_payload_at_each_width(
    code_mm: float, module_mm: float, bright_m: float, dim_m: float
) -> None:
    symbol = draw_symbol(POSTER)

    reach = reach_of(symbol, code_mm=code_mm)

    assert symbol.version == 8
    assert round(reach.module_mm, 2) == module_mm
    assert round(reach.bright_mm / 1000, 2) == bright_m
    assert round(reach.dim_mm / 1000, 2) == dim_m
    assert reach.measured_mm > reach.bright_mm > reach.dim_mm


def test_reach_is_of_one_symbol_and_one_width() -> None:
    assert reach_of(draw_symbol(payload()), code_mm=45) == Reach(1.0, 693.0, 462.0, 346.5)


@pytest.mark.parametrize(
    ("code_mm", "version"),
    [
        (140, 12),
        (100, 12),
        (75, 12),
        (65, 12),
        (60, 10),
        (50, 8),
        (49, 12),
        (30, 12),
        (24, 10),
        (18, 6),
        (17, None),
        (1, None),
    ],
)
def test_modules_stay_above_a_millimetre_afar_and_five_dots_in_the_hand(
    code_mm: float, version: int | None
) -> None:
    assert version_max(code_mm=code_mm) == version


@pytest.mark.parametrize(("size", "code_mm"), [(287, 100), (213, 60), (152, 50), (106, 18)])
def test_the_longest_payload_of_a_width_is_drawn_and_one_byte_more_refused(
    size: int, code_mm: float
) -> None:
    assert draw_symbol_for("A" * size, code_mm=code_mm).version == version_max(code_mm=code_mm)
    with pytest.raises(SymbolTooLarge, match=f"holds {size + 1} bytes, at most {size} fit"):
        draw_symbol_for("A" * (size + 1), code_mm=code_mm)


def test_a_code_too_narrow_for_any_payload_is_refused_in_both_languages() -> None:
    with pytest.raises(SymbolTooLarge, match="allowed on a code 10 mm wide") as refused:
        draw_symbol_for(payload(), code_mm=10)

    assert "mã rộng 10 mm nhận nhiều nhất 0 byte" in refused.value.message_vi


@pytest.mark.parametrize("text", DRAWABLE[::4])
def test_every_payload_reads_at_the_pixels_the_distance_counts_on(text: str) -> None:
    measured = measured_px_per_module(draw_symbol(text))

    assert measured is not None
    assert 1.5 < measured <= READ_AT_PX_PER_MODULE


def test_the_camera_sees_the_same_each_time() -> None:
    symbol = draw_symbol(POSTER)

    assert measured_px_per_module(symbol) == measured_px_per_module(symbol)


def test_a_symbol_that_is_no_code_reads_at_no_distance() -> None:
    from dataclasses import replace

    symbol = draw_symbol(POSTER)

    assert measured_px_per_module(replace(symbol, payload="another")) is None
