"""A vendor's own pages: what is held about me, what I agreed to, what I ask; changes take the PIN."""

from fastapi import APIRouter

from market.pages.own import consents, download, overview, pin, requests, test_payment

router = APIRouter()
for module in (overview, consents, requests, pin, download, test_payment):
    router.include_router(module.router)
