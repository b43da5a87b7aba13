"""What the product concluded against what really happened: recall, precision, wrong claims."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciliation.engine.outcomes import Outcome
from reconciliation.simulation.answers import (
    PAIRED,
    PAYMENTS,
    PAYOUTS,
    SIGNS,
    STATEMENT,
    Concluded,
    Seen,
    is_answered,
)
from reconciliation.simulation.deliveries import SimFile
from reconciliation.simulation.faults import Fault
from reconciliation.simulation.movements import Kind, Movement
from reconciliation.simulation.undecidable_payouts import undecidable_payouts
from reconciliation.simulation.undecidable_rows import undecidable_rows
from reconciliation.simulation.world import SimulatedWorld

OWNED = frozenset({Kind.PAYMENT, Kind.REFUND, Kind.CHARGEBACK})
"""Kinds of movements that must find their vendor."""
OPEN = frozenset(
    {
        Outcome.MISSING_IN_PAYMENTS,
        Outcome.MISSING_IN_STATEMENT,
        Outcome.AMBIGUOUS,
        Outcome.CONFLICT,
        Outcome.MISSING,
        Outcome.AMBIGUOUS_PAYOUT,
    }
)
"""Outcomes that leave the whole amount open; of a difference only the difference is open."""
UNDECIDED = frozenset({Outcome.AMBIGUOUS, Outcome.AMBIGUOUS_PAYOUT})
"""Outcomes that list several readings and pick none."""
DIFFERENT = frozenset({Outcome.MATCHED_WITH_DIFFERENCE, Outcome.SHORT, Outcome.OVER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One delivery and what became of it: its state as the inbox keeps it."""

    sha256: str
    provider: str
    state: str
    reason: str
    rows_new: int


@dataclass(slots=True, kw_only=True)
class FaultScore:
    """How one kind of fault was dealt with.

    ``answered`` of ``struck`` ended as they should; ``ambiguous`` were said to have several readings,
    and have: the truth itself shows that nothing that was sent tells them apart (``undecidable_rows``,
    ``undecidable_payouts``). Of ``said`` conclusions that name such a fault ``justified`` stand on one.
    """

    struck: int = 0
    answered: int = 0
    ambiguous: int = 0
    said: int = 0
    justified: int = 0

    @property
    def recall(self) -> float | None:
        """Return the share answered rightly of those not ambiguous, ``None`` when there are none."""
        decidable = self.struck - self.ambiguous
        return self.answered / decidable if decidable else None

    @property
    def precision(self) -> float | None:
        """Return the share of conclusions that are right, ``None`` when nothing was said."""
        return self.justified / self.said if self.said else None


@dataclass(frozen=True, kw_only=True)
class Score:
    """The whole comparison. All lists are empty in a perfect run; rows are those of the books."""

    faults: Mapping[Fault, FaultScore]
    wrong_claims: Sequence[str]
    invented: Sequence[str]
    lost: Sequence[str]
    missed: Sequence[str]
    unexplained: Sequence[str]
    unexplained_vnd: int
    ambiguous_vnd: int
    """The part of ``unexplained_vnd`` that was said to have several readings: listed, not picked."""
    rows_in: int
    rows_out: int


def score(world: SimulatedWorld, concluded: Iterable[Concluded], taken: Iterable[Taken]) -> Score:
    """Return how well the conclusions and deliveries of a world agree with its truth."""
    return _Comparison(world, list(concluded), list(taken)).score()


