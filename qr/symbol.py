"""The square of modules a payload is printed as: byte mode, error correction level M, no logo.

Settings are measured: M is the compromise between distance (favours L) and dirt (favours H), and
byte mode is required of payment codes. Source: EMVCo QR Code Specification, Merchant-Presented
Mode, v1.1, 4.12.1.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import segno

from qr.errors import SymbolTooLarge
from qr.masking import draw_with_best_mask
from qr.refusals import payload_refused

VERSION_MIN = 6
VERSION_MAX = 12
QUIET_MODULES = 4
"""White modules needed on each side. Source: ISO/IEC 18004:2015, 6.3.8, page 18."""

# Bytes of versions 6 to 12 at level M in byte mode. Source: ISO/IEC 18004:2015, table 7, page 36.
_FITS_BYTES = dict(enumerate((106, 122, 152, 180, 213, 251, 287), start=VERSION_MIN))
_DARK_RUN = re.compile(rb"\x01+")
_CACHED_MAX = 4096
"""Ten large markets; a symbol takes about four kilobytes."""


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

    def svg(self, *, border: int = QUIET_MODULES, module_mm: float | None = None) -> str:
        """Return a picture, black on white, with ``border`` light modules around it.

        The white is drawn: without it the quiet zone vanishes on a coloured ground. With
        ``module_mm`` the picture says how large it is to be printed, otherwise it fills its place.
        """
        side = self.modules + 2 * border
        size = ""
        if module_mm is not None:
            width_mm = f"{side * module_mm:.3f}".rstrip("0").rstrip(".")
            size = f' width="{width_mm}mm" height="{width_mm}mm"'
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg"{size} viewBox="0 0 {side} {side}">'
            f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
            f'<path transform="translate({border} {border})" d="{self.path()}"/></svg>'
        )


def draw_symbol(payload: str) -> Symbol:
    """Return the payload's symbol, version 6 to 12, with the mask segno would choose.

    A payload beyond ASCII is marked as UTF-8 (ECI 26), as the specification demands. The last 4096
    symbols are kept, by the hash of their payload: a market's book is not drawn twice.

    Raises:
        SymbolTooLarge: the payload needs modules too small to print on A5.
        PayloadRefused: it is empty, or holds what UTF-8 cannot carry.
    """
    return _drawn.of(payload, _bytes(payload))


def draw_symbol_anew(payload: str) -> Symbol:
    """Return what ``draw_symbol`` does, neither looked up nor kept."""
    size_bytes, limit = len(_bytes(payload)), fits_bytes(VERSION_MAX, payload)
    if size_bytes > limit:
        raise SymbolTooLarge(size_bytes=size_bytes, version_max=VERSION_MAX, fits_bytes=limit)
    drawn = _segno(payload, version=None)
    if int(drawn.version) < VERSION_MIN:
        drawn = _segno(payload, version=VERSION_MIN)
    matrix, mask = draw_with_best_mask(drawn)
    rows = tuple(row.tobytes() for row in matrix)
    return Symbol(payload, int(drawn.version), mask, rows)


def forget_symbols() -> None:
    """Forget the symbols that were kept."""
    _drawn.clear()


def fits_bytes(version: int, payload: str = "") -> int:
    """Return how many bytes of such a payload a symbol of version 6 to 12 holds at level M.

    The mark of UTF-8, which a payload beyond ASCII needs, takes one of them.
    """
    return _FITS_BYTES[version] - (not payload.isascii())


def _bytes(payload: str) -> bytes:
    if not payload:
        raise payload_refused("payload", "empty")
    try:
        return payload.encode("utf-8")
    except UnicodeEncodeError as surrogate:
        raise payload_refused("payload", "surrogate", place=surrogate.start + 1) from None


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


class _Drawn:
    """The last symbols drawn, by the SHA-256 of their payload; shared by threads."""

    def __init__(self, draw: Callable[[str], Symbol], *, size_max: int) -> None:
        self._draw = draw
        self._size_max = size_max
        self._symbols: OrderedDict[bytes, Symbol] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._symbols)

    def of(self, payload: str, content: bytes) -> Symbol:
        """Return the payload's symbol, drawn only when it is not kept from before."""
        key = hashlib.sha256(content).digest()
        with self._lock:
            kept = self._symbols.get(key)
            if kept is not None:
                self._symbols.move_to_end(key)
                return kept
        symbol = self._draw(payload)
        with self._lock:
            kept = self._symbols.setdefault(key, symbol)
            if len(self._symbols) > self._size_max:
                self._symbols.popitem(last=False)
        return kept

    def clear(self) -> None:
        """Forget every symbol."""
        with self._lock:
            self._symbols.clear()


_drawn = _Drawn(draw_symbol_anew, size_max=_CACHED_MAX)
