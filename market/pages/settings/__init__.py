"""A market's settings and the places above it: details, operator, commune, calendar, floor."""

from market.pages.settings import areas, calendar, details, floor, stall, zone

routers = [module.router for module in (details, calendar, floor, stall, zone, areas)]
