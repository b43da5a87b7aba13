"""Keep what stays for long out of the garbage collector's rounds."""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (20_000, 50, 100)
"""Objects made before the youngest are looked at, and how many such rounds before the older are."""


def leave_out_of_rounds(*, generation: int = 2) -> None:
    """Let the collector pass over everything that is alive now, until the process ends.

    Args:
        generation: up to which garbage is collected first; what is frozen in a cycle stays for ever.
    """
    gc.collect(generation)
    gc.freeze()
    # What is still frozen then is not taken down, and some libraries warn of that on the terminal.
    atexit.unregister(gc.unfreeze)
    atexit.register(gc.unfreeze)


@contextmanager
def coming_round_seldom() -> Iterator[None]:
    """Let the collector come round seldom while many things are made that all stay, then as before.

    Rows by the hundred thousand are no garbage: to walk through them again and again is a sixth of the
    time that files or a day take.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
