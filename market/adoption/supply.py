"""Supply: is everybody in the register, asked, equipped, under contract, and do we see the money."""

from datetime import date

from market.adoption.frames import AdoptionFrames
from market.adoption.indicator import Measure, ratio


def supply_measures(frames: AdoptionFrames, first: date, last: date) -> list[Measure]:
    """Return S1, S2, S3, S4 and S6 of the given markets.

    Args:
        frames: the rows of the markets in question, all of them or one.
        first: the earliest reference day among them.
        last: the latest.
    """
    frame = frames.vendors[frames.vendors["in_frame"]]
    return [
        _registered(frames, first, last),
        *(
            _share(id_, int(frame[column].sum()), len(frame), first, last)
            for id_, column in (("S2", "consented"), ("S3", "equipped"), ("S4", "contracted"))
        ),
        _covered(frames, first, last),
    ]


def _registered(frames: AdoptionFrames, first: date, last: date) -> Measure:
    # A market nobody counted, or that was on no list yet, says nothing about the frame: it is on
    # neither side of the ratio.
    counted = frames.markets.dropna(subset=["stalls_counted", "stalls_registered"])
    return _share(
        "S1",
        int(counted["stalls_registered"].sum()),
        int(counted["stalls_counted"].sum()),
        first,
        last,
    )


def _covered(frames: AdoptionFrames, first: date, last: date) -> Measure:
    return _share(
        "S6",
        int(frames.coverage["feeding_points"].sum()),
        int(frames.coverage["displayed_codes"].sum()),
        first,
        last,
    )


def _share(id_: str, part: int, whole: int, first: date, last: date) -> Measure:
    return Measure(
        id=id_,
        value=ratio(part, whole),
        numerator=part,
        denominator=whole,
        contributors=part,
        base=whole,
        window_first=first,
        window_last=last,
    )
