"""A money report as a sheet of paper: one figure, how it comes about, tables, what it rests on.

The sheet holds words and nothing to compute: the same sheet is printed by Typst and shown on a
terminal. A4 is for printing and filing; the phone's page is as wide as a screen and as long as needed.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from market.documents.typesetting import typeset_pdf


class Paper(StrEnum):
    """What the sheet is laid out for."""

    A4 = "a4"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSum:
    """A sum told part by part, the last line being what the parts come to."""

    title: str
    parts: Sequence[tuple[str, str]]
    total: tuple[str, str]
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table; ``numbers`` are the columns (from 0) set to the right, ``total`` its last row."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int]
    total: Sequence[str] = ()
    remark: str = ""
    nothing: str = ""
    """What is said in place of a table without rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneySheet:
    """What is printed; ``lang`` is the language of its words."""

    title: str
    who: Sequence[str]
    label: str
    figure: str
    """The one amount the sheet is about; empty = there is none yet, ``label`` says why."""
    status: Sequence[str]
    """How sure the figure is, a sentence each."""
    sums: Sequence[SheetSum]
    tables: Sequence[SheetTable]
    notes: Sequence[str]
    footer: str
    page_words: tuple[str, str, str]
    """What stands before, between and behind page and pages."""
    lang: str


def money_sheet_pdf(sheet: MoneySheet, paper: Paper = Paper.A4) -> bytes:
    """Return the sheet as PDF; the same sheet gives the same bytes."""
    return typeset_pdf(
        "money_sheet",
        {"sheet": json.dumps(asdict(sheet), ensure_ascii=False), "paper": paper.value},
    )
