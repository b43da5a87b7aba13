"""Keep what stays for long out of the garbage collector's rounds."""

import atexit
import gc


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
