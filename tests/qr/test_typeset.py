"""Posters as they leave: right, readable, the same every time, or not at all."""

import hashlib
import io
import re
import subprocess
import sys
import zlib
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

import qr.typeset
from qr.errors import PosterUnreadable
from qr.scan import decode_image
from qr.symbol import Symbol, draw_symbol
from qr.typeset import render_book, render_poster
from tests.qr.faces import face
from tests.qr.payloads import payload

FACE = face()
LONG = face(
    holder_name="CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN THỰC PHẨM SẠCH NGUYỄN HOÀNG THỊ THÙY DƯƠNG",
    display_name="Cửa hàng rau củ quả hữu cơ và đặc sản vùng cao của cô Nguyễn Hoàng Thị Thùy Dương",
    bank_name="Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam",
    market_name="Chợ trung tâm thương mại và dịch vụ tổng hợp thị trấn Mậu A, huyện Văn Yên (cũ)",
    stall_code="KIOT-A-0123",
    verify_url="https://cho40.example/p/MA-00012-E",
)
WIDEST = face(
    holder_name="W" * 120,
    display_name="W" * 120,
    market_name="W" * 120,
    bank_name="W" * 80,
    stall_code="W" * 20,
    serial="W" * 16,
    verification_code="W" * 16,
    verify_url="https://" + "W" * 72,
)
NARROWEST = face(holder_name="I", display_name="i", bank_name="l", stall_code="1", market_name="i")


