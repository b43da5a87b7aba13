"""Complaints about money: the vendor's own page, and the market's list, form and answers."""

from market.pages.complaints import own, staff

routers = [module.router for module in (own, staff)]
