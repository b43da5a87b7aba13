"""A form as it was sent: what was typed, what is wrong with it, and the page that shows both again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from market.i18n import Lang, Translator, translator
from market.pages.rendering import lang_of
from market.security.bodies import form_of
from market.security.row_ids import ROW_ID_MAX
from merchants.files.csv_text import clean_text, hostile_character
from merchants.sentences import Sentence, first_upper


@dataclass(slots=True)
class Form:
    """What somebody typed, by field; a page given the form shows every value again."""

    values: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """By field, one sentence in plain Vietnamese each: what is wrong by how much, what to do."""
    told_by: Translator = field(default_factory=lambda: translator(Lang.VI), repr=False)
    """Tells the sentences in the reader's language."""

    @classmethod
    def showing(cls, **values: object) -> "Form":
        """Return the form of a page opened anew, filled with what is known."""
        return cls({name: ["" if value is None else str(value)] for name, value in values.items()})

    def value(self, name: str) -> str:
        """Return a field's text in NFC without spaces around it; empty when it was not sent."""
        return clean_text((self.values.get(name) or [""])[0])

    def exactly(self, name: str) -> str:
        """Return a field's text to the letter, for passwords; empty when it was not sent."""
        return (self.values.get(name) or [""])[0]

    def all(self, name: str) -> list[str]:
        """Return every value of a field that may come more than once, such as ticked boxes."""
        return [clean_text(value) for value in self.values.get(name, [])]

    def numbers(self, name: str) -> list[int]:
        """Return the values of a hidden or ticked field that are numbers of rows."""
        told = [text for text in self.all(name) if text.isascii() and text.isdigit()]
        return [number for number in map(int, told) if 0 < number <= ROW_ID_MAX]

    def is_ticked(self, name: str) -> bool:
        """Return whether a box was ticked."""
        return bool(self.value(name))

    def error(self, name: str) -> str:
        """Return what is wrong with a field, as the reader is told it; empty = nothing."""
        return first_upper(self.told_by(self.errors[name])) if name in self.errors else ""

    def keep(self, name: str, text: str) -> None:
        """Let the page that shows the form again carry a text on, beside what was typed."""
        self.values = {**self.values, name: [text]}

    def refuse(self, name: str, sentence: str) -> None:
        """Say what is wrong with a field, in Vietnamese; the first thing said stays."""
        self.errors.setdefault(name, sentence)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield the fields and what the reader is told of each, in the order they were found."""
        return ((name, self.error(name)) for name in self.errors)


_HIDDEN = "Có ký tự ẩn {character} làm chữ hiện sai: đã bỏ ký tự này, xem lại rồi bấm lần nữa"


async def _read_form(request: Request) -> Form:
    sent = await form_of(request)
    texts: dict[str, list[str]] = {}
    files: dict[str, UploadFile] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files[name] = value
        else:
            texts.setdefault(name, []).append(value)
    form = Form(texts, files, told_by=translator(lang_of(request)))
    for name, typed in texts.items():
        if found := next(filter(None, map(hostile_character, typed)), ""):
            form.refuse(name, Sentence(_HIDDEN, character=found))
    return form


Sent = Annotated[Form, Depends(_read_form)]
"""The form a POST carries. Its ``csrf`` field has been checked before the route runs.

A field with a character that turns the direction of writing is refused from the start: the value
shown again is without it.
"""


def see_other(path: str) -> RedirectResponse:
    """Return the answer after a form was carried out: reloading the next page sends nothing again."""
    return RedirectResponse(path, status_code=303)
