"""The two trees of a market's closed day: a vendor's own lines, and the market's vendors over them.

A vendor's leaf holds the figures of her day, how many lines make them, and the root of the tree of
these lines; each line holds what it adds to each figure. So whoever holds all her lines can add them
up to her figures, and whoever may see all vendors can add those up to the market's, which is a leaf
of the same tree. A path from a line to the root tells its holder nothing about anybody else.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from merchants.sealing import Sealer
from reconciliation.close.proofs.tree import Tree, leaf_hash

ADDED = (
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "matched_vnd",
    "pending_vnd",
)
"""The figures that are sums over single lines."""
WIDTH_MIN = 256
"""How many vendors received on a day is nobody's business but the market's."""
_JOIN = "|"
_LINE_SALT = b"\x03"


class Line(NamedTuple):
    """A record that adds to a vendor's day, as roots name it, and what it adds (``ADDED``)."""

    record: str
    book: str
    outcome: str
    amount_vnd: int
    added: tuple[int, ...]


@dataclass(frozen=True)
class VendorLines:
    """The tree of a vendor's lines of one day.

    Args:
        seed: of this vendor and day, known to nobody else.
        lines: in any order.
    """

    seed: bytes
    lines: Sequence[Line]

    @cached_property
    def ordered(self) -> list[Line]:
        """The lines in the order of the tree."""
        return sorted(self.lines)

    @cached_property
    def tree(self) -> Tree:
        """The tree over the ordered lines."""
        leaves = [
            leaf_hash(self.salt(place), line_text(line)) for place, line in enumerate(self.ordered)
        ]
        return Tree(leaves, seed=self.seed)

    @property
    def root(self) -> str:
        """The root of the lines, as the vendor's leaf quotes it."""
        return self.tree.root.hex()

    def salt(self, place: int) -> bytes:
        """Return the salt of one line; it gives away no other line's."""
        return hashlib.sha256(_LINE_SALT + self.seed + place.to_bytes(4, "big")).digest()


class VendorFigures(NamedTuple):
    """A vendor's day as her leaf has it: figures by name, how many lines, and their root."""

    code: str
    figures: Mapping[str, int]
    lines: int
    lines_root: str


class DayTree:
    """The tree of a market's day.

    Args:
        secrets: whose keyed hashes are the salts; the same keys make the same tree again.
        market: the market's own figures by name.
    """

    def __init__(
        self,
        secrets: Sealer,
        scope: str,
        on: date,
        vendors: Iterable[VendorFigures],
        market: Mapping[str, int],
    ) -> None:
        self._place = (scope, on.isoformat())
        self._secrets = secrets
        leaves = [
            (self.salt(one.code), vendor_text(*self._place, one), one.code) for one in vendors
        ]
        leaves.append((self.salt(""), market_text(*self._place, market), ""))
        leaves.sort()  # by salt: where somebody stands tells nothing
        self._position = {code: place for place, (_, _, code) in enumerate(leaves)}
        seed = _secret(secrets, *self._place, "empty", "")
        hashes = [leaf_hash(salt, text) for salt, text, _ in leaves]
        self._tree = Tree(hashes, seed=seed, width_min=WIDTH_MIN)

    @property
    def root(self) -> str:
        """The root that the day's version seals."""
        return self._tree.root.hex()

    def salt(self, code: str) -> bytes:
        """Return the salt of a vendor's leaf; of the market's own for the empty code."""
        return _secret(self._secrets, *self._place, "leaf", code)

    def position(self, code: str) -> int:
        """Return where a vendor's leaf stands."""
        return self._position[code]

    def path(self, code: str) -> list[bytes]:
        """Return the neighbours that lead from a vendor's leaf to the root."""
        return self._tree.path(self._position[code])


def lines_seed(secrets: Sealer, scope: str, on: date, code: str) -> bytes:
    """Return the seed of the tree of a vendor's lines."""
    return _secret(secrets, scope, on.isoformat(), "lines", code)


def line_text(line: Line) -> str:
    """Return what a line's leaf says."""
    told = (line.record, line.book, line.outcome, line.amount_vnd, *line.added)
    return _JOIN.join(["line", *map(str, told)])


def vendor_text(scope: str, on: str, vendor: VendorFigures) -> str:
    """Return what a vendor's leaf says."""
    told = (scope, on, vendor.code, *_pairs(vendor.figures), vendor.lines, vendor.lines_root)
    return _JOIN.join(["vendor", *map(str, told)])


def market_text(scope: str, on: str, figures: Mapping[str, int]) -> str:
    """Return what the market's leaf says."""
    return _JOIN.join(["market", scope, on, *_pairs(figures)])


def _pairs(figures: Mapping[str, int]) -> list[str]:
    return [f"{name}={int(figures[name])}" for name in sorted(figures)]


def _secret(secrets: Sealer, *what: str) -> bytes:
    return bytes.fromhex(secrets.fingerprint(_JOIN.join(["day proof", *what])))
