"""Single posters drawn for whoever opens a page: few at a time, outside the event loop, none forgotten.

Whoever waits holds no connection to the database and no thread, so that two hundred phones that open
their poster at once stop nobody else's page.
"""

from collections.abc import Callable
from functools import cached_property

import anyio
from anyio.to_thread import run_sync

from merchants.errors import PostersBusy

AT_ONCE = 2
WAITING_MAX = 400
"""About ten seconds of drawing; who comes later is asked to come again."""


class PosterDrawers:
    """The drawers of one application."""

    def __init__(self, at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX) -> None:
        self._at_once, self._waiting_max = at_once, waiting_max
        self._waiting = 0

    async def draw(self, work: Callable[[], bytes]) -> bytes:
        """Return what a drawing gives, as soon as a drawer is free.

        Raises:
            PostersBusy: too many wait already.
        """
        if self._waiting >= self._waiting_max:
            raise PostersBusy
        self._waiting += 1
        try:
            return await run_sync(work, limiter=self._limiter)
        finally:
            self._waiting -= 1

    # Made inside the event loop that uses it.
    @cached_property
    def _limiter(self) -> anyio.CapacityLimiter:
        return anyio.CapacityLimiter(self._at_once)
