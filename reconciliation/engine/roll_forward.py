"""What each provider owes each account from day to day: opening, what came and went, closing.

``opening + gross - refunds - chargebacks - fees - tax + adjustments - payouts = closing``, to the
đồng, on every day on which anything moved. What the provider owed before the books begin is not
told, so the first opening is zero and all others are relative to it. A fee taken from a payout as a
whole is a fee of the day on which the payout arrived.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconciliation.engine.books import TYPE_CODE, TYPES
from reconciliation.engine.coded_books import CodedBooks
from reconciliation.engine.coded_text import Codes, Rows
from reconciliation.engine.fees import expected_fee, expected_tax
from reconciliation.engine.keys import code_together
from reconciliation.engine.outcomes import RULE_CODE, Outcome, Rule
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.settlement_days import worth_of_lines
from reconciliation.engine.sums import sum_by
from reconciliation.errors import BooksDoNotBalance
from reconciliation.records import TransactionType

MOVES = ("gross", "refunds", "chargebacks", "fees", "tax", "adjustments", "payouts")
_SIGNS = (1, -1, -1, -1, -1, 1, -1)
_NOT_COUNTED = (
    Outcome.DUPLICATE,
    Outcome.CONFLICT,
    Outcome.REJECTED,
    Outcome.UNATTRIBUTED,
    Outcome.NOT_APPLICABLE,
)
_NOT_KEPT = (Outcome.RETURNED, *_NOT_COUNTED)

ROLL_FORWARD_SCHEMA = pa.schema(
    [
        ("provider", pa.large_string()),
        ("account", pa.large_string()),
        ("business_date", pa.date32()),
        ("opening_vnd", pa.int64()),
        *((f"{name}_vnd", pa.int64()) for name in MOVES),
        ("closing_vnd", pa.int64()),
    ]
)


@dataclass(frozen=True, slots=True)
class RollForward:
    """One row per provider, account and day on which anything moved, in that order."""

    provider: Codes
    account: Codes
    day: Codes
    moves: dict[str, NDArray[np.int64]]
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]


def roll_forward(leg: PayoutLeg) -> RollForward:
    """Return what is owed from day to day, proved against what leg C decided about each line.

    Raises:
        BooksDoNotBalance: a receivable is not the lines unpaid and the differences of payouts.
    """
    lines, payouts = _counted_lines(leg), _counted_payouts(leg)
    size, codes, facts = _account_days(leg, lines, payouts)
    sums = {
        name: sum_by(codes[0][on], size, values) for name, on, values in _line_moves(leg, lines)
    }
    run_fee, run_tax = _run_costs(leg, payouts)
    for name, values in (
        ("payouts", leg.payouts.amount[payouts]),
        ("fees", run_fee),
        ("tax", run_tax),
    ):
        more = sum_by(codes[1], size, values)
        sums[name] = sums.get(name, 0) + more
    rolled = _roll(facts, sums)
    _prove(leg, lines, payouts, rolled)
    return rolled


def tabulate_roll_forward(rolled: RollForward, books: CodedBooks) -> pa.Table:
    """Return the rows with their names, sorted by provider, account and day."""
    providers = pa.array(books.providers, pa.large_string())
    columns = {
        "provider": providers.take(pa.array(rolled.provider)),
        "account": books.accounts.take(pa.array(rolled.account)),
        "business_date": pa.array(rolled.day.astype(np.int32)).cast(pa.date32()),
        "opening_vnd": rolled.opening,
        **{f"{name}_vnd": rolled.moves[name] for name in MOVES},
        "closing_vnd": rolled.closing,
    }
    order = [(name, "ascending") for name in ("provider", "account", "business_date")]
    return pa.table(columns, schema=ROLL_FORWARD_SCHEMA).sort_by(order)


def _counted_lines(leg: PayoutLeg) -> Rows:
    """Return the lines that make the provider owe, or owe less; those that give payouts back too."""
    counted = (leg.book.block >= 0) & leg.book.live & ~leg.own_row
    counted &= ~leg.lines.has(*_NOT_COUNTED)
    counted[leg.undone_by[leg.undone_by >= 0]] = True
    return np.flatnonzero(counted)


def _counted_payouts(leg: PayoutLeg) -> Rows:
    """Return the payouts that stayed with the vendor, and those that a line gives back."""
    counted = (leg.payouts.block >= 0) & ~leg.made.has(*_NOT_KEPT)
    return np.flatnonzero(counted | (leg.undone_by >= 0))


def _account_days(
    leg: PayoutLeg, lines: Rows, payouts: Rows
) -> tuple[int, list[Codes], tuple[Codes, Codes, Codes]]:
    """Return how many account-days there are, the number of each row, and what they are."""
    day = np.concatenate([leg.book.day[lines], leg.payouts.day[payouts]])
    first_day = int(day.min(initial=np.iinfo(np.int32).max))
    span = int(day.max(initial=first_day)) - first_day + 1
    block = np.concatenate([leg.book.block[lines], leg.payouts.block[payouts]])
    code = code_together(block.astype(np.int64) * span + (day - first_day))
    size = int(code.max(initial=-1)) + 1
    first = np.zeros(size, np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    is_line = first < len(lines)
    facts = []
    for here, there in (
        (leg.book.provider, leg.payouts.provider),
        (leg.book.account, leg.payouts.account),
        (leg.book.day, leg.payouts.day),
    ):
        fact = np.zeros(size, np.int64)
        fact[is_line] = here[lines[first[is_line]]]
        fact[~is_line] = there[payouts[first[~is_line] - len(lines)]]
        facts.append(fact)
    return size, np.split(code, [len(lines)]), (facts[0], facts[1], facts[2])


def _line_moves(
    leg: PayoutLeg, lines: Rows
) -> Iterator[tuple[str, Rows | slice, NDArray[np.int64]]]:
    """Yield for each column the lines (places) it is about, and what they add."""
    book = leg.book
    signed = np.where(book.is_debit[lines], -book.amount[lines], book.amount[lines])
    column = _COLUMN_OF_TYPE[book.type[lines]]
    own: dict[str, NDArray[np.int64]] = {}
    for number, name in enumerate(MOVES):
        on = np.flatnonzero(column == number)
        if name in {"fees", "tax"}:
            own[name] = np.zeros(len(lines), np.int64)
            own[name][on] = -signed[on]
        else:
            yield name, on, signed[on] if name in {"gross", "adjustments"} else -signed[on]
    del column
    worth = worth_of_lines(book, lines, leg.line_profile, leg.profiles)
    signed -= worth.net
    signed -= worth.bare
    del worth
    own["tax"] += book.tax[lines]
    signed -= book.tax[lines]
    own["fees"] += signed
    yield from ((name, slice(None), values) for name, values in own.items())


def _columns_of_types() -> NDArray[np.int8]:
    columns = np.zeros(len(TYPES), np.int8)
    for name, types in (
        ("refunds", (TransactionType.REFUND, TransactionType.REFUND_REVERSAL)),
        ("refunds", (TransactionType.REVERSAL,)),
        ("chargebacks", (TransactionType.CHARGEBACK, TransactionType.CHARGEBACK_REVERSAL)),
        ("fees", (TransactionType.FEE,)),
        ("tax", (TransactionType.TAX,)),
        ("adjustments", (TransactionType.ADJUSTMENT, TransactionType.RESERVE)),
        ("payouts", (TransactionType.PAYOUT_REVERSAL,)),
    ):
        columns[[TYPE_CODE[kind] for kind in types]] = MOVES.index(name)
    return columns


_COLUMN_OF_TYPE = _columns_of_types()
"""The column to which each type of line belongs; all others are sales."""


def _run_costs(leg: PayoutLeg, payouts: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the fee, and the tax told apart from it, that each payout as a whole has taken off."""
    fee, tax = (np.zeros(len(leg.payouts), np.int64) for _ in range(2))
    if not any(row.fee is not None and row.fee.per == "run" for row in leg.profiles):
        return fee[payouts], tax[payouts]
    paid = np.flatnonzero(leg.pays_line)
    payout = leg.lines.counterpart[paid]
    worth = worth_of_lines(leg.book, paid, leg.line_profile, leg.profiles)
    bare = sum_by(payout, len(leg.payouts), worth.bare)
    profile = leg.payout_profile.copy()
    in_order = np.argsort(leg.book.day[paid], kind="stable")
    profile[payout[in_order]] = leg.line_profile[paid[in_order]]
    bare[leg.made.rule == RULE_CODE[Rule.PAYOUT_LISTING]] = 0
    for number in np.unique(profile[bare > 0]).tolist():
        schedule = leg.profiles[number].fee
        if schedule is not None:
            on = np.flatnonzero((profile == number) & (bare > 0))
            fee[on] = expected_fee(bare[on], schedule)
            tax[on] = expected_tax(fee[on], schedule)
    return fee[payouts], tax[payouts]


