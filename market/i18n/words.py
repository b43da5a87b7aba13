"""The words of the pages: Vietnamese in the templates, English from one small dictionary."""

from collections.abc import Callable
from enum import StrEnum

from market.i18n.english import ENGLISH

Translator = Callable[..., str]


class Lang(StrEnum):
    """The languages of the pages."""

    VI = "vi"
    EN = "en"


def translator(lang: Lang) -> Translator:
    """Return ``_(text, **values)``: the text in ``lang`` with its ``{values}`` filled in.

    A text the dictionary lacks stays Vietnamese; a test walks the templates so that none does.
    """

    def translate(text: str, **values: object) -> str:
        words = ENGLISH.get(text, text) if lang is Lang.EN else text
        return words.format(**values) if values else words

    return translate
