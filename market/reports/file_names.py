"""What files of a period's figures are called: two cut-offs and two areas never share a name."""

from market.adoption.periods import Scheme

CUT_OFF_14 = "-chot14"


def file_stem(what: str, period: str, scheme: str, area_code: str = "") -> str:
    """Return ``dien-bien-2026-10-chot14-ma``: no word of a cut-off for the calendar's, none for all markets."""
    cut_off = CUT_OFF_14 if scheme == Scheme.ADMIN_15_14 else ""
    area = f"-{area_code.lower()}" if area_code else ""
    return f"{what}-{period}{cut_off}{area}"
