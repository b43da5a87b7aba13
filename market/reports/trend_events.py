"""What a reader of a trend must know happened meanwhile: Tết, campaigns, markets that changed."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from market.adoption.indicator import Window
from market.adoption.lunar_year import tet
from market.i18n import Translator, day
from market.reports.market_changes import MarketChange, changes_of
from market.reports.models import AdoptionReport
from merchants.campaigns.programmes import list_programmes
from merchants.tables import Market


@dataclass(frozen=True, slots=True)
class TrendEvent:
    """Something that happened on a day, or over several, and what it is called in a table."""

    kind: str
    """``tet``, ``campaign``, ``opened``, ``closed`` or ``border``."""
    first: date
    last: date | None
    """``None`` = it has no end yet."""
    name: str
    """Of the market, or of the campaign; empty for Tết."""
    joined: str = ""
    """The commune a market came under."""


def trend_events(session: Session, report: AdoptionReport, window: Window) -> list[TrendEvent]:
    """Return what happened in the days of a trend to the markets of a report, by day."""
    codes = {one.market_code for one in report.markets}
    found = [
        TrendEvent("tet", tet(year), tet(year), "")
        for year in range(window.first.year, window.last.year + 1)
        if window.first <= tet(year) <= window.last
    ]
    found += [
        TrendEvent("campaign", wave.from_on, wave.to_on, wave.name or programme.name)
        for programme in list_programmes(session)
        for wave in programme.waves
        if codes.intersection(code for code, _ in wave.markets)
        and wave.from_on <= window.last
        and (wave.to_on is None or window.first <= wave.to_on)
    ]
    markets = session.exec(select(Market).where(col(Market.code).in_(sorted(codes)))).all()
    changes = changes_of(session, {one.code: one for one in markets}, window)
    names = {one.code: one.name for one in markets}
    found += [
        event for code, one in changes.items() for event in _of_market(names[code], one, window)
    ]
    return sorted(found, key=lambda one: (one.first, one.kind, one.name))


def event_words(one: TrendEvent, _: Translator) -> str:
    """Return an event in words, as it stands below the chart."""
    if one.kind == "campaign":
        if one.last is None:
            return _("chiến dịch {name}, từ {first}", name=one.name, first=day(one.first))
        return _(
            "chiến dịch {name}, từ {first} đến {last}",
            name=one.name,
            first=day(one.first),
            last=day(one.last),
        )
    if one.kind == "opened":
        return _("{market} mở ngày {on}", market=one.name, on=day(one.first))
    if one.kind == "closed":
        return _("{market} họp phiên cuối ngày {on}", market=one.name, on=day(one.first))
    if one.kind == "border":
        return _(
            "{market} thuộc {joined} từ {on}", market=one.name, joined=one.joined, on=day(one.first)
        )
    return _("có Tết, chợ nghỉ nhiều ngày")


def _of_market(name: str, one: MarketChange, window: Window) -> list[TrendEvent]:
    found = [
        TrendEvent(kind, on, on, name)
        for kind, on in (("opened", one.opened_on), ("closed", one.closed_on))
        if on is not None and on >= window.first
    ]
    return found + [TrendEvent("border", at.on, at.on, name, at.joined) for at in one.borders]
