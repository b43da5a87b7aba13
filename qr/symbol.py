"""The square of modules a payload is printed as: byte mode, error correction level M, no logo.

Settings are measured: M is the compromise between distance (favours L) and dirt (favours H), and
byte mode is required of payment codes. Source: EMVCo QR Code Specification, Merchant-Presented
Mode, v1.1, 4.12.1.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import segno

from qr.errors import SymbolTooLarge
from qr.masking import draw_with_best_mask

VERSION_MIN = 6
VERSION_MAX = 12
QUIET_MODULES = 4
"""White modules needed on each side. Source: ISO/IEC 18004:2015, 6.3.8, page 18."""

_FITS_BYTES = 287  # version 12, level M, byte mode. Source: ISO/IEC 18004:2015, table 7, page 36.
_DARK_RUN = re.compile(rb"\x01+")
_CACHED_MAX = 1024


@dataclass(frozen=True)
class Symbol:
    """A drawn symbol; ``matrix`` holds one ``bytes`` of 0 (light) and 1 (dark) for each row."""

    payload: str
    version: int
    mask: int
    matrix: tuple[bytes, ...]

    @property
    def modules(self) -> int:
        """Return the modules on each side, without the quiet zone."""
        return len(self.matrix)

    def path(self) -> str:
        """Return the dark modules as one SVG path, one unit a module, the first module at 0, 0.

        One path, so that neighbouring runs are filled together and no hairline shows between them.
        """
        parts = []
        for y, row in enumerate(self.matrix):
            for run in _DARK_RUN.finditer(row):
                width = run.end() - run.start()
                parts.append(f"M{run.start()} {y}h{width}v1h-{width}z")
        return "".join(parts)

    def svg(self, *, border: int = QUIET_MODULES) -> str:
        """Return a picture, black on white, with ``border`` light modules around it.

        The white is drawn: without it the quiet zone vanishes on a coloured ground.
        """
        side = self.modules + 2 * border
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
            f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
            f'<path transform="translate({border} {border})" d="{self.path()}"/></svg>'
        )


@lru_cache(maxsize=_CACHED_MAX)
def draw_symbol(payload: str) -> Symbol:
    """Return the payload's symbol, version 6 to 12, with the mask segno would choose.

    A payload beyond ASCII is marked as UTF-8 (ECI 26), as the specification demands.

    Raises:
        SymbolTooLarge: the payload needs modules too small to print on A5.
    """
    size_bytes = len(payload.encode("utf-8"))
    try:
        drawn = _segno(payload, version=None)
    except segno.DataOverflowError:
        drawn = None
    if drawn is None or int(drawn.version) > VERSION_MAX:
        raise SymbolTooLarge(size_bytes=size_bytes, version_max=VERSION_MAX, fits_bytes=_FITS_BYTES)
    if int(drawn.version) < VERSION_MIN:
        drawn = _segno(payload, version=VERSION_MIN)
    matrix, mask = draw_with_best_mask(drawn)
    rows = tuple(row.tobytes() for row in matrix)
    return Symbol(payload, int(drawn.version), mask, rows)


def _segno(payload: str, *, version: int | None) -> segno.QRCode:
    is_ascii = payload.isascii()
    return segno.make_qr(
        payload,
        error="m",
        mode="byte",
        version=version,
        mask=0,
        encoding=None if is_ascii else "utf-8",
        eci=not is_ascii,
        boost_error=False,
    )
