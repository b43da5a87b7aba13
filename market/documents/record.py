"""A record as a readable PDF: a heading, sections of facts and of tables, pages numbered."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import typst


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
    templates = files("market").joinpath("documents", "templates")
    before, _, after = record.page_word.partition("{page}")
    compiler = typst.Compiler(
        str(templates.joinpath("record.typ")),
        root=str(templates),
        font_paths=_fonts(),
        sys_inputs={
            "record": json.dumps(
                asdict(record) | {"page_words": [before, *after.split("{pages}")]},
                ensure_ascii=False,
            )
        },
    )
    content, warnings = compiler.compile_with_warnings(format="pdf")
    if warnings:
        raise AssertionError(f"the record template warns: {warnings[0].message}")
    assert isinstance(content, bytes)
    return content


@cache
def _fonts() -> typst.Fonts:
    # The pages' own family: a font of the machine would look, and be, different elsewhere.
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files("qr").joinpath("fonts"))],
    )
