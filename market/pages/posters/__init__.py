"""Posters: the files of one, a market's board and books, and the page a scanned address leads to."""

from market.pages.posters import board, book, checking, ends, files, one

routers = [module.router for module in (checking, files, book, ends, one, board)]
