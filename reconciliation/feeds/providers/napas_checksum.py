"""The checksum of NAPAS lines: integrity of one line, no authentication. Source: feeds.md 4."""

from hashlib import md5
from itertools import pairwise

_TAKEN = 20


def checksum(text: str, member: str) -> str:
    """Return the digest that stands behind ``text``, which ends with ``[CSR]`` or ``[CSF]``.

    Neighbouring digits (a, b) of 5 + member code + 5 name the pieces of the first digest that are
    digested again.
    """
    first = _md5(text)
    key = f"5{member}5"
    pieces = (first[int(a) : int(a) + _TAKEN - int(b)] for a, b in pairwise(key))
    return _md5("".join(pieces))


def _md5(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()
