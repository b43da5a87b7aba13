"""The symbol: segno's own, module for module, in the settings payment codes need."""

import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import qr.symbol
from qr.errors import PayloadRefused, SymbolTooLarge
from qr.payload import write_payload
from qr.scan import decode_image
from qr.serial import verification_code
from qr.symbol import (
    VERSION_MAX,
    VERSION_MIN,
    Symbol,
    draw_symbol,
    fits_bytes,
    forget_symbols,
)
from tests.qr.payloads import payload
from tests.qr.test_writing import REQUEST

VECTORS_PATH = Path(__file__).parents[1] / "data" / "qr_vectors.jsonl"
PAYLOADS = [
    json.loads(line)["payload"] for line in VECTORS_PATH.read_text("utf-8").split("\n") if line
]


def by_segno(text: str, version: int) -> segno.QRCode:
    """Draw with segno alone; beyond ASCII with the UTF-8 header (ECI 26) that EMVCo 4.12.1 demands.

    No decoder can stand in for this comparison: zxing reads such codes with and without the header.
    """
    return segno.make_qr(
        text,
        error="m",
        mode="byte",
        version=version,
        encoding=None if text.isascii() else "utf-8",
        eci=not text.isascii(),
        boost_error=False,
    )


def assert_is_segnos(symbol: Symbol) -> None:
    own = by_segno(symbol.payload, symbol.version)
    assert symbol.mask == own.mask
    assert symbol.matrix == tuple(bytes(row) for row in own.matrix)


@pytest.mark.parametrize("text", [text for text in PAYLOADS if len(text.encode()) <= 280][::4])
def test_a_vectors_symbol_is_the_one_segno_draws(text: str) -> None:
    assert_is_segnos(draw_symbol(text))


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=90), st.integers(0, 190))
def test_the_fast_mask_choice_is_segnos_at_every_size(text: str, padding: int) -> None:
    assert_is_segnos(draw_symbol((text + "7" * padding).encode()[:270].decode(errors="ignore")))


@pytest.mark.parametrize("size", [1, 80, 110, 140, 170, 200, 240, 280])
def test_versions_stay_between_6_and_12(size: int) -> None:
    symbol = draw_symbol("A" * size)

    assert VERSION_MIN <= symbol.version <= VERSION_MAX
    assert symbol.modules == 17 + 4 * symbol.version == len(symbol.matrix[0])


def test_upper_case_payloads_are_still_written_as_bytes() -> None:
    # The default would be alphanumeric mode, which EMVCo 4.12.1 forbids, at version 6.
    assert draw_symbol("A" * 130).version == 8


@pytest.mark.parametrize("size", [288, 5000])
def test_a_payload_too_long_for_a_poster_is_refused(size: int) -> None:
    with pytest.raises(SymbolTooLarge, match=f"{size} bytes, at most 287 fit .* version 12"):
        draw_symbol("A" * size)


def test_the_longest_payload_that_fits_is_drawn() -> None:
    assert draw_symbol("A" * 287).version == 12


def test_a_markets_book_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    book = [payload({"59": f"SAP {place}"}) for place in range(400)]
    forget_symbols()
    first = [draw_symbol(text) for text in book]
    monkeypatch.setattr(segno, "make_qr", None)

    again = [draw_symbol("".join(text)) for text in book]

    assert all(one is other for one, other in zip(first, again, strict=True))
    forget_symbols()
    with pytest.raises(TypeError):
        draw_symbol(book[0])


def test_the_cache_is_bounded_and_keeps_what_was_asked_for_last() -> None:
    drawn: list[str] = []

    def draw(text: str) -> Symbol:
        drawn.append(text)
        return Symbol(text, 6, 0, ())

    cache = qr.symbol._Drawn(draw, size_max=3)
    for text in "abcabdab":
        assert cache.of(text, text.encode()).payload == text

    assert "".join(drawn) == "abcd"
    assert len(cache) == 3
    cache.of("c", b"c")
    assert "".join(drawn) == "abcdc"


def test_many_threads_are_given_one_symbol() -> None:
    forget_symbols()
    with ThreadPoolExecutor(8) as pool:
        drawn = list(pool.map(draw_symbol, [payload()] * 64))

    assert all(each is drawn[-1] for each in drawn)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "holds no character"), ("a\ud800", "character 2 is half of a surrogate pair")],
)
def test_what_no_symbol_can_hold_is_refused(text: str, message: str) -> None:
    with pytest.raises(PayloadRefused, match=message):
        draw_symbol(text)


@pytest.mark.parametrize("version", range(VERSION_MIN, VERSION_MAX + 1))
@pytest.mark.parametrize("accent", ["", "Đ"])
def test_a_version_holds_as_many_bytes_as_it_says(version: int, accent: str) -> None:
    size = fits_bytes(version, accent) - len(accent.encode())

    assert draw_symbol(accent + "a" * size).version == version
    if version < VERSION_MAX:
        assert draw_symbol(accent + "a" * (size + 1)).version == version + 1
        return
    with pytest.raises(SymbolTooLarge):
        draw_symbol(accent + "a" * (size + 1))


def test_a_verification_code_costs_no_module() -> None:
    # It is printed and not in the payload. Within 62.07 it would cost the plain poster nothing, but
    # one with the vendor's code as purpose a version: 153 bytes, of which version 8 holds 152.
    plain = write_payload(REQUEST)
    named = write_payload(replace(REQUEST, purpose="CC4A7K291"))
    code = verification_code("key", market="MA", stall="A12", serial="MA-00012-E", payload=named)

    assert code not in named
    versions = [
        draw_symbol(write_payload(replace(REQUEST, purpose=purpose, terminal_label=label))).version
        for purpose in (None, "CC4A7K291")
        for label in (None, code[:8])
    ]
    assert versions == [8, 8, 8, 9]
    assert draw_symbol(plain).version == 8


def test_the_picture_may_say_how_large_a_module_is() -> None:
    symbol = draw_symbol(payload())

    assert f'width="{(symbol.modules + 8) * 1.5:g}mm"' in symbol.svg(module_mm=1.5)


def test_the_picture_has_a_white_quiet_zone_of_four_modules() -> None:
    symbol = draw_symbol(payload())
    side = symbol.modules + 8

    svg = symbol.svg()

    assert f'viewBox="0 0 {side} {side}"' in svg
    assert f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>' in svg
    assert '<path transform="translate(4 4)"' in svg


def test_the_path_covers_exactly_the_dark_modules() -> None:
    symbol = draw_symbol(payload())
    dark = set()
    for run in symbol.path().split("z")[:-1]:
        start, width = run.removeprefix("M").split("v1")[0].split("h")
        x, y = map(int, start.split())
        dark |= {(x + step, y) for step in range(int(width))}

    assert dark == {
        (x, y) for y, row in enumerate(symbol.matrix) for x, module in enumerate(row) if module
    }


@pytest.mark.parametrize("text", [payload(), payload({"64": "0002vi0113Bà Tư Hải Sản"})])
def test_the_modules_read_as_the_payload_at_level_m(text: str) -> None:
    symbol = draw_symbol(text)
    picture = Image.new("L", (symbol.modules + 8, symbol.modules + 8), 255)
    for y, row in enumerate(symbol.matrix):
        for x, module in enumerate(row):
            picture.putpixel((x + 4, y + 4), 0 if module else 255)
    picture = picture.resize((picture.width * 4, picture.height * 4), Image.Resampling.NEAREST)
    content = io.BytesIO()
    picture.save(content, "PNG")

    assert decode_image(content.getvalue()) == [text]
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.ec_level == "M"
