"""Denominator surveys: planned and read by economists, asked and written down at the market."""

from market.pages.surveys import entering, planning, results

# ``/khao-sat/moi`` comes before ``/khao-sat/{survey_id}``, which would be asked to take "moi".
routers = [module.router for module in (planning, results, entering)]
