"""What must hold in every run; a violation raises and nothing is kept.

Checked on what was decided, by other means than those that decided it: as sets, not as counts.
Source: reconciliation.md section 6.
"""

import numpy as np
from numpy.typing import NDArray

from reconciliation.engine.books import CodedBook, CodedRequests
from reconciliation.engine.cascade import Matched
from reconciliation.engine.coded_books import CodedBooks
from reconciliation.engine.coded_text import Codes
from reconciliation.engine.outcomes import (
    MATCHED,
    OUTCOME_CODE,
    REASON_CODE,
    RULE_CODE,
    Outcome,
    Reason,
    Rule,
)
from reconciliation.engine.payment_requests import RequestLeg
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.settlement_days import paid_for, worth_of_lines
from reconciliation.engine.sums import sum_by
from reconciliation.errors import BooksDoNotBalance
from reconciliation.profiles import Profiles

_STATUS = (REASON_CODE[Reason.STATUS], REASON_CODE[Reason.REVERSED])


def prove_leg_b(payments: CodedBook, statement: CodedBook, matched: Matched) -> None:
    """Raise unless pairs, sets and sums of leg B are what they claim to be.

    Raises:
        BooksDoNotBalance: naming what does not hold.
    """
    for name, decisions in (("payments", matched.payments), ("statement", matched.statement)):
        _demand(not decisions.open.any(), f"{name}: a record has no outcome on leg B")
    i = np.flatnonzero(matched.payments.has(*MATCHED))
    j = matched.payments.counterpart[i]
    _demand(bool((j >= 0).all()), "payments: a match names no line")
    there = np.flatnonzero(matched.statement.has(*MATCHED))
    _demand(len(there) == len(i), "leg B: payments and lines do not claim each other")
    _demand(
        bool((matched.statement.counterpart[j] == i).all()),
        "leg B: a line is claimed by two payments",
    )
    _prove_pairs(payments, statement, matched, i, j)
    _prove_classes(payments, statement, matched)


def prove_told_once(coded: CodedBooks, matched: Matched, profiles: Profiles) -> None:
    """Raise if a payment and a line of one id are both set aside as told by one book: both count.

    Raises:
        BooksDoNotBalance: telling of how many.
    """
    reason = REASON_CODE[Reason.ONE_BOOK]
    sides = ((coded.payments, matched.payments), (coded.statement, matched.statement))
    alone = [
        np.flatnonzero((made.reason == reason) & made.has(Outcome.NOT_APPLICABLE))
        for _, made in sides
    ]
    here, there = (book.block[rows] for (book, _), rows in zip(sides, alone, strict=True))
    shared = np.intersect1d(here, there)
    alone = [rows[np.isin(of, shared)] for rows, of in zip(alone, (here, there), strict=True)]
    for join in {row.id_join for row in profiles.rows if row.id_join is not None}:
        uses = np.array([row.id_join == join for row in profiles.rows])
        keys = []
        for (book, _), rows, field in zip(sides, alone, join, strict=True):
            of = profiles.index(coded.providers, book.provider[rows], book.day[rows])
            told = rows[uses[of] & book.texts[field].present[rows]]
            texts = book.texts[field].take(told).texts()
            place = zip(book.block[told].tolist(), book.kind[told].tolist(), texts, strict=True)
            keys.append(set(place))
        both = keys[0] & keys[1]
        _demand(not both, f"leg B: {len(both)} ids are told apart in both books and count twice")


def prove_leg_a(requests: CodedRequests, payments: CodedBook, leg: RequestLeg) -> None:
    """Raise unless each paid request is paid by one payment of its account, differing as told."""
    for name, decisions in (("requests", leg.requests), ("payments", leg.payments)):
        _demand(not decisions.open.any(), f"{name}: a record has no outcome on leg A")
    i = np.flatnonzero(leg.requests.has(*MATCHED))
    j = leg.requests.counterpart[i]
    _demand(
        len(i) == int(leg.payments.has(*MATCHED).sum())
        and bool((leg.payments.counterpart[j] == i).all()),
        "leg A: requests and payments do not claim each other",
    )
    _demand(
        bool((requests.block[i] == payments.block[j]).all()),
        "leg A: a request is paid into another account",
    )
    told = payments.amount[j] - requests.amount[i]
    _demand(
        bool((told == leg.requests.difference[i]).all()),
        "leg A: a difference is not payment minus request",
    )
    parts = np.flatnonzero(leg.payments.has(Outcome.MATCHED_IN_CLASS))
    asked = np.flatnonzero(leg.requests.has(Outcome.MATCHED_IN_CLASS))
    number = leg.payments.class_number[parts]
    whole = np.full(leg.classes, -1, np.int64)
    whole[leg.requests.class_number[asked]] = asked
    _demand(
        len(asked) == leg.classes
        and bool((np.bincount(number, minlength=leg.classes) > 1).all())
        and bool((requests.block[whole[number]] == payments.block[parts]).all()),
        "leg A: the parts of a request are not of its account",
    )
    paid = sum_by(number, leg.classes, payments.amount[parts])
    _demand(
        bool((paid == requests.amount[whole]).all()),
        "leg A: the parts of a request do not come to its amount",
    )


