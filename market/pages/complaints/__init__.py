"""Complaints about money: the vendor's own page, and the market's list, form and answers."""

from fastapi import APIRouter

from market.pages.complaints import own, staff

router = APIRouter()
for module in (own, staff):
    router.include_router(module.router)
