"""Where a reader goes on who asked for the figures of a market without saying of which."""

from enum import StrEnum
from urllib.parse import urlencode

from fastapi import Request

from market.pages.rendering import address
from market.security.errors import MarketNotNamed


class Wanted(StrEnum):
    """As ``?xem=`` of the list of markets: what a market is chosen for, if not for its work."""

    ADOPTION = "muc-do-dung"


def path_to_market(request: Request, refused: MarketNotNamed) -> str:
    """Return the same address with the only market there is, else the list to choose from."""
    own = refused.market_codes
    if own is not None and len(own) == 1:
        (code,) = own
        asked = [each for each in request.query_params.multi_items() if each[0] != "cho"]
        return f"{request.url.path}?{urlencode([*asked, ('cho', code)])}"
    return address(request, "/cho", xem=Wanted.ADOPTION.value)
