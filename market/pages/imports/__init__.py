"""The pages about whole sheets: choose a file, look at its check, write it, undo it; the export."""

from market.pages.imports import exporting, history, one, start

# "mau" and "lich-su" are no numbers of imports, so these come first.
routers = [module.router for module in (start, history, exporting, one)]
