"""A market's settings and the places above it: details, operator, commune, calendar, floor."""

from fastapi import APIRouter

from market.pages.settings import areas, calendar, details, floor, stall, zone


def settings_router() -> APIRouter:
    """Return the routes of the settings pages."""
    router = APIRouter()
    for module in (details, calendar, floor, stall, zone, areas):
        router.include_router(module.router)
    return router
