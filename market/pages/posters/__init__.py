"""Posters: the files of one, a market's board and books, and the page a scanned address leads to."""

from fastapi import APIRouter

from market.pages.posters import board, book, checking, ends, files, one

router = APIRouter()
for _module in (checking, files, book, ends, one, board):
    router.include_router(_module.router)
