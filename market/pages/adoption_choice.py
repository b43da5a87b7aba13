"""What a reader of adoption may choose, and what is said where there is nothing to show."""

from typing import Any

from market.i18n import Translator
from market.pages.adoption_absent import absent_words
from market.pages.adoption_asked import Reading
from market.pages.adoption_periods import period_label, periods_to_choose
from market.security.principal import Principal


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
        "nothing": absent_words(reading.absent, reading.period, _),
    }
