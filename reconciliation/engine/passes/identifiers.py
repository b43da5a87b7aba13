"""Passes 1 and 4: a declared unique identifier in two fields that need not have one name.

A key that names two records of either book claims nothing: the whole group leaves the pass, noted
as a tie, and weaker passes may still tell the records apart. Never a cross product, never "first".
"""

import numpy as np

from reconciliation.engine.books import STATUSES
from reconciliation.engine.coded_text import Rows
from reconciliation.engine.decisions import claim_pairs
from reconciliation.engine.keys import SharedKeys, share_keys
from reconciliation.engine.outcomes import REASON_CODE, Outcome, Reason, Rule
from reconciliation.engine.passes.run import BANK_REFERENCE_BIT, PROVIDER_ID_BIT, Run
from reconciliation.profiles import IDENTITY, Join
from reconciliation.records import Status


def join_provider_ids(run: Run) -> None:
    """Claim pairs by provider id where payments and statement keep it in different fields."""
    for join, numbers in run.ids_joined().items():
        if join != IDENTITY:
            claimed = _join(run, join, numbers, Rule.PROVIDER_ID)
            run.learn(PROVIDER_ID_BIT, claimed)


def join_bank_references(run: Run) -> None:
    """Claim pairs by the bank's reference, one declared pair of fields after the other."""
    of = enumerate(profile.bank_reference for profile in run.profiles)
    for join, numbers in run.joins(of).items():
        claimed = _join(run, join, numbers, Rule.BANK_REFERENCE)
        if join[0] == join[1]:
            run.learn(BANK_REFERENCE_BIT, claimed)


def join_by_status(run: Run) -> None:
    """Claim pairs of one id of which one side says that no money moved: a difference of status.

    The difference is the whole amount, because the other side says it did move.
    """
    for join, users in run.ids_joined().items():
        for quiet, live, fields in (
            (run.payments, run.statement, join),
            (run.statement, run.payments, join[::-1]),
        ):
            still = quiet.decisions.has(Outcome.NOT_APPLICABLE) & (quiet.book.block >= 0)
            still &= quiet.decisions.reason == REASON_CODE[Reason.STATUS]
            still &= quiet.book.texts[fields[0]].present & run.in_force(quiet, users)
            if not still.any():
                continue
            waits = live.candidates() & live.book.texts[fields[1]].present
            waits &= run.in_force(live, users)
            shared = share_keys(
                quiet.key(np.flatnonzero(still), fields[0]),
                live.key(np.flatnonzero(waits), fields[1]),
                run.hash_text,
            )
            _differ_in_status(run, shared, quiet is run.payments)


def _differ_in_status(run: Run, shared: SharedKeys, quiet_payments: bool) -> None:
    i, j = (shared.left, shared.right) if quiet_payments else (shared.right, shared.left)
    payments, statement = run.payments, run.statement
    difference = statement.book.amount[j] if quiet_payments else -payments.book.amount[i]
    claim_pairs(
        payments.decisions, statement.decisions, i, j, rule=Rule.STATUS, difference=difference
    )
    quiet, rows = (payments, i) if quiet_payments else (statement, j)
    turned = quiet.book.status[rows] == STATUSES.index(Status.REVERSED)
    for side, of_side in ((payments, i), (statement, j)):
        for chosen, reason in ((turned, Reason.REVERSED), (~turned, Reason.STATUS)):
            side.decisions.decide(
                of_side[chosen], Outcome.MATCHED_WITH_DIFFERENCE, Rule.STATUS, reason
            )


def _join(run: Run, join: Join, numbers: list[int], rule: Rule) -> Rows:
    """Claim the pairs of one join for the records of some profiles; return their payments."""
    keys = [
        side.key(
            np.flatnonzero(
                side.candidates() & side.book.texts[field].present & run.in_force(side, numbers)
            ),
            field,
        )
        for side, field in zip(run.sides, join, strict=True)
    ]
    shared = share_keys(keys[0], keys[1], run.hash_text)
    note_crowds(run, shared, rule)
    payments, statement = run.payments, run.statement
    difference = statement.book.amount[shared.right] - payments.book.amount[shared.left]
    claim_pairs(
        payments.decisions,
        statement.decisions,
        shared.left,
        shared.right,
        rule=rule,
        difference=difference,
    )
    return shared.left


def note_crowds(run: Run, shared: SharedKeys, rule: Rule) -> None:
    """Note as tied the records of keys that stand in both books and more than once in one."""
    groups = (shared.crowd_left_group, shared.crowd_right_group)
    size = int(max(group.max(initial=-1) for group in groups)) + 1
    counts = [np.bincount(group, minlength=size) for group in groups]
    for here, rows in ((0, shared.crowd_left), (1, shared.crowd_right)):
        there = counts[1 - here][groups[here]]
        run.sides[here].note_tie(rows[there > 0], there[there > 0], rule, Reason.ID_NOT_UNIQUE)
