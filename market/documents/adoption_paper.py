"""The report of a period as an administrative document on A4, set by Typst in Tinos.

Source: Decree 30/2020/NĐ-CP, annex I: margins, type, headings, page numbers, recipients, signature.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from market.documents.typesetting import Letters, typeset_pdf

FONT = "Tinos"


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table with its caption; cells are text as it is printed."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    text_columns: Sequence[int] = ()
    """Columns set flush left like the first; all others are numbers."""
    has_total: bool = False
    """The last row is the sum of those above it."""
    size_pt: float = 11.5


@dataclass(frozen=True, slots=True)
class PaperChart:
    """A chart with its caption, and what it says to who does not see it."""

    caption: str
    alt: str
    svg: str
    """With its own colours, its texts in ``FONT``."""


@dataclass(frozen=True, slots=True)
class ChartRow:
    """Charts side by side, each drawn for its share of the width."""

    charts: Sequence[PaperChart]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in smaller type."""

    text: str


Part = Heading | Note | PaperTable | PaperChart | ChartRow | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Everything that is printed."""

    above: str
    """The body above the issuer, ``UBND xã Mậu A``; may be empty."""
    issuer: str
    place_and_date: str
    title: str
    period: str
    status: str
    parts: Sequence[Part] = field(default_factory=tuple)
    copies: Sequence[str] = ()
    signer: str = "Thủ trưởng đơn vị"


def paper_pdf(paper: Paper) -> bytes:
    """Return the paper as tagged PDF with its fonts in it; the same paper gives the same bytes."""
    charts: dict[str, str] = {}
    parts = [_part(each, charts) for each in paper.parts]
    told = {
        "above": paper.above,
        "issuer": paper.issuer,
        "place-and-date": paper.place_and_date,
        "title": paper.title,
        "period": paper.period,
        "status": paper.status,
        "parts": parts,
        "copies": list(paper.copies),
        "signer": paper.signer,
    }
    return typeset_pdf(
        "adoption",
        {"paper": json.dumps(told, ensure_ascii=False), **charts},
        letters=Letters.OFFICE,
        standard="ua-1",
    )


def _part(part: Part, charts: dict[str, str]) -> Mapping[str, object]:
    if isinstance(part, PaperChart):
        return {"kind": "charts", "charts": [_chart(part, charts)]}
    if isinstance(part, ChartRow):
        return {"kind": "charts", "charts": [_chart(each, charts) for each in part.charts]}
    if isinstance(part, PaperTable):
        last = len(part.rows) - 1
        return {
            "kind": "table",
            "table": {
                "caption": part.caption,
                "header": list(part.header),
                "rows": [
                    [
                        {"text": text, "strong": place == 0 or (part.has_total and at == last)}
                        for place, text in enumerate(row)
                    ]
                    for at, row in enumerate(part.rows)
                ],
                "widths": list(part.widths),
                "text-columns": list(part.text_columns),
                "size": part.size_pt,
            },
        }
    if isinstance(part, str):
        return {"kind": "text", "text": part}
    return {"kind": "heading" if isinstance(part, Heading) else "note", **asdict(part)}


def _chart(chart: PaperChart, charts: dict[str, str]) -> Mapping[str, str]:
    name = f"chart-{len(charts)}"
    charts[name] = chart.svg
    return {"caption": chart.caption, "alt": chart.alt, "name": name}
