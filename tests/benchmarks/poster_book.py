"""The poster book of a market against what segno needs for the same symbols alone.

Run with ``python -m tests.benchmarks.poster_book``. In each round segno draws every payload's
symbol, then the book is made from payloads no round used before: symbols, one Typst document, the
PDF, and every page drawn again, decoded and compared. The goal (performance.md) is a book in at
most 1.3 times segno's own symbol time.
"""

import io
import json
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import segno

from qr.poster import PosterFace
from qr.poster_book import draw_book
from qr.symbol import draw_symbol, draw_symbol_anew, forget_symbols
from tests.qr.faces import face

POSTERS = 240
ROUNDS = 5
HOLDERS = (
    "Nguyễn Thị Hương",
    "TRAN VAN BINH",
    "Hoàng Thị Thùy Dương",
    "Lò Thị Mai",
    "Nguyễn Hoàng Thị Thùy Dương Ngọc",
)


def run(posters: int = POSTERS, rounds: int = ROUNDS) -> list[dict[str, Any]]:
    """Return one row per competitor: median and least seconds, posters per second, ratio to segno."""
    b"".join(draw_book([face()]))  # fonts, libraries and the template are loaded once per process
    seconds: dict[str, list[tuple[float, float]]] = {}
    for turn in range(rounds):
        faces = _faces(turn, posters)
        _assert_same_symbols(faces)
        forget_symbols()
        for name, timing in _round(faces).items():
            seconds.setdefault(name, []).append(timing)
    return [
        _row(name, timings, seconds["segno symbol"], posters) for name, timings in seconds.items()
    ]


def _round(faces: list[PosterFace]) -> dict[str, tuple[float, float]]:
    payloads = [each.payload for each in faces]
    return {
        "segno symbol": _timed(lambda: [_segno(text) for text in payloads]),
        "segno symbol and its SVG": _timed(lambda: [_segno_svg(text) for text in payloads]),
        "our symbol": _timed(lambda: [draw_symbol_anew(text) for text in payloads]),
        "poster book, every page read back": _timed(lambda: b"".join(draw_book(faces))),
        "our symbol, kept from the book": _timed(lambda: [draw_symbol(text) for text in payloads]),
    }


def _faces(turn: int, posters: int) -> list[PosterFace]:
    return [
        face(
            account=f"000{turn:03d}{number:08d}",
            stall_code=f"A{number:03d}",
            holder_name=HOLDERS[number % len(HOLDERS)],
            display_name=f"Gian hàng {number}",
        )
        for number in range(posters)
    ]


def _segno(payload: str) -> segno.QRCode:
    return segno.make_qr(payload, error="m", mode="byte", boost_error=False)


def _segno_svg(payload: str) -> bytes:
    content = io.BytesIO()
    _segno(payload).save(content, kind="svg", border=4, light="#fff")
    return content.getvalue()


def _assert_same_symbols(faces: list[PosterFace]) -> None:
    """Check that the competitors draw the same: a faster wrong symbol would be worth nothing."""
    for each in faces[::20]:
        assert draw_symbol(each.payload).matrix == tuple(map(bytes, _segno(each.payload).matrix))


def _timed(task: Callable[[], object]) -> tuple[float, float]:
    """Return seconds by the clock and seconds of processor time."""
    clock, processor = time.perf_counter(), time.process_time()
    task()
    return time.perf_counter() - clock, time.process_time() - processor


def _row(
    name: str, timings: list[tuple[float, float]], base: list[tuple[float, float]], posters: int
) -> dict[str, Any]:
    clocks, processors = zip(*timings, strict=True)
    ratios = [
        (own[0] / segnos[0], own[1] / segnos[1]) for own, segnos in zip(timings, base, strict=True)
    ]
    return {
        "competitor": name,
        "posters": posters,
        "rounds": len(timings),
        "median_s": round(median(clocks), 3),
        "least_s": round(min(clocks), 3),
        "median_cpu_s": round(median(processors), 3),
        "posters_per_s": round(posters / median(clocks), 1),
        "ratio_to_segno": round(median(ratio for ratio, _ in ratios), 2),
        "cpu_ratio_to_segno": round(median(ratio for _, ratio in ratios), 2),
    }


if __name__ == "__main__":
    for row in run():
        print(json.dumps(row))
