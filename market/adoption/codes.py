"""How areas are named in tables of figures."""

ALL_MARKETS = "*"
GROUP = "@"
"""Before the code of an area of several markets: a market's own code never begins with it."""
