"""Denominator surveys: planned and read by economists, asked and written down at the market."""

from fastapi import APIRouter

from market.pages.surveys import entering, planning, results

router = APIRouter()
# ``/khao-sat/moi`` comes before ``/khao-sat/{survey_id}``, which would be asked to take "moi".
for module in (planning, results, entering):
    router.include_router(module.router)
