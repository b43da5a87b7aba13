"""The reports as they leave the house: the same models for pages, JSON, CSV and terminal."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import model_validator

from market.adoption.disclosure.hidden import Hidden
from market.reports.money_parts import ExpectedView, IssueView, PayoutView, SourceAmounts
from market.reports.study_models import CardView, IndexView, SeasonView, StudyView
from market.reports.view import View

NOT_CASH_VI = "Chưa gồm tiền mặt."
NOT_CASH_EN = "Cash is not in it."


class CloseState(StrEnum):
    """How far a day's books have come."""

    OPEN = "open"
    PROVISIONAL = "provisional"
    FINAL = "final"


class CloseView(View):
    """The version of a day's close that figures rest on."""

    market_code: str
    business_date: date
    version: int
    state: CloseState
    incomplete: str
    """Why the day is not final; empty = nothing missing."""
    closed_at: datetime
    root_sha256: str


class DayAmounts(View):
    """What a day came to; đồng.

    ``net_vnd`` = gross - refunds - fees - tax. ``pending_vnd`` is in no statement yet and is added
    to nothing.
    """

    payments: int
    gross_vnd: int
    refunds_vnd: int
    fees_vnd: int
    tax_vnd: int
    net_vnd: int
    matched_vnd: int
    pending_vnd: int
    unexplained_vnd: int
    paid_out_vnd: int


class ReceiptState(StrEnum):
    """What is known of one receipt."""

    MATCHED = "matched"
    DIFFERS = "differs"
    """Both books tell of it, with different amounts."""
    FEE_DIFFERS = "fee_differs"
    """Both books tell the amount alike; its fee or tax is not that of the contract."""
    UNMATCHED = "unmatched"
    """Counted, but only one book tells of it."""
    REFUND = "refund"
    PENDING = "pending"
    """Announced, in no statement yet; added to nothing."""
    NOT_ON_STATEMENT = "not_on_statement"
    """Announced, and the statement that should hold it does not; added to nothing."""
    ANNOUNCED = "announced"
    """Announced on a day whose books are not closed; added to nothing."""


COUNTED = frozenset(
    {
        ReceiptState.MATCHED,
        ReceiptState.DIFFERS,
        ReceiptState.FEE_DIFFERS,
        ReceiptState.UNMATCHED,
    }
)
"""The states of receipts whose amounts add up to the day's gross."""


class ReceiptView(View):
    """One receipt of a vendor's day."""

    occurred_at: datetime | None
    """``None`` = the provider tells the day only."""
    amount_vnd: int
    """Negative for a refund."""
    provider: str
    provider_name: str
    state: ReceiptState


class DayOfWeek(View):
    """One of the seven days up to the report's."""

    on: date
    is_closed: bool
    payments: int | None
    gross_vnd: int | None
    """``None`` = not closed, which is not 0."""


class VendorDayReport(View):
    """What one vendor received by QR on one day, and in the week up to it."""

    vendor_code: str
    vendor_name: str
    market_code: str
    market_name: str
    stalls: list[str]
    on: date
    state: CloseState
    close: CloseView | None
    """``None`` = the day is not closed yet."""
    amounts: DayAmounts | None
    """``None`` = the day is not closed yet: nothing is known for sure."""
    sources: list[SourceAmounts]
    """By source, largest first; they come to ``amounts``. Empty while the day is not closed."""
    expected: list[ExpectedView]
    """What of the day's money is still on its way, by the day it is due."""
    payouts: list[PayoutView]
    """What arrived in the account on the day."""
    receipts: list[ReceiptView]
    announced: int
    """Receipts announced and added to nothing."""
    announced_vnd: int
    week: list[DayOfWeek]
    latest_closed_on: date | None
    note_vi: str
    note_en: str

    @property
    def week_vnd(self) -> int | None:
        """Return the sum of the week's closed days; ``None`` = none of them is closed."""
        closed = [day.gross_vnd for day in self.week if day.gross_vnd is not None]
        return sum(closed) if closed else None


LINE_AMOUNTS = (
    "payments",
    "gross_vnd",
    "refunds_vnd",
    "fees_vnd",
    "tax_vnd",
    "net_vnd",
    "pending_vnd",
    "unexplained_vnd",
    "paid_out_vnd",
)
"""What a vendor's line of a market's day holds beside names: a count, and đồng."""


