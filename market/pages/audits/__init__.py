"""Audits of posters: rounds, scanning at the stall, what was found and what is done about it."""

from fastapi import APIRouter

from market.pages.audits import checks, incidents, printed_code, rounds, scanning, self_check

router = APIRouter()
for module in (rounds, scanning, checks, incidents, self_check, printed_code):
    router.include_router(module.router)
