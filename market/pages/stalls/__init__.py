"""The pages about stalls: the list, one stall, and the form to register one."""

from market.pages.stalls import bulk, listing, onboarding, one

# The form of a new stall comes first: "moi" is no stall's code.
routers = [module.router for module in (listing, bulk, onboarding, one)]
