"""Who does something to the register: carried into every function that changes it."""

from dataclasses import dataclass
from typing import Literal

ActorKind = Literal["staff", "vendor", "command", "system"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """One who acts. ``name`` is the user's id or the vendor's code, never a person's name.

    ``assisted_by_id`` is the team member who helped a vendor act, or who acts for a team.
    """

    kind: ActorKind
    name: str = ""
    assisted_by_id: int | None = None

    def __str__(self) -> str:
        """Return the form kept beside what was done, such as ``staff:12``."""
        return f"{self.kind}:{self.name}" if self.name else self.kind


COMMAND = Actor(kind="command")
"""Somebody at the terminal of the machine itself."""
SYSTEM = Actor(kind="system")
"""A job of the worker."""