def _roll(facts: tuple[Codes, Codes, Codes], sums: dict[str, NDArray[np.int64]]) -> RollForward:
    """Return the sums of each account and day in order, and what is owed before and after."""
    order = np.lexsort((facts[2], facts[1], facts[0]))
    provider, account, day = (fact[order] for fact in facts)
    sums = {name: sums[name][order] for name in MOVES}
    change = np.zeros(len(order), np.int64)
    for name, sign in zip(MOVES, _SIGNS, strict=True):
        change += sign * sums[name]
    begins = np.ones(len(order), bool)
    begins[1:] = (np.diff(provider) != 0) | (np.diff(account) != 0)
    first = np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))
    running = np.cumsum(change)
    closing = running - np.where(first > 0, running[first - 1], 0)
    return RollForward(provider, account, day, sums, closing - change, closing)


def _prove(leg: PayoutLeg, lines: Rows, payouts: Rows, rolled: RollForward) -> None:
    """Raise unless each closing receivable is the lines unpaid and what payouts differ by."""
    unpaid = lines[~leg.pays_line[lines]]
    worth = worth_of_lines(leg.book, unpaid, leg.line_profile, leg.profiles)
    gone = leg.made.has(Outcome.RETURNED)[payouts]
    off = leg.payouts.amount[payouts] - np.where(gone, 0, leg.expected[payouts])
    facts = [
        np.concatenate([here[unpaid].astype(np.int64), there[payouts], of_row])
        for here, there, of_row in (
            (leg.book.provider, leg.payouts.provider, rolled.provider),
            (leg.book.account, leg.payouts.account, rolled.account),
        )
    ]
    is_last = np.ones(len(rolled.day), bool)
    is_last[:-1] = (np.diff(rolled.provider) != 0) | (np.diff(rolled.account) != 0)
    owed = np.concatenate([worth.net + worth.bare, -off, -np.where(is_last, rolled.closing, 0)])
    owner = code_together(*facts)
    left = sum_by(owner, int(owner.max(initial=-1)) + 1, owed)
    if left.any():
        odd = int(np.argmax(left[owner] != 0))
        raise BooksDoNotBalance(
            f"leg C: account number {facts[1][odd]} is owed {left[owner[odd]]} đồng that no line "
            "or payout explains"
        )
