"""Programmes, targets, teams, visits and the 4-G card."""

from fastapi import APIRouter

from market.pages.campaigns import market_plan, model_cards, plans, programmes, teams, visits

router = APIRouter()
for _module in (teams, visits, market_plan, plans, programmes, model_cards):
    router.include_router(_module.router)
