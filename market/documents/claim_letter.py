"""A letter to a provider that asks it to look at fees again, with the payments it is about as annex.

It says what was charged, what the contract on file comes to, and asks; it states no fault. The form
is a person's request to an office; the layout follows Decree 30/2020/NĐ-CP, annex I, where it applies.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from market.documents.typesetting import Letters, typeset_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLetter:
    """Everything that is printed, as text."""

    title: str
    subject: str
    place_and_date: str
    to: str
    sender: Sequence[tuple[str, str]]
    """Name and value of what identifies the sender."""
    paragraphs: Sequence[str]
    day_header: Sequence[str]
    days: Sequence[Sequence[str]]
    day_total: Sequence[str]
    requests: Sequence[str]
    signer: str
    annex_title: str
    annex_header: Sequence[str]
    annex: Sequence[Sequence[str]]
    """A line feed in a cell ends a line."""
    annex_total: Sequence[str]
    notes: Sequence[str]


def claim_letter_pdf(letter: ClaimLetter) -> bytes:
    """Return the letter as PDF; the same letter gives the same bytes."""
    return typeset_pdf(
        "claim_letter",
        {"letter": json.dumps(asdict(letter), ensure_ascii=False)},
        letters=Letters.OFFICE,
    )
