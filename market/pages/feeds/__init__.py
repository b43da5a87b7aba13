"""The feeds: how each stands, what came, what waits for a person, whose money names nobody."""

from market.pages.feeds import deliveries, nobodys, standing

routers = [module.router for module in (standing, deliveries, nobodys)]
