"""The lists of a survey on paper: one a market and person, A4 across, with empty boxes to fill in.

Nothing on them tells what anybody takes: a list that is lost tells where somebody was to be asked.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from market.documents.typesetting import typeset_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRow:
    """A stall to be asked, in the words of the paper."""

    number: str
    day: str
    stall: str
    zone: str
    goods: str
    quarter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveySheet:
    """One list: those to be asked, then those who may take the place of who refuses."""

    title: str
    market: str
    label: str
    rows: Sequence[SheetRow]
    reserve: Sequence[SheetRow]
    footer: str


def survey_sheets_pdf(sheets: Sequence[SurveySheet]) -> bytes:
    """Return the lists as one PDF, each beginning on a page of its own; the same lists, the same bytes."""
    return typeset_pdf(
        "survey_sheets",
        {"sheets": json.dumps([asdict(one) for one in sheets], ensure_ascii=False)},
    )
