"""Accounts that wallets hold at a bank, told by the bank and their first letters.

Money sent there without the wallet's own reference is nobody's.
"""

_MOMO = (("970454", "99MM"), ("970426", "MOMO"))
_ZALOPAY = (("970454", "99ZP"),)


def is_momo_account(bin_: str, account: str) -> bool:
    """Return whether the account is one of MoMo's at BVBank or MSB."""
    return _is_among(_MOMO, bin_, account)


def is_zalopay_account(bin_: str, account: str) -> bool:
    """Return whether the account is one of ZaloPay's at BVBank."""
    return _is_among(_ZALOPAY, bin_, account)


def is_wallet_account(bin_: str, account: str) -> bool:
    """Return whether the account is a wallet's at some bank."""
    return is_momo_account(bin_, account) or is_zalopay_account(bin_, account)


def _is_among(beginnings: tuple[tuple[str, str], ...], bin_: str, account: str) -> bool:
    return any(bin_ == bank and account.upper().startswith(first) for bank, first in beginnings)
