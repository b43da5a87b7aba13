"""The doors for machines: reports as JSON and CSV, webhooks, the health check."""

from fastapi import APIRouter

from market.api import (
    accounts,
    areas,
    floor,
    health,
    hooks,
    imports,
    logs,
    model_cards,
    people,
    places,
    plans,
    privacy,
    reports,
    stalls,
    teams,
    vendor_holdings,
    vendors,
)


def api_router() -> APIRouter:
    """Return the routes for machines."""
    router = APIRouter()
    for module in (
        health,
        hooks,
        reports,
        people,
        logs,
        vendor_holdings,
        vendors,
        accounts,
        places,
        floor,
        areas,
        plans,
        teams,
        model_cards,
        stalls,
        privacy,
        imports,
    ):
        router.include_router(module.router)
    return router
