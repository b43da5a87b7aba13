"""A vendor's file for staff, and every form in it."""

from fastapi import APIRouter

from market.pages.vendors import (
    changes,
    consents,
    file,
    links,
    listing,
    merge_forms,
    stall_forms,
)

router = APIRouter()
for _module in (links, listing, file, changes, stall_forms, merge_forms, consents):
    router.include_router(_module.router)
