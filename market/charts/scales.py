"""Where values stand in a drawing: round steps, places, numbers as SVG writes them."""

from math import ceil, floor, log10

STEPS = (1, 2, 2.5, 5, 10)
LINES = 4


def round_top(highest: float) -> tuple[float, float]:
    """Return a round value at or above the highest, and the step of the grid below it."""
    if highest <= 0:
        return 1.0, 0.25
    rough = highest / LINES
    power = 10 ** floor(log10(rough))
    step = next(factor * power for factor in STEPS if factor * power >= rough * (1 - 1e-9))
    return step * ceil(highest / step - 1e-9), step


def place(value: float) -> str:
    """Return a coordinate with one decimal, without a trailing zero."""
    return f"{value:.1f}".removesuffix(".0")
