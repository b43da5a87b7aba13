"""The pages: rendered here, readable without a script, one stylesheet."""

from fastapi import APIRouter

from market.pages import adoption, home, market_day, posters, vendor


def pages_router() -> APIRouter:
    """Return the routes of all pages."""
    router = APIRouter(include_in_schema=False)
    for module in (home, vendor, market_day, adoption, posters):
        router.include_router(module.router)
    return router
