"""How figures stand in the cells of the printed report, and how its periods are called."""

from market.adoption.disclosure.hidden import Hidden
from market.adoption.periods import Length, Period
from market.i18n import num
from market.reports.flags import HIDDEN_TEXT
from market.reports.models import AreaView, IndicatorView
from market.reports.wording import value_text

ROMAN = ("I", "II", "III", "IV")


def period_words(period: Period) -> str:
    """Return ``tháng 10 năm 2026``, ``quý IV năm 2026`` or ``năm 2026``."""
    year, month = divmod(period.first_month, 12)
    if period.length is Length.YEAR:
        return f"năm {year}"
    if period.length is Length.QUARTER:
        return f"quý {ROMAN[month // 3]} năm {year}"
    # Months 1 and 2 are written with two digits, as days below 10 are.
    return f"tháng {month + 1:02} năm {year}" if month < 2 else f"tháng {month + 1} năm {year}"


def figure_cell(one: IndicatorView) -> str:
    """Return a figure, or the mark of why it is not told."""
    return HIDDEN_TEXT[one.hidden] if one.hidden else value_text(one)


def frame_cell(area: AreaView | None) -> str:
    """Return the number of vendors of an area, or the mark of why it is not told; few are told as few."""
    if area is None:
        return "chưa có"
    if area.vendors_in_frame is not None:
        return num(area.vendors_in_frame)
    return few_or_mark(area.frame_hidden)


def few_or_mark(hidden: str) -> str:
    """Return what stands instead of a number of vendors: ``<5`` of those that are 1 to 4, else a mark."""
    return "<5" if hidden == Hidden.PRIMARY else HIDDEN_TEXT[hidden]
