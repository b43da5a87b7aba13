"""What an attacker makes of the counts of one edition: those told, "<5", and the public's multiples."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scipy.optimize import linprog

from market.reports.models import PeriodTables
from market.reports.public_models import PublicTables

COUNTED = ("S2", "S3", "S4", "U1", "U2", "U4")
"""Parts of the vendors in the frame."""
FEW = 5


@dataclass(frozen=True)
class FewLeft:
    """A count of 1 to 4, of a part or of its rest, and from what to what an attacker knows it to lie."""

    where: str
    count: int
    low: float
    high: float


def few_counts(
    economist: PeriodTables, manager: PeriodTables, public: PublicTables
) -> Iterator[FewLeft]:
    """Yield every count of few vendors in an edition with the attacker's bounds of it."""
    markets = [code for code in economist.areas if code != "*" and code not in economist.groups]
    for id_ in COUNTED:
        equal, bounds = _known(economist, public, id_, markets)
        for code in economist.areas:
            frame, part = manager.areas[code].vendors_in_frame, manager.areas[code][id_].numerator
            assert frame is not None
            assert part is not None
            for side, count in ((0, int(part)), (1, frame - int(part))):
                if 1 <= count < FEW:
                    goal = _row(economist, markets, code, side)
                    low, high = _ends(goal, equal, bounds)
                    yield FewLeft(f"{economist.period} {code} {id_} {side}", count, low, high)


Rows = list[tuple[Sequence[float], float]]


def _known(
    tables: PeriodTables, public: PublicTables, id_: str, markets: Sequence[str]
) -> tuple[Rows, Rows]:
    """Return what is known exactly, and upper bounds, over each market's part and rest."""
    equal: Rows = []
    bounds: Rows = []

    def within(row: Sequence[float], low: float, high: float) -> None:
        bounds.extend([(row, high), ([-each for each in row], -low)])

    for code, area in tables.areas.items():
        sides = [_row(tables, markets, code, side) for side in (0, 1)]
        whole = [one + other for one, other in zip(*sides, strict=True)]
        cell = area[id_]
        if area.vendors_in_frame is not None:
            equal.append((whole, area.vendors_in_frame))
        if cell.numerator is not None and cell.denominator is not None:
            equal += [(sides[0], cell.numerator), (whole, cell.denominator)]
        if cell.numerator_below is not None:
            within(sides[0], 1, FEW - 1)
    for one in public.areas:
        code = next(each for each in tables.areas if each.removeprefix("@") == one.code)
        for figure in one.figures:
            if figure.id == id_ and figure.numerator is not None:
                row = _row(tables, markets, code, 0)
                within(
                    row, figure.numerator - public.count_base, figure.numerator + public.count_base
                )
    return equal, bounds


def _row(tables: PeriodTables, markets: Sequence[str], code: str, side: int) -> list[float]:
    own: Mapping[str, Sequence[str]] = {
        "*": markets,
        **{area: group.market_codes for area, group in tables.groups.items()},
    }
    inside = own.get(code, [code])
    return [float(one in inside and at == side) for one in markets for at in (0, 1)]


def _ends(goal: Sequence[float], equal: Rows, bounds: Rows) -> tuple[float, float]:
    ends = []
    for sign in (1, -1):
        found = linprog(
            [sign * each for each in goal],
            A_eq=[row for row, _ in equal] or None,
            b_eq=[value for _, value in equal] or None,
            A_ub=[row for row, _ in bounds] or None,
            b_ub=[value for _, value in bounds] or None,
            method="highs-ds",
        )
        assert found.status in {0, 3}, found.message
        ends.append(float("inf") if found.status == 3 else sign * found.fun)
    return ends[0], ends[1]
