"""A Merkle tree whose leaves say nothing to whoever does not hold their salt.

Leaves, inner nodes and the places nobody fills are hashed under marks of their own, so that none can
pass for another. The tree is filled up to a power of two with places that look like any other: a
path tells neither how many leaves there are nor what its neighbours say. Source: RFC 6962, 2.1.
"""

import hashlib
from collections.abc import Sequence

_LEAF, _NODE, _EMPTY = b"\x00", b"\x01", b"\x02"


def leaf_hash(salt: bytes, text: str) -> bytes:
    """Return the hash of a leaf; without the 32 bytes of salt nobody can guess ``text`` from it."""
    return hashlib.sha256(_LEAF + salt + text.encode()).digest()


class Tree:
    """The tree over some leaves, in the order given.

    Args:
        leaves: as ``leaf_hash`` makes them.
        seed: known to nobody else; what empty places are made of.
        width_min: a power of two; at least so many places hide how few leaves there are.
    """

    def __init__(self, leaves: Sequence[bytes], *, seed: bytes, width_min: int = 1) -> None:
        width = max(width_min, 1 << max(len(leaves) - 1, 0).bit_length())
        level = [*leaves, *(_empty(seed, place) for place in range(len(leaves), width))]
        self._levels = [level]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=True)
            level = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs]
            self._levels.append(level)

    @property
    def root(self) -> bytes:
        """The hash that commits to every leaf and its place."""
        return self._levels[-1][0]

    def path(self, place: int) -> list[bytes]:
        """Return the neighbours that lead from a leaf to the root, the leaf's own first."""
        return [level[(place >> height) ^ 1] for height, level in enumerate(self._levels[:-1])]


def _empty(seed: bytes, place: int) -> bytes:
    return hashlib.sha256(_EMPTY + seed + place.to_bytes(4, "big")).digest()