class VendorLine(View):
    """One vendor in a market's day."""

    vendor_code: str
    vendor_name: str
    stalls: list[str]
    payments: int
    gross_vnd: int
    refunds_vnd: int
    fees_vnd: int
    tax_vnd: int
    net_vnd: int
    pending_vnd: int
    unexplained_vnd: int
    paid_out_vnd: int

    @property
    def has_receipts(self) -> bool:
        """Return whether anything was received, announced or given back: not fees or payouts alone."""
        return any((self.payments, self.pending_vnd, self.unexplained_vnd, self.refunds_vnd))


class MarketDayReport(View):
    """What one market received by QR on one day, and who."""

    market_code: str
    market_name: str
    on: date
    state: CloseState
    close: CloseView | None
    is_open: bool | None
    """Whether it was a market day; ``None`` = not closed yet."""
    amounts: DayAmounts | None
    vendors_receiving: int | None
    sources: list[SourceAmounts]
    issues: list[IssueView]
    """What is not settled, most at stake first; it names nobody."""
    vendors: list[VendorLine]
    """Vendors with anything on the day whose payments the market may see, by stall."""
    untracked: VendorLine | None
    """The sum of everybody else, under no code, name or stall; ``None`` = there is nobody else."""
    latest_closed_on: date | None
    note_vi: str
    note_en: str


class Product(StrEnum):
    """Whom a table is for; each product has its own rule of disclosure."""

    ECONOMIST = "economist"
    MANAGER = "manager"


class DefinitionView(View):
    """What an indicator means: a row of the data dictionary."""

    id: str
    name_vi: str
    name_en: str
    formula_vi: str
    formula_en: str
    note_vi: str
    note_en: str
    unit: str
    disclosure: str
    source_vi: str
    source_en: str


class PlanView(View):
    """What is planned for a figure, in the figure's unit, and how far the figure has come."""

    target_id: int
    value: float
    expected: float
    """Where the plan's straight line stands on the last day the figure speaks of."""
    attainment: float | None
    """The figure over the planned value, 1.1465 = 114,65 %; ``None`` = hidden, or no figure."""
    period_from: date
    period_to: date
    area: str
    """Whom the target was set for: ``market``, ``wave`` or ``area``."""
    area_code: str
    legal_basis: str


class IndicatorView(View):
    """One figure of one area, as far as it may be shown."""

    id: str
    name_vi: str
    name_en: str
    value: float | int | None
    """``None`` = hidden (see ``hidden``) or nothing to say (the denominator is 0)."""
    unit: str
    numerator: float | int | None
    numerator_below: int | None
    """5 = the numerator counts 1 to 4 vendors and is told as "<5"."""
    denominator: int | None
    window_first: date | None
    window_last: date
    coverage: float | None
    is_provisional: bool
    hidden: str
    """Empty, ``c`` (fewer than the minimum stand behind it), ``s`` (it would tell another), ``u``
    (the data cover too little) or ``w`` (it waits until the period is published)."""
    plan: PlanView | None
    """``None`` = nothing is planned for this figure on the window's last day."""
    low: float | None
    """Where the value may lie if the vendors, or the posters, were a sample: 95 %."""
    high: float | None
    credible: float | None
    """U8 with everything that was announced and is not confirmed; ``None`` = not told."""
    is_rounded: bool
    """The counts are multiples, or the share whole per cents: it has no interval, and no difference
    from another figure is a change."""

    @property
    def flags(self) -> str:
        """Return the flags of the tidy table, which ``market.reports.flags`` explains."""
        rounded = "k" if self.is_rounded else ""
        nothing = "n" if self.value is None and not self.hidden else ""
        return f"{self.hidden}{rounded}{'p' if self.is_provisional else ''}{nothing}"


class BorderView(View):
    """A market that came under another commune inside the window: codes were used anew in 2025."""

    on: date
    """Its first day in the new one."""
    left_code: str
    left: str
    joined_code: str
    joined: str


