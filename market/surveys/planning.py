"""Planning a survey: what is wished for, and what it takes: strata, sizes, half-widths expected."""

import statistics
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from market.adoption.survey.design import (
    Stratum,
    allocate,
    half_width_of_ratio,
    sample_size_for_ratio,
    sample_size_for_share,
)
from market.adoption.survey.strata import LARGE, StratumName, stratify
from market.survey_kinds import Allocation, Answer
from market.surveys.frame import Frame, read_frame
from market.tables import SurveyAnswer, SurveyStratum, SurveyVisit
from merchants.errors import EntryRefused
from merchants.sentences import Sentence

PERMILLE, PERCENT = 1000, 100
DAYS_MAX = 92
"""A survey is of one time: what was so a quarter ago is another survey."""
_PER_STRATUM = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a survey shall be like; the guesses come from an earlier one, or from nowhere."""

    name: str
    market_codes: tuple[str, ...]
    first_on: date
    last_on: date
    margin_permille: int = 50
    expected_permille: int = 300
    variation_percent: int = 150
    response_percent: int = 80
    allocation: Allocation = Allocation.PROPORTIONAL
    large_m2: int = 20
    reserve: int = 1
    sheets: int = 1
    first_hour: int = 6
    last_hour: int = 11
    size: int | None = None
    """Stall days to be asked; ``None`` = as many as the margin takes."""


LIMITS: Mapping[str, tuple[int, int]] = {
    "margin_permille": (5, 300),
    "expected_permille": (10, 990),
    "variation_percent": (10, 1_000),
    "response_percent": (10, 100),
    "large_m2": (1, 10_000),
    "reserve": (0, 20),
    "sheets": (1, 20),
    "first_hour": (0, 23),
    "last_hour": (1, 24),
    "size": (1, 100_000),
}
NAME_CHARS_MAX = 80


@dataclass(frozen=True, slots=True)
class PlannedStratum:
    """A stratum with what is drawn of it."""

    name: StratumName
    population: int
    sample_size: int
    takes_all: bool


@dataclass(frozen=True, slots=True)
class PlannedMarket:
    """A market of the plan; ``half_width`` ``None`` = from so few answers nothing can be told."""

    code: str
    name: str
    population: int
    sample_size: int
    open_days: int
    half_width: float | None


@dataclass(frozen=True)
class Plan:
    """What a wish takes; ``half_width`` is expected at 95 % if as many answer as was guessed."""

    wish: Wish
    frame: Frame
    strata: Sequence[PlannedStratum]
    markets: Sequence[PlannedMarket]
    population: int
    size: int
    half_width: float | None
    size_for_share: int
    """Stalls to visit for a share of stalls, such as those that show a QR, to the same margin."""

    @property
    def without_stalls(self) -> list[PlannedMarket]:
        """Return the markets in which there is nobody to ask."""
        return [one for one in self.markets if not one.population]

    @property
    def without_days(self) -> list[PlannedMarket]:
        """Return the markets that are never open between the two days."""
        return [one for one in self.markets if one.population and not one.open_days]


def plan_survey(session: Session, wish: Wish) -> Plan:
    """Return what a wish takes; nothing is written.

    Raises:
        EntryRefused: a value is out of bounds, or there is nobody to ask on any day.
        MarketNotFound: one of the markets does not exist.
    """
    _check(wish)
    frame = read_frame(session, wish.market_codes, wish.first_on, wish.last_on, wish.large_m2)
    askable = [one for one in frame.stalls if frame.open_days[one.market_code]]
    stalls = stratify(askable)
    if not stalls:
        what = (
            "Không chợ nào đã chọn có ngày họp trong khoảng này"
            if frame.stalls
            else "Không chợ nào đã chọn có gian hàng đang bán, nên chưa bốc được ai"
        )
        raise EntryRefused({"market_codes": what})
    deviations = _known_deviations(session, stalls) if wish.allocation is Allocation.NEYMAN else {}
    strata = [
        Stratum(
            name,
            len(own),
            deviations.get(name),
            takes_all=StratumName.read(name).size == LARGE,
        )
        for name, own in stalls.items()
    ]
    population = sum(one.population for one in strata)
    sizes = allocate(strata, _size(wish, strata, population), wish.allocation)
    planned = [
        PlannedStratum(StratumName.read(one.code), one.population, sizes[one.code], one.takes_all)
        for one in strata
    ]
    size = sum(sizes.values())
    return Plan(
        wish=wish,
        frame=frame,
        strata=planned,
        markets=[_market(wish, frame, code, planned) for code in frame.markets],
        population=population,
        size=size,
        half_width=_half_width(wish, population, size),
        size_for_share=sample_size_for_share(
            population,
            wish.margin_permille / PERMILLE,
            response_rate=wish.response_percent / PERCENT,
        ),
    )


def _market(wish: Wish, frame: Frame, code: str, strata: Sequence[PlannedStratum]) -> PlannedMarket:
    own = [one for one in strata if one.name.market_code == code]
    size = sum(one.sample_size for one in own)
    population = sum(one.market_code == code for one in frame.stalls)
    return PlannedMarket(
        code=code,
        name=frame.markets[code].name,
        population=population,
        sample_size=size,
        open_days=len(frame.open_days[code]),
        half_width=_half_width(wish, sum(one.population for one in own), size),
    )


def _half_width(wish: Wish, population: int, size: int) -> float | None:
    return half_width_of_ratio(
        population,
        size * wish.response_percent // PERCENT,
        variation=wish.variation_percent / PERCENT,
        share=wish.expected_permille / PERMILLE,
    )


def _size(wish: Wish, strata: Sequence[Stratum], population: int) -> int:
    """Return how many stall days: as many as were wished for, else as the margin takes."""
    least = sum(
        one.population if one.takes_all else min(_PER_STRATUM, one.population) for one in strata
    )
    if wish.size is not None:
        if wish.size < least:
            raise EntryRefused(
                {
                    "size": Sentence(
                        "{n} lượt quá ít: {strata} nhóm cần ít nhất {least} lượt",
                        n=wish.size,
                        strata=len(strata),
                        least=least,
                    )
                }
            )
        return wish.size
    wanted = sample_size_for_ratio(
        population,
        wish.margin_permille / wish.expected_permille,
        variation=wish.variation_percent / PERCENT,
        response_rate=wish.response_percent / PERCENT,
    )
    return max(wanted, least)


def _check(wish: Wish) -> None:
    faults: dict[str, str] = {}
    for field, (low, high) in LIMITS.items():
        value = getattr(wish, field)
        if value is not None and not low <= value <= high:
            faults[field] = Sentence(
                "Ghi {n}, cần từ {low} đến {high}", n=value, low=low, high=high
            )
    if not wish.name:
        faults["name"] = "Chưa có tên đợt khảo sát"
    if len(wish.name) > NAME_CHARS_MAX:
        faults["name"] = Sentence(
            "Tên dài {n} chữ, tối đa {most}", n=len(wish.name), most=NAME_CHARS_MAX
        )
    if not wish.market_codes:
        faults["market_codes"] = "Chưa chọn chợ nào"
    days = (wish.last_on - wish.first_on).days + 1
    if days < 1:
        faults["last_on"] = "Ngày cuối đang trước ngày đầu"
    elif days > DAYS_MAX:
        faults["last_on"] = Sentence(
            "{n} ngày quá dài cho một đợt, tối đa {most}", n=days, most=DAYS_MAX
        )
    if wish.last_hour <= wish.first_hour:
        faults.setdefault("last_hour", "Giờ cuối phải sau giờ đầu")
    if faults:
        raise EntryRefused(faults)


def _known_deviations(session: Session, strata: Collection[str]) -> dict[str, float]:
    """Return how much takings differed in strata of the same name when they were asked last."""
    newest = sa.select(sa.func.max(col(SurveyAnswer.id))).group_by(col(SurveyAnswer.visit_id))
    rows = session.execute(
        sa.select(
            col(SurveyStratum.survey_id),
            col(SurveyStratum.name),
            col(SurveyAnswer.cash_vnd) + col(SurveyAnswer.digital_vnd),
        )
        .join(SurveyVisit, col(SurveyVisit.id) == col(SurveyAnswer.visit_id))
        .join(SurveyStratum, col(SurveyStratum.id) == col(SurveyVisit.stratum_id))
        .where(
            col(SurveyAnswer.id).in_(newest),
            col(SurveyAnswer.outcome) == Answer.ANSWERED,
            col(SurveyStratum.name).in_(sorted(strata)),
        )
    )
    told: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for survey_id, name, takings in rows:
        told[name][survey_id].append(int(takings))
    found = {}
    for name, by_survey in told.items():
        latest = by_survey[max(by_survey)]
        if len(latest) >= _PER_STRATUM:
            found[name] = statistics.stdev(latest)
    return found
