"""The period a reader's report is compared with, or why there is nothing to compare it with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from types import MappingProxyType

from sqlmodel import Session, col, select

from market.adoption.disclosure.hidden import Hidden
from market.adoption.periods import Period
from market.i18n import Lang, Translator
from market.reports.errors import NotMeasuredYet, PlaceNotInPeriod
from market.reports.models import AdoptionReport, IndicatorView
from market.reports.wording import change_text
from reconciliation.tables import DayClose


class Uncompared(Enum):
    """Why a period has nothing a report could be compared with."""

    NOT_PUBLISHED = auto()
    NOT_MEASURED = auto()
    NOT_CLOSED = auto()
    PLACE_CAME_LATER = auto()
    NOT_OPEN = auto()
    NO_MARKET = auto()
    ROUNDED = auto()
    """The counts compared would be rounded: the difference would be mostly what rounding moved."""


_WHY_NOT: Mapping[Uncompared, str] = MappingProxyType(
    {
        Uncompared.NOT_PUBLISHED: "Không so được với {period}: kỳ đó chưa công bố.",
        Uncompared.NOT_MEASURED: "Không so được với {period}: kỳ đó chưa được tính sẵn.",
        Uncompared.NOT_CLOSED: "Không so được với {period}: kỳ đó chưa chốt ngày nào.",
        Uncompared.PLACE_CAME_LATER: "Không so được với {period}: số liệu kỳ đó có trước nơi này.",
        Uncompared.NOT_OPEN: "Không so được với {period}: kỳ đó chợ chưa mở.",
        Uncompared.NO_MARKET: "Không so được với {period}: kỳ đó địa bàn này không có chợ nào.",
        Uncompared.ROUNDED: "Chưa so với {period}: số người của kỳ này còn làm tròn, nên trừ hai số "
        "chỉ ra phần làm tròn, không phải mức tăng giảm. So được khi kỳ này công bố.",
    }
)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A period to compare with: its report, or why there is none."""

    period: Period
    report: AdoptionReport | None
    why_not: Uncompared | None


def read_earlier(
    session: Session,
    period: Period,
    report_of: Callable[[Period], AdoptionReport],
    later: AdoptionReport,
    until: datetime | None,
) -> Earlier:
    """Return the report of an earlier period about the same place as a later one's.

    What was published is compared with what was published, by ``until`` if told; the rest is
    measured while one waits.
    """
    from market.reports.editions import newest_edition

    report: AdoptionReport | None = None
    why_not: Uncompared | None = None
    if later.is_published and newest_edition(session, period, until) is None:
        why_not = Uncompared.NOT_PUBLISHED
    elif not _is_closed(session, period):
        why_not = Uncompared.NOT_CLOSED
    else:
        try:
            report = report_of(period)
        except PlaceNotInPeriod:
            why_not = Uncompared.PLACE_CAME_LATER
        except NotMeasuredYet:
            why_not = Uncompared.NOT_MEASURED
    if report is not None:
        why_not = _incomparable(report, later)
    return Earlier(period, None if why_not else report, why_not)


def _incomparable(report: AdoptionReport, later: AdoptionReport) -> Uncompared | None:
    if report.main is None:
        return Uncompared.NO_MARKET if report.area else Uncompared.NOT_OPEN
    if not report.main.closes:
        return Uncompared.NOT_CLOSED
    return Uncompared.ROUNDED if later.is_rounded else None


def why_not_words(earlier: Earlier | None, period: str, _: Translator) -> str:
    """Return why there is nothing to compare with; empty where there is, or nothing was asked for.

    Args:
        period: as it stands inside a sentence.
    """
    if earlier is None or earlier.why_not is None:
        return ""
    return _(_WHY_NOT[earlier.why_not], period=period)


def moved_words(
    one: IndicatorView, earlier: Earlier | None, period: str, lang: Lang, _: Translator
) -> str:
    """Return how a figure moved, or why that cannot be said of it; empty where it is not told itself."""
    before = earlier.report.main if earlier and earlier.report else None
    told = {each.id: each for each in before.indicators} if before else {}
    then = told.get(one.id)
    if then is None or one.value is None:
        return ""
    change = change_text(one, then, lang)
    if change:
        return _("{change} so với {period}", change=change, period=period)
    if then.hidden == Hidden.WAITING:
        return _("không so được: {period} chưa công bố số này", period=period)
    if then.hidden:
        return _("không so được: {period} phải ẩn số này", period=period)
    if then.value is None:
        return _("không so được: {period} chưa có số này", period=period)
    return _("không so được: {period} là 0", period=period)


def _is_closed(session: Session, period: Period) -> bool:
    window = period.window
    return (
        session.exec(
            select(DayClose.id)
            .where(col(DayClose.business_date).between(window.first, window.last))
            .limit(1)
        ).first()
        is not None
    )
