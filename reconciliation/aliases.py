"""What stands for an account in the ledger: its number is written nowhere there.

Rows, control totals and deliveries name an account by a keyed fingerprint and its last four
characters. A text that quotes the number (a file's name, a memo, a rejected row) keeps the tail.
"""

from functools import lru_cache

from merchants.accounts import account_alias
from merchants.sealing import Sealer
from reconciliation.ledgers import ledger_of

QUOTED_LENGTH_MIN = 6
"""Shorter account names are left in texts: they would be found inside other words and numbers."""


class Aliases:
    """What stands for accounts under the keys of one sealer."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def of(self, provider: str, account: str) -> str:
        """Return the alias of the account in the ledger the provider tells about."""
        return _alias(self._sealer, ledger_of(provider), account)


@lru_cache(maxsize=10_000)
def _alias(sealer: Sealer, ledger: str, account: str) -> str:
    # An account is named several times for each of its rows, and its rows keep coming.
    return account_alias(sealer, ledger, account)


def without_account(text: str, account: str) -> str:
    """Return the text with the account's number reduced to its last four characters."""
    if len(account) < QUOTED_LENGTH_MIN:
        return text
    return text.replace(account, f"···{account[-4:]}")
