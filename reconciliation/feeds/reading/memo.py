"""What the free text of a bank row says: the kind of movement, and who paid. Source: feeds.md 8.2."""

import itertools
import re

from reconciliation.feeds.reading.text import fold
from reconciliation.records import Direction, TransactionType

_WORD = re.compile("[A-Z]+|[0-9]+")
_FROM_ACCOUNT = re.compile(r"\bCT TU ([0-9]{6,19})\b")


def transaction_type(memo: str | None, direction: Direction) -> TransactionType:
    """Return the type of a bank row: the first rule that holds, words compared without accents.

    Words are longest runs of letters or of digits, so ``THUPHI`` is one word and no fee.
    """
    folded = fold(memo or "")
    if direction is Direction.CREDIT:
        may_be_payout = "DOI" in folded and "SOAT" in folded
        is_payout = may_be_payout and ("DOI", "SOAT") in itertools.pairwise(_WORD.findall(folded))
        return TransactionType.PAYOUT if is_payout else TransactionType.PAYMENT
    words = _WORD.findall(folded)
    if words[:1] == ["PHI"] or words[:2] == ["THU", "PHI"]:
        return TransactionType.FEE
    if words[:1] == ["HOAN"]:
        return TransactionType.REFUND
    return TransactionType.TRANSFER


def payer_account(memo: str | None) -> str | None:
    """Return the account after ``CT tu`` in a transfer memo, ``None`` when it names none."""
    found = _FROM_ACCOUNT.search(fold(memo or ""))
    return found[1] if found else None
