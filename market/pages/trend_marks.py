"""What happened meanwhile, on a trend: marks by period, a legend in words, rows of data."""

from collections.abc import Sequence

from market.adoption.periods import Length, Period, Scheme
from market.charts.trend import Event
from market.exports import Value
from market.i18n import Translator, num
from market.reports.models import AdoptionReport
from market.reports.trend_events import TrendEvent, event_words

EVENTS_NAMED = 8


def marks_of(
    periods: Sequence[str], happened: Sequence[TrendEvent], scheme: Scheme, _: Translator
) -> list[Event]:
    """Return what happened by place; in quarters and years Tết stands out of nothing."""
    are_months = Period.read(periods[0], scheme).length is Length.MONTH
    return [
        Event(_place_of(periods, one, scheme), event_words(one, _))
        for one in happened
        if are_months or one.kind != "tet"
    ]


def _place_of(periods: Sequence[str], one: TrendEvent, scheme: Scheme) -> int:
    """Return in which period something began; what began before all of them, in the first."""
    length = Period.read(periods[0], scheme).length
    label = Period.holding(one.first, length, scheme).label
    return periods.index(label) if label in periods else 0


def legend_of(names: Sequence[str], events: Sequence[Event], _: Translator) -> tuple[str, ...]:
    """Return each mark in words under the name of its period; of more than are named, how many more."""
    told = [f"{names[one.at]}: {one.name}" for one in events[:EVENTS_NAMED]]
    rest = len(events) - len(told)
    if rest:
        told.append(_("Còn {n} sự việc nữa, xem trong tệp CSV", n=num(rest)))
    return tuple(told)


def event_rows(
    report: AdoptionReport, periods: Sequence[str], happened: Sequence[TrendEvent], _: Translator
) -> list[list[Value]]:
    """Return what happened in the columns of the trend's rows, with its own days for a window."""
    scheme, area = Scheme(report.scheme), report.main.market_code if report.main else ""
    return [
        [
            periods[_place_of(periods, one, scheme)],
            report.scheme,
            one.first.isoformat(),
            one.last.isoformat() if one.last else "",
            area,
            f"EVENT/{one.kind}",
            *(None, "", ""),
            event_words(one, _),
        ]
        for one in happened
    ]
