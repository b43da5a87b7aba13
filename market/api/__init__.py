"""The doors for machines: reports as JSON and CSV, webhooks, the health check."""

from fastapi import APIRouter

from market.api import (
    accounts,
    areas,
    audits,
    breaks,
    closes,
    complaints,
    feeds,
    fees,
    floor,
    health,
    hooks,
    imports,
    logs,
    model_cards,
    money_reports,
    payment_requests,
    people,
    places,
    plans,
    posters,
    privacy,
    programmes,
    qr,
    remarks,
    reports,
    rules,
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
        fees,
        money_reports,
        reports,
        remarks,
        rules,
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
        feeds,
        breaks,
        closes,
        posters,
        qr,
        payment_requests,
    ):
        router.include_router(module.router)
    return router
