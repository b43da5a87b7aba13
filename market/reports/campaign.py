"""A campaign before, during and after its window, beside the markets that were not in it.

The figures are those of the adoption report and hide what it hides. Every window holds whole weeks
of the same weekdays, and use is told per market day, so that market calendars compare. Days are told
once their month is published, as it was: whoever reads a campaign that runs day by day would else
see what each day adds. No cause is claimed: markets are not drawn by lot for a campaign.
Source: domain.md 3.1 (A13) and 11.6.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.codes import GROUP
from market.adoption.definitions import CATALOGUE, Unit
from market.adoption.disclosure.figures import Told
from market.adoption.disclosure.products import TableProduct, rules_or_strictest
from market.adoption.indicator import Window
from market.adoption.periods import Scheme
from market.reports.adoption import definition_view
from market.reports.differences import changed_since_told
from market.reports.models import (
    NOT_CASH_EN,
    NOT_CASH_VI,
    AreaGroupView,
    AreaView,
    CampaignReport,
    CloseView,
    IndicatorView,
    PhaseChangeView,
    PhaseView,
    Product,
)
from market.reports.period_tables import Measured
from market.reports.vintage import months_of, newest_of, published_until
from market.security.errors import ScopeRefused
from merchants.campaigns.programmes import (
    Phase,
    ProgrammeEntry,
    WaveEntry,
    find_programme,
    wave_code,
)
from merchants.errors import ProgrammeNotFound
from merchants.tables import Market, Programme, Wave, WaveMarket

WEEKS = 4
"""Before and after. Not for readers to choose: two spans that differ by a week tell that week."""
COMPARED = ("S3", "U1", "U3", "U7", "U8")
"""Equipped, active in 30 days and per market day, receipts and value per market day."""
INSIDE, OUTSIDE = "in", "out"
INSIDE_NAME, OUTSIDE_NAME = "Chợ trong đợt", "Chợ không tham gia"


@dataclass(frozen=True, slots=True)
class Span:
    """One phase and its days, both ends included."""

    phase: Phase
    first: date
    last: date


def phase_spans(first: date, last: date | None, until: date) -> list[Span]:
    """Return the phases of a campaign that have begun, cut at a day; ``last`` ``None`` = open."""
    weeks = timedelta(weeks=WEEKS)
    spans = [Span(Phase.BEFORE, first - weeks, first - timedelta(days=1))]
    spans.append(Span(Phase.DURING, first, until if last is None else last))
    if last is not None:
        spans.append(Span(Phase.AFTER, last + timedelta(days=1), last + weeks))
    return [
        Span(span.phase, span.first, min(span.last, until)) for span in spans if span.first <= until
    ]


def build_campaign_report(
    session: Session,
    programme_code: str,
    number: int | None,
    *,
    today: date,
    within: frozenset[str] | None,
    p_percent: int | None = None,
) -> CampaignReport:
    """Return the comparison of a programme or a wave; see ``market.reports.campaign_report``."""
    programme = find_programme(session, programme_code)
    wave = None if number is None else _wave(programme, number)
    markets = list(session.exec(select(Market).order_by(col(Market.code))))
    sides = _Sides.of(programme, wave, markets, within)
    groups = _all_sides(session, markets) if sides.inside else {}
    window = wave or programme
    until, known = published_until(session, window.from_on - timedelta(weeks=WEEKS), today)
    spans = phase_spans(window.from_on, window.to_on, until) if until and sides.inside else []
    phases: list[PhaseView] = []
    closes: list[CloseView] = []
    for span in spans:
        days = Window(span.first, span.last)
        made = Measured.of(session, days, known_at=known.of(days), sides=groups)
        hidden = _changed_since_told(session, made, p_percent)
        phases.append(_phase(made.told(Product.ECONOMIST, p_percent, hidden), span, made, sides))
        told = sides.inside | sides.outside
        closes += [one for code in sorted(told) for one in made.closes.get(code, ())]
    areas = [area for phase in phases for area in (phase.inside, phase.outside) if area]
    return CampaignReport(
        programme_code=programme.code,
        programme_name=programme.name,
        legal_basis=programme.legal_basis,
        wave=number,
        wave_name=wave.name if wave else "",
        window_first=window.from_on,
        window_last=window.to_on,
        weeks=WEEKS,
        told_until=until,
        inside_codes=sorted(sides.inside),
        outside_codes=sorted(sides.outside),
        is_provisional=any(one.is_provisional for area in areas for one in area.indicators),
        phases=phases,
        changes=_changes(phases),
        definitions=[definition_view(CATALOGUE[id_]) for id_ in COMPARED],
        closes=closes,
        rests_on_sha256=hashlib.sha256(
            "\n".join(close.root_sha256 for close in closes).encode()
        ).hexdigest(),
        note_vi=NOT_CASH_VI,
        note_en=NOT_CASH_EN,
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """The codes of the markets in the campaign, and of those in no wave of its programme."""

    inside: frozenset[str]
    outside: frozenset[str]

    @classmethod
    def of(
        cls,
        programme: ProgrammeEntry,
        wave: WaveEntry | None,
        markets: Sequence[Market],
        within: frozenset[str] | None,
    ) -> "_Sides":
        anywhere = _codes(programme.waves)
        inside = anywhere if wave is None else _codes([wave])
        if within is not None and not inside <= within:
            raise ScopeRefused
        outside = {market.code for market in markets} - anywhere
        return cls(inside, frozenset(outside if within is None else outside & within))


def _codes(waves: Sequence[WaveEntry]) -> frozenset[str]:
    return frozenset(code for wave in waves for code, _ in wave.markets)


def _wave(programme: ProgrammeEntry, number: int) -> WaveEntry:
    for wave in programme.waves:
        if wave.number == number:
            return wave
    raise ProgrammeNotFound(wave_code(programme.code, number))


def _all_sides(session: Session, markets: Sequence[Market]) -> dict[str, AreaGroupView]:
    """Return the markets of every wave, of every programme, and those in none of its waves.

    All of them may be told to somebody; so what is hidden is decided with all of them in view.
    """
    everywhere = frozenset(market.code for market in markets)
    waves: dict[str, dict[int, set[str]]] = {}
    rows = session.execute(
        sa.select(col(Programme.code), col(Wave.number), col(Market.code))
        .join(Wave, col(Wave.programme_id) == col(Programme.id))
        .join(WaveMarket, col(WaveMarket.wave_id) == col(Wave.id))
        .join(Market, col(Market.id) == col(WaveMarket.market_id))
        .order_by(col(Programme.id), col(Wave.id))
    )
    for code, wave, market_code in rows:
        waves.setdefault(code, {}).setdefault(wave, set()).add(market_code)
    sides: set[frozenset[str]] = set()
    for members in waves.values():
        whole = frozenset().union(*members.values())
        sides |= {whole, everywhere - whole, *(frozenset(codes) for codes in members.values())}
    return {_side(codes): _group_of(codes) for codes in sorted(sides, key=sorted) if codes}


def _side(codes: frozenset[str]) -> str:
    return f"{GROUP}{'+'.join(sorted(codes))}"


def _group_of(codes: frozenset[str]) -> AreaGroupView:
    return AreaGroupView(
        code=_side(codes), name="", caveat="", legal_basis="", market_codes=sorted(codes)
    )


def _changed_since_told(
    session: Session, made: Measured, p_percent: int | None
) -> frozenset[tuple[str, ...]]:
    """Return the money that would tell of few, were it read before and after it changed.

    The days stay as their months told them, but who withdrew since and what was reversed since are
    left out of them at once.
    """
    rule = rules_or_strictest(p_percent)[TableProduct.DISTRICT]
    found: frozenset[tuple[str, ...]] = frozenset()
    for scheme in Scheme:
        months = months_of(made.window, scheme)
        newest = newest_of(session, months, None)
        told = [
            (month.window.part_in(made.window), newest[month.label])
            for month in months
            if month.label in newest
        ]
        found |= changed_since_told(session, made, told, rule)
    return found


def _phase(told: Told, span: Span, made: Measured, sides: _Sides) -> PhaseView:
    # A reader's markets outside may be fewer than all those outside: then they are no area that is
    # told, and nothing is said of them together.
    areas = {area.market_code: area for area in told.areas}

    def view(code: str, **named: str) -> AreaView:
        whole = made.view(areas[code], told, {})
        chosen = [whole[id_] for id_ in COMPARED]
        return whole.model_copy(update={"indicators": chosen, "goods": [], **named})

    def side(codes: frozenset[str], code: str, name: str) -> AreaView | None:
        known = _side(codes)
        return view(known, market_code=code, market_name=name) if known in areas else None

    inside = side(sides.inside, INSIDE, INSIDE_NAME)
    assert inside is not None
    return PhaseView(
        phase=span.phase.value,
        window_first=made.window.first,
        window_last=made.window.last,
        inside=inside,
        outside=side(sides.outside, OUTSIDE, OUTSIDE_NAME),
        markets=[view(code) for code in sorted(sides.inside)],
    )


def _changes(phases: Sequence[PhaseView]) -> list[PhaseChangeView]:
    start = next((one for one in phases if one.phase == Phase.BEFORE.value), None)
    return [
        PhaseChangeView(
            indicator=id_,
            phase=phase.phase,
            inside=_moved(start.inside[id_], phase.inside[id_]),
            outside=(
                _moved(start.outside[id_], phase.outside[id_])
                if start.outside and phase.outside
                else None
            ),
        )
        for id_ in COMPARED
        for phase in phases
        if start is not None and phase is not start
    ]


def _moved(start: IndicatorView, end: IndicatorView) -> float | None:
    """Return the difference of two shares, or by how much of itself another figure moved."""
    if start.value is None or end.value is None:
        return None
    if start.unit == Unit.RATIO.value:
        return end.value - start.value
    return (end.value - start.value) / start.value if start.value else None
