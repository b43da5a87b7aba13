"""The routes of an application, and an address that stands for each."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.routing import APIRoute

from market.pages import page_routers

EXAMPLES = {
    "market_code": "MA",
    "on": "2026-10-12",
    "month": "2026-10",
    "kind": "pdf",
    "stall_code": "A01",
    "token": "rubbish",
    "serial": "MA-1",
    "purpose": "contact",
}


def routes_of(holder: Any) -> Iterator[APIRoute]:
    """Yield the routes of an application or router, those of included routers too."""
    for route in holder.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router)


def page_routes() -> list[APIRoute]:
    """Return the routes of all pages, in the order in which addresses are looked up."""
    return [route for router in page_routers() for route in routes_of(router)]


def address_of(template: str, **values: str) -> str:
    """Return a path of a template; a parameter without an example is a number."""
    told: Mapping[str, str] = {**EXAMPLES, **values}
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: told.get(found[1], "1"), template)
