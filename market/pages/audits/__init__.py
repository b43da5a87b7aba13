"""Audits of posters: rounds, scanning at the stall, what was found and what is done about it."""

from market.pages.audits import checks, incidents, printed_code, rounds, scanning, self_check

routers = [
    module.router for module in (rounds, scanning, checks, incidents, self_check, printed_code)
]
