"""The doors for machines: reports as JSON and CSV, webhooks, the health check."""

from fastapi import APIRouter

from market.api import health, hooks, reports


def api_router() -> APIRouter:
    """Return the routes for machines."""
    router = APIRouter()
    for module in (health, hooks, reports):
        router.include_router(module.router)
    return router
