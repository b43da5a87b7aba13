"""The words of the pages: Vietnamese in the templates, English from one small dictionary."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from market.i18n.english import ENGLISH
from market.i18n.english.singular import ONE
from merchants.sentences import Sentence, fill_in, first_upper

Translator = Callable[..., str]


class Lang(StrEnum):
    """The languages of the pages."""

    VI = "vi"
    EN = "en"


def translator(lang: Lang) -> Translator:
    """Return ``_(text, **values)``: the text in ``lang`` with its ``{values}`` filled in.

    A ``Sentence`` brings its values along, and those that are sentences are translated too. A text
    the dictionary lacks stays Vietnamese; tests walk the templates and the refusals so that none
    does.
    """

    def translate(text: str, /, **values: Any) -> str:
        if isinstance(text, Sentence):
            parts = {name: told(one) for name, one in text.values.items()}
            is_known = lang is Lang.EN and text.english
            whole = text.english if is_known else translate(text.template, **parts)
            return first_upper(whole) if text.is_begun else whole
        return fill_in(_english(text, values) if lang is Lang.EN else text, values)

    def told(value: Any) -> Any:
        if isinstance(value, tuple | list):
            return type(value)(told(one) for one in value)
        return translate(value) if isinstance(value, Sentence) else value

    return translate


def _english(text: str, values: Mapping[str, Any]) -> str:
    """Return the English of a text, in the singular where it tells of one."""
    if text in ONE and str(values.get("n")) == "1":
        return ONE[text]
    return ENGLISH.get(text, text)
