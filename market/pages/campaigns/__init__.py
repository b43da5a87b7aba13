"""Programmes, targets, teams, visits and the 4-G card."""

from fastapi import APIRouter

from market.pages.campaigns import (
    comparison,
    market_plan,
    model_cards,
    plans,
    programme_changes,
    programmes,
    teams,
    visits,
)

router = APIRouter()
for _module in (
    teams,
    visits,
    market_plan,
    plans,
    programmes,
    programme_changes,
    comparison,
    model_cards,
):
    router.include_router(_module.router)
