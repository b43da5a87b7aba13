"""What stands above figures of adoption: whose they are, and how far they stand."""

from market.i18n import Translator
from market.reports.models import AdoptionReport
from merchants.sentences import first_upper


def place_of(report: AdoptionReport, _: Translator) -> str:
    """Return whom a report is about: an area, a market, or how many markets."""
    if report.area is not None:
        return first_upper(_(report.area.name))
    if report.market_code is None:
        return _("{n} chợ", n=len(report.markets))
    return report.market_name


def state_words(report: AdoptionReport, _: Translator) -> str:
    """Return how far figures stand: official are those alone that were published."""
    if report.is_provisional and not report.is_rounded:
        return _("sơ bộ")
    return _("chính thức") if report.is_published else _("chưa công bố")
