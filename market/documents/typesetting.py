"""How every paper of this folder is set by Typst: its template, what it says, and its letters.

A font of the machine would look, and be, different elsewhere, so only the project's own are there.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import typst


class Letters(StrEnum):
    """A family of fonts; the value is the package that holds its folder ``fonts``."""

    PAGES = "qr"
    """That of the pages and posters."""
    OFFICE = "market.documents"
    """Tinos, in which offices write (Decree 30/2020/NĐ-CP, annex I)."""


def compiler_of(
    template: str, inputs: Mapping[str, str], *, letters: Letters = Letters.PAGES
) -> "typst.Compiler":
    """Return what sets a template of ``templates/``, named without its ending."""
    import typst

    templates = files("market.documents").joinpath("templates")
    return typst.Compiler(
        str(templates.joinpath(f"{template}.typ")),
        root=str(templates),
        font_paths=_fonts(letters),
        sys_inputs=dict(inputs),
    )


def typeset_pdf(
    template: str,
    inputs: Mapping[str, str],
    *,
    letters: Letters = Letters.PAGES,
    standard: Literal["ua-1"] | None = None,
) -> bytes:
    """Return a paper as PDF; the same words give the same bytes.

    Args:
        inputs: what the template reads by ``sys.inputs``.
        standard: ``ua-1`` for one that can be read aloud.

    Raises:
        AssertionError: Typst warns: the template asks for something that is not there.
    """
    compiler = compiler_of(template, inputs, letters=letters)
    content, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=standard)
    if warnings:
        raise AssertionError(f"the template {template} warns: {warnings[0].message}")
    assert isinstance(content, bytes)
    return content


@cache
def _fonts(letters: Letters) -> "typst.Fonts":
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(files(letters.value).joinpath("fonts"))],
    )
