"""Amounts as payloads write them. Nothing here is money of ours: ours is an ``int`` of đồng."""

import re
from decimal import Decimal

_AMOUNT = re.compile(r"[0-9]+(\.[0-9]*)?")
_PERCENT_MIN, _PERCENT_MAX = Decimal("0.01"), Decimal("99.99")


def is_amount(text: str) -> bool:
    """Return whether the text is digits with at most one dot after the first, and not zero.

    ``98.`` is legal; ``98,73``, ``1e5``, ``+9`` and digits of other scripts are not.
    Source: EMVCo QR Code Specification, Merchant-Presented Mode, v1.1, 4.7.5.
    """
    return _AMOUNT.fullmatch(text) is not None and text.strip("0.") != ""


def is_percentage(text: str) -> bool:
    """Return whether the text is a plain number from 00.01 to 99.99."""
    return _AMOUNT.fullmatch(text) is not None and _PERCENT_MIN <= Decimal(text) <= _PERCENT_MAX


def decimals(text: str) -> int:
    """Return how many digits stand after the dot; 0 without one."""
    return len(text.partition(".")[2])
