"""What closes leave open: the queue of a market, one break, and what two people do about them."""

from fastapi import APIRouter

from market.pages.breaks import many, one, queue

router = APIRouter()
for module in (queue, many, one):
    router.include_router(module.router)
