"""What a reader of adoption may choose, how far it stands, and what is said where it holds no market."""

from typing import Any

from market.adoption.periods import Period
from market.i18n import Translator, day
from market.pages.adoption_asked import Reading
from market.pages.adoption_periods import period_inside, period_label, periods_to_choose
from market.reports.models import AdoptionReport
from market.security.principal import Principal
from merchants.markets.areas import Area
from merchants.sentences import first_upper


def choices(reading: Reading, caller: Principal, _: Translator) -> dict[str, Any]:
    """Return the lists of the form above the figures, and why there are none to show."""
    scopes = list(reading.market_names)
    if caller.market_codes is None:
        scopes = [("", _("Tất cả các chợ")), *scopes]
    days = set(reading.published_on) | ({reading.as_of} if reading.as_of else set())
    return {
        "periods": [
            (one.label, period_label(one, _))
            for one in periods_to_choose(reading.months, reading.period)
        ],
        "scopes": scopes,
        "area_groups": [
            (name, areas)
            for name, areas in (
                (_("Nhóm chợ"), [(one.code, _(one.name)) for one in reading.areas]),
                (_("Xã, phường có chợ"), [(one.code, one.name) for one in reading.communes]),
            )
            if areas
        ],
        "as_of": reading.as_of,
        "published_on": sorted(days, reverse=True),
        "nothing": _nothing_words(reading, _),
    }


def state_words(report: AdoptionReport, _: Translator) -> str:
    """Return how far figures stand: official are those alone that were published."""
    if report.is_provisional and not report.is_rounded:
        return _("sơ bộ")
    return _("chính thức") if report.is_published else _("chưa công bố")


def _nothing_words(reading: Reading, _: Translator) -> tuple[str, str]:
    """Return what is said in place of the figures of no market: a headline and a sentence."""
    if reading.empty_area is None:
        return (
            _("Chưa có chợ nào trong danh sách"),
            _("Số liệu hiện sau khi đăng ký chợ và chốt ngày đầu tiên."),
        )
    headline = _(
        "{area} không có chợ nào trong {period}",
        area=first_upper(_(reading.empty_area.name)),
        period=period_inside(reading.period, _),
    )
    return headline, _since_when(reading.empty_area, reading.period, _)


def _since_when(area: Area, period: Period, _: Translator) -> str:
    """Return when an area has markets, that has none at the end of a period."""
    if not area.members:
        return _("Chưa xếp chợ nào vào địa bàn này.")
    on = period.window.last
    later = [member.from_on for member in area.members if member.from_on > on]
    if later:
        return _("Có chợ thuộc địa bàn này từ ngày {on}. Chọn kỳ từ ngày đó.", on=day(min(later)))
    until = max(member.to_on for member in area.members if member.to_on is not None)
    return _("Chợ cuối cùng thuộc địa bàn này đến hết ngày {on}. Chọn kỳ trước đó.", on=day(until))
