"""The supply ladder of an area: of the vendors in the frame, how many came how far. Source: domain.md 13.1."""

from dataclasses import dataclass

from market.reports.models import AreaView

LADDER = ("S2", "S3", "U5", "U2", "U1", "U4")
"""Consented, equipped, ever paid, paid in 90 days, in 30 days, on half of the market days."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step as far as it may be told; both numbers out of the frame."""

    indicator: str
    """Empty = the frame itself."""
    count: float | None
    share: float | None
    hidden: str
    is_rounded: bool


def ladder_steps(area: AreaView) -> list[Step]:
    """Return the steps, made of figures that are told and of nothing else."""
    frame = area.vendors_in_frame
    steps = [Step("", frame, 1.0 if frame else None, area.frame_hidden, is_rounded=False)]
    for id_ in LADDER:
        one = area[id_]
        count = one.numerator if one.value is not None else None
        share = count / frame if frame and count is not None else None
        steps.append(Step(id_, count, share, one.hidden, is_rounded=one.is_rounded))
    return steps
