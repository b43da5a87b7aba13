"""What a vendor's ledger of consents comes to: pure rules, and the one function that derives them.

Source: domain.md sections 6.3 and 15. No purpose is agreed to by default, none brings another along,
and a vendor who refuses to have payments seen keeps the poster: the poster-only tier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from merchants.days import market_day
from merchants.kinds import ConsentPurpose

PURPOSES: tuple[ConsentPurpose, ...] = tuple(ConsentPurpose)
TAKING_PART = frozenset({ConsentPurpose.ONBOARDING, ConsentPurpose.POSTER})
"""Both are needed to be issued a poster; ``Vendor.consented_on`` tells since when both stand."""
SHEET_PURPOSES = frozenset(PURPOSES) - {ConsentPurpose.CONTACT}
"""What signing the paper list means whose day comes in the sheet column “Ngày đồng ý”: its heading
names these. Who strikes one out is withdrawn from it, on paper or on their own page."""
RENEWED = "renewed"
"""Stands for whoever recorded a withdrawal when a newer consent took the place of this one."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A row of the ledger as far as it decides anything."""

    purpose: ConsentPurpose
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentFacts:
    """What a ledger comes to."""

    standing: frozenset[ConsentPurpose]
    consented_on: date | None
    """The day since which both onboarding and poster are agreed to; ``None`` = not both."""
    is_poster_only: bool
    """The ledger speaks, and it does not allow payments to be seen."""


def consent_facts(ledger: Sequence[LedgerEntry]) -> ConsentFacts:
    """Return what a vendor's entries come to, in whatever order they are given."""
    since = {entry.purpose: entry.given_at for entry in ledger if entry.withdrawn_at is None}
    standing = frozenset(since)
    takes_part = standing >= TAKING_PART
    return ConsentFacts(
        standing=standing,
        consented_on=max(market_day(since[each]) for each in TAKING_PART) if takes_part else None,
        is_poster_only=bool(ledger) and ConsentPurpose.RECONCILIATION not in standing,
    )


def withdrawn_with(purposes: Iterable[ConsentPurpose]) -> frozenset[ConsentPurpose]:
    """Return what is withdrawn when these are: without being on the list nothing else may go on."""
    wanted = frozenset(purposes)
    if ConsentPurpose.ONBOARDING in wanted:
        return frozenset(PURPOSES)
    return wanted
