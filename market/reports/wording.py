"""Figures in words: what stands in a cell, and what it was divided by. Pages and terminal agree."""

from collections.abc import Callable, Mapping
from functools import partial

from market.adoption.disclosure.hidden import Hidden
from market.i18n import NOTHING, Lang, day, num, pct, vnd
from market.reports.models import AdoptionReport, IndicatorView

HIDDEN_VI, HIDDEN_EN = "ẩn", "hidden"
WAITING_VI, WAITING_EN = "chờ công bố", "when published"
NOTHING_EN = "none yet"

# What is counted above and below the line; {n} and {d} are formatted numbers.
_PARTS_VI = {
    "S1": "{n} trên {d} điểm kinh doanh",
    "S2": "{n} trên {d} tiểu thương",
    "S3": "{n} trên {d} tiểu thương",
    "S4": "{n} trên {d} tiểu thương",
    "S6": "{n} điểm nhận tiền trên {d} mã QR",
    "S5": "{n} trên {d} điểm nhận tiền",
    "S7": "{n} trên {d} tấm mã",
    "S8": "{n} đã nhận tiền trên {d} người đồng ý",
    "S9": "{n} điểm cho {d} tiểu thương",
    "U1": "{n} trên {d} tiểu thương",
    "U2": "{n} trên {d} tiểu thương",
    "U4": "{n} trên {d} tiểu thương",
    "U6": "{n} trên {d} tiểu thương có QR",
    "U3": "trung bình của {d} ngày chợ",
    "U5": "{n} trên {d} tiểu thương có QR",
    "U7": "{n} khoản, {d} ngày chợ của tiểu thương",
    "U8": "{n} trong {d} ngày chợ",
    "U9.median": "ở giữa {d} khoản",
    "U9.mean": "{n} của {d} khoản",
}
_PARTS_EN = {
    "S1": "{n} of {d} stalls",
    "S2": "{n} of {d} vendors",
    "S3": "{n} of {d} vendors",
    "S4": "{n} of {d} vendors",
    "S6": "{n} acceptance points to {d} QR codes",
    "S5": "{n} of {d} acceptance points",
    "S7": "{n} of {d} posters",
    "S8": "{n} paid of {d} who consented",
    "S9": "{n} points for {d} vendors",
    "U1": "{n} of {d} vendors",
    "U2": "{n} of {d} vendors",
    "U4": "{n} of {d} vendors",
    "U6": "{n} of {d} equipped vendors",
    "U3": "mean of {d} market days",
    "U5": "{n} of {d} equipped vendors",
    "U7": "{n} receipts, {d} vendor market days",
    "U8": "{n} on {d} market days",
    "U9.median": "middle of {d} receipts",
    "U9.mean": "{n} of {d} receipts",
}
_BAND_VI, _BAND_EN = "{n} trên {d} khoản", "{n} of {d} receipts"
_MONEY = frozenset({"U8", "U9.mean"})
CASH_POINTS = "S9"
"""Its numerator is a hundred times the points: so many come to 100 vendors."""
NO_CASH_LIST_VI, NO_CASH_LIST_EN = "chưa ghi nơi nạp, rút nào", "no cash points written down yet"


def value_text(one: IndicatorView, lang: Lang = Lang.VI) -> str:
    """Return the value as it is printed: ``45,4%``, ``1.250.000 ₫``, ``ẩn`` or ``chưa có``."""
    if one.hidden == Hidden.WAITING:
        return WAITING_VI if lang is Lang.VI else WAITING_EN
    if one.hidden:
        return HIDDEN_VI if lang is Lang.VI else HIDDEN_EN
    if one.value is None:
        return NOTHING if lang is Lang.VI else NOTHING_EN
    if one.is_rounded:
        return about_text(one.value, lang)
    if one.unit == "days":
        return f"{num(one.value)} {'ngày' if lang is Lang.VI else 'days'}"
    return _PRINTED.get(one.unit, _in_vnd)(one.value)


def about_text(share: float, lang: Lang = Lang.VI) -> str:
    """Return a share of rounded counts without the decimals they do not carry, ``khoảng 70%``."""
    return f"{'khoảng' if lang is Lang.VI else 'about'} {pct(share, 0)}"


