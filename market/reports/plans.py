"""Plans beside figures: what is planned for an indicator, and how far the figure has come.

A plan is set and published; it says nothing about anybody. What is reached of it would say what a
hidden figure is, so of a hidden figure nothing is told but the plan.
"""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from fractions import Fraction
from types import MappingProxyType

from market.adoption.definitions import CATALOGUE, Unit
from market.i18n import NBSP, num, pct, vnd
from market.reports.models import PlanView
from merchants.campaigns.attainment import PlanLine, attainment
from merchants.kinds import TargetUnit

UNITS: Mapping[Unit, TargetUnit] = MappingProxyType(
    {
        Unit.RATIO: TargetUnit.PERCENT,
        Unit.VND: TargetUnit.VND,
        Unit.VND_PER_MARKET_DAY: TargetUnit.VND_PER_MARKET_DAY,
        Unit.RECEIPTS_PER_VENDOR_DAY: TargetUnit.RECEIPTS_PER_VENDOR_DAY,
    }
)
"""In which unit a target of an indicator is set."""


def planned_unit(indicator: str) -> TargetUnit | None:
    """Return the unit a target of an indicator is set in; ``None`` = no such indicator."""
    definition = CATALOGUE.get(indicator)
    return UNITS[definition.unit] if definition else None


def plan_view(plan: PlanLine, value: float | None, *, is_hidden: bool, on: date) -> PlanView:
    """Return a plan in the unit of its figure, and what is reached of it.

    Args:
        value: the figure, a share of one for shares; ``None`` = there is none.
        is_hidden: the figure may not be told, nor then how much of the plan it is.
        on: the day the figure speaks of.
    """
    reached = None
    if value is not None and not is_hidden:
        planned = _exactly(plan.value_milli, plan.unit)
        reached = float(attainment(value=Fraction(value), planned=planned))
    return PlanView(
        target_id=plan.target_id,
        value=from_milli(plan.value_milli, plan.unit),
        expected=from_milli(plan.expected_milli(on), plan.unit),
        attainment=reached,
        period_from=plan.period_from,
        period_to=plan.period_to,
        area=plan.area.value,
        area_code=plan.area_code,
        legal_basis=plan.legal_basis,
    )


def to_milli(value: float, unit: TargetUnit) -> int:
    """Return a figure in thousandths of its unit, a share of one in thousandths of a per cent."""
    thousandths = Fraction(value) * (100_000 if unit is TargetUnit.PERCENT else 1000)
    return int((2 * thousandths + 1) // 2)


def from_milli(value_milli: int, unit: TargetUnit) -> float:
    """Return thousandths of a unit as a figure, per cent as a share of one."""
    return float(_exactly(value_milli, unit))


def _exactly(value_milli: int, unit: TargetUnit) -> Fraction:
    return Fraction(value_milli, 100_000 if unit is TargetUnit.PERCENT else 1000)


def milli_text(value_milli: int, unit: TargetUnit) -> str:
    """Return a planned value as it is printed: ``78,5%``, ``15.000.000 ₫``, ``2,5``."""
    value = Decimal(value_milli).scaleb(-3)
    if unit is TargetUnit.PERCENT:
        return f"{num(value, _decimals(value))}%"
    if unit is TargetUnit.RECEIPTS_PER_VENDOR_DAY:
        return num(value, _decimals(value))
    return vnd(int(value))


def read_milli(text: str) -> int | None:
    """Return what somebody typed as a planned value, in thousandths; ``None`` = it is no number.

    ``78,5``, ``78,5 %``, ``15.000.000`` and ``15 000 000 ₫``: a dot before exactly three digits
    parts thousands, a comma or another dot begins the decimals.
    """
    plain = text.replace(NBSP, "").replace(" ", "").rstrip("%₫đ")
    if not plain or not set(plain) <= set("0123456789.,"):
        return None
    whole, comma, fraction = plain.partition(",")
    groups = whole.split(".")
    are_thousands = all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
    if len(groups) > 1 and not are_thousands:
        if comma or len(groups) > 2:
            return None
        whole, fraction = groups
        groups = [whole]
    try:
        value = Decimal("".join(groups) + (f".{fraction}" if fraction else ""))
    except InvalidOperation:
        return None
    return int(value.scaleb(3).quantize(Decimal(1), ROUND_HALF_UP))


def typed_text(value_milli: int | None) -> str:
    """Return a planned value as somebody would type it: ``78,5``; empty for ``None``."""
    if value_milli is None:
        return ""
    value = Decimal(value_milli).scaleb(-3)
    return num(value, _decimals(value))


def _decimals(value: Decimal) -> int:
    """Return how many decimals a value in thousandths needs."""
    return next(n for n in range(4) if value == round(value, n))


def figure_text(value: float, unit: str) -> str:
    """Return a planned figure in the unit of its indicator, printed as a plan is."""
    kind = UNITS[Unit(unit)]
    return milli_text(to_milli(value, kind), kind)


def expected_text(value: float, unit: str) -> str:
    """Return where a plan's line stands, rounded as the figures beside it are."""
    kind = UNITS[Unit(unit)]
    if kind is TargetUnit.PERCENT:
        return pct(value)
    return num(value, 2) if kind is TargetUnit.RECEIPTS_PER_VENDOR_DAY else vnd(round(value))
