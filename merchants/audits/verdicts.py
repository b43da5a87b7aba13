"""What a look at a poster came to, from what each code in the picture is; no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from merchants.kinds import CheckResult
from qr.seen import SeenSymbol

WORN_BELOW_PERMILLE = 500
"""Below half of its error correction a code is printed anew: about 2 % of it is stained."""


class CodeIs(StrEnum):
    """What one code in the picture is to the poster that should hang there."""

    EXPECTED = "expected"
    OWN = "own"
    """Another live poster of the stall, a code recorded as the vendor's, or one that pays an
    account of theirs."""
    CHECK_ADDRESS = "check_address"
    """The address of the page that tells about this very poster."""
    ENDED = "ended"
    """A poster of this stall that was revoked or replaced."""
    ELSEWHERE = "elsewhere"
    """A poster of another stall."""
    UNKNOWN_PAYMENT = "unknown_payment"
    """It takes money, and the register does not know for whom."""
    OTHER = "other"
    """No payment code: an address, a contact, a wallet's link."""


_WRONG = frozenset({CodeIs.ELSEWHERE, CodeIs.UNKNOWN_PAYMENT})


@dataclass(frozen=True, slots=True)
class JudgedCode:
    """A code of the picture and what it is."""

    symbol: SeenSymbol
    what: CodeIs


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look came to; ``wrong`` are the codes it is a mismatch for."""

    result: CheckResult
    unused_correction_permille: int | None = None
    wrong: tuple[SeenSymbol, ...] = ()


def judge(codes: Sequence[JudgedCode]) -> Verdict:
    """Return what all codes of one picture come to; a wrong one outweighs the right one beside it.

    A code that takes no money by itself hangs at many stalls; where the poster's own code is not
    seen it counts as wrong all the same, for a wallet's link takes money as well.
    """
    kinds = {code.what for code in codes}
    is_there = CodeIs.EXPECTED in kinds
    suspects = _WRONG if is_there else _WRONG | {CodeIs.OTHER}
    wrong = tuple(
        {code.symbol.text: code.symbol for code in codes if code.what in suspects}.values()
    )
    left = min(
        (
            round(code.symbol.unused_correction * 1000)
            for code in codes
            if code.what is CodeIs.EXPECTED and code.symbol.unused_correction is not None
        ),
        default=None,
    )
    if wrong:
        return Verdict(CheckResult.MISMATCH, left, wrong)
    if CodeIs.ENDED in kinds:
        return Verdict(CheckResult.REVOKED, left)
    if not is_there:
        return Verdict(CheckResult.MISSING)
    is_worn = left is not None and left < WORN_BELOW_PERMILLE
    return Verdict(CheckResult.WORN if is_worn else CheckResult.OK, left)
