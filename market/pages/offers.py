"""Which pages may be offered to a reader: those that are listed and open to the role."""

from market.security.principal import Principal
from market.security.routes import ROUTES


def may_open(caller: Principal, template: str) -> bool:
    """Return whether a page of this path template is there and open to the caller's role."""
    right = ROUTES.get(("GET", template))
    return right is not None and caller.may(right)
