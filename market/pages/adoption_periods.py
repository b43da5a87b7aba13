"""Reporting periods on pages: what they are called, and which there are to choose."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from market.adoption.periods import Length, Period, Scheme
from market.i18n import Translator
from market.i18n import month as month_text
from reconciliation.tables import DayClose

ROMAN = ("I", "II", "III", "IV")


def period_label(period: Period, _: Translator) -> str:
    """Return a period as it is written: ``Tháng 10/2026``, ``Quý IV/2026``, ``Năm 2026``."""
    year, month = divmod(period.first_month, 12)
    if period.length is Length.YEAR:
        return _("Năm {year}", year=year)
    if period.length is Length.QUARTER:
        return _("Quý {quarter}/{year}", quarter=ROMAN[month // 3], year=year)
    return _("Tháng {month}", month=month_text(date(year, month + 1, 1)))


def period_inside(period: Period, _: Translator) -> str:
    """Return the same inside a sentence: ``tháng 10/2026``."""
    label = period_label(period, _)
    return f"{label[:1].lower()}{label[1:]}"


def periods_to_choose(months: Sequence[Period], shown: Period) -> list[Period]:
    """Return months, their quarters and years, newest first, the one shown among them."""
    found = dict.fromkeys(months)
    for length in (Length.QUARTER, Length.YEAR):
        found |= dict.fromkeys(
            Period.holding(month.window.last, length, month.scheme) for month in months
        )
    return list(found if shown in found else {shown: None} | found)


def months_closed(session: Session, today: date, scheme: Scheme) -> list[Period]:
    """Return the months from the newest closed day back to the first one, newest first."""
    span = session.execute(
        sa.select(
            sa.func.min(col(DayClose.business_date)), sa.func.max(col(DayClose.business_date))
        ).where(col(DayClose.market_id).is_not(None))
    ).one()
    first, last = (Period.holding(day or today, Length.MONTH, scheme) for day in span)
    return [last.moved(-back) for back in range(last.first_month - first.first_month + 1)]
