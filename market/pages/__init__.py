"""The pages: rendered here, readable without a script, one stylesheet."""

from fastapi import APIRouter

from market.pages import (
    accounts,
    activity_log,
    adoption,
    adoption_charts,
    adoption_methods,
    adoption_reports,
    adoption_study,
    amount_requests,
    audits,
    book_locks,
    breaks,
    campaigns,
    complaints,
    day_close,
    feeds,
    fees,
    helper_logins,
    home,
    imports,
    market_day,
    months,
    overview,
    own,
    own_account,
    posters,
    privacy,
    privacy_notice,
    public_figures,
    remarks,
    rules,
    signing_in,
    stalls,
    study_charts,
    surveys,
    users,
    vendor,
    vendors,
)
from market.pages.settings import settings_router


def pages_router() -> APIRouter:
    """Return the routes of all pages."""
    router = APIRouter(include_in_schema=False)
    for module in (
        home,
        signing_in,
        own_account,
        users,
        helper_logins,
        vendors,
        accounts,
        activity_log,
        vendor,
        market_day,
        fees,
        months,
        remarks,
        rules,
        day_close,
        book_locks,
        breaks,
        overview,
        imports,
        adoption,
        adoption_charts,
        adoption_methods,
        adoption_reports,
        adoption_study,
        study_charts,
        surveys,
        public_figures,
        posters,
        audits,
        complaints,
        feeds,
        privacy_notice,
        privacy,
        own,
        amount_requests,
        campaigns,
    ):
        router.include_router(module.router)
    router.include_router(settings_router())
    # Last, because a stall's code may hold anything an address can: what others ask for comes first.
    router.include_router(stalls.router)
    return router
