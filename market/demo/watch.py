"""How the demonstration tells whoever watches what it is doing."""

from collections.abc import Callable
from typing import Protocol

Advance = Callable[[int], None]
"""Takes how much of a step is done so far."""


class Watch(Protocol):
    """Somebody who watches: a terminal, a test, or nobody."""

    def step(self, title: str, total: int | None = None) -> Advance:
        """Begin a step; ``total`` is what ``Advance`` counts up to, ``None`` = one thing."""

    def say(self, text: str) -> None:
        """Tell one line of what came out."""


class Silence:
    """Nobody watches."""

    def step(self, title: str, total: int | None = None) -> Advance:  # noqa: ARG002
        """Begin a step that nobody sees."""
        return lambda _done: None

    def say(self, text: str) -> None:
        """Tell nobody."""
