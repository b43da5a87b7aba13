"""Read the fields of the campaigns' forms, and hand faults found further down back to their fields."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from market.pages.forms import Form
from merchants.errors import EntryRefused
from merchants.sentences import Sentence

Kind = TypeVar("Kind", bound=StrEnum)
_UNSAID = frozenset({"csrf", "once", "lang"})


def day_in(form: Form, field: str, *, needed: str = "") -> date | None:
    """Return the day typed into a field; say what is wrong with anything else.

    ``needed`` is the sentence said when nothing was typed; empty = it may be.
    """
    text = form.value(field)
    if not text:
        if needed:
            form.refuse(field, needed)
        return None
    year, _, rest = text.partition("-")
    if "/" in text:
        day, _, rest = text.partition("/")
        month, _, year = rest.partition("/")
    else:
        month, _, day = rest.partition("-")
    try:
        return date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        form.refuse(
            field, Sentence("Ghi “{text}”, cần ngày/tháng/năm như 05/11/2026", text=text[:20])
        )
        return None


def number_in(form: Form, field: str, *, needed: str = "") -> int | None:
    """Return the whole number typed into a field; say what is wrong with anything else."""
    text = form.value(field)
    if not text:
        if needed:
            form.refuse(field, needed)
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        form.refuse(field, Sentence("Ghi “{text}”, cần một số nguyên", text=text[:20]))
        return None
    return int(text)


def kind_in(form: Form, field: str, kinds: type[Kind], *, needed: str = "") -> Kind | None:
    """Return the choice made in a field; say what is wrong when none or an unknown one was."""
    text = form.value(field)
    if text in [kind.value for kind in kinds]:
        return kinds(text)
    if text or needed:
        form.refuse(field, needed or "Chọn một mục trong danh sách")
    return None


def tell(form: Form, refusal: EntryRefused, fields: Mapping[str, str]) -> None:
    """Put faults beside the fields they are about; ``fields`` by the name the register uses."""
    for name, sentence in refusal.faults.items():
        form.refuse(fields.get(name, name), sentence)


def content_of(form: Form, *about: object) -> str:
    """Return what a form says, to tell the same form sent twice from another one."""
    said = [
        f"{name}={value}"
        for name in sorted(form.values)
        if name not in _UNSAID
        for value in form.values[name]
    ]
    return "\n".join([*(str(part) for part in about), *said])
