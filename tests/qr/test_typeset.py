"""Posters as they leave: right, readable, the same every time, or not at all."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace

import pytest
import zxingcpp

from qr.errors import PosterRefused, PosterUnreadable, SymbolTooLarge
from qr.poster import MarketSign, PosterFace
from qr.poster_check import check_pages
from qr.poster_paper import LAYOUTS, Look, Paper
from qr.reach import draw_symbol_for
from qr.symbol import Symbol, draw_symbol
from qr.typeset import (
    PNG_LONG_SIDE_MAX_PX,
    Format,
    PosterDocument,
    draw_page,
    draw_poster,
    draw_sign,
    stall_layout,
)
from tests.qr.faces import face
from tests.qr.papers import SIGN, STALL_PAPERS, URL, codes_of, faces, full_page, grey_page, picture
from tests.qr.payloads import payload
from tests.qr.pdf_reading import read_pdf

FACE = face(verify_url=URL)
LONG = face(
    holder_name="CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN THỰC PHẨM SẠCH NGUYỄN HOÀNG THỊ THÙY DƯƠNG",
    display_name="Cửa hàng rau củ quả hữu cơ và đặc sản vùng cao của cô Nguyễn Hoàng Thị Thùy Dương",
    bank_name="Ngân hàng Nông nghiệp và Phát triển Nông thôn Việt Nam",
    market_name="Chợ trung tâm thương mại và dịch vụ tổng hợp thị trấn Mậu A, huyện Văn Yên (cũ)",
    stall_code="KIOT-A-0123",
    verify_url=URL,
)
NARROWEST = face(holder_name="I", display_name="i", bank_name="l", stall_code="1", market_name="i")
FORMATS: list[Format] = ["pdf", "png", "svg"]
LOOKS = [Look(), Look(is_eco=True), Look(lang2="en"), Look(is_eco=True, lang2="en")]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("paper", list(Paper))
def test_every_paper_in_every_look_reads_as_what_it_must(paper: Paper, look: Look) -> None:
    page = picture(full_page(paper, "png", look))

    found = [code.text for code in zxingcpp.read_barcodes(page)]

    assert sorted(found) == codes_of(paper)


@pytest.mark.parametrize("paper", list(Paper))
def test_a_picture_is_as_large_as_a_phone_shows_and_its_modules_are_whole_pixels(
    paper: Paper,
) -> None:
    page = picture(full_page(paper, "png"))
    layout = LAYOUTS[paper]
    modules = draw_symbol(codes_of(paper)[0]).modules
    module_px = page.width / layout.page_mm[0] * layout.art.code_mm / modules

    # The page's edge is rounded to a pixel, so the ratio is right to a thousandth.
    assert abs(module_px - round(module_px)) < 0.02
    assert round(module_px) >= 4
    assert max(page.size) <= PNG_LONG_SIDE_MAX_PX or round(module_px) == 4


@pytest.mark.parametrize("poster", [LONG, NARROWEST])
@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4])
def test_names_of_any_length_that_fit_are_drawn_and_read(paper: Paper, poster: PosterFace) -> None:
    page = picture(draw_poster(poster, paper, "png"))

    assert [code.text for code in zxingcpp.read_barcodes(page)] == [poster.payload]


def test_a_name_that_fits_a_poster_may_be_refused_on_a_card() -> None:
    with pytest.raises(PosterRefused) as refused:
        draw_poster(LONG, Paper.CARD)

    assert refused.value.field == "holder_name"
    assert "does not fit 38 mm on 2 line(s) at 6 points" in str(refused.value)
    assert "chọn khổ lớn hơn" in refused.value.message_vi


@pytest.mark.parametrize("share", [0.5, 0.2, 0.1])
def test_a_poster_reads_from_far_away(share: float) -> None:
    whole = picture(draw_poster(FACE, Paper.A5, "png"))
    small = whole.resize((int(whole.width * share), int(whole.height * share)))

    assert [code.text for code in zxingcpp.read_barcodes(small)] == [FACE.payload]


@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4, Paper.CARD])
def test_the_code_is_black_on_white_with_a_quiet_zone_of_four_modules(paper: Paper) -> None:
    page = picture(draw_poster(FACE, paper, "png"))
    (code,) = zxingcpp.read_barcodes(page)
    art = LAYOUTS[paper].art
    module = page.width / art.width_mm * art.code_mm / draw_symbol(FACE.payload).modules
    left, top = code.position.top_left.x, code.position.top_left.y
    right, bottom = code.position.bottom_right.x, code.position.bottom_right.y
    quiet = 4 * module - 3  # the decoder's corners are right to some pixels

    assert page.getpixel((left + 6, top + 6)) == 0
    for edge in (
        (left - quiet, top - quiet, left - 3, bottom + quiet),
        (right + 4, top - quiet, right + quiet, bottom + quiet),
        (left - quiet, top - quiet, right + quiet, top - 3),
        (left - quiet, bottom + 4, right + quiet, bottom + quiet),
    ):
        x1, y1, x2, y2 = map(int, edge)
        assert page.crop((x1, y1, x2, y2)).getextrema() == (255, 255)


@pytest.mark.parametrize("paper", list(Paper))
def test_a_pdf_is_tagged_in_vietnamese_and_carries_its_fonts(paper: Paper) -> None:
    pdf = read_pdf(full_page(paper, "pdf", Look(lang2="en")))

    assert b"/Lang(vi)" in pdf.root
    assert b"/MarkInfo<</Marked true" in pdf.root
    tags = " ".join(pdf.tags)
    assert tags.count("Figure+Alt") == len(codes_of(paper)) // max(
        len(LAYOUTS[paper].art.panels), 1
    )
    assert tags.count("H1") == LAYOUTS[paper].per_page
    assert pdf.fonts
    assert all(pdf.fonts.values())
    assert all(name.startswith(b"BeVietnamPro-") for name in pdf.fonts)
    assert any(b"/Lang(en)" in stream for stream in pdf.streams.values())


@pytest.mark.parametrize("paper", [Paper.A5, Paper.SHEET])
def test_a_pdf_asks_to_be_printed_at_its_size_and_on_one_side(paper: Paper) -> None:
    pdf = read_pdf(full_page(paper, "pdf"))

    assert b"/PrintScaling/None/Duplex/Simplex" in pdf.root


@pytest.mark.parametrize("paper", [Paper.A5, Paper.A4, Paper.TENT, Paper.CARD])
def test_all_that_a_payer_or_checker_needs_is_text_of_the_pdf(paper: Paper) -> None:
    pdf = read_pdf(draw_poster(FACE, paper, "pdf"))
    text = " ".join(pdf.texts(pdf.pages[0]))

    for wanted in (
        "Nguyễn Thị Hương",
        "Agribank",
        "··· 4821",
        "A012",
        "Rau sạch cô Hương",
        "Chợ trung tâm Mậu A",
        "MA-00012-E",
        "21/11/2026",
        "8K3M-2Q7X-A",
        URL,
        "Kiểm tra tên người nhận trước khi chuyển",
        "in đúng 100 %",
        f"mã rộng {LAYOUTS[paper].art.code_mm:.0f} mm",
    ):
        assert wanted in text
    assert "NGUYENTHIHUONG" in "".join(text.split())


def test_the_fine_print_promises_no_more_than_was_measured() -> None:
    pdf = read_pdf(draw_poster(FACE, Paper.A5, "pdf"))
    text = " ".join(pdf.texts(pdf.pages[0]))

    # 53 modules on 100 mm are 1.887 mm each: 1386 x 1.887 / 4 = 654 mm, / 3 = 872 mm.
    assert draw_symbol(FACE.payload).modules == 53
    assert "ô 1,89 mm. Đọc được từ 0,65 m khi tối, 0,85 m khi sáng." in text


@pytest.mark.parametrize("format_", FORMATS)
def test_eco_saves_most_of_the_ink_around_the_code(format_: Format) -> None:
    assert draw_poster(FACE, Paper.A5, format_) != draw_poster(
        FACE, Paper.A5, format_, Look(is_eco=True)
    )


def test_eco_prints_less_than_half_around_the_code() -> None:
    ink = {}
    for is_eco in (False, True):
        page = grey_page(FACE, Paper.A5, 100, Look(is_eco=is_eco))
        panel = LAYOUTS[Paper.A5].art.panels[0]
        per_mm = page.width / 148
        left, top, side = (int(each * per_mm) for each in (panel.x, panel.y, panel.width))
        page.paste(255, (left, top, left + side, top + side))
        ink[is_eco] = sum(255 - value for value in page.tobytes())

    assert ink[True] < 0.5 * ink[False]


def test_the_name_with_accents_is_printed_only_when_it_has_some() -> None:
    pdf = read_pdf(draw_poster(face(holder_name="NGUYEN THI HUONG"), Paper.A5))

    runs = pdf.texts(pdf.pages[0])

    assert runs.count("NGUYEN THI HUONG") == 1
    assert "Nguyễn Thị Hương" not in runs


@pytest.mark.parametrize(("zone", "seed"), [("UTC", "0"), ("Asia/Ho_Chi_Minh", "4711")])
def test_the_same_face_gives_the_same_bytes_in_another_process(zone: str, seed: str) -> None:
    script = (
        "import hashlib; from tests.qr.papers import *; from qr.poster_book import draw_book; "
        "print([hashlib.sha256(full_page(paper, each, Look(lang2='en'))).hexdigest()"
        " for paper in ('tent', 'check', 'sign') for each in ('pdf', 'png', 'svg')"
        " for paper in [Paper(paper)]]);"
        "print(hashlib.sha256(b''.join(draw_book(faces(3), pages_at_once=2))).hexdigest())"
    )
    environment = os.environ | {"TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": "C"}

    told = [
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=each
        ).stdout
        for each in (environment, os.environ | {"TZ": "America/New_York"})
    ]

    assert told[0] == told[1]
    own = hashlib.sha256(full_page(Paper.TENT, "pdf", Look(lang2="en"))).hexdigest()
    assert own in told[0]


@pytest.mark.parametrize("paper", STALL_PAPERS)
def test_a_page_holds_no_more_than_its_places(paper: Paper) -> None:
    holds = LAYOUTS[paper].per_page

    with pytest.raises(ValueError, match=f"a page of {paper} holds 1 to {holds}"):
        draw_page(faces(holds + 1), paper)
    with pytest.raises(ValueError, match="0 posters"):
        draw_page([], paper)


def test_a_sheet_that_is_not_full_is_drawn_too() -> None:
    page = picture(draw_page(faces(3), Paper.SHEET, "png"))

    assert sorted(code.text for code in zxingcpp.read_barcodes(page)) == sorted(
        each.payload for each in faces(3)
    )


def test_a_sign_is_no_paper_for_a_stall() -> None:
    with pytest.raises(ValueError, match="draw_sign"):
        stall_layout(Paper.SIGN)


def test_a_sign_or_a_check_card_without_an_address_carries_no_code() -> None:
    sign = picture(draw_sign(MarketSign(market_name=SIGN.market_name), "png"))
    card = picture(draw_poster(face(), Paper.CHECK, "png"))

    assert zxingcpp.read_barcodes(sign) == []
    assert zxingcpp.read_barcodes(card) == []


def test_a_signs_name_that_does_not_fit_is_refused() -> None:
    with pytest.raises(PosterRefused, match=r"market_name.*does not fit 261 mm"):
        draw_sign(MarketSign(market_name="W" * 110))


def test_a_payload_too_fine_for_the_paper_is_refused() -> None:
    fine = payload(
        {"59": "A" * 25, "62": "0125" + "D" * 25 + "0525" + "B" * 25 + "0325" + "C" * 25}
    )
    poster = face(payload=fine, account_tail="0001", bank_name="Vietcombank")
    assert draw_symbol(fine).version > 10

    with pytest.raises(SymbolTooLarge, match="60 mm wide"):
        draw_poster(poster, Paper.TENT)


def tamper(monkeypatch: pytest.MonkeyPatch, victim: str, symbol: Symbol) -> None:
    """Draw one payload as another symbol, as a bug or a forger in the drawing would."""
    monkeypatch.setattr(
        "qr.poster_inputs.draw_symbol_for",
        lambda text, code_mm: symbol if text == victim else draw_symbol_for(text, code_mm=code_mm),
    )


@pytest.mark.parametrize("format_", FORMATS)
def test_a_poster_with_another_stalls_code_never_leaves(
    format_: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = payload({"59": "STRANGER"})
    tamper(monkeypatch, FACE.payload, draw_symbol(other))

    with pytest.raises(PosterUnreadable) as refused:
        draw_poster(FACE, Paper.A5, format_)

    assert refused.value.stall_code == "A012"
    assert refused.value.found == (other,)
    assert refused.value.expected == FACE.payload
    assert "tấm mã gian A012" in refused.value.message_vi


@pytest.mark.parametrize("paper", [Paper.SHEET, Paper.SHEET_A5, Paper.SHEET_TENT])
def test_a_card_with_its_neighbours_code_stops_the_sheet(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (each.payload for each in faces(2))

    def swapped(text: str, *, code_mm: float) -> Symbol:
        return draw_symbol_for({first: second, second: first}.get(text, text), code_mm=code_mm)

    monkeypatch.setattr("qr.poster_inputs.draw_symbol_for", swapped)

    with pytest.raises(PosterUnreadable, match="stall 'A001'"):
        full_page(paper, "pdf")


def test_a_code_no_one_could_read_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    symbol = draw_symbol(FACE.payload)
    blotted = tuple(
        b"\x01" * symbol.modules if 15 < y < 35 else row for y, row in enumerate(symbol.matrix)
    )
    tamper(monkeypatch, FACE.payload, replace(symbol, matrix=blotted))

    with pytest.raises(PosterUnreadable, match="reads as no code at all"):
        draw_poster(FACE)


def test_a_code_that_reads_only_from_near_or_in_focus_never_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layout = LAYOUTS[Paper.A5]
    document = PosterDocument.of_faces([FACE], layout, Look())
    pages, (expected,) = document.check_pages(), document.expected
    check_pages(pages, layout, [expected])

    # With a third of the modules the distances looked from are three times as far.
    with pytest.raises(PosterUnreadable, match="reads as no code at all"):
        check_pages(pages, layout, [replace(expected, modules=expected.modules // 3)])
    monkeypatch.setattr("qr.poster_check._BLUR_MODULES", 1.0)
    with pytest.raises(PosterUnreadable, match="reads as no code at all"):
        check_pages(pages, layout, [expected])


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
        draw_poster(FACE)

    assert refused.value.found == (FACE.payload, FACE.payload)


def test_a_warning_of_the_template_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    class Warned:
        message = "unknown font family"

    class Compiler:
        def __init__(self, *_: object, **__: object) -> None: ...

        def compile_with_warnings(self, **_: object) -> tuple[bytes, list[type[Warned]]]:
            return b"", [Warned]

    monkeypatch.setattr("qr.typeset.typst.Compiler", Compiler)

    with pytest.raises(AssertionError, match="unknown font family"):
        draw_poster(FACE)
