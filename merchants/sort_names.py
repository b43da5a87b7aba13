"""Put Vietnamese names in order, and find them without their marks.

People are called and listed by the given name, which is written last. Letters come in the order of
the Vietnamese alphabet, where ă, â, ê, ô, ơ, ư and đ are letters of their own; the tone decides only
between words of the same letters. Source: domain.md section 6.1, architecture.md section 5.
"""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# f, j, w and z, which only foreign names have, stand where dictionaries put them.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = (
    "",
    "\N{COMBINING GRAVE ACCENT}",
    "\N{COMBINING HOOK ABOVE}",
    "\N{COMBINING TILDE}",
    "\N{COMBINING ACUTE ACCENT}",
    "\N{COMBINING DOT BELOW}",
)
_SHAPES = "\N{COMBINING BREVE}\N{COMBINING CIRCUMFLEX ACCENT}\N{COMBINING HORN}"

_END_OF_LETTERS = "00"
_LETTER_RANK = {letter: f"{50 + at}" for at, letter in enumerate(_ALPHABET)}
_LETTER_RANK |= {digit: f"{20 + at}" for at, digit in enumerate("0123456789")}
_OTHER_LETTER = "99"
_TONE_RANK = {tone: at for at, tone in enumerate(_TONES)}
_APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}`"
_KEY_LENGTH = 400
_SEARCH_LENGTH = 300


def sort_key(name: str) -> str:
    """Return text that orders names the Vietnamese way when it is compared byte by byte.

    The given name (last word) decides first, then the words before it from the left; in each word
    first the letters, then its tone: ngang, huyền, hỏi, ngã, sắc, nặng. Upper and lower case, NFC
    and NFD, ``hoà`` and ``hòa`` are equal. The key is made of digits alone, because that is the one
    alphabet which every collation of PostgreSQL orders as SQLite does.
    """
    words = _words(name)
    return "".join(_word_key(word) for word in [*words[-1:], *words[:-1]])[:_KEY_LENGTH]


def search_text(*names: str) -> str:
    """Return the names in lower case without marks, đ as d, one space between words."""
    plain = "".join(_without_marks(" ".join(names)))
    return " ".join(unicodedata.normalize("NFC", plain).split())[:_SEARCH_LENGTH]


def _words(name: str) -> list[str]:
    text = unicodedata.normalize("NFC", name).lower()
    kept = (
        each if each.isalnum() or unicodedata.combining(each) else " "
        for each in text
        if each not in _APOSTROPHES
    )
    return "".join(kept).split()


@lru_cache(maxsize=2**14)
def _word_key(word: str) -> str:
    ranks, tone = [], 0
    for letter, marks in _letters(word):
        shape = next((mark for mark in marks if mark in _SHAPES), "")
        shaped = unicodedata.normalize("NFC", letter + shape)
        ranks.append(_LETTER_RANK.get(shaped) or _LETTER_RANK.get(letter, _OTHER_LETTER))
        tone = max([tone, *(_TONE_RANK.get(mark, 0) for mark in marks)])
    return "".join(ranks) + _END_OF_LETTERS + str(tone)


def _letters(word: str) -> Iterator[tuple[str, str]]:
    """Yield each letter with its combining marks."""
    letter, marks = "", ""
    for each in unicodedata.normalize("NFD", word):
        if unicodedata.combining(each):
            marks += each
            continue
        if letter:
            yield letter, marks
        letter, marks = each, ""
    if letter:
        yield letter, marks


def _without_marks(text: str) -> Iterator[str]:
    for each in unicodedata.normalize("NFD", text.lower()):
        if each == "đ":
            yield "d"
        elif not unicodedata.combining(each):
            yield each
