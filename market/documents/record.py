"""A record as a readable PDF: a heading, sections of facts and of tables, pages numbered."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from market.documents.typesetting import typeset_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSection:
    """A heading with what stands under it: facts (name, value), then a table, then a remark."""

    title: str
    lede: str = ""
    facts: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    widths: Sequence[float] = ()
    """Shares of the page's width, one a column; empty = all alike."""
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What is printed; ``lang`` is the language of its words."""

    title: str
    subtitle: str
    lede: str
    footer: str
    sections: Sequence[RecordSection]
    page_word: str = "Trang {page}/{pages}"
    nothing: str = "Không có"
    lang: str = "vi"


def record_pdf(record: Record) -> bytes:
    """Return the record as PDF on A4; the same record gives the same bytes."""
    before, _, after = record.page_word.partition("{page}")
    words = {"page_words": [before, *after.split("{pages}")]}
    return typeset_pdf("record", {"record": json.dumps(asdict(record) | words, ensure_ascii=False)})
