"""Which posters are looked at on a market day: by lot, and nobody is forgotten.

The rule ``overdue-first/1``. Of N live posters so many as the share says, rounded up, at least one.
A poster that has waited twice the rounds it would take on average to come up is overdue: overdue
ones come first, the longest waiting before others. All other places go by lot: the posters in the
order of SHA-256 over ``seed|serial``. So nobody can know who comes next, and none waits longer than
three times the average.

Seed, rule, share and the list of posters are recorded: anyone can draw the same again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

METHOD = "overdue-first/1"
PERMILLE = 1000
_OVERDUE_TIMES = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A live poster, and how many rounds were held since it was last looked at or issued."""

    serial: str
    rounds_waited: int


def draw(candidates: Iterable[Candidate], seed: str, share_permille: int) -> list[str]:
    """Return the serials of a round; the order of ``candidates`` does not matter.

    Args:
        share_permille: how many of a thousand posters a round takes, 1 to 1000.
    """
    everyone = list(candidates)
    overdue_after = overdue_rounds(share_permille)

    def turn(one: Candidate) -> tuple[bool, int, str]:
        is_overdue = one.rounds_waited >= overdue_after
        return not is_overdue, -one.rounds_waited if is_overdue else 0, _lot(seed, one.serial)

    return [
        one.serial for one in sorted(everyone, key=turn)[: count(len(everyone), share_permille)]
    ]


def count(posters: int, share_permille: int) -> int:
    """Return how many posters a round takes: the share rounded up, so at least one of any."""
    return -(-posters * share_permille // PERMILLE)


def overdue_rounds(share_permille: int) -> int:
    """Return after how many rounds without a look a poster comes first."""
    return -(-_OVERDUE_TIMES * PERMILLE // share_permille)


def _lot(seed: str, serial: str) -> str:
    return hashlib.sha256(f"{seed}|{serial}".encode()).hexdigest()