def _in_vnd(value: float) -> str:
    return vnd(int(value))


_PRINTED: Mapping[str, Callable[[float], str]] = {
    "ratio": pct,
    "receipts_per_vendor_day": partial(num, decimals=2),
    "per_100_vendors": partial(num, decimals=1),
}


def parts_text(one: IndicatorView, lang: Lang = Lang.VI) -> str:
    """Return what the value was made of, ``281 trên 619 tiểu thương``; empty when there is nothing."""
    if one.numerator_below is not None:
        few = (
            f"dưới {one.numerator_below}"
            if lang is Lang.VI
            else f"fewer than {one.numerator_below}"
        )
        return f"{few} tiểu thương" if lang is Lang.VI else f"{few} vendors"
    if one.id == CASH_POINTS and one.numerator is None and not one.hidden:
        return NO_CASH_LIST_VI if lang is Lang.VI else NO_CASH_LIST_EN
    if one.value is None or one.denominator is None:
        return ""
    parts = _PARTS_VI if lang is Lang.VI else _PARTS_EN
    band = _BAND_VI if lang is Lang.VI else _BAND_EN
    numerator = _counted(one)
    told = parts.get(one.id, band).format(
        n=vnd(int(numerator)) if one.id in _MONEY else num(numerator), d=num(one.denominator)
    )
    if one.is_rounded:
        return f"{'khoảng' if lang is Lang.VI else 'about'} {told}"
    return told


def _counted(one: IndicatorView) -> float | int:
    numerator = one.numerator or 0
    return numerator // 100 if one.id == CASH_POINTS else numerator


_SHORT = {
    "U3": "{d} ngày chợ",
    "U7": "{n} khoản",
    "U8": "{d} ngày chợ",
    "U9.median": "{d} khoản",
    "U9.mean": "{d} khoản",
}


def short_parts_text(one: IndicatorView) -> str:
    """Return the same in the few letters a column of a terminal has: ``281/619``."""
    if one.numerator_below is not None:
        return f"<{one.numerator_below}"
    if one.value is None or one.denominator is None:
        return ""
    numerator = _counted(one)
    return _SHORT.get(one.id, "{n}/{d}").format(n=num(numerator), d=num(one.denominator))


def coverage_text(coverage: float | None, lang: Lang = Lang.VI, *, is_rounded: bool = False) -> str:
    """Return the data coverage as it stands beside a value."""
    if coverage is None:
        return "độ phủ chưa có" if lang is Lang.VI else "coverage not known yet"
    share = about_text(coverage, lang) if is_rounded else pct(coverage)
    return f"độ phủ {share}" if lang is Lang.VI else f"coverage {share}"


def interval_text(one: IndicatorView) -> str:
    """Return where a share may lie, ``58,3–71,0%``; empty where it has no interval."""
    if one.low is None or one.high is None or one.unit != "ratio":
        return ""
    return f"{pct(one.low).removesuffix('%')}–{pct(one.high)}"


def reach_words(report: AdoptionReport) -> str:
    """Return the days a printed report speaks of; where none is closed, the day its list is of."""
    if report.main is not None and not report.main.closes:
        return f"danh sách đến ngày {day(report.window_last)}, chưa chốt ngày chợ nào"
    return f"từ {day(report.window_first)} đến hết {day(report.window_last)}"


def change_text(one: IndicatorView, before: IndicatorView | None, lang: Lang = Lang.VI) -> str:
    """Return how a figure moved: ``+4,2 điểm``, ``−11,8%``; empty where one of the two is not told.

    Of two figures of which one is rounded the difference is mostly what rounding moved: none is told.
    """
    if before is None or one.value is None or before.value is None:
        return ""
    if one.is_rounded or before.is_rounded:
        return ""
    if one.unit == "ratio":
        unit = "điểm" if lang is Lang.VI else "points"
        return f"{_signed((one.value - before.value) * 100)} {unit}"
    if not before.value:
        return ""
    return f"{_signed((one.value - before.value) / before.value * 100)}%"


def _signed(value: float) -> str:
    text = num(abs(value), 1)
    sign = "" if text == num(0.0, 1) else "+" if value > 0 else "−"
    return f"{sign}{text}"
