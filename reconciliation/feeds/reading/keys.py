"""Dedupe keys of bank rows, also where the bank's reference is missing or used twice.

Source: feeds.md section 9.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from reconciliation.feeds.reading.refusal import RowRefused
from reconciliation.records import Direction, Transaction


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
    day = "" if booked_on is None else booked_on.isoformat()
    balance = "" if balance_after is None else balance_after
    text = f"{day}|{direction.value}|{amount}|{balance}|{reference or ''}|{description or ''}"
    return sha256(text.encode()).hexdigest()[:32]


@dataclass(slots=True)
class BankKeys:
    """Gives the rows of one file their keys in file order, ``{provider}:{account}:{reference}``.

    An empty reference, or one that an earlier row of the file took, gets the h-form
    ``{provider}:{account}:h:{h}:{n}``: the n-th accepted row of the file with that h, whatever
    key the ones before it got.

    Where a bank uses references over and over (``trusts_references`` false), every row has the
    h-form.
    """

    provider: str
    account: str
    trusts_references: bool = True
    _references: set[str] = field(default_factory=set)
    _digests: Counter[str] = field(default_factory=Counter)

    def take(self, reference: str | None) -> None:
        """Note the reference of a quarantined row: it is taken, the row itself counts in no n."""
        if reference:
            self._references.add(reference)

    def key(self, reference: str | None, digest: str) -> str:
        """Return the key of the next row of the file."""
        self._digests[digest] += 1
        if reference and self.trusts_references and reference not in self._references:
            self._references.add(reference)
            return f"{self.provider}:{self.account}:{reference}"
        return f"{self.provider}:{self.account}:h:{digest}:{self._digests[digest]}"


@dataclass(slots=True)
class UniqueIds:
    """Sees that an id that is a row's whole key names one movement in one file.

    A second row under it would replace the first in the ledger. The same row in another sheet of
    the same workbook is a repetition and passes.
    """

    _rows: dict[str, tuple[str | None, int]] = field(default_factory=dict)

    def check(self, transaction: Transaction) -> None:
        """Note a row; raise ``RowRefused`` (``reference``) when its key named another before."""
        key, told = transaction.dedupe_key, (transaction.case, hash(_content(transaction)))
        known = self._rows.get(key)
        if known is None:
            self._rows[key] = told
        elif known[0] == told[0] or known[1] != told[1]:
            raise RowRefused("reference", f"{key} stands in the file twice")


def _content(transaction: Transaction) -> Hashable:
    return (
        transaction.direction,
        transaction.amount,
        transaction.status,
        transaction.occurred_at,
        transaction.description,
    )
