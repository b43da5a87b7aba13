"""How large a symbol's modules are on paper, how fine they may be, and from how far they are read.

Read from how far was measured on a synthetic camera (tests/qr/seen_from_afar.py), not on phones.
"""

from dataclasses import dataclass

from qr.errors import SymbolTooLarge
from qr.scan_distance import BRIGHT_PX_PER_MODULE, DIM_PX_PER_MODULE, reach_mm
from qr.symbol import VERSION_MAX, VERSION_MIN, Symbol, draw_symbol, fits_bytes

READ_AT_PX_PER_MODULE = 2.0
"""Pixels a module must cover for every payload to be read, measured (tests/qr/test_reach.py)."""

_AFAR_CODE_MM = 50
"""A code at least this wide hangs or stands; a smaller one is held in the hand."""
_AFAR_MODULE_MM_MIN = 1.0  # ink that spreads by a fifth of a millimetre must not close a module
_HAND_MODULE_MM_MIN = 0.42  # five dots of a printer of 300 dots per inch (DENSO Wave, qrcode.com)


@dataclass(frozen=True, slots=True)
class Reach:
    """A symbol at a printed width: its module, and the distances from which it is read, in mm.

    ``measured_mm`` is the farthest the best decoder reads on the synthetic camera, ``bright_mm``
    and ``dim_mm`` what to promise in daylight and under a stall's roof.
    """

    module_mm: float
    measured_mm: float
    bright_mm: float
    dim_mm: float


def reach_of(symbol: Symbol, *, code_mm: float) -> Reach:
    """Return module and distances of a symbol whose modules together are ``code_mm`` wide."""
    module_mm = code_mm / symbol.modules
    return Reach(
        module_mm,
        reach_mm(module_mm, px_per_module=READ_AT_PX_PER_MODULE),
        reach_mm(module_mm, px_per_module=BRIGHT_PX_PER_MODULE),
        reach_mm(module_mm, px_per_module=DIM_PX_PER_MODULE),
    )


def version_max(*, code_mm: float) -> int | None:
    """Return the finest version for a code of that width, ``None`` when even version 6 is too fine."""
    is_afar = code_mm >= _AFAR_CODE_MM
    modules = int(code_mm / (_AFAR_MODULE_MM_MIN if is_afar else _HAND_MODULE_MM_MIN))
    version = min(VERSION_MAX, (modules - 17) // 4)
    return version if version >= VERSION_MIN else None


def draw_symbol_for(payload: str, *, code_mm: float) -> Symbol:
    """Return the payload's symbol, once it is coarse enough for a code of that width.

    Raises:
        SymbolTooLarge: its modules would be too small there.
        PayloadRefused: it is empty, or holds what UTF-8 cannot carry.
    """
    symbol, finest = draw_symbol(payload), version_max(code_mm=code_mm)
    if finest is None or symbol.version > finest:
        raise SymbolTooLarge(
            size_bytes=len(payload.encode("utf-8")),
            version_max=finest or 0,
            fits_bytes=fits_bytes(finest, payload) if finest else 0,
            paper=f"a code {code_mm:g} mm wide",
            paper_vi=f"mã rộng {code_mm:g} mm",
        )
    return symbol
