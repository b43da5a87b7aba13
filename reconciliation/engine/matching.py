"""The engine: books in, one outcome per record and leg out, proved before it is handed over.

A pure function of the books and the profiles: no database, no clock, nothing drawn at random. The
order of rows, files and workers changes nothing, not even the hash. Source: reconciliation.md.
"""

from collections.abc import Callable

import numpy as np

from reconciliation.engine.books import Books
from reconciliation.engine.cascade import Context, Matched, match, open_run
from reconciliation.engine.coded_books import CodedBooks, code_books
from reconciliation.engine.coded_text import HashText, hash_text
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.invariants import prove_leg_a, prove_leg_b, prove_leg_c
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.partition import match_parts, split_by_account, write_part
from reconciliation.engine.passes.elsewhere import explain_missing
from reconciliation.engine.passes.no_account import join_without_account
from reconciliation.engine.passes.residual import cover
from reconciliation.engine.payment_requests import settle_requests
from reconciliation.engine.payout_leg import PayoutLeg
from reconciliation.engine.payouts import settle_payouts
from reconciliation.engine.results import Decided, Reconciled, assemble
from reconciliation.profiles import Profiles

_CLAIMED = (Outcome.MATCHED, Outcome.MATCHED_WITH_DIFFERENCE)
OnStage = Callable[[str], None]
"""Told the name of each stage when it is done; whoever measures brings the clock."""


def reconcile(
    books: Books,
    profiles: Profiles,
    *,
    workers: int = 1,
    hash_text: HashText = hash_text,
    on_stage: OnStage | None = None,
) -> Reconciled:
    """Return what is decided about every record of the books.

    Args:
        workers: processes that share the accounts; the result is the same for any number.
        hash_text: replaced in tests by one that collides; the result must not change either.

    Raises:
        EngineInputRefused: a book is not as the contract says.
        BooksDoNotBalance: an invariant does not hold; nothing is returned.
    """
    done = on_stage or (lambda _: None)
    coded = code_books(books, hash_text)
    # What was coded need not stay: a caller that keeps no books of its own gets their memory back.
    del books
    done("code")
    decided = _decide(coded, profiles, workers, hash_text, done)
    del coded
    result = assemble(decided, profiles.rules_sha256)
    done("result")
    return result


def _decide(
    coded: CodedBooks, profiles: Profiles, workers: int, hash_text: HashText, done: OnStage
) -> Decided:
    """Return what is decided on every leg, proved."""
    context = Context(
        profiles=profiles,
        providers=coded.providers,
        blocks=coded.blocks,
        payments_tell=cover(coded.payments, len(coded.providers)),
        statement_tells=cover(coded.statement, len(coded.providers)),
        hash_text=hash_text,
    )
    leg_b = _match(coded, context, workers)
    prove_leg_b(coded.payments, coded.statement, leg_b)
    done("leg_b")
    leg_c = _settle(coded, context, leg_b.statement)
    done("leg_c")
    leg_a = None
    if coded.has_requests:
        leg_a = settle_requests(coded.requests, coded.payments, leg_b.payments, hash_text)
        prove_leg_a(coded.requests, coded.payments, leg_a)
        done("leg_a")
    lines = _without_payouts(leg_b.statement) if leg_c is None else leg_c.lines
    return Decided(coded=coded, leg_b=leg_b, leg_c=leg_c, lines_on_leg_c=lines, leg_a=leg_a)


def _match(coded: CodedBooks, context: Context, workers: int) -> Matched:
    """Return leg B: records without an account, every account on its own, what is elsewhere."""
    whole = _match_accounts(coded, context, workers)
    run = open_run(coded.payments, coded.statement, context)
    run.payments.decisions, run.statement.decisions = whole.payments, whole.statement
    explain_missing(run)
    return whole


def _match_accounts(coded: CodedBooks, context: Context, workers: int) -> Matched:
    payments, statement = coded.payments, coded.statement
    run = open_run(payments, statement, context)
    bare = join_without_account(run)
    if not bare and workers == 1:
        return match(payments, statement, context)
    whole = Matched(run.payments.decisions, run.statement.decisions, run.classes)
    rest = [
        np.flatnonzero((side.book.block >= 0) & ~side.decisions.has(*_CLAIMED))
        for side in run.sides
    ]
    parts = split_by_account(
        payments, statement, (rest[0], rest[1]), accounts=coded.accounts, parts=workers
    )
    for part, decided in zip(parts, match_parts(payments, statement, parts, context), strict=True):
        whole = write_part(whole, part, decided)
    return whole


def _settle(coded: CodedBooks, context: Context, leg_b: Decisions) -> PayoutLeg | None:
    """Return leg C, proved, if payouts were given."""
    if not coded.has_payouts:
        return None
    leg = settle_payouts(
        coded.statement,
        coded.payouts,
        leg_b,
        profiles=context.profiles,
        providers=context.providers,
        hash_text=context.hash_text,
    )
    prove_leg_c(leg)
    return leg


def _without_payouts(leg_b: Decisions) -> Decisions:
    """Return leg C of lines when no payouts were given: there is nothing they could belong to."""
    lines = Decisions.none_yet(len(leg_b.outcome))
    every = np.ones(len(leg_b.outcome), bool)
    lines.decide(every, Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.ONE_BOOK)
    return lines
