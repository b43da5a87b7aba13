"""What is said where a period holds no market of the place asked for: not open yet, none in it, none at all."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, select

from market.adoption.periods import Period
from market.i18n import Translator, day
from market.pages.adoption_periods import period_inside
from market.reports.models import AdoptionReport
from merchants.calendars.market_spans import market_spans
from merchants.markets.areas import Area
from merchants.sentences import first_upper
from merchants.tables import Market


@dataclass(frozen=True, slots=True)
class Absent:
    """A place, and when it holds a market instead."""

    name: str
    is_area: bool
    since: date | None
    """Its first day after the period; ``None`` = there is none."""
    until: date | None
    """Of an area: the last day a market was in it before; ``None`` = there was none."""


def absent_of(session: Session, report: AdoptionReport, on: date, areas: Iterable[Area]) -> Absent:
    """Return the place of a report that tells of no market, with its days around the period.

    Args:
        on: the last day of the period.
        areas: the reader's, the one asked for among them.
    """
    names = {market.id: (market.code, market.name) for market in session.exec(select(Market))}
    opened = {names[id_][0]: span.opened_on for id_, span in market_spans(session).items()}
    area = next((one for one in areas if report.area and one.code == report.area.code), None)
    if area is None:
        own = {code: name for code, name in names.values() if report.market_code in {None, code}}
        since = min((opened[code] for code in own if code in opened), default=None)
        return Absent(own.get(report.market_code or "", "Các chợ"), False, since, None)
    spans = [
        (max(one.from_on, opened.get(one.market_code, one.from_on)), one.to_on)
        for one in area.members
    ]
    held = [(first, last) for first, last in spans if last is None or first <= last]
    return Absent(
        name=area.name,
        is_area=True,
        since=min((first for first, _last in held if first > on), default=None),
        until=max((last for _first, last in held if last and last <= on), default=None),
    )


def absent_words(absent: Absent | None, period: Period, _: Translator) -> tuple[str, str]:
    """Return what is said in place of the figures of no market: a headline and a sentence."""
    inside = period_inside(period, _)
    if absent is not None and absent.is_area:
        name = first_upper(_(absent.name))
        headline = _("{area} không có chợ nào trong {period}", area=name, period=inside)
        return headline, _since_when(absent, _)
    if absent is not None and absent.since is not None:
        return (
            _("{market} mở sau {period}", market=_(absent.name), period=inside),
            _("Chợ họp từ ngày {on}. Chọn kỳ từ ngày đó.", on=day(absent.since)),
        )
    return (
        _("Chưa có chợ nào trong danh sách"),
        _("Số liệu hiện sau khi đăng ký chợ và chốt ngày đầu tiên."),
    )


def _since_when(area: Absent, _: Translator) -> str:
    if area.since is not None:
        return _("Có chợ thuộc địa bàn này từ ngày {on}. Chọn kỳ từ ngày đó.", on=day(area.since))
    if area.until is not None:
        return _(
            "Chợ cuối cùng thuộc địa bàn này đến hết ngày {on}. Chọn kỳ trước đó.",
            on=day(area.until),
        )
    return _("Chưa xếp chợ nào vào địa bàn này.")
