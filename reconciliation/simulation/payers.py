"""Customers: a pool for each market, of whom each vendor sees her regulars again and again."""

from dataclasses import dataclass
from functools import lru_cache

from reconciliation.simulation.names import as_banks_print, draw_person
from reconciliation.simulation.seeds import Draw, stream

POOL_SIZE = 1500
REGULARS = 18
REGULAR_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Payer:
    """Somebody who pays: the name as banks print it, an account and the app it is paid from."""

    name: str
    account: str
    app: str


APPS = {"VCB": 34, "IBFT": 22, "MB": 18, "ACB": 8, "NAPAS": 18}
"""How a payer's bank writes the memo that arrives at Vietcombank."""


def draw_payer(draw: Draw, *, seed: int, market_code: str, vendor: int) -> Payer:
    """Return who pays this time: mostly one of the vendor's regulars, else anyone at the market."""
    if draw.random() < REGULAR_SHARE:
        # The square makes the first regulars come far more often than the last.
        number = vendor * 31 + int(REGULARS * draw.random() ** 2)
    else:
        number = int(POOL_SIZE * draw.random())
    return _payer(seed, market_code, number % POOL_SIZE)


@lru_cache(maxsize=20_000)
def _payer(seed: int, market_code: str, number: int) -> Payer:
    draw = stream(seed, "payer", market_code, number)
    return Payer(
        name=as_banks_print(draw_person(draw, woman=draw.random() < 0.6)),
        account=f"{draw.randint(1, 9)}0{draw.randrange(10**8):08d}",
        app=draw.choices(list(APPS), weights=list(APPS.values()))[0],
    )
