"""A campaign before, during and after its window, beside the markets that were not in it.

The figures are those of the adoption report and hide what it hides. Every window holds whole weeks
of the same weekdays, and use is told per market day, so that market calendars compare. No cause is
claimed: markets are not drawn by lot for a campaign. Source: domain.md 3.1 (A13) and 11.6.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, select

from market.adoption.definitions import CATALOGUE, Unit
from market.adoption.disclosure import disclose_compared
from market.adoption.report import adoption_figures, group_figures
from market.reports.adoption import area_view, definition_view
from market.reports.adoption_days import ReportDays, load_frames
from market.reports.closes import close_view
from market.reports.models import (
    NOT_CASH_EN,
    NOT_CASH_VI,
    AreaView,
    CampaignReport,
    CloseView,
    IndicatorView,
    PhaseChangeView,
    PhaseView,
)
from market.security.errors import ScopeRefused
from merchants.campaigns.programmes import (
    Phase,
    ProgrammeEntry,
    WaveEntry,
    find_programme,
    wave_code,
)
from merchants.errors import ProgrammeNotFound
from merchants.markets.areas import list_areas
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


def phase_spans(first: date, last: date | None, today: date) -> list[Span]:
    """Return the phases of a campaign that have begun, cut at today; ``last`` ``None`` = open."""
    weeks = timedelta(weeks=WEEKS)
    spans = [Span(Phase.BEFORE, first - weeks, first - timedelta(days=1))]
    spans.append(Span(Phase.DURING, first, today if last is None else last))
    if last is not None:
        spans.append(Span(Phase.AFTER, last + timedelta(days=1), last + weeks))
    return [
        Span(span.phase, span.first, min(span.last, today)) for span in spans if span.first <= today
    ]


def build_campaign_report(
    session: Session,
    programme_code: str,
    number: int | None,
    *,
    today: date,
    within: frozenset[str] | None,
) -> CampaignReport:
    """Return the comparison of a programme or a wave; see ``market.reports.campaign_report``."""
    programme = find_programme(session, programme_code)
    wave = None if number is None else _wave(programme, number)
    markets = list(session.exec(select(Market).order_by(col(Market.code))))
    sides = _Sides.of(programme, wave, markets, within)
    told_before = _told_before(session, markets, programme_code, number, today)
    window = wave or programme
    phases: list[PhaseView] = []
    closes: list[CloseView] = []
    for span in phase_spans(window.from_on, window.to_on, today) if sides.inside else []:
        days = ReportDays.of(session, markets, span.first, span.last)
        phases.append(_phase(session, span, days, sides, told_before))
        told = sides.inside | sides.outside
        closes += [
            close_view(one) for (code, _), one in sorted(days.closes.items()) if code in told
        ]
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


def _told_before(
    session: Session, markets: Sequence[Market], programme_code: str, number: int | None, on: date
) -> list[frozenset[str]]:
    """Return whose sums may have been told before this campaign's, in the order they came to be.

    The areas of the adoption report come first, then each programme's waves, those in no wave, and
    the programme whole.
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
    told = [frozenset(area.markets_on(on)) for area in list_areas(session)]
    for code, members in waves.items():
        whole = frozenset().union(*members.values())
        for wave, codes in members.items():
            if (code, wave) == (programme_code, number):
                return [each for each in told if each]
            told += [frozenset(codes), everywhere - whole]
        if (code, None) == (programme_code, number):
            break
        told.append(whole)
    return [each for each in told if each]


def _phase(
    session: Session,
    span: Span,
    days: ReportDays,
    sides: _Sides,
    told_before: Sequence[frozenset[str]],
) -> PhaseView:
    frames = load_frames(session, days)
    areas = adoption_figures(frames, days.window, days.reference_days)
    groups = []
    for code, members in ((INSIDE, sides.inside), (OUTSIDE, sides.outside)):
        ids = [m.id for m in days.markets if m.code in members and m.id is not None]
        if ids:
            figures = group_figures(
                frames, days.window, days.reference_days, code=code, market_ids=ids
            )
            groups.append((figures, members))
    # A group's code is lower case, a market's never is.
    disclosed = {area.market_code: area for area in disclose_compared(areas, groups, told_before)}

    def view(code: str, name: str = "", members: frozenset[str] = frozenset()) -> AreaView:
        whole = area_view(disclosed[code], days, {}, name=name, members=members)
        return whole.model_copy(update={"indicators": [whole[id_] for id_ in COMPARED]})

    return PhaseView(
        phase=span.phase.value,
        window_first=days.window.first,
        window_last=days.window.last,
        inside=view(INSIDE, INSIDE_NAME, sides.inside),
        outside=view(OUTSIDE, OUTSIDE_NAME, sides.outside) if sides.outside else None,
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
