"""Why a later version of a day says something else than an earlier one."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a record adds to a later version something else than to an earlier one.

    A fee contract is none of them: fees and tax are those that providers tell, so another contract
    moves what is questioned and no figure.
    """

    LATE = "late"
    """It was not known before."""
    CORRECTION = "correction"
    """The provider told it again, differently."""
    DISPUTE = "dispute"
    """It is a payer's dispute, or one that was given up: it came, or was told differently."""
    GONE = "gone"
    """It belongs to another market's day now."""
    MATCH = "match"
    """What was decided about it changed: a match was made or broken."""
    RULE = "rule"
    """As before, but by other rules, and nothing came of its account that could be why as well."""
    DECISION = "decision"
    """Two people agreed that it is no receipt of a sale, or that it is one after all."""
