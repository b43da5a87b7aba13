"""Which ledger an account belongs to: its bank's, whoever tells of it.

Casso, payOS and SePay announce what a bank books; camt, MT940 and the generic table are forms that many
banks write. The bank's own statement tells of the same money again. So the bank of the account decides,
and money counts once however many tell of it.
"""

from functools import cache, lru_cache
from types import MappingProxyType
from typing import NamedTuple

from merchants.accounts import FEED_OF_BIN
from qr.errors import UnknownParticipant
from qr.participants import find_participant, participants

ANNOUNCERS = frozenset({"sepay", "casso", "payos", "bank_camt", "bank_mt940", "generic"})
"""Providers that tell of accounts at any bank; every other one tells of its own ledger alone."""

BIN_OF_FEED = MappingProxyType({feed: bank for bank, feed in FEED_OF_BIN.items()})

REFERENCE_KEYED = frozenset(
    {"bank_vcb", "bank_mb", "bank_tcb", "bank_acb", "bank_msb", "bank_mt940", "generic"}
)
"""Bank files whose dedupe key is the bank's reference, which a bank may use again."""

_SWIFT_LETTERS = 8
_TOLD_BANKS_MAX = 1_000


class Seat(NamedTuple):
    """Where an account lies: its ledger, and the institution its number is a number of."""

    ledger: str
    institution: str
    """As ``merchants.accounts.Account.ledger`` names it for the acceptance points of the account."""


def seat_of(provider: str, bank: str | None) -> Seat:
    """Return where an account lies that a provider tells of.

    Args:
        bank: BIN of the bank; ``None`` = nobody knows it. What an announcer tells of an account at a
            bank whose statements are not read, or at no known bank, stays a ledger of its own.
    """
    if provider not in ANNOUNCERS or bank is None:
        return Seat(provider, provider)
    feed = FEED_OF_BIN.get(bank)
    return Seat(feed, feed) if feed else Seat(provider, bank)


@lru_cache(maxsize=_TOLD_BANKS_MAX)
def bank_named(told: str) -> str | None:
    """Return the BIN of the bank of that name, code, BIN or SWIFT code; ``None`` = no such bank."""
    swift = _bins_by_swift().get(told.strip().upper()[:_SWIFT_LETTERS])
    if swift is not None:
        return swift
    try:
        return find_participant(told).bin
    except UnknownParticipant:
        return None


@cache
def bins() -> frozenset[str]:
    """Return the BINs of all banks and wallets that have accounts."""
    return frozenset(one.bin for one in participants().values())


@cache
def _bins_by_swift() -> dict[str, str]:
    return {one.swift: one.bin for one in participants().values() if one.swift}
