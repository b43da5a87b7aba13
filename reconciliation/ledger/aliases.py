"""What stands for an account in the ledger: its number is written nowhere there.

Rows, control totals and deliveries name an account by a keyed fingerprint and its last four
characters. A text that quotes the number (a file's name, a memo, a rejected row) keeps the tail.
"""

from functools import lru_cache
from typing import NamedTuple

from merchants.accounts import account_alias
from merchants.sealing import Sealer
from reconciliation.ledger.accounts import ANNOUNCERS, bank_named, seat_of
from reconciliation.ledger.known_banks import KnownBanks

QUOTED_LENGTH_MIN = 6
"""Shorter account names are left in texts: they would be found inside other words and numbers."""


class Place(NamedTuple):
    """The ledger an account belongs to, and what stands for the account there."""

    ledger: str
    alias: str


class Aliases:
    """What stands for accounts under the keys of one sealer.

    Args:
        banks: who knows the bank of an account that is told of without its bank; ``None`` = nobody.
    """

    def __init__(self, sealer: Sealer, banks: KnownBanks | None = None) -> None:
        self._sealer, self._banks = sealer, banks
        self._places: dict[tuple[str, str, str | None], Place] = {}

    def of(self, provider: str, account: str) -> str:
        """Return what the provider's own words of the account are kept under, wherever it lies.

        It follows from the bytes alone, so keys and content hashes can be made again from them.
        """
        return _alias(self._sealer, provider, account)

    def place(self, provider: str, account: str, bank: str | None) -> Place:
        """Return the account's place in the ledger of its bank.

        Args:
            bank: as the provider names it, ``None`` if it does not.
        """
        name = provider, account, bank
        if name not in self._places:
            self._places[name] = self._place(*name)
        return self._places[name]

    def _place(self, provider: str, account: str, bank: str | None) -> Place:
        found = None
        if provider in ANNOUNCERS and account:
            found = bank_named(bank) if bank else None
            if found is None and self._banks is not None:
                found = self._banks.bank_of(account)
        seat = seat_of(provider, found)
        return Place(seat.ledger, _alias(self._sealer, seat.institution, account))


@lru_cache(maxsize=10_000)
def _alias(sealer: Sealer, institution: str, account: str) -> str:
    # An account is named several times for each of its rows, and its rows keep coming.
    return account_alias(sealer, institution, account)


def without_account(text: str, account: str) -> str:
    """Return the text with the account's number reduced to its last four characters."""
    if len(account) < QUOTED_LENGTH_MIN:
        return text
    return text.replace(account, f"···{account[-4:]}")
