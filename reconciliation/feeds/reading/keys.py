"""Dedupe keys of bank rows, also where the bank's reference is missing or used twice.

Source: feeds.md section 9.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from reconciliation.records import Direction


def row_digest(
    *,
    booked_on: date | None,
    direction: Direction,
    amount: int,
    balance_after: int | None,
    reference: str | None,
    description: str | None,
) -> str:
    """Return the ``h`` of a row: 32 hex digits over what the row says, empty text for what it does not."""
    parts = (booked_on, direction.value, amount, balance_after, reference, description)
    text = "|".join("" if part is None else str(part) for part in parts)
    return sha256(text.encode()).hexdigest()[:32]


@dataclass(slots=True)
class BankKeys:
    """Gives the rows of one file their keys in file order, ``{provider}:{account}:{reference}``.

    An empty reference, or one that an earlier row of the file took, gets the h-form
    ``{provider}:{account}:h:{h}:{n}``: the n-th accepted row of the file with that h, whatever
    key the ones before it got.
    """

    provider: str
    account: str
    _references: set[str] = field(default_factory=set)
    _digests: Counter[str] = field(default_factory=Counter)

    def take(self, reference: str | None) -> None:
        """Note the reference of a quarantined row: it is taken, the row itself counts in no n."""
        if reference:
            self._references.add(reference)

    def key(self, reference: str | None, digest: str) -> str:
        """Return the key of the next row of the file."""
        self._digests[digest] += 1
        if reference and reference not in self._references:
            self._references.add(reference)
            return f"{self.provider}:{self.account}:{reference}"
        return f"{self.provider}:{self.account}:h:{digest}:{self._digests[digest]}"