class _Comparison:
    def __init__(
        self, world: SimulatedWorld, concluded: list[Concluded], taken: list[Taken]
    ) -> None:
        self._world = world
        self._concluded = concluded
        self._by_row = {(one.book, one.key, one.leg): one for one in concluded}
        self._taken: dict[str, list[Taken]] = {}
        for delivery in taken:
            self._taken.setdefault(delivery.sha256, []).append(delivery)
        self._truth = {row: m for m in world.movements for row in _rows_of(m)}
        self._paid_by = {key: m for m in world.movements for key in m.pays}
        self._undecidable = {
            *undecidable_rows(world.movements),
            *undecidable_payouts(world.movements, world.last),
        }
        self._faults: dict[Fault, FaultScore] = {}
        self._missed: list[str] = []

    def score(self) -> Score:
        """Return the whole comparison."""
        self._count_movements()
        self._count_files()
        self._count_signs()
        unexplained = [(one, vnd) for one in self._concluded if (vnd := self._open_vnd(one))]
        told = {
            (book, key)
            for (book, key), movement in self._truth.items()
            if book != PAYOUTS and self._is_in_span(book, movement)
        }
        rows = {(one.book, one.key) for one in self._concluded if one.book != PAYOUTS}
        rows -= self._truth.keys() - told  # a day after the world's last may be closed too
        return Score(
            faults=self._faults,
            wrong_claims=[text for one in self._concluded for text in self._wrong(one)],
            invented=sorted(f"{book} {key}" for book, key in rows - self._truth.keys()),
            lost=sorted(f"{book} {key}" for book, key in told - rows),
            missed=self._missed,
            unexplained=[f"{x.book} {x.key} {x.leg} {x.outcome} {vnd}" for x, vnd in unexplained],
            unexplained_vnd=sum(vnd for _, vnd in unexplained),
            ambiguous_vnd=sum(vnd for one, vnd in unexplained if one.outcome in UNDECIDED),
            rows_in=len(told),
            rows_out=len(rows),
        )

    def _is_in_span(self, book: str, movement: Movement) -> bool:
        """Return whether the row's business date lies in the days of the world.

        A card sale of the last days has its statement row on the day its money is available.
        """
        moved_on = movement.business_on
        on = (movement.statement_on or moved_on) if book == STATEMENT else moved_on
        return self._world.first <= on <= self._world.last

    def _count_movements(self) -> None:
        for movement in self._world.movements:
            # What lands after the last day is in no book: nobody can have seen it.
            rows = ((PAYMENTS, movement.payments_key), (STATEMENT, movement.statement_key))
            if any(key and self._is_in_span(book, movement) for book, key in rows):
                for fault in movement.faults:
                    seen = self._seen(movement)
                    self._count(
                        fault,
                        is_answered(fault, seen),
                        f"{movement.payments_key} {movement.statement_key}",
                        ambiguous=movement in self._undecidable and _is_undecided(seen),
                    )

    def _count_files(self) -> None:
        for sent in self._world.files:
            for fault in sent.faults:
                self._count(fault, self._is_file_answered(sent, fault), sent.name)

    def _count(self, fault: Fault, answered: bool, what: str, *, ambiguous: bool = False) -> None:
        tally = self._faults.setdefault(fault, FaultScore())
        tally.struck += 1
        tally.answered += answered
        tally.ambiguous += ambiguous and not answered
        if not (answered or ambiguous):
            self._missed.append(f"{fault}: {what}")

    def _is_file_answered(self, sent: SimFile, fault: Fault) -> bool:
        """Return whether a broken file was refused whole, or no copy but one added a row.

        Days without a sale make files of equal bytes, so there may be more copies than were sent twice.
        """
        deliveries = self._taken.get(sent.sha256, [])
        rows = sorted(delivery.rows_new for delivery in deliveries)
        if fault is Fault.FILE_TRUNCATED:
            states = {delivery.state for delivery in deliveries}
            return bool(rows) and not rows[-1] and "rejected" in states
        return len(rows) > 1 and not any(rows[:-1])

    def _count_signs(self) -> None:
        for one in self._concluded:
            for (outcome, reason), faults in SIGNS.items():
                if one.outcome == outcome and reason in {"", one.reason}:
                    justified = bool(faults & self._faults_behind(one))
                    for fault in faults & self._faults.keys():
                        self._faults[fault].said += 1
                        self._faults[fault].justified += justified

    def _seen(self, movement: Movement) -> Seen:
        landed = movement.statement_key or ""
        return Seen(
            movement,
            payment=self._by_row.get((PAYMENTS, movement.payments_key or "", "B")),
            line=self._by_row.get((STATEMENT, landed, "B")),
            payout=self._by_row.get((PAYOUTS, landed, "C")),
            second=self._by_row.get((PAYMENTS, movement.second_key or "", "B")),
            parts=tuple(self._by_row.get((STATEMENT, key, "B")) for key, _ in movement.booked_as),
        )

    def _faults_behind(self, one: Concluded) -> set[Fault]:
        """Return the faults of the movement itself and of the payout that pays for it."""
        movement, payout = self._truth.get((one.book, one.key)), self._paid_by.get(one.key)
        return {fault for m in (movement, payout) if m is not None for fault in m.faults}

    def _open_vnd(self, one: Concluded) -> int:
        """Return the đồng a conclusion leaves open with no named fault behind it."""
        if self._faults_behind(one):
            return 0
        if one.outcome in OPEN:
            return one.amount_vnd
        if one.outcome in DIFFERENT:
            return abs(one.difference_vnd) + abs(one.fee_difference_vnd)
        return 0

    def _wrong(self, one: Concluded) -> Iterator[str]:
        """Yield each claim that the truth contradicts."""
        movement = self._truth.get((one.book, one.key))
        if movement is None:
            return
        where = f"{one.book} {one.key} {one.leg}"
        if one.leg == "B" and one.outcome in PAIRED:
            other = self._truth.get((one.counterpart_book, one.counterpart_key))
            if other is not movement:
                yield f"{where}: paired with {one.counterpart_key}"
        # A payout that differs is settled as a whole; only "matched" says that it pays this line.
        if one.leg == "C" and one.book == STATEMENT and one.outcome == Outcome.MATCHED:
            payout = movement if movement.kind is Kind.PAYOUT else self._paid_by.get(one.key)
            names = {payout.statement_key, payout.payout_reference} if payout else set()
            if one.counterpart_key and one.counterpart_key not in names:
                yield f"{where}: paid by {one.counterpart_key}"
        if movement.kind in OWNED and one.vendor_code not in {"", movement.vendor_code}:
            yield f"{where}: given to {one.vendor_code}, is {movement.vendor_code or 'nobody'}'s"


def _is_undecided(seen: Seen) -> bool:
    rows = (seen.payment, seen.line, seen.payout, *seen.parts)
    return any(row is not None and row.outcome in UNDECIDED for row in rows)


def _rows_of(movement: Movement) -> Iterator[tuple[str, str]]:
    """Yield the rows of the books that tell a movement; a payout is told in a book of its own."""
    if movement.payments_key:
        yield PAYMENTS, movement.payments_key
    if movement.statement_key:
        yield STATEMENT, movement.statement_key
        if movement.kind is Kind.PAYOUT:
            yield PAYOUTS, movement.statement_key
    for key, _ in movement.booked_as:
        yield STATEMENT, key
    if movement.kind is Kind.PAYOUT and movement.payout_reference:
        yield PAYOUTS, movement.payout_reference
