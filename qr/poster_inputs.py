"""What the templates are told: sizes, words, and of each poster its fitted texts, code and ground."""

from collections.abc import Sequence
from typing import Any

from qr.poster import MarketSign, PosterFace
from qr.poster_check import Expected
from qr.poster_guilloche import draw_guilloche
from qr.poster_layout import fit_face, fit_sign, tight_width_mm
from qr.poster_paper import Art, Box, Layout, Look
from qr.poster_type import Fitted
from qr.poster_words import poster_words, printer_note
from qr.reach import draw_symbol_for, reach_of
from qr.symbol import Symbol


def poster_inputs(faces: Sequence[PosterFace], layout: Layout, look: Look) -> dict[str, Any]:
    """Return the template's inputs for posters of stalls.

    Raises:
        PosterRefused: a text does not fit the paper.
        SymbolTooLarge: a payload needs modules too small to print.
    """
    return _page(f"Mã QR {faces[0].market_name}", layout, look) | {
        "posters": [_poster(face, layout, look) for face in faces]
    }


def sign_inputs(sign: MarketSign, layout: Layout, look: Look) -> dict[str, Any]:
    """Return the template's inputs for the sign at a market's gate.

    Raises:
        PosterRefused: a text does not fit the sign.
    """
    symbol = _symbol(sign.verify_url, layout)
    texts = fit_sign(sign, layout.art, title=poster_words(look.lang2)["sign_title"])
    poster = (
        _fits(texts)
        | _code(symbol, layout.art)
        | _ground(sign.market_name, layout, look, has_code=symbol is not None)
    )
    return _page(sign.market_name, layout, look) | {"posters": [poster]}


def expected_code(face: PosterFace, layout: Layout) -> Expected:
    """Return what a poster must read as: the payload, or on a check card the address."""
    text = coded_text(face, layout)
    symbol = _symbol(text, layout)
    return Expected(face.stall_code, text, symbol.modules if symbol else 1)


def expected_sign(sign: MarketSign, layout: Layout) -> Expected:
    """Return what a market's sign must read as: the address, if it has one."""
    symbol = _symbol(sign.verify_url, layout)
    return Expected(sign.market_name, sign.verify_url, symbol.modules if symbol else 1)


def coded_text(face: PosterFace, layout: Layout) -> str | None:
    """Return what a poster's code says on this paper."""
    return face.verify_url if layout.art.template == "check" else face.payload


def title_of(art: Art) -> str:
    """Return the name of the words at the head of a piece of printed matter."""
    return "check_title" if art.template == "check" else "title"


def _page(title: str, layout: Layout, look: Look) -> dict[str, Any]:
    art, (width, height) = layout.art, layout.page_mm
    return {
        "title": title,
        "page": {"width": width, "height": height},
        "art": {
            "template": art.template,
            "width": art.width_mm,
            "height": art.height_mm,
            "code": art.code_mm,
            "scale": art.scale,
            "bleed": layout.bleed_mm,
            "panels": [_box(panel) for panel in art.panels],
        },
        "cells": [_box(cell) for cell in layout.cells()],
        "is-sheet": layout.grid is not None,
        "is-turned": layout.grid is not None and layout.grid.is_turned,
        "is-duplex": look.is_duplex,
        "words": poster_words(look.lang2),
        "eco": look.is_eco,
    }


def _poster(face: PosterFace, layout: Layout, look: Look) -> dict[str, Any]:
    art = layout.art
    fitted = fit_face(face, art, title=poster_words(look.lang2)[title_of(art)])
    symbol = _symbol(coded_text(face, layout), layout)
    return (
        _fits(fitted.texts)
        | _code(symbol, art)
        | _ground(face.serial, layout, look, has_code=symbol is not None)
        | {
            "bank-width": tight_width_mm(fitted.texts["bank"], art.rooms["bank"]),
            "stall-width": tight_width_mm(fitted.texts["stall"], art.rooms["stall"]),
            "tail": face.account_tail,
            "tail-size": fitted.tail_size,
            "serial": face.serial,
            "issued": face.issued_on.strftime("%d/%m/%Y"),
            "verification": face.verification_code,
        }
    )


def _symbol(text: str | None, layout: Layout) -> Symbol | None:
    return draw_symbol_for(text, code_mm=layout.art.code_mm) if text else None


def _fits(texts: dict[str, Fitted | None]) -> dict[str, Any]:
    return {
        "fits": {
            name: text
            and {
                "lines": text.lines,
                "size": text.size,
                "width": text.room.width,
                "height": text.room.height,
            }
            for name, text in texts.items()
        }
    }


def _code(symbol: Symbol | None, art: Art) -> dict[str, Any]:
    if symbol is None:
        return {"symbol": None, "note": None}
    reach = reach_of(symbol, code_mm=art.code_mm)
    note = printer_note(
        code_mm=art.code_mm,
        module_mm=reach.module_mm,
        dim_mm=reach.dim_mm,
        bright_mm=reach.bright_mm,
    )
    return {"symbol": symbol.svg(border=0), "note": note}


def _ground(serial: str, layout: Layout, look: Look, *, has_code: bool) -> dict[str, Any]:
    art = layout.art
    return {
        "ground": draw_guilloche(
            serial,
            width_mm=art.width_mm,
            height_mm=art.height_mm,
            panels=art.panels if has_code else (),
            swing_mm=art.swing_mm,
            scale=art.scale,
            bleed_mm=layout.bleed_mm,
            is_eco=look.is_eco,
        )
    }


def _box(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
