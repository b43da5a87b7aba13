"""The four demonstration markets: synthetic stall counts, calendars as the real valley has them.

``demo_markets.csv`` is the project's own list (domain.md section 3.4); its column ``note`` says of
every market what in it is made up.
"""

from functools import lru_cache
from importlib.resources import files

from merchants.markets.list_file import read_market_list
from merchants.markets.registration import MarketDetails

MARKETS_FILE = "demo_markets.csv"


@lru_cache
def demo_markets() -> tuple[MarketDetails, ...]:
    """Return the markets of the packaged list, in file order; all marked synthetic."""
    return tuple(read_market_list(market_list_text()))


def market_list_text() -> str:
    """Return the packaged list of markets as it stands."""
    return files("reconciliation.simulation").joinpath(MARKETS_FILE).read_text("utf-8")
