"""Who answered and who did not, and what that does to the estimate."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from market.survey_kinds import Answer


class Bias(StrEnum):
    """What a reader must be told beside the estimate."""

    TAX_REFUSAL = "tax_refusal"
    """Who refuses for fear of tax probably takes more cash: the share may be too high."""
    LOW_RESPONSE = "low_response"
    """Fewer than 70 % answered: the others may be different."""
    UNEVEN_RESPONSE = "uneven_response"
    """One stratum answered far less than another."""
    FRAME_ERROR = "frame_error"
    """More than 5 % of the stalls drawn were none any more."""
    CASH_OUT = "cash_out"
    """Incoming transfers may be cash paid out to customers: the share may be too high."""
    PERSONAL_TRANSFER = "personal_transfer"
    """Incoming transfers may be family money: the share may be too high."""
    UNCOVERED_CODES = "uncovered_codes"
    """Codes we do not see: told digital takings and ours need not agree."""


RESPONSE_MIN = Fraction(70, 100)
FRAME_ERROR_MAX = Fraction(5, 100)
UNEVEN_FROM = Fraction(20, 100)
# True of every such survey, whatever its answers: domain.md 11.5.
ALWAYS = (Bias.CASH_OUT, Bias.PERSONAL_TRANSFER, Bias.UNCOVERED_CODES)


@dataclass(frozen=True, slots=True)
class Response:
    """How the stall days drawn were answered."""

    drawn: int
    outcomes: Mapping[Answer, int]

    @property
    def eligible(self) -> int:
        """Return the stall days that could have been answered."""
        return self.drawn - self.outcomes.get(Answer.CLOSED_FOR_GOOD, 0)

    @property
    def rate(self) -> Fraction | None:
        """Return answered over eligible (AAPOR RR1); ``None`` where none was eligible."""
        if not self.eligible:
            return None
        return Fraction(self.outcomes.get(Answer.ANSWERED, 0), self.eligible)


def response(outcomes: Iterable[Answer]) -> Response:
    """Return the response of a stratum, or of the whole sample."""
    counts = Counter(outcomes)
    return Response(sum(counts.values()), dict(sorted(counts.items())))


def bias_notes(by_stratum: Mapping[str, Iterable[Answer]]) -> list[Bias]:
    """Return what must be printed beside the estimate, in the order of ``Bias``."""
    told = {stratum: list(outcomes) for stratum, outcomes in by_stratum.items()}
    whole = response(outcome for outcomes in told.values() for outcome in outcomes)
    rates = [rate for one in told.values() for rate in [response(one).rate] if rate is not None]
    notes = set(ALWAYS)
    if whole.outcomes.get(Answer.REFUSED_FOR_TAX):
        notes.add(Bias.TAX_REFUSAL)
    if whole.rate is not None and whole.rate < RESPONSE_MIN:
        notes.add(Bias.LOW_RESPONSE)
    if rates and max(rates) - min(rates) >= UNEVEN_FROM:
        notes.add(Bias.UNEVEN_RESPONSE)
    if whole.drawn and Fraction(whole.drawn - whole.eligible, whole.drawn) > FRAME_ERROR_MAX:
        notes.add(Bias.FRAME_ERROR)
    return [bias for bias in Bias if bias in notes]
