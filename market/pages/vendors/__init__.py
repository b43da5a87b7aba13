"""A vendor's file for staff, and every form in it."""

from market.pages.vendors import (
    changes,
    consents,
    file,
    links,
    listing,
    merge_forms,
    stall_forms,
)

routers = [
    module.router for module in (links, listing, file, changes, stall_forms, merge_forms, consents)
]
