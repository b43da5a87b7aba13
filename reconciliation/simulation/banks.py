"""Banks of the simulated vendors; only Vietcombank's accounts have a feed."""

from dataclasses import dataclass

from reconciliation.simulation.seeds import Draw


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as a vendor names it on a form, its BIN and the length of its made-up accounts."""

    name: str
    bin: str
    account_start: str
    account_length: int
    weight: float


VIETCOMBANK = Bank("Vietcombank", "970436", "99", 10, 75)
BANKS: tuple[Bank, ...] = (
    VIETCOMBANK,
    Bank("Agribank", "970405", "8810", 13, 20),
    Bank("BIDV", "970418", "7880", 14, 10),
    Bank("MBBank", "970422", "0000", 12, 9),
    Bank("VietinBank", "970415", "1099", 12, 7),
    Bank("Techcombank", "970407", "1900", 14, 4),
)


def draw_bank(draw: Draw) -> Bank:
    """Return a vendor's bank."""
    return draw.choices(BANKS, weights=[bank.weight for bank in BANKS])[0]


def write_account(bank: Bank, number: int) -> str:
    """Return the ``number``-th made-up account of ``bank``: fixed length, never twice."""
    digits = bank.account_length - len(bank.account_start) - 1
    # The last digit scatters, so that accounts of neighbours do not look alike at a glance.
    return f"{bank.account_start}{number:0{digits}d}{(number * 7 + 3) % 10}"
