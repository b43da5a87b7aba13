"""How states and calendar rules are named to people on the terminal."""

from datetime import date

from market.i18n.place_words import STALL_STATES, rule_words
from market.i18n.vendor_words import VENDOR_STATES
from merchants.calendars.open_days import CalendarRuleSpan
from merchants.kinds import CalendarRule

STALL_STATES_VI = STALL_STATES

VENDOR_STATES_VI = VENDOR_STATES


def calendar_vi(rule_type: str | None, params: str | None) -> str:
    """Return a calendar rule in words; ``None`` = the market has none."""
    if rule_type is None:
        return rule_words(None)
    return rule_words(CalendarRuleSpan(CalendarRule(rule_type), params or "", date.min))