def prove_leg_c(leg: PayoutLeg) -> None:
    """Raise unless every payout said to be whole is the sum of its lines, to the đồng."""
    for name, decisions in (("statement", leg.lines), ("payouts", leg.made)):
        _demand(not decisions.open.any(), f"{name}: a record has no outcome on leg C")
    whole = leg.made.has(Outcome.PAID, Outcome.LATE)
    rows = np.flatnonzero(leg.pays_line)
    payout = leg.lines.counterpart[rows]
    _demand(
        bool((leg.book.block[rows] == leg.payouts.block[payout]).all()),
        "leg C: a line is paid into another account",
    )
    worth = worth_of_lines(leg.book, rows, leg.line_profile, leg.profiles)
    net, bare = (sum_by(payout, len(leg.payouts), part) for part in (worth.net, worth.bare))
    profile = leg.payout_profile.copy()
    in_order = np.argsort(leg.book.day[rows], kind="stable")
    profile[payout[in_order]] = leg.line_profile[rows[in_order]]
    listed = leg.made.rule == RULE_CODE[Rule.PAYOUT_LISTING]
    paid = np.where(listed, net + bare, paid_for(net, bare, profile, leg.profiles))
    off = np.flatnonzero(whole & (paid != leg.payouts.amount))
    if len(off):
        raise BooksDoNotBalance(
            f"leg C: payout {leg.payouts.ids.text.take(off[:1]).texts()[0].decode()!r} of "
            f"{leg.payouts.amount[off[0]]} đồng is said to pay lines of {paid[off[0]]} đồng"
        )


def _prove_pairs(
    payments: CodedBook, statement: CodedBook, matched: Matched, i: Codes, j: Codes
) -> None:
    """Raise unless both sides of each pair are of one account and kind and differ as they say."""
    with_account = (payments.block[i] >= 0) & (statement.block[j] >= 0)
    together = (payments.block[i] == statement.block[j]) | ~with_account
    together &= payments.kind[i] == statement.kind[j]
    together &= payments.provider[i] == statement.provider[j]
    _demand(bool(together.all()), "leg B: a pair is of two accounts, directions or types")
    difference = matched.payments.difference[i]
    _demand(
        bool((matched.statement.difference[j] == difference).all()),
        "leg B: the two sides of a pair tell different differences",
    )
    told = statement.amount[j] - payments.amount[i]
    moved = ~np.isin(matched.payments.reason[i], _STATUS)
    _demand(
        bool((told[moved] == difference[moved]).all()),
        "leg B: a difference is not line minus payment",
    )
    plain = matched.payments.outcome[i] == OUTCOME_CODE[Outcome.MATCHED]
    _demand(not difference[plain].any(), "leg B: a plain match differs in its amount")
    _demand(
        statement.amount[j[moved]].sum()
        == payments.amount[i[moved]].sum() + difference[moved].sum(),
        "leg B: matched lines are not matched payments and their differences",
    )


def _prove_classes(payments: CodedBook, statement: CodedBook, matched: Matched) -> None:
    """Raise unless each set holds as many payments as lines, all of one amount, account and day."""
    if not matched.classes:
        return
    seen: list[tuple[NDArray[np.int64], ...]] = []
    for book, decisions in ((payments, matched.payments), (statement, matched.statement)):
        rows = np.flatnonzero(decisions.has(Outcome.MATCHED_IN_CLASS))
        number = decisions.class_number[rows]
        _demand(bool((number >= 0).all()), "leg B: a record of a set names no set")
        facts = (book.block, book.kind, book.amount, book.day)
        first = np.zeros(matched.classes, np.int64)
        first[number] = rows
        for fact in facts:
            _demand(
                bool((fact[rows] == fact[first[number]]).all()),
                "leg B: a set holds records that are not interchangeable",
            )
        count = np.bincount(number, minlength=matched.classes)
        seen.append((count, *(fact[first].astype(np.int64) for fact in facts)))
    _demand(
        all(bool((here == there).all()) for here, there in zip(*seen, strict=True)),
        "leg B: the two sides of a set differ",
    )


def _demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise BooksDoNotBalance(sentence)
