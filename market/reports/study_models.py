"""What is studied of a period, as far as it may be shown: for the page, the paper, JSON and CSV."""

from datetime import date

from pydantic import model_validator

from market.reports.view import View


class ConcentrationView(View):
    """How unequally the value is spread over the vendors of the frame, those with nothing among them."""

    vendors: int | None
    receiving: int | None
    hhi: float | None
    """Sum of the squared shares; ``None`` = hidden, or no value."""
    equivalent_vendors: float | None
    """1/HHI: so many equal vendors would be as concentrated."""
    gini: float | None
    """With the small-sample correction."""
    lorenz: list[tuple[float, float]]
    """Share of vendors, ascending by value, and their share of the value; empty = too few vendors."""
    hidden: str


class ChannelView(View):
    """U11 of one channel: confirmed, and from what to what it may still move."""

    acceptance_type: str
    provider: str
    value_share: float | None
    low: float | None
    """With every open break on the side of the others."""
    high: float | None
    """With every open break that may be this channel's."""
    receipts_share: float | None
    hidden: str


class BreakView(View):
    """A named part of the width between what is confirmed and what is credible."""

    name: str
    """As the matching names it: ``pending_cut_off``, ``missing_in_statement``, …"""
    value_vnd: int | None
    """Of the whole window; ``None`` = hidden."""
    share: float | None
    """Of the value received and the breaks together."""
    hidden: str


class WaitView(View):
    """The Kaplan–Meier curve on one day after consent."""

    day: int
    paid: float | None
    """Share with a first receipt by then; ``None`` = fewer than five on one side."""
    low: float | None
    """From here to ``high``: 95 %."""
    high: float | None


class ActivationView(View):
    """Time from consent to the first receipt; who waits still is counted as waiting."""

    watched: int | None
    activated: int | None
    median_days: int | None
    """``None`` = hidden, or fewer than half were paid while they were watched."""
    median_low: int | None
    median_high: int | None
    waits: list[WaitView]
    hidden: str


class FanView(View):
    """Where a law of spreading may lead: quantiles of paths, or why there are none."""

    curve: str
    """``BASS`` or ``LOGISTIC``, as the catalogue names it."""
    refused: str
    """Why the data allow no curve (``diffusion.Unfit``); empty = they do."""
    market: int
    """Vendors in the frame, m."""
    months: list[str]
    """Observed, then those to come."""
    observed: list[int | None]
    """Who had begun by the end of each month; ``None`` = fewer than five began since the one told
    before, who are told with the next."""
    levels: list[float]
    ahead: list[list[float]]
    """For each month to come, those who have begun at each level."""
    parameters: list[list[float]]
    """For each parameter its value, its 2.5 % and its 97.5 % quantile: p and q, or a and b."""
    seed: int


class GrowthView(View):
    """U8's money against an earlier window: of all, of markets in both, of days that match."""

    against: str
    """``previous``, ``year_before`` or ``tet``: as many weeks from the earlier year's Tết."""
    window_first: date
    window_last: date
    raw: float | None
    """Of the sums; ``None`` = hidden, or there was nothing."""
    per_market_day: float | None
    matched: float | None
    """Of markets with a closed market day in both windows."""
    matched_days: float | None
    """Of those markets, on as many openings of each weekday on both sides, without holidays and disturbed days."""
    matched_markets: int
    market_days: int
    """Market days on each side of ``matched_days``."""
    opened: list[str]
    """Markets with closed days in this window alone."""
    closed: list[str]
    """Markets with closed days in the earlier window alone."""
    hidden: str
    """Of ``raw`` and ``per_market_day``."""
    matched_hidden: str
    """``hidden``, or ``s``: what it leaves out is the money of few."""
    matched_days_hidden: str
    """Likewise."""

    @model_validator(mode="before")
    @classmethod
    def _kept_without_marks(cls, kept: object) -> object:
        """Take in what was kept before each growth had a mark of its own."""
        if not isinstance(kept, dict) or "matched_hidden" in kept:
            return kept
        return kept | {
            "matched_hidden": kept.get("hidden"),
            "matched_days_hidden": kept.get("hidden"),
        }


class ObjectiveView(View):
    """An objective of a 4-G card: from where to where, until when; the unit is the target's."""

    indicator: str
    unit: str
    baseline_milli: int | None
    target_milli: int
    due_on: date


class CardView(View):
    """Where the 4-G card of a programme in a market stands on the window's last day."""

    market_code: str
    market_name: str
    programme_code: str
    programme_name: str
    objectives: list[ObjectiveView]
    tasks: int
    done: int
    late: list[tuple[str, str, date]]
    """Task, who answers for it, the day it was due."""
    unmet: int
    """Conditions that are not met."""


class ReasonView(View):
    """How often one reason was given within the period; ``None`` = hidden, see the mark beside it."""

    reason: str
    refused: int | None
    """Stalls that refused a helper, by what they said last."""
    refused_hidden: str
    """Flag: c = 1 to 4, told as "<5"; s = another period less this one would tell 1 to 4 of it."""
    ended: int | None
    """Vendors suspended or gone."""
    ended_hidden: str
    """Likewise."""

    @model_validator(mode="before")
    @classmethod
    def _kept_without_marks(cls, kept: object) -> object:
        """Take in what was kept when only 1 to 4 were hidden."""
        if not isinstance(kept, dict) or "refused_hidden" in kept:
            return kept
        marks = {f"{one}_hidden": "c" if kept[one] is None else "" for one in ("refused", "ended")}
        return kept | marks


class ComponentView(View):
    """A component of the composite index, whether it is known or not."""

    id: str
    group: str
    worst: float
    """The value that scores least."""
    best: float
    value: float | None
    """``None`` = not told, or there is none: the index does without it."""
    score: float | None
    """Between the two goalposts, from 0.01 to 1."""


class IndexView(View):
    """One number of a whole period, made of what is told beside it and of nothing else."""

    level: float | None
    """From 0 to 100; ``None`` = nothing of performance may be told."""
    index: float | None
    """With the base as 100; ``None`` = no quarter was published whole, or nothing is common."""
    base: str
    """The first quarter that was published whole; empty = none was."""
    left_out: list[str]
    """Components known in one of the two periods only: on neither side of ``index``."""
    groups: dict[str, float]
    weights: dict[str, int]
    components: list[ComponentView]


class SeasonView(View):
    """By calendar month, by what factor money lies above or below its trend."""

    months: int
    """Published months in a row, up to the newest one, of which the value is told."""
    first: str
    """The first and last of them; empty = there is none."""
    last: str
    factors: list[float]
    """January to December; empty = too few months."""


class StudyView(View):
    """The study of one area."""

    area_code: str
    concentration: ConcentrationView
    channels: list[ChannelView]
    breaks: list[BreakView]
    """What explains the width of U8's bounds, the largest first; empty = nothing is open."""
    activation: ActivationView
    growths: list[GrowthView]
    fans: list[FanView]
    """Of all markets together, or of a market for its own management; else empty."""
    reasons: list[ReasonView] | None
    """The most frequent first; ``None`` = told of all markets together, and to a market's own
    management."""
    complaints: int | None
    """About days of the period; ``None`` = not told of this area, or a market has 1 to 4 of them, in all
    or in one of the period's months."""


class PeriodStudies(View):
    """Everything a product tells of a period beyond its indicators."""

    areas: dict[str, StudyView]
    cards: list[CardView]
    hidden: list[list[str]]
