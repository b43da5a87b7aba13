"""What a movement is in the ledger it belongs to, when its announcer tells no more than in or out.

SePay calls every credit a payment and every debit a transfer. The bank's own statement knows fees,
refunds and the settlements of wallets by their remarks, so the same rule is read over the webhook's
remark; otherwise a wallet's payout would count as a sale twice, at the wallet and at the bank.
Source: feeds.md 8.2.
"""

from reconciliation.feeds.reading.memo import transaction_type
from reconciliation.records import Direction

_TELLS_NO_TYPE = "sepay"


def type_in_ledger(provider: str, told: str, direction: str, memo: str | None) -> str:
    """Return the type of a movement as its ledger would tell it."""
    if provider != _TELLS_NO_TYPE:
        return str(told)
    return str(transaction_type(memo, Direction(direction)))
