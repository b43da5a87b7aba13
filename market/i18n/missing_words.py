"""What a day still lacks, in the reader's language: closes keep the Vietnamese sentences they wrote."""

import re

from market.i18n.words import Translator
from merchants.sentences import Sentence
from reconciliation.close.missing_words import AND_OTHERS, BETWEEN, SENTENCES

_SHAPES = {"on": r"\d\d/\d\d/\d{4}", "rest": r"\d+"}
"""What may stand for a value; anything else may be any text."""


def missing_words(incomplete: str, _: Translator) -> str:
    """Return what a close lacks as one text, between semicolons."""
    return BETWEEN.join(_(one) for one in missing_sentences(incomplete))


def missing_sentences(incomplete: str) -> list[Sentence]:
    """Return what a close lacks, sentence by sentence; one that nobody knows is told as it is kept."""
    sentences: list[Sentence] = []
    for text in filter(None, incomplete.split(BETWEEN)):
        told = _read(text)
        if told is None and sentences:  # the name of a file may hold what stands between two
            whole = BETWEEN.join((sentences.pop(), text))
            told = _read(whole) or Sentence.in_both(whole, whole)
        sentences.append(told or Sentence.in_both(text, text))
    return sentences


def _read(text: str) -> Sentence | None:
    for template, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(text):
            values: dict[str, str | Sentence] = dict(found.groupdict())
            if many := _MANY.fullmatch(found.groupdict().get("accounts") or ""):
                values["accounts"] = Sentence(AND_OTHERS, **many.groupdict())
            return Sentence(template, **values)
    return None


def _pattern(template: str) -> re.Pattern[str]:
    """Return what a template looks like once it is filled in."""
    parts = re.split(r"\{(\w+)\}", template)
    shapes = (
        re.escape(part) if number % 2 == 0 else f"(?P<{part}>{_SHAPES.get(part, '.+?')})"
        for number, part in enumerate(parts)
    )
    return re.compile("".join(shapes), re.DOTALL)


_PATTERNS = {template: _pattern(template) for template in SENTENCES}
_MANY = _pattern(AND_OTHERS)
