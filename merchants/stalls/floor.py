"""The order in which one walks a market: zone by zone, stall by stall, 2 before 10."""

import re
from functools import lru_cache

_DIGITS = re.compile(r"([0-9]+)")


def floor_order(zone: str, stall_code: str) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Return the sort key of a stall; stalls without a zone come first."""
    return _natural(zone), _natural(stall_code)


@lru_cache(maxsize=2**15)
def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key under which the numbers inside a text count as numbers."""
    parts = _DIGITS.split(text.casefold())  # words at even places, numbers between them
    return tuple((int(part) if place % 2 else -1, part) for place, part in enumerate(parts))
