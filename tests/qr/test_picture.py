"""A symbol as a file of its own: decoded before it leaves, and sized for print."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from qr.errors import PosterUnreadable
from qr.picture import symbol_png, symbol_svg
from qr.scan import decode_image
from qr.symbol import draw_symbol
from tests.qr.payloads import payload

SYMBOL = draw_symbol(payload())


@pytest.mark.parametrize("pixels_per_module", [1, 2, 3, 12, 40])
def test_a_png_reads_as_the_payload_and_has_whole_modules(pixels_per_module: int) -> None:
    content = symbol_png(SYMBOL, pixels_per_module=pixels_per_module)

    assert decode_image(content) == [payload()] or pixels_per_module == 1
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (53 * pixels_per_module, 53 * pixels_per_module)
        assert picture.mode == "1"


@pytest.mark.parametrize("pixels_per_module", [0, 41, -1])
def test_a_png_of_no_size_or_without_bounds_is_a_bug(pixels_per_module: int) -> None:
    with pytest.raises(ValueError, match=f"is {pixels_per_module}, must be 1 to 40"):
        symbol_png(SYMBOL, pixels_per_module=pixels_per_module)


def test_equal_symbols_give_equal_bytes() -> None:
    assert symbol_png(SYMBOL) == symbol_png(draw_symbol(payload()))


def test_a_png_says_how_large_it_is_printed() -> None:
    with Image.open(io.BytesIO(symbol_png(SYMBOL, module_mm=2.0))) as picture:
        dots_per_inch, _ = picture.info["dpi"]

    assert abs(picture.width / dots_per_inch * 25.4 - 106) < 0.05


def test_an_svg_says_how_large_it_is_printed() -> None:
    assert 'width="106mm" height="106mm" viewBox="0 0 53 53"' in symbol_svg(SYMBOL, module_mm=2.0)
    assert "mm" not in symbol_svg(SYMBOL)


def test_a_picture_that_reads_as_another_payload_is_not_handed_out() -> None:
    false = replace(SYMBOL, payload=payload({"59": "STICKER"}))

    for draw in (symbol_png, symbol_svg):
        with pytest.raises(PosterUnreadable, match="instead of"):
            draw(false)
