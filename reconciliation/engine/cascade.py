"""The cascade of leg B: payments against statement lines, pass by pass, a pure function.

Each pass sees only what is unclaimed; the order inside a pass never matters, because nothing is
claimed that is not unique. Source: reconciliation.md section 2.
"""

from dataclasses import dataclass

from reconciliation.engine.books import CodedBook
from reconciliation.engine.coded_text import HashText
from reconciliation.engine.decisions import Decisions
from reconciliation.engine.passes.amounts import join_by_amount
from reconciliation.engine.passes.causes import name_differences
from reconciliation.engine.passes.compare import compare_costs, note_lateness
from reconciliation.engine.passes.givebacks import join_originals, judge_givebacks
from reconciliation.engine.passes.identifiers import (
    join_bank_references,
    join_by_status,
    join_provider_ids,
)
from reconciliation.engine.passes.one_book import set_one_book_aside
from reconciliation.engine.passes.remarks import join_references, join_remarks
from reconciliation.engine.passes.residual import Coverage, settle_residual
from reconciliation.engine.passes.run import Run, Side
from reconciliation.engine.passes.validate import validate
from reconciliation.profiles import Profiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What every partition is told: rules, names, and what the books cover over all accounts."""

    profiles: Profiles
    providers: tuple[str, ...]
    blocks: int
    payments_tell: Coverage
    statement_tells: Coverage
    hash_text: HashText


@dataclass(frozen=True, slots=True)
class Matched:
    """Leg B of one partition; ``classes`` is how many interchangeable sets it holds."""

    payments: Decisions
    statement: Decisions
    classes: int


def match(payments: CodedBook, statement: CodedBook, context: Context) -> Matched:
    """Return what is decided about every record of whole accounts."""
    run = open_run(payments, statement, context)
    join(run)
    name_differences(run)
    compare_costs(run)
    note_lateness(run)
    settle_residual(
        run, payments_tell=context.payments_tell, statement_tells=context.statement_tells
    )
    judge_givebacks(run)
    return Matched(run.payments.decisions, run.statement.decisions, run.classes)


def join(run: Run) -> None:
    """Decide everything that claims, confirms or notes as tied: passes 0 to 7."""
    validate(run)
    join_provider_ids(run)
    join_by_status(run)
    join_references(run)
    join_bank_references(run)
    join_originals(run)
    set_one_book_aside(run)
    join_remarks(run)
    join_by_amount(run)


def open_run(payments: CodedBook, statement: CodedBook, context: Context) -> Run:
    """Return the state of a cascade in which nothing is decided yet."""
    sides = [
        Side(
            book,
            Decisions.none_yet(len(book)),
            context.profiles.index(context.providers, book.provider, book.day),
        )
        for book in (payments, statement)
    ]
    return Run(
        payments=sides[0],
        statement=sides[1],
        profiles=context.profiles.rows,
        blocks=context.blocks,
        hash_text=context.hash_text,
    )
