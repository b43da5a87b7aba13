"""Looking up posters by their serial is for payers, one at a time; whoever walks the numbers is slowed."""

from datetime import datetime

from fastapi import Request

from market.pages.days import now_of
from market.security.principal import Principal
from market.security.throttle import Counter, begin_try

LOOKS = 120
"""Posters one address may look up in a quarter of an hour: a whole market may stand behind one."""


def count_look(request: Request, caller: Principal | None) -> datetime | None:
    """Count a look and return until when this address has looked enough; ``None`` = it may look.

    Whoever is signed in is known, and is not counted.
    """
    if caller is not None:
        return None
    state = request.app.state
    address = request.client.host if request.client else ""
    counter = Counter(state.sealer.fingerprint(f"poster look|{address}"), LOOKS)
    return begin_try(state.writing, [counter], now=now_of(request)).locked_until
