"""The doors for machines: reports as JSON and CSV, webhooks, the health check."""

from fastapi import APIRouter

from market.api import (
    accounts,
    areas,
    audits,
    complaints,
    floor,
    health,
    hooks,
    imports,
    logs,
    model_cards,
    payment_requests,
    people,
    places,
    plans,
    posters,
    privacy,
    programmes,
    qr,
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
        programmes,
        teams,
        model_cards,
        stalls,
        privacy,
        imports,
        audits,
        complaints,
        posters,
        qr,
        payment_requests,
    ):
        router.include_router(module.router)
    return router
