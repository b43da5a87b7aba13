"""The pages about stalls: the list, one stall, and the form to register one."""

from fastapi import APIRouter

from market.pages.stalls import bulk, listing, onboarding, one

router = APIRouter()
# The form of a new stall comes first: "moi" is no stall's code.
for _module in (listing, bulk, onboarding, one):
    router.include_router(_module.router)
