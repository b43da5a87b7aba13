"""Random streams that belong to a thing, so that one more vendor changes nobody else's days."""

import random
from typing import TypeVar

Choice = TypeVar("Choice")
Draw = random.Random
"""A stream of pseudo-random numbers; nothing here is a secret."""


def stream(seed: int, *owner: object) -> Draw:
    """Return the stream of ``owner`` under ``seed``: the same on every machine and every run."""
    # A text seed goes through SHA-512, not through the salted hash of this process.
    return random.Random("|".join([str(seed), *map(str, owner)]))  # noqa: S311


def chosen(draw: Draw, weights: dict[Choice, float]) -> Choice:
    """Return one key, with probability in proportion to its weight."""
    return draw.choices(list(weights), weights=list(weights.values()))[0]
