"""What a vendor's ledger of consents comes to: pure rules, and the one function that derives them.

Source: domain.md sections 6.3 and 15. No purpose is agreed to by default, none brings another along,
and a vendor who refuses to have payments seen keeps the poster: the poster-only tier.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from merchants.days import market_day
from merchants.kinds import ConsentChannel, ConsentPurpose

PURPOSES: tuple[ConsentPurpose, ...] = tuple(ConsentPurpose)
TAKING_PART = frozenset({ConsentPurpose.ONBOARDING, ConsentPurpose.POSTER})
"""Both are needed to be issued a poster; ``Vendor.consented_on`` tells since when both stand."""
SHEET_PURPOSES = frozenset(PURPOSES) - {ConsentPurpose.CONTACT}
"""What signing the paper list means whose day comes in the sheet column “Ngày đồng ý”: its heading
names these. Who strikes one out is withdrawn from it, on paper or on their own page."""
WITNESSED = frozenset({ConsentChannel.SIGNATURE, ConsentChannel.SPOKEN})
"""The ways staff record: as for an account, somebody else's word needs its paper and a witness."""
PROOF_NEEDED = {
    "is_read_aloud": "Đồng ý bằng lời thì cần đọc to thông báo rồi đánh dấu ô này",
    "evidence_sha256": "Chưa có ảnh giấy đã ký hoặc bản ghi âm",
    "witness": "Chưa ghi ai chứng kiến",
}
"""What people are told that a proof lacks, by field of ``ConsentProof``."""
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


def lacking_proof(
    channel: ConsentChannel, *, is_read_aloud: bool, has_evidence: bool, has_witness: bool
) -> tuple[str, ...]:
    """Return what a consent lacks to be proved, as fields of ``ConsentProof``; empty = nothing.

    The same for a signed paper and for the spoken word as ``change_rules`` asks of the confirmation
    of an account: what proves it, and who was there. The PIN proves itself, a sheet is the list
    people signed.
    """
    if channel not in WITNESSED:
        return ()
    needs = (
        ("is_read_aloud", is_read_aloud or channel is not ConsentChannel.SPOKEN),
        ("evidence_sha256", has_evidence),
        ("witness", has_witness),
    )
    return tuple(field for field, is_there in needs if not is_there)


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