class AreaView(View):
    """One market, or all markets together (``market_code`` ``*``)."""

    market_code: str
    market_name: str
    commune_code: str
    commune_valid_from: date | None
    reference_on: date
    """The day the register was read at: the last market day of the window."""
    opened_on: date | None
    """The market's first day, where it lies inside the window; ``None`` = open from before."""
    closed_on: date | None
    """Its last market day, also where it closed before; then no stall and no vendor of it is in the frame.
    ``None`` = it was held to the end of the window."""
    borders: list[BorderView]
    """Changes of its commune inside the window; all three are empty where areas are of many markets."""
    market_days: int
    closed_days: int
    provisional_days: int
    """Market days of the period whose newest close is provisional."""
    days_not_closed: list[date]
    """Market days of the period that have come and have no close."""
    vendors_in_frame: int | None
    """``None`` = hidden; ``frame_hidden`` says why."""
    frame_hidden: str
    """Empty, ``c`` (1 to 4 vendors), ``s`` (it would tell another) or ``w`` (it waits until the period is
    published)."""
    indicators: list[IndicatorView]
    goods: list["GoodsView"]
    """By goods group, the largest first; small groups together as ``khác``."""
    closes: int
    """How many closed days the figures rest on."""
    rests_on_sha256: str
    """SHA-256 over the roots of those closes, by market and day, a line each."""

    @model_validator(mode="before")
    @classmethod
    def _kept_without_a_mark(cls, kept: object) -> object:
        """Take in what was kept before numbers of vendors said why they are hidden.

        No reader may be told "<5" of a large area, so no number of those is said to be small.
        """
        if not isinstance(kept, dict) or "frame_hidden" in kept:
            return kept
        is_told = kept.get("vendors_in_frame") is not None
        return kept | {"frame_hidden": "" if is_told else Hidden.SECONDARY.value}

    @property
    def has_break(self) -> bool:
        """Return whether the market began, ended or changed its commune inside the window."""
        has_ended = self.closed_on is not None and not self.was_closed
        return bool(self.opened_on or has_ended or self.borders)

    @property
    def was_closed(self) -> bool:
        """Return whether the market had closed before the window began."""
        return self.closed_on is not None and self.closed_on < self.reference_on

    def __getitem__(self, indicator_id: str) -> IndicatorView:
        return next(one for one in self.indicators if one.id == indicator_id)


class GoodsView(View):
    """What one goods group of an area received."""

    goods_group: str
    vendors: int | None
    """Who received anything; ``None`` = hidden."""
    receipts: int | None
    value_vnd: int | None
    share: float | None
    """Of the value of the area; ``None`` = hidden, or the area's value is."""
    hidden: str


class CohortView(View):
    """Vendors whose first receipt fell into one month, and how many were paid again later."""

    month: str
    size: int | None
    """``None`` = fewer than 5 began: nothing is told of them."""
    active: list[int | None]
    """By month since; ``None`` = hidden."""
    returned: list[int | None]
    """Of those, who had been without a receipt for 90 days."""


class TrendPoint(View):
    """What earlier periods of the same length were published with."""

    period: str
    area_code: str
    indicator: str
    value: float | None
    hidden: str
    is_provisional: bool


class AreaGroupView(View):
    """The area a report is about, and what a reader must know about its borders."""

    code: str
    name: str
    caveat: str
    """Printed with every figure of the area; may be empty."""
    legal_basis: str
    market_codes: list[str]
    """Its markets on the last day of the period."""


class PeriodTables(View):
    """Everything a product tells of a period; what is kept of an edition."""

    period: str
    scheme: str
    product: Product
    window_first: date
    window_last: date
    known_at: datetime | None
    version: int | None
    counts_rounded_to: int | None
    """5 = counts of vendors are multiples of five, and money waits; ``None`` = they are exact."""
    rules_sha256: str
    areas: dict[str, "AreaView"]
    """By market code, by ``*`` for all together, by the codes of ``groups``."""
    groups: dict[str, AreaGroupView]
    cohorts: list[CohortView]
    trend: list[TrendPoint]
    """Of every area, oldest first; the period itself is its last."""
    series: dict[str, list[tuple[str, float | None]]]
    """By area, U8 of the months as they were published, oldest first; ``None`` = hidden, or nothing."""
    hidden: list[list[str]]
    """Cells of linked tables that were hidden, for the periods that follow in the year."""


class CashlessView(View):
    """The cashless share of takings by the newest survey; it is of its own markets and days."""

    survey_id: int
    name: str
    first_on: date
    last_on: date
    market_codes: list[str]
    share: float | None
    """``None`` = ``untold`` says why."""
    low: float | None
    """From here to ``high``: 95 %."""
    high: float | None
    answers: int
    response_rate: float | None
    untold: str
    counted: float | None
    """Of payments by number, from the quarter hours of counting; ``None`` = too few were counted, or
    the survey is of more markets."""


class PeerView(View):
    """One figure of a market, and the middle of those told of the others of its class."""

    id: str
    own: float | int | None
    middle: float | None
    """``None`` = told of fewer than 3 of them."""
    markets: int
    unit: str


