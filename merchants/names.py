"""Compare the name a bank shows for an account with the name the register holds.

The poster shows the holder's name and asks payers to check it, and account names must be the
vendor's or the household business's own (rule of 01/03/2026, domain.md section 7).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from merchants.kinds import NameMatch
from qr.text import fold_to_ascii

_BEST_FIRST = (NameMatch.EXACT, NameMatch.NORMALISED, NameMatch.PARTIAL, NameMatch.MISMATCH)
# Punctuation that the fold would drop without leaving a space: "A/B" are two words.
_PUNCTUATION = re.compile(r"""[!-,/:-@\[-`{-~]|\s""")
_BETWEEN_WORDS = re.compile(r"[^A-Z0-9]")
_HOUSEHOLD_BUSINESS = ("HKD", "HO KINH DOANH")


def best_match(holder: str, registered: Iterable[str]) -> NameMatch:
    """Return the best match of the holder's name with any of the registered names."""
    matches = {compare_names(holder, name) for name in registered}
    return next((match for match in _BEST_FIRST if match in matches), NameMatch.MISMATCH)


def compare_names(holder: str, registered: str) -> NameMatch:
    """Return how two names compare; the order of the two does not matter.

    - ``exact``: equal but for case and spaces;
    - ``normalised``: equal in the upper-case ASCII banks keep (``HKD`` is ``HO KINH DOANH``);
    - ``partial``: the words of one, two at least, stand in the other in the same order and both end
      in the same given name, so that a missing middle name is no stranger;
    - ``mismatch``: anything else, and an empty name always.

    A shared given name alone is a mismatch: forged codes have carried the stall's own given name
    (qr.md section 11).
    """
    left, right = name_words(holder), name_words(registered)
    if not left or not right:
        return NameMatch.MISMATCH
    if _plain(holder) == _plain(registered):
        return NameMatch.EXACT
    if left == right:
        return NameMatch.NORMALISED
    if _is_shortened(left, right) or _is_shortened(right, left):
        return NameMatch.PARTIAL
    return NameMatch.MISMATCH


@lru_cache(maxsize=2**15)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words of a name in upper-case ASCII; ``HỘ KINH DOANH`` comes as ``HKD``."""
    folded = fold_to_ascii(_PUNCTUATION.sub(" ", unicodedata.normalize("NFC", name)))
    words = " ".join(_BETWEEN_WORDS.sub(" ", folded).split())
    short, long = _HOUSEHOLD_BUSINESS
    if words == long or words.startswith(f"{long} "):
        words = short + words[len(long) :]
    return tuple(words.split())


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return " ".join(folded.split())


def _is_shortened(short: Sequence[str], long: Sequence[str]) -> bool:
    rest = iter(long)
    return len(short) >= 2 and short[-1] == long[-1] and all(word in rest for word in short)
