"""The engine: books in, one outcome per record and leg out, proved before it is handed over.

A pure function of the books and the profiles: no database, no clock, nothing drawn at random. The
order of rows, files and workers changes nothing, not even the hash. Source: reconciliation.md.
"""

from collections.abc import Callable

import numpy as np

from reconciliation.engine.across import Across, look_across
from reconciliation.engine.books import Books
from reconciliation.engine.cascade import Context, Matched, match, open_run
from reconciliation.engine.coded_books import CodedBooks, code_books
from reconciliation.engine.coded_text import HashText, hash_text
from reconciliation.engine.crew import Alone, Crew, Processes
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.invariants import prove_leg_a, prove_leg_b, prove_leg_c, prove_told_once
from reconciliation.engine.outcomes import Outcome, Reason, Rule
from reconciliation.engine.partition import match_parts, split_by_account, write_part
from reconciliation.engine.passes.elsewhere import name_other_accounts, name_other_currency
from reconciliation.engine.passes.no_account import join_without_account
from reconciliation.engine.passes.run import Run
from reconciliation.engine.payment_requests import settle_requests
from reconciliation.engine.payout_cycles import Cycles
from reconciliation.engine.payouts import settle_listings, settle_payouts
from reconciliation.engine.results import Decided, Reconciled, assemble
from reconciliation.profiles import Profiles

PARTS_PER_WORKER = 4
"""So many parts a worker: what a heavy part leaves undone the others take."""
_CLAIMED = (Outcome.MATCHED, Outcome.MATCHED_WITH_DIFFERENCE)
OnStage = Callable[[str], None]
"""Told the name of each stage when it is done; whoever measures brings the clock."""


def reconcile(
    books: Books,
    profiles: Profiles,
    *,
    workers: int = 1,
    crew: Crew | None = None,
    hash_text: HashText = hash_text,
    on_stage: OnStage | None = None,
) -> Reconciled:
    """Return what is decided about every record of the books.

    No amount, and no book's amounts, fees and taxes in all, may be beyond 2·10^18 đồng
    (``AMOUNT_MAX_VND``); ``books`` lists the types that stand for money, days and instants.

    Args:
        workers: processes that share the accounts; the result is the same for any number.
        crew: who does the parts instead of ``workers``, a cluster for example.
        hash_text: replaced in tests by one that collides; the result must not change either.

    Raises:
        EngineInputRefused: a book is not as the contract says.
        BooksDoNotBalance: an invariant does not hold; nothing is returned.
        WorkersLost: the workers died again and again.
    """
    done = on_stage or (lambda _: None)
    coded = code_books(books, hash_text)
    # What was coded need not stay: a caller that keeps no books of its own gets their memory back.
    del books
    done("code")
    across = look_across(coded)
    if crew is None and workers > 1:
        with Processes(workers) as processes:
            leg_b = match_leg_b(coded, across, profiles, crew=processes, hash_text=hash_text)
    else:
        leg_b = match_leg_b(coded, across, profiles, crew=crew or Alone(), hash_text=hash_text)
    run = run_over(coded, across, profiles, leg_b, hash_text)
    name_other_accounts(run)
    name_other_currency(run)
    del run
    decided = settle_legs(coded, leg_b, across, profiles, hash_text=hash_text, on_stage=done)
    del coded, leg_b
    result = assemble(decided, profiles.rules_sha256)
    done("result")
    return result


def match_leg_b(
    coded: CodedBooks,
    across: Across,
    profiles: Profiles,
    *,
    crew: Crew,
    hash_text: HashText = hash_text,
) -> Matched:
    """Return leg B but for what is elsewhere: records without an account, then each account."""
    payments, statement = coded.payments, coded.statement
    context = _context(coded, across, profiles, hash_text)
    run = open_run(payments, statement, context)
    bare = join_without_account(run)
    if not bare and crew.size == 1:
        return match(payments, statement, context)
    whole = Matched(run.payments.decisions, run.statement.decisions, run.classes)
    rest = [
        np.flatnonzero((side.book.block >= 0) & ~side.decisions.has(*_CLAIMED))
        for side in run.sides
    ]
    parts = split_by_account(
        payments,
        statement,
        (rest[0], rest[1]),
        accounts=coded.accounts,
        parts=1 if crew.size == 1 else crew.size * PARTS_PER_WORKER,
    )
    decided = match_parts(payments, statement, parts, context, crew)
    for part, of_part in zip(parts, decided, strict=True):
        whole = write_part(whole, part, of_part)
    return whole


def run_over(
    coded: CodedBooks, across: Across, profiles: Profiles, leg_b: Matched, hash_text: HashText
) -> Run:
    """Return the run over all accounts of the books in which leg B is decided."""
    context = _context(coded, across, profiles, hash_text)
    run = open_run(coded.payments, coded.statement, context)
    run.payments.decisions, run.statement.decisions = leg_b.payments, leg_b.statement
    return run


def settle_legs(
    coded: CodedBooks,
    leg_b: Matched,
    across: Across,
    profiles: Profiles,
    *,
    cycles: Cycles | None = None,
    hash_text: HashText = hash_text,
    on_stage: OnStage | None = None,
) -> Decided:
    """Return what is decided on every leg, proved.

    Args:
        cycles: what payouts show over all accounts; ``None`` = these are all accounts.
    """
    done = on_stage or (lambda _: None)
    prove_leg_b(coded.payments, coded.statement, leg_b)
    prove_told_once(coded, leg_b, profiles)
    done("leg_b")
    leg_c = None
    if coded.has_payouts:
        runs = settle_listings(coded, leg_b.statement, across, profiles, hash_text)
        leg_c = settle_payouts(runs, cycles or runs.cycles, coded.providers)
        prove_leg_c(leg_c)
    done("leg_c")
    leg_a = None
    if coded.has_requests:
        leg_a = settle_requests(
            coded.requests, coded.payments, leg_b.payments, hash_text, last_at=across.last_at
        )
        prove_leg_a(coded.requests, coded.payments, leg_a)
        done("leg_a")
    lines = _without_payouts(leg_b.statement) if leg_c is None else leg_c.lines
    return Decided(coded=coded, leg_b=leg_b, leg_c=leg_c, lines_on_leg_c=lines, leg_a=leg_a)


def _context(coded: CodedBooks, across: Across, profiles: Profiles, hash_text: HashText) -> Context:
    return Context(
        profiles=profiles,
        providers=coded.providers,
        blocks=coded.blocks,
        payments_tell=across.payments.coverage(coded.providers),
        statement_tells=across.statement.coverage(coded.providers),
        hash_text=hash_text,
    )


def _without_payouts(leg_b: Decisions) -> Decisions:
    """Return leg C of lines when no payouts were given: there is nothing they could belong to."""
    lines = Decisions.none_yet(len(leg_b.outcome))
    every = np.ones(len(leg_b.outcome), bool)
    lines.decide(every, Outcome.NOT_APPLICABLE, Rule.PROFILE, Reason.ONE_BOOK)
    return lines