class PeersView(View):
    """A market beside the others of its class."""

    market_class: int
    markets: int
    figures: list[PeerView]


class AdoptionReport(View):
    """How far vendors are paid by QR in one month."""

    period: str
    """``2026-10``, ``2026-Q4`` or ``2026``"""
    scheme: str
    """``calendar`` or ``admin_15_14``: cut off on the 14th."""
    version: int | None
    """Which edition of the period this is; ``None`` = it was not published."""
    is_published: bool
    """``False`` = it may change with every close, and nothing of it should be quoted."""
    counts_rounded_to: int | None
    """5 = counts of vendors are multiples of five, shares whole per cents of those, and money waits
    until the period is published; ``None`` = all are exact."""
    known_at: datetime | None
    """Closes up to then are in it; ``None`` = all there are."""
    rules_sha256: str
    """Digest of the rules of disclosure the tables were made by."""
    window_first: date
    window_last: date
    """The last day of the month, or the newest closed day while the month is not closed."""
    market_code: str | None
    """``None`` = all markets, or those of ``area``."""
    area: AreaGroupView | None
    """``None`` = no area was asked for; else ``total`` is that of the area's markets."""
    product: Product
    is_provisional: bool
    total: AreaView | None
    """All markets together; ``None`` in a report about one market."""
    markets: list[AreaView]
    cohorts: list[CohortView]
    """Of all markets together; empty in a report about one, or about an area."""
    trend: list[TrendPoint]
    """Of the area the report is about, oldest first."""
    study: StudyView | None
    """Of the area the report is about; ``None`` = not asked for, or there is no such area."""
    cards: list[CardView]
    """Of the markets told, where the study was asked for."""
    cashless: CashlessView | None
    """What no receipt tells; ``None`` = no survey of these markets was over by the window's end."""
    peers: PeersView | None
    """Of one market, for economists of all; ``None`` = any other report."""
    index: IndexView | None
    """Of the area the report is about, where the study was asked for."""
    seasons: SeasonView | None
    """Likewise."""
    definitions: list[DefinitionView]
    closes: list[CloseView]
    rests_on_sha256: str
    """SHA-256 over the roots of ``closes``, in their order, a line each."""
    note_vi: str
    note_en: str

    @property
    def main(self) -> AreaView | None:
        """Return the area the report is about; ``None`` = no market is registered."""
        return self.total or (self.markets[0] if self.markets else None)

    @property
    def market_name(self) -> str:
        """Return the name of the one market it is about, its code when it opened only later."""
        return self.markets[0].market_name if self.markets else self.market_code or ""

    @property
    def is_rounded(self) -> bool:
        """Say whether counts are rounded and money waits: economists read what is not published."""
        return self.counts_rounded_to is not None


class PhaseView(View):
    """The weeks before a campaign, the campaign, or the weeks after it."""

    phase: str
    """``before``, ``during`` or ``after``."""
    window_first: date
    window_last: date
    """The end of the phase, or the newest closed day while it lasts."""
    inside: AreaView
    """The campaign's markets together."""
    outside: AreaView | None
    """The markets in no wave of the programme together; ``None`` = there is none."""
    markets: list[AreaView]
    """Each of the campaign's markets."""


class PhaseChangeView(View):
    """How a figure moved from the weeks before: shares in points of one, all else relatively."""

    indicator: str
    phase: str
    inside: float | None
    """``None`` = one of the two figures is hidden, or there is nothing to divide by."""
    outside: float | None


class CampaignReport(View):
    """A programme or one of its waves before, during and after, beside the markets not in it."""

    programme_code: str
    programme_name: str
    legal_basis: str
    wave: int | None
    """``None`` = the programme with all its waves."""
    wave_name: str
    window_first: date
    window_last: date | None
    weeks: int
    """How many weeks before and after are looked at."""
    told_until: date | None
    """Last day of the newest published month, or today in it; ``None`` = none is published."""
    inside_codes: list[str]
    outside_codes: list[str]
    is_provisional: bool
    phases: list[PhaseView]
    """Those that have begun."""
    changes: list[PhaseChangeView]
    definitions: list[DefinitionView]
    closes: list[CloseView]
    rests_on_sha256: str
    note_vi: str
    note_en: str

    def change(self, indicator: str, phase: str) -> PhaseChangeView | None:
        """Return how a figure moved until a phase; ``None`` = the phase has not begun."""
        return next(
            (one for one in self.changes if (one.indicator, one.phase) == (indicator, phase)), None
        )
