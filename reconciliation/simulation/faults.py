"""What goes wrong between a market and its books: the kinds of faults and how often they strike."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from reconciliation.errors import FaultSpecRefused


class Fault(StrEnum):
    """A named fault; the truth labels each one it puts into the files."""

    LATE = "late"
    """A webhook arrives an hour to three days after the payment."""
    MISSING = "missing"
    """A webhook never arrives."""
    REPLAYED = "replayed"
    """A webhook arrives twice, byte for byte or signed anew."""
    OUT_OF_ORDER = "out_of_order"
    """A webhook arrives after the next one of the same account."""
    CLOCK_SKEW = "clock_skew"
    """A webhook's signature is older than the window: answered 401, never sent again."""
    BAD_SIGNATURE = "bad_signature"
    """A forged webhook with the same id and another amount comes first, then the true one."""
    AMOUNT_CHANGED = "amount_changed"
    """The webhook tells another amount than the bank's statement."""
    LINE_MISSING = "line_missing"
    """The statement leaves a payment out, its totals too."""
    MEMO_LOST = "memo_lost"
    """The vendor code does not survive in the memo."""
    REFERENCE_MISSING = "reference_missing"
    """The webhook comes without the bank's reference."""
    UNKNOWN_ACCOUNT = "unknown_account"
    """The payer used an account of nobody on the register."""
    TOLD_TWICE = "told_twice"
    """A second aggregator tells the payment as well."""
    SPLIT = "split"
    """The bank books one payment in two lines."""
    MERGED = "merged"
    """The bank books two payments of one vendor in one line."""
    FEE_WRONG = "fee_wrong"
    """The provider charged another fee than its schedule."""
    REFUND = "refund"
    """The vendor gives money back soon after the sale."""
    REVERSED = "reversed"
    """The payer's bank takes a card payment back after it was paid out."""
    PAYOUT_SHORT = "payout_short"
    """A payout is smaller than what it pays for."""
    PAYOUT_LATE = "payout_late"
    """A payout lands days after it was due."""
    HELD_BACK = "held_back"
    """The provider keeps one sale back and pays it with the next payout."""
    FILE_TRUNCATED = "file_truncated"
    """A file breaks off before its totals; the whole file comes later."""
    FILE_DUPLICATED = "file_duplicated"
    """A file comes a second time."""


DEFAULT_RATES: Mapping[Fault, float] = MappingProxyType(
    {
        Fault.LATE: 0.01,
        Fault.MISSING: 0.005,
        Fault.REPLAYED: 0.01,
        Fault.OUT_OF_ORDER: 0.01,
        Fault.CLOCK_SKEW: 0.002,
        Fault.BAD_SIGNATURE: 0.002,
        Fault.AMOUNT_CHANGED: 0.003,
        Fault.LINE_MISSING: 0.004,
        Fault.MEMO_LOST: 0.02,
        Fault.REFERENCE_MISSING: 0.004,
        Fault.UNKNOWN_ACCOUNT: 0.003,
        Fault.TOLD_TWICE: 0.02,
        Fault.SPLIT: 0.002,
        Fault.MERGED: 0.002,
        Fault.FEE_WRONG: 0.03,
        Fault.REFUND: 0.012,
        Fault.REVERSED: 0.01,
        Fault.PAYOUT_SHORT: 0.03,
        Fault.PAYOUT_LATE: 0.03,
        Fault.HELD_BACK: 0.03,
        Fault.FILE_TRUNCATED: 0.03,
        Fault.FILE_DUPLICATED: 0.03,
    }
)

WEBHOOK_FAULTS = (
    Fault.LATE,
    Fault.MISSING,
    Fault.REPLAYED,
    Fault.OUT_OF_ORDER,
    Fault.CLOCK_SKEW,
    Fault.BAD_SIGNATURE,
    Fault.AMOUNT_CHANGED,
    Fault.LINE_MISSING,
    Fault.MEMO_LOST,
    Fault.REFERENCE_MISSING,
    Fault.UNKNOWN_ACCOUNT,
    Fault.TOLD_TWICE,
    Fault.SPLIT,
    Fault.MERGED,
)
"""A payment into a bank account draws at most one of these."""
CARD_FAULTS = (Fault.FEE_WRONG, Fault.MEMO_LOST, Fault.REVERSED)
"""A card charge draws at most one of these."""
PAYOUT_FAULTS = (Fault.PAYOUT_SHORT, Fault.PAYOUT_LATE, Fault.HELD_BACK)
FILE_FAULTS = (Fault.FILE_TRUNCATED, Fault.FILE_DUPLICATED)


@dataclass(frozen=True, slots=True)
class FaultRates:
    """How often each fault strikes: a share of the things it can strike."""

    rates: Mapping[Fault, float]

    def of(self, fault: Fault) -> float:
        """Return the rate of ``fault``; 0 when it is not named."""
        return self.rates.get(fault, 0.0)

    def pick(self, number: float, among: tuple[Fault, ...]) -> Fault | None:
        """Return the fault that ``number`` in [0, 1) falls on, ``None`` for the sound rest."""
        for fault in among:
            number -= self.of(fault)
            if number < 0:
                return fault
        return None


DEFAULT_FAULTS = FaultRates(DEFAULT_RATES)
NO_FAULTS = FaultRates(MappingProxyType({}))


def read_fault_spec(spec: str) -> FaultRates:
    """Return the rates of ``late=0.01,missing=0.005``; ``default`` and ``none`` are whole sets.

    ``default,late=0.1`` changes one rate of the default set.

    Raises:
        FaultSpecRefused: an unknown kind, a rate outside 0 to 0.5, or more than a whole in sum.
    """
    rates: dict[Fault, float] = {}
    for part in (part.strip() for part in spec.split(",") if part.strip()):
        if part in {"default", "none"}:
            rates = dict(DEFAULT_RATES) if part == "default" else {}
            continue
        name, _, rate = part.partition("=")
        rates[_kind(part, name.strip())] = _rate(part, rate.strip())
    for among in (WEBHOOK_FAULTS, CARD_FAULTS, PAYOUT_FAULTS, FILE_FAULTS):
        total = sum(rates.get(fault, 0.0) for fault in among)
        if total > 1:
            raise FaultSpecRefused(spec, f"{', '.join(among)} sum to {total:g}, at most 1 fits")
    return FaultRates(MappingProxyType(rates))


def _kind(part: str, name: str) -> Fault:
    try:
        return Fault(name)
    except ValueError:
        raise FaultSpecRefused(part, f"no such fault; there are {', '.join(Fault)}") from None


def _rate(part: str, text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        raise FaultSpecRefused(part, "write name=rate, for example late=0.01") from None
    if not 0 <= rate <= 0.5:
        raise FaultSpecRefused(part, "a rate lies between 0 and 0.5")
    return rate
