"""Text that orders stall codes as one walks: 2 before 10, also where the database compares.

``merchants.stalls.floor`` says what the order is; this is the same order as one column.
"""

import re

_DIGITS = re.compile(r"([0-9]+)")
_END_OF_WORD = "000"
_ASCII_END = 128
_BEHIND_ASCII = "999"


def code_order(code: str) -> str:
    """Return text that orders stall codes when it is compared byte by byte.

    Numbers inside a code count as numbers; of equal ones that with more zeros before it comes first.
    The text is made of digits alone, because that is the one alphabet which every collation of
    PostgreSQL orders as SQLite does.
    """
    parts = _DIGITS.split(code.casefold())  # words at even places, numbers between them
    return "".join(
        _number_order(part) if place % 2 else _word_order(part) for place, part in enumerate(parts)
    )


def _word_order(word: str) -> str:
    return "".join(map(_letter_order, word)) + _END_OF_WORD


def _letter_order(letter: str) -> str:
    at = ord(letter)
    return f"{at + 1:03d}" if at < _ASCII_END else f"{_BEHIND_ASCII}{at:07d}"


def _number_order(digits: str) -> str:
    """Return how long a number is, the number, and how many zeros stood before it."""
    number = digits.lstrip("0")
    zeros = len(digits) - len(number)
    return f"{len(number):02d}{number}{99 - zeros if number else zeros:02d}"
