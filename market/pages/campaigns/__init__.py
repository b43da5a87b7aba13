"""Programmes, targets, teams, visits and the 4-G card."""

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

routers = [
    module.router
    for module in (
        teams,
        visits,
        market_plan,
        plans,
        programmes,
        programme_changes,
        comparison,
        model_cards,
    )
]
