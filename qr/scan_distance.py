"""How far away a phone reads a printed code: the module's width decides, nothing else."""

_FOCAL_PX = 1386
"""A 1080-pixel preview with a field of view of 69 degrees, as on most phones."""

BRIGHT_PX_PER_MODULE = 3
DIM_PX_PER_MODULE = 4
"""Pixels a module must cover to be read, in daylight and under a stall's roof (measured)."""


def reach_mm(module_mm: float, *, px_per_module: float = DIM_PX_PER_MODULE) -> float:
    """Return the greatest distance at which a module covers that many pixels of a phone's picture."""
    return _FOCAL_PX * module_mm / px_per_module
