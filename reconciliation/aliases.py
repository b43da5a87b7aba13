"""What stands for an account in the ledger: its number is written nowhere there.

Rows, control totals and deliveries name an account by a keyed fingerprint and its last four
characters. A text that quotes the number (a file's name, a memo, a rejected row) keeps the tail.
"""

from merchants.accounts import account_alias
from merchants.sealing import Sealer
from reconciliation.ledgers import ledger_of

QUOTED_LENGTH_MIN = 6
"""Shorter account names are left in texts: they would be found inside other words and numbers."""


class Aliases:
    """The aliases of a batch; each account's is reckoned once."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._known: dict[tuple[str, str], str] = {}

    def of(self, provider: str, account: str) -> str:
        """Return the alias of the account in the ledger the provider tells about."""
        named = provider, account
        if named not in self._known:
            self._known[named] = account_alias(self._sealer, ledger_of(provider), account)
        return self._known[named]


def without_account(text: str, account: str) -> str:
    """Return the text with the account's number reduced to its last four characters."""
    if len(account) < QUOTED_LENGTH_MIN:
        return text
    return text.replace(account, f"···{account[-4:]}")
