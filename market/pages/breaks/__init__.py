"""What closes leave open: the queue of a market, one break, and what two people do about them."""

from market.pages.breaks import many, one, queue

routers = [module.router for module in (queue, many, one)]
