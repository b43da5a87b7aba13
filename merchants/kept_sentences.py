"""Sentences as they are kept in a column, so that they can still be told in another language."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from merchants.sentences import Sentence

_TEMPLATE, _VALUES, _BEGUN, _DAY, _COMMAS, _SEMICOLONS = "say", "with", "begun", "day", "and", "or"


def write_sentences(
    told: Iterable[str], *, change: Callable[[str], str] = lambda text: text
) -> str:
    """Return texts as JSON; ``change`` is given each text that is filled into a sentence."""
    return json.dumps([_written(Sentence.of(each), change) for each in told], ensure_ascii=False)


def read_sentences(kept: str) -> list[Sentence]:
    """Return what was kept; a plain text is a sentence without values."""
    return [Sentence.of(_read(each)) for each in json.loads(kept)]


def _written(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case Sentence():
            values = {name: _written(each, change) for name, each in value.values.items()}
            told: dict[str, Any] = {_TEMPLATE: value.template}
            if not values:
                told[_TEMPLATE] = change(value.template)
            return (
                told
                | ({_VALUES: values} if values else {})
                | ({_BEGUN: True} if value.is_begun else {})
            )
        case str():
            return change(value)
        case date():
            return {_DAY: value.isoformat()}
        case tuple():
            return {_COMMAS: [_written(each, change) for each in value]}
        case list():
            return {_SEMICOLONS: [_written(each, change) for each in value]}
    return value


def _read(value: Any) -> Any:
    match value:
        case {"say": template}:
            values = {name: _read(each) for name, each in value.get(_VALUES, {}).items()}
            told = Sentence(template, **values)
            return told.begun() if value.get(_BEGUN) else told
        case {"day": text}:
            return date.fromisoformat(text)
        case {"and": parts}:
            return tuple(_read(each) for each in parts)
        case {"or": parts}:
            return [_read(each) for each in parts]
    return value
