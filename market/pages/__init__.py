"""The pages: rendered here, readable without a script, one stylesheet."""

from fastapi import APIRouter

from market.pages import (
    accounts,
    activity_log,
    adoption,
    helper_logins,
    home,
    imports,
    market_day,
    market_plan,
    model_cards,
    overview,
    own,
    own_account,
    plans,
    posters,
    privacy,
    privacy_notice,
    programmes,
    signing_in,
    stalls,
    teams,
    users,
    vendor,
    vendor_changes,
    vendor_consents,
    vendor_file,
    vendor_links,
    vendor_list,
    vendor_merge_forms,
    vendor_stall_forms,
    visits,
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
        vendor_links,
        vendor_list,
        vendor_file,
        vendor_changes,
        vendor_stall_forms,
        vendor_merge_forms,
        accounts,
        activity_log,
        vendor,
        market_day,
        overview,
        imports,
        adoption,
        posters,
        vendor_consents,
        privacy_notice,
        privacy,
        own,
        teams,
        visits,
        market_plan,
        plans,
        programmes,
        model_cards,
    ):
        router.include_router(module.router)
    router.include_router(settings_router())
    # Last, because a stall's code may hold anything an address can: what others ask for comes first.
    router.include_router(stalls.router)
    return router
