"""Figures of the headline table that follow from others: the match rate, receipts per market day.

Each is made of two figures that are told, and hidden where one of them is. Source: domain.md 13.1.
"""

from market.reports.models import AreaView, IndicatorView

MATCHED, RECEIPTS = "MATCHED", "RECEIPTS"
"""The share of the money announced that is confirmed; receipts per market day."""


def match_rate(money: IndicatorView) -> float | None:
    """Return what of the money announced is confirmed; ``None`` = one of the two is not told."""
    if money.value is None or not money.credible:
        return None
    return money.value / money.credible


def headline_figure(area: AreaView, id_: str) -> IndicatorView:
    """Return a figure of the headline table, one that follows from others as an indicator too."""
    money = area["U8"]
    if id_ == MATCHED:
        return _derived(money, MATCHED, match_rate(money), "ratio")
    if id_ == RECEIPTS:
        receipts, days = area["U9.mean"].denominator, money.denominator
        value = receipts / days if receipts is not None and days else None
        return _derived(money, RECEIPTS, value, "receipts_per_vendor_day")
    return area[id_]


def _derived(money: IndicatorView, id_: str, value: float | None, unit: str) -> IndicatorView:
    is_secret = value is None and money.value is not None
    return money.model_copy(
        update={
            "id": id_,
            "value": value,
            "unit": unit,
            "numerator": None,
            "denominator": None,
            "hidden": money.hidden or ("s" if is_secret else ""),
            "plan": None,
            "low": None,
            "high": None,
            "credible": None,
        }
    )
