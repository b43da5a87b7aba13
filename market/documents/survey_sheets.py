"""The lists of a survey on paper: one a market and person, A4 across, with empty boxes to fill in.

Nothing on them tells what anybody takes: a list that is lost tells where somebody was to be asked.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import typst


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
    templates = files("market").joinpath("documents", "templates")
    compiler = typst.Compiler(
        str(templates.joinpath("survey_sheets.typ")),
        root=str(templates),
        font_paths=_fonts(),
        sys_inputs={"sheets": json.dumps([asdict(sheet) for sheet in sheets], ensure_ascii=False)},
    )
    content, warnings = compiler.compile_with_warnings(format="pdf")
    if warnings:
        raise AssertionError(f"the template of survey sheets warns: {warnings[0].message}")
    assert isinstance(content, bytes)
    return content


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("qr").joinpath("fonts"))],
    )
