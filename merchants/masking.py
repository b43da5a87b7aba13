"""Texts without the numbers of phones and accounts that somebody quoted in them."""

import re

# Days have eight digits at most with signs between; phones and accounts more, or none between.
_NUMBER = re.compile(r"[0-9]{6,}|[0-9](?:[ .\-]?[0-9]){8,}")
_SHOWN = 3


def without_numbers(text: str) -> str:
    """Return the text with each number of a phone or account cut to its last three digits."""
    return _NUMBER.sub(lambda found: f"···{found[0][-_SHOWN:]}", text)
