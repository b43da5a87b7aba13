"""At which bank an account is when the payload does not say: as the settings or the register know it.

A payOS body, a SePay body of its Bankhub, an MT940 file name an account and no bank. The number alone
does not tell: many people have the same number, their phone's, at several banks. So it counts as known
only where ``CHO40_TOLD_BY`` names the bank's own statement, or where the acceptance points of exactly
one bank hold that number.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from merchants.accounts import FEED_OF_BIN, account_fingerprint
from merchants.sealing import Sealer
from merchants.tables import AcceptancePoint
from reconciliation.bulk import one_of, rows_of, table_of
from reconciliation.feeds.rules import PLAIN_RULES, FeedRules
from reconciliation.ledger.accounts import BIN_OF_FEED, bins


class KnownBanks:
    """The banks of accounts, looked up once each: one statement for each account nobody told of."""

    def __init__(self, session: Session, sealer: Sealer, rules: FeedRules = PLAIN_RULES) -> None:
        self._session, self._sealer, self._rules = session, sealer, rules
        self._known: dict[str, str | None] = {}

    def bank_of(self, account: str) -> str | None:
        """Return the BIN of the account's bank, ``None`` when none or several are known."""
        if account not in self._known:
            self._known[account] = self._by_settings(account) or self._by_register(account)
        return self._known[account]

    def _by_settings(self, account: str) -> str | None:
        told_by = self._rules.told_by.get(account)
        return BIN_OF_FEED.get(told_by.statement) if told_by else None

    def _by_register(self, account: str) -> str | None:
        hashes = {
            account_fingerprint(self._sealer, FEED_OF_BIN.get(bank, bank), account): bank
            for bank in bins()
        }
        point = table_of(AcceptancePoint).c
        wanted = sa.select(point.account_hash).where(
            one_of(self._session, point.account_hash, hashes)
        )
        found: list[Any] = list(rows_of(self._session, wanted.distinct()))
        return hashes[found[0].account_hash] if len(found) == 1 else None
