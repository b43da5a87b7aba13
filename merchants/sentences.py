"""A sentence for people: Vietnamese as it is, and what it was made of, so that it can be told anew.

What the register refuses is told in Vietnamese. Whoever reads English is told the same sentence from
the catalogue of the pages, which knows the template and not the filled-in text.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

_SEPARATORS: Mapping[type, str] = MappingProxyType({tuple: ", ", list: "; "})


class Sentence(str):
    """A Vietnamese text that remembers its template and the values filled into it.

    It is a ``str``: logs, JSON and comparisons take it for the Vietnamese text it is.
    """

    __slots__ = ("english", "is_begun", "template", "values")

    template: str
    values: Mapping[str, Any]
    english: str
    """The same in English, of a text from a package that knows both; else empty."""
    is_begun: bool
    """Whether it stands at the beginning, with a capital letter in whichever language."""

    def __new__(cls, template: str, /, **values: Any) -> "Sentence":
        """Return the template with its ``{values}`` filled in.

        A value may be a sentence itself; of several a tuple is told with commas between, a list
        with semicolons.
        """
        return _made(template, values, is_begun=False)

    @classmethod
    def of(cls, text: str) -> "Sentence":
        """Return a text as a sentence: itself, or one without values."""
        return text if isinstance(text, Sentence) else cls(text)

    @classmethod
    def in_both(cls, vietnamese: str, english: str) -> "Sentence":
        """Return a text that brings its English along and is in no catalogue."""
        told = cls(vietnamese)
        told.english = english
        return told

    def begun(self) -> "Sentence":
        """Return the same sentence beginning with a capital letter."""
        return _made(self.template, self.values, is_begun=True, english=self.english)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make the same sentence again, in another process."""
        return _made, (self.template, dict(self.values), self.is_begun, self.english)


def fill_in(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with its values."""
    if not values:
        return template
    return template.format(
        **{
            name: _SEPARATORS[type(value)].join(map(str, value))
            if type(value) in _SEPARATORS
            else value
            for name, value in values.items()
        }
    )


def first_upper(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def _made(template: str, values: Mapping[str, Any], is_begun: bool, english: str = "") -> Sentence:
    text = fill_in(template, values)
    made = str.__new__(Sentence, first_upper(text) if is_begun else text)
    made.template, made.values = template, MappingProxyType(dict(values))
    made.is_begun, made.english = is_begun, english
    return made
