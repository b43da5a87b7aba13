"""The pages about whole sheets: choose a file, look at its check, write it, undo it; the export."""

from fastapi import APIRouter

from market.pages.imports import exporting, history, one, start

router = APIRouter()
# "mau" and "lich-su" are no numbers of imports, so these come first.
for _module in (start, history, exporting, one):
    router.include_router(_module.router)
