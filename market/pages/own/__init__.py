"""A vendor's own pages: what is held about me, what I agreed to, what I ask; changes take the PIN."""

from market.pages.own import consents, download, overview, pin, requests, trial_payment

routers = [module.router for module in (overview, consents, requests, pin, download, trial_payment)]
