"""The kinds of words a denominator survey is kept in."""

from enum import StrEnum


class Allocation(StrEnum):
    """How a sample is shared out over the strata."""

    PROPORTIONAL = "proportional"
    NEYMAN = "neyman"
    """More where takings differ more: n_h in proportion to N_h·S_h."""


class Answer(StrEnum):
    """What became of one drawn stall day."""

    ANSWERED = "answered"
    REFUSED = "refused"
    REFUSED_FOR_TAX = "refused_for_tax"
    ABSENT = "absent"
    """Open by the calendar, but nobody was there on any visit."""
    CLOSED_FOR_GOOD = "closed_for_good"
    """No stall any more: the frame was wrong, and the day is out of scope."""