def pixels(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def pdf_pages(content: bytes) -> int:
    """Count the pages of a PDF whose objects may stand in compressed streams."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    opened = [zlib.decompressobj().decompress(each) for each in streams if each[:1] == b"\x78"]
    return sum(len(re.findall(rb"/Type ?/Page\b", part)) for part in [content, *opened])


@pytest.mark.parametrize("poster", [FACE, LONG, WIDEST, NARROWEST])
def test_a_picture_of_a_poster_reads_as_its_payload(poster: qr.typeset.PosterFace) -> None:
    content = render_poster(poster, "png")

    assert decode_image(content) == [poster.payload]
    assert pixels(content).size == (1748, 2480)  # A5 at 300 pixels per inch


@pytest.mark.parametrize("share", [0.5, 0.2, 0.1])
def test_a_poster_reads_from_far_away(share: float) -> None:
    whole = pixels(render_poster(FACE, "png"))
    small = whole.resize((int(whole.width * share), int(whole.height * share)))

    assert [code.text for code in zxingcpp.read_barcodes(small)] == [FACE.payload]


def test_the_code_is_black_on_white_with_a_quiet_zone_of_four_modules() -> None:
    page = pixels(render_poster(FACE, "png"))
    (code,) = zxingcpp.read_barcodes(page)
    module = 1181 / draw_symbol(FACE.payload).modules  # 100 mm at 300 pixels per inch
    left, top = code.position.top_left.x, code.position.top_left.y
    right, bottom = code.position.bottom_right.x, code.position.bottom_right.y
    quiet = 4 * module - 3  # the decoder's corners are right to some pixels

    assert page.getpixel((left + 6, top + 6)) == (0, 0, 0)
    for edge in (
        (left - quiet, top - quiet, left - 3, bottom + quiet),
        (right + 4, top - quiet, right + quiet, bottom + quiet),
        (left - quiet, top - quiet, right + quiet, top - 3),
        (left - quiet, bottom + 4, right + quiet, bottom + quiet),
    ):
        assert page.crop(tuple(map(int, edge))).getextrema() == ((255, 255),) * 3


def test_around_the_panel_no_larger_patch_is_white() -> None:
    # A white sticker that covers the code shows its edge on the pattern.
    page = pixels(render_poster(FACE, "png"))

    for x in range(4, 150, 30):
        for y in range(300, 700, 40):
            darkest = page.crop((x, y, x + 30, y + 40)).convert("L").getextrema()[0]
            assert darkest < 200


@pytest.mark.parametrize("poster", [LONG, WIDEST])
def test_long_names_stay_inside_the_page(poster: qr.typeset.PosterFace) -> None:
    page = pixels(render_poster(poster, "png"))
    below = page.height - int(63 * 300 / 25.4)
    margin = int(7 * 300 / 25.4)

    for edge in (
        (0, below, margin, page.height),
        (page.width - margin, below, page.width, page.height),
        (0, page.height - int(3 * 300 / 25.4), page.width, page.height),
    ):
        assert page.crop(edge).getextrema() == ((255, 255),) * 3


def test_a_pdf_and_an_svg_are_what_they_claim() -> None:
    assert render_poster(FACE, "pdf").startswith(b"%PDF-")
    assert render_poster(FACE, "svg").lstrip().startswith(b"<svg")


def test_names_are_text_in_the_pdf_set_in_the_packaged_font() -> None:
    assert b"BeVietnamPro" in render_poster(FACE, "pdf")


def test_the_name_with_accents_is_printed_only_when_it_has_some() -> None:
    plain = face(holder_name="NGUYEN THI HUONG")

    assert render_poster(plain, "png") != render_poster(FACE, "png")


def test_the_same_face_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib; from qr.typeset import render_poster; from tests.qr.faces import face; "
        "print([hashlib.sha256(render_poster(face(), each)).hexdigest() for each in ('pdf', 'png', 'svg')])"
    )

    elsewhere = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout

    here = [hashlib.sha256(render_poster(FACE, each)).hexdigest() for each in ("pdf", "png", "svg")]
    assert elsewhere == f"{here}\n"


def test_a_book_has_a_page_for_each_poster_and_tells_its_progress() -> None:
    faces = [face(account=f"000000000{n:04d}", stall_code=f"A{n:03d}") for n in range(12)]
    seen: list[int] = []

    book = render_book(faces, on_progress=seen.append)

    assert pdf_pages(book) == 12
    assert seen == list(range(1, 13))


def test_a_page_of_a_book_is_the_poster_of_its_stall() -> None:
    faces = [FACE, LONG]
    book = qr.typeset._Book(faces)

    assert [decode_image(page) for page in book.pages(100)] == [[f.payload] for f in faces]
    assert book.pages(300)[1] == render_poster(LONG, "png")


def test_a_book_without_posters_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="at least one poster"):
        render_book([])


def tamper(monkeypatch: pytest.MonkeyPatch, victim: str, symbol: Symbol) -> None:
    """Draw one payload as another symbol, as a bug or a forger in the drawing would."""
    monkeypatch.setattr(
        qr.typeset, "draw_symbol", lambda text: symbol if text == victim else draw_symbol(text)
    )


@pytest.mark.parametrize("format_", ["pdf", "png", "svg"])
def test_a_poster_with_another_stalls_code_never_leaves(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = payload({"59": "STRANGER"})
    tamper(monkeypatch, FACE.payload, draw_symbol(other))

    with pytest.raises(PosterUnreadable) as refused:
        render_poster(FACE, format_)  # type: ignore[arg-type]

    assert refused.value.stall_code == "A012"
    assert refused.value.found == (other,)
    assert refused.value.expected == FACE.payload


def test_one_wrong_page_stops_the_whole_book(monkeypatch: pytest.MonkeyPatch) -> None:
    faces = [face(account=f"000000000{n:04d}", stall_code=f"A{n:03d}") for n in range(5)]
    tamper(monkeypatch, faces[3].payload, draw_symbol(faces[2].payload))

    with pytest.raises(PosterUnreadable, match="stall 'A003'"):
        render_book(faces)


def test_a_code_no_one_could_read_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    symbol = draw_symbol(FACE.payload)
    blotted = tuple(
        b"\x01" * symbol.modules if 15 < y < 35 else row for y, row in enumerate(symbol.matrix)
    )
    tamper(monkeypatch, FACE.payload, replace(symbol, matrix=blotted))

    with pytest.raises(PosterUnreadable, match="reads as no code at all"):
        render_poster(FACE, "pdf")


def test_a_second_code_on_the_page_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    symbol = draw_symbol(FACE.payload)
    side = symbol.modules
    twice = Symbol(
        FACE.payload,
        symbol.version,
        symbol.mask,
        (
            *(row + bytes(4 + side) for row in symbol.matrix),
            *[bytes(2 * side + 4)] * 4,
            *(bytes(side + 4) + row for row in symbol.matrix),
        ),
    )
    tamper(monkeypatch, FACE.payload, twice)

    with pytest.raises(PosterUnreadable) as refused:
        render_poster(FACE, "pdf")

    assert refused.value.found == (FACE.payload, FACE.payload)


def test_a_warning_of_the_template_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    class Warned:
        message = "unknown font family"

    class Compiler:
        def __init__(self, *_: object, **__: object) -> None: ...

        def compile_with_warnings(self, **_: object) -> tuple[bytes, list[type[Warned]]]:
            return b"", [Warned]

    monkeypatch.setattr(qr.typeset.typst, "Compiler", Compiler)

    with pytest.raises(AssertionError, match="unknown font family"):
        render_poster(FACE, "pdf")
