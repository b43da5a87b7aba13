"""A market's settings and the places above it: details, operator, commune, calendar, floor, cash."""

from market.pages.settings import (
    areas,
    calendar,
    cash_points,
    details,
    floor,
    market_ends,
    stall,
    zone,
)

routers = [
    module.router
    for module in (details, calendar, market_ends, cash_points, floor, stall, zone, areas)
]
