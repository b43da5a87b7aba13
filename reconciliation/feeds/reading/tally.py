"""The sums of one table against what its totals row and its running balance say.

Source: feeds.md 11.3.
"""

from dataclasses import dataclass, field

from reconciliation.feeds.reading.balance import BalanceChain
from reconciliation.feeds.reading.layout import DebitSign, Layout, Role
from reconciliation.feeds.reading.lines import Line, money_at
from reconciliation.feeds.reading.refusal import FileRefused, RowRefused
from reconciliation.feeds.reading.sheets import SheetRow


@dataclass(slots=True)
class Sums:
    """How many rows moved money, and how much each way."""

    count: int = 0
    credit: int = 0
    debit: int = 0

    def add(self, signed: int) -> None:
        """Count a row; one that moved nothing does not count."""
        if signed > 0:
            self.credit += signed
        elif signed < 0:
            self.debit -= signed
        self.count += signed != 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a totals row states: both sides, the signed sum, or nothing."""

    debit: int | None = None
    credit: int | None = None
    net: int | None = None

    @property
    def is_told(self) -> bool:
        """Tell whether the row states any total."""
        return (self.debit, self.credit, self.net) != (None, None, None)

    def agrees(self, credit: int, debit: int) -> bool:
        """Tell whether sums of rows are the declared ones."""
        if self.net is not None:
            return self.net == credit - debit
        return (self.credit, self.debit) == (credit, debit)


@dataclass(slots=True)
class Tally:
    """Takes the rows of one table in file order and keeps what its control totals need."""

    has_balances: bool = True
    count: int = 0
    moved: Sums = field(default_factory=Sums)
    """Over all readable rows, those that wait for a person among them."""
    accepted: Sums = field(default_factory=Sums)
    chain: BalanceChain = field(default_factory=BalanceChain)
    _uncertain: Sums = field(default_factory=Sums)
    _has_unreadable: bool = False
    _has_quarantined: bool = False

    def take(self, line: Line) -> None:
        """Take the next data row."""
        self.count += 1
        self.moved.add(line.moved)
        if self.has_balances:
            self.chain.take(line)
        self._has_unreadable |= line.signed_amount is None
        self._has_quarantined |= line.problem is not None
        if line.problem is None:
            self.accepted.add(line.moved)
        if line.problem == "status":
            self._uncertain.add(line.signed_amount or 0)

    def control_status(self, declared: Declared) -> str:
        """Return agree, differ or absent.

        Raises:
            FileRefused: ``control_totals`` for a difference that no unreadable row explains.
        """
        verdicts = {self._totals(declared), self._balances()}
        return next((v for v in ("differ", "agree") if v in verdicts), "absent")

    def completeness(self, *, is_closed: bool) -> str:
        """Return complete, partial or unknown: a balance chain alone says nothing about the ends."""
        if self._has_quarantined:
            return "partial"
        return "complete" if is_closed else "unknown"

    def _totals(self, declared: Declared) -> str:
        if not declared.is_told:
            return "absent"
        # A row with an unknown status word is readable, but nobody knows whether the provider
        # counted it; either sum may be the declared one.
        moved, uncertain = self.moved, self._uncertain
        if declared.agrees(moved.credit, moved.debit) or declared.agrees(
            moved.credit + uncertain.credit, moved.debit + uncertain.debit
        ):
            return "agree"
        if self._has_unreadable:
            return "differ"
        raise FileRefused(
            "control_totals", f"the totals row says {declared}, the rows {self.moved}"
        )

    def _balances(self) -> str:
        if not self.chain.is_told:
            return "absent"
        if not self.chain.holds:
            raise FileRefused("control_totals", "the running balances do not follow the rows")
        return "differ" if self.chain.has_gap else "agree"


def declared_totals(row: SheetRow | None, layout: Layout, currency: str) -> Declared:
    """Return what a closing row states.

    Raises:
        FileRefused: ``control_totals`` when it must state a total and does not.
    """
    if row is None:
        return Declared()
    try:
        declared = _declared(row, layout, currency)
    except RowRefused as refusal:
        raise FileRefused("control_totals", f"the totals row: {refusal.detail}") from refusal
    if layout.has_closing_row and not declared.is_told:
        raise FileRefused("control_totals", "the totals row states no total")
    return declared


def _declared(row: SheetRow, layout: Layout, currency: str) -> Declared:
    if layout.column(Role.CREDIT) is None:
        signed = layout.column(Role.SIGNED_AMOUNT)
        column = layout.column(Role.AMOUNT) if signed is None else signed
        return Declared(net=money_at(row, column, currency))
    debit = money_at(row, layout.column(Role.DEBIT), currency)
    credit = money_at(row, layout.column(Role.CREDIT), currency)
    if (debit, credit) == (None, None) and not layout.has_closing_row:
        return Declared()
    if layout.debit_sign is not DebitSign.POSITIVE:
        debit = abs(debit or 0)
    return Declared(debit=debit or 0, credit=credit or 0)
