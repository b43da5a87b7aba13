"""The feeds: how each stands, what came, what waits for a person, whose money names nobody."""

from fastapi import APIRouter

from market.pages.feeds import deliveries, nobodys, standing

router = APIRouter()
for module in (standing, deliveries, nobodys):
    router.include_router(module.router)
