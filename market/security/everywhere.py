"""What holds for every market is changed by who sees every market, whatever right a route asks for."""

from typing import Annotated

from fastapi import Depends

from market.security.errors import ScopeRefused
from market.security.principal import Principal
from market.security.scope import Caller


def _everywhere(caller: Caller) -> Principal:
    if caller.market_codes is not None:
        raise ScopeRefused
    return caller


EverywhereCaller = Annotated[Principal, Depends(_everywhere)]
"""Who sends the request, and sees every market; anybody else is refused."""
