"""Why a later version of a day says something else than an earlier one."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a record adds to a later version something else than to an earlier one."""

    LATE = "late"
    """It was not known before."""
    CORRECTION = "correction"
    """The provider told it again, differently."""
    GONE = "gone"
    """It belongs to another market's day now."""
    MATCH = "match"
    """What was decided about it changed: a match was made or broken."""
    DECISION = "decision"
    """Two people agreed that it is no receipt of a sale, or that it is one after all."""
